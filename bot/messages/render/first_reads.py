"""From an outbox row to the message: everything that was read for the first time after one start."""

from __future__ import annotations

from bot.messages.render.context import RenderContext, may_be_owners, moment
from bot.messages.service.sent import imports
from bot.messages.text.formatting import NEWLINE, Words, joined
from bot.messages.text.message import Html, Rendered
from bot.stages.ingest import folder_files
from bot.store.ingest import sources
from bot.store.ingest.sources import SourceRow
from bot.store.people import chats, locations
from bot.store.reviews import reviews


async def first_reads(context: RenderContext) -> Rendered | None:
    """The page of one of the places that this chat hears of."""
    since = moment(context.args["since"])
    here = set(await chats.linked_locations(context.connection, context.chat.chat_id))
    rows = [
        row
        for row in await sources.to_report(context.connection, since=since)
        if row.location_id in here and row.reported_at is not None
    ]
    places = list(dict.fromkeys(row.location_id for row in rows))
    if not places:
        return None
    page = min(max(int(context.args["page"]), 1), len(places))
    place = await locations.find(context.connection, places[page - 1])
    words = context.words.in_zone(place.zone)
    found = [await _brought(context, words, place.name, row) for row in rows if row.location_id == place.location_id]
    return imports.first_reads(
        words,
        mark=int(since.timestamp()),
        location_id=place.location_id,
        found=Rendered(joined([Html(one.html) for one in found], NEWLINE)),
        page=page,
        pages=len(places),
        is_for_owners=await may_be_owners(context, place),
    )


async def _brought(context: RenderContext, words: Words, name: str, row: SourceRow) -> Rendered:
    brought = await reviews.of_source(context.connection, row.source_id, connected_at=row.connected_at)
    return imports.first_import(
        words,
        source_name=row.name,
        location_name=name,
        reviews=0 if brought is None else brought.count,
        low=0 if brought is None else brought.low,
        first_at=None if brought is None else brought.first_at,
        last_at=None if brought is None else brought.last_at,
        understood=await folder_files.understood_of(context.connection, row),
    )
