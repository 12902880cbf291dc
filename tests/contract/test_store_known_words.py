"""One review in two exports of one history is stored once, whatever one of them lacks, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.stages.ingest import identity
from bot.store.db.engine import Store
from tests.store_cases import DAY, HOUR, NOW, Shop, parsed, ready, rows_of, save

ZONE = ZoneInfo("Europe/Berlin")
END_OF_DAY = NOW.replace(hour=22, minute=59, second=59)
FULL: dict[str, Any] = {"at": NOW, "author": "Anna"}


async def twice(store: Store, shop: Shop, first: Any, second: Any, *, platform: str = "google") -> tuple[int, int, int]:
    """How many rows there are after both, and of the second how many are changed and known."""
    await save(store, shop, ready(first))
    async with store.write() as connection:
        found = await identity.identify(connection, shop.location_id, ready(second, platform=platform), zone=ZONE)
    saved = await save(store, shop, found)
    return len(await rows_of(store, "reviews")), saved.changed, saved.known


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (parsed("ab1", 1, **FULL), parsed(None, 1, **FULL)),
        (parsed(None, 1, **FULL), parsed("ab1", 1, **FULL)),
        (parsed(None, 1, **FULL), parsed(None, 1, **{**FULL, "at": END_OF_DAY, "is_date_only": True})),
        (parsed(None, 1, **FULL), parsed(None, 1, at=NOW)),
    ],
    ids=["without ids", "with ids at last", "days only", "without guests"],
)
async def test_another_export_brings_nothing_new(store: Store, shop: Shop, first: Any, second: Any) -> None:
    """What it lacks is not taken from the review either."""
    assert await twice(store, shop, first, second) == (1, 0, 1)
    (row,) = await rows_of(store, "reviews")
    assert (row["author"], row["published_at"]) == ("Anna", NOW)


async def test_setups_file_of_no_platform_is_the_folders(store: Store, shop: Shop) -> None:
    """Setup does not know where the guests wrote; the folder does."""
    unnamed = f"{identity.UNNAMED}import"
    first, second = parsed("ab1", 1, **FULL), parsed(None, 1, **FULL)
    assert await twice(store, shop, first, second, platform=unnamed) == (1, 0, 1)


@pytest.mark.parametrize(
    "other",
    [
        parsed(None, 1, **{**FULL, "author": "Ben"}),
        parsed(None, 1, **{**FULL, "at": NOW - DAY}),
        parsed(None, 1, **{**FULL, "at": NOW - HOUR}),
        parsed(None, 1, **{**FULL, "text": "The soup was warm and somebody came."}),
        parsed("ab2", 1, **FULL),
    ],
    ids=["another guest", "another day", "another time", "other words", "another id"],
)
async def test_what_differs_is_another_review(store: Store, shop: Shop, other: Any) -> None:
    """Nothing that both know may differ."""
    assert (await twice(store, shop, parsed("ab1", 1, **FULL), other))[0] == 2


async def test_few_words_without_a_guest_are_no_sign(store: Store, shop: Shop) -> None:
    """ "Super" is what two guests of one day write."""
    first = parsed("ab1", 5, text="Super", at=NOW)
    assert (await twice(store, shop, first, parsed(None, 5, text="Super", at=NOW + timedelta(seconds=1))))[0] == 2


async def test_a_rating_that_differs_is_an_edit(store: Store, shop: Shop) -> None:
    """The row stays one, with the new stars."""
    first = parsed("ab1", 5, **FULL)
    assert await twice(store, shop, first, replace(parsed(None, 1, **FULL))) == (1, 1, 0)
