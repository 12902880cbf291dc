"""Every source type keeps the contract, on recorded cases."""

from __future__ import annotations

import json
from datetime import UTC

import pytest

from bot.model.review import content_key
from bot.sources.registry import SETTINGS, TYPES

from .recording import NOW, Case, cases, outcome

each_case = pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.type}-{case.folder.name}")


OWN_SUITES = {"google", "mailbox"}  # a source that talks to a server brings a recorded server and its own suite


def test_every_type_has_a_case() -> None:
    """A source type without a recorded case is not finished."""
    assert {case.type for case in cases()} | (OWN_SUITES & set(TYPES)) == set(TYPES) == set(SETTINGS)


@each_case
async def test_gives_what_was_recorded(case: Case) -> None:
    """Polling and parsing gives exactly the recorded reviews and problems."""
    source = case.source()
    poll = await source.poll({}, NOW)
    assert outcome(source, poll.items) == case.expected
    assert case.expected["reviews"]


@each_case
async def test_state_is_json_and_a_second_poll_gives_nothing(case: Case) -> None:
    """What was given once is not given again after its state went through JSON."""
    source = case.source()
    first = await source.poll({}, NOW)
    await source.confirm(first.state)
    second = await case.source().poll(json.loads(json.dumps(first.state)), NOW)
    assert first.items
    assert second.items == ()
    assert second.problems == ()


@each_case
async def test_keys_are_stable_and_differ(case: Case) -> None:
    """The same content has the same key each time, other content another."""
    first = await case.source().poll({}, NOW)
    again = await case.source().poll({}, NOW)
    keys = [item.key for item in first.items]
    assert keys == [item.key for item in again.items]
    assert len(set(keys)) == len(keys)


@each_case
async def test_parse_is_pure_and_its_reviews_can_be_stored(case: Case) -> None:
    """Parsing twice gives the same; every text can be stored, every time is UTC, every identity differs."""
    source = case.source()
    poll = await source.poll({}, NOW)
    for item in poll.items:
        parsed = source.parse(item)
        assert parsed == case.source().parse(item)
        for review in parsed.reviews:
            assert review.published_at.tzinfo is UTC
            assert review.edited_at is None or review.edited_at > review.published_at
            for text in (review.text, review.title, review.author, review.url, *review.details.values()):
                assert "\x00" not in text.encode().decode()
            assert review.url == "" or review.url.startswith(("http://", "https://"))
        identities = [review.external_id or content_key(review) for review in parsed.reviews]
        assert len(set(identities)) == len(identities)
