"""Evidence files that somebody asked for: made outside of any transaction, then sent to the private chat of who asked.

A press only leaves a row in `deadlines`; the tick makes the file and writes its message in the transaction that takes
the row away, so that a kill loses nothing and sends nothing twice.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final

from bot.evidence_file.archive import pack, pack_name
from bot.evidence_file.facts import pack_facts, read_files
from bot.messages.facts import hidden_words
from bot.messages.text.formatting import Words
from bot.messages.text.fragments import incident_name
from bot.messages.text.message import Attachment, Html, Rendered
from bot.messages.text.serialization import to_json
from bot.score.packs import USUAL_PACK
from bot.stages.analyse import incident_texts
from bot.stages.analyse.packs import Packs
from bot.stages.notify import enqueue
from bot.store.db.engine import Connection, Store
from bot.store.delivery import timers
from bot.store.delivery.attachments import OutgoingFiles
from bot.store.incidents import incidents
from bot.store.people import chats, locations

KIND: Final = "document"
DEADLINE: Final = "evidence_file"


def pack_message(words: Words, subject: Html, attachment: Attachment | None = None) -> Rendered:
    """The message that brings the file."""
    return Rendered(words.say("pack.sent", subject=subject), attachment=attachment)


async def ask_for(connection: Connection, incident_id: int, chat_id: int, *, now: datetime) -> None:
    """Have the evidence of an incident made and sent to a chat, in the caller's transaction."""
    await timers.put(connection, DEADLINE, f"{incident_id}:{chat_id}", due_at=now)


async def send_waiting(
    store: Store, files: OutgoingFiles, notes: OutgoingFiles, packs: Packs, *, largest: int, now: datetime
) -> int:
    """Make and send every file that was asked for; gives how many there were.

    Args:
        store: the database.
        files: where a file waits until it is sent.
        notes: where photos and voice notes lie.
        packs: the themes of each location.
        largest: bytes that a file may have.
        now: the time.
    """
    async with store.read() as connection:
        waiting = [one for one in await timers.due(connection, now=now) if one.kind == DEADLINE]
    for one in waiting:
        incident_id, chat_id = map(int, one.subject.split(":"))
        await incident_texts.refresh(store, incident_id, packs, now=now)
        message = await _message(store, files, notes, packs, (incident_id, chat_id), largest=largest, now=now)
        async with store.write() as connection:
            if await timers.clear(connection, DEADLINE, one.subject) and message is not None:
                # With the number, so that the sender can ask whether the reader may still see that location.
                args = {**to_json(message), "incident_id": incident_id}
                await enqueue.chats(connection, [chat_id], "ready_made", now=now, args=args)
    return len(waiting)


async def _message(
    store: Store,
    files: OutgoingFiles,
    notes: OutgoingFiles,
    packs: Packs,
    wanted: tuple[int, int],
    *,
    largest: int,
    now: datetime,
) -> Rendered | None:
    incident_id, chat_id = wanted
    async with store.read() as connection:
        incident = await incidents.find(connection, incident_id)
        if incident is None:
            return None
        chat = await chats.get(connection, chat_id)
        place = await locations.find(connection, incident.location_id)
        is_hidden = await hidden_words.are_hidden(connection, place.location_id)
        choice = packs.get((place.business_name, place.key), USUAL_PACK)
        facts = await pack_facts(connection, incident, choice)
    words = Words(language=chat.language, zone=place.zone)
    if is_hidden:
        return Rendered(words.say("pack.hidden", number=incident_id))
    content = await asyncio.to_thread(lambda: pack(facts, words, read_files(notes, facts)))
    if len(content) > largest:
        return Rendered(words.say("pack.too_large", number=incident_id))
    stored = await asyncio.to_thread(files.keep, content, suffix="zip", now=now)
    subject = incident_name(incident_id, place.name, place.has_siblings)
    return pack_message(words, subject, Attachment(kind=KIND, stored=stored, name=pack_name(facts)))
