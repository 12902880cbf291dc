"""The incident's state machine: which transition is allowed in which state, and what it changes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeVar

from bot.errors import MoveRefusedError
from bot.model.incident import Cause, Incident, Severity, State, Transition

_T = TypeVar("_T")
_UNRESOLVED = frozenset({State.OPEN, State.ASSIGNED, State.ACKNOWLEDGED, State.SNOOZED})
_OVER = frozenset({State.RESOLVED, State.CLOSED})

ALLOWED_FROM: Final[Mapping[Transition, frozenset[State]]] = MappingProxyType(
    {
        Transition.ACKNOWLEDGE: frozenset({State.OPEN, State.ASSIGNED}),
        Transition.GIVE_BACK: frozenset({State.ACKNOWLEDGED, State.ASSIGNED}),
        Transition.ASSIGN: _UNRESOLVED,
        Transition.SNOOZE: frozenset({State.OPEN, State.ASSIGNED, State.ACKNOWLEDGED}),
        Transition.END_SNOOZE: frozenset({State.SNOOZED}),
        Transition.RESOLVE: _UNRESOLVED,
        Transition.REOPEN: _OVER,
        Transition.ACCEPT: _UNRESOLVED,
        Transition.NOTE: frozenset(State),
        Transition.STAY: frozenset({State.ACKNOWLEDGED}),
        Transition.SNOOZE_OVER: frozenset({State.SNOOZED}),
        Transition.EXPIRE: frozenset({State.ACKNOWLEDGED}),
        Transition.CLOSE: _UNRESOLVED,
        Transition.RECUR: _OVER,
        Transition.STEP: _UNRESOLVED,
    }
)


class Refusal(StrEnum):
    """Why a transition was refused; each value has its answer in the chat."""

    TAKEN = "taken"
    ALREADY_YOURS = "already_yours"
    ROLE_TOO_LOW = "role_too_low"
    NOT_YOURS = "not_yours"
    OUT_OF_DATE = "out_of_date"


class RefusedError(MoveRefusedError):
    """A transition that is not allowed; `incident` is the incident as it is."""

    def __init__(self, refusal: Refusal, incident: Incident) -> None:
        self.refusal = refusal
        self.incident = incident
        super().__init__(f"incident #{incident.incident_id} is {incident.state}: {refusal}")


@dataclass(frozen=True, slots=True)
class Request:
    """A transition that a person or the program asks for.

    Attributes:
        by_id: the person; None when the program moves.
        is_owner: the person is an owner of the incident's location.
        assignee_id: whom to assign to.
        until: the end of a snooze; a snooze always has one.
        cause: what it was; resolving always names one.
        severity: how strong it has become.
        note: what somebody adds to the incident's notes; the newest comes first, each on a line with its author.
        by_name: the author of the note, as they are called now.
    """

    move: Transition
    by_id: int | None = None
    is_owner: bool = False
    assignee_id: int | None = None
    until: datetime | None = None
    cause: Cause | None = None
    severity: Severity | None = None
    note: str = ""
    by_name: str = ""


def apply(incident: Incident, request: Request, *, now: datetime) -> Incident:
    """The incident after a transition.

    Raises:
        RefusedError: the move is not allowed in this state or to this person.
        ValueError: the request lacks what the move needs (a snooze without an end, ...), a mistake of the program.
    """
    _refuse(incident, request)
    after = _after(incident, request, now=now)
    if request.move in (Transition.NOTE, Transition.STAY, Transition.STEP):
        return after
    return replace(
        after,
        last_move=request.move,
        moved_at=now,
        moved_by_id=request.by_id,
        version=incident.version + (request.by_id is not None),
    )


def _refuse(incident: Incident, request: Request) -> None:
    move, by = request.move, request.by_id
    if move is Transition.ACKNOWLEDGE and incident.state is State.ACKNOWLEDGED:
        raise RefusedError(Refusal.ALREADY_YOURS if incident.holder_id == by else Refusal.TAKEN, incident)
    if move is Transition.OPEN:
        raise ValueError("an incident opens by being made")
    if incident.state not in ALLOWED_FROM[move]:
        raise RefusedError(Refusal.OUT_OF_DATE, incident)
    if move is Transition.ACCEPT and not request.is_owner:
        raise RefusedError(Refusal.ROLE_TOO_LOW, incident)
    if move is Transition.STAY and by != incident.holder_id:
        raise RefusedError(Refusal.NOT_YOURS, incident)
    if move is Transition.GIVE_BACK and by != incident.holder_id and not request.is_owner:
        raise RefusedError(Refusal.ROLE_TOO_LOW, incident)


def _after(incident: Incident, request: Request, *, now: datetime) -> Incident:
    match request.move:
        case Transition.ACKNOWLEDGE:
            return replace(incident, state=State.ACKNOWLEDGED, holder_id=_needed(request.by_id))
        case Transition.STAY:
            return incident
        case Transition.GIVE_BACK | Transition.EXPIRE:
            return replace(incident, state=State.OPEN, holder_id=None)
        case Transition.ASSIGN:
            assignee = _needed(request.assignee_id)
            state = State.ACKNOWLEDGED if assignee == request.by_id else State.ASSIGNED
            return replace(incident, state=state, holder_id=assignee, state_before=None, snoozed_until=None)
        case Transition.SNOOZE:
            until = _needed(request.until)
            if until <= now:
                raise ValueError("a snooze ends in the future")
            return replace(incident, state=State.SNOOZED, state_before=incident.state, snoozed_until=until)
        case Transition.END_SNOOZE | Transition.SNOOZE_OVER:
            before = _needed(incident.state_before)
            return replace(incident, state=before, state_before=None, snoozed_until=None)
        case Transition.RESOLVE:
            cause = _needed(request.cause)
            return replace(incident, state=State.RESOLVED, cause=cause, ended_at=now, **_NO_SNOOZE)
        case Transition.CLOSE | Transition.ACCEPT:
            return replace(incident, state=State.CLOSED, ended_at=now, **_NO_SNOOZE)
        case Transition.REOPEN | Transition.RECUR:
            return replace(incident, state=State.OPEN, holder_id=None, cause=None, ended_at=None, settled_at=None)
        case Transition.NOTE:
            said = " ".join(request.note.split())
            signed = f"{said} – {request.by_name}" if request.by_name else said
            return replace(incident, note="\n".join(filter(None, (signed, incident.note))))
        case Transition.STEP:
            return replace(incident, severity=_needed(request.severity))
        case Transition.OPEN:
            raise AssertionError("refused before")


_NO_SNOOZE: Final[Mapping[str, Any]] = MappingProxyType({"state_before": None, "snoozed_until": None})


def _needed(value: _T | None) -> _T:
    if value is None:
        raise ValueError("the move lacks what it needs")
    return value
