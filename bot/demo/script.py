"""How the demo goes: people join, the evening comes, and either the script or a person takes it from there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.console import Console

from bot.demo import evening, transcript
from bot.demo.botapi import Message, User
from bot.demo.evening import ZONE
from bot.demo.hands import Hands
from bot.demo.phone import Phone
from bot.demo.stage import GROUP, GROUP_ID, Stage, open_stage
from bot.i18n.speech import Plain
from bot.settings import Language

_TAKEN_AT: Final = datetime(2026, 11, 20, 20, 24, tzinfo=UTC)
_RESOLVED_AT: Final = datetime(2026, 11, 20, 22, 10, tzinfo=UTC)
_NOTES: Final[Mapping[str, str]] = {
    "en": "Two cooks off sick, the booking system took 40 covers too many. Fixed for tomorrow.",
    "de": "Zwei Köche krank, das Buchungssystem hat 40 Gäste zu viel angenommen. Für morgen behoben.",
}


async def play(
    console: Console,
    *,
    folder: Path,
    bodies: Mapping[str, bytes],
    language: Language,
    by_hand: bool,
    write_to: Path | None,
    keeps: bool,
    program: str,
) -> None:
    """Play the evening.

    Args:
        console: where the phones are shown.
        folder: for the data of the evening.
        bodies: the exports, as `evening.read` gives them.
        language: of the demo's own lines and of the chats.
        by_hand: somebody at the terminal presses; else the script does.
        write_to: a file for the transcript.
        keeps: the folder stays, so its place is told.
        program: how this program is called from the terminal.

    Raises:
        StopError: the service cannot run.
    """
    speech = Plain(language, ZONE)
    console.print(speech.say("demo.intro"), style="bold", highlight=False)
    console.print(speech.say("demo.intro_hands") if by_hand else speech.say("demo.intro_auto"), highlight=False)
    console.print(speech.say("demo.preparing"), style="dim", highlight=False)
    async with open_stage(folder, bodies, language) as stage:
        phone = Phone(console, speech, stage.server.world, numbers=by_hand)
        await _join(stage, phone, speech)
        if by_hand:
            await Hands(stage, phone, speech, bodies).live()
        else:
            await _evening(stage, phone, speech, bodies, language)
        if write_to is not None:
            transcript.write(write_to, stage, language)
        _farewell(phone, stage, speech, folder=folder if keeps else None)
        phone.say(speech.say("demo.next", program=program))


async def _join(stage: Stage, phone: Phone, speech: Plain) -> None:
    """Owner and manager join by real codes, and the owner connects the group."""
    cast = stage.cast
    owner, manager = cast.owner, cast.manager
    await stage.start(owner, await stage.invite_owner())
    await stage.look_around()
    phone.flush()
    welcome = _with_button(stage.server.sent(owner.user_id), "inv:")
    await press(stage, phone, speech, owner, welcome, "inv:")
    # What history would have raised may arrive after it.
    links = [re.search(r"\?start=([A-Za-z0-9_-]+)", one.text) for one in stage.server.sent(owner.user_id)]
    link = next(one for one in reversed(links) if one is not None)
    phone.tell("demo.opens_link", who=manager.first_name)
    await stage.start(manager, link[1])
    phone.flush()
    phone.tell("demo.adds_bot", who=owner.first_name, chat=GROUP)
    await stage.open_group()
    phone.flush()
    await press(stage, phone, speech, owner, _with_button(stage.server.sent(GROUP_ID), "gry:"), "gry:")


async def _evening(stage: Stage, phone: Phone, speech: Plain, bodies: Mapping[str, bytes], language: Language) -> None:
    for landing in evening.EVENING:
        await stage.wait_until(landing.at)
        phone.flush()
        phone.tell("demo.lands", name=landing.name)
        await stage.land(landing.name, bodies[landing.name])
        phone.flush()
    cards = [card for card in stage.cards() if card.chat_id == GROUP_ID]
    if not cards:
        phone.tell("demo.no_incident")
        return
    card, cast = cards[0], stage.cast
    await stage.wait_until(_TAKEN_AT)
    await stage.until_read()
    phone.flush()
    phone.tell("demo.not_on_team", who=cast.stranger.first_name)
    await press(stage, phone, speech, cast.stranger, card, "ack:")
    await press(stage, phone, speech, cast.manager, card, "ack:")
    await stage.wait_until(_RESOLVED_AT)
    phone.flush()
    await press(stage, phone, speech, cast.manager, card, "res:")
    await press(stage, phone, speech, cast.manager, card, "rsc:", ends=":waiting")
    question = next((one for one in reversed(stage.server.sent(GROUP_ID)) if one.asks_reply), None)
    if question is not None:
        await stage.say(cast.manager, GROUP_ID, _NOTES[language], reply_to=question.message_id)
        phone.flush()


async def press(
    stage: Stage, phone: Phone, speech: Plain, who: User, message: Message, verb: str, *, ends: str = ""
) -> None:
    """Somebody presses a button that a message has now; says so, and shows what came of it."""
    now = stage.server.world.message(message.chat_id, message.message_id)
    assert now is not None
    found = [button for row in now.keyboard for button in row if _says(button, verb, ends)]
    phone.tell("demo.presses", who=who.first_name, button=found[0]["text"], chat=phone.chat_name(message.chat_id))
    done = await stage.press(who, message.chat_id, message.message_id, found[0]["callback_data"])
    phone.answer(speech.say("demo.sees", who=who.first_name), "" if done.answer is None else done.answer.text)
    phone.flush()


def _with_button(messages: list[Message], verb: str) -> Message:
    return next(one for one in messages if any(_says(button, verb, "") for row in one.keyboard for button in row))


def _says(button: Mapping[str, object], verb: str, ends: str) -> bool:
    data = str(button.get("callback_data", ""))
    return data.startswith(verb) and data.endswith(ends)


def _farewell(phone: Phone, stage: Stage, speech: Plain, *, folder: Path | None) -> None:
    cards = stage.cards()
    if cards:
        in_group = [card for card in cards if card.chat_id == GROUP_ID] or cards
        count = re.search(r"\d+", in_group[0].text.split("\n", 1)[0])
        edits = len(in_group[0].versions) - 1
        low = "" if count is None else count[0]
        phone.say("\n" + speech.say("demo.seen", low=low, chats=len(cards), edits=edits), style="bold")
    else:
        phone.say("\n" + speech.say("demo.no_incident"), style="bold")
    phone.say(speech.say("demo.kept_promise") if folder is None else speech.say("demo.kept_at", folder=str(folder)))
