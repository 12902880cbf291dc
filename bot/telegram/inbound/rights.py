"""Who may press what: one table, and the one function that reads it before anything is done.

A button's text proves nothing: it can be forged, stand in a chat for years, or have been drawn for somebody else. So
each verb says what its target is and which role it takes, and every press is asked whether the caller's role reaches
the location behind that target, here and now. What an incident's state allows is the state machine's matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bot.messages.buttons import keyboards
from bot.messages.buttons.payload import Payload, Verb
from bot.messages.incident import toasts
from bot.messages.text.message import Toast
from bot.model.people import Role
from bot.stages.ingest import upload_actions
from bot.store.delivery import sent_messages
from bot.store.ingest import sources, uploads
from bot.store.ingest.uploads import Upload
from bot.store.people import locations
from bot.store.people.locations import Place
from bot.store.reviews import review_views
from bot.telegram.inbound import alerting, team
from bot.telegram.inbound.people.actor import Caller


class About(StrEnum):
    """What the number in a button's text is of.

    INCIDENT, LOCATION, REVIEW: its location must be one that the caller sees in this chat.
    FILE: the same, and it is the caller's own, or the caller owns the location, or nobody has sent it.
    NEW_LOCATION: a location that this chat does not show yet; only its owners decide that.
    BUSINESS: all of its locations.
    SOURCE: its location must be one that the caller sees in this chat.
    PERSON: somebody with a role that the caller, as an owner, reaches here.
    ROUTE: a route of a business of which the caller is an owner.
    CHAT: no target; the caller sees at least one location here, and for an owner's verb owns one of them. The quiet
        hours of the own private chat are everybody's own matter.
    """

    INCIDENT = "incident"
    LOCATION = "location"
    REVIEW = "review"
    SOURCE = "source"
    FILE = "file"
    NEW_LOCATION = "new location"
    BUSINESS = "business"
    PERSON = "person"
    ROUTE = "route"
    CHAT = "chat"


@dataclass(frozen=True, slots=True)
class Right:
    """What a verb takes: a role that reaches its target. An owner may do whatever a manager may."""

    about: About
    role: Role = Role.MANAGER


_CLOSES: Final = MappingProxyType(
    {"rev": About.INCIDENT, "list": About.LOCATION, "offer": About.LOCATION, "group": About.NEW_LOCATION}
)
"""What a message that can be closed is about, by the beginning of its key."""

RIGHTS: Final[Mapping[Verb, Right]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                *(Verb.ACKNOWLEDGE, Verb.GIVE_BACK, Verb.PICK_PERSON, Verb.ASSIGN, Verb.PICK_TIME, Verb.SNOOZE),
                *(Verb.END_SNOOZE, Verb.PICK_CAUSE, Verb.RESOLVE, Verb.REOPEN, Verb.ACCEPT, Verb.NOT_SEVERE, Verb.WHY),
                *(Verb.SAVE_EVIDENCE, Verb.REVIEWS, Verb.SHOW_CARD, Verb.BACK, Verb.STILL, Verb.STOP_ASKING),
                *(Verb.PLAYBOOK, Verb.TICK),
            ),
            Right(About.INCIDENT),
        ),
        **dict.fromkeys(
            (Verb.OPEN_INCIDENT, Verb.OPEN_LATE, Verb.LEAVE_LATE, Verb.FILTER, Verb.TURN_PAGE, Verb.CANCEL, Verb.CLOSE),
            Right(About.LOCATION),
        ),
        Verb.BUDGET: Right(About.LOCATION, Role.OWNER),
        **dict.fromkeys((Verb.OPEN_FOR_REVIEW, Verb.NOT_SEVERE_REVIEW), Right(About.REVIEW)),
        **dict.fromkeys(
            (
                *(Verb.LOCATION, Verb.COLUMNS_RIGHT, Verb.CHANGE_COLUMN, Verb.CHOOSE_COLUMN, Verb.DAY_FIRST),
                *(Verb.MONTH_FIRST, Verb.STARS, Verb.PLATFORM, Verb.UNDO, Verb.SKIPPED_ROWS, Verb.CHANGE_READING),
                *(Verb.SHOW_FILE, Verb.SCALE, Verb.COUNTS, Verb.COUNTS_NOT),
            ),
            Right(About.FILE),
        ),
        **dict.fromkeys(
            (Verb.USE_GROUP, Verb.USE_TOPIC, Verb.LEAVE_GROUP_ALONE), Right(About.NEW_LOCATION, Role.OWNER)
        ),
        **dict.fromkeys(
            (Verb.LANGUAGE, Verb.SEND_TEST, Verb.HEARD_TEST, Verb.TRY_NOW, Verb.FIRST_READS), Right(About.CHAT)
        ),
        **dict.fromkeys((Verb.TEST_ROUTE, Verb.SWITCH_ROUTE), Right(About.ROUTE, Role.OWNER)),
        **dict.fromkeys((Verb.INVITE, Verb.CONNECT_GROUP), Right(About.BUSINESS, Role.OWNER)),
        **dict.fromkeys((Verb.MENU, Verb.SHOW_FILES, Verb.SHOW_STATUS), Right(About.CHAT)),
        **dict.fromkeys((Verb.MENU_PLACE, Verb.ROTA), Right(About.LOCATION)),
        Verb.MENU_SOURCE: Right(About.SOURCE),
        **dict.fromkeys((Verb.ASK_TO_ERASE, Verb.ERASE), Right(About.REVIEW, Role.OWNER)),
        **dict.fromkeys(
            (Verb.SET_CHAT, Verb.SHOW_PEOPLE, Verb.SHOW_PRIVACY, Verb.SHOW_ROUTES), Right(About.CHAT, Role.OWNER)
        ),
        **dict.fromkeys((Verb.SET_PLACE, Verb.SET_CHAIN, Verb.INVITE_HERE), Right(About.LOCATION, Role.OWNER)),
        Verb.SET_SOURCE: Right(About.SOURCE, Role.OWNER),
        **dict.fromkeys((Verb.SHOW_PERSON, Verb.REMOVE_PERSON, Verb.CHANGE_ROLE), Right(About.PERSON, Role.OWNER)),
    }
)


async def refusal(caller: Caller, what: Payload, *, message_id: int | None) -> Toast | None:
    """The answer to a press that the caller has no right to; None when it may go on.

    Args:
        caller: who presses, and where.
        what: what the button says.
        message_id: the message under which it stands, in Telegram's numbers.
    """
    if caller.person is None or not caller.grants:
        return toasts.stranger(caller.words)
    right = RIGHTS[what.verb]
    about, target = await _target(caller, what, right.about, message_id)
    seen = {place.location_id: place for place in await caller.visible()}
    match about:
        case About.CHAT:
            if not seen:
                return toasts.stranger(caller.words)
            is_own = what.verb == Verb.SET_CHAT and what.arg.startswith("quiet-") and caller.is_private
            is_it = right.role is Role.MANAGER or is_own or any(caller.owns(one) for one in seen.values())
            return None if is_it else toasts.role_too_low(caller.words)
        case About.BUSINESS:
            is_it = any(
                grant.role is Role.OWNER and grant.business_id == target and grant.location_id is None
                for grant in caller.grants
            )
            return None if is_it else toasts.role_too_low(caller.words)
        case About.ROUTE:
            routes_here = [one.route_id for one in await alerting.routes_of(caller)]
            return None if target in routes_here else toasts.role_too_low(caller.words)
        case About.PERSON:
            members = await team.under(caller, what.target_id)
            return None if members else toasts.role_too_low(caller.words)
        case About.NEW_LOCATION:
            owned = {one.location_id for one in await locations.all_active(caller.connection) if caller.owns(one)}
            return None if target in owned else toasts.role_too_low(caller.words)
        case About.FILE:
            upload = await uploads.find(caller.connection, what.target_id)
            return toasts.stranger(caller.words) if upload is None else await _of_file(caller, upload, what, seen)
        case _:
            place = None if target is None else seen.get(target)
    if place is None:
        return toasts.stranger(caller.words)
    return None if right.role is Role.MANAGER or caller.owns(place) else toasts.role_too_low(caller.words)


async def _target(caller: Caller, what: Payload, about: About, message_id: int | None) -> tuple[About, int | None]:
    """What a press is about, and the location (or business) behind it."""
    target: int | None = what.target_id
    if what.verb == Verb.CANCEL and what.arg == "upload":
        return About.FILE, target
    if what.verb == Verb.TURN_PAGE:
        wanted = keyboards.page_of(what.arg)
        about = About.INCIDENT if wanted is not None and wanted[0] is None else About.LOCATION
    if what.verb == Verb.CLOSE:
        # The button says nothing of what it closes; the message under which it stands does.
        key = message_id and await sent_messages.key_of(caller.connection, caller.chat.chat_id, message_id)
        kind, _, number = (key or "").partition(":")
        if kind not in _CLOSES or not number.isdecimal():
            return About.CHAT, None
        about, target = _CLOSES[kind], int(number)
    if about is About.INCIDENT:
        incident = await caller.incident(what.target_id if target is None else target)
        return about, None if incident is None else incident.location_id
    if about is About.SOURCE:
        return about, await sources.location_of(caller.connection, what.target_id)
    if about is About.REVIEW:
        return about, await review_views.location_of(caller.connection, what.target_id)
    return about, target


async def _of_file(caller: Caller, upload: Upload, what: Payload, seen: Mapping[int, Place]) -> Toast | None:
    assert caller.person is not None
    is_own = upload.person_id == caller.person.person_id
    if upload.location_id is not None:
        # Whoever was moved to another location since has no business with what was imported for this one.
        places = [seen[upload.location_id]] if upload.location_id in seen else []
    else:
        places = [one for one in await upload_actions.choices_of(caller.connection, upload) if one.location_id in seen]
    if not places:
        return toasts.stranger(caller.words)
    is_owner = any(caller.owns(place) for place in places)
    if upload.person_id is not None and upload.chat_id != caller.chat.chat_id and not is_owner:
        return toasts.stranger(caller.words)
    if upload.person_id is not None and not is_own and not is_owner:
        return toasts.role_too_low(caller.words)
    is_elsewhere = what.verb == Verb.LOCATION and what.arg not in {str(one) for one in seen}
    return toasts.stranger(caller.words) if is_elsewhere else None
