"""Words, numbers, dates, times and durations in one language and one time zone.

Every text comes from the catalogue; nothing here reads a clock, the present moment is handed in where it matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from bot.messages.text import catalogue
from bot.messages.text.message import Html, plain_text
from bot.messages.text.sanitize import safe
from bot.model.review import Rating
from bot.text.shorten import utf16_length

DOT: Final = Html(" · ")
COMMA: Final = Html(", ")
NEWLINE: Final = Html("\n")

_WEEK: Final = 6  # a weekday alone is clear for six days either way
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)

Value = str | int
Size = TypeVar("Size")


@dataclass(frozen=True, slots=True)
class Words:
    """How one chat is spoken to.

    Attributes:
        language: of the chat, as an ISO 639-1 code.
        zone: whose clock the times are written in: the location's.
        home: the chat's own zone; a clock time that reads differently there gets its zone's abbreviation.
    """

    language: str
    zone: ZoneInfo
    home: ZoneInfo | None = None

    def in_zone(self, zone: ZoneInfo) -> Words:
        """The same words with another location's clock; the chat's own zone is remembered."""
        return replace(self, zone=zone, home=self.home or self.zone)

    def say(self, key: str, /, n: int | None = None, **values: Value) -> Html:
        """The catalogue's text for `key`, as HTML.

        Args:
            key: the path in the catalogue; with `n` the plural form is added.
            n: the number that decides the form; it is also `{n}` in the text.
            values: what the text's places are filled with; anything but Html and numbers is cleaned and escaped.

        Raises:
            KeyError: the catalogue has no such text, or the text has a place without a value.
        """
        if n is not None:
            key = f"{key}.{_locale(self.language).plural_form(n)}"
            values["n"] = n
        filled = {name: self._shown(value) for name, value in values.items()}
        template = catalogue.load(self.language)[key]
        for name, value in filled.items():
            if value.endswith("."):  # 3.11. or 6 Std. at the end of a sentence
                template = template.replace(f"{{{name}}}.", f"{{{name}}}")
        return Html(template.format_map(filled))

    def text(self, key: str, /, n: int | None = None, **values: Value) -> str:
        """The same without markup, for buttons and the answers to a press."""
        return plain_text(self.say(key, n, **values))

    def has(self, key: str) -> bool:
        """Whether the catalogue has this text."""
        return key in catalogue.load(self.language)

    def number(self, value: float) -> str:
        """1,204 or 4.3; 1.204 or 4,3."""
        return format_decimal(value, format="#,##0.##", locale=_locale(self.language))

    # Moments -----------------------------------------------------------------------------------------------------

    def bare_clock(self, at: datetime) -> str:
        """18:50, for the start of a range."""
        return f"{at.astimezone(self.zone):%H:%M}"

    def clock(self, at: datetime) -> Html:
        """18:50, or 18:50 Uhr; with the zone's abbreviation where the chat's own clock shows another time."""
        text = self.say("time.clock", time=self.bare_clock(at))
        if self.home is None or at.astimezone(self.home).utcoffset() == at.astimezone(self.zone).utcoffset():
            return text
        name = at.astimezone(self.zone).tzname() or ""
        return self.say("time.zoned", time=text, zone=f"UTC{name}" if name[:1] in ("+", "-") else name)

    def clocks(self, start: datetime, end: datetime) -> Html:
        """12:40–18:50, or 12:40–18:50 Uhr, on one day."""
        return Html(f"{self.bare_clock(start)}–{self.clock(end)}")

    def day(self, at: datetime, now: datetime) -> Html:
        """24 Nov, or 24.11.; another year is added."""
        return self._dated(at, "day" if self._date(at).year == self._date(now).year else "day_year")

    def weekday_and_day(self, at: datetime, now: datetime) -> Html:
        """Tue 24 Nov, or Di., 24.11.; another year is added."""
        return self.say("time.weekday_day", weekday=self._dated(at, "weekday"), day=self.day(at, now))

    def weekday_name(self, weekday: int) -> Html:
        """Saturday, for 5 (0 is Monday)."""
        return Html(_locale(self.language).days["format"]["wide"][weekday])

    def shift_day(self, at: datetime) -> Html:
        """Sat 21 Nov, or Samstag, 21.11."""
        return self._dated(at, "shift_day")

    def visit_day(self, at: datetime) -> Html:
        """Sat 21 Nov, or 21.11., as in "describes Sat 21 Nov in detail"."""
        return self._dated(at, "visit_day")

    def full_date(self, at: datetime) -> Html:
        """3 Mar 2024, or 3.3.2024."""
        return self._dated(at, "day_year")

    def month(self, at: datetime) -> Html:
        """Mar 2024, or März 2024."""
        return self._dated(at, "month")

    def moment(self, at: datetime, now: datetime) -> Html:
        """Today 18:50, within the week Tue 18:50, else 24 Nov."""
        return self._when("moment", at, now, may_be_today=True)

    def named_moment(self, at: datetime, now: datetime) -> Html:
        """As `moment`, but today is named by its weekday too, for what is read days later."""
        return self._when("moment", at, now, may_be_today=False)

    def at(self, at: datetime, now: datetime) -> Html:
        """At 18:50, on Tue at 18:50, or on 24 Nov, as a part of a sentence."""
        return self._when("at", at, now, may_be_today=True)

    def was(self, at: datetime, now: datetime) -> Html:
        """Since when something had been over, as a part of a sentence: on Tue at 21:10; (seit) Di., 21:10 Uhr."""
        return self._when("was", at, now, may_be_today=True)

    def _when(self, kind: str, at: datetime, now: datetime, *, may_be_today: bool) -> Html:
        away = abs((self._date(at) - self._date(now)).days)
        if away == 0 and may_be_today:
            return self.say(f"time.{kind}.today", clock=self.clock(at))
        if away <= _WEEK:
            return self.say(f"time.{kind}.week", weekday=self._dated(at, "weekday"), clock=self.clock(at))
        return self.say(f"time.{kind}.else", day=self.day(at, now))

    def _date(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _dated(self, at: datetime, pattern: str) -> Html:
        form = catalogue.load(self.language)[f"pattern.{pattern}"]
        return Html(format_date(self._date(at), form, locale=_locale(self.language)))

    def days_between(self, first: datetime, last: datetime) -> int:
        """How many calendar days of the location lie from the first moment to the last, both counted."""
        return abs((self._date(last) - self._date(first)).days) + 1

    # Durations ---------------------------------------------------------------------------------------------------

    def days(self, n: int, *, dative: bool = False) -> Html:
        """3 days; dative: (in) 3 Tagen."""
        return self.say("unit.days_dative" if dative else "unit.days", n)

    def about(self, duration: timedelta, *, dative: bool = False) -> Html:
        """A duration in its one fitting unit: 25 min, 6 h, 3 days."""
        if duration < timedelta(minutes=59.5):
            return self.say("unit.minutes", minutes=max(1, _rounded(duration, _MINUTE)))
        if duration < timedelta(hours=47.5):
            return self.say("unit.hours", hours=max(1, _rounded(duration, _HOUR)))
        return self.days(_rounded(duration, _DAY), dative=dative)

    def exact(self, duration: timedelta, *, dative: bool = False) -> Html:
        """A duration in two units: 2 h 15 min, 3 days 4 h."""
        minutes = max(1, _rounded(duration, _MINUTE))
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24) if hours >= 48 else (0, hours)
        parts = [self.days(days, dative=dative)] if days else []
        if hours:
            parts.append(self.say("unit.hours", hours=hours))
        if minutes and not days:
            parts.append(self.say("unit.minutes", minutes=minutes))
        return joined(parts, Html(" "))

    # Ratings -----------------------------------------------------------------------------------------------------

    def rating(self, rating: Rating) -> Html:
        """1★ to 5★; on another scale 2 of 10."""
        value = self.number(rating.value)
        if (rating.worst, rating.best) == (1, 5):
            return Html(f"{value}★")
        return self.say("rating.other_scale", value=value, best=self.number(rating.best))

    def times(self, n: int) -> Html:
        """How often a rating was given: one with, 14 with; einmal, 14-mal."""
        key = f"rating.times.{n}"
        return self.say(key) if self.has(key) else self.say("rating.times.more", count=n)

    def _shown(self, value: Value) -> str:
        if isinstance(value, Html):
            return str(value)
        return self.number(value) if isinstance(value, int) else str(safe(value))


def fitting(make: Callable[[Size], Html], sizes: Iterable[Size], budget: int) -> Html:
    """The first of several sizes of a message whose shown text fits the budget in UTF-16 units, else the last."""
    html = Html("")
    for size in sizes:
        html = make(size)
        if utf16_length(plain_text(html)) <= budget:
            break
    return html


def joined(parts: Iterable[Html], between: Html = DOT) -> Html:
    """Parts that are safe already, put together; empty ones are left out."""
    return Html(between.join(part for part in parts if part))


def number_sign(incident_id: int) -> Html:
    """#12, which Telegram does not make a hashtag of because it holds digits only."""
    return Html(f"#{incident_id:d}")


def capital(html: Html) -> Html:
    """With a capital first letter, for a phrase at the start of a line."""
    return Html(html[:1].upper() + html[1:])


def _rounded(duration: timedelta, unit: timedelta) -> int:
    return int(duration / unit + 0.5)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)
