"""One line about what became of an incident's reviews, for its card and the digest."""

from __future__ import annotations

from bot.messages.text.formatting import COMMA, Words, joined
from bot.messages.text.message import Html
from bot.model.card_lines import Aftermath


def aftermath_line(facts: Aftermath, words: Words) -> Html:
    """10 reviews: 8 answered, 2 raised to 4★, 1 gone · average back after 19 days."""
    parts = []
    if facts.answerable == facts.total:
        parts.append(words.say("after.answered", answered=facts.answered))
    elif facts.answerable:
        parts.append(words.say("after.answered_some", answered=facts.answered, of=facts.answerable))
    parts += [words.say("after.raised", count=count, stars=words.stars(str(stars))) for stars, count in facts.raised]
    if facts.gone:
        parts.append(words.say("after.gone", count=facts.gone))
    reviews = words.say("count.reviews", facts.total)
    line = words.say("after.line", reviews=reviews, what=joined(parts, COMMA)) if parts else reviews
    if facts.back_after is not None:
        return joined((line, words.say("after.back", facts.back_after)))
    return joined((line, words.say("after.down"))) if facts.is_down else line
