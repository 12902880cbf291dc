"""What a detector sees and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Observation:
    """One low review.

    Attributes:
        at: when it counts: published (a date-only one at the end of its local day), or lowered by an edit.
        platform: where the guest wrote.
        twin: the same for one guest's same words on several platforms; None where that cannot be told.
        is_fresh: it may open an incident; history may not.
        incident_id: the incident it already belongs to.
    """

    review_id: int
    at: datetime
    platform: str
    twin: str | None = None
    is_fresh: bool = True
    incident_id: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A cluster.

    Attributes:
        review_ids: its reviews, oldest first, copies included.
        count: its reviews, one guest's copies counted once.
        usual_per_day: low reviews a day before the cluster; None where too little is known.
        excess: how many more than usual, see `excess_over`.
    """

    review_ids: tuple[int, ...]
    count: int
    first_at: datetime
    last_at: datetime
    usual_per_day: float | None
    excess: float


class Detector(Protocol):
    """Decides from a location's low reviews. Observations come oldest first."""

    def look(self, lows: Sequence[Observation], *, now: datetime, known_since: datetime | None) -> Finding | None:
        """The newest cluster of fresh reviews that belong to no incident yet."""
        ...

    def is_normal(self, lows: Sequence[Observation], *, now: datetime) -> bool:
        """Whether the low reviews have been back to normal long enough to close an incident."""
        ...
