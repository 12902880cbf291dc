"""A guest's words are found again however they were cut, folded or packed; other people's are not."""

from __future__ import annotations

import pytest

from bot.store.db.schema import metadata
from bot.store.privacy import places
from bot.text.needles import Needles

_TEXT = "The soup was cold, we waited seventy minutes & nobody said a word to us."
NEEDLES = Needles.of(["Jörg Müller"], [_TEXT, "Nie wieder hier"])


@pytest.mark.parametrize(
    "value",
    [
        "JÖRG  MÜLLER",
        "a mail from Jörg Müller, today",
        "“…cold, we waited SEVENTY minutes…”",
        "<i>we waited seventy</i> minutes &amp; nobody said",
        {"rows": [["x", {"html": "Nie wieder hier!"}]]},
        {"Jörg Müller": 1},
    ],
)
def test_words_are_found(value: object) -> None:
    """In any case, inside of other texts, cut, with markup, and inside of JSON values."""
    assert NEEDLES.are_in(value)


@pytest.mark.parametrize("value", ["Jörg Müllerschön", "We waited seventy days", "Nie wieder", "", 7, None, ["x", 1.5]])
def test_other_words_are_not(value: object) -> None:
    """A longer name, fewer than five words in a row, numbers."""
    assert not NEEDLES.are_in(value)


def test_only_what_holds_them_is_emptied() -> None:
    """Everything else in the values stays."""
    value = {"html": "Jörg Müller", "rows": [["a", "nie wieder hier"]], "n": 3, "Jörg Müller": 1}
    assert NEEDLES.blanked(value) == {"html": "", "rows": [["a", ""]], "n": 3}


def test_they_can_be_stored() -> None:
    """An erase that goes on after a restart looks for the same."""
    assert Needles.restored(NEEDLES.stored()) == NEEDLES


def test_every_exception_is_a_column_that_exists() -> None:
    """What is not looked through is named with its reason, and nothing else is left out."""
    every = {table.name for table in metadata.tables.values()}
    columns = {f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.c}
    assert {name for name in places.APART if name != "alembic_version"} <= every | columns
    looked_through = {f"{table.name}.{column.name}" for table in places.tables() for column in places.columns(table)}
    for held in ("inbox.body", "outbox.args", "problems.reason", "problems.why", "uploads.facts", "uploads.body"):
        assert held in looked_through
    for held in ("mails.subject", "raw_items.body", "incidents.note", "incident_moves.detail", "incident_texts.found"):
        assert held in looked_through
