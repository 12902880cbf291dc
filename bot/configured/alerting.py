"""The settings of when there is an alarm, who is told of it, and when nobody is to be woken."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from bot.part import Part

_FORM: Final = re.compile(
    r"\s*(\d{1,2})(?:[:.](\d{2}))?\s*(?:uhr)?\s*(?:-|–|bis|to)\s*(\d{1,2})(?:[:.](\d{2}))?\s*(?:uhr)?\s*",
    re.IGNORECASE | re.ASCII,
)
MOST_STEPS: Final = 6


def clock_range(text: str) -> tuple[time, time] | None:
    """Beginning and end from "22:00-08:00", "22-8" or "22 bis 8 Uhr"; None for anything else."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    begins, ends = _clock(match[1], match[2]), _clock(match[3], match[4])
    return None if begins is None or ends is None or begins == ends else (begins, ends)


def _clock(hour: str, minute: str | None) -> time | None:
    hours, minutes = int(hour), int(minute or 0)
    if (hours, minutes) == (24, 0):
        # People write midnight as 24:00.
        return time(0)
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


def _hours(text: str) -> str:
    if text and clock_range(text) is None:
        raise ValueError(f"{text!r} are no quiet hours; write them like 22:00-08:00")
    return text


def _minutes(value: Any) -> Any:
    return timedelta(minutes=value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Minutes = Annotated[timedelta, BeforeValidator(_minutes)]


class AlarmSettings(Part):
    """The owner's own rule: always alarm at `low_reviews` low reviews within `within_hours`; unset, the place's rhythm.

    One of the two alone is completed by 3 and 24. The detector keeps the moments of eleven days.
    """

    low_reviews: Annotated[int | None, Field(ge=1, le=1000)] = None
    within_hours: Annotated[float | None, Field(gt=0, le=24 * 10)] = None


class StepSettings(Part):
    """One step of an escalation.

    Attributes:
        after_minutes: without anybody taking the incident, counted from the step before; quiet hours do not count.
        to: who is told: "duty" (who is on duty then), "team" (all chats of the location), "owners" or "routes" (the
            second way).
    """

    after_minutes: Annotated[Minutes, Field(ge=timedelta(minutes=1), le=timedelta(days=1))]
    to: Literal["duty", "team", "owners", "routes"]


class AlertSettings(Part):
    """Who is told of a location's incidents, and when it is quiet there.

    Attributes:
        quiet_hours: "22:00-08:00" by the location's clock, until a chat chooses its own; empty for none.
        quiet_breaks: the lowest severity that sounds all the same.
        escalation: the steps after an incident that nobody takes.
    """

    quiet_hours: Annotated[str, AfterValidator(_hours)] = ""
    quiet_breaks: Literal["critical", "high", "never"] = "critical"
    escalation: Annotated[tuple[StepSettings, ...], Field(max_length=MOST_STEPS)] = (
        StepSettings(after_minutes=timedelta(minutes=20), to="owners"),
        StepSettings(after_minutes=timedelta(minutes=20), to="routes"),
    )
