"""What the program would have done about a history, had it watched from the first review on. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.detect.fixed_rule import count_guests
from bot.detect.observation import Detector, Finding, Observation
from bot.incidents.machine import Request, apply
from bot.incidents.watch import SETTLED_FOR, Close, Grow, Open, Recur, Situation, decide
from bot.model.incident import Incident, Move, Severity, State

LOOK_BACK = timedelta(days=100)
"""How much history a decision is made from, as in the live program."""
LOOK_AGAIN = timedelta(hours=1)
"""How often an unresolved incident is looked at without new reviews."""
_RUN = timedelta(days=10)
"""An incident that goes on grows in steps of at most this: shorter than LOOK_BACK, so that no review is passed over."""


@dataclass(frozen=True, slots=True)
class PastIncident:
    """An incident as it would have been.

    Attributes:
        opened_at: when it would have opened; the alert would have come with the source's next poll.
        ended_at: when quiet would have closed it; None: it would still be open.
        count: its low reviews, one guest's copies counted once.
        usual_per_day: low reviews a day in the 90 days before; None where too little was known.
        reopened: how often it went on after it was over.
        review_ids: its low reviews, oldest first.
    """

    opened_at: datetime
    ended_at: datetime | None
    count: int
    usual_per_day: float | None
    reopened: int
    review_ids: tuple[int, ...]


def replay(
    lows: Sequence[Observation],
    *,
    detector: Detector,
    reach: timedelta,
    known_since: datetime | None,
    until: datetime,
) -> list[PastIncident]:
    """The incidents that a history would have raised, oldest first, if nobody had touched them.

    Every decision is `watch.decide`'s. Between them only what cannot change one is passed over: while an incident is
    unresolved, every low review joins it, so reviews that follow each other within SETTLED_FOR join in one step.

    Args:
        lows: the low reviews, oldest first, all fresh and in no incident.
        detector: the location's detector.
        reach: how far apart the first and the last review may be for a cluster to begin: the detector's window.
        known_since: the oldest review of the history.
        until: when the history ends: today.
    """
    story = _Story(lows, detector=detector, known_since=known_since)
    index = 0
    while index < len(lows):
        if story.current is None:
            index += 1
            story.arrive(index, reach=reach)
        elif story.close_before(lows[index].at):
            continue
        else:
            index = story.run(index)
    if story.current is not None:
        story.close_before(until)
    return story.told()


@dataclass(slots=True)
class _Chapter:
    opened_at: datetime
    usual_per_day: float | None
    reopened: int = 0
    ended_at: datetime | None = None
    indexes: list[int] = field(default_factory=list)


class _Story:
    """The history as far as it has been told; a review's id is its place in it while it is told."""

    def __init__(self, lows: Sequence[Observation], *, detector: Detector, known_since: datetime | None) -> None:
        self.current: Incident | None = None
        self._original = lows
        self._times = [low.at for low in lows]
        self._lows = [replace(low, review_id=index, incident_id=None) for index, low in enumerate(lows)]
        self._detector = detector
        self._known_since = known_since
        self._last: Incident | None = None
        self._settled = datetime.min.replace(tzinfo=UTC)
        self._chapters: list[_Chapter] = []

    def arrive(self, end: int, *, reach: timedelta) -> None:
        """The newest review is the one before `end`, and nothing is unresolved."""
        now = self._times[end - 1]
        # Most reviews open nothing, and for that the last few are enough to look at.
        if self._decide(end, now=now, back=reach) is None:
            return
        self._follow(end, now=now)

    def run(self, begin: int) -> int:
        """Let the reviews from `begin` join that come without a pause; gives the first that does not."""
        end = begin
        settled = self._settled
        while end < len(self._times):
            at = self._times[end]
            if (at - settled >= SETTLED_FOR and end > begin) or at - self._times[begin] > _RUN:
                break
            settled = at
            end += 1
        self._follow(end, now=settled)
        return end

    def close_before(self, moment: datetime) -> bool:
        """Close the unresolved incident if quiet does so before `moment`, looking as often as the live program."""
        now = self._settled + SETTLED_FOR
        while now <= moment:
            self._follow(self._end_at(now), now=now)
            if self.current is None:
                return True
            now += LOOK_AGAIN
        return False

    def told(self) -> list[PastIncident]:
        """Every incident so far."""
        return [
            PastIncident(
                opened_at=chapter.opened_at,
                ended_at=chapter.ended_at,
                count=count_guests(self._lows[index] for index in chapter.indexes),
                usual_per_day=chapter.usual_per_day,
                reopened=chapter.reopened,
                review_ids=tuple(self._original[index].review_id for index in sorted(chapter.indexes)),
            )
            for chapter in self._chapters
        ]

    def _end_at(self, now: datetime) -> int:
        return bisect_left(self._times, now)

    def _decide(self, end: int, *, now: datetime, back: timedelta) -> Open | Recur | Grow | Close | None:
        begin = bisect_left(self._times, now - back)
        situation = Situation(
            lows=self._lows[begin:end],
            current=self.current,
            last=self._last,
            usual_per_day=self._chapters[-1].usual_per_day if self._chapters else None,
            settled_since=self._settled if self.current is not None else None,
            is_blind=False,
            known_since=self._known_since,
        )
        return decide(situation, detector=self._detector, now=now)

    def _follow(self, end: int, *, now: datetime) -> None:
        """Do everything there is to do at a moment."""
        while (decision := self._decide(end, now=now, back=LOOK_BACK)) is not None:
            match decision:
                case Open(finding):
                    self._chapters.append(_Chapter(opened_at=now, usual_per_day=finding.usual_per_day))
                    self.current = _opened(len(self._chapters), finding, now=now)
                    self._join(finding.review_ids, now=now)
                case Recur(before, finding):
                    chapter = self._chapters[-1]
                    chapter.reopened += 1
                    chapter.ended_at = None
                    chapter.usual_per_day = finding.usual_per_day
                    again = apply(before, Request(move=Move.RECUR), now=now)
                    self.current = replace(again, first_count=before.first_count + finding.count)
                    self._join(finding.review_ids, now=now)
                case Grow(incident, review_ids, _, severity):
                    self.current = replace(incident, severity=severity)
                    self._join(review_ids, now=now)
                case Close(incident):
                    self._last = apply(incident, Request(move=Move.CLOSE), now=now)
                    self._chapters[-1].ended_at = now
                    self.current = None

    def _join(self, indexes: Sequence[int], *, now: datetime) -> None:
        number = len(self._chapters)
        for index in indexes:
            self._lows[index] = replace(self._lows[index], incident_id=number)
        self._chapters[-1].indexes.extend(indexes)
        self._settled = now


def _opened(number: int, finding: Finding, *, now: datetime) -> Incident:
    return Incident(
        incident_id=number,
        location_id=0,
        state=State.OPEN,
        severity=Severity.NORMAL,
        version=0,
        opened_at=now,
        moved_at=now,
        last_move=Move.OPEN,
        first_count=finding.count,
    )
