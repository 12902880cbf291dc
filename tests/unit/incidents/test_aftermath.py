"""What became of an incident's reviews, and when the average was back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.incidents.aftermath import ENOUGH, Change, Fate, aftermath, days_until_back
from bot.model.card_lines import Aftermath
from tests.gallery.example import at

BEGUN = at(12, 0)
DAY = timedelta(days=1)


def low(*, is_replied: bool = False, tells: bool = True, is_gone: bool = False) -> Fate:
    return Fate(1.0, is_low=True, is_replied=is_replied, tells_replies=tells, is_gone=is_gone)


def test_what_became_of_them_is_counted() -> None:
    """Answers only among those of which they are known; stars as they are now, the highest first."""
    fates = [
        *[low(is_replied=True)] * 3,
        low(tells=False),
        low(is_gone=True),
        Fate(4.0, False, is_replied=False, tells_replies=True, is_gone=False),
        Fate(5.0, False, is_replied=False, tells_replies=True, is_gone=False),
    ]
    assert aftermath(fates, (True, 19)) == Aftermath(7, 3, 6, ((5, 1), (4, 1)), 1, is_down=False, back_after=19)


def test_nothing_known_says_nothing() -> None:
    """Where no source tells of answers and nothing changed there is no line; a lower average alone is one."""
    fates = [low(tells=False)] * 3
    assert aftermath(fates, (False, None)) is None
    found = aftermath(fates, (True, None))
    assert found is not None
    assert found.is_down


@pytest.mark.parametrize(
    ("later", "back"),
    [
        ([], (False, None)),
        ([(0, 1, 1.0)], (True, None)),
        ([(0, 1, 1.0), *[(3, 1, 5.0)] * 30], (True, 3)),
        ([(0, 1, 1.0), *[(3, 1, 5.0)] * 30, *[(5, 1, 1.0)] * 9], (True, None)),
        ([(0, 1, 1.0), (9, -1, -1.0)], (True, 9)),
        ([(0, 1, 5.0)], (False, None)),
    ],
)
def test_the_shown_average_is_back_when_it_stays_what_it_was(
    later: list[tuple[int, int, float]], back: tuple[bool, int | None]
) -> None:
    """With one decimal over all reviews, as platforms show it; a removed review counts no more."""
    changes = [Change(BEGUN + days * DAY, count, stars) for days, count, stars in later]
    assert days_until_back(20, 90.0, changes, begun_at=BEGUN) == back


def test_a_place_with_few_reviews_has_no_average_to_come_back_to() -> None:
    """Each review moves it."""
    assert days_until_back(ENOUGH - 1, 40.0, [Change(BEGUN, 1, 1.0)], begun_at=BEGUN) == (False, None)
