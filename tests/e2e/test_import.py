"""What comes in: old reviews in bulk, the same file again, hostile text."""

from __future__ import annotations

import os
from datetime import timedelta
from hashlib import sha256

import pytest

from bot.model.people import Role
from tests.e2e.house import House, Line, is_card

COUNT = 1500


def _contents(house: House, *tables: str) -> dict[str, tuple[int, str]]:
    """How many rows each table has, and a digest of all of them."""
    found = {}
    for table in tables:
        rows = [tuple(row) for row in house.rows(f"SELECT * FROM {table} ORDER BY 1")]
        found[table] = (len(rows), sha256(repr(rows).encode()).hexdigest())
    return found


def test_a_first_import_of_old_reviews_is_silent_and_the_same_file_again_writes_nothing(house: House) -> None:
    """No incident, one silent report; touched, renamed and dropped again the same reviews change no row."""
    house.configure([{"id": "mitte", "name": "Mitte", "sources": [house.folder("exports")]}], level="info")
    lines = [
        Line(f"r{n}", 1 + n % 5, house.clock.now() - timedelta(hours=n % 4000), f"The soup was {n} degrees.")
        for n in range(COUNT)
    ]
    first = house.export("exports", "all.csv", lines)
    house.start()
    owner = house.person(501, "Anna")
    house.join(owner, Role.OWNER)
    house.step(60)
    house.step(60)
    assert house.value("SELECT count(*) FROM reviews") == COUNT
    assert house.value("SELECT count(*) FROM incidents") == 0
    reports = [message for message in house.said(owner.user_id) if "1,500 reviews" in message.text]
    assert len(reports) == 1, [message.text for message in house.said(owner.user_id)]
    assert reports[0].is_silent
    assert not [message for message in house.said(owner.user_id) if is_card(message)]

    tables = ("reviews", "review_versions", "scores", "incidents", "incident_reviews", "problems")
    before = _contents(house, *tables)
    said = [one.text for one in house.said(owner.user_id)]
    moment = house.ago(1).timestamp()
    os.utime(first, (moment, moment))
    house.step(120)
    first.rename(first.with_name("renamed.csv"))
    house.step(120)
    house.export("exports", "again.csv", lines)
    house.step(120)
    house.export("exports", "turned.csv", lines[::-1])
    house.step(120)
    assert _contents(house, *tables) == before
    assert [one.text for one in house.said(owner.user_id)] == said


@pytest.mark.proof
def test_hostile_text_arrives_intact_or_shortened_and_never_as_markup(house: House) -> None:
    """HTML, right-to-left marks, 100 kB and emoji in reviews: the card arrives, shows them as text, within its size."""
    texts = [
        "<b>bold</b> & <script>alert(1)</script> <a href='https://evil.example'>x</a>",
        "\u202egnihtyreve\u202c \u2067שלום\u2069 \u200f",
        "Terrible! " * 9_990,
        "🤮👩‍👩‍👧‍👦" * 2_000,
        "@everyone /start https://evil.example t.me/evil #1",
    ]
    house.configure([{"id": "mitte", "name": "Mitte <b>&", "sources": [house.folder("exports")]}])
    house.start()
    owner = house.person(501, "Anna <i>\u202e")
    house.join(owner, Role.OWNER)
    house.step(600)
    for number, text in enumerate(texts):
        at = house.ago(5 - number)
        lines = [Line(f"{number}-{copy}", 1, at, text + "!" * copy) for copy in range(3)]
        house.export("exports", f"{number}.csv", lines)
        house.step(60)
        house.step(60)
    card = house.wait_for_card(owner.user_id, "15 low reviews")
    assert len(house.cards(owner.user_id)) == 1
    shown = "\n".join(version.text for version in card.versions)
    assert "\u202e" not in shown
    # A word joiner after each slash keeps Telegram from finding links.
    assert "<b>bold</b> & <script>" in shown.replace("\u2060", "")
    assert "Terrible! Terrible!" in shown
    assert "🤮" in shown
    assert all(len(version.text) <= 1200 for version in card.versions)
    kinds = {entity.kind for version in card.versions for entity in version.entities}
    assert kinds <= {"bold", "italic", "blockquote", "expandable_blockquote"}, kinds
    refused = [call for call in house.telegram.call(lambda t: list(t.calls)) if call.error]
    assert not refused, refused
    assert "could not" not in house.running.text()
