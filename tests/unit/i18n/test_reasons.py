"""Every reason for a skipped row or file can be said in each language."""

from __future__ import annotations

import ast
from pathlib import Path

import bot
from bot.i18n import catalogue
from bot.i18n.speech import reason_text
from bot.reasons import Reason, reason, restored
from tests.parsed import parsed

PACKAGE = Path(bot.__file__).parent


def raised() -> set[str]:
    """The codes of all reasons that the code names: `reason("date_missing")`."""
    calls = (
        node.args[0]
        for file in PACKAGE.glob("**/*.py")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "reason"
    )
    either = (one for call in calls for one in ([call.body, call.orelse] if isinstance(call, ast.IfExp) else [call]))
    return {str(one.value) for one in either if isinstance(one, ast.Constant)}


def test_every_reason_has_a_text_and_every_text_a_reason() -> None:
    """A code without words would fail while a file is read; words without a code are never shown."""
    assert {f"skip.{code}" for code in raised()} == {key for key in catalogue.load("en") if key.startswith("skip.")}


def test_a_reason_comes_back_from_the_database_and_is_said_in_both_languages() -> None:
    """Numbers are written as each language writes them; a language without a catalogue gets English."""
    kept = restored(reason("cell_long", count=120_000, most=50_000).stored())
    assert kept == reason("cell_long", count=120_000, most=50_000)
    assert "120,000" in str(kept)
    assert "120.000" in reason_text(kept, "de")
    assert reason_text(kept, "fr") == reason_text(kept, "en") == str(kept)


def test_numbers_stored_as_text_are_shown_as_they_are() -> None:
    """Earlier releases stored the number as it was written."""
    assert "120,000" in reason_text(Reason("cell_long", (("count", "120,000"), ("most", "50,000"))), "de")


def test_what_comes_from_a_file_is_cut_and_put_on_one_line() -> None:
    """A cell may hold a page."""
    said = str(reason("date_unknown", cell="x\n" * 500))
    assert "\n" not in said
    assert len(said) < 120


def test_a_reason_of_another_release_is_not_known() -> None:
    """The stored English sentence is shown in its place."""
    assert restored({"code": "of_tomorrow", "args": {}}) is None
