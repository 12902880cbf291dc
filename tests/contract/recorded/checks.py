"""What is true of every source, whatever its platform: shared by the tests of tests/contract/test_sources.py."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Any

from bot.errors import SourceRefusedError, SourceUnreachableError
from bot.model.ingest.poll import Parsed, Poll
from bot.model.review import ParsedReview, content_key
from bot.settings import SourceSettings
from bot.sources.contract.source import Source
from bot.sources.contract.values import time_of
from tests.contract.http_fake import Seen
from tests.contract.recorded.case import Case, Running, Step
from tests.contract.recorded.hostile import (
    NO_NEXT_PAGE,
    in_the_future,
    leaves,
    page_of,
    with_hostile_reviews,
    with_value,
)
from tests.contract.recorded.outcome import parsed_of, plain
from tests.contract.recorded.platform import asked

_REFUSALS = (SourceUnreachableError, SourceRefusedError)
_LONGEST_S = 60
_MOST_REQUESTS = 2000


def ids_of(parsed: Iterable[Parsed]) -> set[str]:
    """The ids of all reviews."""
    return {review.external_id or content_key(review) for each in parsed for review in each.reviews}


def check_review(review: ParsedReview) -> None:
    """It can be stored and shown."""
    assert review.published_at.tzinfo is UTC
    assert review.edited_at is None or review.edited_at > review.published_at
    for text in (review.text, review.title, review.author, review.url, *review.details.values()):
        assert "\x00" not in text.encode().decode()
    assert review.url == "" or review.url.startswith(("http://", "https://"))


def missing_in(case: Case) -> list[str]:
    """What a case of a platform has to say and does not."""
    if not case.asks_over_http:
        return []
    with_then = [step for step in case.steps if step.number]
    found = []
    if not with_then:
        found.append("[[then]]: what the platform answers later, with an edit, a new and a removed review")
    elif not case.steps[-1].gone and not case.notes.get("never_gone"):
        found.append("gone = [...] in a [[then]]: a review that was removed; or never_gone = true")
    return [f"{case}: {what}, see tests/contract/recording.py" for what in found]


async def check_hostile_reviews(running: Running, step: Step) -> None:
    """Broken reviews cost nobody else anything, and never the poll."""
    fake, ids = running.fake, _all_ids(running.case)
    for file in _pages(running, step):
        body = fake.body(file)
        fake.bodies[file], places = with_hostile_reviews(body, ids)
        error = await _error_of_reading(running, step)
        if error is not None:
            for place in places:
                fake.bodies[file], _ = with_hostile_reviews(body, ids, only=place)
                if await _error_of_reading(running, step) is not None:
                    error.add_note(f"{running.case}: with hostile values at {'.'.join(place)} of the reviews in {file}")
            raise error
        fake.bodies.clear()


async def check_hostile_paging(running: Running, step: Step) -> None:
    """What cannot be the next page neither ends the list silently nor keeps the source busy for ever."""
    fake, file = running.fake, _pages(running, step)[0]
    page, name = _page(fake.body(file))
    whole = {one["external_id"] for one in running.case.expected["reviews"]}
    for path, before in leaves({key: value for key, value in page.items() if key != name}):
        for value in NO_NEXT_PAGE:
            if isinstance(before, dict) or value == before:
                continue
            fake.bodies[file] = json.dumps(with_value(page, path, value)).encode()
            try:
                source = running.source()
                async with asyncio.timeout(_LONGEST_S):
                    poll = await running.poll(source, {}, step.at)
            except _REFUSALS:
                continue
            finally:
                fake.bodies.clear()
            given = ids_of(parsed_of(source, poll.items))
            assert not poll.is_complete or given >= whole, (
                f"{'.'.join(path)} = {value!r} ended the list silently: {sorted(whole - given)} were left out "
                "of a poll that says it is complete"
            )


async def check_endless_list(running: Running, step: Step) -> None:
    """A list in which each page leads to another one is given up, and told."""
    fake, file = running.fake, _pages(running, step)[0]
    await running.poll(running.source(), {}, step.at)
    page, name = _page(fake.body(file))
    asked = running.requests(running.case.faults_on)
    links = [
        (path, key)
        for path, value in leaves({one: value for one, value in page.items() if one != name})
        for seen in asked[1:]
        for key, given in seen.query.items()
        if not isinstance(value, dict) and str(value) == given
    ]
    assert links, "the first page does not lead to the second: record two pages, or say one_page = true in case.toml"
    (path, key), answer_to = links[0], fake.entry

    def entry(seen: Seen) -> Any:
        at = seen.query.get(key, "")
        found = answer_to(seen) or (answer_to(asked[0]) if seen.path == asked[0].path else None)
        if found is not None and seen.path == asked[0].path:
            following = int(at) + 1 if at.isdigit() else f"token-{len(fake.seen)}"
            fake.bodies[found["file"]] = json.dumps(with_value(page, path, following)).encode()
        return found

    fake.entry = entry  # type: ignore[method-assign]
    before = len(fake.seen)
    try:
        async with asyncio.timeout(_LONGEST_S):
            poll = await running.source().poll({}, step.at)
    except _REFUSALS:
        return
    finally:
        fake.entry = answer_to  # type: ignore[method-assign]
        fake.bodies.clear()
    assert len(fake.seen) - before <= _MOST_REQUESTS
    assert not poll.is_complete
    assert poll.problems, "nobody is told that reviews were left out"


async def check_future(running: Running) -> None:
    """A platform whose clock is wrong once does not hide what comes after."""
    fake, (first, then, *_) = running.fake, running.case.steps
    fake.bodies = {one["file"]: in_the_future(fake.body(one["file"])) for one in first.http}
    source = running.source()
    poll = await running.poll(source, {}, first.at)
    source.parse(poll.items[0])
    fake.bodies = {}
    fake.is_loose = True
    running.enter(then)
    later = await running.poll(source, json.loads(json.dumps(dict(poll.state))), then.at)
    given = [plain(review) for each in parsed_of(source, later.items) for review in each.reviews]
    assert [one for one in running.case.expected["then"][0]["reviews"] if one not in given] == []
    for seen in running.requests():
        times = [moment for value in seen.query.values() if (moment := time_of(value)) is not None]
        assert all(moment <= then.at for moment in times), f"{seen.query} asks for changes from the future on"


async def check_other_place(first: Running, other: Running, step: Step) -> None:
    """With another account or another address of the API a source begins anew, whatever its state says."""
    source = first.source()
    poll = await first.poll(source, {}, step.at)
    other.move()
    source = other.source()
    again = await other.poll(source, json.loads(json.dumps(dict(poll.state))), step.at + timedelta(minutes=15))
    assert [asked(other.fake.recorded(seen)) for seen in other.requests()] == other.case.expected["requests"]
    assert again.is_complete == poll.is_complete


async def check_no_news(running: Running) -> None:
    """Once more after the last poll, nothing has changed: what is given again is as it was."""
    known: dict[str, Any] = {}
    last: tuple[Step, Poll] | None = None
    async for step, source, poll in running.play():
        known |= _by_id(source, poll)
        last = step, poll
    assert last is not None
    step, poll = last
    if running.platform is not None:
        running.platform.is_loose = True
    source = running.source()
    again = await running.poll(source, json.loads(json.dumps(dict(poll.state))), step.at + timedelta(minutes=15))
    assert known
    assert {name: review for name, review in _by_id(source, again).items() if known.get(name) != review} == {}
    assert again.problems == ()


async def _error_of_reading(running: Running, step: Step) -> Exception | None:
    """What goes wrong when all reviews of a list are to be read though there are broken ones among them."""
    source = running.source()
    try:
        async with asyncio.timeout(_LONGEST_S):
            poll = await running.poll(source, {}, step.at)
        parsed = parsed_of(source, poll.items)
        for each in parsed:
            for review in each.reviews:
                check_review(review)
        given = [plain(review) for each in parsed for review in each.reviews]
        lost = [one for one in running.case.expected["reviews"] if one not in given]
        assert lost == [], "a broken review took these with it"
    except Exception as error:  # noqa: BLE001 -- whatever a source raises here is the finding
        return error
    return None


def _by_id(source: Source, poll: Poll) -> dict[str, Any]:
    reviews = [review for each in parsed_of(source, poll.items) for review in each.reviews]
    return {review.external_id or content_key(review): plain(review) for review in reviews}


def _all_ids(case: Case) -> set[str]:
    polls = [case.expected, *case.expected.get("then", ())]
    return {one["external_id"] for poll in polls for one in poll["reviews"] if "external_id" in one}


def _pages(running: Running, step: Step) -> list[str]:
    """The files of a step that are pages of reviews, in the order of the case."""
    files = dict.fromkeys(one["file"] for one in step.http)
    return [file for file in files if page_of(running.fake.body(file)) is not None]


def _page(body: bytes) -> tuple[dict[str, Any], str]:
    found = page_of(body)
    assert found is not None
    return found


async def states_and_pages(running: Running) -> list[tuple[Any, Step, int]]:
    """Where a fault can strike: on the first and on the second page of the first and of the second poll.

    Each is the state that the poll begins with, its step, and how many requests come before.
    """
    case = running.case
    found: list[tuple[Any, Step, int]] = []
    state: Any = {}
    async for step, _, poll in running.play():
        if step.number > 1:
            break
        count = len(running.requests(case.faults_on))
        assert count > 1 or case.notes.get("one_page") or step.number, (
            f"{case} shows one page only: record a second one, or say one_page = true in case.toml"
        )
        found += [(state, step, page) for page in range(min(count, 2))]
        state = dict(poll.state)
    return found


def check_says_what_to_do(running: Running, text: str) -> None:
    """An error that only the owner can mend names a key of this source's settings, or a command."""
    shared = SourceSettings.model_fields.keys()
    keys = [name for name in type(running.settings).model_fields if name not in shared]
    assert "`reviewbot " in text or any(name in text for name in keys), f"{text!r} does not say what to do"


async def polled(running: Running, state: Any, step: Step, fault: str) -> None:
    """Poll in spite of a fault, which has to raise."""
    poll = await running.source().poll(state, step.at)
    raise AssertionError(f"{fault} was swallowed; the poll gave {len(poll.items)} items")
