"""What people type: until when, which cause, a greeting. German and English alike, whatever the chat speaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.configured.alerting import clock_range
from bot.i18n import catalogue
from bot.messages.buttons.keyboards import MORNING
from bot.messages.buttons.payload import LONGEST_SNOOZE
from bot.model.incident import Cause

_UNITS: Final = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "minuten"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden"), timedelta(hours=1)),
    **dict.fromkeys(("d", "day", "days", "t", "tag", "tage", "tagen"), timedelta(days=1)),
    **dict.fromkeys(("w", "week", "weeks", "woche", "wochen"), timedelta(weeks=1)),
}
_DAYS: Final = {
    **dict.fromkeys(("today", "heute"), 0),
    **dict.fromkeys(("tomorrow", "morgen"), 1),
    **dict.fromkeys(("übermorgen", "uebermorgen"), 2),
}
_WEEKDAYS: Final = (
    ("monday", "mon", "montag", "mo"),
    ("tuesday", "tue", "dienstag", "di"),
    ("wednesday", "wed", "mittwoch", "mi"),
    ("thursday", "thu", "donnerstag", "do"),
    ("friday", "fri", "freitag", "fr"),
    ("saturday", "sat", "samstag", "sonnabend", "sa"),
    ("sunday", "sun", "sonntag", "so"),
)
_LEAD: Final = re.compile(r"(?:until|till|bis|for|für|in|on|am|zum)\s+")
_LENGTH: Final = re.compile(r"(?:\d{1,4}(?:[.,]\d)?\s*[a-z]+\.?\s*)+", re.ASCII)
_PART: Final = re.compile(r"(\d{1,4}(?:[.,]\d)?)\s*([a-z]+)", re.ASCII)
_DAY: Final = re.compile(
    r"(?P<day>[a-zü]+)\.?,?(?:\s+(?:früh|morning))?(?:\s+(?:um\s+|at\s+)?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?(?:\s*uhr)?)?"
)
_DATE: Final = re.compile(
    r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.(?:\s?(?P<year>\d{4}|\d{2}\b))?"
    r"(?:,?\s+(?:um\s+|at\s+)?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d)|\s*uhr)(?:\s*uhr)?)?",
    re.ASCII,
)
_SHIFT: Final = re.compile(
    r"(?P<days>[A-Za-zÄÖÜäöü., +–-]+?)\s+"
    r"(?:(?P<off>off|aus|frei|nobody|niemand)"
    r"|(?P<hours>\d[\d:. ]*(?:uhr)?\s*(?:-|–|bis|to)\s*\d[\d:.]*(?:\s*uhr)?)\s+@?(?P<name>\S.*))",
    re.IGNORECASE,
)
_WHOLE_DAY: Final = re.compile(r"0{1,2}(?:[:.]00)?\s*(?:-|–|bis|to)\s*24(?:[:.]00)?(?:\s*uhr)?", re.IGNORECASE)
_CLOCK: Final = re.compile(r"(?:um\s+|at\s+)?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d)(?:\s*uhr)?|\s*uhr)")
_GREETING: Final = re.compile(
    r"(?:hallo|hello|hi|hey|moin|servus|grüß\s|gruezi|guten\s|good\s|help|hilfe)\b.*", re.DOTALL
)
_LONGEST_QUESTION: Final = 80
_LONGEST_GREETING: Final = 30


def asks_for_help(text: str) -> bool:
    """Whether somebody greets or asks the bot, in few words; reviews are longer, and rarely end with a question."""
    said = " ".join(text.casefold().split())
    is_question = said.endswith("?") and len(said) <= _LONGEST_QUESTION
    return is_question or (len(said) <= _LONGEST_GREETING and _GREETING.fullmatch(said) is not None)


def until_of(
    text: str, *, now: datetime, zone: ZoneInfo, longest: timedelta = LONGEST_SNOOZE, day_begins: time = MORNING
) -> datetime | None:
    """The end of a snooze or an absence.

    Args:
        text: a length ("90 min", "4h", "2 Tage", "1 h 30 min") or a moment ("morgen", "bis Montag 10:00", "24.12.",
            "18:30"). A number alone is neither.
        now: the present moment.
        zone: the location's, in which days and times are meant.
        longest: how far ahead it may be.
        day_begins: what a day without a time means; for a snooze 10:00, like the button.

    Returns:
        None for anything else, and for what is past or too far ahead.
    """
    wanted = " ".join(text.casefold().split()).rstrip("!")  # a copied example has its spaces unbroken
    while lead := _LEAD.match(wanted):
        wanted = wanted[lead.end() :]
    here = now.astimezone(zone)
    if match := _DATE.fullmatch(wanted):
        until = _date(match, here, zone, day_begins)
    else:
        wanted = wanted.rstrip(".")
        length = _length(wanted)
        until = _moment(wanted, here, zone, day_begins) if length is None else now + length
    return until if until is not None and now < until <= now + longest else None


@dataclass(frozen=True, slots=True)
class TypedShift:
    """A shift as it was typed.

    Attributes:
        weekdays: 0 is Monday.
        hours: beginning and end; None: nobody has duty on these days any more.
        name: whose; empty where nobody has duty.
    """

    weekdays: tuple[int, ...]
    hours: tuple[time, time] | None
    name: str


def shift_of(text: str) -> TypedShift | None:
    """A shift: "Mon-Fri 10-18 Ben", "Sa 18:00-02:00 Anna", "So aus"; None for anything else."""
    match = _SHIFT.fullmatch(" ".join(text.split()))
    weekdays = None if match is None else _weekdays(match["days"].casefold())
    if match is None or weekdays is None:
        return None
    if match["off"] is not None:
        return TypedShift(weekdays, None, "")
    hours = (time(0), time(0)) if _WHOLE_DAY.fullmatch(match["hours"]) else clock_range(match["hours"])
    return None if hours is None else TypedShift(weekdays, hours, match["name"])


def cause_of(text: str) -> Cause | None:
    """A cause by its id or by the word for it in any language of the catalogue."""
    wanted = text.strip().rstrip("?").casefold()
    for language in catalogue.languages():
        texts = catalogue.load(language)
        for cause in Cause:
            labels = (cause.value, texts[f"cause.{cause}"], texts[f"picker.cause.{cause}"])
            if wanted and wanted in {label.rstrip("?").casefold() for label in labels}:
                return cause
    return None


def _length(text: str) -> timedelta | None:
    if not _LENGTH.fullmatch(text):
        return None
    parts = _PART.findall(text)
    if any(unit not in _UNITS for _, unit in parts):
        return None
    return sum((float(number.replace(",", ".")) * _UNITS[unit] for number, unit in parts), timedelta())


def _weekdays(text: str) -> tuple[int, ...] | None:
    """The days of "mon-fri", "mo, mi, fr" or "sa"; None where one of them is none."""
    found: list[int] = []
    for part in re.split(r"\s*(?:,|\+|\bund\b|\band\b)\s*", text):
        first, _, last = re.sub(r"\s*(?:-|–|\bbis\b|\bto\b)\s*", "-", part).partition("-")
        begins, ends = _weekday(first.rstrip(".")), _weekday(last.rstrip(".") or first.rstrip("."))
        if begins is None or ends is None:
            return None
        found += [day % 7 for day in range(begins, ends + 1 if begins <= ends else ends + 8)]
    return tuple(dict.fromkeys(found))


def _moment(text: str, here: datetime, zone: ZoneInfo, day_begins: time) -> datetime | None:
    """The next such moment on the location's clock."""
    if match := _CLOCK.fullmatch(text):
        days, again = 0, 1
    elif (match := _DAY.fullmatch(text)) and match["day"] in _DAYS:
        days, again = _DAYS[match["day"]], 0
    elif match and (weekday := _weekday(match["day"])) is not None:
        days, again = (weekday - here.weekday()) % 7, 7
    else:
        return None
    at = _time(match, day_begins)
    if at is None:
        return None
    until = datetime.combine(here.date() + timedelta(days=days), at, tzinfo=zone)
    return until if until > here else datetime.combine(until.date() + timedelta(days=again), at, tzinfo=zone)


def _weekday(name: str) -> int | None:
    return next((number for number, names in enumerate(_WEEKDAYS) if name in names), None)


def _date(match: re.Match[str], here: datetime, zone: ZoneInfo, day_begins: time) -> datetime | None:
    """The next such date, or the one of its year."""
    at = _time(match, day_begins)
    year = match["year"] and (int(match["year"]) if len(match["year"]) > 2 else 2000 + int(match["year"]))
    for one in (int(year),) if year else (here.year, here.year + 1):
        try:
            day = date(one, int(match["month"]), int(match["day"]))
        except ValueError:
            continue
        if at is not None and (year or datetime.combine(day, at, tzinfo=zone) > here):
            return datetime.combine(day, at, tzinfo=zone)
    return None


def _time(match: re.Match[str], day_begins: time) -> time | None:
    if match["hour"] is None:
        return day_begins
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
