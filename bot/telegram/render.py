"""From an outbox row to the message: one renderer for each kind.

A renderer gives None when there is nothing to say any more (the incident is gone, the question was answered).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from bot.errors import BlindReason
from bot.model.incident import Cause, Incident, State
from bot.model.poll import Outcome
from bot.score.packs import USUAL_PACK, pack_of
from bot.stages import listen
from bot.store import incidents, people, places, showing, sources, uploads
from bot.store import mails as stored_mails
from bot.store.engine import Connection
from bot.store.people import Chat
from bot.store.places import Place
from bot.telegram import (
    backtest,
    cards,
    delivery,
    imports,
    keyboards,
    mails,
    notes,
    outages,
    pairing,
    sent_files,
    statements,
)
from bot.telegram.backtest import BackTest, PastAlarm
from bot.telegram.evidence import evidence
from bot.telegram.facts import Delivery, card_facts, words_of
from bot.telegram.findings import evidence_of, smear_evidence_of
from bot.telegram.imports import SkippedRow
from bot.telegram.outages import CaughtUp, Outage, ReadableSource
from bot.telegram.ready import attachment_in, from_json
from bot.telegram.rendered import Rendered, Rows
from bot.telegram.smear_card import smear_card
from bot.telegram.uploads import render as render_upload
from bot.telegram.words import Words


@dataclass(frozen=True, slots=True)
class Task:
    """One message to render: for which chat, with which arguments."""

    connection: Connection
    chat: Chat
    words: Words
    args: Mapping[str, Any]
    delivery: Delivery


_WITH_REMARKS: Final = frozenset(
    {"card", "severity_step", "severe_review", "reopened", "assigned", "snooze_over", "resolved"}
)
"""Kinds that say by themselves that they come late or may come twice."""

Renderer = Callable[[Task], Awaitable[Rendered | None]]


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
    lines = delivery.remarks(
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
    place = await places.find(task.connection, incident.location_id)
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
        ended_at=_time(task.args["ended_at"]),
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


async def _blind(task: Task) -> Rendered | None:
    return outages.blind(await _outage(task), task.words)


async def _all_blind(task: Task) -> Rendered | None:
    outage = await _outage(task)
    return outages.all_blind(
        task.words.in_zone(outage.zone),
        since=outage.since,
        now=task.delivery.now,
        location_name=outage.location_name if outage.names_location else "",
    )


async def _recovered(task: Task) -> Rendered | None:
    return outages.readable_again(
        await _outage(task),
        task.words,
        recovered_at=_time(task.args["until"]),
        caught_up=CaughtUp(
            reviews=task.args["found"], low=task.args["low"], incidents=int(task.args.get("incidents", 0))
        ),
    )


async def _first_import(task: Task) -> Rendered | None:
    row = await sources.find(task.connection, task.args["source_id"])
    place = await places.find(task.connection, row.location_id)
    return imports.first_import(
        task.words.in_zone(place.zone),
        source_name=row.name,
        location_name=place.name,
        reviews=task.args["count"],
        low=task.args["low"],
        first_at=_time(task.args["first_at"]),
        last_at=_time(task.args["last_at"]),
    )


async def _recent_cluster(task: Task) -> Rendered | None:
    place = await places.find(task.connection, task.args["location_id"])
    return imports.recent_cluster(
        task.words.in_zone(place.zone),
        location_id=place.location_id,
        location_name=place.name,
        names_location=place.has_siblings,
        count=task.args["count"],
        since=_time(task.args["since"]),
        is_date_only=task.args["is_date_only"],
        now=task.delivery.now,
    )


async def _back_test(task: Task) -> Rendered | None:
    place = await places.find(task.connection, task.args["location_id"])
    shown = backtest.back_test(_back_test_in(task.args, place), task.words.in_zone(place.zone))
    rows: Rows = ()
    if not task.args["is_too_small"]:
        relaxed, mark = task.args["relaxed"], task.args["mark"]
        rows = keyboards.budget(place.location_id, mark=mark, relaxed=relaxed, words=task.words)
    return replace(shown, rows=rows, attachment=attachment_in(task.args))


def _back_test_in(args: Mapping[str, Any], place: Place) -> BackTest:
    """What `bot.stages.backtest` found, from a row's arguments."""
    group = args["densest"]
    return BackTest(
        location_name=place.name,
        names_location=place.has_siblings,
        reviews=args["reviews"],
        is_too_small=args["is_too_small"],
        first_at=_time(args["first_at"]),
        last_at=_time(args["last_at"]),
        is_weekly=args["is_weekly"],
        alarm_count=args["alarm_count"],
        alarms=tuple(
            PastAlarm(_time(one["at"]), one["count"], timedelta(seconds=one["seconds"])) for one in args["alarms"]
        ),
        densest=None if group is None else (group["count"], timedelta(seconds=group["seconds"])),
        rule_low=args["rule"]["low_reviews"],
        rule_hours=args["rule"]["hours"],
        rule_alarms=args["rule_alarms"],
        has_picture="file" in args,
    )


