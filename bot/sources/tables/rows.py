"""Rows of a table to reviews, one by one: a bad row never costs another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.errors import BadRowError
from bot.model.ingest.poll import problem
from bot.model.platforms import slug_of
from bot.model.review import OwnerReply, ParsedReview, Rating
from bot.reasons import reason
from bot.sources.contract.source import Parsed, Problem
from bot.sources.tables.headings import is_total
from bot.sources.tables.scales import Scale
from bot.sources.tables.values.cells import language_code, review_id_in, text_of, web_address
from bot.sources.tables.values.dates import DateReader, Moment, clock_of
from bot.sources.tables.values.ratings import NO_RATING, Score, rated, recommendation, score
from bot.sources.tables.values.translation import split_translation
from bot.text.fold import fold


@dataclass(frozen=True, slots=True)
class Plan:
    """What is where in the rows of one table, and how it is read.

    Attributes:
        columns: field -> column numbers; the first with a value counts.
        details: name -> column number.
        dates: reads the dates.
        scale: of the ratings.
        platform: of all rows, unless a column says otherwise.
        recommended_counts: whether a yes/no column is the rating where there is no other.
        location: keep only rows of this place; empty keeps all.
        clock: a column with the time of day beside the date.
        best: a column with the top of each row's scale.
        latest: no review is from later; None for no limit.
        has_row_numbers: the ids only count the rows.
        joins_text: all columns of the text together are the text.
    """

    columns: Mapping[str, tuple[int, ...]]
    details: Mapping[str, int]
    dates: DateReader
    scale: Scale = field(default_factory=Scale)
    platform: str = ""
    recommended_counts: bool = False
    location: str = ""
    clock: int | None = None
    best: int | None = None
    latest: datetime | None = None
    has_row_numbers: bool = False
    joins_text: bool = False


Rows = Sequence[tuple[int, Sequence[Any]]]


def read_rows(rows: Rows, plan: Plan, *, name: str, width: int) -> Parsed:
    """Read the rows below a header of `width` columns; a bad one is a problem with its line.

    The rows are used up: what a large table's cells take is needed for its reviews.
    """
    read = _reader(plan, width=width)
    reviews: list[ParsedReview] = []
    problems: list[Problem] = []
    for line, cells in rows:
        try:
            review = read(cells)
        except BadRowError as error:
            problems.append(problem(name, line, error))
        else:
            if review is not None:
                reviews.append(review)
        if isinstance(cells, list):
            cells.clear()
    return Parsed(tuple(reviews), tuple(problems))


def _first(cells: Sequence[Any], indexes: tuple[int, ...]) -> Any:
    """The first of these cells that holds something."""
    for index in indexes:
        if index < len(cells):
            cell = cells[index]
            if cell is not None and cell != "":
                return cell
    return None


_TEXTS: Final = (
    *("id", "id_in_url", "title", "text", "author", "url", "platform", "language", "reply", "location", "recommended"),
)


def _reader(plan: Plan, *, width: int) -> Callable[[Sequence[Any]], ParsedReview | None]:
    """The function that reads one row; what the table has no column for costs nothing."""
    at = plan.columns
    dates = plan.dates
    unused = {"id", "id_in_url"} if plan.has_row_numbers else set()
    unused |= {"text"} if plan.joins_text else set()
    texts = tuple((field, at[field]) for field in _TEXTS if field in at and field not in unused)
    single = tuple((field, indexes[0]) for field, indexes in texts if len(indexes) == 1)
    several = tuple((field, indexes) for field, indexes in texts if len(indexes) > 1)
    details = tuple((key, (index,)) for key, index in plan.details.items())
    sides = at.get("positive", ()), at.get("negative", ())
    wanted = fold(plan.location)
    tells_replies = bool(at.keys() & {"reply", "reply_at"})
    has_extra = bool(at.keys() & {"location", "recommended"})
    date_at = at["date"]
    rating_at = at.get("rating", ())
    needed = tuple(place for name in _SHOWN for place in at.get(name, ()))

    def read(cells: Sequence[Any]) -> ParsedReview | None:
        if len(cells) != width:
            if len(cells) > width:
                _check_width(cells, width)
            if _first(cells, date_at) is None and not _first(cells, needed):
                return None
        # Where every cell is there, most fields are one cell.
        is_whole = len(cells) >= width
        found = {field: text_of(cells[index]) for field, index in single} if is_whole else {}
        for name, indexes in several if is_whole else texts:
            found[name] = text_of(_first(cells, indexes))
        if plan.joins_text:
            found["text"] = "\n".join(filter(None, (text_of(_first(cells, (index,))) for index in at["text"])))
        if wanted and _is_elsewhere(found.get("location", ""), wanted):
            return None
        if sides != ((), ()) and not found.get("text"):
            found["text"] = _two_sides(*(text_of(_first(cells, indexes)) for indexes in sides))
        dated = _first(cells, date_at)
        if dated is None:
            _refuse_total(cells)
            if _first(cells, needed) is None:
                return None
            raise BadRowError(reason("date_missing"))
        own = slug_of(found["platform"]) if found.get("platform") else ""
        rating = _rating(cells, plan, rating_at, own)
        moment = dates.read(dated)
        if moment.is_date_only and plan.clock is not None:
            moment = _at_clock(moment, cells, plan)
        if plan.latest is not None and moment.at > plan.latest:
            raise BadRowError(reason("date_future", cell=text_of(dated)))
        if rating is None and not found.get("title") and not found.get("text"):
            raise BadRowError(reason("row_empty"))
        fields: dict[str, Any] = {field: found[field] for field in ("title", "author") if field in found}
        if "id" in found:
            fields["external_id"] = found["id"] or None
        if "id_in_url" in found:
            fields["external_id"] = review_id_in(found["id_in_url"]) or fields.get("external_id")
        if "url" in found:
            fields["url"] = web_address(found["url"])
        if "language" in found:
            fields["language"] = language_code(found["language"])
        if "edited" in at:
            fields["edited_at"] = _edited(_optional(dates, _first(cells, at["edited"])), moment, dates.zone)
        if tells_replies:
            replied = _optional(dates, _first(cells, at.get("reply_at", ())))
            fields["reply"] = OwnerReply(found.get("reply", ""), replied.at if replied else None)
        extra = {field: found[field] for field in ("location", "recommended") if found.get(field)} if has_extra else {}
        if details:
            extra.update((key, value) for key, index in details if (value := text_of(_first(cells, index))))
        text = found.get("text", "")
        if "Google)" in text:
            text, translation = split_translation(text)
            extra |= {"translation": translation} if translation else {}
        if extra:
            fields["details"] = extra
        return ParsedReview(
            rating=rating,
            text=text,
            published_at=moment.at,
            is_date_only=moment.is_date_only,
            platform=own or plan.platform,
            **fields,
        )

    return read


_SHOWN: Final = ("rating", "recommended", "text", "positive", "negative", "title", "author")


def _refuse_total(cells: Sequence[Any]) -> None:
    """A row without a date may be the table's total."""
    first = next((cell for cell in cells if cell not in (None, "")), None)
    if isinstance(first, str) and is_total(first):
        raise BadRowError(reason("row_total", cell=first))


