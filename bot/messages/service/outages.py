"""Messages about sources: one or all cannot be read, one can be read again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.errors import SourceDownReason
from bot.messages.buttons import keyboards
from bot.messages.buttons.payload import Verb
from bot.messages.text import fragments
from bot.messages.text.formatting import COMMA, NEWLINE, Words, joined
from bot.messages.text.message import Html, Rendered
from bot.messages.text.sanitize import LOCATION_LIMIT, safe

CHECK_COMMAND: Final = "reviewbot check"
_MOST_OTHERS: Final = 2


@dataclass(frozen=True, slots=True)
class ReadableSource:
    """Another source of the location, last read at `at`."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Outage:
    """A source that cannot be read, or could not until just now.

    Attributes:
        source_id: whose buttons these are.
        since: when it could be read for the last time.
        others: the location's sources that can be read.
    """

    source_id: int
    source_name: str
    location_name: str
    names_location: bool
    zone: ZoneInfo
    now: datetime
    since: datetime
    reason: SourceDownReason
    others: tuple[ReadableSource, ...] = ()


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """What a gap brought once it was over."""

    reviews: int
    low: int
    incidents: int


def source_down(outage: Outage, words: Words) -> Rendered:
    """A source cannot be read and why, which is not the same as quiet."""
    words = words.in_zone(outage.zone)
    since = words.moment(outage.since, outage.now)
    name = fragments.source(outage.source_name)
    lines = [
        words.say("blind.headline", source=name, since=since, where=_where(outage)),
        words.say("blind.not_quiet"),
        words.say("blind.reason", reason=words.say(f"reason.{outage.reason}", source=name, since=since)),
        words.say("blind.todo", todo=words.say(f"todo.{outage.reason}")),
    ]
    if outage.others:
        fine = [
            words.say("blind.fine", source=fragments.source(one.name), at=words.at(one.at, outage.now))
            for one in outage.others[:_MOST_OTHERS]
        ]
        if len(outage.others) > _MOST_OTHERS:
            fine.append(words.say("count.more_sources", len(outage.others) - _MOST_OTHERS))
        lines.append(words.say("blind.others", others=joined(fine, COMMA)))
    rows = (
        *keyboards.plain_row((Verb.TRY_NOW,), outage.source_id, words, primary=Verb.TRY_NOW),
        *keyboards.copy_row(CHECK_COMMAND, words),
    )
    return Rendered(joined(lines, NEWLINE), rows)


def all_sources_down(words: Words, *, since: datetime, now: datetime, location_name: str = "") -> Rendered:
    """No source can be read; of one location, where there are several."""
    key = "blind.all_place" if location_name else "blind.all"
    return Rendered(
        words.say(key, since=words.moment(since, now), place=safe(location_name, LOCATION_LIMIT)),
        keyboards.plain_row((Verb.TRY_NOW,), 0, words, primary=Verb.TRY_NOW),
    )


def readable_again(outage: Outage, words: Words, *, recovered_at: datetime, caught_up: CaughtUp) -> Rendered:
    """The source can be read again and the gap is filled."""
    words = words.in_zone(outage.zone)
    return Rendered(
        words.say(
            "blind.again",
            source=fragments.source(outage.source_name),
            since=words.moment(recovered_at, outage.now),
            where=_where(outage),
            gap=words.moment(outage.since, outage.now),
            found=found(caught_up, words),
        )
    )


def found(caught_up: CaughtUp, words: Words) -> Html:
    """6 reviews, 1 low, no incident."""
    parts = [words.say("count.reviews", caught_up.reviews) if caught_up.reviews else words.say("count.no_review")]
    if caught_up.low:
        parts.append(words.say("count.low", caught_up.low))
    if caught_up.incidents:
        parts.append(words.say("count.incidents", caught_up.incidents))
    else:
        parts.append(words.say("count.no_incident"))
    return joined(parts, COMMA)


def _where(outage: Outage) -> Html:
    return fragments.place_suffix(outage.location_name, outage.names_location)
