"""Photos, screenshots and voice notes that belong to an incident: what they may be, by their first bytes. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

LARGEST: Final = 20 * 10**6
"""Bytes that a bot can fetch (Bot API, getFile: 20 MB)."""
MOST: Final = 30
"""Files of one incident."""


class FileState(StrEnum):
    """What became of a file."""

    SENT = "sent"
    KEPT = "kept"
    LOST = "lost"
    REFUSED = "refused"


_STARTS: Final = (
    (0, b"\xff\xd8\xff", "jpg"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (8, b"WEBP", "webp"),
    (4, b"ftypheic", "heic"),
    (4, b"ftypheix", "heic"),
    (4, b"ftypmif1", "heic"),
    (0, b"OggS", "ogg"),
    (0, b"ID3", "mp3"),
    (0, b"\xff\xfb", "mp3"),
    (4, b"ftypM4A ", "m4a"),
    (8, b"WAVE", "wav"),
)
"""Where in a file which bytes stand, and what its name ends with: pictures and sound, as phones make them."""
_PACKED_IN: Final = {"webp": b"RIFF", "wav": b"RIFF"}
PICTURES: Final = frozenset({"jpg", "png", "webp", "heic"})


def type_of(content: bytes) -> str:
    """What a file is, by its first bytes, as the ending of its name; empty for everything that is not kept."""
    for at, start, found in _STARTS:
        if content[at : at + len(start)] == start and content.startswith(_PACKED_IN.get(found, b"")):
            return found
    return ""
