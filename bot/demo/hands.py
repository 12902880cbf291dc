"""Somebody at the terminal plays the people: presses buttons by number, writes, lets time pass."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Mapping
from datetime import timedelta

from bot.demo import evening
from bot.demo.botapi import User
from bot.demo.phone import Phone
from bot.demo.stage import GROUP_ID, Stage
from bot.i18n.speech import Plain

_LATER = timedelta(minutes=30)


class Hands:
    """Reads lines from the terminal until `q` or its end."""

    def __init__(self, stage: Stage, phone: Phone, speech: Plain, bodies: Mapping[str, bytes]) -> None:
        self._stage = stage
        self._phone = phone
        self._speech = speech
        self._bodies = bodies
        self._to_come = list(evening.EVENING)

    async def live(self) -> None:
        """Do what is typed, and show what comes of it."""
        lines = _lines()
        while True:
            print(f"\n{self._speech.say('demo.prompt')} ", end="", flush=True)
            line = await lines.get()
            if line is None or line.strip().lower() in ("q", "quit", "exit"):
                return
            await self._do(line.strip())

    async def _do(self, line: str) -> None:
        if not line:
            await self._wait()
        elif line.isdecimal() and len(line) < 7:
            await self._press(int(line))
        elif line.startswith("/"):
            await self._stage.say(self._stage.cast.manager, GROUP_ID, line)
            self._phone.flush()
        else:
            await self._write(line)

    async def _wait(self) -> None:
        if self._to_come:
            landing = self._to_come.pop(0)
            await self._stage.wait_until(landing.at)
            self._phone.flush()
            self._phone.tell("demo.lands", name=landing.name)
            await self._stage.land(landing.name, self._bodies[landing.name])
            self._phone.flush()
            await self._stage.until_read()
        else:
            await self._stage.wait(_LATER)
            self._phone.tell("demo.time_passes" if self._phone.has_news else "demo.nothing")
        self._phone.flush()

    async def _press(self, number: int) -> None:
        button = self._phone.button(number)
        if button is None:
            self._phone.say(self._speech.say("demo.no_number", number=number))
            return
        if button.elsewhere:
            self._phone.say(self._speech.say("demo.elsewhere", what=button.elsewhere))
            return
        who = self._owner_of(button.chat_id)
        self._phone.tell(
            "demo.presses", who=who.first_name, button=button.label, chat=self._phone.chat_name(button.chat_id)
        )
        done = await self._stage.press(who, button.chat_id, button.message_id, button.data)
        self._phone.answer(
            self._speech.say("demo.sees", who=who.first_name), "" if done.answer is None else done.answer.text
        )
        self._phone.flush()

    async def _write(self, text: str) -> None:
        questions = [
            message
            for chat_id in self._stage.server.world.chats
            for message in self._stage.server.sent(chat_id)
            if message.asks_reply
        ]
        if not questions:
            self._phone.say(f"{self._speech.say('demo.no_question')} {self._speech.say('demo.hint')}")
            return
        last = max(questions, key=lambda one: one.at)
        await self._stage.say(self._owner_of(last.chat_id), last.chat_id, text, reply_to=last.message_id)
        self._phone.flush()

    def _owner_of(self, chat_id: int) -> User:
        """Whose phone it is; in the group the manager holds it."""
        cast = self._stage.cast
        return cast.owner if chat_id == cast.owner.user_id else cast.manager


def _lines() -> asyncio.Queue[str | None]:
    """What is typed, line by line, then None. A thread reads, because not every system can wait for a terminal."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(queue.put_nowait, line)
        loop.call_soon_threadsafe(queue.put_nowait, None)

    threading.Thread(target=read, name="keyboard", daemon=True).start()
    return queue
