"""A photo, a screenshot or a voice note sent as an answer to an incident's card."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message

from bot.messages.incident import note_files as told
from bot.model.incident import Transition
from bot.model.note_file import LARGEST, MOST
from bot.store.incidents import note_files
from bot.telegram.inbound.incidents import incident_actions
from bot.telegram.inbound.people.actor import Caller

_LONGEST_CAPTION = 1024


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that may be a note: Telegram's name for it and its length in bytes, where Telegram says it."""

    telegram_file: str
    size: int


def attached(message: Message) -> Attached | None:
    """The picture or sound that a message brings; None for anything else. What it is in truth, its bytes say later."""
    if message.photo:
        largest = max(message.photo, key=lambda one: one.width * one.height)
        return Attached(largest.file_id, largest.file_size or 0)
    sound = message.voice or message.audio
    if sound is not None:
        return Attached(sound.file_id, sound.file_size or 0)
    document = message.document
    if document is not None and (document.mime_type or "").partition("/")[0] in ("image", "audio"):
        return Attached(document.file_id, document.file_size or 0)
    return None


async def arrived(caller: Caller, incident_id: int, file: Attached, caption: str) -> None:
    """Have it fetched; what is written below it is a note like any other. From a stranger it is nothing."""
    incident = await incident_actions.find_visible(caller, incident_id)
    if incident is None or caller.person is None:
        return
    if file.size > LARGEST:
        await caller.answer(told.too_large(incident_id, caller.words))
        return
    if await note_files.count(caller.connection, incident_id) >= MOST:
        await caller.answer(told.too_many(incident_id, caller.words))
        return
    await note_files.add(
        caller.connection,
        incident_id=incident_id,
        person_id=caller.person.person_id,
        chat_id=caller.chat.chat_id,
        telegram_file=file.telegram_file,
        caption=caption[:_LONGEST_CAPTION],
        now=caller.now,
    )
    if caption.strip():
        request = await incident_actions.request_of(caller, incident, Transition.NOTE, note=caption)
        await incident_actions.make(caller, incident, request)
    else:
        await incident_actions.has_moved(caller, incident)
