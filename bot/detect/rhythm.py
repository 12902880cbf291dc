"""The rhythm detector: decides from a location's own history, with one budget for everything it looks at.

`observe` takes reviews in any order, `tick` closes a poll and answers at most one alarm. Everything it knows is in
`state()`; nothing is recomputed from history. Method and literature: docs/detection.md.
"""

from __future__ import annotations

from typing import Any

from bot.detect import late, second_look, windows
from bot.detect.episode import Episode, look_back
from bot.detect.evidence import drift
from bot.detect.evidence.agreement import Texts
from bot.detect.evidence.cold_start import NEW_PLACE_REVIEWS
from bot.detect.evidence.scan import Scan
from bot.detect.late import LateCluster
from bot.detect.learning import Learning, learning
from bot.detect.page_odds import asked_of_page, is_sudden, plain_odds
from bot.detect.second_look import Unread
from bot.detect.state import Memory
from bot.detect.types import DAY, MOST_RELAXED, Alarm, Kind, Level, Review, Tuning, years_of
from bot.detect.untold import NEW_PLACE_DAYS, Untold
from bot.detect.upgrade import VERSION, as_version_2, as_version_3, as_version_4, refuse_newer
from bot.model.incident import Shared

DRIFT_ODDS = 1.0
SURGE_ODDS = 400.0
NOTE_QUIET = 28 * DAY
ACCEPT_WEAKENS = 0.05


