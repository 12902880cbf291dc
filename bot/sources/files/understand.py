"""Any export file to what it holds: what it is is told from its bytes, never from its name alone.

`understand(...) -> Understanding` is the one way in for bytes that come from elsewhere (the watched folder, the chat,
`reviewbot import`, setup, replay). It is pure and knows no clock, and its arguments and its result can be pickled, so
that it can be called in a process of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.errors import OpenQuestionsError, UnreadableFileError
from bot.model.ingest.poll import problem
from bot.model.ingest.understanding import Ask, TableUnderstood, Understood
from bot.model.review import ParsedReview
from bot.reasons import Reason, reason
from bot.sources.contract.source import Parsed, Problem
from bot.sources.files.meanwhile import with_lows
from bot.sources.files.one_file import Part, read_file
from bot.sources.files.zips import LARGEST, is_archive, members
from bot.sources.tables.mapping import FolderSettings
from bot.sources.tables.table import Answers, Around, Table
from bot.text.fold import fold

_COLUMNS_NAMED: Final = 30
_MOST_QUESTIONS: Final = 3
_PART: Final = 5_000


@dataclass(frozen=True, slots=True)
class Understanding:
    """What came of a file.

    Attributes:
        parsed: its reviews, what was skipped and how each table was read; nothing while something is asked.
        asks: what has to be answered first, in this order; at most three.
    """

    parsed: Parsed
    asks: tuple[Ask, ...] = ()


def understand(
    name: str,
    body: bytes,
    *,
    zone: ZoneInfo,
    settings: FolderSettings | None = None,
    answers: Answers | None = None,
    now: datetime | None = None,
    place: str = "",
) -> Understanding:
    """Read a file, or say what has to be asked first: a table (CSV, TSV, XLSX, XLS, ODS, JSON), a Takeout, or a zip.

    Args:
        name: what the file is called in problems.
        body: its bytes.
        zone: the location's time zone, for times without one.
        settings: a folder's settings, for their mapping and location; None where there are none.
        answers: what people have answered about tables, by the key of their columns.
        now: reviews from later are refused; None for no limit.
        place: the listing's name beside a Takeout's reviews.

    Raises:
        UnreadableFileError: nothing in it is reviews; the reason says why and what to do.
    """
    if len(body) > LARGEST:
        raise UnreadableFileError(reason("file_large", most=LARGEST >> 20))
    around = Around(
        name=name,
        zone=zone,
        mapping=settings.mapping if settings else None,
        location=settings.location if settings else "",
        answers=answers or {},
        now=now,
    )
    found = _read(body, around, place)
    if not found.asks:
        return found

    def read(likely: Answers) -> tuple[Sequence[ParsedReview], Sequence[Ask]]:
        again = _read(body, replace(around, answers={**around.answers, **likely}), place)
        return again.parsed.reviews, again.asks

    first = with_lows(found.asks[0], read, now=now)
    return replace(found, asks=(first, *found.asks[1:]))


def in_parts(name: str, body: bytes, **how: Any) -> Iterator[Understanding | list[ParsedReview]]:
    """As `understand`, without the reviews; then these, some thousands at a time, each only as long as it is needed."""
    found = understand(name, body, **how)
    del body
    reviews = list(found.parsed.reviews)
    yield replace(found, parsed=replace(found.parsed, reviews=()))
    del found
    while reviews:
        yield reviews[-_PART:]
        del reviews[-_PART:]


def _read(body: bytes, around: Around, place: str) -> Understanding:
    if is_archive(body):
        return _archive(body, around)
    return _whole([read_file(body, around, place=place)], (), around)


def read_export(
    name: str,
    body: bytes,
    *,
    zone: ZoneInfo,
    settings: FolderSettings | None,
    answers: Answers | None = None,
    now: datetime | None = None,
    place: str = "",
) -> Parsed:
    """As `understand`, for callers that cannot ask.

    Raises:
        UnreadableFileError: nothing in it is reviews; the reason says why and what to do.
        OpenQuestionsError: something has to be asked first.
    """
    return settled(understand(name, body, zone=zone, settings=settings, answers=answers, now=now, place=place))


def settled(found: Understanding) -> Parsed:
    """What came of a file of which nothing has to be asked.

    Raises:
        OpenQuestionsError: something has to be asked first.
    """
    if found.asks:
        raise OpenQuestionsError(asked_for(found.asks[0]), found.asks)
    return found.parsed


def asked_for(ask: Ask) -> Reason:
    """What is open, as a reason for not reading the file yet."""
    facts = ask.facts
    match ask.kind:
        case "columns":
            names = [str(column["name"]) for column in facts["columns"]]
            return reason("ask_columns", columns=", ".join(names[:_COLUMNS_NAMED]))
        case "scale":
            return reason("ask_scale", column=facts["column"], top=f"{facts['top']:g}")
        case "date":
            return reason(
                "ask_date", cell=facts["example"], day_first=facts["day_first"], month_first=facts["month_first"]
            )
        case _:
            return reason("ask_recommended", column=facts["column"])


def _archive(body: bytes, around: Around) -> Understanding:
    parts: list[Part] = []
    problems: list[Problem] = []
    for member in members(body, name=around.name):
        if isinstance(member, Problem):
            problems.append(member)
            continue
        inner = f"{around.name}/{member.name}"
        try:
            parts.append(read_file(member.body, replace(around, name=inner), place=member.place))
        except UnreadableFileError as error:
            problems.append(problem(inner, None, error))
    if not parts and problems:
        raise UnreadableFileError(problems[0].why or problems[0].reason)
    return _whole(parts, problems, around)


def _whole(parts: Sequence[Part], problems: Sequence[Problem], around: Around) -> Understanding:
    """Everything in a file together: what was read, what is left out, and what is asked."""
    tables = [table for part in parts for table in part.tables]
    read = [table for table in tables if table.understood is not None]
    takeouts = [part.takeout for part in parts if part.takeout is not None]
    asks = [ask for table in tables for ask in table.asks]
    left_out = [one for table in tables for one in table.left_out]
    if asks and not read and not takeouts:
        first = asks[0].key
        return Understanding(Parsed(()), tuple(ask for ask in asks if ask.key == first)[:_MOST_QUESTIONS])
    left_out += [reason("sheet_asks", sheet=ask.sheet or around.name) for ask in asks]
    unknown = [table for table in tables if table.is_unknown]
    if not read and not takeouts:
        if unknown:
            raise UnreadableFileError(reason("columns_unknown", columns=", ".join(unknown[0].columns[:_COLUMNS_NAMED])))
        bad = [one for table in tables for one in table.parsed.problems]
        if not bad and left_out:
            raise UnreadableFileError(left_out[0])
    left_out += [
        reason("sheet_unknown", sheet=_sheet_of(table, parts), columns=", ".join(table.columns[:8]))
        for table in unknown
    ]
    reviews, repeated = _once([one for table in tables for one in table.parsed.reviews])
    if repeated:
        left_out.append(reason("repeated", count=repeated))
    taken = [one for parsed in takeouts for one in parsed.reviews]
    found = [*problems]
    for part in parts:
        found += part.takeout.problems if part.takeout is not None else ()
        found += [one for table in part.tables for one in table.parsed.problems]
    if not (reviews or taken or found or around.location) and (read or takeouts):
        raise UnreadableFileError(left_out[0] if left_out else reason("file_only_headings"))
    kinds = [table.parsed.kind for table in read] + [parsed.kind for parsed in takeouts]
    described = tuple(table.understood for table in read if table.understood is not None)
    described += tuple(_takeout(parsed) for parsed in takeouts if parsed.reviews)
    return Understanding(
        Parsed(
            (*taken, *reviews),
            tuple(found),
            kind=kinds[0] if kinds else "",
            understood=Understood(described, tuple(one.stored() for one in dict.fromkeys(left_out))),
        )
    )


def _sheet_of(table: Table, parts: Sequence[Part]) -> str:
    return table.sheet or next((part.name for part in parts if table in part.tables), "")


def _takeout(parsed: Parsed) -> TableUnderstood:
    ratings = [review.rating for review in parsed.reviews]
    return TableUnderstood(
        sheet="",
        key="takeout",
        kind="takeout",
        columns={"rating": ["starRating"], "date": ["createTime"], "text": ["comment"]},
        scale=(1.0, 5.0),
        reviews=len(ratings),
        low=sum(one is not None and one.is_low() for one in ratings),
        without_rating=sum(one is None for one in ratings),
    )


def _once(reviews: Sequence[ParsedReview]) -> tuple[list[ParsedReview], int]:
    """The same guest, minute and words twice in one file are one review; nameless ratings stay as many as they are."""
    seen: set[int] = set()
    kept: list[ParsedReview] = []
    minutes = [int(review.published_at.timestamp()) // 60 for review in reviews]
    crowded = {minute for minute, count in Counter(minutes).items() if count > 1}
    for minute, review in zip(minutes, reviews, strict=True):
        if minute in crowded and review.author and (review.text or review.title):
            what = hash((fold(review.author), minute, fold(review.body), review.platform))
            if what in seen:
                continue
            seen.add(what)
        kept.append(review)
    return kept, len(reviews) - len(kept)
