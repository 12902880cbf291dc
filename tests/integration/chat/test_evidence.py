"""What the texts say: the theme line, the evidence, and severe reviews, through the whole pipeline."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo.botapi.model import Message
from bot.model.people import Role
from tests.house import House, Row

ORDINARY = (
    *("Lovely food and friendly staff.", "The pizza was good.", "Nice waiter, fair price.", "Great view."),
    *("Delicious pasta.", "Friendly service.", "Good wine and good food.", "Clean and quiet."),
)
WAITED = (
    *("Waited 70 minutes for two starters.", "We waited an hour for the main course, the food was cold."),
    *("Nobody came for 40 minutes, endless wait.", "Had to wait for ever, rude waiter.", "Never again."),
)


def rows(house: House, texts: Sequence[str], *, rating: int = 1, back: timedelta = timedelta()) -> list[Row]:
    """One review for each text, twenty minutes apart, the last one now or some time back."""
    stars = house.rows(len(texts), rating=rating, at=house.clock.now() - back)
    last = len(texts) - 1
    return [
        replace(row, text=text, at=row.at - timedelta(minutes=19 * (last - index)))
        for index, (row, text) in enumerate(zip(stars, texts, strict=True))
    ]


async def appear(house: House, texts: Sequence[str], *, source: str = "marktplatz", **kind: Any) -> None:
    """Reviews are published, polled, read, and told."""
    house.clock.advance(timedelta(hours=2, minutes=16))
    house.put(rows(house, texts, **kind), source=source)
    await house.step(seconds=1)
    await house.step(minutes=1)
    await house.step(seconds=1)


def stored(house: House, sql: str, *args: object) -> list[tuple[Any, ...]]:
    """Rows of the database file, read without the program."""
    with sqlite3.connect(Path(house.settings().database)) as connection:
        return connection.execute(sql, args).fetchall()


def shown(message: Message) -> str:
    """A message's text without the characters that nobody sees."""
    return re.sub("[\u2060\u2066-\u2069]", "", message.text).replace("\xa0", " ")


async def test_every_number_of_card_and_evidence_is_in_the_database(house: House) -> None:
    """Theme line, counts, usual shares and silence are what an independent count of the stored rows gives."""
    petra = await house.owner()
    await appear(house, ORDINARY * 5, rating=5, back=timedelta(days=40))
    await appear(house, WAITED)
    card = shown(house.card(1001))
    await house.press(petra, "Why?")
    evidence = shown(house.seen(1001, "mostly")[-1])

    its = stored(
        house,
        "SELECT s.complaints, r.rating_value FROM incident_reviews JOIN reviews r USING (review_id)"
        " JOIN scores s USING (review_id) WHERE incident_id = 1 AND r.is_low AND trim(r.text || r.title) <> ''",
    )
    begin = "(SELECT min(low_at) FROM incident_reviews WHERE incident_id = 1)"
    before = stored(
        house,
        "SELECT s.complaints FROM reviews r JOIN scores s USING (review_id) WHERE trim(r.text || r.title) <> ''"
        f" AND r.published_at < {begin} AND review_id NOT IN (SELECT review_id FROM incident_reviews)",
    )
    here = Counter(theme for themes, _ in its for theme in themes.split())
    usual = Counter(theme for (themes,) in before for theme in themes.split())
    assert (len(its), len(before), here["waiting"]) == (5, 40, 4)
    assert f"Marktplatz: {len(its)} low reviews" in card
    assert f"Booking.com {len(its)}" in card or f"Tripadvisor {len(its)}" in card
    assert f"Often mentioned: waiting ({here['waiting']} of {len(its)})" in card
    lines = evidence.splitlines()
    assert lines[0] == f"#1 Marktplatz: mostly waiting ({here['waiting']} of {len(its)})"
    assert lines[1] == f"Waiting {here['waiting']} of {len(its)} · not usual here – stands out"
    assert not usual["waiting"]
    for theme in ("food", "service"):
        expected = int(len(its) * usual[theme] / len(before) + 0.5)
        said = (
            f"usual {expected} of {len(its)}" if expected else "usual fewer than 1 of" if usual[theme] else "not usual"
        )
        assert any(line.startswith(f"{theme.capitalize()} {here[theme]} of {len(its)} · {said}") for line in lines)
    silent = sum(not themes for themes, _ in its)
    assert f"no reason given {silent}" in evidence
    quotes = [line for line in lines if line.startswith("“")]
    assert len(quotes) == 3
    texts = [text for (text,) in stored(house, "SELECT text FROM reviews WHERE is_low")]
    assert all(any(quote[1:].partition("”")[0].strip("…") in text for text in texts) for quote in quotes)


