"""Rows of a table to reviews, one by one: a bad row never costs another."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.errors import AmbiguousDatesError, BadRowError, UnknownScaleError
from bot.model.platforms import slug_of
from bot.model.review import OwnerReply, ParsedReview, Rating
from bot.sources.contract.source import Parsed, Problem
from bot.sources.tables.cells import language_code, review_id_in, text_of, web_address
from bot.sources.tables.dates import DateReader, Moment, order_of, two_readings
from bot.sources.tables.ratings import NO_RATING, Score, rated, recommendation, score
from bot.text.fold import fold


@dataclass(frozen=True, slots=True)
class Plan:
    """What is where in the rows of one file.

    Attributes:
        columns: field -> column numbers; the first with a value counts.
        details: name -> column number.
        zone: of times without one.
        platform: of all rows, unless a column says otherwise.
        rating_range: worst and best; None: the file's own numbers settle it.
        date_style: see DateReader.
        recommended_counts: whether a yes/no column is the rating where there is no other.
        location: keep only rows of this place; empty keeps all.
    """

    columns: Mapping[str, tuple[int, ...]]
    details: Mapping[str, int]
    zone: ZoneInfo
    platform: str = ""
    rating_range: tuple[float, float] | None = None
    date_style: str = ""
    recommended_counts: bool = False
    location: str = ""


Rows = Sequence[tuple[int, Sequence[Any]]]


def read_rows(rows: Rows, plan: Plan, *, name: str, width: int) -> Parsed:
    """Read the rows below a header of `width` columns.

    What one row cannot settle, all rows of the file settle together: day and month, and the top of the scale
    (1-5 unless a rating above 5 occurs, then 1-10).

    Raises:
        AmbiguousDatesError: all dates have two readings.
        UnknownScaleError: the ratings are on neither scale.
    """
    dates = DateReader(plan.zone, plan.date_style, _order(rows, plan))
    scale = plan.rating_range or _scale(rows, plan)
    read = _reader(plan, dates=dates, scale=scale, width=width)
    reviews: list[ParsedReview] = []
    problems: list[Problem] = []
    for line, cells in rows:
        try:
            review = read(cells)
        except BadRowError as error:
            problems.append(Problem(name, line, str(error)))
        else:
            if review is not None:
                reviews.append(review)
    return Parsed(tuple(reviews), tuple(problems))


def _order(rows: Rows, plan: Plan) -> str | None:
    if plan.date_style:
        return None
    indexes = [index for field in ("date", "edited", "reply_at") for index in plan.columns.get(field, ())]
    found = order_of(cells[index] for index in indexes for _, cells in rows if index < len(cells))
    if not found.example:
        return found.order
    day_first, month_first = two_readings(found.example)
    raise AmbiguousDatesError(
        f'the dates can be read in two ways, and no row settles it: "{found.example}" is {day_first} with the day '
        f'first and {month_first} with the month first; write mapping = {{ date_format = "dmy" }} for the first or '
        'mapping = { date_format = "mdy" } for the second into this source\'s settings',
        example=found.example,
        readings=(day_first, month_first),
        count=len(rows),
    )


def _scale(rows: Rows, plan: Plan) -> tuple[float, float]:
    found = over = 0
    top = 5.0
    indexes = plan.columns.get("rating", ())
    for _, cells in rows:
        number = _peek(_first(cells, indexes))
        if number is None or number.best is not None or not math.isfinite(number.value):
            continue
        found += 1
        if number.value > 10:
            over += 1
        elif number.value > 5:
            top = 10.0
    if over * 10 > found and (over > 1 or found == 1):  # a lone slip among many is a bad row, no other scale
        raise UnknownScaleError(
            "many ratings are above 10, so the scale is unknown; write mapping = { rating_range = [1, 100] } with the "
            "worst and the best rating into this source's settings"
        )
    return 1.0, top


def _peek(cell: Any) -> Score | None:
    """A rating before its row is read; a bad one counts as none here and is reported with its row."""
    try:
        return score(cell)
    except BadRowError:
        return None


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


def _reader(
    plan: Plan, *, dates: DateReader, scale: tuple[float, float], width: int
) -> Callable[[Sequence[Any]], ParsedReview | None]:
    """The function that reads one row; what the file has no column for costs nothing."""
    at = plan.columns
    texts = tuple((field, at[field]) for field in _TEXTS if field in at)
    details = tuple((key, (index,)) for key, index in plan.details.items())
    sides = at.get("positive", ()), at.get("negative", ())
    wanted = fold(plan.location)

    def read(cells: Sequence[Any]) -> ParsedReview | None:
        if len(cells) != width:
            _check_width(cells, width)
        found: dict[str, Any] = {field: text_of(_first(cells, indexes)) for field, indexes in texts}
        if wanted and _is_elsewhere(found.get("location", ""), wanted):
            return None
        if sides != ((), ()) and not found.get("text"):
            found["text"] = _two_sides(*(text_of(_first(cells, indexes)) for indexes in sides))
        rating = _rating(cells, plan, scale)
        moment = dates.read(_dated(_first(cells, at["date"])))
        if rating is None and not found.get("title") and not found.get("text"):
            raise BadRowError("this row has neither a rating nor a text")
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
        if found.get("reply"):
            replied = _optional(dates, _first(cells, at.get("reply_at", ())))
            fields["reply"] = OwnerReply(found["reply"], replied.at if replied else None)
        extra = {field: found[field] for field in ("location", "recommended") if found.get(field)}
        extra.update((key, value) for key, index in details if (value := text_of(_first(cells, index))))
        if extra:
            fields["details"] = extra
        own = slug_of(found["platform"]) if "platform" in found else ""
        return ParsedReview(
            rating=rating,
            text=found.get("text", ""),
            published_at=moment.at,
            is_date_only=moment.is_date_only,
            platform=own or plan.platform,
            **fields,
        )

    return read


def _is_elsewhere(location: str, wanted: str) -> bool:
    return bool(location) and fold(location) != wanted


def _check_width(cells: Sequence[Any], width: int) -> None:
    if len(cells) < width:
        raise BadRowError(f"this row has {len(cells)} of {width} cells; is it complete?")
    if any(cell not in (None, "") for cell in cells[width:]):
        raise BadRowError(f"this row has {len(cells)} cells under {width} headers; is a quotation mark missing?")


def _dated(cell: Any) -> Any:
    if cell is None:
        raise BadRowError("the date is missing")
    return cell


def _rating(cells: Sequence[Any], plan: Plan, scale: tuple[float, float]) -> Rating | None:
    worst, best = scale
    found: Score | None = score(_first(cells, plan.columns.get("rating", ())))
    if found is None and plan.recommended_counts:
        return recommendation(_first(cells, plan.columns.get("recommended", ())), worst=worst, best=best)
    return rated(found, worst=worst, best=best)


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
