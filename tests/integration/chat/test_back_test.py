"""The back-test in the chat: after a first import, and after an export that was imported by hand."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.demo.botapi.model import Message
from bot.demo.botapi.rules.pictures import size_of
from bot.errors import WorkerError
from bot.stages.replay import backtest
from bot.store.learning import detectors
from bot.store.people import locations
from tests.house import GROUP, House, Row


def history(house: House, count: int, *, bursts: int = 0) -> list[Row]:
    """Good reviews, two a week, and on some evenings four low ones."""
    rows = []
    for number in range(count):
        rows += house.rows(1, rating=5, at=house.clock.now() - timedelta(days=20 + 3.5 * number), text="Lovely.")
    for number in range(bursts):
        rows += house.rows(4, rating=1, at=house.clock.now() - timedelta(days=60 + 90 * number))
    return rows


def told(house: House, chat_id: int) -> list[Message]:
    """The back-tests in a chat."""
    parts = ("Back-test: ", "for a back-test", "No alarm", "Rückblick: ")
    return [one for one in house.said(chat_id) if any(part in one.text for part in parts)]


async def imported(house: House, rows: list[Row]) -> None:
    """A first import of these reviews, read and reported."""
    house.put(rows)
    await house.step(minutes=16)
    await house.step(seconds=10)


async def test_first_import_brings_the_picture(house: House) -> None:
    """Silent, once, with the alarms in words and the picture in each chat's language; nothing is left in the folder."""
    petra = await house.owner()
    await house.join("Ben", 1002, language="de")
    await imported(house, history(house, 100, bursts=2))
    (english,), (german,) = told(house, petra.user_id), told(house, 1002)
    assert english.text.splitlines()[0] == "Back-test: 2 alarms in 11\xa0months (Marktplatz)"
    assert german.text.splitlines()[0] == "Rückblick: 2 Alarme in 11\xa0Monaten (Marktplatz)"
    assert "108 reviews, Nov 2025 – Nov 2026. You would have been alarmed on:" in english.text
    assert re.search(r"^27 \w+ 2026: \d low", english.text, re.M)
    assert english.text.splitlines()[-1].startswith("Picture: average per month as a line")
    assert english.file is not None
    assert german.file is not None
    assert size_of(english.file.content) == (1200, 675)
    assert english.file.content != german.file.content
    assert english.is_silent
    assert not list(house.service.parts.files.folder.iterdir())
    await house.step(hours=2)
    assert len(told(house, petra.user_id)) == 1


async def test_alarms_say_what_they_were_about(house: House) -> None:
    """The theme by the card's rule, in the chat's language, and a possible smear campaign in its place."""
    petra = await house.owner()
    await house.join("Ben", 1002, language="de")
    start = house.clock.now()
    rows = history(house, 100)
    for index in range(5):
        text = ("Waited {} minutes for a table.", "We had to wait {} minutes for the food.")[index % 2].format(
            40 + index
        )
        rows += house.rows(1, rating=1, at=start - timedelta(days=100, minutes=50 * index), text=text)
    for index in range(9):
        text = "Terrible place, avoid at all cost" + "!" * (index + 1)
        rows += house.rows(1, rating=1, at=start - timedelta(days=40, minutes=7 * index), text=text)
    await imported(house, rows)
    (english,), (german,) = told(house, petra.user_id), told(house, 1002)
    assert re.search(r"^\d+ \w+ 2026: \d low in .*, mostly waiting$", english.text, re.M), english.text
    assert re.search(r"^\d+ \w+ 2026: \d low in .*, possible smear campaign$", english.text, re.M), english.text
    assert re.search(r": \d schlechte in .*, vor allem Wartezeit$", german.text, re.M), german.text
    assert re.search(r": \d schlechte in .*, Schmähkampagne möglich$", german.text, re.M), german.text


async def test_quiet_history(house: House) -> None:
    """Without an alarm the densest group is told, with the picture."""
    await house.owner()
    rows = history(house, 60)
    rows += house.rows(2, rating=2, at=house.clock.now() - timedelta(days=30))
    await imported(house, rows)
    (message,) = told(house, 1001)
    assert "No alarm in 7\xa0months; the densest group was 2 low reviews in" in message.text
    assert message.file is not None


async def test_small_history(house: House) -> None:
    """A handful of reviews is no back-test: words only."""
    await house.owner()
    await imported(house, history(house, 12))
    (message,) = told(house, 1001)
    assert message.text == "12 reviews are too few for a back-test; it needs about 30."
    assert message.file is None


async def test_kill_before_it_is_made(house: House) -> None:
    """What was asked for and not made when the process ended is made after the start, once."""
    petra = await house.owner()
    await imported(house, history(house, 40))
    await house.group(petra)
    before = len(told(house, 1001))
    async with house.service.parts.store.write() as connection:
        (place,) = await locations.find_by_key(connection, "linde/marktplatz")
        await backtest.ask_for(connection, place.location_id, now=house.clock.now())
    await house.stop()
    await house.start()
    await house.step(seconds=1)
    await house.step(seconds=10)
    assert len(told(house, 1001)) == before + 1
    assert len(told(house, GROUP)) == 1
    await house.step(hours=2)
    assert len(told(house, GROUP)) == 1


async def test_worker_that_dies(house: House) -> None:
    """A drawing that kills its worker is given up; everything else goes on."""
    await house.owner()

    async def run(*_: object) -> backtest.Drawn:
        raise WorkerError("out of memory")

    await imported(house, history(house, 40))
    before = len(told(house, 1001))
    async with house.service.parts.store.write() as connection:
        (place,) = await locations.find_by_key(connection, "linde/marktplatz")
        await backtest.ask_for(connection, place.location_id, now=house.clock.now())
    wanted = backtest.Wanted(place.location_id, int(house.clock.now().timestamp()))
    await house.service.pipeline.backtest(wanted, house.service.parts.files, run)
    await house.step(hours=3)
    assert len(told(house, 1001)) == before
    await house.low(3)
    assert len(house.cards(1001)) == 1


async def test_fewer_and_more_alarms(house: House) -> None:
    """The owner lets the place alarm less, sees the picture drawn anew in the same message, and takes it back."""
    await house.owner()
    await house.join("Ben", 1002)
    await imported(house, history(house, 100, bursts=2))
    (message,) = told(house, 1001)
    assert message.labels() == [["Keep", "Fewer alarms"]]
    assert not told(house, 1002)[0].labels(), "a manager sees no button that only an owner may press"
    petra = house.server.world.users[1001]
    await house.press(petra, "Fewer alarms", on=message)
    await house.step(seconds=7)
    (less,) = told(house, 1001)
    assert less.message_id == message.message_id
    assert less.labels() == [["Keep", "Fewer alarms", "More alarms"]]
    async with house.service.parts.store.read() as connection:
        (place,) = await locations.find_by_key(connection, "linde/marktplatz")
        assert await detectors.relaxed(connection, place.location_id) == 1
    await house.press(petra, "More alarms", on=less)
    await house.step(seconds=7)
    (more,) = told(house, 1001)
    await house.press(petra, "Keep", on=more)
    await house.step(seconds=7)
    (kept,) = told(house, 1001)
    assert not kept.labels()
    assert kept.text == message.text
