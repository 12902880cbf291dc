"""Examples of what is said of photos and voice notes that were sent as notes."""

from __future__ import annotations

from collections.abc import Iterator

from bot.messages.incident import note_files
from bot.model.note_file import FileState
from tests.gallery.example import Example, words

_HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def files_as_notes(language: str) -> Iterator[Example]:
    """H1 to H6."""
    say = words(language)
    for row, title, state, type_ in (
        ("H1", "A picture is kept", FileState.KEPT, "jpg"),
        ("H2", "A voice note is kept", FileState.KEPT, "ogg"),
        ("H3", "Telegram did not give it", FileState.LOST, ""),
        ("H4", "Neither picture nor sound", FileState.REFUSED, ""),
    ):
        yield Example(row, title, note_files.what_became(12, say, state=state, type_=type_, sha256=_HASH))
    yield Example("H5", "Too large", note_files.too_large(12, say))
    yield Example("H6", "Too many", note_files.too_many(12, say))
