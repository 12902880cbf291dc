"""Why a row, a sheet or a file was left out: a code and what it is about, worded in every language from one table.

`bot/data/reasons.toml` holds one entry for each code, with a text for each language.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

LANGUAGES: Final = ("en", "de")
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence that says what is wrong and what to do; `str()` gives it in English.

    Attributes:
        code: its entry in `bot/data/reasons.toml`.
        args: what the entry's placeholders stand for: parts of the file, so hostile text.
    """

    code: str
    args: tuple[tuple[str, str], ...] = ()

    def say(self, language: str) -> str:
        """The sentence in one of LANGUAGES."""
        return texts()[self.code][language].format(**dict(self.args))

    def __str__(self) -> str:
        return self.say("en")

    def stored(self) -> dict[str, Any]:
        """As JSON can hold it; `restored` gives it back."""
        return {"code": self.code, "args": dict(self.args)}


def reason(code: str, **args: object) -> Reason:
    """A reason about these things; a long one is cut."""
    return Reason(code, tuple((name, _shown(value)) for name, value in args.items()))


def restored(kept: Mapping[str, Any]) -> Reason | None:
    """A reason as `stored` kept it; None for one that this release does not know."""
    if kept.get("code") not in texts():
        return None
    return Reason(str(kept["code"]), tuple((str(name), str(value)) for name, value in kept.get("args", {}).items()))


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Every entry: code -> language -> text."""
    found: dict[str, dict[str, str]] = tomllib.loads((files("bot") / "data" / "reasons.toml").read_text("utf-8"))
    return found


def _shown(value: object) -> str:
    text = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
