"""What people type: until when, which cause, a greeting. German and English alike, whatever the chat speaks."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

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


def until_of(text: str, *, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The end of a snooze.

    Args:
        text: a length ("90 min", "4h", "2 Tage", "1 h 30 min") or a moment ("morgen", "bis Montag 10:00", "18:30");
            a day without a time means 10:00, like the button. A number alone is neither.
        now: the present moment.
        zone: the location's, in which days and times are meant.

    Returns:
        None for anything else, and for what is past or more than seven days ahead.
    """
    wanted = " ".join(text.casefold().split()).rstrip(".!")  # a copied example has its spaces unbroken
    while lead := _LEAD.match(wanted):
        wanted = wanted[lead.end() :]
    length = _length(wanted)
    until = _moment(wanted, now.astimezone(zone), zone) if length is None else now + length
    return until if until is not None and now < until <= now + LONGEST_SNOOZE else None


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


def _moment(text: str, here: datetime, zone: ZoneInfo) -> datetime | None:
    """The next such moment on the location's clock."""
    if match := _CLOCK.fullmatch(text):
        days, again = 0, 1
    elif (match := _DAY.fullmatch(text)) and match["day"] in _DAYS:
        days, again = _DAYS[match["day"]], 0
    elif match and (weekday := _weekday(match["day"])) is not None:
        days, again = (weekday - here.weekday()) % 7, 7
    else:
        return None
    at = _time(match)
    if at is None:
        return None
    until = datetime.combine(here.date() + timedelta(days=days), at, tzinfo=zone)
    return until if until > here else datetime.combine(until.date() + timedelta(days=again), at, tzinfo=zone)


def _weekday(name: str) -> int | None:
    return next((number for number, names in enumerate(_WEEKDAYS) if name in names), None)


def _time(match: re.Match[str]) -> time | None:
    if match["hour"] is None:
        return MORNING
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
