"""/status: which sources are read, what is open, whether everything was delivered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.messages.facts.card_facts import incident_row
from bot.messages.service import command_replies
from bot.messages.service.command_replies import LearningFacts, LostChat, SourceStatus, StatusFacts
from bot.model.platforms import name_of
from bot.stages.ops import health
from bot.stages.watch import feed_detector
from bot.store.delivery import outbox, service_status
from bot.store.incidents import incidents
from bot.store.ingest import problems, sources
from bot.store.people import chats
from bot.store.people.locations import Place
from bot.telegram.inbound.people.actor import Caller


async def show(caller: Caller) -> None:
    """/status: sources, open incidents, deliveries."""
    visible = await caller.visible()
    ids = [place.location_id for place in visible]
    names = {place.location_id: place.name for place in visible}
    rows = [row for row in await sources.active(caller.connection) if row.location_id in names]
    unread = await problems.unread_files(caller.connection, [row.source_id for row in rows])
    late = await outbox.backlog(caller.connection, now=caller.now - timedelta(seconds=30))
    facts = StatusFacts(
        sources=tuple(
            SourceStatus(
                name=row.name,
                last_at=row.ok_at,
                next_at=row.next_poll_at,
                down_since=row.failing_since,
                location_name=names[row.location_id] if len(names) > 1 else "",
                paused_until=row.paused_until if row.is_paused(caller.now) else None,
                unread_files=tuple(unread.get(row.source_id, ())),
            )
            for row in rows
        ),
        incidents=tuple(
            [await incident_row(caller.connection, one) for one in await incidents.unresolved(caller.connection, ids)]
        ),
        now=caller.now,
        undelivered=late.count,
        undelivered_since=late.oldest_at,
        lost=tuple(await _lost_chats(caller, set(ids))),
        unscored_since=health.unscored_since(await service_status.read(caller.connection), caller.now),
        learning=tuple([one for place in visible for one in await _learning(caller, place)]),
    )
    await caller.answer(command_replies.status(facts, caller.words))


async def _learning(caller: Caller, place: Place) -> list[LearningFacts]:
    """What cannot be judged well yet at a place: the place itself, or sources that it has had for a short time."""
    found = await feed_detector.learning(caller.connection, place.location_id)
    if found is None or found.is_new_place:
        return [LearningFacts(place.name, None)]
    if found.young_until is not None:
        return [LearningFacts(place.name, datetime.fromtimestamp(found.young_until, UTC))]
    names = {row.platform: row.name for row in await sources.of_location(caller.connection, place.location_id)}
    return [
        LearningFacts(
            name_of(platform, source_name=names.get(platform, platform)),
            datetime.fromtimestamp(until, UTC),
            is_source=True,
        )
        for platform, until in found.sources.items()
    ]


async def _lost_chats(caller: Caller, location_ids: set[int]) -> list[LostChat]:
    return [
        LostChat(name=chat.title, since=chat.disabled_at)
        for chat in await chats.disabled(caller.connection)
        if chat.disabled_at is not None
        and location_ids.intersection(await chats.linked_locations(caller.connection, chat.chat_id))
    ]
