"""What a source of an API remembers between two polls: how far changes are known, and when the whole list is due.

Most polls read only what has changed. A review that was removed does not show up among the changes, so once a week the
whole list is read (a sweep); what three complete sweeps over at least 48 hours did not bring counts as gone
(`bot/store/reviews/removals.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from bot.errors import SourceDownReason, SourceUnreachableError
from bot.sources.contract.source import State
from bot.sources.contract.values import time_of

SWEEP_EVERY: Final = timedelta(days=7)
"""How often the whole list is read."""
SWEEP_AGAIN: Final = timedelta(days=1)
"""When to read the whole list again after it did not end."""
OVERLAP: Final = timedelta(days=2)
"""How far behind the latest known change a poll still looks: platforms show some reviews only after a check."""
MANY: Final = 5
"""From how many reviews on an empty list is not believed."""


@dataclass(frozen=True, slots=True)
class Known:
    """How much of a list is known.

    Attributes:
        newest: the latest change seen; None before the first poll.
        sweep_due: when the whole list is to be read next; None means now.
        count: how many reviews the last whole reading found.
    """

    newest: datetime | None = None
    sweep_due: datetime | None = None
    count: int = 0

    @classmethod
    def of(cls, state: State, *, place: str) -> Self:
        """Read the state; that of another place (an account, a listing) is ignored."""
        if state.get("place") != place:
            return cls()
        return cls(time_of(state.get("newest")), time_of(state.get("sweep_due")), int(state.get("count", 0)))

    def state(self, *, place: str) -> State:
        """The same as JSON values, for `Poll.state`."""
        return {
            "place": place,
            "newest": self.newest.isoformat() if self.newest else None,
            "sweep_due": self.sweep_due.isoformat() if self.sweep_due else None,
            "count": self.count,
        }

    def since(self, now: datetime) -> datetime | None:
        """From which change on this poll reads; None for the whole list."""
        # A due time further away than a week was written while the clock was wrong.
        if self.newest is None or self.sweep_due is None or not now < self.sweep_due <= now + SWEEP_EVERY:
            return None
        return min(self.newest, now) - OVERLAP

    def after(
        self, changes: Iterable[datetime | None], *, now: datetime, swept: int | None, is_endless: bool = False
    ) -> Self:
        """What to remember after a poll.

        Args:
            changes: when each review that was read has changed last.
            now: the present.
            swept: how many reviews the whole list had; None when only changes were read.
            is_endless: it was given up before its end.
        """
        # A time in the future must not hide what comes until then.
        seen = [min(moment, now) for moment in changes if moment is not None]
        newest = max(seen if self.newest is None else [*seen, self.newest], default=None)
        if swept is not None:
            return type(self)(newest, now + (SWEEP_AGAIN if is_endless else SWEEP_EVERY), swept)
        if is_endless:
            # What was left out may be older than what was read, so that the next poll begins where this one began.
            again = now + SWEEP_AGAIN
            return type(self)(self.newest, min(self.sweep_due or again, again), self.count)
        return type(self)(newest, self.sweep_due, self.count)

    def refuse_empty(self, found: int, *, who: str) -> None:
        """Refuse to believe that all reviews are gone at once.

        Raises:
            SourceUnreachableError: there were many, and now there is none.
        """
        if self.count >= MANY and not found:
            raise SourceUnreachableError(
                f"{who} shows no reviews at all, where there were {self.count}; nothing is taken as removed. Look at "
                "the place in the browser; it is tried again by itself.",
                reason=SourceDownReason.EMPTY,
            )
