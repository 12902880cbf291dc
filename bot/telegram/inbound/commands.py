"""Commands. Every move on an incident has one, as a reply to its card or with its number."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from bot.evidence_file import month
from bot.messages.buttons.keyboards import PersonChoice, ReviewFilter
from bot.messages.facts.card_facts import incident_row
from bot.messages.incident import toasts
from bot.messages.service import command_replies, pairing
from bot.messages.text.message import Rendered
from bot.messages.text.sanitize import escape
from bot.model.incident import Incident, Transition
from bot.stages.analyse import emerging_themes
from bot.stages.notify import digests, enqueue
from bot.store.delivery import sent_messages
from bot.store.incidents import incidents
from bot.store.people import chats, locations, people
from bot.store.people.locations import Place
from bot.telegram.inbound import alerting, duty, menu, privacy, status, team, uploads
from bot.telegram.inbound.arguments import cause_of, until_of
from bot.telegram.inbound.incidents import incident_actions, listing
from bot.telegram.inbound.people import membership
from bot.telegram.inbound.people.actor import Caller

_FORM = re.compile(r"/([a-z0-9_]{1,32})(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?", re.DOTALL)
_LATELY = timedelta(days=30)
_LISTS_AT_ONCE = 3
_NUMBER = re.compile(r"#?\d{1,12}", re.ASCII)
_ABOUT = re.compile(r"(?:card|ask|rev|why|note|still):(\d{1,19})(?::.*)?", re.ASCII)
_WITH_WORDS = ("assign", "snooze", "resolve", "note")


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it was typed.

    Attributes:
        rest: what follows the name.
        reply_to: the message it answers, in Telegram's numbers.
        is_addressed: it names this bot ("/status@name").
    """

    name: str
    rest: str
    reply_to: int | None
    is_addressed: bool = False


def read(text: str, *, bot_username: str, reply_to: int | None) -> Command | None:
    """A command for this bot; None for anything else, a command for another bot included."""
    match = _FORM.fullmatch(text.strip())
    if match is None:
        return None
    name, addressee, rest = match.groups()
    if addressee is not None and addressee.casefold() != bot_username.casefold():
        return None
    return Command(name=name, rest=(rest or "").strip(), reply_to=reply_to, is_addressed=addressee is not None)


async def carry_out(caller: Caller, command: Command) -> None:
    """Do what a command says, and answer."""
    if command.name == "start":
        await membership.start(caller, command.rest)
        return
    if not caller.is_private and not command.is_addressed and command.name not in command_replies.COMMANDS:
        # In a group it is meant for another bot.
        return
    if caller.person is None or not caller.grants:
        await caller.answer(
            pairing.bot_is_private(caller.words) if caller.is_private else _said(toasts.stranger(caller.words).text)
        )
        return
    if not caller.is_private:
        await chats.note_seen(caller.connection, caller.chat.chat_id, caller.person.person_id, now=caller.now)
    if command.name in _GENERAL:
        await _GENERAL[command.name](caller, command)
    elif command.name in _MOVES:
        await _move(caller, command)
    else:
        await caller.answer(command_replies.help_text(caller.words))


async def _help(caller: Caller, _command: Command) -> None:
    await caller.answer(command_replies.help_text(caller.words))


async def _status(caller: Caller, _command: Command) -> None:
    await status.show(caller)


async def _menu(caller: Caller, _command: Command) -> None:
    await menu.show(caller)


async def _incidents(caller: Caller, _command: Command) -> None:
    ids = [place.location_id for place in await caller.visible()]
    still_open = await incidents.unresolved(caller.connection, ids)
    ended = await incidents.ended_since(caller.connection, ids, caller.now - timedelta(days=3650))
    lately = [one for one in ended if one.ended_at is not None and one.ended_at >= caller.now - _LATELY]
    last = max(ended, key=lambda one: one.ended_at or one.opened_at, default=None)
    await caller.answer(
        command_replies.incidents(
            [await incident_row(caller.connection, one) for one in still_open],
            caller.words,
            now=caller.now,
            ended_lately=len(lately),
            last_id=None if last is None else last.incident_id,
            last_ended_at=None if last is None else last.ended_at,
        )
    )


