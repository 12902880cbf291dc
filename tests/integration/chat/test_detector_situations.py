"""The alarm in the situations that owners are in, on the running service."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.demo.botapi.model import Message
from bot.store.db.schema import incidents
from tests.house import House, Row
from tests.integration.chat.test_uploads import send


def plain(message: Message) -> str:
    return message.text.replace("\xa0", " ").replace("\u2060", "")


def year(house: House, *, share: int = 12, count: int = 300) -> list[Row]:
    """A history: a review every 11 hours, one in `share` of them low, the newest a day old."""
    now = house.clock.now()
    rows: list[Row] = []
    for n in range(count):
        rows += house.rows(1, rating=1 if n % share == 5 else 5, at=now - timedelta(hours=11 * n + 26))
    return rows


def as_csv(rows: list[Row], platform: str = "tripadvisor") -> str:
    lines = ["date,rating,text,author,platform"]
    lines += [f'{row.at:%Y-%m-%dT%H:%M:%SZ},{row.rating},"{row.text}",{row.author},{platform}' for row in rows]
    return "\n".join(lines) + "\n"


def evening(house: House, count: int, *, days_ago: float, apart: float = 15) -> list[Row]:
    """Low reviews of one evening, `apart` minutes from one to the next."""
    begin = house.clock.now() - timedelta(days=days_ago)
    return [house.rows(1, at=begin + timedelta(minutes=apart * n))[0] for n in range(count)]


async def cards_until(house: House, count: int, *, source: str = "marktplatz") -> int | None:
    """Low reviews one by one, 20 minutes apart: at which of them a card stands in the chat."""
    for number in range(1, count + 1):
        await house.low(1, minutes=20, source=source)
        if house.cards(1001):
            return number
    return None


async def test_history_imported_after_the_first_look_counts_at_once(house: House) -> None:
    """The order of the set-up: the service runs, then the first export comes, by the chat; that evening a burst."""
    petra = await house.owner(location="marktplatz")
    await house.step(minutes=30)
    await send(house, petra, as_csv(year(house)))
    assert not house.cards(1001)
    assert await cards_until(house, 8) in (3, 4, 5)
    text = plain(house.card(1001))
    assert "usual here: about 1 a week" in text
    assert "New place" not in text


async def test_a_burst_right_after_the_end_opens_it_again(house: House) -> None:
    """Two minutes after a person has closed it, new low reviews come: the card is open again within the hour."""
    petra = await house.owner(location="marktplatz")
    house.put(year(house))
    await house.step(minutes=16)
    await house.step(hours=26)
    await house.low(6)
    await house.say(petra, "/resolve 1 food")
    assert "Resolved by Petra" in plain(house.card(1001))
    for _ in range(6):
        await house.low(1, minutes=10)
    assert "Open again since" in plain(house.card(1001))
    assert house.seen(1001, "It was resolved")


@pytest.mark.proof
async def test_what_it_held_before_its_end_is_no_growth(house: House) -> None:
    """Five, resolved, open again with three or four: the reviews up to fourteen in all raise no severity."""
    petra = await house.owner(location="marktplatz")
    house.put(year(house))
    await house.step(minutes=16)
    await house.step(hours=26)
    await house.low(3)
    await house.low(2)
    await house.say(petra, "/resolve 1 food")
    for _ in range(9):
        await house.low(1, minutes=10)
    await house.step(minutes=2)
    text = plain(house.card(1001))
    assert "14 low reviews" in text
    assert "Open again since" in text
    assert not house.seen(1001, "severity high")


async def test_two_more_from_that_evening_are_one_line(house: House) -> None:
    """Published before the end and read after it: they join in silence and open nothing."""
    petra = await house.owner(location="marktplatz")
    house.put(year(house))
    await house.step(minutes=16)
    await house.step(hours=26)
    await house.low(6)
    before_the_end = house.rows(2, at=house.clock.now() - timedelta(minutes=9))
    await house.say(petra, "/resolve 1 food")
    count = len(house.said(1001))
    house.clock.advance(timedelta(minutes=20))
    house.put(before_the_end)
    await house.step(seconds=1)
    await house.step(minutes=2)
    text = plain(house.card(1001))
    assert "Resolved by Petra" in text
    assert "2 more from that time were read after the end" in text
    assert len(house.said(1001)) <= count


async def test_a_burst_among_what_was_read_after_the_end_opens_it_again(house: House) -> None:
    """Eight more of the same evening, found an hour after the end, are more than a line."""
    petra = await house.owner(location="marktplatz")
    house.put(year(house))
    await house.step(minutes=16)
    await house.step(hours=26)
    await house.low(6)
    before_the_end = house.rows(8, at=house.clock.now() - timedelta(minutes=3))
    await house.say(petra, "/resolve 1 food")
    house.clock.advance(timedelta(minutes=60))
    house.put(before_the_end)
    await house.step(seconds=1)
    await house.step(seconds=2)
    assert "Open again since" in plain(house.card(1001))


async def test_a_platform_that_is_new_is_heard_from_its_first_day(house: House) -> None:
    """One-star reviews on a platform that nobody knew here: a card by the fifth."""
    await house.owner(location="marktplatz")
    house.put(year(house))
    await house.step(minutes=16)
    await house.step(hours=26)
    number = await cards_until(house, 10, source="booking")
    assert number is not None
    assert number <= 5


async def test_typed_reviews_of_a_new_platform_are_heard(house: House) -> None:
    """Typed with /add one by one: a card by the fifth."""
    petra = await house.owner(location="marktplatz")
    house.put(year(house))
    await house.step(minutes=16)
    await house.step(hours=26)
    for number in range(1, 6):
        await house.say(petra, f"/add 1 facebook Cold soup and a rude waiter, guest {number}", chat=1001)
        await house.step(minutes=3)
        for question in [one for one in house.said(1001) if any("Marktplatz" in row for row in one.labels())]:
            await house.press(petra, "Marktplatz", on=question)
        await house.step(minutes=3)
    assert house.cards(1001)


async def test_a_file_every_fortnight_is_told_in_silence(house: House) -> None:
    """Eight low reviews ten days ago arrive with a file: no sound, one message, and a button that opens an incident."""
    petra = await house.owner(language="de", location="marktplatz")
    await send(house, petra, as_csv(year(house)))
    await house.step(days=13)
    fine = [house.rows(1, rating=5, at=house.clock.now() - timedelta(days=n))[0] for n in range(1, 12)]
    message = await send(house, petra, as_csv([*evening(house, 8, days_ago=10), *fine]))
    assert message.is_silent
    await house.step(minutes=1)
    assert not house.cards(1001)
    said = "Marktplatz: Am 27.11. gab es 8 schlechte Bewertungen; gesehen habe ich sie am 7.12."
    (late,) = [one for one in house.said(1001) if plain(one).startswith(said)]
    assert late.is_silent
    assert late.labels() == [["Vorfall öffnen", "So lassen"]]
    await house.press(petra, "Vorfall öffnen", on=late)
    await house.step(minutes=1)
    assert len(house.cards(1001)) == 1
    async with house.service.parts.store.read() as connection:
        row = (await connection.execute(sa.select(incidents))).one()
    assert row.first_count == 8
    assert row.usual_per_day is not None
    now = next(one for one in house.said(1001) if one.message_id == late.message_id)
    assert plain(now).startswith(said)
    assert not now.labels()


async def test_leaving_it_opens_nothing_and_it_is_said_once(house: House) -> None:
    """ "Leave it" takes the buttons away; the same file again says nothing."""
    petra = await house.owner(location="marktplatz")
    await send(house, petra, as_csv(year(house)))
    await house.step(days=13)
    content = as_csv(evening(house, 8, days_ago=10))
    await send(house, petra, content)
    await house.step(minutes=1)
    (late,) = house.seen(1001, "8 low reviews")
    await house.press(petra, "Leave it", on=late)
    await send(house, petra, content)
    await house.step(minutes=20)
    (after,) = house.seen(1001, "8 low reviews")
    assert not after.labels()
    assert not house.cards(1001)


@pytest.mark.proof
async def test_uploads_every_fourteen_days_leave_no_cluster_without_a_word(house: House) -> None:
    """Three fortnights with an evening of seven each, early and late in the fortnight: each is told, one by a card."""
    petra = await house.owner(location="marktplatz")
    await send(house, petra, as_csv(year(house)))
    told = []
    for days_ago in (12, 9, 3):
        await house.step(days=14)
        fine = [house.rows(1, rating=5, at=house.clock.now() - timedelta(days=n))[0] for n in range(1, 14)]
        await send(house, petra, as_csv([*evening(house, 7, days_ago=days_ago), *fine]))
        await house.step(minutes=20)
        told.append((len(house.seen(1001, "I saw them on")), len(house.cards(1001))))
    assert told == [(1, 0), (2, 0), (2, 1)]


async def test_an_evening_before_the_set_up_that_comes_with_the_second_file(house: House) -> None:
    """Eight low reviews of the evening before the first import, in the file after it: offered, in silence."""
    petra = await house.owner(location="marktplatz")
    await send(house, petra, as_csv(year(house)))
    await house.step(hours=3)
    bad = evening(house, 8, days_ago=0.9)
    await send(house, petra, as_csv(bad))
    await house.step(minutes=20)
    assert not house.cards(1001)
    (late,) = house.seen(1001, "8 low reviews")
    assert late.is_silent
    assert "Open incident" in late.labels()[0]


async def test_two_clusters_in_one_file_are_one_message(house: House) -> None:
    """Each has its line and its button."""
    petra = await house.owner(location="marktplatz")
    await send(house, petra, as_csv(year(house)))
    await house.step(days=30)
    await send(house, petra, as_csv([*evening(house, 9, days_ago=25), *evening(house, 6, days_ago=12)]))
    await house.step(minutes=1)
    (late,) = house.seen(1001, "I saw them on")
    assert "9 low reviews" in late.text
    assert "6 low reviews" in late.text
    assert [len(row) for row in late.labels()] == [2, 1]
    await house.press(petra, late.labels()[0][1].replace("\xa0", " "), on=late)
    await house.step(minutes=1)
    assert "6 low reviews" in plain(house.card(1001))


@pytest.mark.proof
async def test_a_launch_around_half_low_is_told_at_the_tenth_low_review(house: House) -> None:
    """A place without a history, every second review low: no card, then one silent message with the numbers."""
    petra = await house.owner(location="marktplatz")
    await house.step(minutes=16)
    said = "10 of the first 20 reviews were low"
    for number in range(10):
        assert not [one for one in house.said(1001) if said in plain(one)]
        await house.step(hours=40)
        house.put(house.rows(1, rating=5, at=house.clock.now() - timedelta(minutes=2)))
        await house.step(minutes=16)
        await house.step(hours=20)
        await house.low(1)
        assert not house.cards(1001), number
    await house.step(minutes=16)
    (told,) = [one for one in house.said(1001) if said in plain(one)]
    assert told.is_silent
    assert told.labels() == [["Open incident", "Leave it"]]
    assert not house.cards(1001)
    await house.press(petra, "Open incident", on=told)
    await house.step(minutes=1)
    text = plain(house.card(1001))
    assert "10" in text
    (after,) = [one for one in house.said(1001) if said in plain(one)]
    assert not after.labels()


@pytest.mark.parametrize("language", ["en", "de"])
async def test_status_says_what_is_still_being_learned(house: House, language: str) -> None:
    """A new place; after an import nothing; then a platform that nobody knew here, until 28 days later."""
    petra = await house.owner(language=language, location="marktplatz")
    await house.step(minutes=16)
    said = {"en": ["Learning Marktplatz", "Learning "], "de": ["Marktplatz wird noch kennengelernt", "kennengelernt"]}
    (answer,) = await house.say(petra, "/status")
    assert said[language][0] in plain(answer)
    house.put(year(house))
    await house.step(minutes=16)
    await house.step(hours=26)
    (answer,) = await house.say(petra, "/status")
    assert said[language][1] not in plain(answer)
    await house.low(1, source="booking")
    (answer,) = await house.say(petra, "/status")
    until = {"en": "until about 23 Dec", "de": "bis etwa 23.12."}[language]
    assert said[language][1] in plain(answer)
    assert until in plain(answer)


@pytest.mark.proof
async def test_a_slow_rise_is_told_without_sound(house: House) -> None:
    """Three quiet months, then one in two low for five weeks, never a burst: one silent message that can be opened."""
    await house.owner(location="marktplatz")
    house.put(year(house, count=200))
    await house.step(minutes=16)
    for day in range(20):
        house.put(house.rows(1, rating=1 if day % 2 else 5, at=house.clock.now()))
        await house.step(hours=24)
    assert house.seen(1001, "The share of low reviews has slowly risen")
    assert not house.cards(1001)
