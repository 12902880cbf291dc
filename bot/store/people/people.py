"""People and their roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.model.people import Grant, Person, Role
from bot.store.db.engine import Connection
from bot.store.db.schema import chat_links, chats, grants, people


@dataclass(frozen=True, slots=True)
class Member:
    """A person with one role, for lists."""

    person: Person
    grant_id: int
    grant: Grant
    granted_at: datetime


async def find(connection: Connection, telegram_id: int) -> Person | None:
    """A person by Telegram's user id."""
    row = (await connection.execute(sa.select(people).where(people.c.telegram_id == telegram_id))).first()
    return None if row is None else _person(row)


async def telegram_ids(connection: Connection) -> set[int]:
    """Telegram's ids of everybody who has a role now."""
    rows = await connection.scalars(sa.select(people.c.telegram_id).join(grants).where(grants.c.revoked_at.is_(None)))
    return set(rows)


async def by_id(connection: Connection, person_id: int | None) -> Person | None:
    """A person by our id."""
    row = (await connection.execute(sa.select(people).where(people.c.person_id == person_id))).first()
    return None if row is None else _person(row)


_GRANTS_OF = sa.select(grants).where(grants.c.person_id == sa.bindparam("its_id"), grants.c.revoked_at.is_(None))


async def grants_of(connection: Connection, person_id: int) -> list[Grant]:
    """Every role a person has now."""
    return [_grant(row) for row in await connection.execute(_GRANTS_OF, {"its_id": person_id})]


async def members(connection: Connection, *, business_id: int | None = None) -> list[Member]:
    """Everybody with a role, owners first, then by name."""
    query = (
        sa.select(people, grants)
        .join_from(people, grants)
        .where(grants.c.revoked_at.is_(None))
        .order_by(sa.case((grants.c.role == Role.OWNER.value, 0), else_=1), people.c.name, grants.c.grant_id)
    )
    if business_id is not None:
        query = query.where(grants.c.business_id == business_id)
    return [
        Member(person=_person(row), grant_id=row.grant_id, grant=_grant(row), granted_at=row.granted_at)
        for row in await connection.execute(query)
    ]


async def team(connection: Connection, *, business_id: int, location_id: int) -> list[Member]:
    """Everybody whose role reaches a location, each person once."""
    found = [
        member
        for member in await members(connection, business_id=business_id)
        if member.grant.covers(business_id=business_id, location_id=location_id)
    ]
    return list({member.person.person_id: member for member in reversed(found)}.values())[::-1]


async def join(
    connection: Connection, *, telegram_id: int, name: str, language: str, grant: Grant, now: datetime
) -> Person:
    """Give a person a role; the same role twice is kept once."""
    person = await find(connection, telegram_id)
    if person is None:
        row = await connection.execute(
            sa.insert(people)
            .values(telegram_id=telegram_id, name=name, language=language, joined_at=now)
            .returning(people)
        )
        person = _person(row.one())
    else:
        await connection.execute(sa.update(people).where(people.c.person_id == person.person_id).values(name=name))
    if grant not in await grants_of(connection, person.person_id):
        await connection.execute(
            sa.insert(grants).values(
                person_id=person.person_id,
                role=grant.role.value,
                business_id=grant.business_id,
                location_id=grant.location_id,
                granted_at=now,
            )
        )
    return person


async def revoke(connection: Connection, person_id: int, *, now: datetime) -> int:
    """Take every role from a person and unlink the private chat; gives how many roles were taken."""
    result = await connection.execute(
        sa.update(grants).where(grants.c.person_id == person_id, grants.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    person = await by_id(connection, person_id)
    if person is not None:
        private = sa.select(chats.c.chat_id).where(chats.c.telegram_chat_id == person.telegram_id)
        await connection.execute(sa.delete(chat_links).where(chat_links.c.chat_id.in_(private)))
    return int(result.rowcount)


async def take(connection: Connection, taken: Sequence[Member], *, now: datetime) -> None:
    """Take some roles of one person; the private chat gets nothing more of what they reached."""
    for member in taken:
        await connection.execute(sa.update(grants).where(grants.c.grant_id == member.grant_id).values(revoked_at=now))
        private = sa.select(chats.c.chat_id).where(chats.c.telegram_chat_id == member.person.telegram_id)
        is_of_it = sa.and_(chat_links.c.chat_id.in_(private), chat_links.c.business_id == member.grant.business_id)
        if member.grant.location_id is not None:
            is_of_it = sa.and_(is_of_it, chat_links.c.location_id == member.grant.location_id)
        await connection.execute(sa.delete(chat_links).where(is_of_it))


async def change_role(connection: Connection, member: Member, role: Role, *, now: datetime) -> Member:
    """Give a person another role at the same places; the old one is kept as taken."""
    await connection.execute(sa.update(grants).where(grants.c.grant_id == member.grant_id).values(revoked_at=now))
    grant = replace(member.grant, role=role)
    result = await connection.execute(
        sa.insert(grants)
        .values(
            person_id=member.person.person_id,
            role=role.value,
            business_id=grant.business_id,
            location_id=grant.location_id,
            granted_at=now,
        )
        .returning(grants.c.grant_id)
    )
    return Member(person=member.person, grant_id=int(result.scalar_one()), grant=grant, granted_at=now)


def _person(row: sa.Row[Any]) -> Person:
    return Person(person_id=row.person_id, telegram_id=row.telegram_id, name=row.name, language=row.language)


def _grant(row: sa.Row[Any]) -> Grant:
    return Grant(role=Role(row.role), business_id=row.business_id, location_id=row.location_id)
