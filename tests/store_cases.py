"""What the store's tests are built from: a shop, its reviews, a dump of everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model.ingest.normal import Review, normalise
from bot.model.people import Grant, Person, Role
from bot.model.review import ParsedReview, Rating
from bot.settings import BusinessSettings, LocationSettings, SourceSettings
from bot.store.db.engine import Store
from bot.store.db.schema import metadata
from bot.store.ingest import sources
from bot.store.ingest.sources import SourceRow
from bot.store.people import chats, locations, people
from bot.store.reviews import save_reviews
from bot.store.reviews.save_reviews import Arrival, Saved

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shop:
    """Ids of what `make_shop` made."""

    location_id: int
    google_id: int
    export_id: int
    chat_id: int
    owner: Person


async def make_shop(store: Store) -> Shop:
    """A business with one location, two sources of one platform and one of another, and the owner's chat."""
    wanted = BusinessSettings(
        id="linde",
        name="Café Linde",
        language="de",
        locations=(
            LocationSettings(
                id="markt",
                name="Marktplatz",
                sources=(
                    SourceSettings(id="google", type="google", platform="google"),
                    SourceSettings(id="export", type="folder", platform="google"),
                ),
            ),
        ),
    )
    async with store.write() as connection:
        await locations.sync(connection, [wanted])
        by_key = {row.key: row for row in await sources.active(connection)}
        location_id = by_key["google"].location_id
        chat = await chats.put(connection, telegram_chat_id=1001, kind="private", title="Petra", language="de", now=NOW)
        place = await locations.find(connection, location_id)
        owner = await people.join(
            connection,
            telegram_id=1001,
            name="Petra",
            language="de",
            grant=Grant(Role.OWNER, place.business_id),
            now=NOW,
        )
        await chats.link(connection, chat.chat_id, business_id=place.business_id, location_id=None)
    return Shop(
        location_id=location_id,
        google_id=by_key["google"].source_id,
        export_id=by_key["export"].source_id,
        chat_id=chat.chat_id,
        owner=owner,
    )


def parsed(
    external_id: str | None = "r1",
    stars: int | None = 5,
    *,
    text: str = "The soup was cold and nobody came.",
    at: datetime = NOW,
    **more: Any,
) -> ParsedReview:
    """A review as a source gives it."""
    rating = None if stars is None else Rating(stars, 1, 5)
    return ParsedReview(rating=rating, text=text, published_at=at, external_id=external_id, **more)


def ready(*found: ParsedReview, platform: str = "google") -> list[Review]:
    """Reviews ready to be stored."""
    return normalise(found, platform=platform, low_at_most=None)


async def save(
    store: Store,
    shop: Shop,
    batch: Sequence[Review],
    *,
    at: datetime = NOW,
    sweep: int = 2,
    is_first_sweep: bool = False,
    connected_at: datetime = NOW - 30 * DAY,
    source_id: int | None = None,
    marks_seen: bool = False,
    tells_removed: bool = False,
    reads_again: bool = False,
) -> Saved:
    """Store reviews that were discovered at a time."""
    arrival = Arrival(
        source_id=shop.google_id if source_id is None else source_id,
        location_id=shop.location_id,
        connected_at=connected_at,
        discovered_at=at,
        sweep=sweep,
        is_first_sweep=is_first_sweep,
        marks_seen=marks_seen,
        tells_removed=tells_removed,
        reads_again=reads_again,
    )
    async with store.write() as connection:
        return await save_reviews.save(connection, batch, arrival)


async def source_row(store: Store, source_id: int) -> SourceRow:
    """A source as stored."""
    async with store.read() as connection:
        return await sources.find(connection, source_id)


async def rows_of(store: Store, table: str) -> list[dict[str, Any]]:
    """Every row of a table, by its primary key."""
    it = metadata.tables[table]
    async with store.read() as connection:
        found = await connection.execute(it.select().order_by(*it.primary_key))
        return [dict(row._mapping) for row in found]


async def dump(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Everything that is stored."""
    return {name: await rows_of(store, name) for name in metadata.tables}
