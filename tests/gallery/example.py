"""The café that the examples are about: its people, its evening, its reviews."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.messages.text.formatting import Words
from bot.messages.text.message import Rendered, Toast
from bot.model.incident import CardFacts, CardReview, Evidence, Incident, Severity, State, Transition
from bot.model.review import Rating

ZONE: Final = ZoneInfo("Europe/Berlin")
ANNA: Final = 1002
BEN: Final = 1003

_URL: Final = "https://maps.google.com/"
_TEXTS: Final = {
    "en": (
        "Waited 70 minutes for two starters and nobody said a word.",
        "Food was fine, but we left before the main course came.",
        "Booked for 17:00, table ready at 17:40.",
    ),
    "de": (
        "70 Minuten auf zwei Vorspeisen gewartet, niemand hat etwas gesagt.",
        "Essen gut, aber wir sind vor dem Hauptgang gegangen.",
        "Für 17 Uhr reserviert, Tisch um 17:40 Uhr frei.",
    ),
}
_EVENING: Final = (
    ("Google", 1, 18, 50),
    ("Tripadvisor", 2, 18, 21),
    ("Google", 1, 17, 48),
    ("Google", 1, 16, 30),
    ("Tripadvisor", 2, 15, 55),
    ("Tripadvisor", 1, 14, 10),
    ("Google", 1, 12, 40),
)


@dataclass(frozen=True, slots=True)
class Example:
    """One message with example facts.

    Attributes:
        row: its short name in docs/chat.md, "S1"; variants add a letter, "P5b".
        title: what it is, in English.
    """

    row: str
    title: str
    shown: Rendered | Toast


def words(language: str) -> Words:
    """How the café's chat is spoken to."""
    return Words(language, ZONE)


def at(hour: int, minute: int, day: int = 24, month: int = 11) -> datetime:
    """A moment of the example's month, by the café's clock."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def reviews(language: str, count: int = 7) -> tuple[CardReview, ...]:
    """The evening's low reviews, newest first; more than seven came before noon."""
    texts = _TEXTS[language]
    evening = [
        CardReview(
            review_id=index + 1,
            rating=Rating(stars, 1, 5),
            text=texts[index] if index < len(texts) else "",
            low_at=at(hour, minute),
            is_date_only=False,
            source_name=source,
            url=_URL if source == "Google" else "",
            tells_replies=source == "Google",
        )
        for index, (source, stars, hour, minute) in enumerate(_EVENING)
    ]
    earlier = [
        replace(evening[-1], review_id=8 + index, low_at=at(12, 30) - timedelta(minutes=10 * index))
        for index in range(count - len(evening))
    ]
    return tuple([*evening, *earlier][:count])


def incident(**changes: Any) -> Incident:
    """Incident 12 as it opened, with some of its facts changed."""
    opened = Incident(
        incident_id=12,
        location_id=1,
        state=State.OPEN,
        severity=Severity.NORMAL,
        version=5,
        opened_at=at(18, 55),
        moved_at=at(18, 55),
        last_move=Transition.OPEN,
        first_count=7,
        evidence=Evidence(n=7, window_h=7.0, expected=0.4, recurrence_years=3.2),
    )
    return replace(opened, **changes)


def facts(language: str, of: Incident, *, count: int = 7, **changes: Any) -> CardFacts:
    """What a card about this incident says."""
    card = CardFacts(
        incident=of,
        location_name="Marktplatz",
        names_location=True,
        zone=ZONE,
        now=max(of.moved_at, at(18, 55)),
        reviews=reviews(language, count),
        usual_per_day=1.0,
    )
    return replace(card, **changes)