async def _skipped_rows(task: Task) -> Rendered | None:
    place = await places.find(task.connection, task.args["location_id"])
    return imports.skipped_rows(
        task.words.in_zone(place.zone),
        file_name=task.args["name"],
        location_name=place.name,
        imported=task.args["imported"],
        skipped=[SkippedRow(line=row["line"], reason=row["reason"]) for row in task.args["lines"]],
        skipped_count=task.args["skipped"],
    )


async def _unreadable(task: Task) -> Rendered | None:
    return imports.unreadable_file(task.words, file_name=task.args["name"], reason=task.args["lines"][0]["reason"])


async def _mail_unread(task: Task) -> Rendered | None:
    row = await sources.find(task.connection, task.args["source_id"])
    place = await places.find(task.connection, row.location_id)
    outcome = Outcome(task.args["outcome"])
    count, newest = await stored_mails.of_rule(
        task.connection, row.source_id, task.args["rule"], outcome, since=_time(task.args["since"])
    )
    if newest is None:
        return None
    found = mails.UnreadMails(
        outcome=outcome,
        platform=showing.platform_name(newest.platform, source_name=row.name),
        location_name=place.name,
        names_location=place.has_siblings,
        count=count,
        sender=newest.sender,
        subject=newest.subject,
        sent_at=newest.sent_at,
    )
    return mails.unread(found, task.words.in_zone(place.zone), now=task.delivery.now)


async def _chat_lost(task: Task) -> Rendered | None:
    return delivery.chat_lost(
        task.words,
        chat_name=task.args["title"],
        removed_at=_time(task.args["at"]),
        now=task.delivery.now,
        places=tuple(task.args["places"]),
        is_private=task.args["is_private"],
    )


async def _chat_migrated(task: Task) -> Rendered | None:
    return delivery.chat_migrated(task.words, open_incidents=task.args["open"])


async def _topic_gone(task: Task) -> Rendered | None:
    return delivery.topic_gone(task.words, topic_name="")


async def _back_after_pause(task: Task) -> Rendered | None:
    return delivery.back_after_pause(
        task.words,
        start=_time(task.args["start"]),
        end=_time(task.args["end"]),
        now=task.delivery.now,
        caught_up=CaughtUp(reviews=task.args["found"], low=task.args["low"], incidents=task.args["incidents"]),
    )


async def _upload(task: Task) -> Rendered | None:
    upload = await uploads.find(task.connection, task.args["upload_id"])
    return None if upload is None else await render_upload(task.connection, upload, task.words)


async def _skipped_list(task: Task) -> Rendered | None:
    upload = await uploads.find(task.connection, task.args["upload_id"])
    if upload is None:
        return None
    message = sent_files.skipped_list(task.words, file_name=upload.name, rows=upload.facts["skipped"])
    return replace(message, attachment=attachment_in(task.args))


async def _test_alert(task: Task) -> Rendered | None:
    return pairing.test_alert(task.words)


async def _themes(task: Task) -> Rendered | None:
    """Made when it is sent: reading up to two thousand texts would hold up the transaction of the command."""
    place = await places.find(task.connection, task.args["location_id"])
    choice = task.delivery.packs.get((place.business_name, place.key), USUAL_PACK)
    weeks = task.args["weeks"]
    heard = await listen.listen(task.connection, place.location_id, choice, now=task.delivery.now, weeks=weeks)
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


async def _outage(task: Task) -> Outage:
    row = await sources.find(task.connection, task.args["source_id"])
    place = await places.find(task.connection, row.location_id)
    others = [one for one in await sources.of_location(task.connection, row.location_id) if one is not row]
    return Outage(
        source_id=row.source_id,
        source_name=row.name,
        location_name=place.name,
        names_location=place.has_siblings,
        zone=place.zone,
        now=task.delivery.now,
        since=_time(task.args["since"]),
        reason=BlindReason(task.args.get("reason", BlindReason.NO_ANSWER)),
        others=tuple(
            ReadableSource(name=one.name, at=one.ok_at)
            for one in others
            if one.ok_at is not None and one.failing_since is None and one.source_id != row.source_id
        ),
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


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
        "blind": _blind,
        "all_blind": _all_blind,
        "recovered": _recovered,
        "first_import": _first_import,
        "recent_cluster": _recent_cluster,
        "back_test": _back_test,
        "skipped_rows": _skipped_rows,
        "unreadable": _unreadable,
        "mail_unread": _mail_unread,
        "chat_lost": _chat_lost,
        "chat_migrated": _chat_migrated,
        "topic_gone": _topic_gone,
        "back_after_pause": _back_after_pause,
        "upload": _upload,
        "skipped_list": _skipped_list,
        "test_alert": _test_alert,
        "themes": _themes,
        "ready_made": _ready_made,
    }
)
