"""The Google source against a strict server on loopback: what is delivered, and when a sweep is complete."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from enum import StrEnum

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import SourceDownReason, SourceUnreachableError
from bot.sources.contract.changes import SWEEP_EVERY
from bot.sources.google.pages import MOST_PAGES
from tests.contract.google_server import GoogleFault, GoogleServer
from tests.contract.google_shelf import NOW, Shelf, make, stars_of

pytestmark = pytest.mark.server


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with GoogleServer(page_cap=3) as server:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


async def test_the_first_poll_reads_everything(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """Every page is followed to the end, oldest first, and the sweep is complete."""
    for stars in (1, 2, 3, 4, 5, 5, 4):
        google.add_review(stars=stars)
    shelf = Shelf(make(google, http))
    poll = await shelf.poll()
    assert poll.is_complete
    assert shelf.stars() == stars_of(google)
    assert [len(shelf.source.parse(item).reviews) for item in poll.items] == [1, 3, 3]
    assert json.loads(poll.items[-1].body)["reviews"] == google.reviews()[:3]
    assert {seen.query["pageSize"] for seen in google.requests()} == {"50"}
    assert {seen.query["orderBy"] for seen in google.requests()} == {"updateTime desc"}


async def test_an_empty_listing_is_a_complete_sweep(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """No reviews yet is an answer, and what comes later is found."""
    shelf = Shelf(make(google, http))
    assert (await shelf.poll()).is_complete
    google.add_review(stars=1)
    await shelf.poll()
    assert shelf.stars() == stars_of(google)


async def test_later_polls_stop_at_what_is_known(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """A poll reads only as far as the first page that is older than the newest known change and the overlap."""
    for day in range(12):
        google.add_review(at=NOW - timedelta(days=40 - day))
    shelf = Shelf(make(google, http))
    await shelf.poll()
    google.seen.clear()
    new = google.add_review(stars=1, at=NOW)
    poll = await shelf.poll(NOW + timedelta(minutes=15))
    assert not poll.is_complete
    assert shelf.stars()[new] == 1
    # Two pages reach further back than the overlap; the first is then looked at again.
    assert len(google.requests()) == 3


async def test_a_quiet_poll_gives_nothing_new(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """The same reviews have the same keys, so that nothing is stored twice; one request is enough."""
    google.add_review(at=NOW - timedelta(days=30))
    google.add_review(at=NOW - timedelta(days=20))
    shelf = Shelf(make(google, http))
    await shelf.poll()
    keys = set(shelf.keys)
    google.seen.clear()
    await shelf.poll(NOW + timedelta(minutes=15))
    assert shelf.keys == keys
    assert len(google.requests()) == 1


async def test_an_edit_is_delivered_also_when_it_goes_back(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """5 to 1 and back to 5 gives three versions, since the time of the change is part of the key."""
    review = google.add_review(stars=5)
    shelf = Shelf(make(google, http))
    seen = []
    for stars in (5, 1, 5):
        google.edit_review(review, stars=stars)
        await shelf.poll()
        seen.append(shelf.stars()[review])
    assert seen == [5, 1, 5]
    assert len(shelf.keys) == 3
    assert shelf.reviews[review].edited_at is not None


async def test_a_late_shown_review_is_found_within_the_overlap(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """Google shows some reviews only after a check, below newer ones that are known already."""
    for hour in range(8):
        google.add_review(at=NOW - timedelta(hours=hour))
    shelf = Shelf(make(google, http))
    await shelf.poll()
    late = google.add_review(stars=1, at=NOW - timedelta(hours=47))
    await shelf.poll(NOW + timedelta(minutes=15))
    assert shelf.stars()[late] == 1


async def test_the_whole_list_is_read_once_a_week(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """A vanished review is missing from the next complete sweep, and is there again when it came back."""
    old = google.add_review(at=NOW - timedelta(days=90))
    for day in range(6):
        google.add_review(at=NOW - timedelta(days=30 - day))
    shelf = Shelf(make(google, http))
    await shelf.poll()
    google.remove_review(old)
    polls = {at: await shelf.poll(NOW + at) for at in (timedelta(days=1), SWEEP_EVERY, SWEEP_EVERY * 1.5)}
    assert [poll.is_complete for poll in polls.values()] == [False, True, False]
    sweep = polls[SWEEP_EVERY]
    assert old not in {r.external_id for item in sweep.items for r in shelf.source.parse(item).reviews}
    google.restore_review(old)
    back = await shelf.poll(NOW + SWEEP_EVERY * 2)
    assert back.is_complete
    assert old in {r.external_id for item in back.items for r in shelf.source.parse(item).reviews}


async def test_a_clock_that_was_wrong_does_not_put_the_sweep_off(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """A sweep that is due further away than a week is due now."""
    google.add_review()
    shelf = Shelf(make(google, http))
    await shelf.poll(NOW + timedelta(days=4000))
    assert (await shelf.poll(NOW)).is_complete


async def test_a_review_from_the_future_hides_nothing(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """A time that lies ahead does not become the mark that later reviews are compared with."""
    google.add_review(at=NOW + timedelta(days=400))
    shelf = Shelf(make(google, http))
    await shelf.poll()
    for hour in range(7):
        google.add_review(stars=1, at=NOW + timedelta(hours=hour))
    await shelf.poll(NOW + timedelta(hours=8))
    assert shelf.stars() == stars_of(google)


async def test_another_listing_starts_from_the_beginning(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """Notes about one listing do not hide the older reviews of another."""
    for day in range(8):
        google.add_review(at=NOW - timedelta(days=60 - day))
    shelf = Shelf(make(google, http))
    shelf.state = {
        "place": "accounts/9/locations/9",
        "newest": NOW.isoformat(),
        "sweep_due": (NOW + timedelta(days=1)).isoformat(),
        "count": 100,
    }
    assert (await shelf.poll()).is_complete
    assert shelf.stars() == stars_of(google)


@pytest.mark.parametrize("change", ["add", "edit", "remove the newest", "remove in the middle"])
async def test_a_list_that_changes_while_it_is_read(google: GoogleServer, http: httpx.AsyncClient, change: str) -> None:
    """A review that moves the pages under our feet neither hides another one nor stays hidden itself."""
    names = [google.add_review(stars=3) for _ in range(9)]

    def disturb(page: int) -> None:
        if page != 1:
            return
        google.on_page = lambda number: None
        if change == "add":
            google.add_review(stars=1)
        elif change == "edit":
            google.edit_review(names[0], stars=1)
        else:
            google.remove_review(names[-1] if change == "remove the newest" else names[4])

    google.on_page = disturb
    shelf = Shelf(make(google, http))
    poll = await shelf.poll()
    assert poll.is_complete
    assert stars_of(google).items() <= shelf.stars().items()
    assert shelf.stars().keys() <= stars_of(google).keys() | set(names)


async def test_a_list_that_never_rests_is_not_a_complete_sweep(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """What was seen is delivered, nothing counts as missing, and the next poll reads everything again."""
    for _ in range(7):
        google.add_review(stars=3)
    google.on_page = lambda number: google.edit_review(google.reviews()[-1]["reviewId"], stars=2)
    shelf = Shelf(make(google, http))
    assert not (await shelf.poll()).is_complete
    google.on_page = lambda number: None
    assert (await shelf.poll()).is_complete
    assert shelf.stars() == stars_of(google)


@pytest.mark.parametrize(("fault", "requests"), [(GoogleFault.SAME_TOKEN, 3), (GoogleFault.NEW_TOKENS, MOST_PAGES + 1)])
async def test_a_list_without_an_end_is_given_up(
    google: GoogleServer, http: httpx.AsyncClient, fault: StrEnum, requests: int
) -> None:
    """What was read counts, the owner is told, and the list is not read to the end again before the next day."""
    google.add_review(stars=1)
    shelf = Shelf(make(google, http))
    google.fail(fault)
    poll = await shelf.poll()
    assert not poll.is_complete
    assert shelf.stars() == stars_of(google)
    assert "does not end" in poll.problems[0].reason
    assert len(google.requests()) == requests
    google.heal()
    assert not (await shelf.poll(NOW + timedelta(hours=23))).is_complete
    assert (await shelf.poll(NOW + timedelta(hours=25))).is_complete


async def test_all_reviews_gone_at_once_is_not_believed(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """An empty list where there were several is a blind source, not a removal."""
    for _ in range(5):
        google.add_review()
    shelf = Shelf(make(google, http))
    await shelf.poll()
    google.fail(GoogleFault.NOTHING)
    with pytest.raises(SourceUnreachableError, match="no reviews at all") as caught:
        await shelf.poll(NOW + SWEEP_EVERY)
    assert caught.value.reason is SourceDownReason.EMPTY
    google.heal()
    assert (await shelf.poll(NOW + SWEEP_EVERY)).is_complete


async def test_new_addresses_of_photos_are_not_news(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """Google's picture addresses change by themselves; the stored pages do not grow by that."""
    review = google.add_review()
    shelf = Shelf(make(google, http))
    await shelf.poll()
    google.change_raw(review, reviewer={"displayName": "Ada Guest", "profilePhotoUrl": "https://elsewhere/"})
    await shelf.poll()
    assert len(shelf.keys) == 1


