"""Who presses or writes, where, and what this person may see there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.messages.facts.card_facts import words_of
from bot.messages.text.formatting import Words
from bot.messages.text.message import Rendered
from bot.messages.text.serialization import to_json
from bot.model.incident import Incident
from bot.model.people import Grant, Person, Role
from bot.settings import LANGUAGES
from bot.stages.analyse.packs import Packs
from bot.stages.notify import enqueue
from bot.stages.notify.right_to_see import ABOUT_LOCATIONS
from bot.store.db.engine import Connection
from bot.store.delivery.attachments import OutgoingFiles
from bot.store.incidents import incidents
from bot.store.people import chats, locations, people
from bot.store.people.chats import Chat
from bot.store.people.locations import Place


@dataclass(frozen=True, slots=True)
class Caller:
    """A person in a chat, in the transaction of the update.

    Attributes:
        telegram_id: the only thing a person is recognised by. An anonymous administrator writes under Telegram's
            shared id 1087968824, which nobody can be linked to.
        name: as Telegram gives it.
        person: None for somebody who is not linked.
        chat: where an answer goes.
        is_bot: the account is a bot's, which is never linked.
        files: where a file that goes along with an answer is kept until it is sent.
        packs: what each location's reviews are searched for.
        places: the locations that were looked up for this update, by their id.
        seen: what `visible` has given, once it was asked.
        known: the incidents that were looked up for this update, by their id.
    """

    connection: Connection
    now: datetime
    telegram_id: int
    name: str
    is_bot: bool
    chat: Chat
    person: Person | None
    grants: tuple[Grant, ...]
    words: Words
    bot_username: str
    files: OutgoingFiles
    packs: Packs
    places: dict[int, Place] = field(default_factory=dict)
    seen: list[list[Place]] = field(default_factory=list)
    known: dict[int, Incident | None] = field(default_factory=dict)

    @property
    def is_private(self) -> bool:
        """Whether nobody else reads the chat."""
        return self.chat.kind == "private"

    def covers(self, place: Place) -> bool:
        """Whether one of the person's roles reaches a location."""
        return any(grant.covers(business_id=place.business_id, location_id=place.location_id) for grant in self.grants)

    def owns(self, place: Place) -> bool:
        """Whether the person is an owner of a location."""
        return any(
            grant.role is Role.OWNER and grant.covers(business_id=place.business_id, location_id=place.location_id)
            for grant in self.grants
        )

    async def visible(self) -> list[Place]:
        """The locations this person may see in this chat: the person's own, and in a group only the group's."""
        if not self.seen:
            self.seen.append(await self._visible())
        return self.seen[0]

    async def _visible(self) -> list[Place]:
        if self.person is None:
            return []
        active = await locations.all_active(self.connection)
        self.places.update({place.location_id: place for place in active})
        every = [place for place in active if self.covers(place)]
        if self.is_private:
            return every
        linked = set(await chats.linked_locations(self.connection, self.chat.chat_id))
        if not linked and self.chat.thread_id:
            # A topic that is not connected itself is one more room of its group.
            group = await chats.find(self.connection, self.chat.telegram_chat_id)
            linked = set() if group is None else set(await chats.linked_locations(self.connection, group.chat_id))
        return [place for place in every if place.location_id in linked]

    async def again(self, connection: Connection) -> Caller | None:
        """The same person in a later transaction; None when a role was given or taken meanwhile."""
        now = [] if self.person is None else await people.grants_of(connection, self.person.person_id)
        return replace(self, connection=connection) if tuple(now) == self.grants else None

    async def place(self, location_id: int) -> Place:
        """A location, looked up once."""
        if location_id not in self.places:
            self.places[location_id] = await locations.find(self.connection, location_id)
        return self.places[location_id]

    async def incident(self, incident_id: int) -> Incident | None:
        """An incident, looked up once; of a press it may be as old as the moment before the write lock was taken."""
        if incident_id not in self.known:
            self.known[incident_id] = await incidents.find(self.connection, incident_id)
        return self.known[incident_id]

    async def answer(self, message: Rendered, *, key: str | None = None, reply_to: str | None = None) -> None:
        """Answer in this chat, silently. In a private chat it is not sent to whom a role is taken from meanwhile."""
        about = {ABOUT_LOCATIONS: seen} if (seen := [one.location_id for one in await self.visible()]) else {}
        await enqueue.chats(
            self.connection,
            [self.chat.chat_id],
            "ready_made",
            now=self.now,
            args={**to_json(message), **about},
            key=key,
            reply_to=reply_to,
        )


async def identify(
    connection: Connection,
    *,
    now: datetime,
    telegram_id: int,
    name: str,
    is_bot: bool,
    app_language: str,
    telegram_chat_id: int,
    thread_id: int,
    kind: str,
    title: str,
    bot_username: str,
    files: OutgoingFiles,
    packs: Packs,
) -> Caller:
    """Find out who calls. A new chat gets the language of its group or of the person's app, or English."""
    person = None if is_bot else await people.find(connection, telegram_id)
    chat = await chats.find(connection, telegram_chat_id, thread_id)
    if chat is None or chat.thread_id != thread_id:
        language = app_language[:2].lower() if chat is None else chat.language
        chat = await chats.put(
            connection,
            telegram_chat_id=telegram_chat_id,
            thread_id=thread_id,
            kind=kind,
            title=title,
            language=language if language in LANGUAGES else "en",
            now=now,
        )
    return Caller(
        connection=connection,
        now=now,
        telegram_id=telegram_id,
        name=name,
        is_bot=is_bot,
        chat=chat,
        person=person,
        grants=tuple(await people.grants_of(connection, person.person_id)) if person else (),
        words=await words_of(connection, chat),
        bot_username=bot_username,
        files=files,
        packs=packs,
    )
