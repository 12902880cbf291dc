"""On which scale one table's ratings are: its columns, its platform and its words are held against the numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.model.platforms import known as known_platforms
from bot.model.platforms import scales as scales_shown
from bot.model.platforms import slug_of
from bot.sources.tables import scales
from bot.sources.tables.columns import Column
from bot.sources.tables.rows import Rows
from bot.sources.tables.scales import AskScale, Rated, Scale
from bot.sources.tables.taking import Roles
from bot.sources.tables.values.ratings import Score
from bot.sources.tables.values.tone import Tone, language_of, tone_of

_TONE_FROM: Final = 6_000
PLATFORM: Final = "platform:"
"""How the key of an answer begins that holds for every table of one platform."""


def platform_of(sheet: str) -> str:
    """The platform that a sheet is named after ("Google", "Tripadvisor 2026"); empty where it is none."""
    for text in (sheet, sheet.strip(" 0123456789-_/.")):
        slug = slug_of(text) if text.strip() else ""
        if slug in known_platforms():
            return slug
    return ""


class Scaling:
    """Settles the scale of one table, or says what has to be asked.

    `is_remembered` says afterwards whether an answer to another table of `platform` was taken.
    """

    def __init__(
        self, columns: Sequence[Column], rows: Rows, roles: Roles, *, platform: str, remembered: Mapping[str, Any]
    ) -> None:
        """`platform` is that of all rows, where no column says so; `remembered` holds the answers to other tables."""
        self._columns = columns
        self._rows = rows
        self._roles = roles
        self._column = columns[roles.columns["rating"][0]]
        self._rated = scales.ratings_of(
            rows,
            roles.columns["rating"],
            roles.columns.get("platform", (None,))[0],
            heading=self._column.heading,
            raw=self._column.raw,
        )
        its = set(self._rated.platforms)
        self.platform = next(iter(its)) if len(its) == 1 and its != {""} else platform
        self._remembered = remembered
        self.is_remembered = False

    def settle(self) -> Scale | AskScale:
        """Find the scale: stated, answered for this platform before, usual, or to be asked."""
        tone = self._tone()
        platform = self.platform if self.platform in scales_shown() else ""
        known = self._roles.map.rating_range
        found = scales.settle(self._rated, tone, known=known, platform=platform, language=tone.language)
        before = self._remembered.get(PLATFORM + self.platform) if self.platform else None
        if isinstance(found, AskScale) and before is not None:
            worst, best = before["rating_range"]
            if found.top <= best:
                self.is_remembered = True
                return Scale(float(worst), float(best), bool(before.get("lowest_is_best")), is_stated=True)
        return found

    def facts(self, found: AskScale) -> dict[str, Any]:
        """What the question shows."""
        scored = [(one.value, self._words(cells)) for one, (_, cells) in _pairs(self._rated, self._rows)]
        lowest = min((value for value, _ in scored), default=0.0)
        example = next(((value, text) for value, text in scored if value == lowest and text), None)
        example = example or next(iter(scored), (0.0, ""))
        return {
            "column": self._column.name,
            "options": [list(option) for option in found.options],
            "why": found.why,
            "top": found.top,
            "example": [example[0], example[1][:120]],
        }

    def _words(self, cells: Sequence[Any]) -> str:
        columns = self._roles.columns
        places = [at for name in ("title", "text", "positive", "negative") for at in columns.get(name, ())]
        return " ".join(str(cells[at]) for at in places if at < len(cells) and cells[at] not in (None, ""))

    def _tone(self) -> Tone:
        some = _pairs(self._rated, self._rows)
        if len(some) > _TONE_FROM:
            some = some[:: len(some) // _TONE_FROM]
        words = [(one.value, self._words(cells)) for one, (_, cells) in some if not one.is_word]
        words = [(value, text) for value, text in words if text]
        headings = " ".join(column.raw for column in self._columns)
        language = language_of([text[:200] for _, text in words[:40]], headings)
        return tone_of(words, language)


def _pairs(rated: Rated, rows: Rows) -> list[tuple[Score, tuple[int, Sequence[Any]]]]:
    return [(one, row) for one, row in zip(rated.scores, rows, strict=True) if one is not None]
