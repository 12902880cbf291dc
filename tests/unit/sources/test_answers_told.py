"""Whether a review was answered is known only where its file has a column for that."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from bot.sources.files.understand import understand

ZONE = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("head", "answers", "told"),
    [
        ("", ("", ""), [None, None]),
        (";Antwort", (";Danke", ";"), [True, False]),
        (";Antwort am", (";16.03.2026", ";"), [True, False]),
        (";Kellner", (";Max", ";Lea"), [None, None]),
    ],
)
def test_a_column_for_answers_tells_of_them(head: str, answers: tuple[str, str], told: list[bool | None]) -> None:
    """With one, no answer is an answer's absence; without one, nobody knows."""
    lines = (f"Datum;Sterne;Text{head}", f"13.03.2026;1;Kalt{answers[0]}", f"14.03.2026;5;Toll{answers[1]}", "")
    found = understand("a.csv", "\n".join(lines).encode(), zone=ZONE).parsed.reviews
    assert [None if one.reply is None else one.reply.is_there for one in found] == told
