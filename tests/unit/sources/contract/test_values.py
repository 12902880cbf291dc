"""Single values of a platform's JSON: hostile ones become nothing, and never an error."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SourceUnreachableError
from bot.sources.contract.answers import next_of
from bot.sources.contract.values import id_of, rating_of, text_of, time_of, url_of

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(ANYTHING)
def test_nothing_that_a_platform_sends_is_an_error(value: Any) -> None:
    """Whatever stands there, a value or nothing comes of it, and it can be stored."""
    moment, rating = time_of(value), rating_of(value, worst=1, best=5)
    assert moment is None or moment.tzinfo is UTC
    assert rating is None or 1 <= rating.value <= 5
    for text in (text_of(value), id_of(value), url_of(value)):
        assert "\x00" not in text.encode().decode()


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-11-30T19:05:00+01:00", datetime(2026, 11, 30, 18, 5, tzinfo=UTC)),
        ("2026-11-30T18:05:00.123456789Z", datetime(2026, 11, 30, 18, 5, 0, 123456, tzinfo=UTC)),
        ("2026-11-30T18:05:00", None),
        ("2026-11-30", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("last week", None),
        (1764526000, None),
        (None, None),
    ],
)
def test_a_time_needs_its_zone(value: Any, moment: datetime | None) -> None:
    """A time with an offset is read, one without is none, nor is one beyond the calendar."""
    assert time_of(value) == moment


@pytest.mark.parametrize(
    ("value", "is_link"),
    [
        ("https://shop.example/r/3", True),
        ("http://shop.example", True),
        ("javascript:alert(1)", False),
        ("//shop.example/r", False),
        ("https://", False),
        ("https://[broken", False),
        ("https://shop.example/a b", False),
        ("https://shop.example/\u202ecba", False),
        ("https://shop.example/" + "x" * 3000, False),
        (3, False),
    ],
)
def test_only_a_link_to_the_web_is_a_link(value: Any, is_link: bool) -> None:
    """A link that a person is shown leads to a host by http or https."""
    assert url_of(value) == (value if is_link else "")


@pytest.mark.parametrize(
    ("value", "text"), [("r_1", "r_1"), (3, "3"), (0, "0"), (True, ""), (None, ""), (1.5, ""), ({}, ""), ("  ", "")]
)
def test_an_id_is_a_text_or_a_whole_number(value: Any, text: str) -> None:
    """Anything else is no id."""
    assert id_of(value) == text


@pytest.mark.parametrize(("value", "rating"), [(1, 1), (4.5, 4.5), (0, None), (6, None), (True, None), ("5", None)])
def test_a_rating_outside_of_the_scale_is_none(value: Any, rating: float | None) -> None:
    """Never a low one."""
    found = rating_of(value, worst=1, best=5)
    assert (None if found is None else found.value) == rating


@pytest.mark.parametrize("value", [None, "", 2, "token"])
def test_the_next_page_is_a_number_a_token_or_none(value: Any) -> None:
    """Null and an empty text are the end of the list."""
    assert next_of(value, seen={1}, who="Shop") == (value or None)


@pytest.mark.parametrize("value", [1, 0, -1, False, True, 1.5, [], {}, "old"])
def test_a_next_page_that_is_none_does_not_end_the_list_silently(value: Any) -> None:
    """Else the rest would count as removed; one that leads back would never end."""
    with pytest.raises(SourceUnreachableError, match="Shop answered with a next page that is none"):
        next_of(value, seen={1, "old"}, who="Shop")
