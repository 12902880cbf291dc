"""Rows of a table to reviews, one by one: a bad row never costs another."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from bot.errors import BadRowError, UnreadableFileError
from bot.model.review import OwnerReply, ParsedReview, Rating, fold
from bot.sources._contract import Parsed, Problem
from bot.sources._dates import DateReader, Moment, order_of, two_readings
from bot.sources._ratings import NO_RATING, Score, rated, recommendation, score

LONGEST_TEXT: Final = 100_000
"""Characters of one cell; no platform lets a guest write as much."""

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_PLATFORMS: Final = {
    "google maps": "google",
    "google my business": "google",
    "google business profile": "google",
    "gmb": "google",
    "google play": "play",
    "play store": "play",
    "google play store": "play",
    "trip advisor": "tripadvisor",
    "booking com": "booking",
    "google reviews": "google",
    "trustpilot com": "trustpilot",
    "google com": "google",
    "tripadvisor com": "tripadvisor",
    "tripadvisor de": "tripadvisor",
    "google rezensionen": "google",
}
_LANGUAGES: Final = {
    "english": "en",
    "englisch": "en",
    "german": "de",
    "deutsch": "de",
    "french": "fr",
    "italian": "it",
}
_REVIEW_IDS: Final = ("reviewId", "reviewid")


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
        UnreadableFileError: that cannot be settled; the text says what to write into the mapping.
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


def text_of(cell: Any) -> str:
    """A cell as text that can be stored: no NUL, no half of a surrogate pair, line ends as one sign.

    Raises:
        BadRowError: it is too long to be something a guest wrote.
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        text = cell
    elif isinstance(cell, float) and cell.is_integer():
        text = f"{cell:.0f}"
    elif isinstance(cell, datetime | date):
        text = cell.isoformat()
    else:
        text = str(cell)
    if len(text) > LONGEST_TEXT:
        raise BadRowError(f"a cell has {len(text):,} characters; {LONGEST_TEXT:,} are the most a review may have")
    if not text.isascii() or "\x00" in text:
        text = _UNSTORABLE.sub("\ufffd", text.replace("\x00", ""))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip()


@lru_cache(maxsize=256)
def platform_slug(text: str) -> str:
    """The name of a platform as one word: "Booking.com" is "booking", "HolidayCheck" is "holidaycheck"."""
    words = re.sub(r"[\W_]+", " ", fold(text)).strip()
    words = words.removeprefix("www ")
    return _PLATFORMS.get(words) or words.replace(" ", "-")[:40]


@lru_cache(maxsize=256)
def language_code(text: str) -> str | None:
    """ISO 639-1 from "de", "de-DE", "de_DE" or "German"; None for anything else."""
    word = text.strip().casefold()
    if word in _LANGUAGES:
        return _LANGUAGES[word]
    code = re.split(r"[-_]", word)[0]
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def web_address(text: str) -> str:
    """The text if it is an http or https address without spaces, else nothing."""
    return text if re.fullmatch(r"https?://[^\s<>\"]{3,2000}", text, re.IGNORECASE) else ""


def _order(rows: Rows, plan: Plan) -> str | None:
    if plan.date_style:
        return None
    indexes = [index for field in ("date", "edited", "reply_at") for index in plan.columns.get(field, ())]
    found = order_of(cells[index] for index in indexes for _, cells in rows if index < len(cells))
    if not found.example:
        return found.order
    day_first, month_first = two_readings(found.example)
    raise UnreadableFileError(
        f'the dates can be read in two ways, and no row settles it: "{found.example}" is {day_first} with the day '
        f'first and {month_first} with the month first; write mapping = {{ date_format = "dmy" }} for the first or '
        'mapping = { date_format = "mdy" } for the second into this source\'s settings'
    )


def _scale(rows: Rows, plan: Plan) -> tuple[float, float]:
    found = over = 0
    top = 5.0
    for _, cells in rows:
        number = None
        with suppress(BadRowError):  # the row itself is reported when it is read
            number = score(_first(cells, plan.columns.get("rating", ())))
        if number is None or number.best is not None:
            continue
        found += 1
        if number.value > 10:
            over += 1
        elif number.value > 5:
            top = 10.0
    if over * 10 > found:
        raise UnreadableFileError(
            "many ratings are above 10, so the scale is unknown; write mapping = { rating_range = [1, 100] } with the "
            "worst and the best rating into this source's settings"
        )
    return 1.0, top


def _first(cells: Sequence[Any], indexes: tuple[int, ...]) -> Any:
    """The first of these cells that holds something."""
    for index in indexes:
        if index < len(cells):
            cell = cells[index]
            if cell is not None and cell != "":
                return cell
    return None


def _reader(
    plan: Plan, *, dates: DateReader, scale: tuple[float, float], width: int
) -> Callable[[Sequence[Any]], ParsedReview | None]:
    at = {field: plan.columns.get(field, ()) for field in _READ}
    details = tuple(plan.details.items())
    wanted = fold(plan.location)

    def read(cells: Sequence[Any]) -> ParsedReview | None:
        if len(cells) != width:
            _check_width(cells, width)

        def text(field: str) -> str:
            indexes = at[field]
            return text_of(_first(cells, indexes)) if indexes else ""

        location = text("location")
        if wanted and location and fold(location) != wanted:
            return None
        rating = _rating(cells, plan, scale)
        moment = dates.read(_dated(_first(cells, at["date"])))
        title, body = text("title"), text("text") or _two_sides(text("positive"), text("negative"))
        if rating is None and not title and not body:
            raise BadRowError("this row has neither a rating nor a text")
        url = text("url")
        extra = {key: value for key, index in details if (value := text_of(_first(cells, (index,))))}
        for field in ("location", "recommended"):
            if at[field] and field not in extra and (value := text(field)):
                extra[field] = value
        fields: dict[str, Any] = {"details": extra} if extra else {}
        return ParsedReview(
            rating=rating,
            text=body,
            published_at=moment.at,
            external_id=text("id") or (_id_in(url) if at["id_in_url"] else None) or None,
            title=title,
            author=text("author"),
            is_date_only=moment.is_date_only,
            edited_at=_edited(_optional(dates, _first(cells, at["edited"])), moment, dates.zone),
            platform=platform_slug(text("platform")) or plan.platform,
            language=language_code(text("language")),
            url=web_address(url),
            reply=_reply(text("reply"), _optional(dates, _first(cells, at["reply_at"]))),
            **fields,
        )

    return read


_READ: Final = (
    *("id", "id_in_url", "rating", "recommended", "reply_at", "edited", "date", "positive", "negative", "reply"),
    *("title", "text", "author", "url", "platform", "language", "location"),
)


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


def _reply(text: str, moment: Moment | None) -> OwnerReply | None:
    return OwnerReply(text, moment.at.astimezone(UTC) if moment else None) if text else None


def _id_in(url: str) -> str | None:
    """The review's id out of a Play Console link, today's (`reviewId=`) or the older (`#ReviewPlace:...&id=`) kind."""
    try:
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        fragment = parse_qs(parts.fragment.partition(":")[2])
    except ValueError:
        return None
    values = [value for key in _REVIEW_IDS for value in query.get(key, ()) + fragment.get(key, [])]  # type: ignore[operator]
    values += fragment.get("id", [])
    return values[0] if values else None
