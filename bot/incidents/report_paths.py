"""Where a business reports reviews at each platform, from `bot/data/report_paths.toml`. People do it, never the bot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from bot.score.packaged import packaged


@dataclass(frozen=True, slots=True)
class ReportPath:
    """A platform's way.

    Attributes:
        platform: its id, as reviews carry it.
        name: what people call it.
        lines: the way in words, for each language; the first line is the usual one.
    """

    platform: str
    name: str
    lines: Mapping[str, tuple[str, ...]]

    def told(self, language: str) -> tuple[str, ...]:
        """The lines in a language, or in English."""
        return self.lines.get(language) or self.lines["en"]


@cache
def _all() -> Mapping[str, ReportPath]:
    return {
        table["id"]: ReportPath(
            platform=table["id"],
            name=table["name"],
            lines={key: tuple(value) for key, value in table.items() if isinstance(value, list)},
        )
        for table in packaged("report_paths.toml")["platform"]
    }


def report_paths(platforms: Iterable[str]) -> tuple[ReportPath, ...]:
    """The ways of some platforms, each once and in the order given; those without a known way are left out."""
    return tuple(_all()[platform] for platform in dict.fromkeys(platforms) if platform in _all())
