"""The people of a business and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is to a business or one of its locations."""

    OWNER = "owner"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody linked by an invitation.

    Attributes:
        person_id: ours.
        telegram_id: Telegram's user id, the only thing a person is recognised by.
        name: the first name, as the chat shows it.
        language: of the person's private chat.
    """

    person_id: int
    telegram_id: int
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Grant:
    """One role of one person; `location_id` None means every location of the business."""

    role: Role
    business_id: int
    location_id: int | None = None

    def covers(self, *, business_id: int, location_id: int) -> bool:
        """Whether the role reaches this location."""
        return self.business_id == business_id and self.location_id in (None, location_id)
