"""The evidence file in the chat: asked for by a press, sent to the private chat of who pressed."""

from __future__ import annotations

from bot.evidence_file import waiting
from bot.messages.facts import hidden_words
from bot.messages.text.message import Toast
from bot.model.incident import Incident
from bot.store.people import chats
from bot.telegram.inbound.people.actor import Caller


async def send_pack(caller: Caller, incident: Incident) -> Toast | None:
    """Have the file made and sent to the presser alone; in a group the answer to the press says where it comes."""
    if await hidden_words.are_hidden(caller.connection, incident.location_id):
        return Toast(caller.words.text("pack.hidden", number=incident.incident_id), is_alert=True)
    chat = await chats.find(caller.connection, caller.telegram_id)
    if chat is None or chat.kind != "private" or chat.disabled_at is not None:
        return Toast(caller.words.text("pack.no_private"), is_alert=True)
    await waiting.ask_for(caller.connection, incident.incident_id, chat.chat_id, now=caller.now)
    return None if caller.is_private else Toast(caller.words.text("pack.to_private"))
