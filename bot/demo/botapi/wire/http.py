"""A small HTTP/1.1 server: h11 on asyncio streams, loopback only."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import h11

HOST = "127.0.0.1"
_log = logging.getLogger(__name__)
_CHUNK = 1 << 16
LARGEST_BODY = 52 << 20


@dataclass(frozen=True, slots=True)
class Request:
    """A request read whole. `target` is path and query as sent; header names are lower case."""

    verb: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Response:
    """An answer."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


class HangUpError(Exception):
    """Raised by a handler to close the connection without an answer."""


class StaySilentError(Exception):
    """Raised by a handler to leave the connection open without an answer, until the client gives up."""


Handler = Callable[[Request], Awaitable[Response]]


class HttpServer:
    """Serves one handler; every connection is a task that ends with `close`."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0) -> int:
        """Listen on 127.0.0.1; 0 picks a free port. Returns the port."""
        self._server = await asyncio.start_server(self._connected, HOST, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and cut every connection."""
        if self._server is not None:
            self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a connection is served by a task")
        self._connections.add(task)
        try:
            await self._serve(reader, writer)
        except (ConnectionError, h11.RemoteProtocolError, HangUpError):
            # The other side broke the connection or the protocol, or a fault asked to: closing is the whole answer.
            pass
        except asyncio.CancelledError:
            # Only `close` cancels; asyncio's own callback would print a traceback if this went further.
            pass
        finally:
            self._connections.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER)
        while True:
            request = await _read_request(connection, reader)
            if request is None:
                return
            try:
                response = await self._handler(request)
            except StaySilentError:
                await reader.read()
                return
            except (HangUpError, ConnectionError):
                raise
            except Exception:  # noqa: BLE001 - logged and answered with 500
                # A defect of this server must reach the log and the client, not look like a broken network.
                _log.exception("the local Bot API server failed at %s", request.target.rpartition("/")[2])
                response = Response(500, b'{"ok":false,"error_code":500,"description":"Internal Server Error"}')
            await _write(connection, writer, response)
            if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                return
            connection.start_next_cycle()


async def _read_request(connection: h11.Connection, reader: asyncio.StreamReader) -> Request | None:
    head: h11.Request | None = None
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_CHUNK))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > LARGEST_BODY:
                raise HangUpError
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            headers = {name.decode().lower(): value.decode("latin-1") for name, value in head.headers}
            return Request(head.method.decode(), head.target.decode("latin-1"), headers, bytes(body))
        else:
            return None


async def _write(connection: h11.Connection, writer: asyncio.StreamWriter, response: Response) -> None:
    headers = [("Content-Type", response.content_type), ("Content-Length", str(len(response.body)))]
    headers += list(response.headers.items())
    parts = [
        connection.send(h11.Response(status_code=response.status, headers=headers)),
        connection.send(h11.Data(data=response.body)),
        connection.send(h11.EndOfMessage()),
    ]
    writer.write(b"".join(part or b"" for part in parts))
    await writer.drain()
