"""The evidence of a possible smear campaign in the chat: the card, the button, and the file."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from bot.demo.botapi.model import Message
from tests.house import House, Row

COPIES = (
    "Never again. Worst place in town. Stay away.",
    "Worst place in town, never again! Stay away.",
    "Stay away, the worst place in town. Never again.",
    "Never ever again. Worst place in this town, stay away",
    "=WORST place in town. Never again, stay far away!",
    "Worst place in town. Never again. <script>alert()</script> Stay away.",
)


async def attacked(house: House) -> None:
    """Six near-copies within twenty minutes."""
    house.clock.advance(timedelta(minutes=25))
    now = house.clock.now()
    rows = [
        Row(at=now - timedelta(minutes=4 * number), rating=1 + number % 2, text=text, author=f"Account {number}")
        for number, text in enumerate(COPIES)
    ]
    house.put(rows)
    await house.step(seconds=1)
    await house.step(seconds=20)
    await house.step(seconds=20)


def files_in(message: Message) -> dict[str, bytes]:
    """What the zip of a message holds."""
    assert message.file is not None
    with zipfile.ZipFile(io.BytesIO(message.file.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


async def test_near_copies_are_called_possible_with_their_numbers(house: House) -> None:
    """The card names the signs that stand out; the evidence lists them and says that nothing was reported."""
    anna = await house.join("Anna", 1002)
    await attacked(house)
    assert "Possible smear campaign (3 of 5 signs)" in house.card(1002).text
    await house.press(anna, "Why?")
    shown = house.last(1002)
    assert "possible smear campaign (3 of 5 signs)" in shown.text
    assert "Yes – nearly the same text: 6 of 6" in shown.text
    assert "Yes – no dish, table or day named: 6 of 6" in shown.text
    assert "No – several sources at once: only Tripadvisor" in shown.text
    assert "Where to report, Tripadvisor" in shown.text
    assert "Nothing was reported" in shown.text


async def test_every_number_of_the_card_is_what_the_rows_say(house: House) -> None:
    """Counts, minutes and platforms are worked out again from the tables, without the program's functions."""
    anna = await house.join("Anna", 1002)
    await attacked(house)
    house.put([Row(at=house.clock.now(), rating=1, text="", author="Nobody")], source="booking")
    await house.step(minutes=20)
    await house.step(seconds=40)
    await house.press(anna, "Why?")
    text = house.last(1002).text.replace("\u2060", "")
    with closing(sqlite3.connect(house.settings().database)) as database:
        rows = database.execute(
            "SELECT r.text, r.low_at, r.platform FROM reviews r JOIN incident_reviews USING (review_id) ORDER BY 2"
        ).fetchall()
    silent = [row for row in rows if not row[0].strip()]
    worst = [row for row in rows if "worst place in" in row[0].lower()]
    times = [datetime.fromisoformat(row[1]) for row in rows]
    runs = [[at for at in times if timedelta(0) <= at - start <= timedelta(minutes=10)] for start in times]
    longest = max(runs, key=len)
    minutes = ceil((longest[-1] - longest[0]) / timedelta(minutes=1))
    assert 2 * len(longest) >= len(rows)
    assert len({row[2] for row in rows}) == 2
    assert f"nearly the same text: {len(worst)} of {len(rows) - len(silent)}" in text
    assert f"stars without text: {len(silent)} of {len(rows)}" in text
    assert f"within {minutes}\xa0minutes: {len(longest)} of {len(rows)}" in text
    assert f"no dish, table or day named: {len(worst)} of {len(worst)}" in text
    assert "several sources at once: Tripadvisor, Booking.com" in text


