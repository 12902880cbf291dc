"""What the program itself does about a location: open, grow, reopen, close. The live bot and replay share it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from bot.detect.adapter import last_moment
from bot.detect.episode import LOOK_BACK_QUIET, usual_at_most
from bot.detect.fixed_rule import count_guests, excess_over
from bot.detect.observation import Observation
from bot.detect.types import DAY, Alarm, OwnerRule
from bot.model.incident import SEVERE, Cause, Evidence, Incident, Rule, Severity, Transition

REOPEN_WITHIN = timedelta(hours=72)
SAME_CAUSE_WITHIN = timedelta(days=7)
"""Until so long after its end an incident goes on with new low reviews that are about the same."""
REACH_BACK = timedelta(hours=24)
QUIET_DAYS = LOOK_BACK_QUIET / DAY
STEPS = ((Severity.CRITICAL, 4.0), (Severity.HIGH, 2.0))
SEVERE_LASTS = timedelta(hours=48)
"""An incident of one severe review is over so long after the last thing that happened to it."""
SEVERE_BEGINS_AS = 3
"""A severe review opens an incident alone: its growth is measured as if it had opened as others do."""


@dataclass(frozen=True, slots=True)
class Open:
    """A new incident begins with these reviews; `count` counts one guest's copies once."""

    alarm: Alarm
    review_ids: tuple[int, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Recur:
    """An incident that was over goes on with `count` more low reviews; with its earlier ones it has `total`."""

    incident: Incident
    alarm: Alarm
    review_ids: tuple[int, ...]
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class Grow:
    """More low reviews join the incident.

    Attributes:
        count: guests in all.
        severity: what it is now.
        alarm: the page that says so.
        known: guests that join and were known when it began: no new evidence, so that they raise nothing.
    """

    incident: Incident
    review_ids: tuple[int, ...]
    count: int
    severity: Severity
    alarm: Alarm | None = None
    known: int = 0


@dataclass(frozen=True, slots=True)
class ReadLate:
    """Low reviews from the time of an incident that is over were read after its end; they are no new cluster.

    They are `count` guests' that the incident did not hold.
    """

    incident: Incident
    review_ids: tuple[int, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Close:
    """The incident ends by quiet."""

    incident: Incident


Decision = Open | Recur | Grow | ReadLate | Close


@dataclass(frozen=True, slots=True)
class Situation:
    """A location as it stands.

    Attributes:
        lows: its low reviews of the last 100 days or so, oldest first.
        current: its unresolved incident.
        last: its newest incident that is over.
        usual_per_day: what was usual before the current incident.
        page: what the detector has just said, if that is a page.
        is_lasting: the detector still sees the current incident.
        is_blind: a source cannot be read, so that quiet proves nothing.
        zone: of the location.
    """

    lows: Sequence[Observation]
    current: Incident | None
    last: Incident | None
    usual_per_day: float | None
    page: Alarm | None
    is_lasting: bool
    is_source_down: bool
    zone: tzinfo


def decide(situation: Situation, *, now: datetime) -> Decision | None:
    """The next thing to do about a location; None when there is nothing to do."""
    if situation.current is not None:
        return _about_current(situation, situation.current, now=now)
    page = situation.page
    if page is None:
        return _about_last(situation, now=now)
    since = datetime.fromtimestamp(page.since, UTC)
    members = [low for low in situation.lows if low.incident_id is None and last_moment(low, situation.zone) >= since]
    if not any(low.is_fresh for low in members):
        return None
    review_ids, count = tuple(low.review_id for low in members), count_guests(members)
    last = situation.last
    own = [] if last is None else [low for low in situation.lows if low.incident_id == last.incident_id]
    if last is not None and (is_recent(last, now=now) or _is_same_again(last, own, members, now=now)):
        return Recur(last, page, review_ids, count, count_guests([*own, *members]))
    return Open(page, review_ids, count)


def is_recent(last: Incident | None, *, now: datetime) -> bool:
    """Whether an incident that is over ended so lately that it can go on."""
    return last is not None and last.ended_at is not None and now - last.ended_at <= REOPEN_WITHIN


def _is_same_again(
    last: Incident, own: Sequence[Observation], members: Sequence[Observation], *, now: datetime
) -> bool:
    """Whether new low reviews within a week are about what an incident was about.

    What it was about is what a person said, else what half of its reviews with words complain of; of the new ones half
    of those that were read must complain of the same.
    """
    if last.ended_at is None or now - last.ended_at > SAME_CAUSE_WITHIN or last.cause in (Cause.FALSE, Cause.SMEAR):
        return False
    its = _shared_themes(own) if last.cause in (None, Cause.OTHER) else {str(last.cause)}
    return bool(its & _shared_themes(members))


def _shared_themes(lows: Sequence[Observation]) -> set[str]:
    """What at least half of those that say anything complain of, and two of them at least."""
    said = [low.themes for low in lows if low.themes]
    every = Counter(theme for themes in said for theme in themes)
    return {theme for theme, count in every.items() if count >= max(2, len(said) / 2)}


def _about_last(situation: Situation, *, now: datetime) -> Decision | None:
    last = situation.last
    if last is None or last.ended_at is None or last.reason == SEVERE or not is_recent(last, now=now):
        return None
    own = [low for low in situation.lows if low.incident_id == last.incident_id]
    if not own:
        return None
    start = min(low.at for low in own) - REACH_BACK
    late = [
        low for low in situation.lows if low.is_fresh and low.incident_id is None and start <= low.at <= last.ended_at
    ]
    if not late:
        return None
    return ReadLate(last, tuple(low.review_id for low in late), count_guests([*own, *late]) - count_guests(own))


def _about_current(situation: Situation, current: Incident, *, now: datetime) -> Decision | None:
    start = _start(situation, current)
    joining = [low for low in situation.lows if low.is_fresh and low.incident_id is None and low.at >= start]
    if joining or situation.page is not None:
        return _growth(situation, current, joining)
    if not situation.is_source_down and not situation.is_lasting and _is_quiet(situation, current, now=now):
        return Close(current)
    return None


def _growth(situation: Situation, current: Incident, joining: Sequence[Observation]) -> Grow:
    begun = current.moved_at if current.last_move is Transition.RECUR else current.opened_at
    new = frozenset(low.review_id for low in joining)
    old = frozenset(low.review_id for low in joining if low.seen is not None and low.seen <= begun)
    own = [low for low in situation.lows if low.incident_id == current.incident_id]
    members = [low for low in situation.lows if low.incident_id == current.incident_id or low.review_id in new]
    known = count_guests([*own, *(low for low in joining if low.review_id in old)]) - count_guests(own)
    began = replace(current, first_count=current.first_count + known)
    severity = _severity(situation, began, members)
    return Grow(
        current, tuple(low.review_id for low in joining), count_guests(members), severity, situation.page, known
    )


def _start(situation: Situation, current: Incident) -> datetime:
    """Reviews from long before the incident's own first one are not part of it."""
    own = [low.at for low in situation.lows if low.incident_id == current.incident_id]
    return min(own, default=current.opened_at) - REACH_BACK


def _severity(situation: Situation, current: Incident, members: Sequence[Observation]) -> Severity:
    reached = current.severity
    # What has settled is no excess any more, however far it adds up.
    if current.settled_at is None and members:
        span = members[-1].at - members[0].at
        reached = step(current, excess_over(count_guests(members), usual_per_day=situation.usual_per_day, span=span))
    if situation.page is not None:
        reached = max(reached, Severity.HIGH, key=lambda severity: severity.rank)
    return reached


def _is_quiet(situation: Situation, current: Incident, *, now: datetime) -> bool:
    """The detector has seen the end; or, where it has taken the level for the new normal, the old one is back."""
    if current.reason == SEVERE:
        own = (low.at for low in situation.lows if low.incident_id == current.incident_id)
        return now - max((current.moved_at, *own)) >= SEVERE_LASTS
    if current.settled_at is None:
        return True
    back = [low for low in situation.lows if low.at > now - timedelta(days=QUIET_DAYS)]
    return count_guests(back) <= usual_at_most((situation.usual_per_day or 0.0) * QUIET_DAYS)


def step(current: Incident, excess: float) -> Severity:
    """The severity for an excess; it never goes down by itself.

    High when the excess over what is usual reaches twice the reviews the incident opened with, critical at four times.
    """
    begun_with = max(current.first_count, SEVERE_BEGINS_AS) if current.reason == SEVERE else current.first_count
    reached = next((severity for severity, times in STEPS if excess >= times * begun_with), Severity.NORMAL)
    return max(current.severity, reached, key=lambda severity: severity.rank)


def evidence_of(alarm: Alarm, rule: OwnerRule | None) -> Evidence:
    """What a card says of an alarm."""
    by_rule = None
    if alarm.by_rule:
        by_rule = Rule.FLOOR if rule is not None and rule.is_floor else Rule.OWNER
    return Evidence(
        n=alarm.n,
        window_h=alarm.window_h,
        expected=alarm.expected,
        recurrence_years=alarm.recurrence_years,
        by_rule=by_rule,
        is_new_place=alarm.is_new_place,
        shared=alarm.shared,
    )


def usual_of(alarm: Alarm) -> float | None:
    """Low reviews a day that are usual; None where too little is known."""
    return None if alarm.is_new_place else alarm.usual_per_day
