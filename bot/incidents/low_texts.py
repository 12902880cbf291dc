"""The text of a low review as the second look compares it (`bot.detect.second_look`)."""

from __future__ import annotations

from collections.abc import Iterable

from bot.detect.evidence.agreement import LowText
from bot.score.phrases import content_words
from bot.score.words import words_of


def low_text(text: str, complaints: Iterable[str], *, at: float, until: float | None = None) -> LowText:
    """The themes and words of a low review.

    Args:
        text: what the guest wrote, with a translation where there is one.
        complaints: the themes it complains of.
        at: when it counts, seconds since 1970.
        until: the latest moment at which it may have been written, where only the day is known.
    """
    return LowText(at, at if until is None else until, frozenset(complaints), content_words(words_of(text)))