async def _reviews(caller: Caller, command: Command) -> None:
    for place in (await _named_or_visible(caller, command))[:_LISTS_AT_ONCE]:
        await listing.show_location(caller, place, shown=ReviewFilter.ALL, page=1, anew=True)


async def _themes(caller: Caller, command: Command) -> None:
    for place in (await _named_or_visible(caller, command))[:_LISTS_AT_ONCE]:
        args: dict[str, object] = {"location_id": place.location_id, "weeks": emerging_themes.WEEKS}
        await enqueue.chats(caller.connection, [caller.chat.chat_id], "themes", now=caller.now, args=args)


async def _trend(caller: Caller, command: Command) -> None:
    places = await _named_or_visible(caller, command)
    for business_id in dict.fromkeys(place.business_id for place in places):
        ids = [place.location_id for place in places if place.business_id == business_id]
        await digests.ask_for_trend(caller.connection, caller.chat.chat_id, ids, now=caller.now)


async def _report(caller: Caller, command: Command) -> None:
    chat = await chats.find(caller.connection, caller.telegram_id)
    if chat is None or chat.kind != "private" or chat.disabled_at is not None:
        await caller.answer(Rendered(caller.words.say("month.no_private")))
        return
    places = await _named_or_visible(caller, command)
    for business_id in dict.fromkeys(place.business_id for place in places):
        ids = [place.location_id for place in places if place.business_id == business_id]
        await month.ask_for(caller.connection, chat.chat_id, ids, now=caller.now)
    if not caller.is_private:
        await caller.answer(Rendered(caller.words.say("month.to_private")))


async def _named_or_visible(caller: Caller, command: Command) -> list[Place]:
    visible = await caller.visible()
    wanted = command.rest.casefold()
    return [place for place in visible if wanted and place.name.casefold().startswith(wanted)] or visible


async def _add(caller: Caller, command: Command) -> None:
    await uploads.add(caller, command.rest)


async def _people(caller: Caller, _command: Command) -> None:
    await team.show(caller)


async def _privacy(caller: Caller, command: Command) -> None:
    await privacy.show(caller, command.rest)


async def _files(caller: Caller, _command: Command) -> None:
    await uploads.show_files(caller)


async def _quiet(caller: Caller, command: Command) -> None:
    await alerting.quiet(caller, command.rest)


async def _duty(caller: Caller, command: Command) -> None:
    await duty.show_or_change(caller, command.rest)


async def _away(caller: Caller, command: Command) -> None:
    await duty.away(caller, command.rest)


async def _region(caller: Caller, command: Command) -> None:
    await duty.region(caller, command.rest)


async def _routes(caller: Caller, _command: Command) -> None:
    await alerting.show_routes(caller)


async def _why(caller: Caller, command: Command) -> None:
    incident, _ = await _which(caller, command)
    if incident is not None:
        await enqueue.evidence(caller.connection, incident, caller.chat.chat_id, now=caller.now)


async def _stop_asking(caller: Caller, command: Command) -> None:
    incident, _ = await _which(caller, command)
    if incident is not None:
        answer = await incident_actions.stop_asking(caller, incident)
        await caller.answer(_said((await incident_actions.worded(answer, caller.connection)).text))


async def _move(caller: Caller, command: Command) -> None:
    incident, rest = await _which(caller, command)
    if incident is None:
        return
    needs = await _needs(caller, incident, command.name, rest)
    if isinstance(needs, Rendered):
        await caller.answer(needs)
        return
    move = _MOVES[command.name]
    request = await incident_actions.request_of(caller, incident, move, **needs)
    answer = await incident_actions.make(caller, incident, request)
    await caller.answer(_said((await incident_actions.worded(answer, caller.connection)).text))


