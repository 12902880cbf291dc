"""A real python-telegram-bot client talking to the local Bot API server."""

from __future__ import annotations

import struct
import zlib
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.demo.botapi import BotApiServer, User

TOKEN = "123:abc"
ANNA = 1001
BEN = 1002
GROUP = -400


def png(width: int, height: int) -> bytes:
    """A PNG of one colour, whole and small whatever its sides."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1 + (width + 7) // 8) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PNG = png(2, 1)


def request_to_server(read_timeout: float = 5.0) -> HTTPXRequest:
    """HTTP settings that ignore proxies of the machine; without certificates a client starts ten times faster."""
    return HTTPXRequest(read_timeout=read_timeout, httpx_kwargs={"trust_env": False, "verify": False})


def client(server: BotApiServer, *, read_timeout: float = 5.0) -> Bot:
    """A bot that has not said hello yet."""
    return Bot(
        server.token,
        base_url=server.base_url,
        base_file_url=server.base_file_url,
        request=request_to_server(read_timeout),
        get_updates_request=request_to_server(read_timeout),
    )


@asynccontextmanager
async def talking(*, read_timeout: float = 5.0, **options: Any) -> AsyncIterator[tuple[BotApiServer, Bot]]:
    """A running server and an initialised client."""
    async with BotApiServer(token=TOKEN, **options) as server, client(server, read_timeout=read_timeout) as bot:
        yield server, bot


async def refusal(server: BotApiServer, call: Awaitable[Any]) -> str:
    """The exact text with which the server refuses `call`."""
    before = len(server.calls)
    with pytest.raises(TelegramError):
        await call
    assert len(server.calls) == before + 1
    return server.calls[-1].error


async def post(server: BotApiServer, method: str, **request: Any) -> dict[str, Any]:
    """A call without any client library; `request` goes to httpx (json, data, files)."""
    async with httpx.AsyncClient(trust_env=False, verify=False) as http:
        response = await http.post(f"{server.base_url}{server.token}/{method}", **request)
    answer: dict[str, Any] = response.json()
    assert answer["ok"] or answer["error_code"] == response.status_code
    return answer


def keyboard(*rows: list[tuple[str, str]]) -> InlineKeyboardMarkup:
    """Rows of (label, data)."""
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(text, callback_data=data) for text, data in row] for row in rows]
    )


def team(server: BotApiServer) -> tuple[User, User]:
    """Two people and a basic group with them and the bot; Anna owns it."""
    anna, ben = server.world.add_user(ANNA, "Anna", username="anna_b"), server.world.add_user(BEN, "Ben")
    server.world.add_group(GROUP, "Team", members=[anna, ben])
    return anna, ben
