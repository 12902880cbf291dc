"""What files and first imports are answered with; all of it without sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.messages.buttons import keyboards
from bot.messages.buttons.payload import Verb
from bot.messages.service.sent.understood import understood_lines
from bot.messages.text import fragments
from bot.messages.text.formatting import NEWLINE, Words, joined
from bot.messages.text.message import Html, Rendered
from bot.messages.text.sanitize import code, safe
from bot.model.silence import Reason

_MOST_ROWS: Final = 3
_REASON_LIMIT: Final = 80
_EVENING_FROM: Final = 18


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that is not a review: 1-based line, None when the file as a whole is meant, and why."""

    line: int | None
    reason: str


def first_import(
    words: Words,
    *,
    source_name: str,
    location_name: str,
    reviews: int,
    low: int,
    first_at: datetime | None,
    last_at: datetime | None,
    understood: Mapping[str, Any] | None = None,
) -> Rendered:
    """What the first complete read of a source found; `words` in the location's zone."""
    if not reviews or first_at is None or last_at is None:
        html = words.say(
            "import.first_empty", source=fragments.source(source_name), place=fragments.place(location_name)
        )
        return Rendered(html)
    start, end = words.full_date(first_at), words.full_date(last_at)
    period = start if start == end else Html(f"{start} – {end}")
    lines = (
        words.say("import.first", reviews, place=fragments.place(location_name)),
        words.say(
            "import.first_found", source=fragments.source(source_name), period=period, low=words.say("count.low", low)
        ),
        *(understood_lines(words, understood) if understood else ()),
        words.say("import.never_alarms"),
    )
    return Rendered(joined(lines, NEWLINE))


def first_reads(
    words: Words,
    *,
    mark: int,
    location_id: int,
    found: Rendered,
    page: int,
    pages: int,
    is_for_owners: bool = True,
    offer: Rendered | None = None,
) -> Rendered:
    """What the sources of one of several places brought when they were first read, with the way to the others.

    Args:
        words: in the location's zone.
        mark: which start it was, in seconds since 1970.
        location_id: the place.
        found: what its sources brought.
        page: the place's number, from 1.
        pages: how many places there are.
        is_for_owners: the chat may be an owner's, who may ask for the place's back-test.
        offer: low reviews of the last days that may be opened as an incident.
    """
    head = words.say("import.first_places", pages, page=str(page))
    lines = [head if pages > 1 else Html(""), Html(found.html), Html("" if offer is None else offer.html)]
    rows = keyboards.first_reads(
        mark, location_id, page=page, pages=pages, words=words, is_for_owners=is_for_owners, has_offer=offer is not None
    )
    return Rendered(joined(lines, NEWLINE), rows)


def recent_cluster(
    words: Words,
    *,
    location_id: int,
    location_name: str,
    names_location: bool,
    count: int,
    since: datetime,
    is_date_only: bool,
    now: datetime,
) -> Rendered:
    """Low reviews of the last days that a first import found; offered, never raised by itself."""
    html = words.say(
        "import.cluster",
        count,
        where=fragments.place_prefix(location_name, names_location),
        since=_since(since, words, now, is_date_only=is_date_only),
    )
    return Rendered(
        html, keyboards.plain_row((Verb.OPEN_INCIDENT, Verb.CANCEL), location_id, words, primary=Verb.OPEN_INCIDENT)
    )


@dataclass(frozen=True, slots=True)
class LateLine:
    """What is told silently: from the first to the last of `count` low reviews.

    Attributes:
        first_reviews: they are among so many first reviews of a new place; 0: they are not.
        reason: why they are no alarm, where they are not among the first reviews.
    """

    since: datetime
    until: datetime
    count: int
    usual_per_day: float
    first_reviews: int = 0
    reason: Reason = Reason.LATE


