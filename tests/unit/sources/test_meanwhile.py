"""A question about a file does not silence the low reviews that stand close together under its likeliest reading."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.model.ingest.understanding import AskKind
from bot.sources.files.understand import understand

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 4, 3, 21, tzinfo=UTC)
PRAISE = "Wonderful evening and great food and lovely staff"


def asked(head: str, rows: Sequence[str], *, now: datetime | None = NOW) -> tuple[AskKind, dict[str, Any] | None]:
    """What is asked about a table, and what waits for the answer."""
    found = understand("a.csv", "\n".join([head, *rows, ""]).encode(), zone=ZONE, now=now)
    return found.asks[0].kind, found.asks[0].facts.get("meanwhile")


def evening(cell: str, words: str, *, day: str = "2026-04-03", count: int = 7) -> list[str]:
    """So many reviews of different guests, ten minutes apart."""
    return [f"{day} 19:{n}0,{cell},{words} {n},Guest {n}" for n in range(min(count, 6))] + [
        f"{day} 20:0{n},{cell},{words} {n},Guest 6{n}" for n in range(count - 6)
    ]


def test_one_star_under_words_of_praise_is_asked_about_and_shown() -> None:
    """Seven one-star reviews that read as praise: the scale is asked, and the seven stand beside the question."""
    kind, waits = asked("date,rating,text,guest", evening("1", PRAISE))
    assert kind is AskKind.SCALE
    assert waits is not None
    assert (waits["count"], waits["if"]) == (7, {"worst": 1.0})
    assert waits["since"].startswith("2026-04-03T17:00")
    assert len(waits["quotes"]) == 3


def test_an_evening_long_ago_is_history() -> None:
    """What happened before the last 72 hours waits for the answer like the rest of the file."""
    kind, waits = asked("date,rating,text,guest", evening("1", PRAISE, day="2026-03-03"))
    assert (kind, waits) == (AskKind.SCALE, None)


def test_fewer_than_three_are_none() -> None:
    """Two low reviews are no evening that somebody has to hear of at once."""
    rows = ["2026-04-03 19:00,2,Cold soup,Ann", "2026-04-03 19:10,3,Cold soup,Ben"]
    rows += [f"2026-04-0{n},1{n},Fine,Cem {n}" for n in (1, 2, 3)]
    assert asked("date,rating,text,guest", rows) == (AskKind.SCALE, None)


def test_the_same_guest_again_is_one() -> None:
    """Three rows of one guest are not three guests."""
    rows = [f"2026-04-03 19:0{n},1,{PRAISE} {n},Ann" for n in range(5)]
    assert asked("date,rating,text,guest", rows) == (AskKind.SCALE, None)


def test_days_that_can_be_read_two_ways() -> None:
    """Of 03/04/2026 and 04/03/2026 the reading counts that lies in the last days; rows without a time share a day."""
    rows = [f"03/04/2026,1,Cold soup {n},Guest {n}" for n in range(5)]
    kind, waits = asked("date,rating,text,guest", rows)
    assert kind is AskKind.DATE
    assert waits is not None
    assert (waits["count"], waits["if"], waits["is_date_only"]) == (5, {"day_first": True}, True)
    american = asked("date,rating,text,guest", [row.replace("03/04", "04/03") for row in rows])[1]
    assert american is not None
    assert american["if"] == {"month_first": True}


def test_a_column_of_yes_and_no() -> None:
    """Whether a no counts is asked; four of them in an evening stand beside the question."""
    rows = [row.replace(",1,", ",no,") for row in evening("no", "Cold soup", count=6)] + [
        "2026-04-02 19:00,yes,Fine,Zoe"
    ]
    kind, waits = asked("date,would you recommend us,text,guest", rows)
    assert kind is AskKind.RECOMMENDED
    assert waits is not None
    assert (waits["count"], waits["if"]) == (6, {"no": "would you recommend us"})
