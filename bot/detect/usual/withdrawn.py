"""Low reviews that their platform has removed, for the case that it shows them again."""

from __future__ import annotations

from typing import Any


class Withdrawn:
    """Which low reviews have been removed, and whether each may be evidence if it comes back. Bounded by `forget`.

    What comes back has taught before. What an incident has held that is over has been told, and is no evidence again.
    """

    __slots__ = ("_removed",)

    def __init__(self) -> None:
        self._removed: dict[tuple[str, float], list[bool]] = {}

    def add(self, source: str, at: float, *, is_evidence: bool) -> None:
        """One has been removed; reviews of which only the day is known share their moment."""
        self._removed.setdefault((source, at), []).append(is_evidence)

    def take(self, source: str, at: float) -> bool | None:
        """One is there: whether it may be evidence again; None where none was removed."""
        before = self._removed.get((source, at))
        return before.pop() if before else None

    def tell(self) -> None:
        """An incident has ended: what was removed by then is evidence for no other."""
        self._removed = {key: [False] * len(before) for key, before in self._removed.items()}

    def forget(self, before: float) -> None:
        """Drop what was published before a moment, and what has come back."""
        self._removed = {key: value for key, value in self._removed.items() if value and key[1] >= before}

    def state(self) -> list[Any]:
        """Plain values."""
        return [[source, at, *before] for (source, at), before in self._removed.items()]

    @classmethod
    def restored(cls, state: list[Any]) -> Withdrawn:
        """The same."""
        withdrawn = cls()
        withdrawn._removed = {(source, at): list(before) for source, at, *before in state}
        return withdrawn
