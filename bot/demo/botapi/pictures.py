"""Tells a picture from something else by its first bytes."""

from __future__ import annotations

_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM")


def is_picture(content: bytes) -> bool:
    """Whether `content` begins like PNG, JPEG, GIF, BMP or WebP."""
    is_webp = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return is_webp or content.startswith(_SIGNATURES)
