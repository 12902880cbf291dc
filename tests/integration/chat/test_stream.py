"""A stream of reviews through the running bot says what the same stream says through `bot.cli.detect_lines`."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from bot.cli.detect_lines import serve
from bot.store.db.schema import detector_notes, incident_moves
from tests.house import House, Row

HISTORY_DAYS = 150
LIVE_DAYS = 36
PLATFORM = "tripadvisor"


def stream(start: datetime) -> list[Row]:
    """Four reviews a day, one in ten low; weeks of decline, a bad evening, two smear campaigns."""
    chance = Random(7)
    found: list[tuple[datetime, int]] = []

    def steady(first: float, last: float, per_day: float, share: float) -> None:
        at = first
        while (at := at + chance.expovariate(per_day)) < last:
            found.append((start + timedelta(days=at), 1 if chance.random() < share else 5))

    steady(-HISTORY_DAYS, 0, 4, 0.1)
    steady(0.1, LIVE_DAYS, 4, 0.1)
    steady(3.0, 17.0, 1.2, 1.0)
    steady(22.0, 22.8, 12, 1.0)
    steady(26.5, 26.6, 200, 1.0)
    steady(33.0, 33.1, 100, 1.0)
    return [
        Row(at.replace(microsecond=0), rating, "", f"Guest {number}")
        for number, (at, rating) in enumerate(sorted(found))
    ]


def hours(day: float) -> int:
    """Until the next poll: seldom, and often where much happens."""
    return 2 if 21.9 < day < 23 or 26.4 < day < 26.8 else 24


class Adapter:
    """What has been asked of `detect_lines`."""

    def __init__(self) -> None:
        self._lines: list[dict[str, Any]] = []

    def poll(self, rows: list[Row], now: datetime) -> None:
        for row in rows:
            at, seen = row.at.timestamp(), now.timestamp()
            one = {"op": "observe", "review_time": at, "observed_time": seen, "rating": row.rating, "source": PLATFORM}
            self._lines.append(one)
        self._lines.append({"op": "tick", "now": now.timestamp()})

    def alarms(self) -> list[dict[str, Any]]:
        out = io.StringIO()
        serve((json.dumps(line) for line in self._lines), out)
        answers = [json.loads(line) for line in out.getvalue().splitlines()]
        assert not [one for one in answers if "error" in one]
        return [one["alert"] for one in answers if one["alert"] is not None]


NUMBERS = ("time", "level", "n", "window_h", "expected", "recurrence_years")


async def alarms_of(house: House) -> list[dict[str, Any]]:
    """Every alarm that the running bot acted on."""
    async with house.service.parts.store.read() as connection:
        moves = (await connection.execute(sa.select(incident_moves).order_by(incident_moves.c.move_id))).all()
        notes = (await connection.execute(sa.select(detector_notes))).all()
    found = [
        {**move.detail["evidence"], "level": "page", "time": move.moved_at.timestamp()}
        for move in moves
        if "evidence" in move.detail
    ]
    found += [{**note._mapping, "level": "note", "time": note.noted_at.timestamp()} for note in notes]
    return sorted(({name: one[name] for name in NUMBERS} for one in found), key=lambda one: one["time"])


@pytest.mark.proof
async def test_the_running_bot_says_what_the_adapter_says(house: House) -> None:
    """One by one and to the last digit, with a restart in the middle of an incident and between two."""
    await house.stop()
    (house.folder / "data" / "reviewbot.sqlite3").unlink()
    start = house.clock.now()
    rows = stream(start)
    adapter = Adapter()
    before = [row for row in rows if row.at <= start]
    house.put(before, source="hafen")
    await house.start()
    await house.service.step()
    adapter.poll(before, start)
    index, restarts = len(before), [5.0, 23.0]
    while (now := house.clock.now()) < start + timedelta(days=LIVE_DAYS):
        day = (now - start) / timedelta(days=1)
        if restarts and day >= restarts[0]:
            restarts.pop(0)
            await house.restart(minutes=20)
            adapter.poll([], house.clock.now())
        house.clock.advance(timedelta(hours=hours(day)))
        now = house.clock.now()
        new = []
        while index < len(rows) and rows[index].at <= now:
            new.append(rows[index])
            index += 1
        if new:
            house.put(new, source="hafen")
        await house.service.step()
        adapter.poll(new, now)
    expected = adapter.alarms()
    assert await alarms_of(house) == [{name: one[name] for name in NUMBERS} for one in expected]
    assert [(one["kind"], one["escalates"]) for one in expected] == [
        ("drift", False),
        ("burst", False),
        ("burst", False),
        ("burst", True),
        ("burst", False),
    ]
    assert all(datetime.fromtimestamp(one["time"], UTC) > start for one in expected)
