"""What a planted fault is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A mistake.

    Attributes:
        what: in words.
        file: below `bot/`.
        old: what stands there, once.
        new: the mistake.
        noticed_by: the tests that should fail, as pytest names them.
        argument: why it does no harm that none fails.
    """

    what: str
    file: str
    old: str
    new: str
    noticed_by: tuple[str, ...]
    argument: str = ""
