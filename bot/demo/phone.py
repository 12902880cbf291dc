"""The terminal as the phones of the people in the demo: shows what the local server really received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from bot.demo import bubble, evening
from bot.demo.botapi import Happening, Message
from bot.demo.botapi.world import World
from bot.i18n.speech import Plain
from bot.messages.buttons import payload

WIDTH = 74


@dataclass(frozen=True, slots=True)
class Button:
    """A button that has a number."""

    chat_id: int
    message_id: int
    data: str
    label: str
    elsewhere: str = ""


@dataclass(slots=True)
class _Shown:
    """The same thing that happened in one chat or in several."""

    happening: Happening
    chat_ids: list[int]


class Phone:
    """Collects what happens and prints it when asked to, the same message in several chats once."""

    def __init__(self, console: Console, speech: Plain, world: World, *, numbers: bool) -> None:
        """`numbers`: give every button a number that stays its own."""
        self._console = console
        self._speech = speech
        self._world = world
        self._has_numbers = numbers
        self._arrived: list[Happening] = []
        self._buttons: dict[int, Button] = {}
        self._numbers: dict[tuple[int, int, str], int] = {}
        world.observe(self._happened)

    def button(self, number: int) -> Button | None:
        """The button with that number; of a card drawn anew the one that does the same there now."""
        found = self._buttons.get(number)
        if found is None or self._stands(found):
            return found
        return next((one for one in reversed(self._buttons.values()) if self._does_the_same(one, found)), None)

    def _stands(self, button: Button) -> bool:
        """Whether the message under which it was shown is still there."""
        return self._world.message(button.chat_id, button.message_id) is not None

    def _does_the_same(self, one: Button, gone: Button) -> bool:
        mine, its = payload.parse(one.data), payload.parse(gone.data)
        if mine is None or its is None or one.chat_id != gone.chat_id or not self._stands(one):
            return False
        return (mine.verb, mine.target_id, mine.arg) == (its.verb, its.target_id, its.arg)

    def tell(self, key: str, **values: str) -> None:
        """A line of the demo's own, with the clock."""
        line = Text.assemble(
            (f"{self._clock(self._world.now())}  ", "dim"), (self._speech.say(key, None, **values), "italic")
        )
        self._console.print()
        self._console.print(line)

    def say(self, text: str, *, style: str = "") -> None:
        """A line without a clock."""
        self._console.print(Text(text, style=style), soft_wrap=True)

    def chat_name(self, chat_id: int) -> str:
        """What a chat is called in the demo's own lines."""
        return self._title(chat_id) if chat_id < 0 else self._speech.say("demo.private_chat")

    @property
    def has_news(self) -> bool:
        """Whether something has happened that is not printed yet."""
        return bool(self._arrived)

    def flush(self) -> None:
        """Print what has happened since the last time."""
        arrived, self._arrived = self._arrived, []
        for one in self._together(arrived):
            self._console.print(self._picture(one), width=WIDTH)

    def answer(self, who: str, text: str) -> None:
        """The short window that the presser of a button sees."""
        if text:
            window = Text.assemble((f"{who}: ", "bold"), bubble.visible(text))
            self._console.print(Padding(Panel(window, box=box.SQUARE, expand=False), (0, 0, 0, 4)), width=WIDTH)

    def _happened(self, happening: Happening) -> None:
        if happening.kind in ("sent", "edited", "deleted") and happening.message is not None:
            self._arrived.append(happening)

    def _together(self, arrived: list[Happening]) -> list[_Shown]:
        found: list[_Shown] = []
        for one in arrived:
            assert one.message is not None
            if one.message.service:
                continue
            same = next((each for each in found if _is_same(each, one)), None)
            if same is None:
                found.append(_Shown(one, [one.chat_id]))
            else:
                same.chat_ids.append(one.chat_id)
                if one.chat_id < 0:  # a press happens in the group where there is one
                    same.happening = one
        return found

    def _picture(self, shown: _Shown) -> RenderableType:
        happening, message = shown.happening, shown.happening.message
        assert message is not None
        chats = " · ".join(self._title(chat_id) for chat_id in sorted(shown.chat_ids))
        if happening.kind == "deleted":
            return Text(f"  {self._speech.say('demo.gone', chat=chats)}", style="dim")
        if not message.is_own:
            who = self._speech.say("demo.writes", who=message.sender.first_name, chat=self.chat_name(message.chat_id))
            return Text.assemble(("  ▸ ", "green"), (f"{who}: ", "bold green"), message.text)
        version = message.versions[-1]
        parts: list[RenderableType] = [bubble.body(version)]
        if version.keyboard:
            parts += [Text(), bubble.keyboard(version.keyboard, lambda button: self._number(message, button))]
        head = Text.assemble((chats, "bold"), ("  " + self._clock(version.at), "dim"))
        if happening.kind == "edited":
            before = message.versions[-2]
            is_other = (before.text, before.entities) != (version.text, version.entities)
            mark = self._speech.say("demo.edited") if is_other else self._speech.say("demo.buttons")
            if not is_other:
                parts[0] = Text(bubble.visible(version.text.split("\n", 1)[0]) + " …", style="dim")
            return _panel(Group(*parts), head, mark, "blue")
        if not message.is_silent:
            return _panel(Group(*parts), head, self._speech.say("demo.buzzes"), "red")
        head.append(f"  {self._speech.say('demo.silent')}", "dim")
        return Padding(bubble.Barred(Group(head, *parts), "cyan"), (0, 0, 0, 2))

    def _title(self, chat_id: int) -> str:
        return self._world.chat(chat_id).title

    def _clock(self, at: datetime) -> str:
        return at.astimezone(evening.ZONE).strftime("%H:%M")

    def _number(self, message: Message, button: Mapping[str, Any]) -> int | None:
        if not self._has_numbers:
            return None
        data = str(button.get("callback_data", ""))
        copied = button.get("copy_text") or {}
        elsewhere = "" if data else str(button.get("url") or copied.get("text", ""))
        key = (message.chat_id, message.message_id, data or elsewhere)
        number = self._numbers.setdefault(key, len(self._numbers) + 1)
        label = bubble.visible(str(button["text"]))
        self._buttons[number] = Button(message.chat_id, message.message_id, data, label, elsewhere)
        return number


def _is_same(shown: _Shown, other: Happening) -> bool:
    mine, its = shown.happening.message, other.message
    assert mine is not None
    assert its is not None
    return (
        shown.happening.kind == other.kind
        and other.chat_id not in shown.chat_ids
        and mine.is_own
        and its.is_own
        and mine.is_silent == its.is_silent
        and mine.text == its.text
        and mine.keyboard == its.keyboard
    )


def _panel(inside: RenderableType, head: Text, mark: str, colour: str) -> Panel:
    return Panel(
        inside,
        box=box.ROUNDED,
        title=head,
        title_align="left",
        subtitle=mark,
        subtitle_align="right",
        border_style=colour,
        padding=(0, 1),
    )
