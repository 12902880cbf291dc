"""A demand for money while low reviews pile up has steps of its own, which are posted and pinned once in each chat."""

from __future__ import annotations

from datetime import datetime

from bot.incidents.playbook import is_extortion
from bot.model.incident import Incident
from bot.stages.notify import enqueue
from bot.store.db.engine import Connection
from bot.store.delivery import outbox, sent_messages
from bot.store.reviews import review_views


async def tell(connection: Connection, incident: Incident, *, now: datetime) -> None:
    """Show and pin the steps where an incident has become such a case and they were not shown before."""
    kinds = await review_views.severe_kinds(connection, incident.incident_id)
    if not kinds:
        return
    marks = await review_views.member_marks(connection, incident.incident_id)
    if not is_extortion(kinds, sum(one.is_low for one in marks)):
        return
    chat_ids = {chat.chat_id for chat in await enqueue.chats_of(connection, incident.location_id)}
    chat_ids |= await sent_messages.chats_at(connection, enqueue.card_key(incident.incident_id))
    key = enqueue.pin_key(incident.incident_id)
    new = [chat_id for chat_id in sorted(chat_ids) if not await outbox.was_put(connection, chat_id, key)]
    await enqueue.playbook(connection, incident, new, now=now, is_pinned=True)
