"""The IMAP client: imaplib over TLS with a read buffer of its own, so that a half-received line is never lost.

imaplib reads through a buffered file, which drops what it has read of a line when the time-out strikes; every later
answer is then misread. Here the bytes stay in the buffer until their line is whole, whatever time-outs lie between.
Wire formats: RFC 3501 (responses, NOOP), RFC 2177 (IDLE).
"""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Callable
from time import monotonic
from typing import Final

from imap_tools.mailbox import BaseMailBox

LINE_CAP: Final = 20 * 2**20
"""Bytes of one line; an answer to SEARCH with two million numbers is as long."""
RENEW_AFTER_S: Final = 29 * 60.0
"""Longest IDLE; servers may end a connection that has been idle for 30 minutes (RFC 2177)."""
_PIECE: Final = 2**16
_SHORTEST_WAIT_S: Final = 0.01  # a time-out of 0 would make the socket non-blocking
_HINT: Final = "EXISTS"

imaplib.Commands.setdefault("IDLE", ("SELECTED",))


class LineReader:
    """Lines and blocks of bytes from a socket; a time-out in the middle of one loses nothing."""

    def __init__(self, sock: socket.socket, *, timeout: float) -> None:
        """Read from `sock`; `timeout` is how many seconds the other side may say nothing."""
        self._sock = sock
        self._timeout = timeout
        self._buffer = bytearray()
        self._looked_at = 0
        self._is_at_end = False

    def line(self) -> bytes:
        """The next line with its line end; without one only where the connection ended.

        Raises:
            TimeoutError: nothing came for so long.
            imaplib.IMAP4.abort: the line is longer than 20 MiB.
        """
        while not self._has_line() and not self._is_at_end:
            self._receive(self._timeout)
        end = self._buffer.find(b"\n", self._looked_at)
        return self._take(end + 1 if end >= 0 else len(self._buffer))

    def exactly(self, size: int) -> bytes:
        """So many bytes; fewer only where the connection ended.

        Raises:
            TimeoutError: nothing came for so long.
        """
        while len(self._buffer) < size and not self._is_at_end:
            self._receive(self._timeout)
        return self._take(size)

    def wait_for_line(self, until: float) -> bool:
        """Whether a whole line, or the connection's end, can be read before `until` (monotonic seconds)."""
        while not self._has_line() and not self._is_at_end:
            left = until - monotonic()
            if left <= 0:
                return False
            try:
                self._receive(max(left, _SHORTEST_WAIT_S))
            except TimeoutError:
                return False
        return True

    def _has_line(self) -> bool:
        """Whether the buffer holds a line end; leaves in `_looked_at` how far there is none."""
        end = self._buffer.find(b"\n", self._looked_at)
        if end >= 0:
            return True
        self._looked_at = len(self._buffer)
        if self._looked_at > LINE_CAP:
            raise imaplib.IMAP4.abort(f"a line of more than {LINE_CAP} bytes")
        return False

    def _receive(self, timeout: float) -> None:
        self._sock.settimeout(timeout)
        try:
            piece = self._sock.recv(_PIECE)
        finally:
            self._sock.settimeout(self._timeout)
        self._buffer += piece
        self._is_at_end = not piece

    def _take(self, size: int) -> bytes:
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._looked_at = 0
        return taken


class Client(imaplib.IMAP4_SSL):
    """An IMAP connection over TLS."""

    def __init__(
        self, host: str, port: int, *, context: ssl.SSLContext, timeout: float, reached: Callable[[], None]
    ) -> None:
        """Connect and read the greeting.

        Args:
            host: the server's name, as its certificate has it.
            port: where it speaks TLS.
            context: how its certificate is checked.
            timeout: seconds that the server may say nothing.
            reached: called when the connection stands, so that silence after that can be told from no connection.
        """
        self._reached = reached
        self._silence = timeout
        self._can_idle: bool | None = None
        super().__init__(host, port, ssl_context=context, timeout=timeout)

    def readline(self) -> bytes:
        """The next line."""
        return self._lines.line()

    def read(self, size: int) -> bytes:
        """The next so many bytes."""
        return self._lines.exactly(size)

    def forget_hints(self) -> None:
        """Call it before a search: only what the server says from then on hints at mail that the search may miss."""
        self.untagged_responses.pop(_HINT, None)

    def wait_for_mail(self, seconds: float, *, not_before: float = 0.0) -> bool:
        """Wait until the server has said that there are more mails, at most so many seconds (IDLE).

        It may have said so since `forget_hints` in its answer to any command. A server that cannot IDLE is asked by
        NOOP at the end of that time. What it says is a hint: whether there is a new mail is for a search to find out.

        Args:
            seconds: how long, at most 29 minutes.
            not_before: seconds in which hints are only noted.

        Returns:
            Whether the server hinted at new mail.

        Raises:
            TimeoutError: the server does not take part any more.
            imaplib.IMAP4.error: it ended the connection, or refuses.
        """
        now = monotonic()
        until, early = now + min(seconds, RENEW_AFTER_S), now + not_before
        if self._can_idle is None:
            # Anew: what a server can do before the sign-in is often less.
            self._can_idle = b"IDLE" in b" ".join(one or b"" for one in self.capability()[1]).upper().split()
        if not self._can_idle:
            self._wait_for_hint(until, early)
            self.noop()
            return self._is_hinted
        tag = self._command("IDLE")
        # Until the continuation the server may say other things, and may refuse.
        while (line := self._get_response()) is not None and self._is_going_on(tag):
            pass
        if line is None:
            self._wait_for_hint(until, early, tag)
            if self._is_going_on(tag):
                self.send(b"DONE\r\n")
        status, _ = self._command_complete("IDLE", tag)
        if status != "OK":
            raise imaplib.IMAP4.error(f"IDLE: {status}")
        return self._is_hinted

    def _wait_for_hint(self, until: float, early: float, tag: bytes | None = None) -> None:
        """Read what the server says by itself, until there is a hint or it ends the IDLE."""
        while tag is None or self._is_going_on(tag):
            if not self._lines.wait_for_line(min(until, early) if self._is_hinted else until):
                return
            self._get_response()
            self._check_bye()

    @property
    def _is_hinted(self) -> bool:
        return _HINT in self.untagged_responses

    def _is_going_on(self, tag: bytes) -> bool:
        """Whether the command has not been answered yet."""
        return self.tagged_commands[tag] is None

    def _create_socket(self, timeout: float | None) -> ssl.SSLSocket:
        plain = socket.create_connection((self.host, self.port), timeout)
        self._reached()
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        context: ssl.SSLContext = self.ssl_context
        secured = context.wrap_socket(plain, server_hostname=self.host)
        self._lines = LineReader(secured, timeout=self._silence)
        return secured


class Box(BaseMailBox):
    """imap_tools' folders and sign-in over our client."""

    client: Client

    def __init__(self, make: Callable[[], Client]) -> None:
        """Connect with `make`."""
        self._make = make
        super().__init__()

    def _get_mailbox_client(self) -> Client:
        return self._make()
