"""The digest: when it comes, what it says, and that a restart neither loses nor doubles it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.demo.botapi.model import Message
from tests.house import House

BERLIN = ZoneInfo("Europe/Berlin")


async def to(house: House, *when: int) -> None:
    """Move the clock to a moment of Berlin, a day at most at once, and let everything run."""
    target = datetime(*when, tzinfo=BERLIN)  # type: ignore[arg-type, misc]
    while house.clock.now() < target:
        house.clock.advance(min(timedelta(hours=20), target - house.clock.now()))
        await house.step(seconds=1)
    await house.step(seconds=2)


def digests(house: House, chat_id: int = 1001) -> list[Message]:
    """Those that the chat has got."""
    return house.seen(chat_id, "Still watching:")


async def test_it_comes_each_monday_with_a_picture(house: House) -> None:
    """One for each business of the chat, with the week's figures, without sound, once; a restart changes nothing."""
    petra = await house.owner()
    await house.low(3)
    await house.press(petra, "Acknowledge")
    house.put(house.rows(4, rating=5))
    await to(house, 2026, 11, 30, 8, 50)
    assert not digests(house)
    await house.restart(minutes=15)
    await house.step(seconds=2)
    (digest,) = digests(house)
    assert digest.is_silent
    assert digest.file is not None
    lines = digest.text.replace("\xa0", " ").split("\n")
    assert lines[0] == "Week 48, Café Linde: 7 reviews, average 3.3"
    assert lines[1].startswith("Low 3 (before: 0) · 1 incident, taken after ")
    assert lines[2] == "1. Marktplatz, 3.3★, 7 reviews, 3 low, 1 incident"
    assert lines[-1] == "Still watching: 7 reviews, 1 incident. All 3 sources can be read."
    await house.restart(minutes=1)
    await to(house, 2026, 12, 7, 8)
    assert len(digests(house)) == 1
    await to(house, 2026, 12, 7, 9, 1)
    assert digests(house)[1].text.split("\n")[0] == "Week 49, Café Linde: 0 reviews"
    await house.restart(days=15)
    await house.step(seconds=2)
    assert [one.text.split(",")[0] for one in digests(house)] == ["Week 48", "Week 49", "Week 51"]


async def test_each_chat_chooses_and_sees_its_own(house: House) -> None:
    """A manager of one place gets that place only; an owner chooses daily at another hour, or none at all."""
    petra = await house.owner()
    await house.join("Ben", 1002, location="bahnhof")
    await house.say(petra, "/menu")
    await house.press(petra, "Digest", on=house.said(1001)[-1])
    await house.press(petra, "daily", on=house.said(1001)[-1])
    await house.press(petra, "Hour", on=house.said(1001)[-1])
    await house.press(petra, "07:00", on=house.said(1001)[-1])
    await to(house, 2026, 11, 25, 7, 1)
    (first,) = digests(house)
    assert first.text.startswith("Tue 24 Nov, Café Linde: 0 reviews\n")
    await house.press(petra, "When and how", on=first)
    await house.press(petra, "off", on=house.said(1001)[-1])
    await to(house, 2026, 11, 30, 9, 1)
    assert len(digests(house)) == 1
    (his,) = digests(house, 1002)
    assert his.text.startswith("Week 48, Bahnhof: 0 reviews\n")
    assert "Marktplatz" not in his.text


async def test_trend_is_drawn_on_demand(house: House) -> None:
    """/trend of one place: a picture and what it shows; nothing to draw is said."""
    petra = await house.owner()
    (nothing,) = await house.say(petra, "/trend Marktplatz")
    assert nothing.text == "There are no reviews of the last twelve months yet."
    house.put(house.rows(6, rating=4))
    await house.step(minutes=16)
    await house.step(seconds=2)
    (trend,) = await house.say(petra, "/trend Marktplatz")
    assert trend.file is not None
    assert trend.text.replace("\xa0", " ").startswith("Marktplatz: 6 reviews, average 4.0\nLow 0\n24 Nov 2026")
