"""Sees that somebody takes an incident: tells the next people when nobody does, and asks those who have it.

Three kinds of deadlines stand for an incident: ESCALATE, the next step while nobody has it; STILL, the question to its
holder; EXPIRE, the end of the time for an answer. `moved` brings them in line after every move and `stepped` after a
change of severity, in the transaction of the move; what a deadline does and what it writes is one transaction too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.incidents.machine import RefusedError, Request, apply
from bot.model.incident import Incident, State, Transition
from bot.model.people import Role
from bot.policy import escalation, rota
from bot.policy.escalation import Step, Whom
from bot.policy.quiet import Quiet
from bot.stages.notify import enqueue, on_duty, second_way
from bot.store.db.engine import Connection
from bot.store.delivery import routes, sent_messages, timers
from bot.store.incidents import escalations, incidents
from bot.store.incidents.escalations import Escalation
from bot.store.people import alert_rules, chats, locations, people

ESCALATE: Final = "escalate"
STILL: Final = "still"
EXPIRE: Final = "expire"
_UNTAKEN: Final = (State.OPEN, State.ASSIGNED)


def question_key(incident: Incident) -> str:
    """The key of the question to an incident's holder; it goes when it is answered."""
    return f"still:{incident.incident_id}"


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom a step reaches: their chats, the people among them who are named, or the names of routes."""

    chat_ids: tuple[int, ...]
    person_ids: tuple[int, ...]
    routes: tuple[str, ...] = ()

    @property
    def is_nobody(self) -> bool:
        """Whether the step has nobody to tell."""
        return not self.chat_ids and not self.routes


async def moved(connection: Connection, after: Incident, *, now: datetime, picker: str = "") -> bool:
    """An incident has just been moved, or somebody has said something about it; gives whether a step was to come.

    `picker` is the subject of a deadline of that kind which the move ends as well.
    """
    cleared = await timers.clear_kinds(
        connection, (EXPIRE, STILL, ESCALATE, "picker"), [str(after.incident_id), picker]
    )
    if EXPIRE in cleared:
        await _take_question_back(connection, after, now=now)
    was_escalating = ESCALATE in cleared
    if after.state in _UNTAKEN:
        await _begin(connection, after, now=now)
        return was_escalating
    before = await escalations.end(connection, after.incident_id)
    if after.state is State.ACKNOWLEDGED:
        if before is not None and before.told_chats:
            await enqueue.below_card(connection, after, before.told_chats, "taken", now=now, buzzes=False)
        await second_way.tell_taken(connection, after, now=now)
        await _ask_later(connection, after, now=now)
    return was_escalating


async def leave(connection: Connection, incident: Incident, *, now: datetime) -> None:
    """An incident has opened that is to wake nobody: it is not escalated unless somebody takes it and gives it back."""
    await escalations.begin(connection, incident.incident_id, None, now=now)


async def stepped(connection: Connection, before: Incident, after: Incident, *, now: datetime) -> None:
    """An incident has become stronger: at night its clock may go on from now."""
    found = await escalations.find(connection, after.incident_id)
    if after.state not in _UNTAKEN or found is None or found.clock is None:
        return
    quiets = await _quiets(connection, after)
    clock = escalation.wound(found.clock, quiets, severity=before.severity, now=now)
    await escalations.put_clock(connection, after.incident_id, clock, now=now)
    due = escalation.due_at(clock, quiets, severity=after.severity)
    await timers.put(connection, ESCALATE, str(after.incident_id), due_at=due)


async def begin_missing(connection: Connection, location_ids: Sequence[int], *, now: datetime) -> None:
    """At a start: an incident that an earlier release opened gets its deadlines, every other keeps them."""
    for incident in await incidents.unresolved(connection, location_ids):
        is_known = await escalations.find(connection, incident.incident_id) is not None
        if incident.state in _UNTAKEN and not is_known:
            await _begin(connection, incident, now=now)
        elif incident.state is State.ACKNOWLEDGED:
            number = str(incident.incident_id)
            if not any([await timers.find(connection, kind, number) for kind in (STILL, EXPIRE)]):
                await _ask_later(connection, incident, now=now)


async def wind(connection: Connection, location_ids: Sequence[int], *, now: datetime) -> None:
    """Reckon the clocks of some places up to now: call it before their quiet hours become others, and `go_on` after."""
    for incident in await incidents.unresolved(connection, location_ids):
        found = await escalations.find(connection, incident.incident_id)
        if found is not None and found.clock is not None:
            quiets = await _quiets(connection, incident)
            clock = escalation.wound(found.clock, quiets, severity=incident.severity, now=now)
            await escalations.put_clock(connection, incident.incident_id, clock, now=now)


async def go_on(connection: Connection, location_ids: Sequence[int]) -> None:
    """Set the deadlines anew, by the quiet hours as they are now."""
    for incident in await incidents.unresolved(connection, location_ids):
        found = await escalations.find(connection, incident.incident_id)
        if found is not None and found.clock is not None:
            quiets = await _quiets(connection, incident)
            due = escalation.due_at(found.clock, quiets, severity=incident.severity)
            await timers.put(connection, ESCALATE, str(incident.incident_id), due_at=due)


async def fire(connection: Connection, kind: str, incident: Incident, *, now: datetime) -> None:
    """Do what a deadline of one of the three kinds was set for; the caller has taken it away."""
    match kind:
        case "escalate":
            await _escalate(connection, incident, now=now)
        case "still":
            await _ask(connection, incident, now=now)
        case "expire":
            await _expire(connection, incident, now=now)


async def stop_asking(connection: Connection, incident: Incident, person_id: int, *, now: datetime) -> None:
    """A person is not asked about an incident any more."""
    await escalations.stop_asking(connection, incident.incident_id, person_id, now=now)
    if incident.state is State.ACKNOWLEDGED and incident.holder_id == person_id:
        await timers.clear_kinds(connection, (STILL, EXPIRE), [str(incident.incident_id)])
        await _take_question_back(connection, incident, now=now)


async def _begin(connection: Connection, incident: Incident, *, now: datetime) -> None:
    steps = await alert_rules.steps_of(connection, incident.location_id)
    first = await _next_step(connection, incident, steps, 0, now=now)
    clock = None if first is None else escalation.begin(steps, now=now, step=first)
    await escalations.begin(connection, incident.incident_id, clock, now=now)
    if clock is None:
        return
    due = escalation.due_at(clock, await _quiets(connection, incident), severity=incident.severity)
    await timers.put(connection, ESCALATE, str(incident.incident_id), due_at=due)


async def _escalate(connection: Connection, incident: Incident, *, now: datetime) -> None:
    found = await escalations.find(connection, incident.incident_id)
    if incident.state not in _UNTAKEN or found is None or found.clock is None:
        return
    steps = await alert_rules.steps_of(connection, incident.location_id)
    # Who was reached when the clock was set may have left since.
    current = await _next_step(connection, incident, steps, found.clock.step, now=now)
    if current is None:
        await escalations.put_clock(connection, incident.incident_id, None, now=now)
        return
    following = await _next_step(connection, incident, steps, current + 1, now=now)
    clock = None if following is None else escalation.begin(steps, now=now, step=following)
    await escalations.put_clock(connection, incident.incident_id, clock, now=now)
    next_args: dict[str, object] = {}
    if clock is not None and following is not None:
        due = escalation.due_at(clock, await _quiets(connection, incident), severity=incident.severity)
        await timers.put(connection, ESCALATE, str(incident.incident_id), due_at=due)
        then = await _reached(connection, incident, steps[following], now=due)
        next_args = {
            "next_at": due.isoformat(),
            "next_whom": steps[following].whom.value,
            "next_people": list(then.person_ids),
            "next_routes": list(then.routes),
        }
    reached = await _reached(connection, incident, steps[current], now=now)
    whom = {"whom": steps[current].whom.value, "people": list(reached.person_ids), "routes": list(reached.routes)}
    await escalations.tell(connection, incident.incident_id, whom, reached.chat_ids, now=now)
    if reached.routes:
        mark = str(int(now.timestamp()))
        await second_way.tell_incident(connection, incident, "escalated", mark=mark, now=now)
    await enqueue.card(connection, incident, now=now)
    await enqueue.missing_cards(connection, incident, reached.chat_ids, now=now)
    await enqueue.below_card(
        connection,
        incident,
        reached.chat_ids,
        "escalated",
        now=now,
        buzzes=True,
        args={
            "version": incident.version,
            "at": now.isoformat(),
            "duty": list(reached.person_ids) if steps[current].whom is Whom.DUTY else [],
            "away": await _passed_over(connection, incident, steps[: current + 1], found, now=now),
            **next_args,
        },
    )


async def _passed_over(
    connection: Connection, incident: Incident, so_far: Sequence[Step], found: Escalation, *, now: datetime
) -> list[list[object]]:
    """Who would be on duty and is away, with the end of that, for the step at which it is first of interest."""
    is_asked = any(one.whom is Whom.DUTY for one in so_far)
    if not is_asked or (found.told_at is not None and so_far[-1].whom is not Whom.DUTY):
        return []
    duty = await on_duty.of(connection, await locations.find(connection, incident.location_id), now=now)
    away = () if duty is None else rota.watch(duty.rota, now).away
    return [] if duty is None else [[one, duty.away_until(one, now).isoformat()] for one in away]


async def _ask(connection: Connection, incident: Incident, *, now: datetime) -> None:
    if incident.state is not State.ACKNOWLEDGED or incident.holder_id is None:
        return
    if incident.holder_id in await escalations.unasked_of(connection, incident.incident_id):
        return
    quiets = await _quiets_of_holder(connection, incident)
    until = escalation.expires_at(quiets, asked_at=now, severity=incident.severity)
    await timers.put(connection, EXPIRE, str(incident.incident_id), due_at=until)
    await enqueue.below_card(
        connection,
        incident,
        await chats_of_person(connection, incident, incident.holder_id),
        "still",
        now=now,
        buzzes=True,
        args={"until": until.isoformat(), "version": incident.version},
        key=question_key(incident),
    )


async def _take_question_back(connection: Connection, incident: Incident, *, now: datetime) -> None:
    key = question_key(incident)
    await enqueue.chats(connection, await sent_messages.chats_at(connection, key), "delete", now=now, key=key)


async def _expire(connection: Connection, incident: Incident, *, now: datetime) -> None:
    try:
        after = apply(incident, Request(move=Transition.EXPIRE), now=now)
    except RefusedError:
        # Its holder answered in the same moment, or it is over.
        return
    if await incidents.save(connection, incident, after):
        await _take_question_back(connection, incident, now=now)
        await enqueue.card(connection, after, now=now)
        await moved(connection, after, now=now)


async def chats_of_person(connection: Connection, incident: Incident, person_id: int) -> list[int]:
    """Where a person is told of an incident: in the groups that show it, and in the person's own chat."""
    own = (await chats.private_of(connection, [person_id])).get(person_id)
    groups = [one for one in await enqueue.chats_of(connection, incident.location_id) if one.kind == "group"]
    return [one.chat_id for one in groups] + ([] if own is None else [own.chat_id])


