"""Why low reviews are told without sound."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Found too late; too little is known of the place; a share that crept up; more reviews of the usual mix."""

    LATE = "late"
    UNSURE = "unsure"
    DRIFT = "drift"
    SURGE = "surge"
