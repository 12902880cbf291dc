"""An incident from its first review to its end, and what is told of sources, through the whole pipeline."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from bot.stages.ingest import first_import
from tests.house import GROUP, House


async def test_growth_edits_the_card_silently_and_seldom(house: House) -> None:
    """More low reviews change the one card, at most every 30 seconds, and nothing buzzes again."""
    petra = await house.owner()
    await house.low(4)
    assert not house.card(1001).is_silent
    (status,) = await house.say(petra, "/status")
    for _ in range(3):
        house.put(house.rows(1))
        await house.press(petra, "Try now", on=status)
        await house.step()
    assert len(house.cards(1001)) == 1
    await house.step(minutes=1)
    await house.step(seconds=1)
    stamps = [one.at for one in house.card(1001).versions]
    assert 2 <= len(stamps) <= 3
    assert all(after - before >= timedelta(seconds=30) for before, after in pairwise(stamps))
    assert "Marktplatz: 7 low reviews" in house.card(1001).text
    assert "3 new since 18:1" in house.card(1001).text
    assert not [one for one in house.said(1001)[1:] if not one.is_silent and one != house.card(1001)]


async def test_several_chats_stay_in_step(house: House) -> None:
    """Owner, manager and group see the same incident, whoever moves it and wherever."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002)
    chat = await house.group(petra, ben)
    await house.low(4)
    await house.press(ben, "Acknowledge", chat=chat)
    await house.low(1)
    await house.step(minutes=1)
    shown = {house.card(one).text for one in (1001, 1002, GROUP)}
    assert len(shown) == 1
    assert shown.pop().startswith("🔵 Marktplatz: 5 low reviews")


async def test_severity_step_buzzes(house: House) -> None:
    """Twice as many as at the start: the card says high, and one message with sound says it too."""
    await house.owner()
    await house.low(3)
    await house.low(4)
    (step,) = house.seen(1001, "severity high")
    assert step.text == "🔴 Marktplatz: now 7 low reviews, was 3\n#1 · severity high · nobody has it yet"
    assert not step.is_silent
    assert step.reply_to == house.card(1001).message_id
    assert "Open, high – twice as many as at the start" in house.card(1001).text


async def test_recurrence_reopens_the_same_card_for_three_days(house: House) -> None:
    """A new cluster within 72 hours reopens the card with sound; a later one is a new incident."""
    petra = await house.owner()
    await house.low(3)
    await house.say(petra, "/resolve 1 waiting")
    await house.low(3, minutes=60 * 30)
    assert len(house.cards(1001)) == 1
    assert "Open again since" in house.card(1001).text
    (told,) = house.seen(1001, "open again")
    assert told.text.startswith("🔴 Marktplatz: #1 open again, 3 more low reviews\nIt was resolved on Tue at 18:1")
    assert not told.is_silent
    await house.say(petra, "/resolve 1 waiting")
    await house.low(3, minutes=60 * 80)
    assert len(house.cards(1001)) == 2
    assert "#2 · as of" in house.card(1001).text


async def test_quiet_closes_but_not_while_blind(house: House) -> None:
    """Days as usual close an incident; not while a source cannot be read, because then quiet proves nothing."""
    await house.owner()
    await house.low(3)
    hidden = house.folder / "hidden"
    (house.folder / "booking").rename(hidden)
    for _ in range(27):
        await house.step(hours=6)
    assert "Open – nobody has it yet" in house.card(1001).text
    assert "Booking cannot be read since" in house.card(1001).text
    hidden.rename(house.folder / "booking")
    for _ in range(3):
        await house.step(hours=6)
    assert house.card(1001).text.startswith("⚪ Marktplatz: 3 low reviews")
    assert "back to normal for 48 h · no cause noted" in house.card(1001).text.replace("\xa0", " ")


async def test_blind_source_is_told_and_so_is_its_return(house: House) -> None:
    """Blind is not quiet: one message with sound, then all sources blind, then the same messages say it is over."""
    await house.owner()
    for name in ("marktplatz", "booking"):
        (house.folder / name).rename(house.folder / f"hidden-{name}")
        for _ in range(5):
            await house.step(minutes=16)
    (blind,) = house.seen(1001, "Tripadvisor cannot be read since")
    assert "This is not “all quiet”: new reviews there go unseen." in blind.text
    assert "Other sources: Booking fine" in blind.text
    assert not blind.is_silent
    (everything,) = house.seen(1001, "No source of Marktplatz can be read since")
    assert not everything.is_silent
    (house.folder / "hidden-marktplatz").rename(house.folder / "marktplatz")
    house.put(house.rows(3))
    for _ in range(5):
        await house.step(minutes=16)
    again = house.seen(1001, "✅ Tripadvisor can be read again since")
    assert again[0].message_id == blind.message_id
    assert again[1].reply_to == blind.message_id
    assert again[1].is_silent
    assert "3 reviews, 3 low, 1 incident." in again[1].text
    assert len(house.cards(1001)) == 1


