"""What Telegram wants of a photo: a whole picture of a known kind, not too large and not too long.

Source: core.telegram.org/bots/api#sendphoto (at most 10 MB, width and height together at most 10000, ratio at most 20);
PNG: w3.org/TR/png-3 section 5; GIF: GIF89a section 18; JPEG: ITU T.81 annex B.
"""

from __future__ import annotations

import struct

LARGEST_PHOTO = 10 << 20
_PNG, _PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
_LONGEST_SIDES, _GREATEST_RATIO = 10_000, 20
_NO_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, JPEG or GIF; None for anything else and for a picture that is cut off."""
    size = None
    if content.startswith(_PNG) and content[12:16] == b"IHDR" and _PNG_END in content:
        size = struct.unpack(">II", content[16:24])
    elif content.startswith((b"GIF87a", b"GIF89a")) and len(content) > 10:
        size = struct.unpack("<HH", content[6:10])
    elif content.startswith(b"\xff\xd8\xff"):
        size = _jpeg_size(content)
    return None if size is None or 0 in size else (size[0], size[1])


def is_presentable(width: int, height: int) -> bool:
    """Whether a photo may have these sides."""
    return width + height <= _LONGEST_SIDES and max(width, height) <= _GREATEST_RATIO * min(width, height)


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 if marker in _NO_LENGTH else 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None
