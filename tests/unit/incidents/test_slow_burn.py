"""Slow burn: what is named, what is not, and how often a steady place is said to burn."""

from __future__ import annotations

from bot.incidents.slow_burn import LEAST_EARLIER, LEAST_REVIEWS, PositiveReview, SlowBurn, find_slow_burn
from tests.benchmarks.slow_burning import LATE, Places

THEMES = ("food", "service", "waiting")


def voices(count: int, of: int, *, said: str = "waiting", weeks: int = 6) -> list[PositiveReview]:
    """`of` reviews, of which the first `count` say something, spread over the weeks."""
    return [PositiveReview({said} if place < count else set(), set(), week=place % weeks) for place in range(of)]


def burn(latest: list[PositiveReview], earlier: list[PositiveReview]) -> SlowBurn:
    return find_slow_burn(latest, earlier, themes=THEMES, weeks=6)


def named(found: SlowBurn) -> list[str]:
    return [one.what for one in (*found.themes, *found.phrases)]


def test_fourteen_of_sixty_is_named_against_one_in_twenty() -> None:
    """The theme is named with its four numbers, and stands in the table."""
    found = burn(voices(14, 60), voices(12, 240))
    (one,) = found.themes
    assert (one.what, one.count, one.of, one.usual, one.usual_of) == ("waiting", 14, 60, 12, 240)
    assert found.table == (one,)


def test_what_is_usual_is_not_named() -> None:
    """Fourteen of sixty where it was always so many is no slow burn."""
    assert named(burn(voices(14, 60), voices(56, 240))) == []


def test_less_than_before_is_not_named() -> None:
    """A theme that has become rare is good news."""
    assert named(burn(voices(2, 60), voices(120, 240))) == []


def test_one_bad_week_is_not_steady() -> None:
    """Fourteen of sixty within two of six weeks is an incident's matter, within three weeks it is named."""
    assert named(burn(voices(14, 60, weeks=2), voices(12, 240))) == []
    assert named(burn(voices(14, 60, weeks=3), voices(12, 240))) == ["waiting"]


def test_three_guests_and_one_in_twenty_are_too_few() -> None:
    """However unusual, three guests, or eight of two hundred, are not named."""
    assert named(burn(voices(3, 20), voices(0, 1000))) == []
    assert named(burn(voices(8, 200), voices(0, 1000))) == []
    assert named(burn(voices(10, 200), voices(0, 1000))) == ["waiting"]


def test_too_few_reviews_are_not_compared() -> None:
    """One review less than the least, now or before, and nothing is compared; the table is still there."""
    few = burn(voices(14, LEAST_REVIEWS - 1), voices(0, 240))
    new = burn(voices(14, 60), voices(0, LEAST_EARLIER - 1))
    assert (few.is_compared, named(few), new.is_compared, named(new)) == (False, [], False, [])
    assert few.table[0].count == 14
    assert burn(voices(14, LEAST_REVIEWS), voices(0, LEAST_EARLIER)).is_compared


def test_phrases_are_named_once() -> None:
    """Of phrases that stand in the same reviews one is named, the longest; a theme's name is no phrase."""
    latest = [
        PositiveReview((), {"lange gewartet", "gewartet", "lange"} if place < 14 else {"waiting"}, week=place % 6)
        for place in range(60)
    ]
    earlier = [PositiveReview((), {"gewartet"} if place < 12 else {"waiting"}) for place in range(240)]
    found = burn(latest, earlier)
    assert (found.themes, [one.what for one in found.phrases]) == ((), ["lange gewartet"])


def test_a_steady_place_is_rarely_said_to_burn() -> None:
    """Of 100 looks at places where nothing changes at most one in twenty names anything (measured: 2 to 3 %)."""
    places = Places(seed=5)
    looks = [places.look(latest=60, earlier=240) for _ in range(100)]
    assert sum(bool(named(one)) for one in looks) <= 5


def test_guests_who_waited_are_found() -> None:
    """ "Lange gewartet" in 14 of 60 is found against a past of 5 % (measured: in 200 of 200)."""
    places = Places(seed=6, without="waiting")
    looks = [places.look(latest=60, earlier=240, says=LATE, now=14, before=0.05) for _ in range(20)]
    assert all(named(one) for one in looks)
    assert sum("waiting" in named(one) for one in looks) >= 18
