"""What a location remembers: sources, profile, last days. Takes the reviews of a poll, passes the days."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.detect.baseline import KEPT_DAYS, LAG, LEARNING_DAYS, OLDEST_DAYS, SourceHistory, Usual, usual
from bot.detect.profile import FADE, Profile
from bot.detect.recent import Recent
from bot.detect.types import DAY, LOW_UP_TO, Prior, Review

HISTORY_AGE = 7 * DAY
IMPORT_REVIEWS = 10
IMPORT_DAYS = 14
SPREAD_FADE = 0.99
REGULAR_SHAPE = 12.0
REGULAR_WEIGHT = 10.0
SHAPE_LIMITS = (4.0, 40.0)


class Memory:
    """Bounded: 64 days and nine numbers for each source, eleven days of moments, the profile of a week."""

    def __init__(self) -> None:
        self.prior = Prior()
        self.profile = Profile()
        self.recent = Recent()
        self.histories: dict[str, SourceHistory] = {}
        self.usual = Usual(0.0, 0.0, 1.0, 0.0, 0.0, self.prior.share, {})
        self.skip: set[int] = set()
        self.born: int | None = None
        self.today = 0
        self.has_new_lows = False
        self._spread = [0.0, 0.0]
        self._placed: dict[tuple[str, int], list[int]] = {}

    @property
    def volume_shape(self) -> float:
        """Shape of the gamma of an ordinary day's volume, learned from the days so far."""
        excess, weight = self._spread
        shape = (weight + REGULAR_WEIGHT) / (max(0.0, excess) + REGULAR_WEIGHT / REGULAR_SHAPE)
        return min(max(shape, SHAPE_LIMITS[0]), SHAPE_LIMITS[1])

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
        return {name: history for name, history in self.histories.items() if not self.is_learning(history)}

    def is_learning(self, history: SourceHistory) -> bool:
        """A source that came late and without a history is only listened to for four weeks."""
        assert self.born is not None
        return (
            history.since - self.born > LEARNING_DAYS
            and self.today - history.since < LEARNING_DAYS
            and history.since - history.start < IMPORT_DAYS
        )

    def take(self, reviews: Iterable[Review], *, is_import: bool) -> list[float]:
        """Take in the reviews of one poll; the moments of low ones that may alarm, oldest first."""
        batch = sorted(
            (r for r in reviews if r.rating is not None),
            key=lambda r: (r.at, r.source, r.rating or 0, r.seen),
        )
        self._begin_sources(batch)
        ends: list[float] = []
        today = self.today
        for review in batch:
            history = self.histories[review.source]
            at = min(review.at, review.seen)
            is_low = review.rating is not None and review.rating <= LOW_UP_TO
            day = int(at // DAY)
            age = today - day
            if review.day_only and age < 12:
                at = self._place(review, day, is_low)
            self.profile.learn(at, day_only=review.day_only, weight=FADE**age if age > 0 else 1.0)
            history.add(day, is_low=is_low, today=today, skipped=day in self.skip)
            if self.is_learning(history):
                continue
            if not is_low:
                self.recent.add_other(at)
                continue
            self.recent.add_low(at)
            self.has_new_lows = True
            if not is_import and not review.is_history and review.seen - review.at <= HISTORY_AGE:
                ends.append(at)
        ends.sort()
        return ends

    def _begin_sources(self, batch: list[Review]) -> None:
        """Give new sources a history, and one whose past was imported the days that belong to it."""
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
                history.add_days(start, self.today, today=self.today)
                self._learn_days(start, self.today - 1)
            elif len(days) >= IMPORT_REVIEWS:
                history.add_days(start, history.start - 1, today=self.today)
                self._learn_days(start, history.start - 1)
                history.start = start

    def _learn_days(self, first: int, last: int) -> None:
        if len(self.histories) == 1 or not sum(self.profile.weekdays_seen):
            for day in range(first, last + 1):
                self.profile.learn_day(day, FADE ** (self.today - day))

    def _place(self, review: Review, day: int, is_low: bool) -> float:
        """A moment within the day: the days' reviews are spread evenly over its exposure (van der Corput)."""
        placed = self._placed.setdefault((review.source, day), [0, 0])
        placed[is_low] += 1
        index, part, step = placed[is_low], 0.0, 0.5
        while index:
            part += step * (index & 1)
            index >>= 1
            step /= 2
        return self.profile.moment(day, part, until=review.seen)

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
        if self._placed:
            self._placed = {key: value for key, value in self._placed.items() if key[1] > self.today - 12}
        self.refresh()

    def _learn_spread(self, day: int) -> None:
        usual_now = self.usual
        expected = sum(self.usual_volume()) * self.profile.weekday[day % 7]
        if usual_now.days < IMPORT_DAYS or expected < 0.5:
            return
        total = sum(h.days.get(day, (0, 0))[0] for h in self.histories.values() if not self.is_learning(h))
        weight = (expected / (expected + 10)) ** 2
        gap = min(total, 2.5 * expected) - expected
        self._spread = [
            SPREAD_FADE * self._spread[0] + weight * (gap * gap - expected) / (expected * expected),
            SPREAD_FADE * self._spread[1] + weight,
        ]

    def usual_volume(self) -> tuple[float, float]:
        """Low and other reviews a day."""
        return self.usual.low, self.usual.other

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
            "histories": {name: history.state() for name, history in self.histories.items()},
            "usual": self.usual.state(),
            "skip": sorted(self.skip),
            "born": self.born,
            "today": self.today,
            "new_lows": self.has_new_lows,
            "spread": self._spread,
            "placed": [[name, day, *counts] for (name, day), counts in self._placed.items()],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Exactly what was saved."""
        self.profile.restore(state["profile"])
        self.recent.restore(state["recent"])
        self.histories = {name: SourceHistory.restored(value) for name, value in state["histories"].items()}
        self.usual = Usual.restored(state["usual"])
        self.skip = set(state["skip"])
        self.born = state["born"]
        self.today = state["today"]
        self.has_new_lows = state["new_lows"]
        self._spread = list(state["spread"])
        self._placed = {(name, day): [other, low] for name, day, other, low in state["placed"]}
