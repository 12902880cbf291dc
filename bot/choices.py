"""What owners choose in the chat or in the configuration file: every name, what it may be, and what holds otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class About(StrEnum):
    """What a choice is about."""

    LOCATION = "location"
    SOURCE = "source"
    CHAT = "chat"


class Choice(StrEnum):
    """A thing that can be chosen.

    SEVERE: a severe review opens an incident with sound, without, or nothing is done about it.
    QUOTES: guests' words are shown in Telegram, or kept out of it.
    EACH_LOW: each low review is told by itself: not at all, without sound, with sound.
    PAUSED: nothing is read until this moment (ISO 8601, UTC); empty when it is.
    REGION: whose public holidays hold, such as DE-BW; empty for none.
    HOLIDAY: what a public holiday counts as in the rota: its weekday, a Sunday, or nobody has duty.
    AT_ONCE: in whose chats a new incident sounds: the whole team's, or those of who is on duty.
    DIGEST, DIGEST_DAY, DIGEST_HOUR: how often a chat gets its digest; on which weekday (0 is Monday); at which hour.
    """

    SEVERE = "severe"
    QUOTES = "quotes"
    EACH_LOW = "each_low"
    PAUSED = "paused"
    REGION = "region"
    HOLIDAY = "holiday"
    AT_ONCE = "at_once"
    DIGEST = "digest"
    DIGEST_DAY = "digest_day"
    DIGEST_HOUR = "digest_hour"


class Origin(StrEnum):
    """Where a value comes from: chosen in the chat, written in the configuration file, or neither."""

    CHAT = "chat"
    FILE = "file"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What holds for one choice.

    Attributes:
        number: counts what was ever chosen in the chat; 0 for what was not. A button carries the one it was drawn with.
        set_at: when it was chosen in the chat, and by whom.
        was: what held before that; empty where it was not chosen in the chat.
    """

    value: str
    origin: Origin = Origin.DEFAULT
    number: int = 0
    set_at: datetime | None = None
    set_by: str = ""
    was: str = ""


AS_DELIVERED: Final = Chosen("")
"""Nobody has chosen anything."""

ALLOWED: Final[Mapping[Choice, tuple[str, ...]]] = MappingProxyType(
    {
        Choice.SEVERE: ("on", "silent", "off"),
        Choice.QUOTES: ("on", "off"),
        Choice.EACH_LOW: ("off", "silent", "sound"),
        Choice.HOLIDAY: ("weekday", "sunday", "nobody"),
        Choice.AT_ONCE: ("team", "duty"),
        Choice.DIGEST: ("weekly", "daily", "monthly", "off"),
        Choice.DIGEST_DAY: tuple(str(day) for day in range(7)),
        Choice.DIGEST_HOUR: tuple(str(hour) for hour in range(24)),
    }
)
"""What each may be, in the order in which it is offered; a pause is a moment instead, a region has a code."""

DEFAULTS: Final[Mapping[Choice, str]] = MappingProxyType(
    {
        Choice.SEVERE: "on",
        Choice.QUOTES: "on",
        Choice.EACH_LOW: "off",
        Choice.PAUSED: "",
        Choice.REGION: "",
        Choice.HOLIDAY: "weekday",
        Choice.AT_ONCE: "team",
        Choice.DIGEST: "weekly",
        Choice.DIGEST_DAY: "0",
        Choice.DIGEST_HOUR: "9",
    }
)

OF_LOCATION: Final = (Choice.SEVERE, Choice.EACH_LOW, Choice.QUOTES)
OF_DUTY: Final = (Choice.AT_ONCE, Choice.REGION, Choice.HOLIDAY)
OF_CHAT: Final = (Choice.DIGEST, Choice.DIGEST_DAY, Choice.DIGEST_HOUR)
