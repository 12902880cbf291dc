"""The evening as data: every message with all it ever said, and every press with its answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.demo.botapi import Message
from bot.demo.stage import Stage


def write(path: Path, stage: Stage, language: str) -> None:
    """Write what the local server received as JSON.

    Raises:
        OSError: the file cannot be written.
    """
    world = stage.server.world
    chats = [{"id": chat.chat_id, "title": chat.title, "type": chat.type} for chat in world.chats.values()]
    messages = [_message(message) for chat_id in world.chats for message in stage.server.messages(chat_id)]
    presses = [
        {
            "by": press.user.first_name,
            "chat_id": press.chat_id,
            "message_id": press.message_id,
            "data": press.data,
            "answer": None if press.answer is None else press.answer.text,
            "is_alert": press.answer is not None and press.answer.is_alert,
        }
        for press in stage.server.people.presses.values()
    ]
    tree = {
        "language": language,
        "chats": chats,
        "cards": [{"chat_id": card.chat_id, "message_id": card.message_id} for card in stage.cards()],
        "messages": messages,
        "presses": presses,
    }
    path.write_text(json.dumps(tree, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _message(message: Message) -> dict[str, Any]:
    return {
        "chat_id": message.chat_id,
        "message_id": message.message_id,
        "from": message.sender.first_name,
        "is_own": message.is_own,
        "is_silent": message.is_silent,
        "reply_to": message.reply_to,
        "deleted_at": None if message.deleted_at is None else message.deleted_at.isoformat(),
        "versions": [
            {
                "at": version.at.isoformat(),
                "text": version.text,
                "entities": [entity.as_json() for entity in version.entities],
                "keyboard": [[dict(button) for button in row] for row in version.keyboard],
            }
            for version in message.versions
        ],
    }
