"""People and groups: invitations, connecting a group or a topic, and being thrown out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_urlsafe

from bot.messages.buttons.payload import Payload
from bot.messages.facts.card_facts import words_of
from bot.messages.incident import toasts
from bot.messages.service import command_replies, pairing
from bot.messages.text.message import Toast
from bot.messages.text.serialization import to_json
from bot.model.people import Grant, Role
from bot.stages.notify import enqueue
from bot.stages.notify.right_to_see import ABOUT_BUSINESS
from bot.store.db.engine import Connection
from bot.store.people import chats, invitations, locations, people
from bot.store.people.invitations import Invitation
from bot.store.people.locations import Place
from bot.telegram.inbound.people.actor import Caller

VALID_FOR = timedelta(hours=24)
GROUPS_ASKED = 5
GROUP_TRIED_EVERY = timedelta(hours=1)
"""How often a group that was given up is tried again: one in which the bot may only read is lost each time anew."""


def new_code() -> str:
    """A code for a deep link: 22 characters of A-Z a-z 0-9 _ -, of the 64 that Telegram allows."""
    return token_urlsafe(16)


async def start(caller: Caller, code: str) -> None:
    """/start, with or without an invitation's code."""
    if not code:
        is_known = caller.person is not None and bool(caller.grants)
        owns_one = any(caller.owns(place) for place in await locations.all_active(caller.connection))
        if owns_one and not caller.is_private:
            # In a topic this is the only way to choose it: an invitation to a group arrives in General.
            await added_to_group(caller)
            return
        await caller.answer(
            command_replies.help_text(caller.words) if is_known else pairing.bot_is_private(caller.words)
        )
        return
    invitation = await invitations.find(caller.connection, code, now=caller.now)
    is_for_here = invitation is not None and (invitation.kind == "person") == caller.is_private
    if caller.is_bot:
        # An anonymous administrator: nobody knows who that is.
        await caller.answer(pairing.only_owner_connects(caller.words))
    elif invitation is None or not invitation.is_valid or not is_for_here:
        await caller.answer(pairing.code_invalid(caller.words))
    elif invitation.kind == "group":
        await _start_group(caller, code, invitation)
    elif await invitations.use(caller.connection, code, now=caller.now):
        await _join(caller, invitation)


async def _join(caller: Caller, invitation: Invitation) -> None:
    connection, now = caller.connection, caller.now
    grant = Grant(invitation.role, invitation.business_id, invitation.location_id)
    chat = await chats.put(
        connection,
        telegram_chat_id=caller.chat.telegram_chat_id,
        kind="private",
        title=caller.name,
        language=caller.chat.language,
        now=now,
    )
    person = await people.join(
        connection, telegram_id=caller.telegram_id, name=caller.name, language=chat.language, grant=grant, now=now
    )
    await chats.link(connection, chat.chat_id, business_id=grant.business_id, location_id=grant.location_id)
    reached = [place for place in await locations.all_active(connection) if _reaches(grant, place)]
    name = _name_of(grant, reached)
    if grant.role is Role.OWNER:
        group_url = await link(caller, kind="group", parameter="startgroup", grant=grant)
        message = pairing.owner_joined(
            caller.words,
            business_id=grant.business_id,
            business_name=reached[0].business_name,
            group_url=group_url,
        )
        await caller.answer(message)
    else:
        await caller.answer(pairing.manager_joined(caller.words, place=name))
        for owner in await chats.of_owners(connection, business_id=grant.business_id):
            words = await words_of(connection, owner)
            message = pairing.manager_joined_owner(words, name=person.name, place=name)
            args = {**to_json(message), ABOUT_BUSINESS: grant.business_id}
            await enqueue.chats(connection, [owner.chat_id], "ready_made", now=now, args=args)
    await _show_open(caller, [place.location_id for place in reached])


async def _show_open(caller: Caller, location_ids: list[int]) -> None:
    """A new chat sees what is open, and hears of first imports that nobody could be told of."""
    await enqueue.open_cards(caller.connection, location_ids, now=caller.now)
    for location_id in location_ids:
        await locations.mark_look_due(caller.connection, location_id)


async def back(caller: Caller) -> Caller:
    """A chat that was given up is used again as soon as somebody of the team writes or presses in it.

    Whoever can write to the bot there can be written to; one refusal by Telegram may have been a mistake of the moment.
    Gives the caller with the chat as it is now.
    """
    if caller.chat.disabled_at is None or not caller.grants:
        return caller
    linked = await chats.linked_locations(caller.connection, caller.chat.chat_id)
    seen = [place.location_id for place in await caller.visible()]
    is_again = caller.now - caller.chat.disabled_at >= GROUP_TRIED_EVERY and bool(set(linked) & set(seen))
    if not caller.is_private and not is_again:
        return caller
    chat = await chats.put(
        caller.connection,
        telegram_chat_id=caller.chat.telegram_chat_id,
        thread_id=caller.chat.thread_id,
        kind=caller.chat.kind,
        title=caller.chat.title,
        language=caller.chat.language,
        now=caller.now,
    )
    await _show_open(caller, seen)
    return replace(caller, chat=chat)


