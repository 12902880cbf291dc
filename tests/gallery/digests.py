"""Examples: digests of a week, a day, a month and many places, and the trend on demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.incidents.slow_burn import SlowBurn, Statement
from bot.incidents.statements import EmergingThemes, Quote
from bot.messages.facts import hidden_words
from bot.messages.service import digest as wording
from bot.messages.text.message import Rendered
from bot.model.card_lines import Aftermath
from bot.model.digest import Digest, Gathered, Line, Noticed, Sum, Unread
from bot.model.periods import period_of
from bot.model.review import Rating
from tests.gallery.example import ZONE, Example, at, reviews, words

_NOW = at(9, 0, 30)
_LABELS = {
    "waiting": {"en": "waiting", "de": "Wartezeit"},
    "noise": {"en": "noise", "de": "Lärm"},
}
_TEXTS = {
    "en": ("Lovely food, but bring time", "The new music is far too loud"),
    "de": ("Tolles Essen, aber bringen Sie Zeit mit", "Die neue Musik ist viel zu laut"),
}
_WEEK = Digest(
    name="Marktplatz",
    every="weekly",
    period=period_of(_NOW, ZONE, every="weekly"),
    zone=ZONE,
    now=Sum(31, 31, 133.3, 3),
    before=Sum(28, 27, 113.4, 5),
    sources=(
        Line("Google", Sum(21, 21, 92.4, 2), Sum(18, 18, 75.6, 3)),
        Line("Tripadvisor", Sum(10, 10, 40.9, 1), Sum(10, 9, 37.8, 2)),
    ),
    incidents=1,
    taken=timedelta(minutes=7),
    closed=timedelta(hours=2),
    answered=17,
    answerable=21,
    noticed=(Noticed("drift", "", 12, 5.6, timedelta(days=24)),),
    gathered=Gathered(9, 14, weekday=5),
    vague=(("poisoning", 1),),
    all_sources=3,
)


_FOLLOWED = (
    (12, Aftermath(10, 8, 10, ((4, 2),), 1, is_down=False, back_after=19)),
    (11, Aftermath(1, 0, 0, (), 0, is_down=True, back_after=None)),
)


def _heard(language: str) -> EmergingThemes:
    review = replace(reviews(language)[0], rating=Rating(4, 1, 5))
    burn = SlowBurn(
        28, 120, True, (Statement("waiting", 9, 28, 4, 120, 0.001), Statement("noise", 4, 28, 2, 120, 0.01)), (), ()
    )
    texts = _TEXTS[language]
    return EmergingThemes(burn, (Quote("waiting", texts[0], review), Quote("noise", texts[1], review)), (), {})


def digests(language: str) -> Iterator[Example]:
    """G1 to G3."""
    say, heard = words(language), _heard(language)

    def shown(facts: Digest, themes: EmergingThemes | None = heard, location_id: int | None = 1) -> Rendered:
        return wording.digest(facts, themes, say, labels=_LABELS, now=_NOW, location_id=location_id)

    yield Example("G1", "The weekly digest", shown(_WEEK))
    hidden = hidden_words.of_emerging(heard)
    yield Example("G1b", "The same with texts kept out of the chat", shown(_WEEK, hidden))
    yield Example("G1h", "With incidents that are followed", shown(replace(_WEEK, followed=_FOLLOWED)))
    quiet = replace(
        _WEEK,
        now=Sum(14, 14, 61.6, 0),
        incidents=0,
        taken=None,
        closed=None,
        answerable=0,
        noticed=(),
        gathered=None,
        vague=(),
        sources=(),
    )
    yield Example("G1c", "A quiet week", shown(quiet, None))
    hours = replace(
        _WEEK,
        every="daily",
        period=period_of(_NOW, ZONE, every="daily"),
        now=Sum(2, 0, 0.0, 0),
        gathered=Gathered(8, 11, hours=(18, 21)),
        noticed=(Noticed("surge", "", 4, 3.1, timedelta(days=2)),),
        unread=(
            Unread("Google", "", since=at(14, 10, 28)),
            Unread("Booking", "", until=at(10, 0, 7, 12)),
            Unread("Mailbox", ""),
        ),
    )
    yield Example("G1d", "A day, with sources that are not read", shown(hours))
    shifted = replace(_WEEK, period=period_of(at(9, 0, 26), ZONE, every="weekly"))
    yield Example("G1e", "A week that ends on a Wednesday", shown(shifted, None))
    first = at(9, 0, 1, 12)
    names = ("Bahnhof", "Hafen", "Marktplatz", "Nord", "Ost", "Süd", "West")
    many = replace(
        _WEEK,
        name="Café Linde",
        every="monthly",
        period=period_of(first, ZONE, every="monthly"),
        places=tuple(
            Line(
                name,
                Sum(12 + rank, 12 + rank, (12 + rank) * (3.6 + rank / 8), max(0, 4 - rank)),
                Sum(10, 10, 42.0, 1),
                incidents=int(rank < 1),
            )
            for rank, name in enumerate(names)
        ),
        noticed=(Noticed("drift", "Bahnhof", 12, 5.6, timedelta(days=24)),),
        gathered=None,
    )
    yield Example("G2", "A month of many locations", shown(many, None, None))
    yield Example(
        "G3",
        "/trend",
        wording.trend("Marktplatz", Sum(412, 410, 1763.0, 31), say, start=at(0, 0, 1, 1), end=_NOW, is_weekly=False),
    )
    month = say.say("month.sent", when=say.dated(at(0, 0, 1, 11), "month"), where=say.put("Café Linde"))
    yield Example("G4", "/report, with its file", Rendered(month))
    yield Example("G4b", "/report in a group", Rendered(say.say("month.to_private")))
    yield Example("G4c", "/report without a private chat", Rendered(say.say("month.no_private")))
    yield Example("G3b", "/trend without reviews", wording.nothing_to_draw(say))
