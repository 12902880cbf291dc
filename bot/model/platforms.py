"""The platforms that guests write on, from `bot/data/platforms.toml`: the only place that knows them by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType

from bot.text.fold import fold
from bot.text.packaged import packaged

_ADDRESS = re.compile(r" (?:com|de|at|ch|fr|es|it|nl|be|eu|net|org|co uk)$")


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform.

    Attributes:
        slug: its short name, as reviews carry it.
        name: what people call it.
        also: other names, folded, without signs.
        proves_visit: only guests whose visit it knows of can write there.
        scale: the worst and the best rating that guests are shown there; None where it is not known.
        report: how a business reports a review there, for each language; the first line is the usual way. People do
            it, never the bot. Empty where no way is known.
    """

    slug: str
    name: str
    also: tuple[str, ...]
    proves_visit: bool
    scale: tuple[float, float] | None
    report: Mapping[str, tuple[str, ...]]

    def told(self, language: str) -> tuple[str, ...]:
        """How to report a review, in a language or in English."""
        return self.report.get(language) or self.report["en"]


@cache
def known() -> Mapping[str, Platform]:
    """Every platform by its slug."""
    return MappingProxyType(
        {
            table["slug"]: Platform(
                slug=table["slug"],
                name=table["name"],
                also=tuple(table.get("also", ())),
                proves_visit=table.get("proves_visit", False),
                scale=(float(table["scale"][0]), float(table["scale"][1])) if "scale" in table else None,
                report={language: tuple(lines) for language, lines in table.get("report", {}).items()},
            )
            for table in packaged("platforms.toml")["platform"]
        }
    )


@lru_cache(maxsize=256)
def slug_of(text: str) -> str:
    """The name of a platform as one word: "Booking.com" is "booking", "HolidayCheck" is "holidaycheck"."""
    words = re.sub(r"[\W_]+", " ", fold(text)).strip().removeprefix("www ")
    slug = _aliases().get(words) or words.replace(" ", "-")[:40]
    name = _ADDRESS.sub("", words)
    return slug if slug in known() or name == words else _aliases().get(name) or (name if name in known() else slug)


def name_of(slug: str, *, source_name: str = "") -> str:
    """What people call a platform; a source that names none is called by its own name."""
    if slug in known():
        return known()[slug].name
    return source_name if slug.startswith("source:") else slug.replace("-", " ").capitalize()


def proves_visit(slug: str) -> bool:
    """Whether only guests whose visit the platform knows of can write there."""
    return slug in known() and known()[slug].proves_visit


def reportable(slugs: Iterable[str]) -> tuple[Platform, ...]:
    """Those platforms of which a way to report is known, each once and in the order given."""
    return tuple(known()[slug] for slug in dict.fromkeys(slugs) if slug in known() and known()[slug].report)


@cache
def _aliases() -> Mapping[str, str]:
    return {name: platform.slug for platform in known().values() for name in platform.also}


def scales() -> Mapping[str, tuple[float, float]]:
    """The scales that platforms show their guests, by the platform's slug."""
    return {slug: its.scale for slug, its in known().items() if its.scale is not None}
