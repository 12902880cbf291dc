"""Single values of a platform's JSON: hostile ones become nothing, and never an error."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.errors import SourceRefusedError, SourceUnreachableError
from bot.part import Part
from bot.sources.contract.answers import next_of, refusal
from bot.sources.contract.http import Answer
from bot.sources.contract.settings import path_part
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


class _Place(Part):
    venue: Annotated[str, path_part(hint="the id of a venue, such as linde_7; its page shows it")]
    account: Annotated[str, path_part(prefix="accounts/", hint="like accounts/123")] = "accounts/1"


@pytest.mark.parametrize("venue", ["linde_7", " linde_7 "])
def test_a_part_of_an_address_is_taken_as_it_is(venue: str) -> None:
    """White space around it does not count, a number is its digits, a prefix is put there."""
    assert _Place.model_validate({"venue": venue, "account": 123}) == _Place(venue="linde_7", account="accounts/123")


@pytest.mark.parametrize("venue", ["", "a/b", "..", "a b", "a?b", "ü", "x" * 65])
def test_what_cannot_be_a_part_of_an_address_is_refused_with_what_it_is_like(venue: str) -> None:
    """The owner reads what is meant and where it stands, not a pattern."""
    with pytest.raises(ValidationError, match="is not the id of a venue, such as linde_7; its page shows it"):
        _Place(venue=venue)


@pytest.mark.parametrize(("status", "key"), [(401, "`api_key`"), (403, "`api_key`"), (404, "`venue`")])
def test_a_refusal_names_the_key_that_is_wrong(status: int, key: str) -> None:
    """Without access the secret, without anything at the address what makes the address."""
    error = refusal(
        Answer(status, {}, b""),
        who="Shop",
        access="check `api_key`",
        address="check `venue`",
        now=datetime(2026, 11, 30, tzinfo=UTC),
    )
    assert isinstance(error, SourceRefusedError)
    assert str(error).endswith(f"(HTTP {status}): check {key}")


@pytest.mark.parametrize("value", [None, "", 2, "token"])
def test_the_next_page_is_a_number_a_token_or_none(value: Any) -> None:
    """Null and an empty text are the end of the list."""
    assert next_of(value, seen={1}, who="Shop") == (value or None)


@pytest.mark.parametrize("value", [1, 0, -1, False, True, 1.5, [], {}, "old"])
def test_a_next_page_that_is_none_does_not_end_the_list_silently(value: Any) -> None:
    """Else the rest would count as removed; one that leads back would never end."""
    with pytest.raises(SourceUnreachableError, match="Shop answered with a next page that is none"):
        next_of(value, seen={1, "old"}, who="Shop")
