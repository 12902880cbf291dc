"""What a message says of who is on duty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class Named:
    """A person as a message names them, with a link where they have to act."""

    telegram_id: int
    name: str


@dataclass(frozen=True, slots=True)
class AwayFacts:
    """Somebody who would be on duty, and is away until a moment."""

    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class DutyFacts:
    """Who is on duty at a moment, and who would be but is away."""

    on: Sequence[Named] = ()
    away: Sequence[AwayFacts] = ()


NO_DUTY: Final = DutyFacts()
"""Nobody is on duty and nobody away."""
