"""What the program itself does about a location: open, grow, reopen, close. The live bot and replay share it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.detect.fixed_rule import count_guests, excess_over
from bot.detect.observation import Detector, Finding, Observation
from bot.model.incident import SEVERE, Incident, Severity

REOPEN_WITHIN = timedelta(hours=72)
SETTLED_FOR = timedelta(hours=48)
REACH_BACK = timedelta(hours=24)
STEPS = ((Severity.CRITICAL, 4.0), (Severity.HIGH, 2.0))
SEVERE_BEGINS_AS = 3
"""A severe review opens an incident alone: its growth is measured as if it had opened as others do."""


@dataclass(frozen=True, slots=True)
class Open:
    """A new incident begins."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class Recur:
    """An incident that was over goes on."""

    incident: Incident
    finding: Finding


@dataclass(frozen=True, slots=True)
class Grow:
    """More low reviews join the incident; `severity` is what it is now."""

    incident: Incident
    review_ids: tuple[int, ...]
    count: int
    severity: Severity


@dataclass(frozen=True, slots=True)
class Close:
    """The incident ends by quiet."""

    incident: Incident


Decision = Open | Recur | Grow | Close


@dataclass(frozen=True, slots=True)
class Situation:
    """A location as it stands.

    Attributes:
        lows: its low reviews of the last 100 days or so, oldest first.
        current: its unresolved incident.
        last: its newest incident that is over.
        usual_per_day: what was usual before the current incident.
        settled_since: the latest of: the current incident opened, reopened, or was last joined by a review.
        is_blind: a source cannot be read, so that quiet proves nothing.
        known_since: the oldest review known.
    """

    lows: Sequence[Observation]
    current: Incident | None
    last: Incident | None
    usual_per_day: float | None
    settled_since: datetime | None
    is_blind: bool
    known_since: datetime | None


def decide(situation: Situation, *, detector: Detector, now: datetime) -> Decision | None:
    """The next thing to do about a location; None when there is nothing to do."""
    if situation.current is not None:
        return _about_current(situation, situation.current, detector=detector, now=now)
    finding = detector.look(situation.lows, now=now, known_since=situation.known_since)
    if finding is None:
        return None
    last = situation.last
    if last is not None and last.ended_at is not None and now - last.ended_at <= REOPEN_WITHIN:
        return Recur(last, finding)
    return Open(finding)


def _about_current(situation: Situation, current: Incident, *, detector: Detector, now: datetime) -> Decision | None:
    start = _start(situation, current)
    # A whole cluster from before belongs to it too, or it would raise the alarm again once this one is over.
    before = [low for low in situation.lows if low.at < start]
    earlier = detector.look(before, now=now, known_since=situation.known_since)
    joining = (earlier.review_ids if earlier is not None else ()) + tuple(
        low.review_id for low in situation.lows if low.is_fresh and low.incident_id is None and low.at >= start
    )
    if joining:
        new = frozenset(joining)
        members = [low for low in situation.lows if low.incident_id == current.incident_id or low.review_id in new]
        count = count_guests(members)
        span = members[-1].at - members[0].at
        excess = excess_over(count, usual_per_day=situation.usual_per_day, span=span)
        return Grow(current, joining, count, step(current, excess))
    is_settled = situation.settled_since is not None and now - situation.settled_since >= SETTLED_FOR
    if is_settled and not situation.is_blind and detector.is_normal(situation.lows, now=now):
        return Close(current)
    return None


def _start(situation: Situation, current: Incident) -> datetime:
    """Reviews from long before the incident's own first one are not part of it."""
    own = [low.at for low in situation.lows if low.incident_id == current.incident_id]
    return min(own, default=current.opened_at) - REACH_BACK


def step(current: Incident, excess: float) -> Severity:
    """The severity for an excess; it never goes down by itself.

    High when the excess over what is usual reaches twice the reviews the incident opened with, critical at four times.
    """
    begun_with = max(current.first_count, SEVERE_BEGINS_AS) if current.reason == SEVERE else current.first_count
    reached = next((severity for severity, times in STEPS if excess >= times * begun_with), Severity.NORMAL)
    return max(current.severity, reached, key=lambda severity: severity.rank)