async def _ask_later(connection: Connection, incident: Incident, *, now: datetime) -> None:
    quiets = await _quiets_of_holder(connection, incident)
    due = escalation.ask_at(quiets, taken_at=now, severity=incident.severity)
    await timers.add(connection, STILL, str(incident.incident_id), due_at=due)


async def _next_step(
    connection: Connection, incident: Incident, steps: Sequence[Step], start: int, *, now: datetime
) -> int | None:
    """The first step from `start` on that reaches anybody; None where none does."""
    for number in range(start, len(steps)):
        if not (await _reached(connection, incident, steps[number], now=now)).is_nobody:
            return number
    return None


async def _reached(connection: Connection, incident: Incident, step: Step, *, now: datetime) -> Reached:
    unasked = await escalations.unasked_of(connection, incident.incident_id)
    place = await locations.find(connection, incident.location_id)
    team = await people.team(connection, business_id=place.business_id, location_id=place.location_id)
    match step.whom:
        case Whom.DUTY:
            on = [one for one in (await on_duty.watch(connection, place.location_id, now=now)).on if one not in unasked]
            private = await chats.private_of(connection, on)
            here = await enqueue.chats_of(connection, place.location_id) if on else []
            groups = [one.chat_id for one in here if one.kind == "group"]
            return Reached((*groups, *(one.chat_id for one in private.values())), tuple(on))
        case Whom.TEAM:
            alone = {one.person.telegram_id for one in team if one.person.person_id in unasked}
            here = await enqueue.chats_of(connection, incident.location_id)
            return Reached(tuple(one.chat_id for one in here if one.telegram_chat_id not in alone), ())
        case Whom.OWNERS:
            wanted = [one.person.person_id for one in team if one.grant.role is Role.OWNER]
        case Whom.PERSON:
            wanted = [one.person.person_id for one in team if one.person.person_id == step.person_id]
        case Whom.ROUTES:
            found = await routes.of_location(connection, incident.location_id)
            return Reached((), (), tuple(one.name for one in found))
    private = await chats.private_of(connection, [one for one in wanted if one not in unasked])
    return Reached(tuple(one.chat_id for one in private.values()), tuple(private))


async def _quiets(connection: Connection, incident: Incident) -> Sequence[Quiet]:
    """The quiet hours of all chats that could react; none where one of them has none."""
    ids = [chat.chat_id for chat in await enqueue.chats_of(connection, incident.location_id)]
    return await _all_of(connection, ids)


async def _quiets_of_holder(connection: Connection, incident: Incident) -> Sequence[Quiet]:
    own = await chats.private_of(connection, [] if incident.holder_id is None else [incident.holder_id])
    if not own:
        return await _quiets(connection, incident)
    return await _all_of(connection, [one.chat_id for one in own.values()])


async def _all_of(connection: Connection, chat_ids: Sequence[int]) -> Sequence[Quiet]:
    found = await alert_rules.quiet_of(connection, chat_ids)
    return tuple(found.values()) if len(found) == len(chat_ids) else ()
