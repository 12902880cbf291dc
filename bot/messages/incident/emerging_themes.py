"""What 3-5 star guests have begun to say: the answer to /themes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.incidents.slow_burn import LEAST_EARLIER, LEAST_REVIEWS, Statement
from bot.incidents.statements import EmergingThemes, Quote
from bot.messages.text import fragments
from bot.messages.text.formatting import COMMA, NEWLINE, Words, fitting, joined
from bot.messages.text.message import Html, Rendered
from bot.messages.text.sanitize import quote, safe

BUDGET: Final = 1200
_MOST_NAMED: Final = 5
_MOST_TABLE: Final = 3
_LABEL_LIMIT: Final = 40
_PHRASE_LIMIT: Final = 60
_SIZES: Final = ((6, 200), (4, 120), (2, 80), (0, 0))
"""Quotes, and the length of each."""


def slow_burn(
    heard: EmergingThemes, words: Words, *, labels: Mapping[str, Mapping[str, str]], location_name: str, weeks: int
) -> Rendered:
    """The named themes and phrases with quotes; or that there are none, or too few reviews.

    Args:
        heard: what came of the comparison.
        words: in the location's zone.
        labels: theme -> language -> its name.
        location_name: the location.
        weeks: how many weeks were compared with what was before.
    """
    burn = heard.burn
    foot = words.say("burn.foot", weeks, place=fragments.place(location_name))
    if not burn.is_compared:
        few = words.say(
            "burn.few", latest=burn.reviews, earlier=burn.earlier, least=LEAST_REVIEWS, least_earlier=LEAST_EARLIER
        )
        return Rendered(joined((few, foot), NEWLINE))
    named = [
        *((one, _label(one, labels, words)) for one in burn.themes),
        *((one, words.say("burn.phrase", phrase=_spelled(one, heard))) for one in burn.phrases),
    ]
    if not named:
        lines = [words.say("burn.none")]
        most = [_short(one, _label(one, labels, words), words) for one in burn.table if one.count][:_MOST_TABLE]
        if most:
            lines.append(words.say("burn.most", themes=joined(most, COMMA), of=burn.reviews))
        return Rendered(joined((*lines, foot), NEWLINE))
    (first, what), *others = named[:_MOST_NAMED]
    statements = [_long(first, what, words), *(_short(one, label, words) for one, label in others)]
    headline = words.say("burn.named", statements=joined(statements, COMMA))

    def make(size: tuple[int, int]) -> Html:
        quotes, length = size
        shown = [_quoted(one, words, length) for one in _different((*heard.themes, *heard.phrases))[:quotes]]
        return joined((headline, *shown, foot), NEWLINE)

    return Rendered(fitting(make, _SIZES, BUDGET))


def _label(one: Statement, labels: Mapping[str, Mapping[str, str]], words: Words) -> Html:
    names = labels[one.what]
    return safe(names.get(words.language) or next(iter(names.values())), _LABEL_LIMIT)


def _spelled(one: Statement, heard: EmergingThemes) -> Html:
    return safe(heard.spelling.get(one.what, one.what), _PHRASE_LIMIT)


def _long(one: Statement, what: Html, words: Words) -> Html:
    return words.say("burn.statement", what=what, count=one.count, of=one.of, usual=one.usual, usual_of=one.usual_of)


def _short(one: Statement, what: Html, words: Words) -> Html:
    return joined((what, Html(words.number(one.count))), Html(" "))


def _different(quotes: Sequence[Quote]) -> list[Quote]:
    """Without the same words twice: a phrase of a named theme often stands in the theme's own quotes."""
    different: dict[str, Quote] = {}
    for one in quotes:
        different.setdefault(one.text, one)
    return list(different.values())


def _quoted(one: Quote, words: Words, length: int) -> Html:
    review = one.review
    rating = words.rating(review.rating) if review.rating is not None else Html("")
    where = joined((rating, fragments.source(review.source_name)), Html(" "))
    return words.say("burn.quote", quote=quote(one.text, length), where=where)
