"""The message about low reviews that are no incident, for owners who want to hear of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.messages.buttons.answer_links import answer_links
from bot.messages.text import fragments
from bot.messages.text.formatting import COMMA, NEWLINE, Words, fitting, joined
from bot.messages.text.message import Html, Rendered
from bot.messages.text.sanitize import link, quote
from bot.model.incident import CardReview

BUDGET: Final = 1200
_SIZES: Final = ((5, 400), (5, 160), (3, 160), (3, 80), (3, 0))
"""Reviews that are shown, and the length of their texts."""


def low_reviews(
    reviews: Sequence[CardReview], words: Words, *, location_name: str, names_location: bool, now: datetime
) -> Rendered:
    """What came, oldest first, each with its words; `words` in the location's zone."""

    def make(size: tuple[int, int]) -> Html:
        most, limit = size
        lines = [_line(review, words, limit, now) for review in reviews[:most]]
        if len(reviews) > most:
            lines.append(words.say("count.more", len(reviews) - most))
        where = fragments.place_prefix(location_name, names_location)
        head = words.say("low.headline", len(reviews), where=where)
        return joined((head, *lines, fragments.hidden_words(reviews, words)), NEWLINE)

    return Rendered(fitting(make, _SIZES, BUDGET), answer_links(reviews, words))


def _line(review: CardReview, words: Words, limit: int, now: datetime) -> Html:
    rating = words.rating(review.rating) if review.rating is not None else Html("")
    who = joined((rating, link(review.url, fragments.source(review.source_name))), Html(" "))
    when = words.day(review.low_at, now) if review.is_date_only else words.named_moment(review.low_at, now)
    head, text = joined((who, when), COMMA), quote(review.text, limit) if limit else Html("")
    return words.say("low.line", head=head, quote=text) if text else head
