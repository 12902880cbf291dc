"""/themes: what 3-5 star guests have begun to say, with the numbers of the database."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

from tests.house import House, Row

LATE = "Tolles Essen, aber lange gewartet."
FINE = "Alles wunderbar, wir kommen wieder."


def past_and_present(house: House, *, late: int, late_before: int) -> list[Row]:
    """240 reviews before the last six weeks and 60 in them, all of four stars; some guests waited."""
    now = house.clock.now()
    rows = [
        Row(now - timedelta(days=50 + n), 4, LATE if n % 240 < late_before else FINE, f"Earlier {n}")
        for n in range(240)
    ]
    return rows + [
        Row(now - timedelta(days=0.1 + 0.69 * n), 4, LATE if n % 4 == 0 and n < 4 * late else FINE, f"Late {n}")
        for n in range(60)
    ]


async def test_a_slow_burn_is_told_with_the_stored_numbers(house: House) -> None:
    """Each number of the answer is that of an independent query, and the quotes are guests' words."""
    petra = await house.owner()
    house.put(past_and_present(house, late=14, late_before=12))
    house.put([Row(house.clock.now() - timedelta(days=2), 1, LATE, "Low")], name="low.csv")
    await house.step(minutes=16)
    await house.step(seconds=2)
    (answer,) = await house.say(petra, "/themes Markt")
    with sqlite3.connect(house.folder / "data/reviewbot.sqlite3") as database:
        since = (house.clock.now() - timedelta(weeks=6)).strftime("%Y-%m-%d %H:%M:%S")
        counts = [
            database.execute(
                "SELECT count(*), sum(text LIKE '%gewartet%') FROM reviews WHERE rating_value >= 3 "
                f"AND datetime(published_at) {side} ?",
                (since,),
            ).fetchone()
            for side in (">", "<=")
        ]
    ((of, count), (usual_of, usual)) = counts
    assert (count, of, usual, usual_of) == (14, 60, 12, 240)
    assert f"waiting {count} of {of} (before: {usual} of {usual_of})" in answer.text
    assert answer.text.startswith("Slow burn in 3–5★ reviews: ")
    assert "lange gewartet" in answer.text
    assert "4★ Tripadvisor" in answer.text
    assert answer.text.endswith("Marktplatz, last 6 weeks")


async def test_without_change_nothing_is_named(house: House) -> None:
    """A steady place is told so, with what is mentioned most; a new place is told what is missing."""
    petra = await house.owner()
    house.put(past_and_present(house, late=3, late_before=12))
    await house.step(minutes=16)
    await house.step(seconds=2)
    steady, new = await house.say(petra, "/themes")
    assert steady.text.startswith("No slow burn in 3–5★ reviews.\nMost often: ")
    assert "waiting 3" in steady.text
    assert new.text.startswith("Too few 3–5★ reviews with text to compare: 0 lately and 0 before.")
    assert "Bahnhof" in new.text
