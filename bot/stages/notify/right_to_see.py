"""Checks, when a message is sent, whether its reader still has a right to see it.

A row waits in the outbox for seconds, or for hours while Telegram is away; roles change meanwhile. So the sender asks
here, in the moment of sending, for a private chat: who is this person, and does a role still reach what it is about?
A group's members are Telegram's matter; what a group gets is decided by the locations that are connected to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.model.people import Grant
from bot.store.db.engine import Connection
from bot.store.incidents import incidents
from bot.store.ingest import sources, uploads
from bot.store.people import locations, people
from bot.store.people.chats import Chat
from bot.store.reviews import review_views

ABOUT_LOCATIONS: Final = "location_ids"
ABOUT_BUSINESS: Final = "business_id"
"""Keys in a message's args that say what it tells of, where nothing else in them does."""

_SHOWS_NOTHING: Final = frozenset({"delete", "retire", "unsay"})
_FOR_ANYBODY: Final = "ready_made"
"""Answers, also to somebody who is no member: they say what they tell of themselves, or tell nothing."""


async def may_get(connection: Connection, chat: Chat, kind: str, args: Mapping[str, Any]) -> bool:
    """Whether a chat may be sent a message now.

    Args:
        connection: a transaction.
        chat: where it is to go.
        kind: of the outbox row.
        args: of the outbox row.
    """
    if chat.kind != "private" or kind in _SHOWS_NOTHING:
        return True
    person = await people.find(connection, chat.telegram_chat_id)
    grants = [] if person is None else await people.grants_of(connection, person.person_id)
    if ABOUT_BUSINESS in args:
        return any(grant.business_id == args[ABOUT_BUSINESS] for grant in grants)
    about = await _locations(connection, args)
    if not about:
        return bool(grants) or kind == _FOR_ANYBODY
    return all([await _reaches(connection, grants, location_id) for location_id in about])


async def _reaches(connection: Connection, grants: list[Grant], location_id: int) -> bool:
    if not grants:
        return False
    place = await locations.find(connection, location_id)
    return any(grant.covers(business_id=place.business_id, location_id=location_id) for grant in grants)


async def _locations(connection: Connection, args: Mapping[str, Any]) -> list[int]:
    """The locations that a message tells of; none when it tells of no particular one."""
    found: list[int | None] = [*args.get(ABOUT_LOCATIONS, ()), args.get("location_id")]
    if "incident_id" in args:
        incident = await incidents.find(connection, args["incident_id"])
        found.append(None if incident is None else incident.location_id)
    if "review_id" in args:
        found.append(await review_views.location_of(connection, args["review_id"]))
    if "upload_id" in args:
        upload = await uploads.find(connection, args["upload_id"])
        found.append(None if upload is None else upload.location_id)
    if "source_id" in args:
        source = await sources.find(connection, args["source_id"])
        found.append(source.location_id)
    return [one for one in found if one is not None]
