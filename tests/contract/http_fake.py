"""An HTTP server on loopback that plays a platform: it keeps every request, and fails on demand.

    with HttpFake(answer_to) as platform:
        platform.fail(Fault.DROP, times=1)
        settings = {"base_url": platform.base_url, ...}

`answer_to` is a function from a request to an answer; a recorded case (`recording.py`) gives one made of files.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, parse_qsl, urlsplit


class Fault(StrEnum):
    """What goes wrong with a request at any platform."""

    SERVER_ERROR = "500"
    BAD_GATEWAY = "502 with a web page"
    TOO_SLOW = "408"
    BUSY = "429, Retry-After says 58 s"
    UNAUTHENTICATED = "401"
    DENIED = "403"
    NOT_FOUND = "404"
    REDIRECT = "302 to another address"
    HTML = "200 with a web page"
    WRONG_SHAPE = "200 with JSON of another shape"
    HUGE = "200 with more than 8 MiB"
    TRUNCATED = "the answer with half of its body"
    DROP = "the connection is closed without an answer"
    SLOW = "no answer until `release` is called or the server stops"


@dataclass(frozen=True, slots=True)
class Seen:
    """A request the server got."""

    method: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    bearer: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes
    content_type: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)


PAGE = b"<!DOCTYPE html><html><title>Error</title><p>The server encountered a temporary error.</html>"
_HTML = "text/html; charset=UTF-8"
ANSWERS: Mapping[StrEnum, Answer] = {
    Fault.SERVER_ERROR: Answer(500, b'{"error": "internal"}'),
    Fault.BAD_GATEWAY: Answer(502, PAGE, _HTML),
    Fault.TOO_SLOW: Answer(408, PAGE, _HTML),
    Fault.BUSY: Answer(429, b'{"error": "too many requests"}', headers={"Retry-After": "58"}),
    Fault.UNAUTHENTICATED: Answer(401, b'{"error": "unauthenticated"}'),
    Fault.DENIED: Answer(403, b'{"error": "denied"}'),
    Fault.NOT_FOUND: Answer(404, b'{"error": "not found"}'),
    Fault.REDIRECT: Answer(302, b"", headers={"Location": "http://127.0.0.1:9/elsewhere"}),
    Fault.HTML: Answer(200, PAGE, _HTML),
    Fault.WRONG_SHAPE: Answer(200, b'["neither", {"reviews": {"first": 1}}]'),
    Fault.HUGE: Answer(200, b'{"reviews": [], "padding": "' + b"x" * (8 * 1024 * 1024) + b'"}'),
}


@dataclass(slots=True)
class _Failing:
    """A fault that is in force: how often it still strikes, and how many requests are let through before."""

    fault: StrEnum
    ending: str
    times: int | None
    after: int


class HttpFake:
    """A platform on a loopback port, in its own threads; use it with `with`.

    Attributes:
        seen: every request so far.
    """

    def __init__(self, answer_to: Callable[[Seen], Answer], *, answers: Mapping[StrEnum, Answer] = ANSWERS) -> None:
        """Answer with `answer_to`, and to a request that is to fail with what `answers` has for its fault."""
        self.seen: list[Seen] = []
        self._answer_to = answer_to
        self._answers = answers
        self._faults: list[_Failing] = []
        self._lock = threading.RLock()
        self._released = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler_of(self._answer))
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, name="http-fake", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base_url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def fail(self, fault: StrEnum, *, times: int | None = None, on: str = "", after: int = 0) -> None:
        """Let requests whose path ends with `on` fail from the one after `after` on, `times` times or until `heal`."""
        with self._lock:
            self._faults.append(_Failing(fault, on, times, after))

    def heal(self) -> None:
        """No more faults."""
        with self._lock:
            self._faults.clear()
        self.release()

    def release(self) -> None:
        """Let the slow answers go."""
        self._released.set()
        self._released = threading.Event()

    def requests(self, ending: str = "") -> list[Seen]:
        """The requests so far whose path ends like this."""
        with self._lock:
            return [seen for seen in self.seen if seen.path.endswith(ending)]

    def change(self, answer: Answer, fault: StrEnum) -> Answer:
        """What a fault without an answer of its own makes of the right one; a platform may add to it."""
        if fault is Fault.TRUNCATED:
            answer.body = answer.body[: len(answer.body) // 2]
        return answer

    def _answer(self, seen: Seen) -> Answer | None:
        """The answer to a request; None closes the connection."""
        with self._lock:
            self.seen.append(seen)
            fault, released = self._fault(seen.path), self._released
        if fault is Fault.SLOW:
            released.wait(60)
        elif fault is Fault.DROP:
            return None
        elif fault is not None and fault in self._answers:
            return self._answers[fault]
        with self._lock:
            answer = self._answer_to(seen)
            return answer if fault is None else self.change(answer, fault)

    def _fault(self, path: str) -> StrEnum | None:
        for failing in self._faults:
            if not path.endswith(failing.ending) or failing.times == 0:
                continue
            if failing.after > 0:
                failing.after -= 1
                continue
            if failing.times is not None:
                failing.times -= 1
            return failing.fault
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error."""


def _handler_of(answer_to: Callable[[Seen], Answer | None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._serve("GET")

        def do_POST(self) -> None:
            self._serve("POST")

        def log_message(self, format: str, *args: Any) -> None:
            return

        def _serve(self, method: str) -> None:
            url = urlsplit(self.path)
            length = int(self.headers.get("Content-Length", "0"))
            form = parse_qs(self.rfile.read(length).decode()) if length else {}
            answer = answer_to(
                Seen(
                    method=method,
                    path=url.path,
                    query=dict(parse_qsl(url.query, keep_blank_values=True)),
                    form={key: values[0] for key, values in form.items()},
                    bearer=self.headers.get("Authorization", "").removeprefix("Bearer "),
                    headers={key.lower(): value for key, value in self.headers.items()},
                )
            )
            if answer is None:
                self.close_connection = True
                return
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            for key, value in answer.headers.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(answer.body)

    return Handler
