"""What the pages of the menu say, already looked up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.choices import AS_DELIVERED, Choice, Chosen
from bot.policy.quiet import Quiet


@dataclass(frozen=True, slots=True)
class MenuSource:
    """A source, and until when nothing is read of it."""

    source_id: int
    name: str
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class MenuPlace:
    """What is chosen for a location.

    Attributes:
        chosen: what holds for each of `OF_LOCATION`.
        relaxed: by how many steps it asks for more before it alarms.
        is_owned: the reader may change it; in a group everybody sees the same buttons.
    """

    location_id: int
    name: str
    chosen: dict[Choice, Chosen]
    relaxed: int = 0
    sources: tuple[MenuSource, ...] = ()
    is_owned: bool = True

    @property
    def paused_until(self) -> datetime | None:
        """Until when nothing at all is read here; None where something is."""
        ends = [one.paused_until for one in self.sources]
        known = [one for one in ends if one is not None]
        return min(known) if known and len(known) == len(ends) else None


@dataclass(frozen=True, slots=True)
class MenuChat:
    """What is chosen for a chat, and what the reader can reach from it.

    Attributes:
        digest: what holds for each of `OF_CHAT`.
        places: id and name of each location, in the order of the configuration.
        businesses: id and name of each whole business that the reader owns.
        is_owner: the reader owns one of the locations; in a group everybody sees the same buttons.
        is_private: nobody else reads the chat.
        quiet: the chat's quiet hours, None where it has none.
        quiet_chosen: where they come from.
    """

    digest: dict[Choice, Chosen]
    places: tuple[tuple[int, str], ...]
    businesses: tuple[tuple[int, str], ...] = ()
    is_owner: bool = True
    is_private: bool = True
    quiet: Quiet | None = None
    quiet_chosen: Chosen = AS_DELIVERED
