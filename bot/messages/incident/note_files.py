"""What is said of a photo, a screenshot or a voice note that was sent as a note."""

from __future__ import annotations

from bot.messages.text.formatting import Words, number_sign
from bot.messages.text.message import Rendered
from bot.messages.text.sanitize import code
from bot.model.note_file import LARGEST, MOST, PICTURES, FileState

_HASH_SHOWN = 12


def what_became(incident_id: int, words: Words, *, state: FileState, type_: str, sha256: str) -> Rendered:
    """A file was fetched and kept, or could not be."""
    incident = number_sign(incident_id)
    if state is FileState.KEPT:
        key = "file_note.picture" if type_ in PICTURES else "file_note.voice"
        return Rendered(words.say(key, incident=incident, hash=code(sha256[:_HASH_SHOWN])))
    return Rendered(words.say(f"file_note.{state}", incident=incident))


def too_large(incident_id: int, words: Words) -> Rendered:
    """Larger than a bot can fetch."""
    return Rendered(words.say("file_note.too_large", incident=number_sign(incident_id), most=LARGEST // 10**6))


def too_many(incident_id: int, words: Words) -> Rendered:
    """The incident has as many files as it may have."""
    return Rendered(words.say("file_note.too_many", incident=number_sign(incident_id), most=MOST))
