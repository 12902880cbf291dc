"""Exact tails, many questions at once, and how distinctive a phrase is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from bot.incidents.excess import askable, discoveries, least_tail, log_odds_z, upper_tail


@given(st.integers(1, 80), st.integers(1, 300), st.data())
def test_the_tail_is_fishers(of: int, usual_of: int, data: st.DataObject) -> None:
    """The chance is the hypergeometric tail, as scipy gives it."""
    count, usual = data.draw(st.integers(0, of)), data.draw(st.integers(0, usual_of))
    expected = hypergeom.sf(count - 1, of + usual_of, count + usual, of)
    assert upper_tail(count, of, usual=usual, usual_of=usual_of) == pytest.approx(expected, abs=1e-9)


def test_the_least_tail_has_all_mentions_in_the_first_part() -> None:
    """Six mentions in all can become as conspicuous as six of sixty against none of 240, and no more."""
    assert least_tail(6, 60, usual_of=240) == upper_tail(6, 60, usual=0, usual_of=240)
    assert least_tail(70, 60, usual_of=240) == upper_tail(60, 60, usual=10, usual_of=240)


def test_questions_that_cannot_be_answered_are_not_counted() -> None:
    """Of three askable questions and a thousand others the bound is a third of the level."""
    assert askable([1e-6] * 3 + [0.03] * 1000, level=0.05) == pytest.approx(0.05 / 3)
    assert askable([], level=0.05) == 0.05


def test_the_step_up_of_benjamini_and_hochberg() -> None:
    """Of their own example (1995, table of 15 chances) the first four are discovered at 5 %."""
    chances = [
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
        *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
    ]
    assert discoveries([chances], level=0.05) == [{0, 1, 2, 3}]


def test_a_large_family_does_not_drown_a_small_one() -> None:
    """A theme at 0.4 % among ten is discovered beside two thousand ordinary phrases; alone among them it is not."""
    ordinary = [(rank + 1) / 2001 for rank in range(2000)]
    assert discoveries([[0.002, *[0.5] * 9], ordinary], level=0.05)[0] == {0}
    assert discoveries([[0.002, *[0.5] * 9, *ordinary]], level=0.05) == [set()]
    assert discoveries([[], []], level=0.05) == [set(), set()]


def test_log_odds_of_monroe_and_others() -> None:
    """The figure of the formula, worked out by hand; alike parts give nought."""
    # prior 500 * 12/1000 = 6; odds of 16/(200+500-16) and 8/(800+500-8).
    expected = 1.32914 / (1 / 16 + 1 / 8) ** 0.5
    assert log_odds_z(10, 200, usual=2, usual_of=800) == pytest.approx(expected, abs=1e-3)
    assert log_odds_z(10, 400, usual=10, usual_of=400) == pytest.approx(0)
