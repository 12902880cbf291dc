"""Servers on loopback that take what is told on the second way: SMTP and HTTP, each in a thread of its own."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Inbox:
    """Keeps every mail that the server takes; `answer` is what it says to the next."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        if self.answer.startswith("250"):
            self.mails.append(mail)
        return self.answer


@contextmanager
def smtp() -> Iterator[tuple[Inbox, int]]:
    """A mail server; gives what it has taken, and its port."""
    inbox = Inbox()
    # The controller tries its own port before it says which one it got, so it is chosen for it.
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield inbox, port
    finally:
        controller.stop()


class Posts:
    """Keeps every request; answers with `status`, and not at all while `hangs` is set."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.status = 200
        self.hangs = False
        self.goes_on = threading.Event()


@contextmanager
def http() -> Iterator[tuple[Posts, int]]:
    """An HTTP server; gives what it was sent, and its port."""
    posts = Posts()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posts.bodies.append(json.loads(body))
            posts.headers.append(dict(self.headers))
            if posts.hangs:
                posts.goes_on.wait(60)
                self.close_connection = True
                return
            self.send_response(posts.status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def do_GET(self) -> None:
            posts.paths.append(self.path)
            self.send_response(posts.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield posts, server.server_address[1]
    finally:
        posts.goes_on.set()
        server.shutdown()
        thread.join()
        server.server_close()
