"""The message that asks people to read one review, because its words are likely severe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.messages.buttons import keyboards
from bot.messages.buttons.answer_links import answer_links
from bot.messages.buttons.payload import Verb
from bot.messages.text import fragments
from bot.messages.text.formatting import COMMA, NEWLINE, Words, joined, number_sign
from bot.messages.text.message import Html, Rendered
from bot.messages.text.sanitize import link, quote
from bot.model.incident import CardReview, SevereWords


@dataclass(frozen=True, slots=True)
class ReadThis:
    """A review that a person should read.

    Attributes:
        said: what it is probably severe for, in the guest's words.
        incident_id: the incident that was opened for it; None where there is none.
        is_forgiven: people called it not severe.
    """

    review: CardReview
    said: SevereWords
    location_name: str
    names_location: bool
    incident_id: int | None = None
    is_forgiven: bool = False


def read_this(facts: ReadThis, words: Words, *, now: datetime) -> Rendered:
    """Read this one; with what became of it once somebody pressed. `words` in the location's zone."""
    review = facts.review
    rating = words.rating(review.rating) if review.rating is not None else Html("")
    who = joined((rating, link(review.url, fragments.source(review.source_name))), Html(" "))
    when = words.day(review.low_at, now) if review.is_date_only else words.named_moment(review.low_at, now)
    where = fragments.place_prefix(facts.location_name, facts.names_location)
    what, said = words.say(f"severe.kind.{facts.said.kind}"), quote(facts.said.quote, 300)
    ask = words.say("read.ask", where=where, what=what, quote=said)
    lines = [
        ask if said else words.say("read.ask_plain", where=where, what=what),
        joined((who, when), COMMA),
        fragments.hidden_words([review], words),
    ]
    if facts.incident_id is not None:
        lines.append(words.say("read.opened", incident=number_sign(facts.incident_id)))
    elif facts.is_forgiven:
        lines.append(words.say("read.forgiven"))
    is_answered = facts.incident_id is not None or facts.is_forgiven
    rows = (
        ()
        if is_answered
        else keyboards.plain_row(
            (Verb.OPEN_FOR_REVIEW, Verb.NOT_SEVERE_REVIEW), review.review_id, words, primary=Verb.OPEN_FOR_REVIEW
        )
    )
    return Rendered(joined(lines, NEWLINE), (*rows, *answer_links([review], words)))
