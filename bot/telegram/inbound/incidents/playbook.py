"""The steps of an incident in the chat: shown by a press, ticked and taken back by another."""

from __future__ import annotations

from bot.messages.buttons.payload import Payload
from bot.messages.incident import playbook, toasts
from bot.model.incident import Incident
from bot.stages.notify import enqueue
from bot.store.incidents import playbooks
from bot.telegram.inbound.incidents import incident_actions
from bot.telegram.inbound.incidents.incident_actions import Answer
from bot.telegram.inbound.people.actor import Caller


async def show(caller: Caller, incident: Incident, _what: Payload) -> Answer | None:
    """Post the steps below the card, anew where they stood already."""
    chat_ids = [caller.chat.chat_id]
    key = enqueue.playbook_key(incident.incident_id)
    await enqueue.chats(caller.connection, chat_ids, "delete", now=caller.now, key=key)
    await enqueue.playbook(caller.connection, incident, chat_ids, now=caller.now)
    return None


async def tick(caller: Caller, incident: Incident, what: Payload) -> Answer | None:
    """Tick a step, or take that back. Who was first stands; the message is drawn anew wherever it stands."""
    assert caller.person is not None
    connection, now, incident_id = caller.connection, caller.now, incident.incident_id
    way, _, step = what.arg.partition("-")
    place = await caller.place(incident.location_id)
    if way not in ("on", "off") or step not in (await playbooks.of_business(connection, place.business_id)).steps:
        return toasts.not_saved(caller.words)
    if incident.state.is_over:
        await enqueue.playbook_anew(connection, incident, now=now)
        return await incident_actions.out_of_date(caller, incident)
    if way == "on":
        is_done = await playbooks.tick(connection, incident_id, step, by_id=caller.person.person_id, now=now)
    else:
        is_done = await playbooks.untick(connection, incident_id, step)
    await enqueue.playbook_anew(connection, incident, now=now)
    if is_done:
        await incident_actions.has_moved(caller, incident)
        return None
    if way == "off":
        return playbook.not_ticked(caller.words)
    first = next(one for one in await playbooks.ticks(connection, incident_id) if one.step == step)
    return playbook.ticked_before(first.by, first.at, caller.words.in_zone(place.zone), now=now)
