"""Buttons that open the page where the business answers a review on its platform."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.messages.text import fragments
from bot.messages.text.formatting import Words
from bot.messages.text.message import Button, Rows, plain_text
from bot.messages.text.sanitize import is_web
from bot.model.incident import CardReview

_IN_A_ROW: Final = 3
_MOST: Final = 6


def answer_links(reviews: Sequence[CardReview], words: Words, *, first: int | None = None) -> Rows:
    """A button for each review that has no answer yet and whose source says where it is given.

    Args:
        reviews: as they are shown, six of them at most get a button.
        words: the language.
        first: the number of the first of them in the message; None where they have no numbers.
    """
    open_ones = [
        (number, review)
        for number, review in enumerate(reviews, start=first or 1)
        if not review.is_replied and review.gone_at is None and is_web(review.reply_url)
    ]
    if len(reviews) == 1:
        return tuple((Button(_on(review, words), url=review.reply_url),) for _, review in open_ones)
    buttons = [
        Button(words.text("page.answer_one", number=number), url=review.reply_url)
        for number, review in open_ones[:_MOST]
        if first is not None
    ]
    return tuple(tuple(buttons[start : start + _IN_A_ROW]) for start in range(0, len(buttons), _IN_A_ROW))


def _on(review: CardReview, words: Words) -> str:
    return plain_text(words.say("page.answer_on", source=fragments.source(review.source_name)))