def late_clusters(
    words: Words,
    *,
    location_id: int,
    location_name: str,
    names_location: bool,
    mark: int,
    clusters: Sequence[LateLine],
    seen_at: datetime,
) -> Rendered:
    """What is no alarm and has a word all the same, in one silent message with a button for each.

    `mark` names the message.
    """
    where = fragments.place_prefix(location_name, names_location)
    lines = [Html(f"<b>{_late_line(cluster, words, where=where, seen_at=seen_at)}</b>") for cluster in clusters]
    known = [cluster for cluster in clusters if not cluster.first_reviews]
    if known:
        lines.append(words.say("card.usual", usual=words.usual(known[0].usual_per_day)))
    too_late = [cluster for cluster in known if cluster.reason is Reason.LATE]
    if too_late:
        lines.append(words.say("late.why", len(too_late)))
    for reason in dict.fromkeys(cluster.reason for cluster in known if cluster.reason is not Reason.LATE):
        lines.append(words.say(f"late.{reason}_why"))
    if len(known) < len(clusters):
        lines.append(words.say("late.first_why"))
    days = [words.day(cluster.since, seen_at) for cluster in clusters]
    return Rendered(joined(lines, NEWLINE), keyboards.late(location_id, mark=mark, days=days, words=words))


def _late_line(cluster: LateLine, words: Words, *, where: Html, seen_at: datetime) -> Html:
    is_one_day = words.days_between(cluster.since, cluster.until) == 1
    since, until = words.day(cluster.since, seen_at), words.day(cluster.until, seen_at)
    if cluster.first_reviews:
        return words.say(
            "late.first_day" if is_one_day else "late.first_days",
            where=where,
            low=str(cluster.count),
            reviews=str(cluster.first_reviews),
            since=since,
            until=until,
        )
    if cluster.reason is not Reason.LATE:
        key = "late.seen_day" if is_one_day else "late.seen_days"
        return words.say(key, cluster.count, where=where, since=since, until=until)
    return words.say(
        "late.one_day" if is_one_day else "late.days",
        cluster.count,
        where=where,
        since=since,
        until=until,
        seen=words.day(seen_at, seen_at),
    )


def skipped_rows(
    words: Words,
    *,
    file_name: str,
    location_name: str,
    imported: int,
    skipped: Sequence[SkippedRow],
    skipped_count: int | None = None,
) -> Rendered:
    """Some rows of a file were not reviews; the first three are shown.

    Args:
        words: how the chat is spoken to.
        file_name: the file in the folder.
        location_name: whose folder it is.
        imported: rows that are reviews.
        skipped: rows that are not, at least the first three.
        skipped_count: how many there are in all, when `skipped` does not hold every one.
    """
    total = len(skipped) if skipped_count is None else skipped_count
    lines = [
        words.say(
            "import.skipped",
            imported + total,
            imported=imported,
            skipped=total,
            place=fragments.place(location_name),
        ),
        code(file_name),
        *skipped_lines(words, skipped, total),
    ]
    return Rendered(joined(lines, NEWLINE))


def skipped_lines(words: Words, skipped: Sequence[SkippedRow], total: int) -> list[Html]:
    """The first three of the rows that were skipped, and how many more there are."""
    lines = []
    for row in skipped[:_MOST_ROWS]:
        reason = safe(row.reason, _REASON_LIMIT)
        lines.append(reason if row.line is None else words.say("import.line", line=row.line, reason=reason))
    if total > _MOST_ROWS:
        lines.append(words.say("import.more_rows", total - _MOST_ROWS))
    return lines


def unreadable_file(words: Words, *, file_name: str, reason: str = "") -> Rendered:
    """A file that holds no reviews; it stays where it is and is tried again when it changes."""
    lines = (
        words.say("import.unreadable", file=code(file_name)),
        safe(reason, _REASON_LIMIT * 2),
        words.say("import.formats"),
        words.say("import.tried_again"),
    )
    return Rendered(joined(lines, NEWLINE))


def _since(at: datetime, words: Words, now: datetime, *, is_date_only: bool) -> Html:
    if is_date_only:
        return words.day(at, now)
    local = at.astimezone(words.zone)
    was_yesterday = local.date() == (now.astimezone(words.zone) - timedelta(days=1)).date()
    if was_yesterday and local.hour >= _EVENING_FROM:
        return words.say("time.last_night")
    return words.moment(at, now)