async def test_evidence_is_one_silent_reply_that_follows_the_reviews(house: House) -> None:
    """Why? answers below the card without sound; a new review edits it; asking again leaves one of it."""
    petra = await house.owner()
    await appear(house, ORDINARY * 4, rating=5, back=timedelta(days=40))
    await appear(house, WAITED[:3])
    await house.press(petra, "Why?")
    (first,) = house.seen(1001, "mostly waiting (3 of 3)")
    assert first.is_silent
    assert first.reply_to == house.card(1001).message_id
    assert first.labels() == [["Reviews (3)", "Save evidence"], ["Resolve"]]
    await appear(house, WAITED[3:4])
    (edited,) = house.seen(1001, "mostly waiting (4 of 4)")
    assert edited.message_id == first.message_id
    await house.say(petra, "/why 1")
    assert len(house.seen(1001, "mostly waiting")) == 1
    assert house.seen(1001, "mostly waiting")[0].message_id != first.message_id


async def test_unclear_causes_are_called_unclear(house: House) -> None:
    """Reviews about different things name no cause, and the evidence says what to do instead."""
    petra = await house.owner()
    await appear(house, ("Dirty toilets.", "Rude waiter.", "Cold food."))
    assert "Cause unclear" in house.card(1001).text
    await house.press(petra, "Why?")
    evidence = shown(house.seen(1001, "cause unclear")[-1])
    assert "too few to tell" in evidence
    assert "What helps: read the 3 texts, ask the shift of Tue 24 Nov." in evidence


async def test_one_severe_review_opens_an_incident_of_severity_high(house: House) -> None:
    """One guest's food poisoning is an incident with sound, though three stars are not low; once, whatever follows."""
    petra = await house.owner()
    chat = await house.group(petra)
    await appear(house, ["Nice terrace, but my wife got food poisoning from the clams."], rating=3)
    card = house.card(1001)
    assert shown(card).startswith("🔴 Marktplatz: 1 severe review\nOpen, high – a severe review\n")
    assert "Severe: food poisoning – “but my wife got food poisoning from the clams”" in shown(card)
    assert "3★" in card.text
    assert not card.is_silent
    assert len(house.cards(chat)) == 1
    assert stored(house, "SELECT severity, reason FROM incidents") == [("high", "severe")]
    assert stored(house, "SELECT is_low, low_at FROM reviews") == [(0, None)]
    (listed,) = await house.say(petra, "/incidents")
    assert "1 severe" in listed.text
    assert "low" not in listed.text
    await house.press(petra, "Resolve")
    await house.press(petra, "Food")
    house.put(
        [
            replace(row, rating=3)
            for row in rows(house, ["Nice terrace, but my wife got food poisoning from the clams. Edited."])
        ]
    )
    await house.step(minutes=20)
    await house.step(minutes=20)
    assert len(stored(house, "SELECT 1 FROM incidents")) <= 2


async def test_an_edit_or_a_copy_elsewhere_opens_nothing_again(house: House) -> None:
    """The same guest's same words on a second platform are no second incident."""
    petra = await house.owner()
    house.clock.advance(timedelta(minutes=16))
    text = "We both got food poisoning here after the clams, the whole night was awful."
    (row,) = rows(house, [text])
    house.put([row])
    await house.step(seconds=1)
    await house.step(minutes=1)
    await house.press(petra, "Resolve")
    await house.press(petra, "Food")
    house.put([row], source="booking")
    await house.step(minutes=20)
    await house.step(minutes=1)
    assert stored(house, "SELECT count(*) FROM reviews") == [(2,)]
    assert stored(house, "SELECT count(*) FROM incidents") == [(1,)]


async def test_a_severe_review_raises_the_open_incident(house: House) -> None:
    """Among low reviews it makes the incident high, and one message with sound says so."""
    await house.owner()
    await appear(house, WAITED[:3])
    assert stored(house, "SELECT severity FROM incidents") == [("normal",)]
    await appear(house, ["The manager threatened us in front of the children."])
    assert stored(house, "SELECT severity, reason FROM incidents") == [("high", "")]
    (note,) = house.seen(1001, "severe review in #1")
    assert not note.is_silent
    assert note.reply_to == house.card(1001).message_id
    assert "Severe: threat or violence – “The manager threatened us" in shown(note)
    assert "1 severe, 4 low reviews" in house.card(1001).text


async def test_old_severe_reviews_open_nothing(house: House) -> None:
    """What was published long before it was discovered is history."""
    await house.owner()
    await appear(house, ["We got food poisoning!"], back=timedelta(days=20))
    assert stored(house, "SELECT severe FROM scores") == [("poisoning",)]
    assert stored(house, "SELECT count(*) FROM incidents") == [(0,)]
    assert not house.cards(1001)


async def test_severe_reviews_can_be_silent_or_off(house: House) -> None:
    """Bahnhof hears nothing of them, Hafen without sound."""
    await house.owner()
    await house.join("Otto", 1005, role=Role.OWNER, business="anker")
    await appear(house, ["Both of us got food poisoning!"], source="bahnhof")
    await appear(house, ["All of us got food poisoning!"], source="hafen")
    assert not house.cards(1001)
    assert house.card(1005).is_silent
    assert "1 severe review" in house.card(1005).text


