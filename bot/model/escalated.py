"""What a card says of an incident's escalation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Escalated:
    """The last step of an incident's escalation.

    Attributes:
        at: when it was carried out.
        open_since: since when nobody had the incident then.
        whom: who was told: one of `bot.policy.escalation.Whom`.
        names: the first names of the people among them.
    """

    at: datetime
    open_since: datetime
    whom: str
    names: tuple[str, ...] = ()
