"""The HTTP side of the local Google: one thread for each connection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from tests.contract.google_wire import Answer


@dataclass(frozen=True, slots=True)
class Seen:
    """A request the server got."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    bearer: str


class LoopbackServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error."""


def handler_of(answer_to: Callable[[Seen], Answer | None]) -> type[BaseHTTPRequestHandler]:
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
