"""Notifications that full reviews complete, on both databases."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.model.ingest import stub
from bot.store.db.engine import Store
from bot.store.db.schema import incident_reviews
from bot.store.incidents import incidents
from tests.store_cases import DAY, HOUR, NOW, Shop, parsed, ready, rows_of, save

LONG = (
    "We had booked for seven, got our table at half past eight, and the soup was cold when it came. Never again here."
)
SHORT = LONG[: LONG.rfind(" ", 0, 98)] + "..."


def notice(number: int, rating: int | None = 1, **fields: Any) -> Any:
    """A review as a mail tells of it."""
    details = {stub.VIA: "mail", stub.EXCERPT: "100", stub.MESSAGE_ID: f"m{number}"} | fields.pop("details", {})
    return parsed(f"mail:m{number}:1", rating, **{"text": SHORT, "author": "Ajay", "details": details, **fields})


async def test_full_review_completes_the_notice(store: Store, shop: Shop) -> None:
    """It is the same row with the same place in its incident; words, id and exact time are the full ones."""
    await save(store, shop, ready(notice(1, at=NOW)))
    (before,) = await rows_of(store, "reviews")
    async with store.write() as connection:
        incident = await incidents.open_one(
            connection,
            location_id=shop.location_id,
            review_ids=[before["review_id"]],
            count=1,
            usual_per_day=None,
            now=NOW,
        )
    saved = await save(store, shop, ready(parsed("g1", 1, text=LONG, author="Ajay Rajan", at=NOW - HOUR)))
    assert (saved.new, saved.changed, saved.low) == (0, 1, 0)
    (after,) = await rows_of(store, "reviews")
    assert (after["review_id"], after["external_id"], after["text"], after["author"]) == (
        before["review_id"],
        "g1",
        LONG,
        "Ajay Rajan",
    )
    assert (after["published_at"], after["low_at"], after["is_fresh"]) == (
        NOW - HOUR,
        before["low_at"],
        before["is_fresh"],
    )
    assert after["details"]["stub_via"] == "mail"
    async with store.read() as connection:
        member = (await connection.execute(sa.select(incident_reviews))).one()
    assert (member.incident_id, member.low_at) == (incident.incident_id, after["low_at"])


async def test_notice_of_a_known_review(store: Store, shop: Shop) -> None:
    """A mail that comes after the export adds nothing and takes nothing away."""
    await save(store, shop, ready(parsed("g1", 1, text=LONG, author="Ajay Rajan")))
    before = await rows_of(store, "reviews")
    saved = await save(store, shop, ready(notice(1, at=NOW + 2 * HOUR)))
    assert (saved.new, saved.changed, saved.known) == (0, 0, 1)
    assert await rows_of(store, "reviews") == before


async def test_completed_once(store: Store, shop: Shop) -> None:
    """The next copy of the full review is known, and the notice read again is known too."""
    await save(store, shop, ready(notice(1)))
    full = ready(parsed("g1", 1, text=LONG, author="Ajay Rajan"))
    await save(store, shop, full)
    assert (await save(store, shop, full)).known == 1
    assert (await save(store, shop, ready(notice(1)))).known == 1
    assert len(await rows_of(store, "reviews")) == 1


async def test_single_mail_and_digest(store: Store, shop: Shop) -> None:
    """One review, told twice, shows what the longer notice shows."""
    await save(store, shop, ready(notice(1, text=f"{SHORT[:40].rsplit(' ', 1)[0]}...")))
    saved = await save(store, shop, ready(notice(2, at=NOW + DAY)))
    assert (saved.new, saved.changed) == (0, 1)
    (row,) = await rows_of(store, "reviews")
    assert row["text"] == SHORT


async def test_single_mail_and_digest_in_one_poll(store: Store, shop: Shop) -> None:
    """Both arrive together and are one review, with the longer text."""
    short = f"{SHORT[:40].rsplit(' ', 1)[0]}..."
    saved = await save(store, shop, ready(notice(1, text=short), notice(2, at=NOW + DAY)))
    assert (saved.new, saved.known) == (1, 1)
    (row,) = await rows_of(store, "reviews")
    assert row["text"] == SHORT


async def test_fifty_ratings_of_a_digest(store: Store, shop: Shop) -> None:
    """Fifty one-star ratings without text in one mail are fifty, also when the export has fifty of its own."""
    details = {stub.VIA: "mail", stub.MESSAGE_ID: "digest", stub.TIME_INEXACT: "1"}
    digest = [parsed(f"mail:digest:{n}", 1, text="", author="", details=details) for n in range(50)]
    assert (await save(store, shop, ready(*digest))).new == 50


async def test_rating_that_the_notice_lacked(store: Store, shop: Shop) -> None:
    """A mail without stars counts from the moment its stars are known."""
    await save(store, shop, ready(notice(1, None, at=NOW)))
    saved = await save(store, shop, ready(parsed("g1", 1, text=LONG, author="Ajay Rajan", at=NOW)))
    assert (saved.changed, saved.low) == (1, 1)
    (row,) = await rows_of(store, "reviews")
    assert row["is_low"]
    assert row["low_at"] == NOW


async def test_same_id_in_mail_and_export(store: Store, shop: Shop) -> None:
    """Where the mail carries the platform's own id, the full review completes it without a comparison of words."""
    details = {stub.VIA: "mail", stub.MESSAGE_ID: "m1"}
    await save(store, shop, ready(parsed("g1", 1, text="Other words", details=details)))
    assert (await save(store, shop, ready(parsed("g1", 1, text=LONG)))).changed == 1
    (row,) = await rows_of(store, "reviews")
    assert (row["text"], row["is_stub"]) == (LONG, False)