async def test_first_import_is_silent_and_reported_once(house: House) -> None:
    """Old reviews open nothing; the report says what was found, once, to who joins later as well as now."""
    await house.owner()
    old = house.clock.now() - timedelta(days=40)
    house.put(house.rows(20, at=old) + house.rows(30, rating=5, at=old))
    await house.step(minutes=16)
    await house.step(minutes=16)
    assert not house.cards(1001)
    (report,) = house.seen(1001, "50 reviews imported for Marktplatz")
    assert report.is_silent
    assert "20 low" in report.text


async def test_first_imports_of_many_places_are_one_message(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every place that a start reads for the first time has a page; a back-test is made when somebody wants it."""
    monkeypatch.setattr(first_import, "TOLD_ONE_BY_ONE", 1)
    petra = await house.owner()
    old = house.clock.now() - timedelta(days=40)
    for source, count in (("marktplatz", 40), ("booking", 7), ("bahnhof", 5)):
        house.put(house.rows(count, rating=5, at=old), source=source)
    for _ in range(4):
        await house.step(minutes=16)
    (told,) = house.seen(1001, "reviews imported for")
    assert told.is_silent
    assert told.text.startswith("Place 1 of 2, read for the first time")
    assert "40 reviews imported for Marktplatz" in told.text
    assert "7 reviews imported for Marktplatz" in told.text
    await house.press(petra, "2 ›", on=told)
    (told,) = house.seen(1001, "reviews imported for")
    assert told.text.startswith("Place 2 of 2, read for the first time")
    assert "5 reviews imported for Bahnhof" in told.text
    assert not house.seen(1001, "Back-test") + house.seen(1001, "too few")
    await house.press(petra, "‹ 1", on=told)
    (told,) = house.seen(1001, "reviews imported for")
    before = len(house.said(1001))
    await house.press(petra, "Back-test", on=told)
    for _ in range(3):
        await house.step(minutes=10)
    assert len(house.said(1001)) == before + 1, house.texts(1001)


async def test_recent_cluster_is_offered(house: House) -> None:
    """Low reviews of the days before the connection are offered; the button opens them in every chat."""
    await house.stop()
    (house.folder / "data" / "reviewbot.sqlite3").unlink()
    old = house.clock.now() - timedelta(days=40)
    house.put(house.rows(30, rating=5, at=old) + house.rows(4, at=house.clock.now() - timedelta(hours=5)))
    await house.start()
    petra = await house.owner()
    await house.join("Ben", 1002)
    await house.step(minutes=1)
    (offer,) = house.seen(1001, "Open them as an incident?")
    assert not house.cards(1001)
    await house.press(petra, "Open incident", on=offer)
    assert "Marktplatz: 4 low reviews" in house.card(1001).text
    assert len(house.cards(1002)) == 1
    assert not house.seen(1002, "Open them as an incident?")
    assert not house.seen(1001, "Open them as an incident?")


@pytest.mark.parametrize(("days", "opens"), [(32, True), (120, False)])
async def test_an_offer_stands_until_it_is_answered(house: House, days: int, opens: bool) -> None:
    """A month later the button still opens the incident; when no review counts any more, the press says so."""
    await house.stop()
    (house.folder / "data" / "reviewbot.sqlite3").unlink()
    old = house.clock.now() - timedelta(days=40)
    house.put(house.rows(30, rating=5, at=old) + house.rows(4, at=house.clock.now() - timedelta(hours=5)))
    await house.start()
    petra = await house.owner()
    await house.step(minutes=1)
    (offer,) = house.seen(1001, "Open them as an incident?")
    await house.step(days=days)
    answer = await house.press(petra, "Open incident", on=offer)
    assert len(house.cards(1001)) == opens
    assert ("This offer no longer stands" in (answer.text if answer and answer.text else "")) is not opens
    (offer,) = house.seen(1001, "Open them as an incident?")
    assert offer.labels() == [], "Telegram deletes nothing after two days, so the buttons go"


async def test_bad_rows_and_bad_files_are_told_once(house: House) -> None:
    """Skipped rows are named with line and reason, an unreadable file with its name; polling again adds nothing."""
    await house.owner()
    path = house.put(house.rows(3, rating=5), name="mixed.csv")
    path.write_text(path.read_text() + "not a date,1,Bad row,Guest\n")
    (house.folder / "marktplatz" / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    await house.step(minutes=16)
    for _ in range(3):
        await house.step(minutes=16)
    (skipped,) = house.seen(1001, "1 skipped")
    assert "Line 5" in skipped.text
    assert skipped.is_silent
    assert len(house.seen(1001, "picture.csv")) == 1


async def test_pause_is_told_with_what_was_found(house: House) -> None:
    """After more than 15 minutes without watching every chat hears how long and what came in."""
    await house.owner()
    await house.restart(minutes=10)
    await house.step(minutes=2)
    await house.step(seconds=1)
    assert not house.seen(1001, "without watching")
    await house.stop()
    house.clock.advance(timedelta(hours=2))
    house.put(house.rows(3))
    await house.start()
    await house.step(seconds=1)
    await house.step(seconds=1)
    (told,) = house.seen(1001, "without watching")
    assert told.is_silent
    assert told.text.replace("\xa0", " ").startswith("Back after 2 h without watching (")
    assert told.text.endswith("Caught up: 3 reviews, 3 low, 1 incident.")
    await house.restart(minutes=1)
    await house.step(seconds=1)
    assert len(house.seen(1001, "without watching")) == 1
