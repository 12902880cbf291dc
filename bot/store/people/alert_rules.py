"""Who is told of a location's incidents and when its chats are quiet: the configuration, and what the chat chose."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.choices import Chosen, Origin
from bot.configured.alerting import AlertSettings, clock_range
from bot.model.incident import Severity
from bot.policy.escalation import Step, Whom
from bot.policy.quiet import Quiet
from bot.store.db.engine import Connection
from bot.store.db.schema import chat_links, escalation_choices, location_rules, locations, people, quiet_choices

_NEVER = "never"


async def sync(connection: Connection, location_id: int, alerts: AlertSettings) -> None:
    """Bring a location's rules in line with the configuration."""
    hours = clock_range(alerts.quiet_hours)
    values: dict[str, Any] = {"steps": _kept(alerts), "quiet_breaks": alerts.quiet_breaks}
    values |= {"quiet_begins": _text(hours and hours[0]), "quiet_ends": _text(hours and hours[1])}
    await _put(connection, location_rules, location_rules.c.location_id, location_id, values)


async def steps_of(connection: Connection, location_id: int) -> tuple[Step, ...]:
    """The steps of a location's escalation: those chosen in the chat, else the configuration's."""
    chosen, configured = (await connection.execute(_STEPS, {"its_id": location_id})).one()
    found = configured if chosen is None else chosen
    return tuple(Step(timedelta(seconds=after), Whom(whom), person) for after, whom, person in found or ())


async def chosen_steps(connection: Connection, location_id: int) -> Chosen:
    """Where a location's steps come from; the number of those chosen in the chat is the time of that."""
    query = sa.select(escalation_choices.c.chosen_at, people.c.name).outerjoin(
        people, people.c.person_id == escalation_choices.c.chosen_by_id
    )
    row = (await connection.execute(query.where(escalation_choices.c.location_id == location_id))).first()
    if row is not None:
        number = int(row.chosen_at.timestamp())
        return Chosen("", Origin.CHAT, number=number, set_at=row.chosen_at, set_by=row.name or "")
    usual = _kept(AlertSettings())
    query_file = sa.select(location_rules.c.steps).where(location_rules.c.location_id == location_id)
    written = await connection.scalar(query_file)
    return Chosen("", Origin.DEFAULT if written == usual else Origin.FILE)


async def choose_steps(
    connection: Connection, location_id: int, steps: Sequence[Step] | None, *, by_id: int | None, now: datetime
) -> None:
    """Keep what was chosen in the chat; None: the configuration holds again."""
    if steps is None:
        is_it = escalation_choices.c.location_id == location_id
        await connection.execute(sa.delete(escalation_choices).where(is_it))
        return
    kept = [[one.after.total_seconds(), one.whom.value, one.person_id] for one in steps]
    values = {"steps": kept, "chosen_by_id": by_id, "chosen_at": now}
    await _put(connection, escalation_choices, escalation_choices.c.location_id, location_id, values)


async def choose_quiet(
    connection: Connection,
    chat_id: int,
    hours: tuple[time, time] | None,
    breaks: Severity | None,
    *,
    by_id: int | None,
    now: datetime,
) -> None:
    """Keep a chat's own quiet hours; None: it has none, whatever the configuration says."""
    values: dict[str, Any] = {"breaks": _NEVER if breaks is None else breaks.value}
    values |= {"begins": _text(hours and hours[0]), "ends": _text(hours and hours[1])}
    values |= {"chosen_by_id": by_id, "chosen_at": now}
    await _put(connection, quiet_choices, quiet_choices.c.chat_id, chat_id, values)


async def quiet_chosen(connection: Connection, chat_id: int) -> Chosen:
    """Where a chat's quiet hours come from: chosen in it, written in the file, or neither."""
    query = sa.select(quiet_choices.c.chosen_at, people.c.name).outerjoin(
        people, people.c.person_id == quiet_choices.c.chosen_by_id
    )
    row = (await connection.execute(query.where(quiet_choices.c.chat_id == chat_id))).first()
    if row is not None:
        return Chosen("", Origin.CHAT, set_at=row.chosen_at, set_by=row.name or "")
    has_some = (await quiet_of(connection, [chat_id])).get(chat_id) is not None
    return Chosen("", Origin.FILE if has_some else Origin.DEFAULT)


async def quiet_of(connection: Connection, chat_ids: Collection[int]) -> dict[int, Quiet]:
    """Chat -> its quiet hours, by the clock of its first location; chats without any are left out."""
    rows = await connection.execute(_QUIET, {"chat_ids": list(chat_ids)})
    found: dict[int, Quiet] = {}
    for row in rows:
        rule = (row.begins, row.ends, row.breaks)
        begins, ends, breaks = rule if row.has_chosen is None else (row.own_begins, row.own_ends, row.own_breaks)
        found.pop(row.chat_id, None)
        if begins:
            lowest = None if breaks == _NEVER else Severity(breaks)
            zone = ZoneInfo(row.time_zone)
            found[row.chat_id] = Quiet(time.fromisoformat(begins), time.fromisoformat(ends), zone, lowest)
    return found


# Put together once, for every press needs them.
_STEPS = (
    sa.select(escalation_choices.c.steps, location_rules.c.steps)
    .select_from(locations)
    .outerjoin(escalation_choices, escalation_choices.c.location_id == locations.c.location_id)
    .outerjoin(location_rules, location_rules.c.location_id == locations.c.location_id)
    .where(locations.c.location_id == sa.bindparam("its_id"))
)
# The rule of a chat's first location comes last, and holds.
_QUIET = (
    sa.select(
        chat_links.c.chat_id,
        locations.c.time_zone,
        location_rules.c.quiet_begins.label("begins"),
        location_rules.c.quiet_ends.label("ends"),
        location_rules.c.quiet_breaks.label("breaks"),
        quiet_choices.c.chat_id.label("has_chosen"),
        quiet_choices.c.begins.label("own_begins"),
        quiet_choices.c.ends.label("own_ends"),
        quiet_choices.c.breaks.label("own_breaks"),
    )
    .join(locations, chat_links.c.business_id == locations.c.business_id)
    .join(location_rules, location_rules.c.location_id == locations.c.location_id)
    .outerjoin(quiet_choices, quiet_choices.c.chat_id == chat_links.c.chat_id)
    .where(
        chat_links.c.chat_id.in_(sa.bindparam("chat_ids", expanding=True)),
        locations.c.is_active,
        sa.or_(chat_links.c.location_id.is_(None), chat_links.c.location_id == locations.c.location_id),
    )
    .order_by(locations.c.location_id.desc())
)


def _kept(alerts: AlertSettings) -> list[list[Any]]:
    return [[one.after_minutes.total_seconds(), one.to, None] for one in alerts.escalation]


def _text(at: time | None) -> str:
    return "" if at is None else at.isoformat("minutes")


async def _put(
    connection: Connection, table: sa.Table, key: sa.Column[Any], value: int, values: dict[str, Any]
) -> None:
    result = await connection.execute(sa.update(table).where(key == value).values(**values))
    if result.rowcount == 0:
        await connection.execute(sa.insert(table).values({key.name: value, **values}))
