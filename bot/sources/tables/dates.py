"""Dates as people and programs write them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.errors import BadRowError

STYLES: Final = ("dmy", "mdy", "iso", "epoch", "epoch_ms")
"""What `date_format` may be besides a pattern with percent signs."""

_FIRST_YEAR: Final = 1995
_LAST_YEAR: Final = 2100
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SHEET_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 -- a day count has no zone of its own
_SHEET_DAYS: Final = (34_700, 73_500)
_LONGEST: Final = 64
_MONTH_NAMES: Final = (
    ("jan", "januar", "january", "jän", "jänner"),
    ("feb", "februar", "february"),
    ("mar", "mär", "mrz", "märz", "march", "maerz"),
    ("apr", "april"),
    ("may", "mai"),
    ("jun", "juni", "june"),
    ("jul", "juli", "july"),
    ("aug", "august"),
    ("sep", "sept", "september"),
    ("oct", "okt", "oktober", "october"),
    ("nov", "november"),
    ("dec", "dez", "dezember", "december"),
)
_MONTHS: Final = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names}
_TIME = (
    r"(?:(?:\s*T|,?\s+)(?:at\s+|um\s+)?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"\s*([ap]\.?m\.?|uhr)?\s*(Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{2}:?\d{2})?)?"
)
_YMD: Final = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}", re.IGNORECASE)
_NUMERIC: Final = re.compile(rf"(\d{{1,2}})([-/.])\s?(\d{{1,2}})\2\s?(\d{{4}}|\d{{2}}){_TIME}", re.IGNORECASE)
_WEEKDAY = r"(?:[^\W\d_]{2,10}\.?,\s*)?"
_DAY_NAME: Final = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:\.|st|nd|rd|th)?[\s-]*([^\W\d_]{{3,9}})\.?,?[\s-]*(\d{{4}}){_TIME}", re.I
)
_NAME_DAY: Final = re.compile(
    rf"{_WEEKDAY}([^\W\d_]{{3,9}})\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){_TIME}", re.I
)
_OFFSET: Final = re.compile(r"([+-])(\d{2}):?(\d{2})$")


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time out of a file: aware UTC, and whether the file knows the day only."""

    at: datetime
    is_date_only: bool = False


