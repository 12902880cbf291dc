"""What the tests of the worker processes send to them."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

_notes: list[str] = []


def note(text: str) -> None:
    """Remember a text in this process; serves as the initializer."""
    _notes.append(text)


def notes() -> list[str]:
    """What `note` was told in this process."""
    return _notes


def die() -> None:
    """End this worker as the kernel's memory killer would."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(marker: Path) -> int:
    """End the worker at the first call, which leaves the marker; give the process id at the next."""
    if not marker.exists():
        marker.touch()
        die()
    return os.getpid()


def wait_for(marker: Path) -> int:
    """Give the process id as soon as the marker is there."""
    marker.with_suffix(".started").touch()
    while not marker.exists():
        time.sleep(0.01)
    return os.getpid()


def refuse(message: str) -> None:
    """Fail as a function may."""
    raise ValueError(message)
