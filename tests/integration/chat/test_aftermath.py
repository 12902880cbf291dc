"""An incident that is over: its reviews are followed on the card, and the same cause within a week reopens it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.house import House, Row


@dataclass(frozen=True)
class Answered(Row):
    """A review with the business's answer."""

    reply: str = ""


def put(house: House, rows: list[Answered]) -> Path:
    """An export that tells of answers."""
    path = house.folder / "marktplatz" / f"answers-{house.clock.now():%d%H%M%S}.csv"
    lines = ["date,rating,text,author,reply"]
    lines += [f'{row.at:%Y-%m-%dT%H:%M:%SZ},{row.rating},"{row.text}",{row.author},{row.reply}' for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


async def settle(house: House) -> None:
    """Long enough for a file to be read, and its texts with it."""
    await house.step(seconds=1)
    await house.step(seconds=20)
    await house.step(seconds=20)


async def test_reviews_of_an_incident_that_is_over_are_followed(house: House) -> None:
    """Answered and raised stand on the card within a day, through a restart; after thirty days nothing is drawn."""
    petra = await house.owner()
    start = house.clock.now()
    house.clock.advance(timedelta(minutes=20))
    lows = [
        Answered(
            start + timedelta(minutes=2 * number), 1, f"Guest {number} waited for {50 + number} minutes.", f"G{number}"
        )
        for number in range(4)
    ]
    put(house, lows)
    await settle(house)
    await house.say(petra, "/resolve 1 waiting")
    assert "4 reviews: 0 answered" in house.card(1001).text
    replied = [
        Answered(row.at, 1, row.text, row.author, f"We are sorry about your evening {row.author}") for row in lows[:2]
    ]
    raised = Answered(lows[2].at, 4, lows[2].text, lows[2].author)
    house.clock.advance(timedelta(hours=3))
    put(house, [*replied, raised, lows[3]])
    await settle(house)
    await house.restart()
    await house.step(hours=24)
    await house.step(seconds=20)
    assert "4 reviews: 2 answered, 1 raised to 4★" in house.card(1001).text
    assert house.card(1001).text.startswith("✅")


async def slowly(house: House, text: str, days: float) -> None:
    """Days later low reviews come one by one, so that each is read before the next."""
    await house.step(days=days)
    for number in range(3):
        house.clock.advance(timedelta(minutes=16))
        house.put(house.rows(1, text=f"{text} Number {number}."))
        await settle(house)


async def test_the_same_cause_within_a_week_reopens_and_another_does_not(house: House) -> None:
    """Five days after: waiting again is the same incident, with sound; cold food is another one."""
    petra = await house.owner()
    await house.low(3)
    await house.step(seconds=20)
    await house.say(petra, "/resolve 1 waiting")
    await slowly(house, "We waited an hour and nobody came.", 5)
    assert len(house.cards(1001)) == 1
    assert "Open again since" in house.card(1001).text
    (told,) = house.seen(1001, "open again")
    assert not told.is_silent
    await house.say(petra, "/resolve 1 waiting")
    await slowly(house, "The food was cold and tasteless.", 5)
    assert len(house.cards(1001)) == 2
    assert "#2 · as of" in house.card(1001).text
