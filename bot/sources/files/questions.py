"""What people are asked about a table, and what their answers mean for its reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.model.ingest.understanding import Ask, AskKind

ASKED: Final = ("rating", "date", "text")
"""What a person is asked about a table that is not recognised."""
EVERY: Final = "*"
"""The key of an answer that holds for every table of a file."""


def with_column(mapping: Mapping[str, Any], field: str, column: str) -> dict[str, Any]:
    """The mapping after a person has said which column holds a field; an empty name for "none"."""
    after = {name: value for name, value in mapping.items() if value != column}
    if field == "rating":
        after = {
            name: value for name, value in after.items() if name not in ("rating_range", "lowest_is_best", "no_rating")
        }
    after.pop(field, None)
    if column:
        return after | {field: column}
    return after | {"no_rating": True} if field == "rating" else after


def with_scale(mapping: Mapping[str, Any], option: tuple[float, float, bool]) -> dict[str, Any]:
    """The mapping after a person has said which scale it is."""
    worst, best, lowest_is_best = option
    return {**mapping, "rating_range": [worst, best], "lowest_is_best": lowest_is_best}


def with_date(ask: Ask, *, month_first: bool) -> dict[str, Any]:
    """The mapping after a person has said which day is meant."""
    if ask.facts.get("swapped"):
        return {**ask.mapping, "dates_swapped": month_first}
    return {**ask.mapping, "date_format": "mdy" if month_first else "dmy"}


def with_recommended(ask: Ask, *, counts: bool) -> dict[str, Any]:
    """The mapping after a person has said whether a yes/no column is the rating."""
    answer = {"recommended": ask.facts["column"], "recommended_counts": counts}
    return {**ask.mapping, **answer} if counts else {**ask.mapping, "no_rating": True}


def is_enough(mapping: Mapping[str, Any]) -> bool:
    """Whether a file can be read with these answers: a date, and stars or words."""
    return "date" in mapping and bool({"rating", "text", "recommended"} & mapping.keys())


def answers_of(kept: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Answers as an upload keeps them; a mapping that an earlier release kept holds for every table."""
    if any(not isinstance(value, Mapping) for value in kept.values()):
        return {EVERY: dict(kept)}
    return {key: dict(value) for key, value in kept.items()}


def ask_of(kept: Mapping[str, Any]) -> Ask:
    """A question as `Ask.stored` kept it."""
    return Ask(
        kind=AskKind(kept["kind"]),
        key=str(kept["key"]),
        sheet=str(kept["sheet"]),
        rows=int(kept["rows"]),
        mapping=dict(kept["mapping"]),
        facts=dict(kept["facts"]),
    )
