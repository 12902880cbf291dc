"""What nobody expects to happen to a running service: it goes on, says so, or ends with one sentence."""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from telegram.error import TimedOut

from bot.errors import DatabaseGoneError
from bot.telegram.outbound import api, timed_request
from tests.house import House


async def _ended(house: House) -> BaseException | None:
    with pytest.raises(BaseException) as raised:
        await asyncio.wait_for(house.service.run(), 0.05)
    return raised.value


async def test_a_database_that_is_removed_is_written_again(house: House) -> None:
    """Somebody empties the data folder: the program ends, and the next start has everything."""
    petra = await house.owner()
    await house.low(3)
    database = Path(house.settings().database)
    for path in database.parent.glob("reviewbot.sqlite3*"):
        path.unlink()
    await house.press(petra, "Acknowledge")
    await house.step(seconds=61)
    error = await _ended(house)
    assert isinstance(error, DatabaseGoneError)
    assert "written again" in str(error)
    await house.restart(seconds=5)
    assert "Acknowledged by Petra" in house.card(1001).text
    await house.press(petra, "Resolve")
    assert await house.say(petra, "/status")


async def test_a_database_that_is_replaced_ends_the_program(house: House) -> None:
    """A copy is put back under the running program: it does not go on with a file that nobody sees."""
    await house.owner()
    database = Path(house.settings().database)
    other = database.with_name("other")
    other.write_bytes(b"")
    other.rename(database)
    await house.step(seconds=61)
    error = await _ended(house)
    assert isinstance(error, DatabaseGoneError)
    assert "replaced" in str(error)


async def test_a_folder_that_becomes_a_file_is_told_and_heals(house: House) -> None:
    """The source is blind, says so once, and reads again when the folder is back."""
    await house.owner()
    folder = house.folder / "marktplatz"
    folder.rmdir()
    folder.write_text("x")
    for _ in range(4):
        await house.step(minutes=16)
    assert len(house.seen(1001, "cannot be read")) + len(house.seen(1001, "blind")) >= 1, house.texts(1001)
    told = len(house.said(1001))
    await house.step(minutes=61)
    assert len(house.said(1001)) == told
    folder.unlink()
    folder.mkdir()
    await house.step(minutes=61)
    await house.low(3)
    assert house.cards(1001)


async def test_a_clock_that_jumps_a_year_ahead_and_back_blinds_nobody(house: House) -> None:
    """A board without a battery: told both times, sources go on, and the next cluster alarms."""
    petra = await house.owner()
    house.clock.set_wrong(timedelta(days=365))
    await house.step(seconds=2)
    await house.step(minutes=2)
    house.clock.set_wrong(-timedelta(days=365))
    await house.step(seconds=2)
    await house.step(minutes=2)
    assert len(house.seen(1001, "clock was wrong")) == 2, house.texts(1001)
    await house.low(3)
    assert house.cards(1001)
    await house.press(petra, "Acknowledge")
    assert "Acknowledged by Petra" in house.card(1001).text


def _put_odd_things(folder: Path) -> None:
    os.mkfifo(folder / "pipe.csv")
    (folder / "zero.csv").symlink_to("/dev/zero")
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    (folder / "a").symlink_to(folder / "b")
    (folder / "b").symlink_to(folder / "a")
    (folder / "self").symlink_to(folder)
    (folder / "gone.csv").symlink_to(folder / "nothing")
    (folder / "passwd.csv").symlink_to("/etc/passwd")
    (folder / "folder.csv").mkdir()
    (folder / "empty.csv").write_bytes(b"")
    (folder / "line\nbreak‮.csv").write_text("nonsense")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.csv")).write_bytes(b"\x00\xff\x00")
    os.mknod(folder / "socket.csv", 0o600 | stat.S_IFSOCK)


async def test_odd_things_in_a_folder_hold_nothing_up(house: House) -> None:
    """A pipe, a device, loops of links, a socket, a folder like a file, names that are no text: the export is read."""
    await house.owner()
    _put_odd_things(house.folder / "marktplatz")
    await house.low(3)
    assert house.cards(1001)
    assert not any("root:" in text for text in house.texts(1001))


async def test_one_of_two_owners_blocks_the_bot(house: House) -> None:
    """The other gets the card, and hears that the first does not."""
    await house.owner()
    await house.owner("Nina", 1002)
    house.server.faults.add(kind="blocked", method="sendMessage", chat_id=1001, times=None)
    await house.low(3)
    await house.step(seconds=20)
    assert house.cards(1002)
    assert any("Petra" in text for text in house.texts(1002)), house.texts(1002)


async def test_a_pile_of_updates_holds_no_press_up(house: House) -> None:
    """A hundred and fifty messages of four thousand signs by the team, and a press behind them: the press is first."""
    petra = await house.owner()
    await house.low(3)
    for _ in range(150):
        house.server.people.say(petra, 1001, "x" * 4000)
    answer = await house.press(petra, "Acknowledge")
    assert answer is not None
    assert "Acknowledged by Petra" in house.card(1001).text


async def test_a_folder_for_files_that_is_none_costs_the_files_only(house: House) -> None:
    """Pictures and documents cannot be kept: the words go, and alarms go on."""
    petra = await house.owner()
    await house.low(3)
    outgoing = house.folder / "data" / "outgoing"
    if outgoing.is_dir():
        for path in outgoing.iterdir():
            path.unlink()
        outgoing.rmdir()
    outgoing.write_text("x")
    await house.press(petra, "Why?")
    shown = house.last(1001)
    await house.press(petra, "Save evidence", on=shown)
    await house.step(minutes=2)
    await house.press(petra, "Acknowledge", on=house.card(1001))
    assert "Acknowledged by Petra" in house.card(1001).text


async def test_an_answer_that_drips_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then never times out by itself: the whole call has an end."""
    monkeypatch.setattr(timed_request, "USUAL_S", 0.5)

    writers: list[asyncio.StreamWriter] = []

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.05)

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    bot: Any = api.make_bot("123:abc", f"http://127.0.0.1:{port}/bot")
    with pytest.raises(TimedOut):
        await asyncio.wait_for(bot.get_me(), 10)
    server.close()
    for writer in writers:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
