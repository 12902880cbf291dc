"""A guest is erased: he is found in the data folder before, and in no byte of it after."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa

from bot import app
from bot.demo.botapi.model import User
from bot.stages.ops import backup, erase
from bot.stages.ops.backup import Why
from bot.store.db import scrub
from bot.store.db.engine import open_store
from bot.store.db.schema import outbox, reviews
from bot.store.people import locations
from bot.store.privacy import erasures, find, places
from bot.store.privacy.erasures import Erasure
from tests.house import GROUP, House
from tests.traces import traces

NAME = "Zacharias Quellenbrunn"
FIRST = "The vexolant soup was cold and raw"
TEXT = "The zirkumflor schnitzel was raw, we waited seventy minutes and I was poisoned by the krabblwux mussels."
MARKS = ("quellenbrunn", "vexolant", "zirkumflor", "krabblwux", "zq-4711")


def table(*rows: str) -> str:
    """An export with ids."""
    return "id,date,rating,title,text,author\n" + "".join(f"{row}\n" for row in rows)


def put(house: House, name: str, *rows: str, source: str = "marktplatz") -> None:
    """Put such an export into a folder."""
    (house.folder / source / name).write_text(table(*rows), encoding="utf-8")


def found(house: House) -> list[str]:
    """Every trace of the guest in the data folder."""
    return traces(house.folder / "data", *MARKS)


async def drive(house: House) -> User:
    """Take the guest through every feature: read, edited, alarmed, quoted, listed, sent, typed, answered, backed up."""
    petra = await house.owner()
    group = await house.group(petra)
    at = house.clock.now()
    others = [f"o{n},{at:%Y-%m-%dT%H:%M:%SZ},1,,Guest {n} waited {n} minutes for cold soup,Guest {n}" for n in range(6)]
    put(house, "one.csv", f"zq-4711,{at:%Y-%m-%dT%H:%M:%SZ},1,,{FIRST},{NAME}", *others)
    await house.step(minutes=2)
    put(house, "two.csv", f'zq-4711,{at:%Y-%m-%dT%H:%M:%SZ},1,,"{TEXT}",{NAME}', *others)
    put(house, "broken.csv", f'zq-4711,no day,1,,"{TEXT}",{NAME}')
    await house.step(minutes=2)
    await house.step(minutes=2)
    await house.press(petra, "Why?")
    await house.step(minutes=2)
    await house.press(petra, "Reviews (7)")
    saved = [one for one in house.said(1001) if "Save evidence" in str(one.labels()).replace("\\xa0", " ")]
    await house.press(petra, "Save evidence", on=saved[-1])
    for command in ("/reviews", "/themes", "/incidents", f"/add 1 tripadvisor {TEXT}"):
        await house.say(petra, command)
    sent = table(f'zq-4711,{at:%Y-%m-%d},1,,"{TEXT}",{NAME}')
    unclear = "Wer,Wie,Wann\n" + "".join(f"{NAME},{n % 3},0{n}/0{n}/2026\n" for n in range(1, 7))
    for name, content in (("sent.csv", sent), ("unclear.csv", unclear)):
        house.server.people.send_document(petra, 1001, content.encode(), name=name)
        for _ in range(3):
            await house.step(seconds=10)
    await house.press(petra, "Acknowledge")
    await house.say(petra, f"/resolve 1 kitchen {NAME} was right about the krabblwux")
    await house.service.parts.premises.backups.make(Why.ASKED)
    assert group
    return petra


async def numbers(house: House) -> list[int]:
    """The reviews that the command would find by name and by words."""
    store = house.service.parts.store
    async with store.read() as connection:
        found = [*await find.reviews_with(connection, NAME), *await find.reviews_with(connection, "zirkumflor")]
    return sorted({one.review_id for one in found})


async def erased(house: House, ids: list[int]) -> Erasure:
    """Erase, and let the running service do the rest; gives the receipt."""
    store = house.service.parts.store
    number = await erase.begin(store, ids, by="owner", now=house.clock.now())
    assert number is not None
    for _ in range(3):
        await house.step(minutes=1)
    async with store.read() as connection:
        one = await erasures.find(connection, number)
    assert one is not None
    return one


def in_telegram(house: House) -> list[str]:
    """The bot's messages that still show him, and the files it sent that hold him."""
    mine = [one for chat in (1001, GROUP) for one in house.said(chat)]
    packed = [f"{one.text}{one.file.content if one.file else b''!r}".casefold() for one in mine]
    return [text for text in packed if any(mark in text for mark in MARKS)]


async def test_an_erased_guest_is_in_no_byte_of_the_data_folder(house: House) -> None:
    """He is found before, in tables, backups and messages; after it nowhere, not even in free pages and the WAL."""
    await drive(house)
    places = {one.split(": ")[0] for one in found(house)}
    for expected in ("reviews.text", "review_versions.text", "inbox.body", "raw_items.body", "outbox.args", ".zip/"):
        assert any(expected in one for one in places), f"{expected} held nothing, so the test proves nothing: {places}"
    assert in_telegram(house)
    receipt = await erased(house, await numbers(house))
    assert found(house) == []
    assert in_telegram(house) == []
    assert receipt.done_at is not None
    assert not [one for one in MARKS if one in str(receipt).casefold()]
    assert {"reviews", "review_versions", "inbox", "outbox", "raw_items", "backups", "messages"} <= set(receipt.receipt)
    # The same export again, whole and with a guest who is new, a day and a restart later.
    at = house.clock.now()
    put(house, "again.csv", f'zq-4711,{at:%Y-%m-%d},1,,"{TEXT}",{NAME}', f"n1,{at:%Y-%m-%d},5,,All fine,Nele")
    await house.step(minutes=2)
    assert await numbers(house) == []
    assert found(house) == []
    await house.restart(days=1)
    await house.step(minutes=2)
    assert found(house) == []
    assert len(await texts(house)) == 8, "the six others, the new one, and what is left of him: his stars"


