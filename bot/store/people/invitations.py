"""Invitations: codes that give a role or connect a group. Only the hash of a code is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa

from bot.model.people import Grant, Role
from bot.store.db.engine import Connection
from bot.store.db.schema import invitations


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a code is good for."""

    kind: str
    role: Role
    business_id: int
    location_id: int | None
    is_valid: bool


async def create(
    connection: Connection,
    code: str,
    *,
    kind: str,
    grant: Grant,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Keep an invitation; only the code's hash is stored."""
    await connection.execute(
        sa.insert(invitations).values(
            code_hash=_hash(code),
            kind=kind,
            role=grant.role.value,
            business_id=grant.business_id,
            location_id=grant.location_id,
            created_at=now,
            expires_at=expires_at,
        )
    )


async def find(connection: Connection, code: str, *, now: datetime) -> Invitation | None:
    """What a code is good for, without using it."""
    row = (await connection.execute(sa.select(invitations).where(invitations.c.code_hash == _hash(code)))).first()
    if row is None:
        return None
    return Invitation(
        kind=row.kind,
        role=Role(row.role),
        business_id=row.business_id,
        location_id=row.location_id,
        is_valid=row.used_at is None and row.expires_at > now,
    )


async def use(connection: Connection, code: str, *, now: datetime) -> bool:
    """Use a code up; False when it was used before or has expired."""
    result = await connection.execute(
        sa.update(invitations)
        .where(
            invitations.c.code_hash == _hash(code),
            invitations.c.used_at.is_(None),
            invitations.c.expires_at > now,
        )
        .values(used_at=now)
    )
    return result.rowcount == 1


def _hash(code: str) -> str:
    return sha256(code.encode()).hexdigest()
