"""A folder in memory for what the tests write: a commit there waits for no disk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_PLACE = Path("/dev/shm")
_ROOM = 2 * 2**30


def folder() -> str | None:
    """The folder; its path is short, for a socket's has a limit of about 107 bytes. None where there is no room."""
    if _PLACE.is_dir() and os.access(_PLACE, os.W_OK) and shutil.disk_usage(_PLACE).free > _ROOM:
        return str(_PLACE)
    return None
