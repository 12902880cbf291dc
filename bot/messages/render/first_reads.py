"""From an outbox row to the message: everything that was read for the first time after one start."""

from __future__ import annotations

from bot.detect.fixed_rule import count_guests
from bot.messages.render.context import RenderContext, may_be_owners, moment
from bot.messages.service.sent import imports
from bot.messages.text.formatting import NEWLINE, Words, joined
from bot.messages.text.message import Html, Rendered
from bot.stages.ingest import first_import, folder_files
from bot.store.incidents import incidents, offers
from bot.store.ingest import sources
from bot.store.ingest.sources import SourceRow
from bot.store.people import chats, locations
from bot.store.people.locations import Place
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
        offer=await _offered(context, words, place),
    )


async def _offered(context: RenderContext, words: Words, place: Place) -> Rendered | None:
    """The place's low reviews of the last days, which may be opened as an incident."""
    now = context.delivery.now
    offer = await offers.find(context.connection, place.location_id)
    if offer is None or await incidents.current(context.connection, place.location_id) is not None:
        return None
    lows = await reviews.lows(context.connection, place.location_id, since=now - first_import.RECENT)
    members = [low for low in lows if low.review_id in offer.review_ids]
    if not members:
        return None
    return imports.recent_cluster(
        words,
        location_id=place.location_id,
        location_name=place.name,
        names_location=place.has_siblings,
        count=count_guests(members),
        since=members[0].at,
        is_date_only=await reviews.is_date_only(context.connection, members[0].review_id),
        now=now,
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
