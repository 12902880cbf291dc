"""Ratings, identities and clean text."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.ingest.normal import MAX_TEXT, clean, normalise
from bot.model.review import ParsedReview, Rating, content_key, twin_key

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


def review(**more: object) -> ParsedReview:
    usual: dict[str, object] = {"rating": Rating(1, 1, 5), "text": "Cold soup, rude waiter.", "published_at": NOW}
    return ParsedReview(**{**usual, **more})  # type: ignore[arg-type]  # the review's own fields


def ids(*found: ParsedReview) -> list[str]:
    return [one.external_id for one in normalise(found, platform="x", low_at_most=None)]


@pytest.mark.parametrize(("best", "low"), [(5, {1, 2}), (10, {1, 2, 3}), (3, {1}), (100, set(range(1, 26)))])
def test_low_is_the_lowest_quarter(best: int, low: set[int]) -> None:
    """1-2 of 5, 1-3 of 10; the words play no part."""
    assert {value for value in range(1, best + 1) if Rating(value, 1, best).is_low()} == low


def test_the_owner_s_limit_goes_first() -> None:
    """On the source's own scale."""
    assert Rating(3, 1, 5).is_low(3)
    assert not Rating(2, 1, 5).is_low(1)
    assert Rating(5.5, 1, 10).is_low(5.5)
    (one,) = normalise([review(rating=Rating(3, 1, 5))], platform="x", low_at_most=3)
    assert one.is_low


@pytest.mark.parametrize(("value", "worst", "best"), [(0, 1, 5), (6, 1, 5), (1, 5, 5), (1, 5, 1), (float("nan"), 1, 5)])
def test_a_rating_outside_its_scale_is_none(value: float, worst: float, best: float) -> None:
    """0 of 1..5 is no rating and cannot be made into one."""
    with pytest.raises(ValueError, match=r"outside|empty"):
        Rating(value, worst, best)


def test_no_rating_is_never_low() -> None:
    """However bad the words are, and whatever the owner's limit."""
    (one,) = normalise([review(rating=None, text="Disgusting!")], platform="x", low_at_most=5)
    assert (one.rating, one.is_low) == (None, False)


def test_a_source_s_own_id_is_kept() -> None:
    """An id that is empty once it is clean counts as none."""
    assert ids(review(external_id="g-1")) == ["g-1"]
    assert ids(review(external_id=""))[0].startswith("key:")


def test_the_content_key_is_stable() -> None:
    """Case, white space, compatibility forms and the zone a time is written in do not change it."""
    other = review(
        text="cold  SOUP,\n rude waiter.",
        published_at=NOW.astimezone(timezone(timedelta(hours=9))),
        rating=Rating(5, 1, 5),
    )
    assert content_key(review()) == content_key(other)
    assert content_key(review(author="ﬁnn")) == content_key(review(author="Finn"))
    assert content_key(review()).startswith("key:")


@pytest.mark.parametrize("more", [{"text": "Cold soup."}, {"author": "Ben"}, {"published_at": NOW - timedelta(days=1)}])
def test_another_guest_time_or_text_is_another_review(more: dict[str, object]) -> None:
    """Those three tell reviews apart."""
    assert content_key(review()) != content_key(review(**more))


def test_ratings_without_words_are_told_apart_by_their_order() -> None:
    """Three alike stay three, and the same file again gives the same three."""
    alike = [review(text="") for _ in range(3)]
    first = ids(*alike)
    assert len(set(first)) == 3
    assert ids(*alike) == first
    assert first[1:] == [f"{first[0]}#2", f"{first[0]}#3"]


def test_copies_share_a_twin_key() -> None:
    """The same guest and words; a nameless guest or a few words prove nothing."""
    assert twin_key(author="Anna", body="Cold soup, rude waiter.") == twin_key(
        author="ANNA ", body="cold soup,  rude waiter."
    )
    assert twin_key(author="", body="Cold soup, rude waiter.") is None
    assert twin_key(author="Anna", body="Cold soup") is None
    assert twin_key(author="Anna", body="Cold soup, rude waiter.") != twin_key(
        author="Ben", body="Cold soup, rude waiter."
    )


@given(st.text(st.characters(exclude_categories=())))
def test_clean_text_can_be_stored(text: str) -> None:
    """It encodes to UTF-8, holds no NUL, and what was clean stays as it was."""
    result = clean(text)
    assert "\x00" not in result.encode().decode()
    assert clean(result) == result
    if "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text):
        assert result == text


def test_hostile_text_becomes_storable() -> None:
    """NUL and lone surrogates in every field, in a fraction of a second for 10 MB."""
    bad = "a\x00\ud83d\udfff"
    (one,) = normalise(
        [review(text=bad, title=bad, author=bad, url=bad, details={bad: bad}, external_id=bad, platform=bad)],
        platform="x",
        low_at_most=None,
    )
    for text in (
        one.text,
        one.title,
        one.author,
        one.url,
        one.external_id,
        one.platform,
        *one.details,
        *one.details.values(),
    ):
        assert text == "a\ufffd\ufffd\ufffd"
    started = time.process_time()
    (long,) = normalise([review(text="\u202e\U0001f600\x00 " * 2_500_000)], platform="x", low_at_most=None)
    assert len(long.text) == MAX_TEXT
    assert long.text.endswith("…")
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "more",
    [
        {"rating": Rating(2, 1, 5)},
        {"title": "x"},
        {"text": "x"},
        {"author": "x"},
        {"url": "x"},
        {"details": {"a": "b"}},
    ],
)
def test_the_content_hash_sees_every_change(more: dict[str, object]) -> None:
    """Whatever is stored; the same again is the same."""

    def hash_of(**changed: object) -> str:
        return normalise([review(**changed)], platform="x", low_at_most=None)[0].content_hash

    assert hash_of() == hash_of()
    assert hash_of(**more) != hash_of()


def test_a_review_has_a_time_zone() -> None:
    """A local time would count at the wrong moment."""
    with pytest.raises(ValueError, match="published_at"):
        review(published_at=NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="edited_at"):
        review(edited_at=NOW.replace(tzinfo=None))
