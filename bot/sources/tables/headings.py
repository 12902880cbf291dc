"""What the words of a heading say about its column."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.sources.tables.maps import header

_SPAN: Final = re.compile(r"(?<![\d.,])(\d{1,3})\s*(?:[-–—]|bis|to|à|au|a|tot|through|\.{2,3}|…)\s*(\d{1,3})(?![\d.])")
_OF: Final = re.compile(r"(?:out of|von|of|/|sur|su|van|aus|max\.?|maximal|über|de)\s*(\d{1,3})(?!\d)", re.IGNORECASE)
_MEANS: Final = re.compile(r"(\d{1,3})\s*(?:=|:|ist|is|means|bedeutet)\s*([^\d,;/()=]{3,40})", re.IGNORECASE)
_ZONE: Final = re.compile(r"(?<![a-z])(?:UTC|GMT)(?![a-z])(?:\s*([+-])\s*0?(\d{1,2})(?::?00)?)?", re.IGNORECASE)
_PERCENT: Final = re.compile(r"%|\b(?:prozent|percent|pourcent|porcentaje)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    """The scale that a heading states: "Sterne (1-5)", "Note (1 = sehr gut, 6 = ungenügend)", "Score /20".

    Attributes:
        worst: None where only the top is stated.
        lowest_is_best: None where the heading does not say which end is the better one.
    """

    worst: float | None
    best: float
    lowest_is_best: bool | None = None


@cache
def words() -> Mapping[str, tuple[str, ...]]:
    """The lists of `bot/data/headings.toml`."""
    tree: dict[str, list[str]] = tomllib.loads((files("bot") / "data" / "headings.toml").read_text("utf-8"))
    return {name: tuple(entries) for name, entries in tree.items()}


@cache
def _sets(which: str) -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    entries = words()[which]
    whole = frozenset(entry for entry in entries if "*" not in entry)
    beginnings = tuple(entry[:-1] for entry in entries if entry.endswith("*"))
    return whole, beginnings, tuple(entry[1:] for entry in entries if entry.startswith("*"))


@lru_cache(maxsize=4096)
def says(heading: str, which: str) -> bool:
    """Whether one of the words of a folded heading (`maps.header`) is in a list, or the whole heading is."""
    whole, beginnings, endings = _sets(which)
    if heading in whole:
        return True
    return any(word in whole or word.startswith(beginnings) or word.endswith(endings) for word in heading.split())


def is_total(cell: str) -> bool:
    """Whether the first cell of a row says that the row is the table's total."""
    whole, _, _ = _sets("totals")
    name = header(cell)
    return bool(name) and len(name) <= 40 and (name in whole or name.split()[0] in whole)


def stated_scale(cell: Any) -> Stated | None:
    """The scale that a heading states by itself; None where it states none."""
    text = str(cell or "")
    ends = {float(number): header(meaning) for number, meaning in _MEANS.findall(text)}
    lowest_is_best = _direction(ends)
    if match := _SPAN.search(text):
        first, second = float(match[1]), float(match[2])
        if first != second and max(first, second) <= 100:
            if first > second and lowest_is_best is None:
                return Stated(second, first)
            return Stated(min(first, second), max(first, second), lowest_is_best)
    if len(ends) > 1 and max(ends) <= 100:
        return Stated(min(ends), max(ends), lowest_is_best)
    if match := _OF.search(text):
        best = float(match[1])
        if 3 <= best <= 100:
            return Stated(None, best, lowest_is_best)
    if _PERCENT.search(text):
        return Stated(0.0, 100.0)
    return None


def stated_zone(cell: Any) -> ZoneInfo | None:
    """The zone of a column's times where its heading states one: "Created (UTC)", "date_gmt", "Time (UTC+02:00)"."""
    match = _ZONE.search(str(cell or ""))
    if match is None:
        return None
    hours = int(f"{match[1] or '+'}{match[2] or 0}")
    # The names of this family have their sign the other way round.
    return ZoneInfo(f"Etc/GMT{-hours:+d}" if hours else "UTC") if -12 <= hours <= 14 else None


def _direction(ends: Mapping[float, str]) -> bool | None:
    good = [number for number, meaning in ends.items() if says(meaning, "best")]
    bad = [number for number, meaning in ends.items() if says(meaning, "worst") and number not in good]
    if good and bad:
        return max(good) < min(bad)
    others = [number for number in ends if number not in good]
    if good and (others or good[0] == 1):
        return good[0] == 1 or (bool(others) and max(good) < min(others))
    return bool(bad and max(bad) > 1) if bad else None


def states_best_is_one(cell: Any) -> bool:
    """Whether a heading says that 1 is the best, without naming the other end."""
    ends = {float(number): header(meaning) for number, meaning in _MEANS.findall(str(cell or ""))}
    return 1.0 in ends and says(ends[1.0], "best")
