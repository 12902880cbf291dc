"""/report: last month as one page, for who asked alone, without a guest's name or words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.house import GROUP, House


async def test_last_month_comes_as_a_page_to_the_private_chat(house: House) -> None:
    """Figures of the places that the asker may see; asked in a group it comes to the asker's own chat."""
    petra = await house.owner()
    await house.group(petra)
    ben = await house.join("Ben", 1002, location="bahnhof")
    house.put(house.rows(6, rating=5))
    await house.low(4, text="Hair in the soup, said Guest Zacharias")
    house.clock.advance(timedelta(days=7))
    await house.step(seconds=1)
    await house.say(petra, "/report", chat=GROUP)
    assert "The report comes to your private chat" in house.last(GROUP).text
    await house.step(seconds=5)
    assert "The report of" in house.last(1001).text
    assert "Bahnhof" not in (house.last(1001).file or pytest.fail("no page")).content.decode()
    await house.say(petra, "/report")
    await house.step(seconds=5)
    sent = house.last(1001)
    assert sent.text.replace("\xa0", " ").startswith("The report of Nov 2026, Café Linde")
    assert sent.file is not None
    page = sent.file.content.decode()
    for part in ("<!doctype html>", "Nov 2026: Café Linde", "Marktplatz", "Bahnhof", "#1", "<svg"):
        assert part in page, part
    for part in ("Zacharias", "soup", "Guest", "http://", "https://", "<script"):
        assert part not in page, part
    await house.say(ben, "/report")
    await house.step(seconds=5)
    his = house.last(1002)
    assert his.file is not None
    assert "Marktplatz" not in his.file.content.decode()