def _reaches(grant: Grant, place: Place) -> bool:
    return grant.covers(business_id=place.business_id, location_id=place.location_id)


def _name_of(grant: Grant, reached: list[Place]) -> str:
    return reached[0].business_name if grant.location_id is None and len(reached) != 1 else reached[0].name


async def _start_group(caller: Caller, code: str, invitation: Invitation) -> None:
    reached = [
        place
        for place in await locations.all_active(caller.connection)
        if _reaches(Grant(invitation.role, invitation.business_id, invitation.location_id), place)
    ]
    if not all(caller.owns(place) for place in reached):
        await caller.answer(pairing.only_owner_connects(caller.words))
        return
    await invitations.use(caller.connection, code, now=caller.now)
    await _ask(caller, reached)


async def added_to_group(caller: Caller) -> None:
    """The bot was put into a group: an owner is asked whether incidents go there, anybody else is told no."""
    owned = [place for place in await locations.all_active(caller.connection) if caller.owns(place)]
    if not owned:
        await caller.answer(pairing.only_owner_connects(caller.words))
        return
    await _ask(caller, owned)


async def _ask(caller: Caller, reached: list[Place]) -> None:
    is_lost = caller.chat.disabled_at is not None
    linked = set() if is_lost else set(await chats.linked_locations(caller.connection, caller.chat.chat_id))
    if all(place.location_id in linked for place in reached):
        await caller.answer(command_replies.help_text(caller.words))
    for place in [place for place in reached if place.location_id not in linked][:GROUPS_ASKED]:
        await caller.answer(
            pairing.ask_for_group(
                caller.words,
                location_id=place.location_id,
                place=place.name,
                is_topic=caller.chat.thread_id != 0,
            ),
            key=f"group:{place.location_id}",
        )


async def use_group(caller: Caller, what: Payload) -> Toast | None:
    """`gry`: incidents of a location go to this group."""
    return await _connect(caller, what.target_id)


async def use_topic(caller: Caller, what: Payload) -> Toast | None:
    """`gtp`: incidents of a location go to this topic only."""
    return await _connect(caller, what.target_id)


async def leave_group_alone(caller: Caller, what: Payload) -> Toast | None:
    """`gno`: nothing is posted here."""
    await enqueue.chats(
        caller.connection, [caller.chat.chat_id], "delete", now=caller.now, key=f"group:{what.target_id}"
    )
    return None


async def _connect(caller: Caller, location_id: int) -> Toast | None:
    connection = caller.connection
    place = next((one for one in await locations.all_active(connection) if one.location_id == location_id), None)
    if place is None or not caller.owns(place):
        return toasts.role_too_low(caller.words)
    chat = await chats.put(
        connection,
        telegram_chat_id=caller.chat.telegram_chat_id,
        thread_id=caller.chat.thread_id,
        kind="group",
        title=caller.chat.title,
        language=caller.chat.language,
        now=caller.now,
    )
    await chats.link(connection, chat.chat_id, business_id=place.business_id, location_id=location_id)
    team = await people.team(connection, business_id=place.business_id, location_id=location_id)
    await caller.answer(
        pairing.group_connected(caller.words, place=place.name, names=[member.person.name for member in team]),
        key=f"group:{location_id}",
    )
    await _show_open(caller, [location_id])
    return None


async def invite(caller: Caller, what: Payload) -> Toast | None:
    """`inv`: an owner gets a link for one manager."""
    url = await link(caller, kind="person", parameter="start", grant=Grant(Role.MANAGER, what.target_id))
    await caller.answer(pairing.invitation(caller.words, url=url))
    return None


async def link(caller: Caller, *, kind: str, parameter: str, grant: Grant) -> str:
    """Make an invitation for somebody to open, and give its link; see `make_link`."""
    return await make_link(
        caller.connection, bot_username=caller.bot_username, kind=kind, parameter=parameter, grant=grant, now=caller.now
    )


async def make_link(
    connection: Connection, *, bot_username: str, kind: str, parameter: str, grant: Grant, now: datetime
) -> str:
    """Make an invitation and give its deep link, good once and for 24 hours.

    Args:
        connection: the caller's transaction.
        bot_username: the bot's own, without "@".
        kind: "person" or "group".
        parameter: "start", or "startgroup" to choose a group.
        grant: what the invitation gives.
        now: the time.
    """
    code = new_code()
    await invitations.create(connection, code, kind=kind, grant=grant, now=now, expires_at=now + VALID_FOR)
    return f"https://t.me/{bot_username}?{parameter}={code}"
