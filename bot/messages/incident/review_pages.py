"""Pages of reviews: an incident's low reviews, and a location's reviews with filters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.messages.buttons import keyboards
from bot.messages.buttons.answer_links import answer_links
from bot.messages.buttons.keyboards import ReviewFilter
from bot.messages.text import fragments
from bot.messages.text.formatting import COMMA, NEWLINE, Words, fitting, joined
from bot.messages.text.message import Html, Rendered
from bot.messages.text.sanitize import link, quote
from bot.model.incident import CardReview

PAGE_SIZE: Final = 5
BUDGET: Final = 3000
_TEXT_LIMITS: Final = (400, 200, 100, 40, 0)


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """One page of a longer list, newest first.

    Attributes:
        reviews: what is on this page, at most five.
        first: the number of the first of them in the whole list, counted from 1.
        total: how long the whole list is.
    """

    reviews: tuple[CardReview, ...]
    first: int
    total: int

    @property
    def page(self) -> int:
        """The page's number, counted from 1."""
        return (self.first - 1) // PAGE_SIZE + 1

    @property
    def pages(self) -> int:
        """How many pages the list has."""
        return max(1, -(-self.total // PAGE_SIZE))


def incident_reviews(
    page: ReviewPage, words: Words, *, incident_id: int, location_name: str, names_location: bool, now: datetime
) -> Rendered:
    """An incident's low reviews; `words` in the location's zone."""
    incident = fragments.incident_name(incident_id, location_name, names_location)
    html = _page(page, words, headline="page.incident", subject=incident, now=now)
    links = answer_links(page.reviews, words, first=page.first)
    rows = keyboards.review_pages(incident_id, page=page.page, pages=page.pages, words=words)
    return Rendered(html, (*links, *rows))


def location_reviews(
    page: ReviewPage, words: Words, *, location_id: int, location_name: str, shown: ReviewFilter, now: datetime
) -> Rendered:
    """A location's reviews, newest first; `words` in the location's zone."""
    html = _page(page, words, headline=f"page.{shown}", subject=fragments.place(location_name), now=now)
    rows = keyboards.list_pages(location_id, shown=shown, page=page.page, pages=page.pages, words=words)
    return Rendered(html, (*answer_links(page.reviews, words, first=page.first), *rows))


def _page(page: ReviewPage, words: Words, *, headline: str, subject: Html, now: datetime) -> Html:
    if not page.reviews:
        return words.say("page.empty", subject=subject)
    last = page.first + len(page.reviews) - 1
    numbers = words.number(page.first) if last == page.first else f"{words.number(page.first)}–{words.number(last)}"
    head = words.say(headline, len(page.reviews), subject=subject, numbers=numbers, total=page.total)

    def make(limit: int) -> Html:
        reviews = [
            _review(review, words, number=page.first + index, limit=limit, now=now)
            for index, review in enumerate(page.reviews)
        ]
        return joined((head, *reviews, fragments.hidden_words(page.reviews, words)), NEWLINE)

    return fitting(make, _TEXT_LIMITS, BUDGET)


def _review(review: CardReview, words: Words, *, number: int, limit: int, now: datetime) -> Html:
    rating = words.rating(review.rating) if review.rating is not None else Html("")
    who = joined((rating, link(review.url, fragments.source(review.source_name))), Html(" "))
    when = words.day(review.low_at, now) if review.is_date_only else words.named_moment(review.low_at, now)
    line = joined(
        (
            Html(f"<b>{words.number(number)}</b>"),
            joined((who, when), COMMA),
            *_answered(review, words),
            *_marks(review, words, now),
        )
    )
    text = quote(review.text, limit) if limit else Html("")
    if text:
        return Html(f"{line}\n<blockquote expandable>{text}</blockquote>")
    return line if review.text.strip() or review.hides_words else Html(f"{line}\n{words.say('page.no_text')}")


def _answered(review: CardReview, words: Words) -> list[Html]:
    if review.is_replied:
        return [words.say("page.answered")]
    return [words.say("page.not_answered")] if review.tells_replies else []


def _marks(review: CardReview, words: Words, now: datetime) -> list[Html]:
    marks: list[Html] = []
    if review.was_rating is not None and review.rating is not None and review.edited_at is not None:
        change = Html(f"{words.rating(review.was_rating)} → {words.rating(review.rating)}")
        marks.append(words.say("page.changed", change=change, day=words.day(review.edited_at, now)))
    if review.gone_at is not None:
        marks.append(words.say("page.gone", day=words.day(review.gone_at, now)))
    if review.media:
        marks.append(words.say("page.media", review.media))
    if review.reply_refused:
        marks.append(words.say("page.reply_refused"))
    if review.is_excerpt:
        marks.append(words.say("page.excerpt"))
    if review.disagrees:
        marks.append(words.say("page.disagrees"))
    return marks
