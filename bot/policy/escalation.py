"""Escalation: who is told next when nobody takes an incident, and when. Pure.

A chain is a list of steps. The clock of a step counts the minutes in which somebody who could have reacted was not in
quiet hours; `bot.policy.quiet` says how. A clock is kept as what is left of the step and since when it runs, so that a
change of severity or of quiet hours in between counts from the moment it happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.model.incident import Severity
from bot.policy import quiet
from bot.policy.quiet import Quiet

ASK_AFTER: Final = timedelta(hours=4)
"""So long after an acknowledgement without any move its holder is asked whether it is still theirs."""
ANSWER_WITHIN: Final = timedelta(hours=1)
"""So long after that question without an answer the incident is open again."""


class Whom(StrEnum):
    """Who is told by a step.

    DUTY: who is on duty then, in their private chats and in the location's groups. TEAM: every chat of the location.
    OWNERS: their private chats. PERSON: one person's private chat. ROUTES: the second way, such as e-mail.
    """

    DUTY = "duty"
    TEAM = "team"
    OWNERS = "owners"
    PERSON = "person"
    ROUTES = "routes"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `after` so much time without anybody taking the incident, counted from the step before."""

    after: timedelta
    whom: Whom
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """How far an incident's escalation is.

    Attributes:
        step: the step that comes next, from 0.
        left: how much of its wait is left.
        since: from when on that counts.
    """

    step: int
    left: timedelta
    since: datetime


def begin(steps: Sequence[Step], *, now: datetime, step: int = 0) -> Clock | None:
    """The clock of a step that begins now; None where the chain has no such step."""
    return Clock(step, steps[step].after, now) if step < len(steps) else None


def wound(clock: Clock, quiets: Sequence[Quiet], *, severity: Severity, now: datetime) -> Clock:
    """The same clock reckoned up to now: call it before severity or quiet hours become others."""
    spent = quiet.awake_between(quiets, clock.since, now, severity=severity)
    return Clock(clock.step, max(timedelta(), clock.left - spent), now)


def due_at(clock: Clock, quiets: Sequence[Quiet], *, severity: Severity) -> datetime:
    """When the step is due."""
    return quiet.due_after(quiets, clock.since, clock.left, severity=severity)


def ask_at(quiets: Sequence[Quiet], *, taken_at: datetime, severity: Severity) -> datetime:
    """When the holder is asked: after four hours by the clock on the wall, or when the quiet hours end then."""
    return _awake(quiets, taken_at + ASK_AFTER, severity)


def expires_at(quiets: Sequence[Quiet], *, asked_at: datetime, severity: Severity) -> datetime:
    """When an incident whose holder does not answer is open again: after an hour in which the holder was awake."""
    return quiet.due_after(quiets, asked_at, ANSWER_WITHIN, severity=severity)


def _awake(quiets: Sequence[Quiet], at: datetime, severity: Severity) -> datetime:
    return quiet.due_after(quiets, at, timedelta(), severity=severity)
