"""Finds the stored review that a row of a file is about, so that one review read in two ways is stored once.

A file's own id is believed only while guest, date and words do not all differ from what is stored under it; else it is
a row number, and guest, date and words tell the reviews of the file apart. A review that is stored under no id of the
file is known by its day and words: another export of the same platform may lack the ids, the times or the guests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.model.ingest.normal import Review
from bot.model.review import ParsedReview, content_key
from bot.store.db.engine import Connection
from bot.store.reviews import known_reviews
from bot.store.reviews.known_reviews import Known
from bot.text.fold import fold

UNNAMED = "source:"
"""How the platform of a review begins whose file does not say where the guest wrote it."""
CONTENT = "key:"
_LONGEST_NUMBER = 7
_TELLING = 20
"""Characters of words that no two guests write alike on one day."""
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


async def identify(
    connection: Connection, location_id: int, found: Sequence[Review], *, zone: ZoneInfo
) -> list[Review]:
    """The reviews of one file under the ids and platforms that they are stored under.

    What an earlier release has stored under a row number is put right: a stored review with the words of one of these
    gets its date, and the id that belongs to it.
    """
    reviews = list(found)
    if has_numbers(reviews):
        numbers = [review.external_id for review in reviews if _is_number(review.external_id)]
        stored = {
            (known.platform, known.external_id): known
            for known in await known_reviews.by_ids(connection, location_id, numbers)
        }
        others = [
            (review, known)
            for review in reviews
            if (known := stored.get((review.platform, review.external_id))) is not None
        ]
        if any(_is_another(review, known, zone) for review, known in others):
            reviews = _by_content(reviews)
    if any(review.external_id.startswith(CONTENT) for review in reviews):
        await _heal(connection, location_id, reviews)
    ids = [review.external_id for review in reviews]
    platforms: dict[str, list[str]] = {}
    for known in await known_reviews.by_ids(connection, location_id, ids):
        platforms.setdefault(known.external_id, []).append(known.platform)
    reviews = [_under_known_platform(review, platforms.get(review.external_id, [])) for review in reviews]
    return await _under_known_words(connection, location_id, reviews, known_ids=set(platforms), zone=zone)


async def _under_known_words(
    connection: Connection, location_id: int, reviews: list[Review], *, known_ids: set[str], zone: ZoneInfo
) -> list[Review]:
    """The reviews, those of other exports that are stored already under the ids of these."""
    unknown = [place for place, review in enumerate(reviews) if review.external_id not in known_ids]
    if not unknown:
        return reviews
    times = [reviews[place].published_at for place in unknown]
    stored = await known_reviews.between(connection, location_id, min(times) - _DAY, max(times) + _DAY)
    by_words: dict[tuple[date, str], list[Known]] = {}
    for known in stored:
        if known.external_id not in known_ids and (words := _words(known)):
            by_words.setdefault((known.published_at.astimezone(zone).date(), words), []).append(known)
    found = list(reviews)
    for place in unknown if by_words else ():
        review = reviews[place]
        candidates = by_words.get((review.published_at.astimezone(zone).date(), _words(review)), [])
        same = next((known for known in candidates if _is_same(review, known)), None)
        if same is not None:
            candidates.remove(same)
            found[place] = _as_known(review, same)
    return found


def _words(one: Review | Known) -> str:
    return fold(f"{one.title}\n{one.text}")


def _is_same(review: Review, known: Known) -> bool:
    """Whether two reviews of one day with the same words are one: nothing that both know may differ, ids neither."""
    if not (review.external_id.startswith(CONTENT) or known.external_id.startswith(CONTENT)):
        return False
    if review.platform != known.platform and not (
        review.platform.startswith(UNNAMED) or known.platform.startswith(UNNAMED)
    ):
        return False
    if not (review.is_date_only or known.is_date_only) and abs(review.published_at - known.published_at) >= _MINUTE:
        return False
    guests = fold(review.author), fold(known.author)
    if all(guests):
        return guests[0] == guests[1]
    return len(_words(review)) >= _TELLING


def _as_known(review: Review, known: Known) -> Review:
    """The review under the id it is stored under; a copy that knows no more changes nothing."""
    rating = None if review.rating is None else review.rating.value
    is_richer = (
        rating != known.rating_value
        or (bool(review.author) and not known.author)
        or (review.reply is not None and review.reply.is_there)
        or review.edited_at is not None
    )
    its = review.content_hash if is_richer else known.content_hash
    return replace(
        review,
        external_id=known.external_id,
        platform=known.platform,
        author=review.author or known.author,
        content_hash=its,
    )


def _under_known_platform(review: Review, platforms: Sequence[str]) -> Review:
    """Where one of the two does not say which platform it is, it is the other's."""
    if not platforms or review.platform in platforms:
        return review
    named = [name for name in platforms if not name.startswith(UNNAMED)]
    if review.platform.startswith(UNNAMED):
        return replace(review, platform=(named or list(platforms))[0])
    unnamed = [name for name in platforms if name.startswith(UNNAMED)]
    return replace(review, platform=unnamed[0]) if unnamed else review


def has_numbers(reviews: Sequence[Review]) -> bool:
    """Whether an id of these may be a row number."""
    return any(_is_number(review.external_id) for review in reviews)


def _is_number(external_id: str) -> bool:
    return external_id.isdecimal() and len(external_id) <= _LONGEST_NUMBER


def _is_another(review: Review, known: Known, zone: ZoneInfo) -> bool:
    """Guest, date and words all differ; what one of the two does not know says nothing."""
    days = review.published_at.astimezone(zone).date(), known.published_at.astimezone(zone).date()
    words = fold(f"{review.title}\n{review.text}"), fold(f"{known.title}\n{known.text}")
    guests = fold(review.author), fold(known.author)
    same_guest = guests[0] == guests[1] and bool(guests[0])
    return days[0] != days[1] and words[0] != words[1] and not same_guest


def _by_content(reviews: Sequence[Review]) -> list[Review]:
    seen: Counter[str] = Counter()
    keyed = []
    for review in reviews:
        identity = _content_key(review)
        seen[identity] += 1
        keyed.append(replace(review, external_id=identity if seen[identity] == 1 else f"{identity}#{seen[identity]}"))
    return keyed


def _content_key(review: Review) -> str:
    return content_key(
        ParsedReview(
            rating=review.rating,
            text=review.text,
            title=review.title,
            author=review.author,
            published_at=review.published_at,
        )
    )


async def _heal(connection: Connection, location_id: int, reviews: Sequence[Review]) -> None:
    stored = [one for one in await known_reviews.under_numbers(connection, location_id) if _is_number(one.external_id)]
    if not stored:
        return
    by_words: dict[tuple[str, str], list[Review]] = {}
    for review in reviews:
        if words := fold(f"{review.title}\n{review.text}"):
            by_words.setdefault((fold(review.author), words), []).append(review)
    taken: set[str] = set()
    for known in stored:
        same = by_words.get((fold(known.author), fold(f"{known.title}\n{known.text}")), [])
        its = [one for one in same if one.external_id.startswith(CONTENT) and one.external_id not in taken]
        if len(its) == 1:
            taken.add(its[0].external_id)
            await known_reviews.rename(
                connection, known.review_id, external_id=its[0].external_id, published_at=its[0].published_at
            )
