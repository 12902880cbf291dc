"""The second look: what the count left open is judged again when the texts have been read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.detect import windows
from bot.detect.evidence.agreement import FLOOR, Texts
from bot.detect.evidence.scan import WINDOWS, Scan
from bot.detect.state import Memory
from bot.detect.types import HOUR
from bot.model.incident import Shared

NEAR = 40.0
"""A window whose count falls short by more is left alone: it would take more than texts can say."""
MOST = 64
PATIENCE = 120.0
"""Seconds after which the count decides alone: texts are read within seconds, or something is wrong."""


@dataclass(frozen=True, slots=True)
class Found:
    """A window whose count and texts together are enough, and what its texts share."""

    scan: Scan
    shared: Shared | None


class Unread:
    """Moments of low reviews whose windows nearly paged, until their texts have been read. Bounded; holds no words.

    Attributes:
        moments: of the low reviews, oldest first.
        since: when the oldest of them began to wait; None where none does.
    """

    __slots__ = ("moments", "since")

    def __init__(self) -> None:
        self.since: float | None = None
        self.moments: list[float] = []

    def add(self, ends: Iterable[tuple[float, float]], *, asked: float, now: float) -> None:
        """Keep the moments whose odds come near enough to what is asked."""
        near = {end for end, odds in ends if odds * NEAR >= asked}
        if near:
            self.moments = sorted(near.union(self.moments))[-MOST:]
            self.since = now if self.since is None else self.since

    def take(self, now: float) -> list[float]:
        """Those that are not too old, each once."""
        kept = [end for end in self.moments if end > now - WINDOWS[-1] * HOUR]
        self.moments, self.since = [], None
        return kept

    def state(self) -> list[Any]:
        """Plain values."""
        return [self.since, self.moments]

    @classmethod
    def of(cls, detector: Mapping[str, Any]) -> Unread:
        """What waits in the saved state of a detector; nothing in that of a release that did not read texts."""
        unread = cls()
        unread.since, moments = detector.get("unread", (None, ()))
        unread.moments = list(moments)
        return unread


def is_sure(odds: float, asked: float) -> bool:
    """Whether the count alone suffices, whatever the texts will say."""
    return odds * FLOOR >= asked


def look(memory: Memory, ends: Sequence[float], texts: Texts, *, now: float, asked: float) -> Found | None:
    """Judge windows by their counts and texts together: the product of the two e-values, window by window."""
    found = windows.look(memory, ends, now=now, said=lambda begin, end: texts.between(begin, end).factor).best
    if found is None or found.odds < asked:
        return None
    together = texts.between(found.begin, found.end)
    return Found(found, together.shared if together.value > 1.0 else None)