async def test_an_owner_reply_is_delivered(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """An answer of the business makes a new version of a review whose own time does not change."""
    review = google.add_review(stars=1)
    shelf = Shelf(make(google, http))
    await shelf.poll()
    google.reply(review, "We are sorry.")
    await shelf.poll()
    reply = shelf.reviews[review].reply
    assert reply is not None
    assert reply.text == "We are sorry."


CHANGES = st.lists(
    st.lists(st.tuples(st.booleans(), st.integers(0, 30), st.integers(1, 5), st.integers(0, 80)), max_size=6),
    min_size=1,
    max_size=5,
)


@settings(max_examples=25, deadline=None)
@given(rounds=CHANGES)
def test_any_changes_between_polls_end_with_the_latest_versions(rounds: list[list[tuple[bool, int, int, int]]]) -> None:
    """Whatever guests write and change between polls, every review is delivered in its latest version."""

    async def run() -> None:
        now, names = NOW, list[str]()
        with GoogleServer(page_cap=2) as google:
            async with httpx.AsyncClient(trust_env=False, verify=False) as http:
                shelf = Shelf(make(google, http))
                for changes in rounds:
                    for is_new, which, stars, hours in changes:
                        now += timedelta(hours=hours, seconds=1)
                        if is_new or not names:
                            names.append(google.add_review(stars=stars, at=now))
                        else:
                            google.edit_review(names[which % len(names)], stars=stars, at=now)
                    now += timedelta(minutes=15)
                    await shelf.poll(now)
                    assert shelf.stars() == stars_of(google)

    asyncio.run(run())
