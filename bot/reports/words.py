"""Words, numbers, dates and durations of a report in one language and one time zone."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from bot.model.review import Rating

LANGUAGES: Final = ("de", "en")
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_LONGEST_ODDS_YEARS: Final = 100


@dataclass(frozen=True, slots=True)
class ReportWords:
    """How a report speaks.

    Attributes:
        language: "de" or "en".
        zone: the location's clock.
    """

    language: str
    zone: ZoneInfo

    def say(self, key: str, /, n: int | None = None, **values: str | int) -> str:
        """The catalogue's text for `key` as plain text; `n` decides the plural form and is also `{n}`.

        Raises:
            KeyError: the catalogue has no such text, or the text has a place without a value.
        """
        if n is not None:
            key = f"{key}.{_locale(self.language).plural_form(n)}"
            values["n"] = n
        shown = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        text = catalogue(self.language)[key]
        for name, value in shown.items():
            if value.endswith("."):  # "6 Std." at the end of a sentence
                text = text.replace(f"{{{name}}}.", f"{{{name}}}")
        return text.format_map(shown)

    def number(self, value: float) -> str:
        """1,204 or 4.3; 1.204 or 4,3."""
        return format_decimal(value, format="#,##0.##", locale=_locale(self.language))

    def decimal(self, value: float) -> str:
        """With exactly one digit: 4.3; 4,3."""
        return format_decimal(value, format="#,##0.0", locale=_locale(self.language))

    def percent(self, share: float) -> str:
        """12%; 12 %; below one in a hundred with one digit."""
        value = share * 100
        return self.say("unit.percent", value=self.number(round(value, 1 if 0 < value < 1 else 0)))

    def dated(self, at: datetime | date, pattern: str) -> str:
        """A date by one of the catalogue's patterns; a moment becomes a day of the location."""
        day = at.astimezone(self.zone).date() if isinstance(at, datetime) else at
        return format_date(day, catalogue(self.language)[f"pattern.{pattern}"], locale=_locale(self.language))

    def moment(self, at: datetime) -> str:
        """14 Jun 2024, 18:50; 14.6.2024, 18:50 Uhr."""
        return self.say("alarm.raised", day=self.dated(at, "day"), time=f"{at.astimezone(self.zone):%H:%M}")

    def span(self, duration: timedelta) -> str:
        """A duration in its one fitting unit, for "in …": 25 min, 6 h, 3 days; 3 Tagen."""
        if duration < timedelta(minutes=59.5):
            return self.say("unit.minutes", minutes=max(1, _rounded(duration, timedelta(minutes=1))))
        if duration < timedelta(hours=47.5):
            return self.say("unit.hours", hours=_rounded(duration, _HOUR))
        return self.say("unit.days", _rounded(duration, _DAY))

    def rating(self, rating: Rating) -> str:
        """1★ to 5★; on another scale 2 of 10."""
        value = self.number(rating.value)
        if (rating.worst, rating.best) == (1, 5):
            return self.say("unit.stars", value=value)
        return self.say("unit.other_scale", value=value, best=self.number(rating.best))

    def usual(self, per_day: float) -> str:
        """About 2 a day, about 3 a week, about 1 a month, less than 1 a month."""
        week, month = _nearest(per_day * 7), _nearest(per_day * 30)
        if week >= 7:
            return self.say("usual.day", about=max(1, _nearest(per_day)))
        if per_day * 7 >= 1:
            return self.say("usual.week", about=week)
        return self.say("usual.month", about=month) if per_day * 30 >= 1 else self.say("usual.less")

    def odds(self, years: float) -> str:
        """About once in 3 years, about once in 4 months, less than once in 100 years."""
        if years >= _LONGEST_ODDS_YEARS:
            return self.say("alarm.rarer", years=_LONGEST_ODDS_YEARS)
        if years >= 1.5:
            return self.say("alarm.once_years", _nearest(years))
        return self.say("alarm.once_months", max(1, _nearest(years * 12)))


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """A language's texts by dotted key; every other language speaks English."""
    known = language if language in LANGUAGES else "en"
    tree = tomllib.loads(files("bot.reports.catalogue").joinpath(f"{known}.toml").read_text("utf-8"))
    return dict(_flat(tree))


def _flat(tree: Mapping[str, Any], head: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in tree.items():
        found += [(head + key, value)] if isinstance(value, str) else _flat(value, f"{head}{key}.")
    return found


def _rounded(duration: timedelta, unit: timedelta) -> int:
    return _nearest(duration / unit)


def _nearest(value: float) -> int:
    return int(value + 0.5)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language if language in LANGUAGES else "en")
