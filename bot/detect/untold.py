"""What waits to be told silently: nothing that was seen and is no page passes without a word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.detect import late
from bot.detect.evidence.cold_start import NEW_PLACE_REVIEWS, FirstReviews
from bot.detect.evidence.scan import Scan
from bot.detect.late import LateCluster
from bot.detect.state import Memory
from bot.detect.types import DAY, LATE_AT_MOST, OwnerRule
from bot.detect.usual.baseline import Usual
from bot.detect.usual.history import LAG
from bot.detect.usual.taken import Taken
from bot.model.silence import Reason

NEW_PLACE_DAYS = 60.0
UNSURE_QUIET = 7 * DAY
"""At a place of which too little is known, one word a week is enough."""
MOST_KEPT = 200
"""Reviews that came too late and are kept, as more of the same evening may come one by one."""


class Untold:
    """Clusters that the caller has not taken yet, and the first reviews of a new place.

    Attributes:
        first: the first reviews, as long as nothing has told of them.
    """

    __slots__ = ("_clusters", "_kept", "_unsure_at", "first")

    def __init__(self) -> None:
        self.first: FirstReviews | None = FirstReviews()
        self._clusters: list[LateCluster] = []
        self._kept: list[tuple[str, float, bool]] = []
        self._unsure_at = 0.0

    def ready(self, *, is_read: bool) -> list[LateCluster]:
        """What may be told; `is_read`: no texts are waited for, which may still make a page of an unsure cluster."""
        return [cluster for cluster in self._clusters if is_read or cluster.reason is not Reason.UNSURE]

    def take(self, *, is_read: bool) -> list[LateCluster]:
        """The same, once."""
        found = self.ready(is_read=is_read)
        self._clusters = [cluster for cluster in self._clusters if cluster not in found]
        return found

    def add(self, clusters: Iterable[LateCluster]) -> None:
        """What a note says."""
        self._clusters += clusters

    def add_late(
        self,
        memory: Memory,
        taken: Taken,
        before: Usual,
        *,
        asked: float,
        rule: OwnerRule | None,
        since_page: float | None,
    ) -> None:
        """What a delivery brought too late, judged together with what earlier ones did; see `bot.detect.late.find`."""
        today = memory.today * DAY
        moments = [*self._kept, *taken.moments]
        found: list[LateCluster] = []
        if taken.late:
            ends = [*taken.late, *(at for _, at, is_low in self._kept if is_low)]
            found = late.find(memory, moments, ends, before, asked=asked, rule=rule, since_page=since_page)
        self._clusters += found
        kept = [
            (name, at, is_low)
            for name, at, is_low in moments
            if today - LATE_AT_MOST <= at <= today - LAG * DAY
            and not (is_low and any(one.since <= at <= one.until for one in found))
        ]
        self._kept = sorted(kept, key=lambda one: one[1])[-MOST_KEPT:]

    def set_back(self, now: float) -> None:
        """Nothing has been told in the future."""
        self._unsure_at = min(self._unsure_at, now)

    def add_unsure(self, memory: Memory, scan: Scan, *, now: float) -> None:
        """What would be a page at a place that is well known; a new one is told of by its tenth low review."""
        if now - self._unsure_at >= UNSURE_QUIET and memory.usual.counted >= NEW_PLACE_REVIEWS:
            self._unsure_at = now
            self._clusters.append(late.unsure(memory, scan))

    def drop(self, since: float) -> None:
        """A page says it: nothing unsure that lies in its window."""
        self._clusters = [one for one in self._clusters if one.reason is not Reason.UNSURE or one.until <= since]

    def count_first(self, memory: Memory, taken: Taken, *, is_open: bool) -> None:
        """Count the first reviews of a new place: at the tenth low one of which nothing was said, it is time."""
        first = self.first
        if first is None:
            return
        is_old = memory.born is not None and memory.today - memory.born > NEW_PLACE_DAYS
        is_known = memory.usual.counted >= NEW_PLACE_REVIEWS and (is_old or taken.is_import)
        if is_known or is_open:
            self.first = None
            return
        if not taken.is_import:
            first.add(taken.moments)
        if first.are_to_be_told and taken.ends:
            usual, share = memory.usual.said, memory.prior.share
            self._clusters.append(late.of_first_reviews(first, usual_per_day=usual, share=share))
            self.first = None

    def state(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "late": [cluster.state() for cluster in self._clusters],
            "kept": [list(moment) for moment in self._kept],
            "first": None if self.first is None else self.first.state(),
            "unsure": self._unsure_at,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Exactly what was saved, also by a release that knew no unsure clusters and kept no late reviews."""
        self._clusters = [late.restored(values) for values in state["late"]]
        self._kept = [(name, at, is_low) for name, at, is_low in state.get("kept", ())]
        first = state.get("first")
        self.first = None if first is None else FirstReviews.restored(first)
        self._unsure_at = state.get("unsure", 0.0)
