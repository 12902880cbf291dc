"""What the program would have done about a history, had it watched from the first review on. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import groupby

from bot.detect.adapter import Heard, feed, without_twins
from bot.detect.fixed_rule import count_guests
from bot.detect.late import LateCluster
from bot.detect.observation import Observation
from bot.detect.rhythm import RhythmDetector
from bot.detect.types import DAY, Alarm, Kind, Level, Tuning
from bot.incidents.machine import Request, apply
from bot.incidents.watch import (
    REACH_BACK,
    Close,
    Decision,
    Grow,
    Open,
    ReadLate,
    Recur,
    Situation,
    decide,
    evidence_of,
    is_recent,
    usual_of,
)
from bot.model.incident import Evidence, Incident, Severity, State, Transition
from bot.model.silence import Reason

POLL_S = 900.0
"""Seconds between two polls; what is published between two is found by the second."""
WINDOW = timedelta(hours=72)
"""The longest window a page speaks of."""


@dataclass(frozen=True, slots=True)
class PastIncident:
    """An incident as it would have been.

    Attributes:
        opened_at: when the poll that found it would have opened it.
        ended_at: when quiet would have closed it, or its level would have come to count as usual; None: still open.
        count: its low reviews, one guest's copies counted once.
        review_ids: its low reviews, oldest first.
        usual_per_day: low reviews a day that were usual; None where too little was known.
        reopened: how often it went on after it was over.
        kind: what was seen.
        evidence: what the detector said when it opened, see the properties.
    """

    opened_at: datetime
    ended_at: datetime | None
    count: int
    usual_per_day: float | None
    reopened: int
    review_ids: tuple[int, ...]
    kind: Kind
    evidence: Evidence

    @property
    def n(self) -> int:
        """Low reviews within the window of the alarm."""
        return self.evidence.n

    @property
    def window_h(self) -> float:
        """Hours of that window."""
        return self.evidence.window_h

    @property
    def expected(self) -> float:
        """Low reviews that were usual in such a window."""
        return self.evidence.expected

    @property
    def recurrence_years(self) -> float:
        """By chance alone this happens at most once in so many years."""
        return self.evidence.recurrence_years

    @property
    def by_rule(self) -> bool:
        """Opened by the owner's rule, or the floor of small places, whatever the odds."""
        return self.evidence.by_rule is not None


def replay(
    reviews: Sequence[Heard],
    *,
    tuning: Tuning,
    zone: tzinfo,
    until: datetime,
    watched_since: datetime | None = None,
    advance: Callable[[int], None] = lambda _: None,
    noted: Callable[[Alarm], None] = lambda _: None,
    told: Callable[[LateCluster], None] = lambda _: None,
) -> list[PastIncident]:
    """The incidents that a history would have raised, oldest first, if nobody had touched them.

    Fed and decided by what the live program uses: a poll every 15 minutes (only those that find something are asked
    for), and every midnight.

    Args:
        reviews: all ratings, in any order; those seen after `until` are left out.
        tuning: the owner's side of the detector.
        zone: of the location.
        until: when the history ends: today.
        watched_since: what was seen before is history, as in a first import; None: watched from the first review on.
        advance: called with how many more reviews have been replayed.
        noted: called in the end with each note of the detector, oldest first.
        told: called in the end with each cluster that the chat would have been told of silently, oldest first.
    """
    found = sorted((one for one in reviews if one.seen <= until), key=lambda one: (one.seen, one.at, one.review_id))
    kept = {one.review_id for one in without_twins(found)}
    replayed = _Replay(found, tuning=tuning, zone=zone)
    if watched_since is not None:
        before = [one for one in found if one.seen < watched_since]
        replayed.poll([one for one in before if one.review_id in kept], now=watched_since)
        found = found[len(before) :]
        advance(len(before))
    for polled_at, group in groupby(found, key=lambda one: _poll_after(one.seen, until)):
        arrived = list(group)
        replayed.pass_days(polled_at)
        replayed.poll([one for one in arrived if one.review_id in kept], now=polled_at)
        advance(len(arrived))
    replayed.pass_days(until)
    replayed.poll([], now=until)
    for note in replayed.notes:
        noted(note)
    for cluster in replayed.silent:
        told(cluster)
    return replayed.told()


