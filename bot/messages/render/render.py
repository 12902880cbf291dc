"""From an outbox row to the message: one renderer for each kind.

A renderer gives None when there is nothing to say any more (the incident is gone, the question was answered).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from bot.messages.facts.card_facts import Delivery, card_facts, words_of
from bot.messages.facts.text_analysis import evidence_of, smear_evidence_of
from bot.messages.incident import cards, notes
from bot.messages.incident import emerging_themes as statements
from bot.messages.incident.campaign_card import smear_card
from bot.messages.incident.evidence import evidence
from bot.messages.render import render_sources
from bot.messages.render.context import Renderer, Task, moment
from bot.messages.service import delivery_notices, pairing
from bot.messages.service.outages import CaughtUp
from bot.messages.text.message import Rendered
from bot.messages.text.serialization import from_json
from bot.model.incident import Cause, Incident, State
from bot.score.packs import USUAL_PACK, pack_of
from bot.stages.analyse import emerging_themes
from bot.store.db.engine import Connection
from bot.store.incidents import incidents
from bot.store.people import locations, people
from bot.store.people.people import Chat

_WITH_REMARKS: Final = frozenset(
    {"card", "severity_step", "severe_review", "reopened", "assigned", "snooze_over", "resolved"}
)
"""Kinds that say by themselves that they come late or may come twice."""


async def render(
    connection: Connection,
    chat: Chat,
    kind: str,
    args: Mapping[str, Any],
    how: Delivery,
) -> Rendered | None:
    """The message of an outbox row as it is to be sent now.

    Raises:
        KeyError: there is no renderer for the kind; a mistake of the program.
    """
    words = await words_of(connection, chat)
    message = await RENDERERS[kind](Task(connection, chat, words, args, how))
    if message is None or kind in _WITH_REMARKS:
        return message
    lines = delivery_notices.remarks(
        words,
        now=how.now,
        is_repeat=how.is_repeat,
        delayed_from=how.created_at if how.is_late else None,
        delayed_until=how.now if how.is_late and how.has_failed else None,
    )
    return replace(message, html="\n".join((message.html, *lines)))


async def _card(task: Task) -> Rendered | None:
    incident = await _incident(task)
    return (
        None if incident is None else cards.card(await card_facts(task.connection, incident, task.delivery), task.words)
    )


async def _severity_step(task: Task) -> Rendered | None:
    incident = await _incident(task)
    if incident is None or incident.state.is_over:
        return None
    return notes.severity_step(
        await card_facts(task.connection, incident, task.delivery), task.words, was=task.args["was"]
    )


async def _severe_review(task: Task) -> Rendered | None:
    incident = await _incident(task)
    if incident is None or incident.state.is_over:
        return None
    facts = await card_facts(task.connection, incident, task.delivery)
    return notes.severe_review(facts, task.words) if facts.severe else None


async def _evidence(task: Task) -> Rendered | None:
    incident = await _incident(task)
    if incident is None:
        return None
    card = await card_facts(task.connection, incident, task.delivery)
    if card.smear is not None and card.smear.is_possible:
        return smear_card(await smear_evidence_of(task.connection, incident, card), task.words)
    place = await locations.find(task.connection, incident.location_id)
    pack = task.delivery.pack(place)
    return evidence(await evidence_of(task.connection, incident, card, pack=pack), task.words)


async def _reopened(task: Task) -> Rendered | None:
    incident = await _incident(task)
    if incident is None or incident.state.is_over:
        return None
    cause = task.args.get("cause")
    return notes.reopened(
        await card_facts(task.connection, incident, task.delivery),
        task.words,
        ended_as=State(task.args["ended_as"]),
        ended_at=moment(task.args["ended_at"]),
        cause=Cause(cause) if cause else None,
        more=task.args["count"],
    )


async def _assigned(task: Task) -> Rendered | None:
    incident = await _incident(task)
    holder = None if incident is None else await people.by_id(task.connection, incident.holder_id)
    if incident is None or holder is None or incident.state is not State.ASSIGNED:
        return None
    return notes.assigned(
        await card_facts(task.connection, incident, task.delivery), task.words, holder_telegram_id=holder.telegram_id
    )


async def _snooze_over(task: Task) -> Rendered | None:
    incident = await _incident(task)
    if incident is None or incident.state.is_over:
        return None
    by = await people.by_id(task.connection, task.args["by_id"])
    return notes.snooze_over(
        await card_facts(task.connection, incident, task.delivery),
        task.words,
        snoozed_by=by.name if by else "",
        more=task.args["more"],
    )


async def _resolved(task: Task) -> Rendered | None:
    incident = await _incident(task)
    if incident is None or incident.state is not State.RESOLVED:
        return None
    return notes.resolved(await card_facts(task.connection, incident, task.delivery), task.words)


async def _ask_note(task: Task) -> Rendered | None:
    incident = await _incident(task)
    if incident is None or incident.state is not State.RESOLVED:
        return None
    return notes.ask_for_note(
        await card_facts(task.connection, incident, task.delivery), task.words, telegram_id=task.args["telegram_id"]
    )


async def _card_is_here(task: Task) -> Rendered | None:
    return notes.card_is_here(task.args["incident_id"], task.words)


async def _chat_lost(task: Task) -> Rendered | None:
    return delivery_notices.chat_lost(
        task.words,
        chat_name=task.args["title"],
        removed_at=moment(task.args["at"]),
        now=task.delivery.now,
        places=tuple(task.args["places"]),
        is_private=task.args["is_private"],
    )


async def _chat_migrated(task: Task) -> Rendered | None:
    return delivery_notices.chat_migrated(task.words, open_incidents=task.args["open"])


async def _topic_gone(task: Task) -> Rendered | None:
    return delivery_notices.topic_gone(task.words, topic_name="")


async def _back_after_pause(task: Task) -> Rendered | None:
    return delivery_notices.back_after_pause(
        task.words,
        start=moment(task.args["start"]),
        end=moment(task.args["end"]),
        now=task.delivery.now,
        caught_up=CaughtUp(reviews=task.args["found"], low=task.args["low"], incidents=task.args["incidents"]),
    )


async def _test_alert(task: Task) -> Rendered | None:
    return pairing.test_alert(task.words)


async def _themes(task: Task) -> Rendered | None:
    """Made when it is sent: reading up to two thousand texts would hold up the transaction of the command."""
    place = await locations.find(task.connection, task.args["location_id"])
    choice = task.delivery.packs.get((place.business_name, place.key), USUAL_PACK)
    weeks = task.args["weeks"]
    heard = await emerging_themes.listen(task.connection, place.location_id, choice, now=task.delivery.now, weeks=weeks)
    return statements.slow_burn(
        heard,
        task.words.in_zone(place.zone),
        labels=pack_of(choice).labels,
        location_name=place.name,
        weeks=weeks,
    )


async def _ready_made(task: Task) -> Rendered | None:
    """An answer to a command: rendered when it was asked for, in the language of who asked."""
    return from_json(task.args)


async def _incident(task: Task) -> Incident | None:
    return await incidents.find(task.connection, task.args["incident_id"])


RENDERERS: Final[Mapping[str, Renderer]] = MappingProxyType(
    {
        "card": _card,
        "severity_step": _severity_step,
        "severe_review": _severe_review,
        "evidence": _evidence,
        "reopened": _reopened,
        "assigned": _assigned,
        "snooze_over": _snooze_over,
        "resolved": _resolved,
        "ask_note": _ask_note,
        "card_is_here": _card_is_here,
        "chat_lost": _chat_lost,
        "chat_migrated": _chat_migrated,
        "topic_gone": _topic_gone,
        "back_after_pause": _back_after_pause,
        **render_sources.RENDERERS,
        "test_alert": _test_alert,
        "themes": _themes,
        "ready_made": _ready_made,
    }
)