async def test_a_whole_place_is_erased_however_often_that_is_broken_off(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two reviews at a time, broken off after each: in the end no guest of the place is in any byte; one receipt."""
    await drive(house)
    put(house, "other.csv", "x1,2026-11-20,5,,Nothing but praise for the station,Ole Nordwind", source="bahnhof")
    await house.step(minutes=2)
    assert found(house)
    store = house.service.parts.store
    async with store.read() as connection:
        wanted = await locations.named(connection, location="linde/marktplatz")
    number = await erase.begin_places(store, wanted, by="owner", now=house.clock.now())
    assert number is not None
    monkeypatch.setattr(erase, "AT_ONCE", 2)
    real, calls = erase._erase, 0

    async def fails_every_second_time(*args: Any, **kind: Any) -> None:
        nonlocal calls
        calls += 1
        await real(*args, **kind)
        if calls % 2:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(erase, "_erase", fails_every_second_time)
        for _ in range(3):
            with pytest.raises(OSError, match="No space"):
                await erase.go_on(house.service.parts.premises, now=house.clock.now(), is_running=True)
    for _ in range(4):
        await house.step(minutes=1)
    assert found(house) == []
    assert in_telegram(house) == []
    assert traces(house.folder / "data", "waited 3 minutes") == [], "another guest of the place"
    assert traces(house.folder / "data", "nordwind"), "a guest of another place"
    async with store.read() as connection:
        (one,) = await erasures.every(connection)
    assert one.done_at is not None
    assert one.receipt["reviews"] == 7
    assert {"inbox", "outbox", "raw_items", "messages"} <= set(one.receipt)


async def test_two_guests_of_one_name_and_one_who_mentions_it(house: House) -> None:
    """Only the review that was named goes, and only it stays out; the namesake and the one who mentions him stay."""
    at = f"{house.clock.now():%Y-%m-%dT%H:%M:%SZ}"
    rows = [
        f'a,{at},1,,"{TEXT}",{NAME}',
        f"b,{at},5,,My name is the same and I had the best evening of the year here,{NAME}",
        f"c,{at},4,,I came with {NAME} and liked it more than he did that evening,Nele",
    ]
    put(house, "one.csv", *rows)
    await house.step(minutes=2)
    first = min(await numbers(house))
    assert len(await numbers(house)) == 3
    await erased(house, [first])
    put(house, "two.csv", *rows, f"d,{at},3,,One more,Ole")
    await house.step(minutes=2)
    left = await texts(house)
    assert sorted(text[:9] for text in left) == ["", "I came wi", "My name i", "One more"]


async def test_what_is_too_old_to_be_deleted_is_edited(house: House) -> None:
    """After three days Telegram deletes nothing; the words go all the same, out of texts and files."""
    await drive(house)
    await house.step(days=3)
    assert in_telegram(house)
    await erased(house, await numbers(house))
    assert in_telegram(house) == []
    assert house.seen(1001, "Removed: it held the words of a guest")


async def test_an_erase_while_a_card_is_on_its_way(house: House) -> None:
    """What is being sent in that moment is waited for; the card that arrives with his words is edited at once."""
    await drive(house)
    store = house.service.parts.store
    ids = await numbers(house)
    number = await erase.begin(store, ids, by="owner", now=house.clock.now())
    assert number is not None
    async with store.write() as connection:
        await connection.execute(sa.update(outbox).where(outbox.c.kind == "card").values(state="sending"))
    house.clock.advance(timedelta(minutes=5))
    assert not await erase.go_on(house.service.parts.premises, now=house.clock.now(), is_running=True)
    async with store.write() as connection:
        await connection.execute(sa.update(outbox).where(outbox.c.state == "sending").values(state="waiting"))
    for _ in range(2):
        await house.step(minutes=1)
    assert found(house) == []
    assert in_telegram(house) == []


@pytest.mark.parametrize(
    ("where", "what"),
    [(places, "blank"), (scrub, "scrub"), (backup, "make"), (erasures, "forget_needles"), (erasures, "end")],
)
async def test_an_erase_that_is_broken_off_goes_on(
    house: House, monkeypatch: pytest.MonkeyPatch, where: ModuleType, what: str
) -> None:
    """A full disk or a kill at any step: what is shown is erased already, and the rest follows at the next round."""
    at = f"{house.clock.now():%Y-%m-%dT%H:%M:%SZ}"
    petra = await house.owner()
    put(house, "one.csv", f'zq-4711,{at},1,,"{TEXT}",{NAME}')
    await house.step(minutes=2)
    await house.say(petra, "/reviews")
    await house.service.parts.premises.backups.make(Why.ASKED)
    await erase.begin(house.service.parts.store, await numbers(house), by="owner", now=house.clock.now())
    await house.stop()

    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    premises = app.premises(house.settings(), open_store(house.settings().database), house.clock)
    with monkeypatch.context() as patch:
        patch.setattr(where, what, fails)
        with pytest.raises(OSError, match="No space"):
            await erase.go_on(premises, now=house.clock.now(), is_running=False)
    await premises.store.close()
    await house.start()
    for _ in range(3):
        await house.step(minutes=1)
    assert found(house) == []
    async with house.service.parts.store.read() as connection:
        assert await erasures.unfinished(connection) == []


async def texts(house: House) -> list[str]:
    """The texts of all stored reviews."""
    async with house.service.parts.store.read() as connection:
        return list(await connection.scalars(sa.select(reviews.c.text)))