class RhythmDetector:
    """One location.

    Args:
        tuning: the owner's side; `tuning` may be set anew at any time, a new prior is used from the next day on.

    Attributes:
        episode: the incident that is open, None for none.
        is_blind: set by the caller: a source cannot be read, so that quiet proves nothing and ends no incident.
        reads_texts: set by the caller: texts will be read, and `read` is called then or when they do not come.
        unread: what waits for `read`.
        has_settled: in the last `tick` the open incident has lasted so long that its level counts as usual from now on.
    """

    def __init__(self, tuning: Tuning | None = None) -> None:
        self.tuning = tuning or Tuning()
        self.episode: Episode | None = None
        self.is_blind = False
        self.reads_texts = False
        self.has_settled = False
        self._memory = Memory()
        self.unread = Unread()
        self._pending: list[Review] = []
        self._now = 0.0
        self._imported = 0
        self._untold = Untold()
        self._noted = {Kind.DRIFT: 0.0, Kind.SURGE: 0.0}

    def observe(self, review: Review) -> None:
        """Take one review of the poll that is running."""
        self._pending.append(review)

    def take_back(self, review: Review) -> None:
        """A low review that was observed has been removed by its platform: it is no evidence."""
        if review in self._pending:
            self._pending.remove(review)
        else:
            self._memory.withdraw(review)

    def tick(self, now: float) -> Alarm | None:
        """A poll is complete: what is worth saying now. A page absorbs the notes of the same poll."""
        if now < self._now - DAY:
            self._set_back(now)
        self._now = now = max(now, self._now)
        self.has_settled = False
        memory = self._memory
        memory.prior = self.tuning.prior
        today = int(now // DAY)
        is_import = memory.born is None
        if is_import:
            memory.begin(today)
        note: Alarm | None = None
        while memory.today < today:
            note = self._next_day() or note
        if not self._pending:
            return note
        batch, self._pending = self._pending, []
        known = self._memory.usual
        taken = memory.take(batch, is_import=is_import)
        if is_import or taken.is_import:
            self._imported = today
            self._noted[Kind.DRIFT] = max(self._noted[Kind.DRIFT], now - NOTE_QUIET / 2)
        if is_import:
            memory.refresh()
            self._untold.count_first(memory, taken, is_open=self.episode is not None)
            return None
        if self.episode is not None:
            taken.leave_to_tell(self.episode.since - DAY)
        page = self._judge(taken.ends) if taken.ends else None
        if known.counted >= NEW_PLACE_REVIEWS or self._untold.first is None:
            self._untold.add_late(
                memory,
                taken,
                known,
                asked=self._asked(is_late=True),
                rule=self.tuning.rule,
                since_page=None if page is None else page.since,
            )
        self._untold.count_first(memory, taken, is_open=self.episode is not None)
        return page or note

    def read(self, now: float, texts: Texts) -> Alarm | None:
        """The second look: a page where the count and what the texts say are enough together.

        Args:
            now: the time.
            texts: of the low reviews that have been read; empty where they do not come, then the count decides alone.
        """
        self._now = max(now, self._now)
        ends = self.unread.take(self._now)
        if not ends or self.episode is not None:
            return None
        found = second_look.look(self._memory, ends, texts, now=self._now, asked=self._asked())
        return None if found is None else self._page(found.scan, shared=found.shared)

    @property
    def has_late(self) -> bool:
        """Whether there is something for `take_late`."""
        return bool(self._untold.ready(is_read=self.unread.since is None))

    def take_late(self) -> list[LateCluster]:
        """What is to be told silently since this was last asked, each cluster once."""
        return self._untold.take(is_read=self.unread.since is None)

    def deliver(self, source: str, until: float) -> None:
        """A source is complete up to a moment: its days before that are known, those after it are not."""
        self._memory.deliver(source, until)

    @property
    def experience(self) -> tuple[float, float]:
        """Share of low reviews and how many reviews it rests on, for `bot.detect.usual.prior`."""
        return self._memory.usual.share, self._memory.taught[1]

    @property
    def usual_per_day(self) -> float:
        """Low reviews a day that are usual here now."""
        return self._memory.usual.said

    @property
    def learning(self) -> Learning:
        """What it cannot judge well yet, and until when."""
        return learning(self._memory)

    def accept(self, now: float) -> None:
        """The owner accepts what the open incident shows as the new normal."""
        if self.episode is not None:
            self._memory.accept(self.episode.since, now, weaken=ACCEPT_WEAKENS)
            self._close(now)

    def dismiss(self, now: float) -> None:
        """The owner calls the open incident a false alarm: its days teach, and the caller relaxes `tuning`."""
        if self.episode is not None:
            self._memory.accept(self.episode.since, now, weaken=1.0)
            self._close(now)

    def end(self, now: float) -> None:
        """A person says that the open incident is over: its days do not teach, and what was before it is told."""
        if self.episode is not None:
            self._memory.leave_out(self.episode.since, now)
            self.episode = None
            self._noted[Kind.DRIFT] = now
            self._memory.tell()

    def resume(self, since: float, now: float) -> None:
        """A person says that there is an incident: from here on it lasts and ends like one that was paged."""
        if self.episode is None:
            self.episode = Episode(since, opened=now, paged=since)
            self._memory.leave_out(since, now)

    def _set_back(self, now: float) -> None:
        """The machine's clock had been ahead: what was reckoned from it does not lie in the future."""
        self._now = now
        self._memory.set_back(int(now // DAY))
        self._untold.set_back(now)
        self._imported = min(self._imported, self._memory.today)
        self._noted = {kind: min(at, now) for kind, at in self._noted.items()}
        if self.episode is not None:
            self.episode = self.episode.set_back(now)

    def _close(self, now: float) -> None:
        self.episode = None
        self._noted[Kind.DRIFT] = now  # the page has told it
        self._memory.tell()
        self._memory.take_back(now - look_back(self._memory.usual))

    def _next_day(self) -> Alarm | None:
        memory = self._memory
        memory.next_day()
        midnight = memory.today * DAY
        if self.episode is not None:
            memory.leave_out(midnight - DAY, midnight - 1)
            if not self.is_blind and self.episode.is_over(midnight, memory.usual, memory):
                self._close(midnight)
            elif self.episode.is_settled(midnight):
                self.accept(midnight)
                self.has_settled = True
            return None
        if not memory.has_new_lows or midnight - self._noted[Kind.DRIFT] < NOTE_QUIET:
            return None
        memory.has_new_lows = False
        return self._drift(midnight)

    def _drift(self, midnight: float) -> Alarm | None:
        memory = self._memory
        usual = memory.usual
        if usual.counted < NEW_PLACE_REVIEWS / 2 or usual.days < NEW_PLACE_DAYS / 2:
            return None
        prior = self.tuning.prior
        found = drift.look(
            list(memory.learned().values()),
            usual,
            today=memory.today,
            skip=memory.skip,
            belief=(prior.share, prior.weight),
        )
        if found is None or found.odds < DRIFT_ODDS * 2.0 ** min(self.tuning.relaxed, MOST_RELAXED):
            return None
        self._noted[Kind.DRIFT] = midnight
        note = Alarm(
            time=self._now,
            level=Level.NOTE,
            kind=Kind.DRIFT,
            since=midnight - found.days * DAY,
            n=found.n,
            window_h=found.days * 24.0,
            expected=found.expected,
            usual_per_day=usual.said,
            recurrence_years=years_of(found.odds),
        )
        self._untold.add([late.of_note(note)])
        return note

    def _judge(self, ends: list[float]) -> Alarm | None:
        memory = self._memory
        ends = memory.with_followers(ends)
        raised = 0.0
        if self.episode is not None:
            if self._now - self.episode.paged < 3 * DAY:
                return None
            raised = self.episode.rate(ends[0] - DAY, memory)
        looked = windows.look(memory, ends, now=self._now, raised=raised)
        best = looked.best
        asked = self._asked()
        waits = self.reads_texts and self.episode is None
        if best is not None and (second_look.is_sure(best.odds, asked) if waits else best.odds >= asked):
            return self._page(best)
        if self.episode is not None:
            return None
        ruled = windows.ruled(memory, ends, self.tuning)
        if ruled is not None:
            return self._page(ruled, by_rule=True)
        self.unread.add(looked.ends, asked=asked, now=self._now)
        if best is not None and plain_odds(memory.usual, relaxed=self.tuning.relaxed) <= best.odds < asked:
            self._untold.add_unsure(memory, best, now=self._now)
        is_surge = looked.surge >= SURGE_ODDS and self._now - self._noted[Kind.SURGE] >= NOTE_QUIET
        if best is not None and best.odds < asked and is_surge:
            self._noted[Kind.SURGE] = self._now
            note = self._alarm(best, Level.NOTE, Kind.SURGE, odds=looked.surge)
            self._untold.add([late.of_note(note)])
            return note
        return None

    def _asked(self, *, is_late: bool = False) -> float:
        memory = self._memory
        return asked_of_page(
            memory.usual,
            is_open=self.episode is not None and not is_late,
            is_import_day=self._imported == memory.today and not is_late,
            is_crowded=not is_late and is_sudden(memory, self._now),
            relaxed=self.tuning.relaxed,
        )

    def _page(self, scan: Scan, *, by_rule: bool = False, shared: Shared | None = None) -> Alarm:
        escalates = self.episode is not None
        self._untold.drop(scan.begin)
        alarm = self._alarm(
            scan, Level.PAGE, Kind.BURST, odds=scan.odds, by_rule=by_rule, escalates=escalates, shared=shared
        )
        since, opened = (self.episode.since, self.episode.opened) if self.episode else (scan.begin, self._now)
        self.episode = Episode(since, opened, self._now)
        self._memory.leave_out(since, self._now)
        return alarm

    def _alarm(self, scan: Scan, level: Level, kind: Kind, *, odds: float, **more: Any) -> Alarm:
        usual = self._memory.usual
        return Alarm(
            time=self._now,
            level=level,
            kind=kind,
            since=scan.begin,
            n=scan.n,
            window_h=scan.hours,
            expected=scan.expected,
            usual_per_day=usual.said,
            recurrence_years=years_of(odds),
            is_new_place=usual.counted < NEW_PLACE_REVIEWS,
            **more,
        )

    def state(self) -> dict[str, Any]:
        """Everything the detector knows, as values that JSON keeps exactly."""
        episode = self.episode
        return self._untold.state() | {
            "version": VERSION,
            "memory": self._memory.state(),
            "pending": [[r.at, r.seen, r.rating, r.source, r.day_only, r.is_history] for r in self._pending],
            "episode": None if episode is None else [episode.since, episode.opened, episode.paged],
            "now": self._now,
            "imported": self._imported,
            "unread": self.unread.state(),
            "noted": {kind.value: at for kind, at in self._noted.items()},
        }

    @classmethod
    def restored(cls, state: dict[str, Any], tuning: Tuning | None = None) -> RhythmDetector:
        """The detector that was saved; from here on it says what the saved one would have said."""
        refuse_newer(state)
        detector = cls(tuning)
        is_old = state["version"] < 2
        if is_old:
            state = as_version_2(state)
        if state["version"] < 3:
            state = as_version_3(state)
        if state["version"] < 4:
            state = as_version_4(state)
        detector._memory.restore(state["memory"])
        detector._pending = [Review(*values) for values in state["pending"]]
        detector.episode = None if state["episode"] is None else Episode(*state["episode"])
        detector._now = state["now"]
        detector._imported = state["imported"]
        detector.unread = Unread.of(state)
        detector._untold.restore(state)
        detector._noted = {Kind(kind): at for kind, at in state["noted"].items()}
        if is_old:
            detector._memory.prior = detector.tuning.prior
            detector._memory.refresh()
        return detector
