"""Faults between the bot and Telegram: what the library sees, and what has happened all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from telegram.error import Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from tests.contract.botapi_bot import client, talking

pytestmark = pytest.mark.server

ANNA = 1001


async def test_too_many_requests_names_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """429 carries retry_after in the answer, for as many calls as asked."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with talking() as (server, bot):
        server.world.add_user(ANNA, "Anna")
        fault = server.faults.add(kind="too_many_requests", method="sendMessage", times=2, retry_after=7)
        for _ in range(2):
            with pytest.raises(RetryAfter) as caught:
                await bot.send_message(ANNA, "a")
            assert caught.value.retry_after == timedelta(seconds=7)
        await bot.send_message(ANNA, "a")
        assert fault.hits == 2
        assert fault.remaining == 0
        assert [one.text for one in server.messages(ANNA)] == ["a"]


@pytest.mark.parametrize(
    ("kind", "error", "is_delivered"),
    [
        ("blocked", Forbidden, False),
        ("kicked", Forbidden, False),
        ("unauthorized", InvalidToken, False),
        ("server_error", NetworkError, False),
        ("malformed_json", TelegramError, False),
        ("timeout_before", TimedOut, False),
        ("timeout_after", TimedOut, True),
        ("drop_before", NetworkError, False),
        ("drop_after", NetworkError, True),
    ],
)
async def test_each_fault(kind: str, error: type[TelegramError], is_delivered: bool) -> None:
    """Each kind reaches the library as its own error; only the "after" kinds have delivered the message."""
    async with talking(read_timeout=0.3) as (server, bot):
        server.world.add_user(ANNA, "Anna")
        server.faults.add(kind=kind, method="sendMessage")  # type: ignore[arg-type]
        with pytest.raises(error):
            await bot.send_message(ANNA, "a")
        assert len(server.messages(ANNA)) == is_delivered
        assert server.calls[-1].fault is not None
        await bot.send_message(ANNA, "b")
        assert server.messages(ANNA)[-1].text == "b"


async def test_a_fault_can_aim_at_one_chat() -> None:
    """Other chats, methods and later calls are not hit."""
    async with talking() as (server, bot):
        server.world.add_user(ANNA, "Anna")
        server.world.add_user(1002, "Ben")
        fault = server.faults.add(kind="blocked", chat_id=ANNA, times=None)
        await bot.send_message(1002, "a")
        await bot.get_me()
        for _ in range(3):
            with pytest.raises(Forbidden):
                await bot.send_message(ANNA, "a")
        server.faults.remove(fault)
        await bot.send_message(ANNA, "a")
        assert fault.hits == 3


async def test_a_revoked_token_hits_everything() -> None:
    """Without method and number every call is refused, until the faults are cleared."""
    async with talking() as (server, bot):
        server.faults.add(kind="unauthorized", times=None)
        for call in (bot.get_me, bot.get_updates, bot.get_webhook_info):
            with pytest.raises(InvalidToken):
                await call()
        assert {one.error for one in server.calls[1:]} == {"unauthorized"}
        server.faults.clear()
        await bot.get_me()


async def test_a_download_can_fail() -> None:
    """The content of a file breaks off while its description was fine."""
    async with talking() as (server, bot):
        anna = server.world.add_user(ANNA, "Anna")
        sent = server.people.send_document(anna, ANNA, b"a,b", name="a.csv")
        assert sent.file is not None
        server.faults.add(kind="drop_before", method="download")
        described = await bot.get_file(sent.file.file_id)
        with pytest.raises(NetworkError):
            await described.download_as_bytearray()
        assert bytes(await described.download_as_bytearray()) == b"a,b"


async def test_a_defect_of_the_server_is_loud(caplog: pytest.LogCaptureFixture) -> None:
    """An error inside the server is logged and answered with 500, without the token in the log."""
    async with talking() as (server, bot):
        server.world.add_user(ANNA, "Anna")

        def broken(_: object) -> None:
            raise ZeroDivisionError

        server.world.observe(broken)
        with pytest.raises(NetworkError, match="Internal Server Error"):
            await bot.send_message(ANNA, "a")
        assert "failed at sendMessage" in caplog.text
        assert server.token not in caplog.text


async def test_closing_the_server_cuts_open_polls() -> None:
    """A server that ends while a poll waits leaves the library with a network error, not a hang."""
    async with talking() as (server, _):
        bot = client(server)
        await bot.initialize()
        server.faults.add(kind="timeout_before", method="getChat")
    with pytest.raises(NetworkError):
        await bot.get_updates(timeout=5)
    await bot.shutdown()