async def test_file_goes_to_the_pressers_private_chat_only(house: House) -> None:
    """A press in the group answers there and sends the file to the one who pressed; its hashes fit what is in it."""
    petra = await house.owner()
    anna = await house.join("Anna", 1002)
    group = await house.group(petra, anna)
    await attacked(house)
    await house.press(anna, "Why?", chat=group)
    answer = await house.press(anna, "Save evidence", chat=group, on=house.last(group))
    assert answer is not None
    assert answer.text == "The file comes to your private chat."
    sent = [one for one in house.said(1002) if one.file is not None]
    assert len(sent) == 1
    assert not [one for chat in (group, 1001) for one in house.said(chat) if one.file is not None]
    assert sent[0].file is not None
    assert sent[0].file.name == "evidence-1.zip"

    files = files_in(sent[0])
    assert sorted(files) == ["SHA256SUMS", "index.html", "reviews.csv", "reviews.json"]
    for line in files["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert sha256(files[name]).hexdigest() == digest
    kept = json.loads(files["reviews.json"])["reviews"]
    assert sorted(one["text"] for one in kept) == sorted(COPIES)
    assert all(sha256(one["text"].encode()).hexdigest() == one["text_sha256"] for one in kept)
    rows = list(csv.DictReader(io.StringIO(files["reviews.csv"].decode("utf-8-sig"))))
    assert len(rows) == len(COPIES)
    assert not [cell for row in rows for cell in row.values() if cell.startswith("=")]
    page = files["index.html"].decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert()" in page
    assert "Account" not in page + files["reviews.json"].decode() + files["reviews.csv"].decode()


async def test_same_state_gives_the_same_bytes_until_something_changes(house: House) -> None:
    """Two files of one state are equal; a move makes another one."""
    anna = await house.join("Anna", 1002)
    await attacked(house)
    await house.press(anna, "Why?")
    why = house.last(1002)
    await house.press(anna, "Save evidence", on=why)
    await house.step(minutes=30)
    await house.press(anna, "Save evidence", on=why)
    await house.press(anna, "Acknowledge")
    await house.press(anna, "Save evidence", on=why)
    first, second, third = (one.file.content for one in house.said(1002) if one.file is not None)
    assert first == second
    assert first != third


async def test_edited_review_keeps_its_earlier_words(house: House) -> None:
    """The file holds what a review said before it was edited."""
    anna = await house.join("Anna", 1002)
    house.clock.advance(timedelta(minutes=16))
    rows = house.rows(4)
    house.put(rows, name="one.csv")
    await house.step(seconds=1)
    await house.step(seconds=20)
    await house.step(minutes=20)
    house.put([Row(at=row.at, rating=2, text=row.text, author=row.author) for row in rows], name="two.csv")
    await house.step(minutes=20)
    await house.press(anna, "Why?")
    await house.press(anna, "Save evidence", on=house.last(1002))
    kept = json.loads(files_in(house.last(1002))["reviews.json"])["reviews"]
    assert [one["stars"] for one in kept] == ["2"] * 4
    assert [[version["stars"] for version in one["versions"]] for one in kept] == [["1"]] * 4


async def test_stranger_in_the_group_gets_no_file(house: House) -> None:
    """Who is not on the team list is told so, and nothing is made or sent."""
    petra = await house.owner()
    guest = house.server.world.add_user(1009, "Gert")
    group = await house.group(petra, guest)
    await attacked(house)
    await house.press(petra, "Why?", chat=group)
    answer = await house.press(guest, "Save evidence", chat=group, on=house.last(group))
    assert answer is not None
    assert answer.text.startswith("You are not on the team list")
    assert not [one for chat in (group, 1009) for one in house.said(chat) if one.file is not None]


async def test_ordinary_bad_evening_is_not_called_a_campaign(house: House) -> None:
    """Guests that tell what happened to them are ordinary, however fast they come."""
    anna = await house.join("Anna", 1002)
    await house.low(7)
    assert "smear" not in house.card(1002).text.lower()
    await house.press(anna, "Why?")
    assert "Signs of a smear campaign: " in house.last(1002).text


async def test_no_file_is_left_when_it_has_been_sent(house: House) -> None:
    """The copy that waited for Telegram is gone, and its folder is closed to others."""
    anna = await house.join("Anna", 1002)
    await attacked(house)
    await house.press(anna, "Why?")
    await house.press(anna, "Save evidence", on=house.last(1002))
    assert [one.file.name for one in house.said(1002) if one.file is not None] == ["evidence-1.zip"]
    folder = house.folder / "data" / "outgoing"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert not list(folder.iterdir())
