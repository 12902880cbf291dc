"""What satisfied guests say, read from their texts: the slow burn with its quotes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.incidents.slow_burn import PositiveReview, SlowBurn, find_slow_burn
from bot.model.incident import CardReview
from bot.score.phrases import phrases_of
from bot.score.quotes import quote_around, written
from bot.score.themes.pack import ThemePack
from bot.score.words import words_of

WEEK = timedelta(weeks=1)
_QUOTES_EACH = 2


@dataclass(frozen=True, slots=True)
class Quote:
    """A guest's own words for a statement.

    Attributes:
        what: The statement's theme or phrase.
        text: The clause.
        review: Where it stands.
    """

    what: str
    text: str
    review: CardReview


@dataclass(frozen=True, slots=True)
class EmergingThemes:
    """A slow burn, or its absence, as it is shown.

    Attributes:
        themes: Quotes of the named themes, in their order, the newest first.
        phrases: Quotes of the named phrases, in their order, the newest first.
        spelling: Named phrase -> as the newest guest writes it.
    """

    burn: SlowBurn
    themes: tuple[Quote, ...]
    phrases: tuple[Quote, ...]
    spelling: dict[str, str]


def find_emerging(
    latest: Sequence[CardReview], earlier: Sequence[CardReview], pack: ThemePack, *, now: datetime, weeks: int
) -> EmergingThemes:
    """Read the texts and compare.

    Args:
        latest: Reviews of 3-5 stars with text of the last weeks, the newest first.
        earlier: Those before.
        pack: The place's themes.
        now: The end of the last weeks.
        weeks: How many weeks `latest` covers.
    """
    burn = find_slow_burn(
        [_positive_review(review, pack, week=(now - review.low_at) // WEEK) for review in latest],
        [_positive_review(review, pack, week=0) for review in earlier],
        themes=tuple(pack.labels),
        weeks=weeks,
    )
    spelling: dict[str, str] = {}
    return EmergingThemes(
        burn=burn,
        themes=tuple(_theme_quotes([one.what for one in burn.themes], latest, pack)),
        phrases=tuple(_phrase_quotes([one.what for one in burn.phrases], latest, spelling)),
        spelling=spelling,
    )


def _positive_review(review: CardReview, pack: ThemePack, *, week: int) -> PositiveReview:
    return PositiveReview(
        themes=pack.named(review.text), phrases=frozenset(phrases_of(words_of(review.text))), week=week
    )


def _theme_quotes(themes: Sequence[str], reviews: Sequence[CardReview], pack: ThemePack) -> Iterable[Quote]:
    for theme in themes:
        found = (Quote(theme, hit.quote, one) for one in reviews for hit in pack.find(one.text) if hit.theme == theme)
        yield from _first(found)


def _phrase_quotes(phrases: Sequence[str], reviews: Sequence[CardReview], spelling: dict[str, str]) -> Iterable[Quote]:
    for phrase in phrases:
        found: list[Quote] = []
        for review in reviews:
            words = words_of(review.text)
            place = phrases_of(words).get(phrase)
            if place is not None:
                spelling.setdefault(phrase, " ".join(written(words, place).split()))
                found.append(Quote(phrase, quote_around(words, place), review))
                if len(found) == _QUOTES_EACH:
                    break
        yield from found


def _first(quotes: Iterable[Quote]) -> Iterable[Quote]:
    for number, quote in enumerate(quotes, 1):
        yield quote
        if number == _QUOTES_EACH:
            return
