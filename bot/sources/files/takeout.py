"""Google Takeout of a Business Profile: reviews*.json, the Google API's reviews without `reviewId`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.errors import BadRowError, UnreadableFileError
from bot.model.ingest.poll import problem
from bot.model.review import OwnerReply, ParsedReview, Rating
from bot.reasons import reason
from bot.sources.contract.source import Parsed, Problem
from bot.sources.tables.values.cells import text_of
from bot.sources.tables.values.dates import DateReader
from bot.sources.tables.values.translation import split_translation
from bot.text.fold import fold

_STARS: Final = {"ONE": 1.0, "TWO": 2.0, "THREE": 3.0, "FOUR": 4.0, "FIVE": 5.0}
_UTC: Final = DateReader(ZoneInfo("UTC"), style="iso")
_OWN_REVIEWS: Final = reason("takeout_own")


def refuse_own_reviews(tree: Any) -> None:
    """Tell the reviews a person wrote on Maps from the ones a business got.

    Raises:
        UnreadableFileError: the document holds the person's own reviews.
    """
    if not isinstance(tree, Mapping):
        return
    entries = tree.get("features")
    if tree.get("type") == "FeatureCollection" and isinstance(entries, list):
        raise UnreadableFileError(_OWN_REVIEWS)
    entries = tree.get("reviews")
    first = entries[0] if isinstance(entries, list) and entries else None
    if isinstance(first, Mapping) and "starRating" not in first and {"placeId", "place_id"} & first.keys():
        raise UnreadableFileError(_OWN_REVIEWS)


def is_takeout(tree: Any) -> bool:
    """Whether a JSON document has the shape of a Business Profile's reviews."""
    if not isinstance(tree, Mapping) or not isinstance(tree.get("reviews"), list):
        return False
    entries = [entry for entry in tree["reviews"] if isinstance(entry, Mapping)]
    return any("starRating" in entry and {"name", "reviewId"} & entry.keys() for entry in entries[:20])


def read_takeout(tree: Mapping[str, Any], *, name: str, place: str = "", location: str = "") -> Parsed:
    """Read the reviews; a row that is none becomes a problem with its place in the list.

    Args:
        tree: the document.
        name: what the file is called in problems.
        place: the listing's name, kept as a detail.
        location: keep the reviews only if this is the listing's name or part of the file's path; empty keeps all.
    """
    if location and place and fold(location) != fold(place) and location not in name.split("/"):
        return Parsed(())
    reviews: list[ParsedReview] = []
    problems: list[Problem] = []
    for number, entry in enumerate(tree["reviews"], 1):
        try:
            reviews.append(review_of(entry, place=place))
        except BadRowError as error:
            problems.append(problem(name, number, error))
    return Parsed(tuple(reviews), tuple(problems), kind="takeout")


def review_of(entry: Any, *, place: str = "") -> ParsedReview:
    """One review as Google writes it (developers.google.com, Business Profile v4, resource accounts.locations.reviews).

    The id is the last part of `name`, which is the API's `reviewId`; the text is
    the guest's own, Google's translation a detail.

    Raises:
        BadRowError: it is not a review.
    """
    if not isinstance(entry, Mapping):
        raise BadRowError(reason("takeout_entry"))
    published = _time(entry.get("createTime"), "createTime")
    edited = _time(entry["updateTime"], "updateTime") if entry.get("updateTime") else published
    reviewer = entry.get("reviewer")
    author = text_of(reviewer.get("displayName")) if isinstance(reviewer, Mapping) else ""
    text, translation = split_translation(text_of(entry.get("comment")))
    details = {"location": place} if place else {}
    details |= {"translation": translation} if translation else {}
    fields: dict[str, Any] = {"details": details} if details else {}
    return ParsedReview(
        rating=_rating(entry.get("starRating")),
        text=text,
        published_at=published,
        external_id=_id(entry),
        author=author,
        edited_at=edited if edited > published else None,
        platform="google",
        reply=_reply(entry.get("reviewReply")),
        **fields,
    )


def _id(entry: Mapping[str, Any]) -> str | None:
    own = text_of(entry.get("reviewId"))
    return own or text_of(entry.get("name")).rstrip("/").rpartition("/")[2] or None


def _time(value: Any, key: str) -> datetime:
    if not isinstance(value, str) or not value:
        raise BadRowError(reason("takeout_missing", key=key))
    return _UTC.read(value).at


def _rating(value: Any) -> Rating | None:
    if value in (None, "", "STAR_RATING_UNSPECIFIED"):
        return None
    if isinstance(value, str) and value in _STARS:
        return Rating(_STARS[value], 1, 5)
    raise BadRowError(reason("takeout_stars", cell=value, known=", ".join(_STARS)))


def _reply(value: Any) -> OwnerReply:
    if not isinstance(value, Mapping) or not (text := text_of(value.get("comment"))):
        return OwnerReply("")
    at = value.get("updateTime")
    return OwnerReply(text, _time(at, "reviewReply.updateTime") if at else None)
