"""What an incident's reviews have in common beside their themes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.incidents.circumstances import Share, VisitFacts, circumstances, day_of

AT = datetime(2026, 11, 24, 18, tzinfo=UTC)


def told(count: int, **what: Any) -> list[VisitFacts]:
    return [VisitFacts(text="", at=AT + timedelta(hours=index), **what) for index in range(count)]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-21", date(2026, 11, 21)),
        ("2026-11-21T19:00:00Z", date(2026, 11, 21)),
        ("21.11.2026", date(2026, 11, 21)),
        ("31.2.2026", None),
        ("November 2026", None),
        ("", None),
    ],
)
def test_days_of_visits(written: str, day: date | None) -> None:
    """ISO and German dates are days; anything else is not, and no date that does not exist."""
    assert day_of(written) == day


def test_what_half_of_those_who_say_it_share() -> None:
    """Visit, product and version count among the reviews that name one, and from two reviews on."""
    found = circumstances([*told(3, visited="2026-11-21", version="3.2"), *told(2, visited="2026-11-20"), *told(4)])
    assert found.visit == (date(2026, 11, 21), Share(3, 5))
    assert found.version == ("3.2", Share(3, 3))
    assert found.product is None
    assert circumstances(told(1, version="3.2")).version is None


def test_weekdays_where_the_days_differ() -> None:
    """Three Saturdays are said as a weekday only where no single day leads."""
    days = ("2026-11-07", "2026-11-14", "2026-11-21")
    found = circumstances([VisitFacts("", AT, visited=day) for day in days])
    assert (found.visit, found.weekday) == (None, (5, Share(3, 3)))


def test_people_are_roles() -> None:
    """A role counts once a review, in both languages, from two reviews on."""
    texts = ("The waiter, our waiter!", "Der Kellner war unfreundlich.", "Chef und Koch.", "Waiters everywhere.")
    assert circumstances([VisitFacts(text, AT) for text in texts]).staff == (("waiter", 3),)


def test_several_within_minutes() -> None:
    """The most reviews within ten minutes; a day without a time says nothing."""
    minutes = (0, 60, 63, 66, 70, 200)
    reviews = [VisitFacts("", AT + timedelta(minutes=minute)) for minute in minutes]
    assert circumstances(reviews).burst == (4, timedelta(minutes=10))
    assert circumstances([VisitFacts("", AT, is_date_only=True)] * 3).burst is None
