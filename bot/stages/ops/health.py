"""Is the service well? What `check --health` and a container's health check ask. Pure but for `read`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.store.db.engine import Store
from bot.store.delivery import outbox, service_status
from bot.store.delivery.outbox import Backlog
from bot.store.delivery.service_status import Installation
from bot.store.people import chats, locations

PLACES_SHOWN = 3
INTERVALS = 2
"""A full pass over the sources may be this many intervals old."""
UNSENT_FOR = timedelta(minutes=10)
UNSCORED_FOR = timedelta(minutes=10)
CLOCK_OFF_BY = timedelta(minutes=5)


def judge(row: Installation, backlog: Backlog, now: datetime, *, unreached: Sequence[str] = ()) -> list[str]:
    """What is wrong, one sentence each; empty when the service is well.

    Args:
        row: the installation.
        backlog: what should have been sent by now.
        now: the time.
        unreached: the names of the locations whose alerts no chat gets.
    """
    if row.started_at is None:
        return ["the service has never been started: `reviewbot run`"]
    wrong = []
    if row.stopped_at is not None:
        wrong.append(f"the service was stopped at {_utc(row.stopped_at)}: start it with `reviewbot run`")
    else:
        # A service that has just started after a long rest has its first pass ahead.
        last = max(row.started_at, row.passed_at or row.started_at)
        allowed = timedelta(seconds=row.pass_every_s) * INTERVALS
        if last - now > CLOCK_OFF_BY:
            wrong.append(
                f"the last full pass over the sources is dated {_utc(last)}, which is still to come: this machine's "
                "clock was set back; the running service sees to it within seconds"
            )
        if now - last > allowed:
            wrong.append(
                f"the last full pass over the sources was at {_utc(last)}, more than {_minutes(allowed)} ago: "
                "is `reviewbot run` still running? Its log says what holds it up"
            )
        unscored = unscored_since(row, now)
        if unscored is not None:
            says = row.scoring_error or "the worker processes give no answer"
            wrong.append(f"reviews have not been scored since {_utc(unscored)} ({says}); alarms by stars go on")
    if row.put_aside:
        since = f" (since {_utc(row.put_aside_at)})" if row.put_aside_at is not None else ""
        wrong.append(f"{row.put_aside}{since}; it is tried again every hour at least: please report it with the log")
    if row.backup_error:
        wrong.append(f"the daily backup fails and is tried again: {row.backup_error}")
    if unreached:
        wrong.append(
            f"no chat gets the alerts of {', '.join(unreached[:PLACES_SHOWN])}"
            f"{' and others' if len(unreached) > PLACES_SHOWN else ''}: write to the bot or press a button in a chat "
            "that was lost, or connect one with `reviewbot pair`"
        )
    if row.telegram_error:
        since = f" (since {_utc(row.telegram_error_at)})" if row.telegram_error_at is not None else ""
        wrong.append(f"{row.telegram_error.rstrip('.')}{since}")
    if backlog.oldest_at is not None and now - backlog.oldest_at > UNSENT_FOR:
        says = f"; the last answer was: {backlog.last_error}" if backlog.last_error else ""
        wrong.append(
            f"{backlog.count} messages wait, the first since {_utc(backlog.oldest_at)}: Telegram cannot be reached "
            f"or does not take them{says}"
        )
    return wrong


def unscored_since(row: Installation, now: datetime) -> datetime | None:
    """Since when scoring fails or stands still; None when it goes well."""
    if row.started_at is None:
        return None
    scored = max(row.started_at, row.scored_at or row.started_at)
    return scored if row.scoring_error or now - scored > UNSCORED_FOR else None


async def read(store: Store, *, now: datetime) -> list[str]:
    """`judge` what the database says."""
    async with store.read() as connection:
        unreached = [
            place.name
            for place in await locations.all_active(connection)
            if not await chats.of_location(connection, place.location_id)
        ]
        row = await service_status.read(connection)
        return judge(row, await outbox.backlog(connection, now=now), now, unreached=unreached)


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _minutes(span: timedelta) -> str:
    minutes = span / timedelta(minutes=1)
    return f"{minutes:.0f} minutes" if minutes >= 2 else f"{span.total_seconds():.0f} seconds"