def _at_clock(moment: Moment, cells: Sequence[Any], plan: Plan) -> Moment:
    assert plan.clock is not None
    clock = clock_of(cells[plan.clock]) if plan.clock < len(cells) else None
    if clock is None:
        return moment
    day = moment.at.astimezone(plan.dates.zone).date()
    return Moment(datetime.combine(day, clock, plan.dates.zone).astimezone(UTC))


def _is_elsewhere(location: str, wanted: str) -> bool:
    return bool(location) and fold(location) != wanted


def _check_width(cells: Sequence[Any], width: int) -> None:
    """Cells beyond the table are a note beside it after an empty one; else a row has come apart."""
    beyond = cells[width:]
    if beyond[0] in (None, "") or all(cell in (None, "") for cell in beyond):
        return
    raise BadRowError(reason("row_wide", cells=len(cells), headers=width))


def _rating(cells: Sequence[Any], plan: Plan, at: tuple[int, ...], platform: str) -> Rating | None:
    scale = plan.scale
    worst, best = scale.worst, scale.best
    if scale.by_platform is not None and platform in scale.by_platform:
        worst, best = scale.by_platform[platform]
    if not at and plan.recommended_counts:
        return recommendation(_first(cells, plan.columns.get("recommended", ())), worst=worst, best=best)
    cell = _first(cells, at)
    if isinstance(cell, bool) and plan.recommended_counts:
        return recommendation(cell, worst=worst, best=best)
    found: Score | None = score(cell)
    if found is None and plan.recommended_counts:
        return recommendation(_first(cells, plan.columns.get("recommended", ())), worst=worst, best=best)
    if found is not None and found.best is None and plan.best is not None:
        top = score(cells[plan.best]) if plan.best < len(cells) else None
        best = top.value if top is not None and top.value > worst else best
    return rated(found, worst=worst, best=best, lowest_is_best=scale.lowest_is_best)


def _two_sides(positive: str, negative: str) -> str:
    sides = [f"{mark} {side}" for mark, side in (("+", positive), ("−", negative)) if side and side != "-"]
    return "\n".join(sides)


def _optional(dates: DateReader, cell: Any) -> Moment | None:
    """A date that the review does without: an unreadable one must not cost the review."""
    if cell is None or (isinstance(cell, str) and cell.strip().casefold() in NO_RATING):
        return None
    with suppress(BadRowError):
        return dates.read(cell)
    return None


def _edited(edited: Moment | None, published: Moment, zone: ZoneInfo) -> datetime | None:
    if edited is None or edited.at <= published.at:
        return None
    if edited.is_date_only != published.is_date_only:
        days = edited.at.astimezone(zone).date(), published.at.astimezone(zone).date()
        return edited.at if days[0] > days[1] else None
    return edited.at
