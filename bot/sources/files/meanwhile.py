"""What a file that waits for an answer would hold under its likeliest reading: a question must not silence an alarm."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.errors import UnreadableFileError
from bot.model.ingest.understanding import Ask, AskKind
from bot.model.review import ParsedReview
from bot.sources.files.questions import is_enough, with_date, with_recommended, with_scale

LEAST: Final = 3
WITHIN: Final = timedelta(hours=2)
RECENT: Final = timedelta(hours=72)
_DAY: Final = timedelta(days=1)
"""A review without a time of day counts from the end of its day."""
_QUOTED: Final = 3
_QUOTE: Final = 120

Likely = tuple[Mapping[str, Any], Mapping[str, Any]]
"""An answer as a mapping, and what it assumes, for people."""
Reread = Callable[[Mapping[str, Mapping[str, Any]]], tuple[Sequence[ParsedReview], Sequence[Ask]]]
"""Reads the file with answers; gives its reviews, or what is still asked."""


def with_lows(ask: Ask, read: Reread, *, now: datetime | None) -> Ask:
    """The question, and beside it the low reviews that stand close together under its likeliest reading, if any.

    "meanwhile" in its facts is then {"count", "since" and "until" (ISO 8601), "is_date_only", "if" (what is assumed:
    "worst", "day_first", "month_first", "rating" or "no"), "quotes"}. Reviews without a time of day are close together
    on the same day.

    Args:
        ask: the question.
        read: reads the file with an answer.
        now: reviews of the last 72 h count; None: all.
    """
    found: list[dict[str, Any]] = []
    for answer, assumed in _likely(ask):
        try:
            reviews, others = read({ask.key: answer})
            if others:
                further = next(_likely(others[0]), None)
                if further is None or others[0].kind is ask.kind:
                    continue
                reviews, others = read({ask.key: answer, others[0].key: further[0]})
        except UnreadableFileError:
            continue
        lows = _together([one for one in reviews if one.rating is not None and one.rating.is_low()], now)
        if lows:
            found.append(_told(lows, assumed))
    if not found:
        return ask
    # The first is the likeliest; another one counts where that one shows nothing.
    return replace(ask, facts={**ask.facts, "meanwhile": found[0]})


def _likely(ask: Ask) -> Iterator[Likely]:
    match ask.kind:
        case AskKind.SCALE:
            options = [tuple(option) for option in ask.facts["options"]]
            usual = [option for option in options if not option[2]][:1]
            for option in dict.fromkeys([*usual, *options[:1]]):
                worst, best, lowest_is_best = option
                yield with_scale(ask.mapping, option), {"worst": best if lowest_is_best else worst}
        case AskKind.DATE:
            for month_first in (False, True):
                yield with_date(ask, month_first=month_first), {"month_first" if month_first else "day_first": True}
        case AskKind.RECOMMENDED:
            yield with_recommended(ask, counts=True), {"no": ask.facts["column"]}
        case _:
            if is_enough(ask.mapping) and "rating" in ask.mapping:
                yield ask.mapping, {"rating": ask.mapping["rating"]}


def _together(lows: Sequence[ParsedReview], now: datetime | None) -> list[ParsedReview]:
    """The most low reviews of different guests within two hours, or on one day."""
    recent = [one for one in lows if now is None or now - RECENT <= one.published_at <= now + _DAY]
    recent.sort(key=lambda one: one.published_at)
    best: list[ParsedReview] = []
    start = 0
    for end, last in enumerate(recent):
        while last.published_at - recent[start].published_at > (timedelta(0) if last.is_date_only else WITHIN):
            start += 1
        some = recent[start : end + 1]
        if len(some) >= max(len(best), LEAST) and _guests(some) >= LEAST:
            best = some
    return best


def _guests(reviews: Sequence[ParsedReview]) -> int:
    named = {one.author for one in reviews if one.author}
    return len(named) + sum(not one.author for one in reviews)


def _told(lows: Sequence[ParsedReview], assumed: Mapping[str, Any]) -> dict[str, Any]:
    words = [one.body for one in lows if one.body]
    return {
        "count": len(lows),
        "since": lows[0].published_at.isoformat(),
        "until": lows[-1].published_at.isoformat(),
        "is_date_only": lows[0].is_date_only,
        "if": dict(assumed),
        "quotes": [text[:_QUOTE] for text in words[:_QUOTED]],
    }
