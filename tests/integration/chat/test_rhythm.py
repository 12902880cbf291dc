"""What people do about an incident reaches the detector: ended, false alarm, new normal, reopened."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.detect.types import MOST_RELAXED
from bot.store.db.schema import incidents
from bot.store.learning import detectors
from tests.house import House, Row

PLACE = 1


async def relaxed(house: House) -> int:
    async with house.service.parts.store.read() as connection:
        return await detectors.relaxed(connection, PLACE)


async def lasts(house: House, days: int, *, count: int = 3) -> None:
    """Low reviews day after day."""
    for _ in range(days):
        house.clock.advance(timedelta(hours=24))
        house.put(house.rows(count))
        await house.step(seconds=1)


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


async def test_a_false_alarm_relaxes_the_place_until_it_is_reopened(house: House) -> None:
    """The card says so; reopening takes it back."""
    petra = await house.owner()
    await house.low(3)
    await house.press(petra, "Resolve")
    await house.press(petra, "False alarm")
    assert "False alarm, marked by Petra at 18:1" in house.card(1001).text
    assert "Marktplatz now alarms a little later" in house.card(1001).text
    assert await relaxed(house) == 1
    await house.press(petra, "Reopen")
    assert await relaxed(house) == 0
    assert "a little later" not in house.card(1001).text


async def test_false_alarms_relax_four_times_at_most(house: House) -> None:
    """One more changes nothing, its card does not say that it did, and reopening it takes nothing back."""
    petra = await house.owner()
    async with house.service.parts.store.write() as connection:
        for _ in range(MOST_RELAXED):
            assert await detectors.relax(connection, PLACE, now=house.clock.now())
    await house.low(10)
    await house.say(petra, "/resolve 1 false")
    assert await relaxed(house) == MOST_RELAXED
    assert "False alarm" in house.card(1001).text
    assert "a little later" not in house.card(1001).text
    await house.say(petra, "/reopen 1")
    assert await relaxed(house) == MOST_RELAXED


async def test_resolved_by_a_person_a_second_incident_is_found(house: House) -> None:
    """A week later, as a new one; what came before the end counts no more."""
    petra = await house.owner()
    await house.low(4)
    await house.say(petra, "/resolve 1 food")
    await house.low(1)
    assert len(house.cards(1001)) == 1
    await house.low(4, minutes=60 * 24 * 7)
    assert len(house.cards(1001)) == 2
    assert "#2 · as of" in house.card(1001).text


async def test_what_a_person_reopened_lasts_and_ends_by_itself(house: House) -> None:
    """The detector follows it like one of its own, across a restart."""
    petra = await house.owner()
    await house.low(3)
    await house.say(petra, "/resolve 1 food")
    await house.step(minutes=20)
    await house.say(petra, "/reopen 1")
    await house.step(minutes=20)
    await house.restart(minutes=1)
    for _ in range(7):
        assert "Open again since" in house.card(1001).text
        await house.step(hours=18)
    await house.step(hours=12)
    assert plain(house.card(1001).text).splitlines()[1].endswith("back to normal for 48 h · no cause noted")


@pytest.mark.proof
async def test_what_lasts_two_weeks_may_be_accepted_as_normal(house: House) -> None:
    """The card counts the days and offers the button to the owner; a manager may not; reopening takes it back."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002)
    await house.low(4)
    await lasts(house, 16)
    assert len(house.cards(1001)) == 1
    assert "continues, day 17" in house.card(1001).text
    assert ["Accept as normal"] in house.card(1001).labels()
    refused = await house.press(ben, "Accept as normal")
    assert refused is not None
    assert refused.text == "Only the owner can do this."
    answer = await house.press(petra, "Accept as normal")
    assert answer is not None
    assert answer.text == "#1 is closed. This level counts as usual from now on."
    assert house.card(1001).text.startswith("⚪ Marktplatz: ")
    assert "by Petra, accepted as normal" in house.card(1001).text
    await lasts(house, 3)
    assert len(house.cards(1001)) == 1, "what has been accepted is usual"
    assert "accepted as normal" in house.card(1001).text
    await house.say(petra, "/reopen 1")
    assert "reopened by Petra" in house.card(1001).text


async def test_a_command_accepts_at_any_time(house: House) -> None:
    """`/normal 1`, for the owner."""
    petra = await house.owner()
    await house.low(4)
    (said,) = await house.say(petra, "/normal 1")
    assert said.text == "#1 is closed. This level counts as usual from now on."
    await house.low(1)
    async with house.service.parts.store.read() as connection:
        state = await detectors.load(connection, PLACE)
    assert state is not None
    assert state["episode"] is None


async def test_the_card_says_the_rule_where_there_are_no_odds(house: House) -> None:
    """A place without history is opened by the floor, which the card names instead of odds."""
    await house.owner()
    await house.low(3)
    text = plain(house.card(1001).text)
    assert "New place: what is usual is not known yet, so 3 low reviews within 24 h are enough" in text
    assert "usual here" not in text
    async with house.service.parts.store.read() as connection:
        row = (await connection.execute(sa.select(incidents))).one()
    assert (row.n, row.window_h, row.by_rule, row.is_new_place, row.usual_per_day) == (3, 24.0, "floor", True, None)


async def test_a_place_with_history_says_its_odds(house: House) -> None:
    """Imported reviews make the place known: the card says what is usual and how rare this is.

    Counts, span and the usual rate are those of the stored reviews, counted without the program.
    """
    await house.owner()
    start = house.clock.now()
    history: list[Row] = []
    for n in range(300):
        history += house.rows(1, rating=1 if n % 12 == 0 else 5, at=start - timedelta(hours=11 * n + 2))
    house.put(history)
    await house.step(minutes=16)
    await house.step(hours=26)
    await house.low(6)
    text = plain(house.card(1001).text)
    assert "usual here: about 1 a week" in text
    assert "By chance alone: " in text
    with sqlite3.connect(Path(house.settings().database)) as connection:
        ((n, window_h, expected, usual),) = connection.execute(
            "SELECT n, window_h, expected, usual_per_day FROM incidents"
        ).fetchall()
        found = connection.execute("SELECT low_at FROM reviews WHERE is_low ORDER BY low_at").fetchall()
    lows = [datetime.fromisoformat(at).replace(tzinfo=UTC) for (at,) in found]
    begin = lows[-1] - timedelta(hours=window_h)
    within = [at for at in lows if at > begin]
    before = [at for at in lows if at <= begin]
    a_day = len(before) / ((begin - before[0]) / timedelta(days=1))
    assert n == len(within) == 6
    assert usual == pytest.approx(a_day, rel=0.15)
    assert round(7 * a_day) == 1
    assert expected == pytest.approx(a_day * window_h / 24, rel=0.5)
    first, last = (at.astimezone(ZoneInfo("Europe/Berlin")) for at in (within[0], within[-1]))
    assert f"{first:%a} {first.day} {first:%b}, {first:%H:%M}–{last:%H:%M} · usual here: about 1 a week" in text


async def test_two_platforms_with_the_same_words_are_heard_once(house: House) -> None:
    """Two guests on two platforms each are two low reviews, which is no alarm."""
    await house.owner()
    house.clock.advance(timedelta(minutes=16))
    rows = house.rows(2)
    house.put(rows)
    house.put(rows, source="booking")
    await house.step(seconds=1)
    await house.step(minutes=16)
    assert not house.cards(1001)
    async with house.service.parts.store.read() as connection:
        state = await detectors.load(connection, PLACE)
    assert state is not None
    assert len(state["memory"]["recent"]["lows"]) == 2
