"""What a first import found is told once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx
import sqlalchemy as sa

from bot import app, settings
from bot.clock import SteppedClock
from bot.sources import registry
from bot.stages.ingest import first_import
from bot.store.db import migrate
from bot.store.db.schema import outbox
from bot.store.ingest import sources
from bot.store.people import chats, locations

START = datetime(2026, 11, 20, 16, tzinfo=UTC)


async def test_two_looks_at_once_tell_a_first_import_once(tmp_path: Path) -> None:
    """Two looks that both read the source before either had told anybody write one message, not two."""
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "reviews.csv").write_text("date,rating,text\n2026-09-01 12:00,5,Lovely.\n", encoding="utf-8")
    tree = {
        "telegram": {"token": "123:abc"},
        "businesses": [
            {
                "id": "linde",
                "name": "Linde",
                "locations": [
                    {"id": "m", "name": "Marktplatz", "sources": [{"id": "f", "type": "folder", "path": "inbox"}]}
                ],
            }
        ],
    }
    found = settings.build(tree, source_types=registry.SETTINGS, folder=tmp_path, name="test")
    found.data_dir.mkdir()
    clock, store = SteppedClock(START), app.open_database(found)
    await migrate.upgrade(store)
    async with httpx.AsyncClient() as http:
        pipeline = await app.make_pipeline(found, store, clock, http, chance=lambda: 0.5)
        (source_id,) = pipeline.connected
        await pipeline.poll(source_id)
    async with store.write() as connection:
        (place,) = await locations.all_active(connection)
        chat = await chats.put(
            connection, telegram_chat_id=1001, kind="private", title="Petra", language="en", now=START
        )
        await chats.link(connection, chat.chat_id, business_id=place.business_id, location_id=None)
        row = await sources.find(connection, source_id)
    rule = pipeline.connected[source_id].rule
    for _ in range(2):
        await first_import.report_first_imports(store, [row], rule, now=START)
    async with store.read() as connection:
        told = await connection.scalar(
            sa.select(sa.func.count()).select_from(outbox).where(outbox.c.kind == "first_import")
        )
    await store.close()
    assert told == 1
