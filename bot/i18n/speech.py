"""Words, numbers, dates, times, durations and odds in one language and one time zone.

Everything that people read is made here, so that one figure reads the same in the chat, on a page and on a terminal.
Every text comes from the catalogue; nothing here reads a clock, the present moment is handed in where it matters.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final, Generic, Self, TypeVar
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from bot.i18n import catalogue
from bot.model.review import Rating
from bot.reasons import Reason
from bot.text.rounding import rounded

RAREST_YEARS: Final = 100
"""Odds beyond are not told apart: "less than once in 100 years"."""

_YEARS: Final = (50, 10, 5, 2, 1)
_WEEK: Final = 6  # a weekday alone is clear for six days either way
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_MONTH_DAYS: Final = 30.44

Value = str | int
Said = TypeVar("Said", bound=str)


@dataclass(frozen=True, slots=True)
class Speech(ABC, Generic[Said]):
    """How somebody is spoken to; what it says is plain text or HTML, as the class that is made of it decides.

    Attributes:
        language: an ISO 639-1 code that has a catalogue.
        zone: whose clock the times are written in: the location's.
        home: the chat's own zone; a clock time that reads differently there gets its zone's abbreviation.
    """

    language: str
    zone: ZoneInfo
    home: ZoneInfo | None = None

    @abstractmethod
    def made(self, text: str) -> Said:
        """A text of ours as it is said."""

    @abstractmethod
    def put(self, text: str) -> str:
        """A text as it is put into a sentence; whatever comes from outside is made harmless."""

    def in_zone(self, zone: ZoneInfo) -> Self:
        """The same words with another location's clock; the chat's own zone is remembered."""
        return replace(self, zone=zone, home=self.home or self.zone)

    def say(self, key: str, /, n: int | None = None, **values: Value) -> Said:
        """The catalogue's text for `key`.

        Args:
            key: the path in the catalogue; with `n` the plural form is added.
            n: the number that decides the form; it is also `{n}` in the text.
            values: what the text's places are filled with; numbers are written in the language.

        Raises:
            KeyError: the catalogue has no such text, or the text has a place without a value.
        """
        if n is not None:
            key = f"{key}.{_locale(self.language).plural_form(n)}"
            values["n"] = n
        filled = {
            name: self.number(value) if isinstance(value, int) else self.put(value) for name, value in values.items()
        }
        template = catalogue.load(self.language)[key]
        for name, value in filled.items():
            if value.endswith("."):  # 3.11. or 6 Std. at the end of a sentence
                template = template.replace(f"{{{name}}}.", f"{{{name}}}")
        return self.made(template.format_map(filled))

    def has(self, key: str) -> bool:
        """Whether the catalogue has this text."""
        return key in catalogue.load(self.language)

    # Numbers -----------------------------------------------------------------------------------------------------

    def number(self, value: float) -> str:
        """1,204 or 4.3; 1.204 or 4,3."""
        return format_decimal(rounded(value, 2), format="#,##0.##", locale=_locale(self.language))

    def decimal(self, value: float) -> str:
        """With exactly one digit: 4.3; 4,3."""
        return format_decimal(rounded(value, 1), format="#,##0.0", locale=_locale(self.language))

    def signed(self, value: float) -> Said:
        """A difference with exactly one digit: +0.1, −0.3, ±0.0."""
        size = self.decimal(abs(value))
        sign = "±" if size == self.decimal(0) else "+" if value > 0 else "\u2212"
        return self.made(f"{sign}{size}")

    def percent(self, share: float) -> Said:
        """12%; 12 %; below one in a hundred with one digit."""
        value = share * 100
        return self.say("unit.percent", value=self.number(rounded(value, 1 if 0 < value < 1 else 0)))

    # Moments -----------------------------------------------------------------------------------------------------

    def bare_clock(self, at: datetime) -> str:
        """18:50, for the start of a range."""
        return f"{at.astimezone(self.zone):%H:%M}"

    def clock(self, at: datetime) -> Said:
        """18:50, or 18:50 Uhr; with the zone's abbreviation where the chat's own clock shows another time."""
        text = self.say("time.clock", time=self.bare_clock(at))
        if self.home is None or at.astimezone(self.home).utcoffset() == at.astimezone(self.zone).utcoffset():
            return text
        name = at.astimezone(self.zone).tzname() or ""
        return self.say("time.zoned", time=text, zone=f"UTC{name}" if name[:1] in ("+", "-") else name)

    def clocks(self, start: datetime, end: datetime) -> Said:
        """12:40–18:50, or 12:40–18:50 Uhr, on one day."""
        return self.made(f"{self.bare_clock(start)}–{self.clock(end)}")

    def day(self, at: datetime, now: datetime) -> Said:
        """24 Nov, or 24.11.; another year is added."""
        return self.dated(at, "day" if self._date(at).year == self._date(now).year else "day_year")

    def weekday_and_day(self, at: datetime, now: datetime) -> Said:
        """Tue 24 Nov, or Di., 24.11.; another year is added."""
        return self.say("time.weekday_day", weekday=self.dated(at, "weekday"), day=self.day(at, now))

    def weekday_name(self, weekday: int) -> Said:
        """Saturday, for 5 (0 is Monday)."""
        return self.made(_locale(self.language).days["format"]["wide"][weekday])

    def full_date(self, at: datetime) -> Said:
        """3 Mar 2024, or 3.3.2024."""
        return self.dated(at, "day_year")

    def moment(self, at: datetime, now: datetime) -> Said:
        """Today 18:50, within the week Tue 18:50, else 24 Nov."""
        return self._when("moment", at, now, may_be_today=True)

    def named_moment(self, at: datetime, now: datetime) -> Said:
        """As `moment`, but today is named by its weekday too, for what is read days later."""
        return self._when("moment", at, now, may_be_today=False)

    def full_moment(self, at: datetime) -> Said:
        """14 Jun 2024, 18:50; 14.6.2024, 18:50 Uhr."""
        return self.made(f"{self.full_date(at)}, {self.clock(at)}")

    def at(self, at: datetime, now: datetime) -> Said:
        """At 18:50, on Tue at 18:50, or on 24 Nov, as a part of a sentence."""
        return self._when("at", at, now, may_be_today=True)

    def was(self, at: datetime, now: datetime) -> Said:
        """Since when something had been over, as a part of a sentence: on Tue at 21:10; (seit) Di., 21:10 Uhr."""
        return self._when("was", at, now, may_be_today=True)

    def dated(self, at: datetime | date, pattern: str) -> Said:
        """A date by one of the catalogue's patterns; a moment becomes a day of the location."""
        day = self._date(at) if isinstance(at, datetime) else at
        form = catalogue.load(self.language)[f"pattern.{pattern}"]
        return self.made(format_date(day, form, locale=_locale(self.language)))

    def days_between(self, first: datetime, last: datetime) -> int:
        """How many calendar days of the location lie from the first moment to the last, both counted."""
        return abs((self._date(last) - self._date(first)).days) + 1

    def _when(self, kind: str, at: datetime, now: datetime, *, may_be_today: bool) -> Said:
        away = abs((self._date(at) - self._date(now)).days)
        if away == 0 and may_be_today:
            return self.say(f"time.{kind}.today", clock=self.clock(at))
        if away <= _WEEK:
            return self.say(f"time.{kind}.week", weekday=self.dated(at, "weekday"), clock=self.clock(at))
        return self.say(f"time.{kind}.else", day=self.day(at, now))

    def _date(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    # Durations ---------------------------------------------------------------------------------------------------

    def days(self, n: int, *, dative: bool = False) -> Said:
        """3 days; dative: (in) 3 Tagen."""
        return self.say("unit.days_dative" if dative else "unit.days", n)

    def about(self, duration: timedelta, *, dative: bool = False) -> Said:
        """A duration in its one fitting unit: 25 min, 6 h, 3 days."""
        if duration < timedelta(minutes=59.5):
            return self.say("unit.minutes", minutes=max(1, _nearest(duration / _MINUTE)))
        if duration < timedelta(hours=47.5):
            return self.say("unit.hours", hours=max(1, _nearest(duration / _HOUR)))
        return self.days(_nearest(duration / _DAY), dative=dative)

    def exact(self, duration: timedelta, *, dative: bool = False) -> Said:
        """A duration in two units: 2 h 15 min, 3 days 4 h."""
        minutes = max(1, _nearest(duration / _MINUTE))
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24) if hours >= 48 else (0, hours)
        parts = [self.days(days, dative=dative)] if days else []
        if hours:
            parts.append(self.say("unit.hours", hours=hours))
        if minutes and not days:
            parts.append(self.say("unit.minutes", minutes=minutes))
        return self.made(" ".join(parts))

    def history(self, first: datetime, last: datetime) -> Said:
        """How long a history is, for "in …": 33 months, 6 weeks, 3 days; 33 Monaten."""
        days = (last - first).days + 1
        if days >= 60:
            return self.say("unit.months", int(rounded(days / _MONTH_DAYS)))
        return self.say("unit.weeks", int(rounded(days / 7))) if days >= 14 else self.days(days, dative=True)

    # What is counted ---------------------------------------------------------------------------------------------

    def rating(self, rating: Rating) -> Said:
        """1★ to 5★; on another scale 2 of 10."""
        value = self.number(rating.value)
        if (rating.worst, rating.best) == (1, 5):
            return self.stars(value)
        return self.say("rating.other_scale", value=value, best=self.number(rating.best))

    def stars(self, value: str) -> Said:
        """4★, or an average: 4.3★."""
        return self.made(f"{value}★")

    def times(self, n: int) -> Said:
        """How often a rating was given: one with, 14 with; einmal, 14-mal."""
        key = f"rating.times.{n}"
        return self.say(key) if self.has(key) else self.say("rating.times.more", count=n)

    def usual(self, per_day: float) -> Said:
        """The usual rhythm: about 2 a day, about 3 a week, about 1 a month, less than 1 a month."""
        week, month = _nearest(per_day * 7), _nearest(per_day * 30)
        if week >= 7:
            return self.say("usual.day", about=max(1, _nearest(per_day)))
        if per_day * 7 >= 1:
            return self.say("usual.week", about=week)
        return self.say("usual.month", about=month) if per_day * 30 >= 1 else self.say("usual.less")

    def odds(self, years: float) -> Said:
        """At most about once in 8 months, 2 years, 10 years; a century and more is not told apart.

        Years are rounded down to steps that people know: the odds are a bound, and carry no more.
        """
        if years >= RAREST_YEARS:
            return self.say("odds.rare", years=RAREST_YEARS)
        for step in _YEARS:
            if years >= step:
                return self.say("odds.about", span=self.say("unit.years", step))
        return self.say("odds.about", span=self.say("unit.months", min(11, max(1, _nearest(12 * years)))))


@dataclass(frozen=True, slots=True)
class Plain(Speech[str]):
    """Plain text, for a page that escapes what it is given, a picture or a terminal."""

    def made(self, text: str) -> str:
        """As it is."""
        return text

    def put(self, text: str) -> str:
        """As it is."""
        return text


def plain(language: str, zone: ZoneInfo) -> Plain:
    """Plain words in a language, or in English where it has no catalogue."""
    return Plain(language if language in catalogue.languages() else "en", zone)


def reason_text(reason: Reason, language: str, *, hides_cells: bool = False) -> str:
    """Why something was left out, as plain text in a language, or in English where it has no catalogue.

    Args:
        reason: why.
        language: an ISO 639-1 code.
        hides_cells: leave out what stands in a cell, which may be a guest's name in the wrong column.
    """
    args = {name: "…" if hides_cells and name == "cell" else value for name, value in reason.args}
    return plain(language, ZoneInfo("UTC")).say(reason.key, None, **args)


def _nearest(value: float) -> int:
    return int(rounded(value))


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)
