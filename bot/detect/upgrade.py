"""Reading the state that an earlier release of the detector has saved; one of a later release is refused."""

from __future__ import annotations

from typing import Any

from bot.detect.evidence.cold_start import NEW_PLACE_REVIEWS
from bot.detect.usual.doubt import NO_DOUBT
from bot.errors import SchemaError

VERSION = 4


def refuse_newer(state: dict[str, Any]) -> None:
    """Read no state whose meaning this release does not know.

    Raises:
        SchemaError: a newer release saved it.
    """
    if state["version"] > VERSION:
        raise SchemaError(
            "What the detector remembers was saved by a newer release of this program. Install that one again; nothing "
            "was changed."
        )


def as_version_2(state: dict[str, Any]) -> dict[str, Any]:
    """A state of version 1, which knew nothing of deliveries and cut windows at the end of the last incident."""
    memory, clear = state["memory"], state["clear"]
    recent = memory["recent"]
    share, of_source = memory["usual"][5], {}
    for name, history in memory["histories"].items():
        memory["histories"][name] = [*history, None, 0.0, []]
        of_source[name] = [0.0, 0.0]  # worked out anew when it is restored
    told = [at for at in recent["lows"] if at <= clear]
    return state | {
        "version": 2,
        "imported": 0,
        "late": [],
        "first": [[], 0] if memory["usual"][3] < NEW_PLACE_REVIEWS else None,
        "memory": memory
        | {
            "newcomers": {},
            "recent": recent | {"told": told, "lows": recent["lows"][len(told) :]},
            "usual": [*memory["usual"][:5], share, of_source],
        },
    }


def as_version_3(state: dict[str, Any]) -> dict[str, Any]:
    """A state of version 2, which believed every imported past and did not know when a source tells of a day."""
    usual = state["memory"]["usual"]
    usual.append(usual[0])
    for history in state["memory"]["histories"].values():
        history += [0.0, [0.0] * 4, [0.0, 0.0], list(NO_DOUBT)]
    return state | {"version": 3}


def as_version_4(state: dict[str, Any]) -> dict[str, Any]:
    """A state of version 3, which noted whether a source tells of a day only when it is over."""
    for history in state["memory"]["histories"].values():
        del history[7]
    return state | {"version": 4}
