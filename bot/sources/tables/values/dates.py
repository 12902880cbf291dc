"""Dates as people and programs write them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import BadRowError
from bot.reasons import reason
from bot.sources.tables.values.calendar_names import ZONES, months, weekdays

STYLES: Final = ("dmy", "mdy", "iso", "epoch", "epoch_ms")
"""What `date_format` may be besides a pattern with percent signs."""

_Day = TypeVar("_Day", date, datetime)
_FIRST_YEAR: Final = 1995
_LAST_YEAR: Final = 2100
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SHEET_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 -- a day count has no zone of its own
_SHEET_DAYS: Final = (34_700, 73_500)
LONGEST: Final = 80
_MIDNIGHT: Final = re.compile(r"[T ]\s*0?0:00(?::00(?:[.,]0+)?)?\s*(?:Z|UTC|GMT|[+-]00:?00)?", re.IGNORECASE)
_CLOCK: Final = re.compile(
    r"(\d{1,2})(?:\s?[:.h]\s?(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*([ap]\.?\s?m\.?|uhr|h|hrs?)?", re.IGNORECASE
)
_TIME = (
    r"(?:(?:\s*T|,?\s+|,)(?:(?:at|um|à|a\s+las|alle|om)\s+)?(\d{1,2})(?:\s?[:.h]\s?(\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?)?"
    r"\s*([ap]\.?\s?m\.?|vorm\.?|nachm\.?|uhr|h|hrs?)?"
    r"\s*((?:UTC|GMT)?\s?[+-]\d{2}:?\d{2}|(?:UTC|GMT)\s?[+-]\d{1,2}|\[?[A-Z][A-Za-z_]{1,20}(?:/[A-Z][A-Za-z_]{2,20})?\]?)?"
    r"(?:\s*\([^()]{0,40}\))?)?"
)
_WEEKDAY = r"(?:([^\W\d_]{2,13}(?:-feira)?)\.?,?\s+)?"
YMD: Final = re.compile(rf"(\d{{4}})([-/.])\s?(\d{{1,2}})\2\s?(\d{{1,2}})\.?{_TIME}", re.IGNORECASE)
NUMERIC: Final = re.compile(rf"{_WEEKDAY}(\d{{1,2}})([-/.])\s?(\d{{1,2}})\3\s?(\d{{4}}|\d{{2}}){_TIME}", re.IGNORECASE)
_DAY_NAME: Final = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:\.|st|nd|rd|th|er|º|°)?[\s\-/.]*(?:(?:de|of|di)\s+)?([^\W\d_]{{3,10}})\.?,?[\s\-/.]*"
    rf"(?:(?:de|del)\s+)?(\d{{4}}|\d{{2}}(?=$|[\s,T])){_TIME}",
    re.I,
)
_NAME_DAY: Final = re.compile(
    rf"{_WEEKDAY}([^\W\d_]{{3,10}})\.?[\s-]*(\d{{1,2}})(?:st|nd|rd|th)?,?[\s-]+(\d{{4}}){_TIME}", re.I
)
_UNIX: Final = re.compile(r"([A-Z][a-z]{2}) ([A-Z][a-z]{2}) +(\d{1,2}) (\d{1,2}:\d{2}:\d{2}) ([A-Z]{2,5}) (\d{4})")
_OFFSET: Final = re.compile(r"([+-])(\d{1,2})(?::?(\d{2}))?$")
_BEFORE_NOON: Final = "av"
_AFTER_NOON: Final = "pn"
"""How the half of a day begins: am and vorm., pm and nachm."""
_MONTH_ONLY: Final = re.compile(r"([^\W\d_]{3,10})\.?\s+(?:de\s+)?\d{4}|\d{4}[-/]\d{1,2}|\d{1,2}[-/.]\d{4}")
_RELATIVE: Final = re.compile(
    r"(?:vor|hace|il y a|fa)\s+\S+\s+\S+|\S+\s+(?:\S+\s+)?(?:ago|geleden|fa)|"
    r"gestern|heute|vorgestern|yesterday|today|just now|hier|aujourd'hui|ayer|hoy|ieri|oggi|gisteren|vandaag|"
    r"(?:last|letzte\w*|letzten)\s+\S+",
    re.IGNORECASE,
)


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
        order: "dmy" or "mdy" for dates like 03/04/2026, "ydm" where 2026-14-03 occurs; None when the file does not
            settle it.
        swapped: a spreadsheet program has taken day and month of its own dates for each other.
        serials: whole numbers are a spreadsheet's days.
        midnights: every time of day is 0:00, so that the file knows days only.
        has_clocks: a spreadsheet's own dates have times, so that 0:00 is one too.
    """

    zone: ZoneInfo
    style: str = ""
    order: str | None = None
    swapped: bool = False
    serials: bool = False
    midnights: bool = False
    has_clocks: bool = False

    def read(self, cell: Any) -> Moment:
        """Read one cell.

        A time that a clock change skips or repeats is read with the offset before the change.

        Raises:
            BadRowError: the cell is no date, or one before 1995 or after 2100.
        """
        try:
            return self._read(cell)
        except (ValueError, OverflowError):
            raise BadRowError(reason("date_unknown", cell=_shown(cell))) from None

    def _read(self, cell: Any) -> Moment:
        if isinstance(cell, str):
            return self._from_text(_MIDNIGHT.sub("", cell).strip() if self.midnights else cell.strip())
        if isinstance(cell, datetime):
            cell = self._unswapped(cell)
            if cell.tzinfo is None and cell.time() == time(0) and not self.has_clocks:
                return self._day(cell.date())
            return self._moment(cell)
        if isinstance(cell, date):
            day = self._unswapped(cell)
            return self._moment(datetime.combine(day, time(0))) if self.has_clocks else self._day(day)
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return self._from_number(cell)
        raise BadRowError(reason("date_unknown", cell=_shown(cell)))

    def _unswapped(self, day: _Day) -> _Day:
        return day.replace(day=day.month, month=day.day) if self.swapped and day.day <= 12 else day

    def _from_text(self, text: str) -> Moment:
        if not text:
            raise BadRowError(reason("date_missing"))
        if len(text) > LONGEST:
            raise BadRowError(reason("date_unknown", cell=_shown(text)))
        if "%" in self.style:
            return self._from_pattern(text)
        if text.isdecimal() and text.isascii():
            return self._from_number(int(text))
        if self.style in ("epoch", "epoch_ms"):
            return self._from_number(float(text))
        if text[4:6] == "-W" or text[4:5] == "W":
            raise BadRowError(reason("date_month_only", cell=_shown(text)))
        if text[4:5] == "-" and text[:4].isdecimal() and self.order != "ydm":
            try:
                at = datetime.fromisoformat(text)
            except ValueError:
                pass  # "2026-1-2" and "2026-01-02 10:00 UTC" are for the patterns below
            else:
                return self._day(at.date()) if len(text) == 10 else self._moment(at)
        if match := YMD.fullmatch(text):
            month, day = int(match[3]), int(match[4])
            month, day = (day, month) if self.order == "ydm" else (month, day)
            return self._assembled(int(match[1]), month, day, match.groups()[4:])
        if match := NUMERIC.fullmatch(text):
            first, second = int(match[2]), int(match[4])
            if self.order == "ymd" and len(match[5]) == 2:
                return self._assembled(year_of(match[2]), second, int(match[5]), match.groups()[5:], match[1])
            day, month = self._ordered(first, second, dotted=match[3] == ".", text=text)
            return self._assembled(year_of(match[5]), month, day, match.groups()[5:], match[1])
        return self._with_names(text)

    def _with_names(self, text: str) -> Moment:
        if match := _DAY_NAME.fullmatch(text):
            number = months().get(match[3].casefold())
            if number is not None:
                return self._assembled(year_of(match[4]), number, int(match[2]), match.groups()[4:], match[1])
        if match := _NAME_DAY.fullmatch(text):
            number = months().get(match[2].casefold())
            if number is not None:
                return self._assembled(int(match[4]), number, int(match[3]), match.groups()[4:], match[1])
        if match := _UNIX.fullmatch(text):
            return self._from_text(f"{match[3]} {match[2]} {match[6]} {match[4]} {match[5]}")
        if self.serials and (match := re.fullmatch(r"(\d{5})[.,](\d+)", text)):
            return self._from_number(float(f"{match[1]}.{match[2]}"))
        if (match := _MONTH_ONLY.fullmatch(text)) and (match[1] is None or match[1].casefold() in months()):
            raise BadRowError(reason("date_month_only", cell=_shown(text)))
        if _RELATIVE.fullmatch(text):
            raise BadRowError(reason("date_relative", cell=_shown(text)))
        raise BadRowError(reason("date_unknown", cell=_shown(text)))

    def _ordered(self, first: int, second: int, *, dotted: bool, text: str) -> tuple[int, int]:
        if self.style in ("dmy", "mdy"):
            day, month = (first, second) if self.style == "dmy" else (second, first)
            return (day, month) if month <= 12 else (month, day)
        if self.order == "dmy" or first == second:
            return first, second
        if self.order == "mdy":
            return second, first
        if dotted or first > 12:
            return first, second
        if second > 12:
            return second, first
        raise BadRowError(reason("date_two_ways", cell=_shown(text)))

    def _from_pattern(self, text: str) -> Moment:
        at = datetime.strptime(text, self.style)  # noqa: DTZ007 -- the zone is added below
        if re.search(r"%[HIcXTsRr]", self.style) is None:
            return self._day(at.date())
        return self._moment(at)

    def _from_number(self, number: int | float) -> Moment:
        if not math.isfinite(number):
            raise BadRowError(reason("date_unknown", cell=_shown(number)))
        if self.style == "epoch":
            return self._moment(_EPOCH + timedelta(seconds=number))
        if self.style == "epoch_ms":
            return self._moment(_EPOCH + timedelta(milliseconds=number))
        is_days = self.serials or isinstance(number, float)
        if is_days and _SHEET_DAYS[0] <= number <= _SHEET_DAYS[1]:
            return self._read(_SHEET_EPOCH + timedelta(milliseconds=round(number * 86_400_000)))
        if 19_950_101 <= number <= 21_001_231:
            year, rest = divmod(int(number), 10_000)
            return self._day(date(year, rest // 100, rest % 100))
        for most, unit in ((1e11, 1.0), (1e14, 1e3), (1e17, 1e6)):
            if 5e8 * unit <= number < most:
                return self._moment(_EPOCH + timedelta(seconds=number / unit))
        raise BadRowError(reason("date_unknown", cell=_shown(number)))

    def _assembled(
        self, year: int, month: int, day: int, clock: tuple[str | None, ...], weekday: str | None = None
    ) -> Moment:
        if weekday and weekday.casefold() not in weekdays():
            raise ValueError(weekday)
        hour, minute, second, fraction, half, zone = clock
        if hour is None:
            return self._day(date(year, month, day))
        if minute is None and not half:
            raise ValueError(hour)
        hours = int(hour)
        if half and half[0].lower() in _BEFORE_NOON + _AFTER_NOON:
            if not 1 <= hours <= 12:
                raise ValueError(hour)
            hours = hours % 12 + (12 if half[0].lower() in _AFTER_NOON else 0)
        micro = int((fraction or "0").ljust(6, "0")[:6])
        at = datetime(year, month, day, hours, int(minute or 0), int(second or 0), micro)  # noqa: DTZ001
        return self._moment(_in_zone(at, zone) if zone else at)

    def _day(self, day: date) -> Moment:
        _check_year(day.year)
        midnight = datetime.combine(day + timedelta(days=1), time(0), self.zone)
        return Moment(midnight.astimezone(UTC) - timedelta(microseconds=1), is_date_only=True)

    def _moment(self, at: datetime) -> Moment:
        _check_year(at.year)
        return Moment((at.replace(tzinfo=self.zone) if at.tzinfo is None else at).astimezone(UTC))


def is_relative(text: str) -> bool:
    """Whether a text names a day by its distance from another one: "yesterday", "vor 3 Wochen"."""
    return _RELATIVE.fullmatch(text) is not None


def is_midnight(cell: Any) -> bool:
    """Whether a cell is a day with the time 0:00 behind it."""
    return isinstance(cell, str) and (found := _MIDNIGHT.search(cell)) is not None and found.end() == len(cell.rstrip())


def clock_of(cell: Any) -> time | None:
    """A time of day in a column of its own: "19:05", "19.05 Uhr", "7:05 pm", or a part of a day; None for others."""
    if isinstance(cell, datetime):
        return cell.time() if cell.year in (1899, 1900) else None
    if isinstance(cell, time):
        return cell
    if isinstance(cell, timedelta):
        return (datetime.min + cell).time() if timedelta(0) <= cell < timedelta(days=1) else None  # noqa: DTZ901
    if isinstance(cell, float) and 0 < cell < 1:
        return (datetime.min + timedelta(seconds=round(cell * 86_400))).time()  # noqa: DTZ901
    if not isinstance(cell, str) or (match := _CLOCK.fullmatch(cell.strip())) is None:
        return None
    if match[2] is None and not match[5]:
        return None
    hours, half = int(match[1]), (match[5] or "")[:1].lower()
    if half in ("a", "p"):
        hours = hours % 12 + (12 if half == "p" else 0)
    try:
        return time(hours, int(match[2] or 0), int(match[3] or 0))
    except ValueError:
        return None


def year_of(text: str) -> int:
    """The year of four digits, or of two: "26" is 2026."""
    return int(text) + (2000 if len(text) == 2 else 0)


def _in_zone(at: datetime, zone: str) -> datetime:
    """The moment with the zone that is written behind it.

    Raises:
        ValueError: nobody knows that zone.
    """
    name = zone.strip("[] ")
    if match := _OFFSET.search(name):
        by = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return at.replace(tzinfo=UTC) - (-by if match[1] == "-" else by)
    if (ahead := ZONES.get(name.casefold())) is not None:
        return at.replace(tzinfo=UTC) - ahead
    try:
        return at.replace(tzinfo=ZoneInfo(name))
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(zone) from error


def _check_year(year: int) -> None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise BadRowError(reason("date_year", year=str(year), first=str(_FIRST_YEAR), last=str(_LAST_YEAR)))


def _shown(cell: Any) -> str:
    text = str(cell)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
