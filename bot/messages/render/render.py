"""From an outbox row to the message: one renderer for each kind.

A renderer gives None when there is nothing to say any more (the incident is gone, the question was answered).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from bot.choices import About, Choice
from bot.messages.facts import hidden_words
from bot.messages.facts.card_facts import Delivery, card_facts, words_of
from bot.messages.facts.playbook_facts import playbook_of
from bot.messages.facts.read_this import read_this_of
from bot.messages.facts.text_analysis import evidence_of, smear_evidence_of
from bot.messages.incident import cards, notes
from bot.messages.incident import emerging_themes as statements
from bot.messages.incident.campaign_card import smear_card
from bot.messages.incident.evidence import evidence
from bot.messages.incident.playbook import playbook
from bot.messages.incident.read_this import read_this
from bot.messages.render import (
    digest,
    low_reviews,
    menu,
    note_files,
    privacy,
    render_duty,
    render_escalation,
    render_routes,
    render_sources,
    reviews,
)
from bot.messages.render.context import RenderContext, Renderer, moment
from bot.messages.service import delivery_notices, pairing, team
from bot.messages.service.outages import CaughtUp
from bot.messages.text.message import Rendered
from bot.messages.text.serialization import from_json
from bot.model.incident import Cause, Incident, State
from bot.score.packs import USUAL_PACK, pack_of
from bot.stages.analyse import emerging_themes, incident_texts
from bot.stages.notify import sound
from bot.store.db.engine import Connection
from bot.store.incidents import incidents
from bot.store.people import locations, people, settings
from bot.store.people.chats import Chat

_WITH_REMARKS: Final = frozenset(
    {"card", "severity_step", "severe_review", "reopened", "assigned", "snooze_over", "resolved", "escalated"}
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
    message = await RENDERERS[kind](RenderContext(connection, chat, words, args, how))
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


async def _card(context: RenderContext) -> Rendered | None:
    incident = await _incident(context)
    if incident is None:
        return None
    facts = await card_facts(context.connection, incident, context.delivery)
    subject = sound.subject_of("card", incident.incident_id)
    until = await sound.quiet_until(context.connection, context.chat.chat_id, subject, now=context.delivery.now)
    return cards.card(replace(facts, quiet_until=until), context.words)


async def _severity_step(context: RenderContext) -> Rendered | None:
    incident = await _incident(context)
    if incident is None or incident.state.is_over:
        return None
    facts = await card_facts(context.connection, incident, context.delivery)
    return notes.severity_step(facts, context.words, count=context.args["count"], was=context.args["was"])


async def _severe_review(context: RenderContext) -> Rendered | None:
    incident = await _incident(context)
    if incident is None or incident.state.is_over:
        return None
    facts = await card_facts(context.connection, incident, context.delivery)
    return notes.severe_review(facts, context.words) if facts.severe else None


async def _read_this(context: RenderContext) -> Rendered | None:
    facts = await read_this_of(context.connection, context.args["review_id"], context.delivery.packs)
    if facts is None:
        return None
    place = await locations.find(context.connection, context.args["location_id"])
    return read_this(facts, context.words.in_zone(place.zone), now=context.delivery.now)


async def _evidence(context: RenderContext) -> Rendered | None:
    incident = await _incident(context)
    if incident is None:
        return None
    place = await locations.find(context.connection, incident.location_id)
    texts = await incident_texts.of(context.connection, incident, context.delivery.choice(place))
    card = await card_facts(context.connection, incident, context.delivery, texts=texts)
    if card.smear is not None and card.smear.is_possible:
        return smear_card(smear_evidence_of(card, texts), context.words)
    severe = await settings.get(context.connection, About.LOCATION, place.location_id, Choice.SEVERE)
    pack = context.delivery.pack(place)
    return evidence(evidence_of(card, texts, pack, tells_severe=severe.value != "off"), context.words)


async def _reopened(context: RenderContext) -> Rendered | None:
    incident = await _incident(context)
    if incident is None or incident.state.is_over:
        return None
    cause = context.args.get("cause")
    return notes.reopened(
        await card_facts(context.connection, incident, context.delivery),
        context.words,
        ended_as=State(context.args["ended_as"]),
        ended_at=moment(context.args["ended_at"]),
        cause=Cause(cause) if cause else None,
        more=context.args["count"],
    )


async def _assigned(context: RenderContext) -> Rendered | None:
    incident = await _incident(context)
    holder = None if incident is None else await people.by_id(context.connection, incident.holder_id)
    if incident is None or holder is None or incident.state is not State.ASSIGNED:
        return None
    return notes.assigned(
        await card_facts(context.connection, incident, context.delivery),
        context.words,
        holder_telegram_id=holder.telegram_id,
    )


async def _snooze_over(context: RenderContext) -> Rendered | None:
    incident = await _incident(context)
    if incident is None or incident.state.is_over:
        return None
    by = await people.by_id(context.connection, context.args["by_id"])
    return notes.snooze_over(
        await card_facts(context.connection, incident, context.delivery),
        context.words,
        snoozed_by=by.name if by else "",
        more=context.args["more"],
    )


async def _resolved(context: RenderContext) -> Rendered | None:
    incident = await _incident(context)
    if incident is None or incident.state is not State.RESOLVED:
        return None
    facts = await card_facts(context.connection, incident, context.delivery)
    steps = await playbook_of(context.connection, incident, context.delivery)
    return notes.resolved(facts, context.words, steps=steps)


async def _playbook(context: RenderContext) -> Rendered | None:
    incident = await _incident(context)
    if incident is None:
        return None
    return playbook(await playbook_of(context.connection, incident, context.delivery), context.words)


async def _ask_note(context: RenderContext) -> Rendered | None:
    incident = await _incident(context)
    if incident is None or incident.state is not State.RESOLVED:
        return None
    return notes.ask_for_note(
        await card_facts(context.connection, incident, context.delivery),
        context.words,
        telegram_id=context.args["telegram_id"],
    )


async def _chat_lost(context: RenderContext) -> Rendered | None:
    return delivery_notices.chat_lost(
        context.words,
        chat_name=context.args["title"],
        removed_at=moment(context.args["at"]),
        now=context.delivery.now,
        places=tuple(context.args["places"]),
        is_private=context.args["is_private"],
    )


async def _chat_migrated(context: RenderContext) -> Rendered | None:
    return delivery_notices.chat_migrated(context.words, open_incidents=context.args["open"])


async def _clock_set(context: RenderContext) -> Rendered | None:
    return delivery_notices.clock_set(context.words, by=timedelta(seconds=context.args["by_s"]))


async def _restored(context: RenderContext) -> Rendered | None:
    made_at = moment(context.args["made_at"])
    return delivery_notices.restored(context.words, made_at=made_at, now=context.delivery.now)


async def _topic_gone(context: RenderContext) -> Rendered | None:
    return delivery_notices.topic_gone(context.words)


async def _back_after_pause(context: RenderContext) -> Rendered | None:
    return delivery_notices.back_after_pause(
        context.words,
        start=moment(context.args["start"]),
        end=moment(context.args["end"]),
        now=context.delivery.now,
        caught_up=CaughtUp(reviews=context.args["found"], low=context.args["low"], incidents=context.args["incidents"]),
    )


async def _test_alert(context: RenderContext) -> Rendered | None:
    by = context.args.get("heard_by")
    if by is not None:
        return pairing.test_heard(context.words, by=by)
    return pairing.test_alert(context.words, mark=context.args.get("mark", 0))


async def _themes(context: RenderContext) -> Rendered | None:
    """Made when it is sent: reading up to two thousand texts would hold up the transaction of the command."""
    place = await locations.find(context.connection, context.args["location_id"])
    choice = context.delivery.packs.get((place.business_name, place.key), USUAL_PACK)
    weeks = context.args["weeks"]
    found = await emerging_themes.find(
        context.connection, place.location_id, choice, now=context.delivery.now, weeks=weeks
    )
    if await hidden_words.are_hidden(context.connection, place.location_id):
        found = hidden_words.of_emerging(found)
    return statements.slow_burn(
        found,
        context.words.in_zone(place.zone),
        labels=pack_of(choice).labels,
        location_name=place.name,
        weeks=weeks,
    )


async def _member_removed(context: RenderContext) -> Rendered | None:
    args = context.args
    titles = [group["title"] for group in args["groups"]]
    known = zip(titles, args.get("are_members", [None] * len(titles)), strict=True)
    return team.removed(args["name"], args["business"], context.words, groups=tuple(known))


async def _ready_made(context: RenderContext) -> Rendered | None:
    """An answer to a command: rendered when it was asked for, in the language of who asked."""
    return from_json(context.args)


async def _incident(context: RenderContext) -> Incident | None:
    return await incidents.find(context.connection, context.args["incident_id"])


RENDERERS: Final[Mapping[str, Renderer]] = MappingProxyType(
    {
        "card": _card,
        "severity_step": _severity_step,
        "severe_review": _severe_review,
        "read_this": _read_this,
        "evidence": _evidence,
        "reopened": _reopened,
        "assigned": _assigned,
        "snooze_over": _snooze_over,
        "resolved": _resolved,
        "ask_note": _ask_note,
        "playbook": _playbook,
        "chat_lost": _chat_lost,
        "chat_migrated": _chat_migrated,
        "topic_gone": _topic_gone,
        "clock_set": _clock_set,
        "restored": _restored,
        "back_after_pause": _back_after_pause,
        **render_duty.RENDERERS,
        **render_escalation.RENDERERS,
        **render_routes.RENDERERS,
        **render_sources.RENDERERS,
        **privacy.RENDERERS,
        **reviews.RENDERERS,
        **low_reviews.RENDERERS,
        **menu.RENDERERS,
        **digest.RENDERERS,
        **note_files.RENDERERS,
        "test_alert": _test_alert,
        "themes": _themes,
        "member_removed": _member_removed,
        "ready_made": _ready_made,
    }
)