@dataclass(frozen=True, slots=True)
class DateReader:
    """How the dates of one file are read.

    Attributes:
        zone: where times without a zone belong.
        style: one of STYLES, a pattern for `datetime.strptime`, or empty: told from each cell.
        order: "dmy" or "mdy" for dates like 03/04/2026; None when the file does not settle it.
    """

    zone: ZoneInfo
    style: str = ""
    order: str | None = None

    def read(self, cell: Any) -> Moment:
        """Read one cell.

        A time that a clock change skips or repeats is read with the offset before the change.

        Raises:
            BadRowError: the cell is no date, or one before 1995 or after 2100.
        """
        try:
            return self._read(cell)
        except (ValueError, OverflowError):
            raise BadRowError(f"{_shown(cell)} is not a date") from None

    def _read(self, cell: Any) -> Moment:
        if isinstance(cell, str):
            return self._from_text(cell.strip())
        if isinstance(cell, datetime):
            if cell.tzinfo is None and cell.time() == time(0):
                return self._day(cell.date())
            return self._moment(cell)
        if isinstance(cell, date):
            return self._day(cell)
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return self._from_number(cell)
        raise BadRowError(f"{_shown(cell)} is not a date")

    def _from_text(self, text: str) -> Moment:
        if not text:
            raise BadRowError("the date is missing")
        if len(text) > _LONGEST:
            raise BadRowError(f"{_shown(text)} is not a date")
        if "%" in self.style:
            return self._from_pattern(text)
        if text.isdecimal() and text.isascii():
            return self._from_number(int(text))
        if self.style in ("epoch", "epoch_ms"):
            return self._from_number(float(text))
        if text[4:5] == "-" and text[:4].isdecimal():
            try:
                at = datetime.fromisoformat(text)
            except ValueError:
                pass  # "2026-1-2" and "2026-01-02 10:00 UTC" are for the patterns below
            else:
                return self._day(at.date()) if len(text) == 10 else self._moment(at)
        if match := _YMD.fullmatch(text):
            return self._assembled(int(match[1]), int(match[2]), int(match[3]), match.groups()[3:])
        if match := _NUMERIC.fullmatch(text):
            first, second = int(match[1]), int(match[3])
            year = int(match[4]) + (2000 if len(match[4]) == 2 else 0)
            day, month = self._ordered(first, second, dotted=match[2] == ".", text=text)
            return self._assembled(year, month, day, match.groups()[4:])
        if match := _DAY_NAME.fullmatch(text):
            return self._assembled(int(match[3]), _month(match[2]), int(match[1]), match.groups()[3:])
        if match := _NAME_DAY.fullmatch(text):
            return self._assembled(int(match[3]), _month(match[1]), int(match[2]), match.groups()[3:])
        raise BadRowError(f"{_shown(text)} is not a date")

    def _ordered(self, first: int, second: int, *, dotted: bool, text: str) -> tuple[int, int]:
        if self.style in ("dmy", "mdy"):
            return (first, second) if self.style == "dmy" else (second, first)
        if dotted or self.order == "dmy" or first == second:
            return first, second
        if self.order == "mdy":
            return second, first
        if first > 12:
            return first, second
        if second > 12:
            return second, first
        raise BadRowError(
            f"{_shown(text)} can be read in two ways and other rows contradict each other; "
            'set date_format = "dmy" or "mdy" in the source\'s mapping'
        )

    def _from_pattern(self, text: str) -> Moment:
        at = datetime.strptime(text, self.style)  # noqa: DTZ007 -- the zone is added below
        if re.search(r"%[HIcXTsRr]", self.style) is None:
            return self._day(at.date())
        return self._moment(at)

    def _from_number(self, number: float) -> Moment:
        if not math.isfinite(number):
            raise BadRowError(f"{_shown(number)} is not a date")
        if self.style == "epoch":
            return self._moment(_EPOCH + timedelta(seconds=number))
        if self.style == "epoch_ms":
            return self._moment(_EPOCH + timedelta(milliseconds=number))
        if isinstance(number, float) and _SHEET_DAYS[0] <= number <= _SHEET_DAYS[1]:
            return self._read(_SHEET_EPOCH + timedelta(milliseconds=round(number * 86_400_000)))
        if 19_950_101 <= number <= 21_001_231:
            year, rest = divmod(int(number), 10_000)
            return self._day(date(year, rest // 100, rest % 100))
        for most, unit in ((1e11, 1.0), (1e14, 1e3), (1e17, 1e6)):
            if 5e8 * unit <= number < most:
                return self._moment(_EPOCH + timedelta(seconds=number / unit))
        raise BadRowError(f"{_shown(number)} is not a date")

    def _assembled(self, year: int, month: int, day: int, clock: tuple[str | None, ...]) -> Moment:
        hour, minute, second, fraction, half, offset = clock
        if hour is None:
            return self._day(date(year, month, day))
        hours = int(hour)
        if half and half[0] in "aApP":
            if not 1 <= hours <= 12:
                raise ValueError(hour)
            hours = hours % 12 + (12 if half[0] in "pP" else 0)
        micro = int((fraction or "0").ljust(6, "0")[:6])
        at = datetime(year, month, day, hours, int(minute or 0), int(second or 0), micro)  # noqa: DTZ001
        if offset:
            at = at.replace(tzinfo=UTC) - _offset(offset)
        return self._moment(at)

    def _day(self, day: date) -> Moment:
        _check_year(day.year)
        midnight = datetime.combine(day + timedelta(days=1), time(0), self.zone)
        return Moment(midnight.astimezone(UTC) - timedelta(microseconds=1), is_date_only=True)

    def _moment(self, at: datetime) -> Moment:
        _check_year(at.year)
        return Moment((at.replace(tzinfo=self.zone) if at.tzinfo is None else at).astimezone(UTC))


@dataclass(frozen=True, slots=True)
class Order:
    """What all dates of a file together say about day and month.

    Attributes:
        order: "dmy", "mdy", or None where the file does not settle it.
        example: a date with two readings, where no row settles it; then the owner has to.
    """

    order: str | None
    example: str = ""


def order_of(cells: Iterable[Any]) -> Order:
    """Settle once per file whether 03/04/2026 is in April or in March; one part above 12 is enough."""
    day_first = month_first = False
    example = ""
    for cell in cells:
        if not isinstance(cell, str) or cell[4:5] == "-":
            continue
        match = _NUMERIC.fullmatch(cell.strip()) if len(cell) <= _LONGEST else None
        if match is None or match[2] == ".":
            continue
        first, second = int(match[1]), int(match[3])
        day_first |= first > 12 >= second
        month_first |= second > 12 >= first
        if not example and first != second and first <= 12 and second <= 12:
            example = cell.strip()
    if day_first and month_first:
        return Order(None)
    if day_first or month_first:
        return Order("dmy" if day_first else "mdy")
    return Order(None, example)


def two_readings(example: str) -> tuple[str, str]:
    """The day-first and the month-first reading of an ambiguous date, as ISO dates."""
    match = _NUMERIC.fullmatch(example)
    if match is None:
        raise ValueError(f"{example!r} has no two readings")
    year = match[4] if len(match[4]) == 4 else f"20{match[4]}"
    first, second = int(match[1]), int(match[3])
    return f"{year}-{second:02}-{first:02}", f"{year}-{first:02}-{second:02}"


def _month(name: str) -> int:
    number = _MONTHS.get(name.casefold())
    if number is None:
        raise ValueError(name)
    return number


def _offset(text: str) -> timedelta:
    match = _OFFSET.search(text)
    if match is None:
        return timedelta(0)
    by = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return -by if match[1] == "-" else by


def _check_year(year: int) -> None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise BadRowError(f"the date is in the year {year}; only {_FIRST_YEAR} to {_LAST_YEAR} can be right")


def _shown(cell: Any) -> str:
    text = repr(cell)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
