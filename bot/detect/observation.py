"""A low review as decisions about incidents see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Observation:
    """One low review.

    Attributes:
        at: when it counts: published (a date-only one at the end of its local day), or lowered by an edit.
        platform: where the guest wrote.
        twin: the same for one guest's same words on several platforms; None where that cannot be told.
        seen: when this program found it low; None where that is not known.
        is_fresh: it may open an incident; history may not.
        incident_id: the incident it already belongs to.
        themes: what its words complain of; None until they were read.
    """

    review_id: int
    at: datetime
    platform: str
    twin: str | None = None
    is_fresh: bool = True
    incident_id: int | None = None
    is_date_only: bool = False
    seen: datetime | None = None
    themes: frozenset[str] | None = None
