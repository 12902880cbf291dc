"""/people and its buttons: an owner sees the team, removes somebody, changes a role."""

from __future__ import annotations

from bot.messages.buttons.payload import Payload
from bot.messages.incident import toasts
from bot.messages.service import team
from bot.messages.service.team import TeamRow
from bot.messages.text.message import Rendered
from bot.messages.text.sanitize import escape
from bot.model.people import Grant, Role
from bot.stages.notify import enqueue
from bot.stages.notify.right_to_see import ABOUT_LOCATIONS
from bot.store.people import chats, people
from bot.store.people.chats import Chat
from bot.store.people.locations import Place
from bot.store.people.people import Member
from bot.telegram.inbound.incidents.incident_actions import Answer
from bot.telegram.inbound.people.actor import Caller


async def show(caller: Caller) -> None:
    """/people: the team of each business that the caller owns here."""
    owned = [place for place in await caller.visible() if caller.owns(place)]
    if not owned:
        await caller.answer(Rendered(escape(toasts.role_too_low(caller.words).text)))
    for business_id in dict.fromkeys(place.business_id for place in owned):
        its = [place for place in owned if place.business_id == business_id]
        rows = [
            _row(member, its)
            for member in await people.members(caller.connection, business_id=business_id)
            if await is_under(caller, member)
        ]
        await caller.answer(
            team.team(
                rows,
                caller.words.in_zone(its[0].zone),
                business_id=business_id,
                business_name=its[0].business_name,
                groups=[chat.title for chat in await _groups(caller, its)],
                now=caller.now,
            )
        )


async def is_under(caller: Caller, member: Member) -> bool:
    """Whether the caller owns, here, all that a role reaches."""
    its = member.grant
    seen = {place.location_id for place in await caller.visible() if place.business_id == its.business_id}
    return any(
        grant.role is Role.OWNER
        and grant.business_id == its.business_id
        and (grant.location_id is None or grant.location_id == its.location_id)
        for grant in caller.grants
    ) and bool(seen if its.location_id is None else seen & {its.location_id})


async def under(caller: Caller, person_id: int) -> list[Member]:
    """The roles of a person that the caller may change here."""
    every = [one for one in await people.members(caller.connection) if one.person.person_id == person_id]
    return [one for one in every if await is_under(caller, one)]


async def show_person(caller: Caller, what: Payload) -> Answer | None:
    """`per`: what can be done about one person."""
    members = await under(caller, what.target_id)
    places = await caller.visible()
    rows = [_row(member, places) for member in members]
    words = caller.words.in_zone(places[0].zone)
    await caller.answer(team.person(rows, words, now=caller.now, is_self=_is_self(caller, what)))
    return None


async def remove(caller: Caller, what: Payload) -> Answer | None:
    """`rmv`: take the roles, unlink the private chat, and say where the person may still read along."""
    if _is_self(caller, what):
        return toasts.not_saved(caller.words)
    members = await under(caller, what.target_id)
    places = [one for one in await caller.visible() if any(_reaches(member.grant, one) for member in members)]
    await people.take(caller.connection, members, now=caller.now)
    groups = [{"chat_id": chat.telegram_chat_id, "title": chat.title} for chat in await _groups(caller, places)]
    person = members[0].person
    for business_name in dict.fromkeys(place.business_name for place in places):
        await enqueue.chats(
            caller.connection,
            [caller.chat.chat_id],
            "member_removed",
            now=caller.now,
            args={
                "name": person.name,
                "telegram_id": person.telegram_id,
                "business": business_name,
                "groups": groups,
                ABOUT_LOCATIONS: [place.location_id for place in places],
            },
        )
    return toasts.saved(caller.words)


async def change_role(caller: Caller, what: Payload) -> Answer | None:
    """`rol`: a manager becomes an owner of the same places, an owner a manager."""
    if _is_self(caller, what):
        return toasts.not_saved(caller.words)
    places = await caller.visible()
    for member in await under(caller, what.target_id):
        role = Role.MANAGER if member.grant.role is Role.OWNER else Role.OWNER
        changed = await people.change_role(caller.connection, member, role, now=caller.now)
        await caller.answer(team.changed(_row(changed, places), caller.words))
    return toasts.saved(caller.words)


def _is_self(caller: Caller, what: Payload) -> bool:
    return caller.person is not None and caller.person.person_id == what.target_id


def _reaches(grant: Grant, place: Place) -> bool:
    return grant.covers(business_id=place.business_id, location_id=place.location_id)


def _row(member: Member, places: list[Place]) -> TeamRow:
    reached = [place for place in places if _reaches(member.grant, place)]
    return TeamRow(
        person_id=member.person.person_id,
        name=member.person.name,
        role=member.grant.role,
        place=reached[0].business_name if member.grant.location_id is None else reached[0].name,
        since=member.granted_at,
    )


async def _groups(caller: Caller, places: list[Place]) -> list[Chat]:
    found = {
        chat.telegram_chat_id: chat
        for place in places
        for chat in await chats.of_location(caller.connection, place.location_id)
        if chat.kind == "group"
    }
    return list(found.values())
