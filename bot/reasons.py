"""Why a row, a sheet or a file was left out: the key of a text in the catalogue, and what fills its places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.i18n import catalogue

_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence that says what is wrong and what to do.

    `str()` gives it in English, for the log and the terminal; `bot.i18n.speech.reason_text` in every language.

    Attributes:
        code: its text in the catalogue, without the leading `skip.`.
        args: what the text's places stand for: parts of the file, so hostile text, or whole numbers.
    """

    code: str
    args: tuple[tuple[str, str | int], ...] = ()

    @property
    def key(self) -> str:
        """Its text in the catalogue."""
        return f"skip.{self.code}"

    def __str__(self) -> str:
        filled = {name: f"{value:,}" if isinstance(value, int) else value for name, value in self.args}
        return catalogue.load("en")[self.key].format_map(filled)

    def stored(self) -> dict[str, Any]:
        """As JSON can hold it; `restored` gives it back."""
        return {"code": self.code, "args": dict(self.args)}


def reason(code: str, **args: str | int) -> Reason:
    """A reason about these things; a long text is cut."""
    return Reason(code, tuple((name, _shown(value)) for name, value in args.items()))


def restored(kept: Mapping[str, Any]) -> Reason | None:
    """A reason as `stored` kept it; None for one that this release does not know."""
    args = kept.get("args", {}).items()
    found = Reason(
        str(kept.get("code")),
        tuple((str(name), value if isinstance(value, int) else str(value)) for name, value in args),
    )
    return found if found.key in catalogue.load("en") else None


def _shown(value: str | int) -> str | int:
    if isinstance(value, int):
        return value
    text = " ".join(value.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
