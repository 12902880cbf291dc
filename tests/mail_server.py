"""A real IMAP server on loopback (pymap, in a process of its own) behind TLS, and hands to put mails into it.

`tls_front` also stands before servers that misbehave, which are a few lines of script each.
"""

from __future__ import annotations

import asyncio
import imaplib
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from itertools import cycle
from pathlib import Path
from typing import Any, Protocol

USER, PASSWORD = "linde", "fish and chips, twice"
NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)
GOOGLE = "businessprofile-noreply@google.com"
PROOF = "mx.test; dkim=pass header.i=@{0} header.s=a header.b=b; spf=pass smtp.mailfrom={0}; dmarc=pass header.from={0}"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# Hashing the password a hundred thousand times at each sign-in is right for pymap and slow for tests.
_START = """
import sys
from pymap.config import IMAPConfig
from pymap.main import main
from pysasl.hashing import Cleartext
IMAPConfig._get_hash_context = classmethod(lambda cls, _: Cleartext())
sys.argv[0] = "pymap"
main()
"""
Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class NoMailServerError(Exception):
    """What is needed is not installed; the text says what."""


@dataclass(frozen=True)
class Certificate:
    """A certificate that is its own authority, with its key."""

    cert: Path
    key: Path


def make_certificate(folder: Path, name: str) -> Certificate:
    """A certificate for a host name."""
    if shutil.which("openssl") is None:
        raise NoMailServerError("openssl is not installed")
    made = Certificate(folder / f"{name}.pem", folder / f"{name}.key")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "30", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"),
            *("-keyout", str(made.key), "-out", str(made.cert)),
        ],
        check=True,
        capture_output=True,
    )
    return made


