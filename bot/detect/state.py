"""What a location remembers: sources, profile, last days. Takes the reviews of a poll, passes the days."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.detect.evidence.scan import Lagging, Newcomer
from bot.detect.types import DAY, LATE_AT_MOST, LOW_UP_TO, Prior, Review
from bot.detect.usual.baseline import LEARNING_DAYS, VOLUME_LAG, Usual, usual
from bot.detect.usual.history import KEPT_DAYS, LAG, OLDEST_DAYS, SourceHistory
from bot.detect.usual.placed import Placed
from bot.detect.usual.profile import FADE, Profile
from bot.detect.usual.recent import Recent
from bot.detect.usual.spread import Spread
from bot.detect.usual.taken import Taken, open_days
from bot.detect.usual.withdrawn import Withdrawn

IMPORT_REVIEWS = 10
IMPORT_DAYS = 14
TEACHES_AT_ONCE = 2
"""A review whose day is so old changes what is usual in the poll that brings it; today and yesterday teach later."""


class Memory:
    """Bounded: 64 days and nine numbers for each source, eleven days of moments, the profile of a week."""

    def __init__(self) -> None:
        self.prior = Prior()
        self.profile = Profile()
        self.recent = Recent()
        self.newcomers: dict[str, Recent] = {}
        self.histories: dict[str, SourceHistory] = {}
        self.usual = Usual(0.0, 0.0, 1.0, 0.0, 0.0, self.prior.share, {}, 0.0)
        self.skip: set[int] = set()
        self.born: int | None = None
        self.today = 0
        self.has_new_lows = False
        self._withdrawn = Withdrawn()
        self._spread = Spread()
        self._placed = Placed()

    @property
    def volume_shape(self) -> float:
        """Shape of the gamma of an ordinary day's volume, learned from the days so far."""
        return self._spread.shape

    @property
    def taught(self) -> tuple[float, float]:
        """Low reviews and all reviews the shares rest on."""
        memories = [history.memory for history in self.histories.values()]
        return sum(memory[7] for memory in memories), sum(memory[6] for memory in memories)

    def begin(self, today: int) -> None:
        """The first poll."""
        self.born = self.today = today
        self.recent.advance(today)

    def learned(self) -> dict[str, SourceHistory]:
        """The sources that have a baseline of their own."""
        return {name: history for name, history in self.histories.items() if not self.is_new(history)}

    def is_new(self, history: SourceHistory) -> bool:
        """A source that came late and without a history: for four weeks nobody knows how much it brings."""
        return (
            self.today - history.since < LEARNING_DAYS
            and history.since - history.start < IMPORT_DAYS
            and history.since - min(one.start for one in self.histories.values()) > LEARNING_DAYS
        )

    def share_of(self, name: str) -> tuple[float, float]:
        """The share of low reviews of a new source, and how many low reviews that rests on.

        The location's share to begin with; its own days older than three days count at once.
        """
        total, low = self.prior.weight, self.prior.weight * self.usual.share
        for day, counts in self.histories[name].days.items():
            if self.today - day > VOLUME_LAG and day not in self.skip:
                total += counts[0]
                low += counts[1]
        return low / total, low

    def tell(self) -> None:
        """An incident has ended: what it held is evidence for no other."""
        for recent in (self.recent, *self.newcomers.values()):
            recent.tell()
        self._withdrawn.tell()

    def withdraw(self, review: Review) -> None:
        """A low review has been removed: no evidence any more, but one that its platform did not leave standing.

        What it has taught stays: the guest was there.
        """
        history = self.histories.get(review.source)
        if history is None:
            return
        at = min(review.at, review.seen)
        begin, end = (at // DAY * DAY, (at // DAY + 1) * DAY) if review.day_only else (at, at)
        was_evidence = self.newcomers.get(review.source, self.recent).withdraw(begin, end)
        self._withdrawn.add(review.source, review.at, is_evidence=was_evidence)
        if not review.is_history:
            history.removed += 1

    def _comes_back(self, review: Review) -> bool | None:
        """Whether a review that was removed may be evidence again; None where it has not been here before."""
        may_be_evidence = self._withdrawn.take(review.source, review.at)
        if may_be_evidence is not None and not review.is_history:
            history = self.histories[review.source]
            history.removed = max(0.0, history.removed - 1)
        return may_be_evidence

    def low_between(self, begin: float, end: float) -> int:
        """Low reviews of all sources that are evidence, after `begin` up to and with `end`."""
        return sum(recent.low_between(begin, end) for recent in (self.recent, *self.newcomers.values()))

    def all_low_between(self, begin: float, end: float) -> int:
        """Low reviews of all sources after `begin` up to and with `end`."""
        return sum(recent.all_low_between(begin, end) for recent in (self.recent, *self.newcomers.values()))

    def with_followers(self, ends: list[float]) -> list[float]:
        """The moments at which windows that a poll has changed may end."""
        found = set(self.recent.with_followers(ends))
        for recent in self.newcomers.values():
            found.update(recent.with_followers(ends))
        return sorted(found)

    def newcomer(self, name: str, recent: Recent) -> Newcomer:
        """A new source as the windows see it."""
        share, known = self.share_of(name)
        return Newcomer(recent, share, known)

    def lagging(self, now: float) -> list[Lagging]:
        """The sources that have not been delivered up to now."""
        found = []
        for name, (low, other) in self.usual.parts.items():
            until = self.histories[name].known_until(now)
            if until < now:
                found.append(Lagging(until, low, other))
        return found

    def deliver(self, source: str, until: float) -> None:
        """A source is complete up to a moment; one that is unknown so far has nothing to be complete about."""
        history = self.histories.get(source)
        if history is not None:
            history.complete_until = max(until, history.complete_until or 0.0)

    def take(self, reviews: Iterable[Review], *, is_import: bool) -> Taken:
        """Take in the reviews of one poll, in any order.

        Args:
            reviews: of all sources.
            is_import: the first poll: what it brings was there before anybody watched.
        """
        batch = sorted(
            (r for r in reviews if r.rating is not None),
            key=lambda r: (r.at, r.source, r.rating or 0, r.seen),
        )
        taken = Taken(is_import=self._begin_sources(batch))
        today = self.today
        for review in batch:
            history = self.histories[review.source]
            at = min(review.at, review.seen)
            is_low = review.rating is not None and review.rating <= LOW_UP_TO
            day = int(at // DAY)
            age = today - day
            before = self._comes_back(review) if is_low else None
            if before is False:
                continue
            if review.day_only and age < KEPT_DAYS:
                at = self._placed.moment(self.profile, review.source, day, is_low=is_low, until=review.seen)
            if before is None:
                self.profile.learn(at, day_only=review.day_only, weight=FADE**age if age > 0 else 1.0)
                history.add(day, is_low=is_low, today=today, skipped=day in self.skip)
                taken.teaches = taken.teaches or age >= TEACHES_AT_ONCE
            taken.moments.append((review.source, at, is_low))
            recent = self.recent
            if self.is_new(history):
                recent = self.newcomers.setdefault(review.source, Recent())
                recent.advance(today)
            if not is_low:
                recent.add_other(at)
                continue
            recent.add_low(at)
            self.has_new_lows = True
            if is_import:
                continue
            if not review.is_history and review.seen - review.at <= LAG * DAY:
                taken.ends.append(at)
            elif review.seen - review.at <= LATE_AT_MOST:
                taken.late.append(at)
        taken.ends.sort()
        if taken.teaches:
            for history in self.histories.values():
                if history.unknown:
                    history.fill(today=today, skip=self.skip, weekday=self.profile.weekday)
            self.refresh()
        return taken

    def _begin_sources(self, batch: list[Review]) -> bool:
        """Give new sources a history, and one whose past was imported the days that belong to it; whether it was."""
        is_import = False
        older: dict[str, list[int]] = {}
        for review in batch:
            day = int(review.at // DAY)
            known = self.histories.get(review.source)
            if known is None or day < known.start:
                older.setdefault(review.source, []).append(day)
        for name, days in older.items():
            start = max(min(days), self.today - OLDEST_DAYS)
            history = self.histories.get(name)
            if history is None:
                history = self.histories[name] = SourceHistory(self.today, start)
                is_import = is_import or self.today - start >= IMPORT_DAYS
                self._add_days(history, days, start, self.today)
                self._learn_days(start, self.today - 1)
            elif len(days) >= IMPORT_REVIEWS:
                is_import = is_import or history.start - start >= IMPORT_DAYS
                self._add_days(history, days, start, history.start - 1)
                self._learn_days(start, history.start - 1)
                history.start = start
        return is_import

    def _add_days(self, history: SourceHistory, heard: list[int], first: int, last: int) -> None:
        for begin, end in open_days(heard, first, last):
            history.add_days(begin, end, today=self.today)

    def _learn_days(self, first: int, last: int) -> None:
        if len(self.histories) == 1 or not sum(self.profile.weekdays_seen):
            for day in range(first, last + 1):
                self.profile.learn_day(day, FADE ** (self.today - day))

    def next_day(self) -> None:
        """Midnight: yesterday is a day like others, the day a week ago begins to teach."""
        self.today += 1
        taught = self.today - LAG
        exposure = self.profile.weekday[taught % 7]
        skipped = taught in self.skip
        if not skipped:
            self._learn_spread(taught)
        for history in self.histories.values():
            history.fold(taught, exposure, skipped=skipped)
            history.forget_old(self.today)
        self.skip.discard(self.today - KEPT_DAYS)
        self.profile.learn_day(self.today - 1)
        self.profile.fade()
        self.recent.advance(self.today)
        for name in list(self.newcomers):
            self.newcomers[name].advance(self.today)
            if not self.is_new(self.histories[name]):
                self.recent.take_over(self.newcomers.pop(name))
        self._withdrawn.forget((self.today - KEPT_DAYS) * DAY)
        self._placed.forget(self.today - 11)
        self.refresh()

    def set_back(self, today: int) -> None:
        """The days since `today` have not been: the machine's clock was ahead."""
        self.today = today
        self.born = None if self.born is None else min(self.born, today)
        for recent in (self.recent, *self.newcomers.values()):
            recent.set_back(today)
        for history in self.histories.values():
            history.since, history.start = min(history.since, today), min(history.start, today)
            history.unknown = {day for day in history.unknown if day <= today - LAG}
        self.refresh()

    def _learn_spread(self, day: int) -> None:
        usual_now = self.usual
        expected = (usual_now.low + usual_now.other) * self.profile.weekday[day % 7]
        if usual_now.days < IMPORT_DAYS or expected < 0.5:
            return
        learned = self.learned().values()
        if not all(history.is_known(day) for history in learned):
            return
        self._spread.learn(sum(history.days.get(day, (0, 0))[0] for history in learned), expected)

    def refresh(self) -> None:
        """The baseline of today."""
        self.profile.refresh()
        self.usual = usual(
            self.learned(), today=self.today, skip=self.skip, prior=self.prior, weekday=self.profile.weekday
        )

    def leave_out(self, first: float, last: float) -> None:
        """Days of an incident: they do not teach."""
        begin = max(int(first // DAY), self.today - KEPT_DAYS + 1)
        self.skip.update(range(begin, int(last // DAY) + 1))

    def take_back(self, first: float) -> None:
        """The days from here on teach after all: an incident was over by then."""
        day = int(first // DAY)
        self.skip = {skipped for skipped in self.skip if skipped < day}

    def accept(self, first: float, last: float, *, weaken: float) -> None:
        """The days of an incident are the new normal: they teach, what was before counts less."""
        begin = max(int(first // DAY), self.today - KEPT_DAYS + 1)
        for history in self.histories.values():
            history.weaken(weaken)
        for day in range(begin, int(last // DAY) + 1):
            if day not in self.skip:
                continue
            self.skip.discard(day)
            if day <= self.today - LAG:
                for history in self.histories.values():
                    history.teach(day, self.profile.weekday[day % 7], today=self.today)
        self.refresh()

    def state(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "profile": self.profile.state(),
            "recent": self.recent.state(),
            "newcomers": {name: recent.state() for name, recent in self.newcomers.items()},
            "histories": {name: history.state() for name, history in self.histories.items()},
            "usual": self.usual.state(),
            "skip": sorted(self.skip),
            "born": self.born,
            "today": self.today,
            "new_lows": self.has_new_lows,
            "spread": [self._spread.excess, self._spread.weight],
            "withdrawn": self._withdrawn.state(),
            "placed": self._placed.state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Exactly what was saved."""
        self.profile.restore(state["profile"])
        self.recent.restore(state["recent"])
        self.newcomers = {}
        for name, recent in state["newcomers"].items():
            self.newcomers[name] = Recent()
            self.newcomers[name].restore(recent)
        self.histories = {name: SourceHistory.restored(value) for name, value in state["histories"].items()}
        self.usual = Usual.restored(state["usual"])
        self.skip = set(state["skip"])
        self.born = state["born"]
        self.today = state["today"]
        self.has_new_lows = state["new_lows"]
        self._spread = Spread(*state["spread"])
        self._withdrawn = Withdrawn.restored(state.get("withdrawn", []))  # a release before did not keep them
        self._placed = Placed.restored(state["placed"])