async def _needs(caller: Caller, incident: Incident, command: str, rest: str) -> dict[str, object] | Rendered:
    """What a move takes besides the incident, from what was typed; or what is missing or not understood."""
    words, number = caller.words, incident.incident_id
    match _MOVES[command]:
        case Transition.ASSIGN:
            found = await _person(caller, incident, rest)
            return found if isinstance(found, Rendered) else {"assignee_id": found}
        case Transition.SNOOZE:
            zone = (await caller.place(incident.location_id)).zone
            until = until_of(rest, now=caller.now, zone=zone)
            return command_replies.not_a_time(rest, number, words) if until is None else {"until": until}
        case Transition.RESOLVE:
            cause = cause_of(rest)
            return command_replies.not_a_cause(rest, number, words) if cause is None else {"cause": cause}
        case Transition.NOTE:
            return {"note": rest} if rest else command_replies.nothing_to_note(number, words)
        case _:
            return {}


async def _which(caller: Caller, command: Command) -> tuple[Incident | None, str]:
    """The incident a command is about: its number, or the card (or a message below it) that it answers."""
    number, _, rest = command.rest.partition(" ")
    key = command.reply_to and await sent_messages.key_of(caller.connection, caller.chat.chat_id, command.reply_to)
    about = _ABOUT.fullmatch(key or "")
    answered = None if about is None else int(about[1])
    incident_id = int(number.lstrip("#")) if _NUMBER.fullmatch(number) else None
    if answered is not None and incident_id != answered and command.name in _WITH_WORDS and number[:1] != "#":
        # Below a card "/snooze 90 min" and "/note 2 cooks off sick" begin with a number that is no incident's.
        incident_id, rest = answered, command.rest
    elif incident_id is None:
        incident_id, rest = answered, command.rest
    if incident_id is None:
        await caller.answer(command_replies.which_incident(command.name, caller.words))
        return None, ""
    incident = await incident_actions.find_visible(caller, incident_id)
    if incident is None:
        await caller.answer(command_replies.no_such_incident(incident_id, caller.words))
    return incident, rest.strip()


async def _person(caller: Caller, incident: Incident, name: str) -> int | Rendered:
    place = await locations.find(caller.connection, incident.location_id)
    team = await people.team(caller.connection, business_id=place.business_id, location_id=place.location_id)
    wanted = name.lstrip("@").casefold()
    begins = [member.person for member in team if wanted and member.person.name.casefold().startswith(wanted)]
    found = [person for person in begins if person.name.casefold() == wanted] or begins
    if len(found) > 1:
        choices = [PersonChoice(person_id=person.person_id, name=person.name) for person in found]
        return command_replies.several_people(name, choices, incident, caller.words)
    if not found:
        names = [member.person.name for member in team]
        return command_replies.no_such_person(name, names, incident.incident_id, caller.words)
    return found[0].person_id


async def note_by_reply(caller: Caller, incident_id: int, text: str) -> None:
    """A reply to the card, or to "a note for the team?"."""
    incident = await incident_actions.find_visible(caller, incident_id)
    if incident is None or caller.person is None:
        return
    request = await incident_actions.request_of(caller, incident, Transition.NOTE, note=text)
    answer = await incident_actions.make(caller, incident, request)
    await caller.answer(_said((await incident_actions.worded(answer, caller.connection)).text))


def _said(text: str) -> Rendered:
    return Rendered(escape(text))


Handler = Callable[[Caller, Command], Awaitable[None]]
_GENERAL: Final[Mapping[str, Handler]] = MappingProxyType(
    {
        "help": _help,
        "menu": _menu,
        "settings": _menu,
        "status": _status,
        "incidents": _incidents,
        "reviews": _reviews,
        "themes": _themes,
        "trend": _trend,
        "report": _report,
        "add": _add,
        "files": _files,
        "people": _people,
        "privacy": _privacy,
        "why": _why,
        "stopasking": _stop_asking,
        "quiet": _quiet,
        "routes": _routes,
        "duty": _duty,
        "away": _away,
        "region": _region,
    }
)
_MOVES: Final[Mapping[str, Transition]] = MappingProxyType(
    {
        "ack": Transition.ACKNOWLEDGE,
        "giveback": Transition.GIVE_BACK,
        "assign": Transition.ASSIGN,
        "snooze": Transition.SNOOZE,
        "unsnooze": Transition.END_SNOOZE,
        "resolve": Transition.RESOLVE,
        "reopen": Transition.REOPEN,
        "normal": Transition.ACCEPT,
        "note": Transition.NOTE,
        "still": Transition.STAY,
    }
)
