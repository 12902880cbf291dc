"""Makes incidents: ordinary clusters of seven kinds, and smear campaigns of near-copies; the same ones for a seed."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from bot.model.campaign import SmearReview

KINDS: Final = ("kitchen", "queue", "event", "sauna", "party", "busy", "stars")
_HERE: Final = Path(__file__).parent
_NOW: Final = 1_780_000_000.0
_HOUR: Final = 3600.0
_DAY: Final = 24 * _HOUR
_CHOICE: Final = re.compile(r"\[([^\]]+)\]")
_MARKS: Final = ("", "", "", "!", "!!", " 😡", " 👎", " 🤮")


@dataclass(frozen=True, slots=True)
class Case:
    """An incident with the place's earlier reviews."""

    kind: str
    language: str
    incident: tuple[SmearReview, ...]
    history: tuple[SmearReview, ...]


@cache
def _texts(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))


def campaigns(bank: str = "campaigns.toml") -> list[dict[str, Any]]:
    """The campaigns of a file: language, and the wordings of each part."""
    found: list[dict[str, Any]] = _texts(bank)["campaign"]
    return found


def ordinary(seed: int, *, earlier: int = 150) -> Case:
    """An ordinary cluster: one evening that went wrong, or a busy day.

    Args:
        seed: the same one makes the same case.
        earlier: how many earlier reviews the place has.
    """
    chance = random.Random(seed)
    language, kind = chance.choice(("en", "de")), chance.choice(KINDS)
    count = chance.randint(4, 14)
    hours = {"party": 0.2, "event": 3.0, "queue": 4.0}.get(kind, 12.0) * chance.uniform(0.7, 2.0)
    if kind == "party":
        count = chance.randint(3, 6)
    two = chance.random() < 0.5
    without_text = chance.choice((0.0, 0.15, 0.35))
    venue = _Venue(language, chance, second=0.3 if two else 0.0, without_text=without_text)
    incident = tuple(venue.review(kind, at=_NOW + chance.random() * hours * _HOUR, low=True) for _ in range(count))
    return Case(kind, language, incident, venue.history(earlier))


def campaign(
    seed: int,
    *,
    which: int | None = None,
    count: int = 10,
    hours: float = 2.0,
    earlier: int = 150,
    platforms: Sequence[str] = ("google",),
    language: str = "",
    bank: str = "campaigns.toml",
) -> Case:
    """A smear campaign: near-copies with words exchanged, moved, left out and mistyped, from as many accounts.

    Args:
        seed: the same one makes the same case.
        which: the campaign's place in `campaigns()`; by chance if None.
        count: how many copies.
        hours: within which they come.
        earlier: how many earlier reviews the place has.
        platforms: where the copies are written.
        language: of the place's usual guests; the campaign's own if empty and there are texts in it.
        bank: the file that the campaign is from.
    """
    chance = random.Random(seed)
    all_of_them = campaigns(bank)
    chosen = all_of_them[chance.randrange(len(all_of_them)) if which is None else which]
    parts = chosen["parts"]
    home = language or (chosen["language"] if chosen["language"] in ("en", "de") else chance.choice(("en", "de")))
    venue = _Venue(home, chance, second=0.2 if len(platforms) > 1 else 0.0, without_text=0.15)
    incident = tuple(
        SmearReview(
            text=_copy(parts, chance),
            is_low=True,
            at=_NOW + chance.random() * hours * _HOUR,
            author=f"Account {number}",
            source=chance.choice(platforms),
        )
        for number in range(count)
    )
    return Case("campaign", chosen["language"], incident, venue.history(earlier))


def _copy(parts: Sequence[Sequence[str]], chance: random.Random) -> str:
    said = [chance.choice(wordings) for wordings in parts]
    if len(said) > 2 and chance.random() < 0.15:
        said.pop(chance.randrange(len(said)))
    if chance.random() < 0.4:
        chance.shuffle(said)
    text = " ".join(said)
    if chance.random() < 0.25 and len(text) > 20:
        at = chance.randrange(2, len(text) - 2)
        text = text[:at] + text[at + 1 :]
    if chance.random() < 0.15:
        text = text.upper() if chance.random() < 0.3 else text.lower()
    return text + chance.choice(_MARKS)


class _Venue:
    """A place with its guests' habits."""

    def __init__(self, language: str, chance: random.Random, *, second: float, without_text: float) -> None:
        self._texts: dict[str, list[str]] = _texts("ordinary.toml")[language]
        self._chance = chance
        self._second = second
        self._without_text = without_text
        self._guests = 0

    def review(self, kind: str, *, at: float, low: bool) -> SmearReview:
        """One guest's review."""
        self._guests += 1
        return SmearReview(
            text=self._text(kind),
            is_low=low,
            at=at,
            author=f"Guest {self._guests}",
            source="tripadvisor" if self._chance.random() < self._second else "google",
        )

    def history(self, count: int) -> tuple[SmearReview, ...]:
        """The earlier reviews: one in eight low, on any day."""
        reviews = []
        for _ in range(count):
            low = self._chance.random() < 0.125
            kind = self._chance.choice(("busy", "queue", "kitchen")) if low else "good"
            reviews.append(self.review(kind, at=_NOW - self._chance.uniform(1, 700) * _DAY, low=low))
        return tuple(sorted(reviews, key=lambda review: review.at))

    def _text(self, kind: str) -> str:
        chance = self._chance
        if chance.random() < (0.7 if kind == "stars" else self._without_text):
            return ""
        if kind != "good" and chance.random() < 0.3:
            return self._filled(chance.choice(self._texts["short"]))
        told = chance.sample(self._texts[kind if kind in self._texts else "busy"], chance.choice((1, 1, 2, 3)))
        if kind != "good":
            told = [chance.choice(self._texts["openings"]), *told, chance.choice(self._texts["closings"])]
        return self._filled(" ".join(one for one in told if one))

    def _filled(self, text: str) -> str:
        text = _CHOICE.sub(lambda found: self._chance.choice(found[1].split("|")), text)
        return text.replace("{n}", str(self._chance.randint(4, 95)))
