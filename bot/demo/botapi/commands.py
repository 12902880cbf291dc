"""The command menu: setMyCommands, getMyCommands, deleteMyCommands, kept by scope and language.

Source: core.telegram.org/bots/api#setmycommands; the refusals follow tdlib/td, BotCommand.cpp set_commands.
"""

from __future__ import annotations

import json
import re
from typing import Any

from bot.demo.botapi.happenings import Happening
from bot.demo.botapi.rules.refusals import bad_request
from bot.demo.botapi.world import World

_SOURCE = "tdlib/td, BotCommand, set_commands"
_MOST_COMMANDS = 100


class CommandMenu:
    """What the menu shows, per scope and language."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lists: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.button = "default"

    def set(self, call: dict[str, Any]) -> bool:
        """setMyCommands.

        Raises:
            RefusedError: a command or description of the wrong form.
        """
        commands: list[dict[str, str]] = []
        for one in call["commands"]:
            commands.append(_checked(str(one["command"]), str(one["description"])))
        if len(commands) > _MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH", source="reference, setMyCommands.commands: at most 100")
        self._lists[self._key(call)] = commands
        self._world.tell(Happening("commands"))
        return True

    def get(self, call: dict[str, Any]) -> list[dict[str, str]]:
        """getMyCommands: exactly that scope and language, else nothing."""
        return self._lists.get(self._key(call), [])

    def delete(self, call: dict[str, Any]) -> bool:
        """deleteMyCommands."""
        self._lists.pop(self._key(call), None)
        return True

    def set_button(self, call: dict[str, Any]) -> bool:
        """setChatMenuButton: of a private chat, or of all of them."""
        self.button = str(call.get("menu_button", {"type": "default"})["type"])
        return True

    def _key(self, call: dict[str, Any]) -> tuple[str, str]:
        scope = call.get("scope", {"type": "default"})
        if "chat_id" in scope:
            chat_id = scope["chat_id"]
            self._world.reachable(int(chat_id) if re.fullmatch(r"-?\d+", str(chat_id)) else chat_id)
        language = call.get("language_code", "")
        if language and not re.fullmatch(r"[a-z]{2}", language):
            raise bad_request("invalid language code specified", source="tdlib/td, validate_bot_language_code")
        return json.dumps(scope, sort_keys=True), language


def _checked(command: str, description: str) -> dict[str, str]:
    name, about = command.strip().removeprefix("/"), description.strip()
    if not name:
        raise bad_request("command must be non-empty", source=_SOURCE)
    if len(name) > 32:
        raise bad_request("command length must not exceed 32", source=_SOURCE)
    if not about:
        raise bad_request("command description must be non-empty", source=_SOURCE)
    if len(about) > 256:
        raise bad_request("command description length must not exceed 256", source=_SOURCE)
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise bad_request("BOT_COMMAND_INVALID", source="reference, BotCommand.command; name of the server's error")
    return {"command": name, "description": about}