@contextmanager
def tls_front(certificate: Certificate, speak: Speak) -> Iterator[int]:
    """A TLS server on loopback whose connections are handled by `speak`; gives its port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.cert, certificate.key)
    loop = asyncio.new_event_loop()
    started: list[asyncio.Server] = []
    tasks: set[asyncio.Task[Any]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await speak(reader, writer)
        finally:
            tasks.discard(task)
            writer.close()

    async def start() -> None:
        started.append(await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context))

    async def stop() -> None:
        started[0].close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(start(), loop).result(10)
        yield int(started[0].sockets[0].getsockname()[1])
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@dataclass
class Wire:
    """How a server's bytes travel to the program under test.

    Attributes:
        sizes: lengths of the pieces they are cut into, over and over.
        pause_s: seconds between two pieces.
    """

    sizes: Sequence[int] = (2**16,)
    pause_s: float = 0.0

    async def carry(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        """Send some bytes on."""
        sizes = cycle(self.sizes)
        while data and not writer.is_closing():
            size = next(sizes)
            writer.write(data[:size])
            await writer.drain()
            data = data[size:]
            if data and self.pause_s:
                await asyncio.sleep(self.pause_s)


class Reached(Protocol):
    """A server that the program under test can reach."""

    @property
    def port(self) -> int:
        """With TLS."""
        ...

    @property
    def ca_file(self) -> Path:
        """The authority to trust."""
        ...


@dataclass
class MailServer:
    """The server, seen by whoever delivers mail.

    Attributes:
        port: with TLS, for the program under test.
        delivery_port: without TLS, for delivery.
        ca_file: the authority to trust.
        wire: how the server's answers travel; a test may change it, and changes it back.
    """

    port: int
    delivery_port: int
    ca_file: Path
    wire: Wire

    @contextmanager
    def postman(self) -> Iterator[imaplib.IMAP4]:
        """A connection for whoever owns the mailbox."""
        client = imaplib.IMAP4("127.0.0.1", self.delivery_port, timeout=30)
        client.login(USER, PASSWORD)
        try:
            yield client
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                client.logout()

    def make_folder(self, name: str) -> None:
        """A new, empty folder; one of that name is deleted before."""
        with self.postman() as client:
            client.delete(name)
            assert client.create(name)[0] == "OK"

    def deliver(self, folder: str, mails: Sequence[bytes], *, at: datetime = NOW) -> None:
        """Mails arrive, in order; many at once go into one command, since each answer costs time."""
        day = f"{at.day:02d}-{_MONTHS[at.month - 1]}-{at.year} {at:%H:%M:%S} +0000"
        with (
            socket.create_connection(("127.0.0.1", self.delivery_port), timeout=60) as sock,
            sock.makefile("rb") as file,
        ):
            file.readline()
            sock.sendall(f'1 LOGIN {USER} "{PASSWORD}"\r\n'.encode())
            assert b"OK" in file.readline()
            for start in range(0, len(mails), 500):
                parts = [f' "{day}" {{{len(one)}+}}\r\n'.encode() + one for one in mails[start : start + 500]]
                sock.sendall(f"a{start} APPEND {folder}".encode() + b"".join(parts) + b"\r\n")
                answer = file.readline()
                while not answer.startswith(f"a{start} ".encode()):
                    answer = file.readline()
                assert b" OK " in answer, answer

    def flags(self, folder: str) -> list[bytes]:
        """The flags of every mail."""
        with self.postman() as client:
            client.select(folder, readonly=True)
            return [one for one in client.fetch("1:*", "(FLAGS)")[1] if isinstance(one, bytes)]


@contextmanager
def mail_server(folder: Path) -> Iterator[MailServer]:
    """A running server with one mailbox."""
    try:
        import pymap.main  # noqa: F401
    except ImportError as error:
        raise NoMailServerError(f"pymap is not installed ({error})") from error
    certificate = make_certificate(folder, "localhost")
    wire = Wire()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        plain_port = int(probe.getsockname()[1])
    command = [sys.executable, "-c", _START, "--host", "127.0.0.1", "--port", str(plain_port), "--no-tls", "dict"]
    with (folder / "pymap.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--demo-user", USER, "--demo-password", PASSWORD], stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait_for(plain_port, process, folder / "pymap.log")

        async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            there, back = await asyncio.open_connection("127.0.0.1", plain_port, limit=2**20)
            ways = [
                asyncio.ensure_future(_copy(reader, back, Wire())),
                asyncio.ensure_future(_copy(there, writer, wire)),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                back.close()

        with tls_front(certificate, speak) as port:
            yield MailServer(port, plain_port, certificate.cert, wire)
    finally:
        process.terminate()
        process.wait(10)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: Wire) -> None:
    with suppress(OSError):
        while piece := await reader.read(2**16):
            await wire.carry(piece, writer)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(400):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise NoMailServerError(f"pymap does not start: {log.read_text(encoding='utf-8', errors='replace')[-500:]}")


def settings_of(server: Reached, folder: str = "INBOX", **more: Any) -> dict[str, Any]:
    """The settings of a source that reads the server."""
    return {
        "id": "post",
        "type": "mailbox",
        "host": "localhost",
        "port": server.port,
        "user": USER,
        "password": PASSWORD,
        "folders": [folder],
        "ca_file": str(server.ca_file),
        "authserv_ids": ["mx.test"],
        "since_days": 3650,
        **more,
    }


def mail(
    *,
    sender: str = f"Google Business Profile <{GOOGLE}>",
    subject: str = "Ajay left a review for Café Linde",
    text: str = "",
    html: str = "",
    number: object = 1,
    at: datetime = NOW,
    proof: str | None = PROOF,
    headers: Sequence[tuple[str, str]] = (),
) -> bytes:
    """A mail as a provider stores it: with its own words on the sender on top."""
    made = EmailMessage(policy=SMTP)
    if proof is not None:
        made["Authentication-Results"] = proof.format(sender.rpartition("@")[2].rstrip("> "))
    made["From"] = sender
    made["To"] = "owner@linde.test"
    made["Subject"] = subject
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{number}@mail.test>"
    for name, value in headers:
        made[name] = value
    if text or not html:
        made.set_content(text)
    if html and text:
        made.add_alternative(html, subtype="html")
    elif html:
        made.set_content(html, subtype="html")
    return made.as_bytes()


def google(rating: int = 1, text: str = "Waited an hour.", *, name: str = "Ajay Rajan", **more: Any) -> bytes:
    """Google's mail about one review."""
    lines = [
        f"You got a new {rating}-star review",
        "Read review",
        "<https://business.google.com/reviews/l/1/r/2>",
        "",
        name,
        "",
        *([text, ""] if text else []),
        "Reply to review",
        "Google LLC, 1600 Amphitheatre Parkway",
    ]
    return mail(text="\n".join(lines), **more)


def many(count: int, *, first: int = 0, rating: int = 5, at: datetime = NOW) -> list[bytes]:
    """Many mails of Google, each about another review; building each by itself would take longer than reading it."""
    whole = google(rating, "Text number NUMBER.", name="Guest NUMBER", number="NUMBER", at=at)
    return [whole.replace(b"NUMBER", str(first + number).encode()) for number in range(count)]
