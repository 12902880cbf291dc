"""What a file is, by its first bytes."""

from __future__ import annotations

import pytest

from bot.model.note_file import type_of


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\xff\xd8\xff\xe0rest", "jpg"),
        (b"\x89PNG\r\n\x1a\nrest", "png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b"\x00\x00\x00\x18ftypheic", "heic"),
        (b"OggS\x00\x02", "ogg"),
        (b"ID3\x04", "mp3"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "wav"),
        (b"\x00\x00\x00\x20ftypM4A ", "m4a"),
        (b"12345678WEBP", ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", ""),
        (b"MZ\x90\x00", ""),
        (b"PK\x03\x04", ""),
        (b"%PDF-1.7", ""),
        (b"", ""),
    ],
)
def test_only_pictures_and_sound_are_known(content: bytes, found: str) -> None:
    """A name or what Telegram calls it says nothing: a program called photo.jpg is none."""
    assert type_of(content) == found
