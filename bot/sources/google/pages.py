"""Reads Google's list of reviews page by page, newest change first, though it may change meanwhile.

A page token is opaque and may be a mere offset: a review that arrives, changes or vanishes between two pages shifts
the rest, so that one is shown twice or not at all. A walk over several pages therefore looks at the first page again;
if that or the number of reviews has changed, the walk is repeated.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from bot.sources.contract.answers import json_object, strange_answer
from bot.sources.google.review import read_time, review_id

PAGE_SIZE: Final = 50
MOST_PAGES: Final = 400
WALKS: Final = 3
_READ: Final = ("name", "reviewId", "starRating", "comment", "createTime", "updateTime")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list.

    Attributes:
        body: the bytes as they came.
        key: the same for the same reviews in the same versions.
        ids: the reviews' ids.
        newest: the latest change on the page; None on an empty page.
        total: how many reviews the listing has, as Google counts; None if it does not say.
        next_token: leads to the next page; empty on the last.
    """

    body: bytes
    key: str
    ids: frozenset[str]
    newest: datetime | None
    total: int | None
    next_token: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What was read of the list.

    Attributes:
        pages: each different page once, oldest first.
        is_steady: the list did not change while it was read.
        is_endless: it was given up because it repeats itself or is too long.
    """

    pages: tuple[Page, ...]
    is_steady: bool
    is_endless: bool


def read_page(body: bytes) -> Page:
    """The ids, times and next token of a page; its reviews are read later.

    Raises:
        SourceUnreachableError: it is not a page of reviews.
    """
    answer = json_object(body)
    if answer is None:
        raise strange_answer("something else than JSON where reviews were expected", who="Google")
    entries, token, total = answer.get("reviews", []), answer.get("nextPageToken", ""), answer.get("totalReviewCount")
    if not isinstance(entries, list) or not isinstance(token, str):
        raise strange_answer("something else than a list of reviews", who="Google")
    if not entries and "error" in answer:
        raise strange_answer("an error where reviews were expected", who="Google")
    reviews = [entry for entry in entries if isinstance(entry, dict)]
    times = [moment for entry in reviews if (moment := _updated(entry)) is not None]
    if entries and not times:
        raise strange_answer("reviews without a readable updateTime", who="Google")
    return Page(
        body=body,
        key=_key(entries),
        ids=frozenset(review_id(entry) for entry in reviews) - {""},
        newest=max(times, default=None),
        total=total if isinstance(total, int) else None,
        next_token=token,
    )


async def walk(fetch: Callable[[str], Awaitable[Page]], *, until: datetime | None) -> Listing:
    """Read the list from its newest change on, and again from the start while it changes meanwhile.

    Args:
        fetch: gets the page that a token leads to; an empty token leads to the first.
        until: stop after the first page on which nothing is newer; None reads to the end.
    """
    found: dict[str, Page] = {}
    head = await fetch("")
    is_steady = is_endless = False
    for _ in range(WALKS):
        pages, is_endless = await _once(fetch, head=head, until=until)
        # Later walks and, within one, nearer pages come last: the newest version of a review is the last one.
        found |= {page.key: page for page in reversed(pages)}
        if len(pages) == 1:
            is_steady = True
            break
        again = await fetch("")
        totals = {page.total for page in (*pages, again)}
        if again.key == head.key and len(totals) == 1:
            is_steady = True
            break
        head = again
    return Listing(pages=tuple(found.values()), is_steady=is_steady, is_endless=is_endless)


async def _once(
    fetch: Callable[[str], Awaitable[Page]], *, head: Page, until: datetime | None
) -> tuple[list[Page], bool]:
    pages, tokens = [head], set[str]()
    page = head
    while page.next_token:
        if until is not None and page.newest is not None and page.newest <= until:
            break
        if page.next_token in tokens or len(pages) >= MOST_PAGES:
            return pages, True
        tokens.add(page.next_token)
        page = await fetch(page.next_token)
        pages.append(page)
    return pages, False


def _updated(entry: dict[str, Any]) -> datetime | None:
    try:
        return read_time(entry.get("updateTime") or entry.get("createTime"))
    except ValueError:
        return None


def _key(entries: list[Any]) -> str:
    """A hash of what `parse` reads; of addresses only whether they are there: they change by themselves."""
    seen = [_seen(entry) if isinstance(entry, dict) else entry for entry in entries]
    return sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:40]


def _seen(entry: dict[str, Any]) -> list[Any]:
    reviewer = entry.get("reviewer")
    name = [reviewer.get("displayName"), reviewer.get("isAnonymous")] if isinstance(reviewer, dict) else None
    media = entry.get("reviewMediaItems")
    beside = [bool(entry.get("reviewReplyUrl")), len(media) if isinstance(media, list) else 0]
    return [*(entry.get(key) for key in _READ), name, entry.get("reviewReply"), *beside]