@pytest.mark.parametrize(
    "text",
    [
        "Great hospitality by the staff.",
        "Das Menü wurde uns sehr gut erklärt und schmeckte hervorragend.",
        "Wir sind zufällig über dieses nette Lokal gestolpert und waren begeistert.",
        "My stomach was full, and I had a stomach ache from laughing so much.",
    ],
)
async def test_praise_opens_nothing(house: House, text: str) -> None:
    """Words that only look severe open no incident and ask nobody to read."""
    await house.owner()
    await appear(house, [text], rating=5)
    assert stored(house, "SELECT count(*) FROM incidents") == [(0,)]
    assert not house.seen(1001, "read this one")


async def test_a_likely_severe_review_asks_to_be_read(house: House) -> None:
    """Five stars never sound: a silent message asks people to read it, and a press opens the incident."""
    petra = await house.owner()
    await appear(house, ["Nice place, but my wife got food poisoning from the clams."], rating=5)
    assert stored(house, "SELECT count(*) FROM incidents") == [(0,)]
    (asked,) = house.seen(1001, "read this one")
    assert asked.is_silent
    assert asked.labels() == [["Open incident", "Not severe"]]
    await house.press(petra, "Open incident", on=asked)
    await house.step(seconds=1)
    assert shown(house.card(1001)).startswith("🔴 Marktplatz: 1 severe review")
    assert stored(house, "SELECT reason FROM incidents") == [("severe",)]
    (answered,) = house.seen(1001, "read this one")
    assert "Now #1." in shown(answered)
    assert answered.labels() == []


async def test_a_likely_severe_review_is_a_silent_line_of_the_open_card(house: House) -> None:
    """It joins the open incident as a line, without a message and without raising it."""
    await house.owner()
    await appear(house, WAITED[:3])
    await appear(house, ["Never again here, I fell sick."])
    assert "Read this one: food poisoning? – “Never again here, I fell sick" in shown(house.card(1001))
    assert stored(house, "SELECT severity FROM incidents") == [("normal",)]
    assert not house.seen(1001, "read this one")


async def test_a_vague_review_disturbs_nobody(house: House) -> None:
    """A stomach ache alone is read, stored and told to nobody."""
    await house.owner()
    await appear(house, ["I had a stomach ache."])
    assert stored(house, "SELECT severe, loudness FROM scores") == [("poisoning", "vague")]
    assert stored(house, "SELECT count(*) FROM incidents") == [(0,)]
    assert not house.seen(1001, "read this one")


async def test_a_vague_review_is_evidence_of_an_open_incident(house: House) -> None:
    """*Why?* shows its words; the card and its severity stay as they were."""
    petra = await house.owner()
    await appear(house, [*WAITED[:3], "I had a stomach ache."])
    assert stored(house, "SELECT severity FROM incidents") == [("normal",)]
    assert "stomach ache" not in shown(house.card(1001)).partition("\n")[0]
    await house.press(petra, "Why?")
    assert "Perhaps food poisoning: “I had a stomach ache”" in shown(house.seen(1001, "Perhaps")[-1])


async def test_not_severe_is_remembered_for_that_phrase_at_that_place(house: House) -> None:
    """One press closes the incident; the phrase opens nothing here any more; reopening undoes it."""
    petra = await house.owner()
    await appear(house, ["The waiter slapped me with the napkin, what a show."], rating=3)
    await house.press(petra, "Not severe")
    assert stored(house, "SELECT state, cause FROM incidents") == [("resolved", "false")]
    ((phrase, words),) = stored(house, "SELECT phrase, words FROM not_severe WHERE undone_at IS NULL")
    assert words == "slapped me"
    assert stored(house, "SELECT count(*) FROM relaxations") == [(0,)]
    await appear(house, ["He slapped me as well."], rating=3)
    assert stored(house, "SELECT count(*) FROM incidents") == [(1,)]
    await house.press(petra, "Reopen")
    assert stored(house, "SELECT count(*) FROM not_severe WHERE undone_at IS NULL AND phrase = ?", phrase) == [(0,)]


async def test_not_severe_under_a_review_to_read(house: House) -> None:
    """The phrase is remembered there too, and the message says so."""
    petra = await house.owner()
    await appear(house, ["I fell sick."])
    (asked,) = house.seen(1001, "read this one")
    await house.press(petra, "Not severe", on=asked)
    await house.step(seconds=1)
    (answered,) = house.seen(1001, "read this one")
    assert "Marked as not severe" in shown(answered)
    await appear(house, ["And then I fell sick."])
    assert len(house.seen(1001, "read this one")) == 1


async def test_changed_rules_read_everything_again(house: House) -> None:
    """A score by other rules is replaced in the background, and the theme line comes back with it."""
    await house.owner()
    await appear(house, WAITED[:3])
    database = house.settings().database
    await house.stop()
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE scores SET rules = 'old', themes = ''")
    connection.close()
    await house.start()
    await house.step(minutes=1)
    found = stored(house, "SELECT themes FROM scores WHERE rules <> 'old'")
    assert all("waiting" in themes.split() for (themes,) in found)
    assert len(found) == 3
    assert stored(house, "SELECT count(*) FROM scores WHERE rules = 'old'") == [(0,)]
