"""From an outbox row to the message: sources, files and imports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from bot.errors import SourceDownReason
from bot.messages.buttons import keyboards
from bot.messages.incident import backtest
from bot.messages.incident.backtest import BackTest, PastAlarm
from bot.messages.render.context import RenderContext, Renderer, may_be_owners, moment
from bot.messages.render.first_reads import first_reads
from bot.messages.render.uploads import reason_of
from bot.messages.render.uploads import render as render_upload
from bot.messages.service import outages, unread_mails
from bot.messages.service.outages import CaughtUp, Outage, ReadableSource
from bot.messages.service.sent import imports
from bot.messages.service.sent import uploads as sent_files
from bot.messages.service.sent.imports import LateLine, SkippedRow
from bot.messages.text.message import Rendered, Rows
from bot.messages.text.serialization import attachment_in
from bot.model.ingest.poll import Outcome
from bot.model.platforms import name_of
from bot.model.silence import Reason
from bot.stages.analyse import incident_texts
from bot.stages.ingest import folder_files
from bot.store.ingest import mail_log as stored_mails
from bot.store.ingest import sources, uploads
from bot.store.people import locations
from bot.store.people.locations import Place


async def _source_down(context: RenderContext) -> Rendered | None:
    return outages.source_down(await _outage(context), context.words)


async def _all_sources_down(context: RenderContext) -> Rendered | None:
    outage = await _outage(context)
    return outages.all_sources_down(
        context.words.in_zone(outage.zone),
        since=outage.since,
        now=context.delivery.now,
        location_name=outage.location_name if outage.names_location else "",
    )


async def _recovered(context: RenderContext) -> Rendered | None:
    return outages.readable_again(
        await _outage(context),
        context.words,
        recovered_at=moment(context.args["until"]),
        caught_up=CaughtUp(
            reviews=context.args["found"], low=context.args["low"], incidents=int(context.args.get("incidents", 0))
        ),
    )


async def _first_import(context: RenderContext) -> Rendered | None:
    row = await sources.find(context.connection, context.args["source_id"])
    place = await locations.find(context.connection, row.location_id)
    return imports.first_import(
        context.words.in_zone(place.zone),
        source_name=row.name,
        location_name=place.name,
        reviews=context.args["count"],
        low=context.args["low"],
        first_at=moment(context.args["first_at"]),
        last_at=moment(context.args["last_at"]),
        understood=await folder_files.understood_of(context.connection, row),
    )


async def _recent_cluster(context: RenderContext) -> Rendered | None:
    place = await locations.find(context.connection, context.args["location_id"])
    return imports.recent_cluster(
        context.words.in_zone(place.zone),
        location_id=place.location_id,
        location_name=place.name,
        names_location=place.has_siblings,
        count=context.args["count"],
        since=moment(context.args["since"]),
        is_date_only=context.args["is_date_only"],
        now=context.delivery.now,
    )


async def _late_clusters(context: RenderContext) -> Rendered | None:
    place = await locations.find(context.connection, context.args["location_id"])
    return imports.late_clusters(
        context.words.in_zone(place.zone),
        location_id=place.location_id,
        location_name=place.name,
        names_location=place.has_siblings,
        mark=context.args["mark"],
        clusters=[
            LateLine(
                moment(one["since"]),
                moment(one["until"]),
                one["count"],
                one["usual_per_day"],
                one.get("first_reviews", 0),
                Reason(one.get("reason", Reason.LATE)),
            )
            for one in context.args["clusters"]
        ],
        seen_at=datetime.fromtimestamp(context.args["mark"], UTC),
    )


async def _back_test(context: RenderContext) -> Rendered | None:
    place = await locations.find(context.connection, context.args["location_id"])
    shown = backtest.back_test(await _back_test_in(context, place), context.words.in_zone(place.zone))
    rows: Rows = ()
    if not context.args["is_too_small"] and await may_be_owners(context, place):
        relaxed, mark = context.args["relaxed"], context.args["mark"]
        rows = keyboards.budget(place.location_id, mark=mark, relaxed=relaxed, words=context.words)
    return replace(shown, rows=rows, attachment=attachment_in(context.args))


async def _skipped_rows(context: RenderContext) -> Rendered | None:
    place = await locations.find(context.connection, context.args["location_id"])
    return imports.skipped_rows(
        context.words.in_zone(place.zone),
        file_name=context.args["name"],
        location_name=place.name,
        imported=context.args["imported"],
        skipped=[
            SkippedRow(line=row["line"], reason=reason_of(row, context.words, row["reason"]))
            for row in context.args["lines"]
        ],
        skipped_count=context.args["skipped"],
    )


async def _unreadable(context: RenderContext) -> Rendered | None:
    first = context.args["lines"][0]
    reason = reason_of(first, context.words, first["reason"])
    return imports.unreadable_file(context.words, file_name=context.args["name"], reason=reason)


async def _mail_unread(context: RenderContext) -> Rendered | None:
    row = await sources.find(context.connection, context.args["source_id"])
    place = await locations.find(context.connection, row.location_id)
    outcome = Outcome(context.args["outcome"])
    count, newest = await stored_mails.of_rule(
        context.connection, row.source_id, context.args["rule"], outcome, since=moment(context.args["since"])
    )
    if newest is None:
        return None
    found = unread_mails.UnreadMails(
        outcome=outcome,
        platform=name_of(newest.platform, source_name=row.name),
        location_name=place.name,
        names_location=place.has_siblings,
        count=count,
        sender=newest.sender,
        subject=newest.subject,
        sent_at=newest.sent_at,
        why=newest.why,
    )
    return unread_mails.unread(found, context.words.in_zone(place.zone), now=context.delivery.now)


async def _upload(context: RenderContext) -> Rendered | None:
    upload = await uploads.find(context.connection, context.args["upload_id"])
    return None if upload is None else await render_upload(context.connection, upload, context.words)


async def _skipped_list(context: RenderContext) -> Rendered | None:
    upload = await uploads.find(context.connection, context.args["upload_id"])
    if upload is None:
        return None
    message = sent_files.skipped_list(context.words, file_name=upload.name, rows=upload.facts["skipped"])
    return replace(message, attachment=attachment_in(context.args))


async def _outage(context: RenderContext) -> Outage:
    row = await sources.find(context.connection, context.args["source_id"])
    place = await locations.find(context.connection, row.location_id)
    others = [one for one in await sources.of_location(context.connection, row.location_id) if one is not row]
    return Outage(
        source_id=row.source_id,
        source_name=row.name,
        location_name=place.name,
        names_location=place.has_siblings,
        zone=place.zone,
        now=context.delivery.now,
        since=moment(context.args["since"]),
        reason=SourceDownReason(context.args.get("reason", SourceDownReason.NO_ANSWER)),
        others=tuple(
            ReadableSource(name=one.name, at=one.ok_at)
            for one in others
            if one.ok_at is not None and one.failing_since is None and one.source_id != row.source_id
        ),
    )


async def _back_test_in(context: RenderContext, place: Place) -> BackTest:
    """What `bot.stages.replay.backtest` found, from a row's arguments, and what the alarms' texts say."""
    args = context.args
    group = args["densest"]
    choice = context.delivery.choice(place)
    alarms = []
    for one in args["alarms"]:
        # Rows of a release before this one have no ids.
        ids = one.get("review_ids", ())
        theme, is_smear = await incident_texts.of_alarm(context.connection, place.location_id, ids, choice)
        lasted = timedelta(seconds=one["seconds"])
        alarms.append(PastAlarm(moment(one["at"]), one["count"], lasted, theme, is_smear))
    return BackTest(
        location_name=place.name,
        names_location=place.has_siblings,
        reviews=args["reviews"],
        is_too_small=args["is_too_small"],
        first_at=moment(args["first_at"]),
        last_at=moment(args["last_at"]),
        is_weekly=args["is_weekly"],
        alarm_count=args["alarm_count"],
        alarms=tuple(alarms),
        densest=None if group is None else (group["count"], timedelta(seconds=group["seconds"])),
        rule_low=args["rule"]["low_reviews"],
        rule_hours=args["rule"]["hours"],
        rule_alarms=args["rule_alarms"],
        has_picture="file" in args,
    )


RENDERERS: Final[Mapping[str, Renderer]] = MappingProxyType(
    {
        "blind": _source_down,
        "all_blind": _all_sources_down,
        "recovered": _recovered,
        "first_import": _first_import,
        "first_reads": first_reads,
        "recent_cluster": _recent_cluster,
        "late_clusters": _late_clusters,
        "back_test": _back_test,
        "skipped_rows": _skipped_rows,
        "unreadable": _unreadable,
        "mail_unread": _mail_unread,
        "upload": _upload,
        "skipped_list": _skipped_list,
    }
)
