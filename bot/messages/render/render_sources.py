"""From an outbox row to the message: sources, files and imports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from bot.errors import BlindReason
from bot.messages.buttons import keyboards
from bot.messages.facts.text_analysis import past_alarm_of
from bot.messages.incident import backtest
from bot.messages.incident.backtest import BackTest, PastAlarm
from bot.messages.render.context import Renderer, Task, moment
from bot.messages.render.uploads import render as render_upload
from bot.messages.service import imports, outages, unread_mails
from bot.messages.service import uploads as sent_files
from bot.messages.service.imports import SkippedRow
from bot.messages.service.outages import CaughtUp, Outage, ReadableSource
from bot.messages.text.message import Rendered, Rows
from bot.messages.text.serialization import attachment_in
from bot.model.poll import Outcome
from bot.store.ingest import mail_log as stored_mails
from bot.store.ingest import sources, uploads
from bot.store.people import locations
from bot.store.people.locations import Place
from bot.store.reviews import review_views


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
        recovered_at=moment(task.args["until"]),
        caught_up=CaughtUp(
            reviews=task.args["found"], low=task.args["low"], incidents=int(task.args.get("incidents", 0))
        ),
    )


async def _first_import(task: Task) -> Rendered | None:
    row = await sources.find(task.connection, task.args["source_id"])
    place = await locations.find(task.connection, row.location_id)
    return imports.first_import(
        task.words.in_zone(place.zone),
        source_name=row.name,
        location_name=place.name,
        reviews=task.args["count"],
        low=task.args["low"],
        first_at=moment(task.args["first_at"]),
        last_at=moment(task.args["last_at"]),
    )


async def _recent_cluster(task: Task) -> Rendered | None:
    place = await locations.find(task.connection, task.args["location_id"])
    return imports.recent_cluster(
        task.words.in_zone(place.zone),
        location_id=place.location_id,
        location_name=place.name,
        names_location=place.has_siblings,
        count=task.args["count"],
        since=moment(task.args["since"]),
        is_date_only=task.args["is_date_only"],
        now=task.delivery.now,
    )


async def _back_test(task: Task) -> Rendered | None:
    place = await locations.find(task.connection, task.args["location_id"])
    shown = backtest.back_test(await _back_test_in(task, place), task.words.in_zone(place.zone))
    rows: Rows = ()
    if not task.args["is_too_small"]:
        relaxed, mark = task.args["relaxed"], task.args["mark"]
        rows = keyboards.budget(place.location_id, mark=mark, relaxed=relaxed, words=task.words)
    return replace(shown, rows=rows, attachment=attachment_in(task.args))


async def _skipped_rows(task: Task) -> Rendered | None:
    place = await locations.find(task.connection, task.args["location_id"])
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
    place = await locations.find(task.connection, row.location_id)
    outcome = Outcome(task.args["outcome"])
    count, newest = await stored_mails.of_rule(
        task.connection, row.source_id, task.args["rule"], outcome, since=moment(task.args["since"])
    )
    if newest is None:
        return None
    found = unread_mails.UnreadMails(
        outcome=outcome,
        platform=review_views.platform_name(newest.platform, source_name=row.name),
        location_name=place.name,
        names_location=place.has_siblings,
        count=count,
        sender=newest.sender,
        subject=newest.subject,
        sent_at=newest.sent_at,
    )
    return unread_mails.unread(found, task.words.in_zone(place.zone), now=task.delivery.now)


async def _upload(task: Task) -> Rendered | None:
    upload = await uploads.find(task.connection, task.args["upload_id"])
    return None if upload is None else await render_upload(task.connection, upload, task.words)


async def _skipped_list(task: Task) -> Rendered | None:
    upload = await uploads.find(task.connection, task.args["upload_id"])
    if upload is None:
        return None
    message = sent_files.skipped_list(task.words, file_name=upload.name, rows=upload.facts["skipped"])
    return replace(message, attachment=attachment_in(task.args))


async def _outage(task: Task) -> Outage:
    row = await sources.find(task.connection, task.args["source_id"])
    place = await locations.find(task.connection, row.location_id)
    others = [one for one in await sources.of_location(task.connection, row.location_id) if one is not row]
    return Outage(
        source_id=row.source_id,
        source_name=row.name,
        location_name=place.name,
        names_location=place.has_siblings,
        zone=place.zone,
        now=task.delivery.now,
        since=moment(task.args["since"]),
        reason=BlindReason(task.args.get("reason", BlindReason.NO_ANSWER)),
        others=tuple(
            ReadableSource(name=one.name, at=one.ok_at)
            for one in others
            if one.ok_at is not None and one.failing_since is None and one.source_id != row.source_id
        ),
    )


async def _back_test_in(task: Task, place: Place) -> BackTest:
    """What `bot.stages.replay.backtest` found, from a row's arguments, and what the alarms' texts say."""
    args = task.args
    group = args["densest"]
    pack = task.delivery.pack(place)
    alarms = []
    for one in args["alarms"]:
        # Rows of a release before this one have no ids.
        ids = one.get("review_ids", ())
        theme, is_smear = await past_alarm_of(task.connection, place.location_id, ids, pack=pack)
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
        "blind": _blind,
        "all_blind": _all_blind,
        "recovered": _recovered,
        "first_import": _first_import,
        "recent_cluster": _recent_cluster,
        "back_test": _back_test,
        "skipped_rows": _skipped_rows,
        "unreadable": _unreadable,
        "mail_unread": _mail_unread,
        "upload": _upload,
        "skipped_list": _skipped_list,
    }
)
