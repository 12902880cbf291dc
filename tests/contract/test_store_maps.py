"""What was answered about tables, on both databases."""

from __future__ import annotations

from bot.store.db.engine import Store
from bot.store.ingest import uploads
from bot.store.people import locations
from tests.store_cases import NOW, Shop


async def test_the_scale_of_a_platform_is_kept_and_forgotten_with_the_table_it_came_from(
    store: Store, shop: Shop
) -> None:
    """An answer about the scale is kept under the platform as well; Change forgets both."""
    answer = {"scale_of": "tischfreund", "rating_range": [1.0, 6.0], "lowest_is_best": False}
    async with store.write() as connection:
        business_id = (await locations.find(connection, shop.location_id)).business_id
        await uploads.keep_map(connection, business_id, "columns", answer, now=NOW)
        kept = await uploads.maps(connection, business_id)
        assert kept["columns"] == answer
        assert kept["platform:tischfreund"] == {"rating_range": [1.0, 6.0], "lowest_is_best": False}
        await uploads.forget_map(connection, business_id, "columns", scale_of="tischfreund")
        assert await uploads.maps(connection, business_id) == {}
