"""The local Bot API server: joins HTTP, checks, methods, people and faults.

A bot talks to it as to api.telegram.org: `base_url` for methods, `base_file_url` for downloads.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import unquote, urlsplit

from bot.clock import SystemClock
from bot.demo.botapi.faults import Fault, Faults
from bot.demo.botapi.methods import Methods
from bot.demo.botapi.model import Message, User
from bot.demo.botapi.people import People
from bot.demo.botapi.rules import refusals, spec
from bot.demo.botapi.rules.limits import FloodGate, FloodLimits
from bot.demo.botapi.rules.refusals import RefusedError
from bot.demo.botapi.wire.bodies import Parameters, read_parameters
from bot.demo.botapi.wire.http import HOST, HangUpError, HttpServer, Request, Response, StaySilentError
from bot.demo.botapi.world import World

T = TypeVar("T")
QUERY_LIFETIME_SECONDS = 15.0
GIVE_UP_S = 120.0
"""How long is waited for what should happen; long, because other programs may keep the machine busy."""
DOWNLOAD = "download"
_LARGEST_UPLOAD = 50 << 20
_HTML_ERROR = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center>nginx</center></body>\r\n</html>\r\n"
)


@dataclass(frozen=True, slots=True)
class Call:
    """A call the bot made.

    Attributes:
        method: In the reference's spelling.
        params: As checked: numbers, booleans and decoded JSON.
        result: The `result` of the answer, None when refused.
        error: Telegram's text, empty when it succeeded.
        at: When.
        fault: The injected fault that struck it.
    """

    method: str
    params: dict[str, Any]
    result: Any
    error: str
    at: datetime
    fault: Fault | None = None


class BotApiServer:
    """`async with BotApiServer(token="123:abc") as server:` listens on 127.0.0.1 until the block ends.

    Args:
        token: The bot's token; its digits are the bot's id.
        now: The time shown in messages and counted for the 48 h and 24 h limits.
        username: The bot's own.
        query_lifetime_seconds: How long a press can be answered, in real seconds whatever `now` says. Telegram gives
            no figure; public reports range from about ten seconds up, so 15 is on the strict side.
        has_privacy_mode: As set with BotFather.
        flood_limits: Refuse with 429 what is beyond; None lets everything pass.
        port: 0 picks a free one.
    """

    def __init__(
        self,
        *,
        token: str = "123:abc",  # noqa: S107 - a made-up token for a local server
        now: Callable[[], datetime] | None = None,
        username: str = "review_alert_bot",
        query_lifetime_seconds: float = QUERY_LIFETIME_SECONDS,
        has_privacy_mode: bool = True,
        flood_limits: FloodLimits | None = None,
        port: int = 0,
    ) -> None:
        self.token = token
        self.now = now if now is not None else SystemClock().now
        self.faults = Faults()
        self.calls: list[Call] = []
        me = User(int(token.partition(":")[0]), "Review alerts", username=username, is_bot=True)
        self.world = World(bot=me, now=self.now, has_privacy_mode=has_privacy_mode)
        self.people = People(self.world, query_lifetime_seconds=query_lifetime_seconds, real_seconds=time.monotonic)
        self._gate = None if flood_limits is None else FloodGate(flood_limits, time.monotonic)
        self._methods = Methods(self.world, self.people)
        self._http = HttpServer(self._handle)
        self._wanted_port = port
        self._port = 0
        self._waiting: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []
        self.world.observe(lambda _: self._wake())

    async def __aenter__(self) -> Self:
        self._port = await self._http.start(self._wanted_port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    @property
    def base_url(self) -> str:
        """What the bot puts before its token to call a method."""
        return f"http://{HOST}:{self._port}/bot"

    @property
    def base_file_url(self) -> str:
        """What the bot puts before its token to download a file."""
        return f"http://{HOST}:{self._port}/file/bot"

    def messages(self, chat_id: int) -> list[Message]:
        """Everything said in a chat, oldest first, deleted messages included."""
        return self.world.messages(chat_id)

    def sent(self, chat_id: int) -> list[Message]:
        """What the bot said in a chat and is still there."""
        return [one for one in self.world.messages(chat_id) if one.is_own and not one.is_deleted]

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]

    async def wait_for(
        self,
        predicate: Callable[[], T],
        *,
        timeout: float = GIVE_UP_S,  # noqa: ASYNC109 - the error lists what was seen instead
    ) -> T:
        """Wait until `predicate` is true; it is asked after every call and everything that happens.

        Returns:
            What the predicate returned.

        Raises:
            TimeoutError: after `timeout` real seconds; the text lists the last calls.
        """
        value = predicate()
        if value:
            return value
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((predicate, future))
        try:
            return await asyncio.wait_for(future, timeout)
        except TimeoutError:
            seen = ", ".join(f"{call.method} {call.error}".strip() for call in self.calls[-10:])
            raise TimeoutError(f"nothing fitting within {timeout} s; last calls: {seen or 'none'}") from None
        finally:
            self._waiting = [one for one in self._waiting if one[1] is not future]

    def _wake(self) -> None:
        for predicate, future in list(self._waiting):
            if future.done():
                continue
            try:
                value = predicate()
            except Exception as error:  # noqa: BLE001 - handed to whoever waits
                future.set_exception(error)
            else:
                if value:
                    future.set_result(value)

    async def _handle(self, request: Request) -> Response:
        url = urlsplit(request.target)
        try:
            if url.path.startswith("/file/bot"):
                return self._download(unquote(url.path.removeprefix("/file/bot")))
            if not url.path.startswith("/bot"):
                raise refusals.not_found()
            token, _, name = unquote(url.path.removeprefix("/bot")).partition("/")
            self._check_token(token)
            content_type = request.headers.get("content-type", "")
            method = spec.canonical_method(name)
            if len(request.body) > _LARGEST_UPLOAD:
                raise refusals.request_too_large()
            given = read_parameters(query=url.query, content_type=content_type, body=request.body)
        except RefusedError as error:
            return _refused(error)
        return await self._call(method, given)

    def _check_token(self, token: str) -> None:
        if ":" not in token or token.startswith("0"):
            raise refusals.invalid_token()
        if token != self.token:
            raise refusals.unauthorized()

    def _download(self, path: str) -> Response:
        token, _, name = path.partition("/")
        self._check_token(token)
        fault = self.faults.hit(DOWNLOAD, {})
        if fault is not None:
            return _struck(fault)
        for stored in self.world.files.values():
            if stored.path == name:
                return Response(200, stored.content, content_type="application/octet-stream")
        raise refusals.not_found()

    async def _call(self, method: str, given: Parameters) -> Response:
        fault = self.faults.hit(method, given.values)
        if fault is not None and not fault.kind.endswith("_after"):
            self._record(method, given.values, error=fault.kind, fault=fault)
            return _struck(fault)
        params: dict[str, Any] = dict(given.values)
        try:
            params = spec.check(method, given)
            if self._gate is not None:
                self._gate.pass_or_refuse(method, params.get("chat_id"))
            result = await self._methods.answer(method, params | ({"uploads": given.files} if given.files else {}))
        except RefusedError as error:
            self._record(method, params, error=error.refusal.description, fault=fault)
            response = _refused(error)
        else:
            self._record(method, params, result=result, fault=fault)
            response = _json(200, {"ok": True, "result": result})
        if fault is not None:
            if fault.kind == "empty_after":
                return _json(200, {"ok": True, "result": {}})
            raise HangUpError if fault.kind == "drop_after" else StaySilentError
        return response

    def _record(
        self, method: str, params: dict[str, Any], *, result: Any = None, error: str = "", fault: Fault | None = None
    ) -> None:
        self.calls.append(Call(method, params, result, error, self.now(), fault))
        self._wake()


def _json(status: int, value: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return Response(status, json.dumps(value, ensure_ascii=False).encode(), headers=headers or {})


def _refused(error: RefusedError) -> Response:
    refusal = error.refusal
    value: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.parameters:
        value["parameters"] = dict(refusal.parameters)
    retry_after = refusal.parameters.get("retry_after")
    return _json(refusal.code, value, {} if retry_after is None else {"Retry-After": str(retry_after)})


def _struck(fault: Fault) -> Response:
    match fault.kind:
        case "too_many_requests":
            return _refused(refusals.too_many_requests(fault.retry_after))
        case "blocked":
            return _refused(refusals.blocked())
        case "kicked":
            return _refused(refusals.kicked(is_supergroup=True))
        case "unauthorized":
            return _refused(refusals.unauthorized())
        case "server_error":
            return Response(fault.status, _HTML_ERROR, content_type="text/html")
        case "web_page":
            return Response(200, _HTML_ERROR, content_type="text/html")
        case "chat_deleted":
            return _refused(refusals.chat_deleted())
        case "malformed_json":
            return Response(200, b'{"ok":true,"result":{"message_id":')
        case "drop_before" | "drop_after":
            raise HangUpError
        case _:
            raise StaySilentError
