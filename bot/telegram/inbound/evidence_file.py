"""The evidence file in the chat: made at the press, sent to the private chat of who pressed."""

from __future__ import annotations

from typing import Final

from bot.evidence_file.archive import pack, pack_name
from bot.evidence_file.facts import pack_facts
from bot.messages.facts.card_facts import Delivery, card_facts
from bot.messages.text.formatting import Words
from bot.messages.text.fragments import incident_name
from bot.messages.text.message import Attachment, Rendered, Toast
from bot.messages.text.serialization import to_json
from bot.model.incident import CardFacts, Incident
from bot.stages.notify import enqueue
from bot.store.people import chats
from bot.telegram.inbound.actor import Caller
from bot.telegram.limits import LARGEST_FILE

KIND: Final = "document"


def pack_message(card: CardFacts, words: Words, attachment: Attachment | None = None) -> Rendered:
    """The message that brings the file."""
    subject = incident_name(card.incident.incident_id, card.location_name, card.names_location)
    return Rendered(words.say("pack.sent", subject=subject), attachment=attachment)


async def send_pack(caller: Caller, incident: Incident) -> Toast | None:
    """Make the file and send it to the presser alone; in a group the answer to the press says where it comes."""
    chat = await chats.find(caller.connection, caller.telegram_id)
    if chat is None or chat.kind != "private" or chat.disabled_at is not None:
        return Toast(caller.words.text("pack.no_private"), is_alert=True)
    words = Words(language=chat.language, zone=caller.words.zone)
    facts = await pack_facts(caller.connection, incident)
    content = pack(facts, words)
    if len(content) > LARGEST_FILE[KIND]:
        return Toast(caller.words.text("pack.too_large", number=incident.incident_id), is_alert=True)
    stored = caller.files.keep(content, suffix="zip", now=caller.now)
    card = await card_facts(caller.connection, incident, Delivery(caller.now))
    message = pack_message(card, words, Attachment(kind=KIND, stored=stored, name=pack_name(facts)))
    await enqueue.chats(caller.connection, [chat.chat_id], "ready_made", now=caller.now, args=to_json(message))
    return None if caller.is_private else Toast(caller.words.text("pack.to_private"))