def _poll_after(seen: datetime, until: datetime) -> datetime:
    polled_at = datetime.fromtimestamp(-(-seen.timestamp() // POLL_S) * POLL_S, UTC)
    return min(polled_at, until)


@dataclass(slots=True)
class _PastIncident:
    """A past incident while it is replayed."""

    opened_at: datetime
    usual_per_day: float | None
    evidence: Evidence
    kind: Kind
    reopened: int = 0
    ended_at: datetime | None = None
    indexes: list[int] = field(default_factory=list)


NOTED = (Reason.DRIFT, Reason.SURGE)
"""What is shown as a note."""


class _Replay:
    """Replays a history poll by poll; the id of a low review is its position among the low ones."""

    def __init__(self, reviews: Sequence[Heard], *, tuning: Tuning, zone: tzinfo) -> None:
        lows = sorted((one for one in reviews if one.is_low), key=lambda one: (one.at, one.review_id))
        self._ids = [one.review_id for one in lows]
        self._times = [one.at for one in lows]
        self._lows = [
            Observation(
                index, one.at, one.platform, one.twin, one.is_fresh, is_date_only=one.is_date_only, seen=one.seen
            )
            for index, one in enumerate(lows)
        ]
        self._detector = RhythmDetector(tuning)
        self._zone = zone
        self._now: datetime | None = None
        self._current: Incident | None = None
        self._last: Incident | None = None
        self._past: list[_PastIncident] = []
        self.notes: list[Alarm] = []
        self.silent: list[LateCluster] = []

    def pass_days(self, until: datetime) -> None:
        """Look at every midnight before a moment, as the live program does."""
        if self._now is None:
            return
        for midnight in _midnights(self._now, until):
            self.poll([], now=midnight)

    def poll(self, reviews: Sequence[Heard], *, now: datetime) -> None:
        """One completed poll, and everything there is to do after it."""
        self._now = now
        alarm = feed(self._detector, reviews, now=now, zone=self._zone)
        self.silent += [one for one in self._detector.take_late() if one.reason not in NOTED]
        page = alarm if alarm is not None and alarm.level is Level.PAGE else None
        if alarm is not None and page is None:
            self.notes.append(alarm)
        if self._current is not None and self._detector.has_settled:
            # Nobody is there to accept it as normal, so it counts as accepted.
            self._end(Transition.ACCEPT, now=now)
        if self._current is None and page is None and not is_recent(self._last, now=now):
            return
        while (decision := self._decide(page, now=now)) is not None:
            self._do(decision, now=now)
            page = None

    def told(self) -> list[PastIncident]:
        """Every incident so far."""
        return [
            PastIncident(
                opened_at=one.opened_at,
                ended_at=one.ended_at,
                count=count_guests(self._lows[index] for index in one.indexes),
                usual_per_day=one.usual_per_day,
                reopened=one.reopened,
                review_ids=tuple(self._ids[index] for index in sorted(one.indexes)),
                kind=one.kind,
                evidence=one.evidence,
            )
            for one in self._past
        ]

    def _decide(self, page: Alarm | None, *, now: datetime) -> Decision | None:
        # Nothing that lies further back than this can join, and most looks change nothing.
        begin = now - WINDOW - timedelta(days=2)
        if self._current is not None:
            begin = min(begin, self._times[min(self._past[-1].indexes)] - REACH_BACK)
        situation = Situation(
            lows=self._lows[bisect_left(self._times, begin) : bisect_left(self._times, now + timedelta(days=1))],
            current=self._current,
            last=self._last,
            usual_per_day=self._past[-1].usual_per_day if self._past else None,
            page=page,
            is_lasting=self._detector.episode is not None,
            is_source_down=False,
            zone=self._zone,
        )
        return decide(situation, now=now)

    def _do(self, decision: Decision, *, now: datetime) -> None:
        match decision:
            case Open(alarm, indexes, count):
                evidence = evidence_of(alarm, self._detector.tuning.rule)
                self._absorb(alarm)
                self._past.append(_PastIncident(now, usual_of(alarm), evidence, alarm.kind))
                self._current = _opened(len(self._past), count, now=now)
                self._join(indexes)
            case Recur(before, alarm, indexes, _, total):
                one = self._past[-1]
                self._absorb(alarm)
                one.reopened += 1
                one.ended_at = None
                one.usual_per_day = usual_of(alarm)
                again = apply(before, Request(move=Transition.RECUR), now=now)
                self._current = replace(again, first_count=total)
                self._join(indexes)
            case Grow(incident, indexes, _, severity, _, known):
                began = incident.first_count + known
                self._current = replace(incident, severity=severity, first_count=began)
                self._join(indexes)
            case ReadLate(incident, indexes, count):
                self._last = replace(incident, first_count=incident.first_count + count)
                self._join(indexes)
            case Close():
                self._end(Transition.CLOSE, now=now)

    def _absorb(self, page: Alarm) -> None:
        """Drops a surge note whose window a page falls into: it was the beginning of the same cluster."""
        self.notes = [note for note in self.notes if note.kind is not Kind.SURGE or note.time < page.since]

    def _end(self, move: Transition, *, now: datetime) -> None:
        assert self._current is not None
        self._last = apply(self._current, Request(move=move, is_owner=True), now=now)
        self._past[-1].ended_at = now
        self._current = None

    def _join(self, indexes: Sequence[int]) -> None:
        number = len(self._past)
        for index in indexes:
            self._lows[index] = replace(self._lows[index], incident_id=number)
        self._past[-1].indexes.extend(indexes)


def _midnights(after: datetime, until: datetime) -> Iterator[datetime]:
    day = int(after.timestamp() // DAY) + 1
    while day * DAY < until.timestamp():
        yield datetime.fromtimestamp(day * DAY, UTC)
        day += 1


def _opened(number: int, count: int, *, now: datetime) -> Incident:
    return Incident(
        incident_id=number,
        location_id=0,
        state=State.OPEN,
        severity=Severity.NORMAL,
        version=0,
        opened_at=now,
        moved_at=now,
        last_move=Transition.OPEN,
        first_count=count,
    )
