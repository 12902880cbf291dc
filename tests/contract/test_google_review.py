"""How Google's reviews are read, without a network."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UnreadableFileError
from bot.model.review import OwnerReply, Rating
from bot.sources.contract.source import Parsed, RawItem, SourceContext
from bot.sources.google.review import read_time
from bot.sources.google.source import Google, GoogleSettings
from bot.sources.tables.values.translation import split_translation

RECORDED = [Path(__file__).parent / f"cases/google/plain/files/page-{number}.json" for number in (1, 2)]
PLAIN = {
    "reviewId": "r1",
    "starRating": "TWO",
    "createTime": "2026-11-20T18:00:00Z",
    "updateTime": "2026-11-20T18:00:00Z",
}


def source() -> Google:
    settings = GoogleSettings.model_validate(
        {
            "id": "g",
            "account": 1,
            "location": "2",
            "client_id": "c",
            "client_secret": "s",
            "refresh_token": "t",
        }
    )
    return Google(settings, SourceContext(zone=ZoneInfo("Europe/Berlin"), http=httpx.AsyncClient(trust_env=False)))


def parse(*reviews: Any) -> Parsed:
    return source().parse(RawItem(key="k", name="page", body=json.dumps({"reviews": reviews}).encode()))


def test_a_recorded_page_is_read() -> None:
    """Stars, words, times, replies, anonymous guests and odd characters of a page come out as they are meant."""
    pages = [source().parse(RawItem(key="k", name="page", body=page.read_bytes())) for page in RECORDED]
    first, second, third, _ = (review for page in pages for review in page.reviews)
    assert [page.problems for page in pages] == [(), ()]
    assert first.external_id == "AbFvOqk1"
    assert first.rating == Rating(1, 1, 5)
    assert (first.author, first.text) == ("Jürgen M.", "Die Suppe war kalt.")
    assert first.details == {"translation": "The soup was cold."}
    assert first.published_at == datetime(2026, 11, 20, 18, 2, 11, 123456, tzinfo=UTC)
    assert first.edited_at == datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    assert first.reply == OwnerReply("Das tut uns leid.", datetime(2026, 11, 21, 10, 0, 0, 500000, tzinfo=UTC))
    assert second.external_id == "AbFvOqk2"
    assert (second.rating, second.author, second.text) == (None, "", "")
    assert (second.edited_at, second.reply) == (None, OwnerReply(""))
    assert third.author == "Zoë \ufffd"
    details = {
        "translation": "Tolle Pasta!",
        "reply_url": "https://business.google.com/n/202/reviews/AbFvOqk3/reply",
        "media": "1",
        "reply_refused": "ADVERTISING",
    }
    assert (third.text, dict(third.details)) == ("Great pasta!", details)
    assert third.published_at == datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.mark.parametrize("body", [b"{}", b'{"reviews": []}', b'{"averageRating": 0}'])
def test_no_reviews_is_an_empty_page(body: bytes) -> None:
    """A listing without reviews has no `reviews` key; that is no error."""
    assert source().parse(RawItem(key="k", name="page", body=body)) == Parsed(reviews=())


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"reviews": {}}', b"[" * 100_000, b"\xff\xfe\x00"])
def test_something_else_is_not_a_page(body: bytes) -> None:
    """What is no page of reviews is refused as a whole."""
    with pytest.raises(UnreadableFileError, match="not a list of reviews"):
        source().parse(RawItem(key="k", name="page", body=body))


def test_unknown_stars_are_no_rating_and_are_reported() -> None:
    """A new way to write stars must neither count as low nor go unnoticed."""
    parsed = parse(PLAIN | {"starRating": "SIX"}, PLAIN | {"starRating": 1, "reviewId": "r2"})
    assert [review.rating for review in parsed.reviews] == [None, None]
    assert [problem.line for problem in parsed.problems] == [1, 2]
    assert "SIX" in parsed.problems[0].reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"reviewId": None}, "no id"),
        ({"createTime": None, "updateTime": None}, "neither createTime nor updateTime"),
        ({"updateTime": "yesterday"}, "updateTime is “yesterday”"),
        ({"updateTime": "9999-12-31T23:59:59-01:00"}, "a time with its zone was expected"),
        ({"comment": 5}, "comment is not a text"),
    ],
)
def test_a_broken_review_is_reported_and_the_others_are_read(change: dict[str, Any], reason: str) -> None:
    """One review that cannot be read does not take the page with it."""
    parsed = parse(PLAIN | change, "text", PLAIN | {"reviewId": "fine"})
    assert [review.external_id for review in parsed.reviews] == ["fine"]
    assert [problem.line for problem in parsed.problems] == [1, 2]
    assert reason in parsed.problems[0].reason


def test_a_review_twice_on_a_page_comes_once_in_its_latest_version() -> None:
    """A page that shows a review twice gives the later one, wherever it stands."""
    later = PLAIN | {"starRating": "ONE", "updateTime": "2026-11-22T00:00:00Z"}
    for order in ((PLAIN, later), (later, PLAIN)):
        (review,) = parse(*order).reviews
        assert review.rating == Rating(1, 1, 5)


@pytest.mark.parametrize(("update", "is_edit"), [("18:00:00.999Z", False), ("18:00:01Z", False), ("18:00:01.1Z", True)])
def test_an_edit_is_more_than_a_second_later(update: str, is_edit: bool) -> None:
    """Google's two times differ a little for a new review; that is no edit."""
    (review,) = parse(PLAIN | {"updateTime": f"2026-11-20T{update}"}).reviews
    assert (review.edited_at is not None) == is_edit


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)), st.integers(0, 9))  # noqa: DTZ001
def test_times_are_read_with_any_number_of_fraction_digits(moment: datetime, digits: int) -> None:
    """A time comes back to the microsecond, cut to the digits that were written."""
    fraction = f"{moment.microsecond:06}987"[:digits]
    text = f"{moment.replace(microsecond=0).isoformat()}{'.' if digits else ''}{fraction}Z"
    written = moment.replace(microsecond=int(f"{fraction[:6]:0<6}"), tzinfo=UTC)
    assert read_time(text) == written


@given(st.text(), st.text())
def test_translations_never_swallow_other_comments(first: str, second: str) -> None:
    """A comment without Google's mark at the start of a line stays whole."""
    comment = f"{first} (not Google) {second}"
    assert split_translation(comment) == (comment.strip(), "")


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("(Translated by Google) Good\n\n(Original)\nGut", ("Gut", "Good")),
        ("(Übersetzt von Google) Gut\n\n(Original)\nGood", ("Good", "Gut")),
        ("Gut\n\n(Translated by Google)\nGood", ("Gut", "Good")),
        ("(Translated by Google) Good", ("Good", "")),
        ("(Translated by Google) Good\n\n(Original)\n", ("Good", "")),
        ("It said (Translated by Google) there", ("It said (Translated by Google) there", "")),
    ],
)
def test_the_guests_own_words_are_told_from_the_translation(comment: str, expected: tuple[str, str]) -> None:
    """Google puts words and translation into one text, in both orders."""
    assert split_translation(comment) == expected


def test_a_hostile_comment_is_read_in_no_time() -> None:
    """A text made of marks and line ends does not slow the reading down out of proportion."""
    start = datetime.now(UTC)
    for text in ("\n" * 200_000 + "(Original)", "(Translated by Google)" + "\n (Original" * 20_000):
        split_translation(text)
    assert datetime.now(UTC) - start < timedelta(seconds=2)
