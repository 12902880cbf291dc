"""A weekday is spoken of only where chance does not explain it."""

from __future__ import annotations

import random

from bot.incidents.stand_out import stands_out


def test_a_bad_saturday_stands_out() -> None:
    """Nine of fourteen low reviews on a day with a sixth of all; not where that day has most of all reviews anyway."""
    assert stands_out([1, 1, 0, 1, 1, 9, 1], [20, 20, 20, 20, 20, 20, 20]) == 5
    assert stands_out([1, 1, 0, 1, 1, 9, 1], [5, 5, 5, 5, 5, 90, 5]) is None


def test_few_low_reviews_say_nothing() -> None:
    """Four on one day are too few, and so are reviews of one day only."""
    assert stands_out([0, 0, 0, 0, 0, 4, 0], [10] * 7) is None
    assert stands_out([0, 0, 9], [0, 0, 30]) is None
    assert stands_out([0] * 7, [0] * 7) is None


def test_chance_is_rarely_taken_for_a_habit() -> None:
    """Of places without a habit at most about one in a hundred is told of one: 3 of 400 drawn ones here at most 8."""
    chance = random.Random(7)
    told = 0
    for _ in range(400):
        reviews = [chance.randint(5, 40) for _ in range(7)]
        days = [day for day, count in enumerate(reviews) for _ in range(count)]
        lows = [0] * 7
        for day in chance.sample(days, 20):
            lows[day] += 1
        told += stands_out(lows, reviews) is not None
    assert told <= 8
