"""Keeping erased reviews out: keyed hashes of what they were, compared with whatever a source brings.

A hash is HMAC-SHA256 with a key of this installation, so that the table alone tells nobody who was erased. A review is
known again by the platform's id; by guest and words; and by guest and the first words, as a mail shows them.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

import sqlalchemy as sa

from bot.model.ingest.normal import Review
from bot.store.db.engine import Connection, Row
from bot.store.db.schema import bars, installation
from bot.store.delivery import service_status
from bot.text.fold import fold

FIRST_WORDS = 8
_AT_ONCE = 400


Kind = TypeVar("Kind", Review, Row)


async def key(connection: Connection) -> bytes:
    """This installation's key, made when it is first asked for."""
    found = await connection.scalar(sa.select(installation.c.bar_key))
    if not found:
        found = secrets.token_hex(32)
        await service_status.update(connection, bar_key=found)
    return bytes.fromhex(found)


def tokens(key: bytes, review: Review | Row) -> list[str]:
    """The hashes that a review is known by; the first is that of its id."""
    found = [_token(key, "id", review.platform, review.external_id)]
    name, words = fold(review.author), fold(f"{review.title} {review.text}").split()
    if name and words:
        found.append(_token(key, "words", name, " ".join(words)))
    body = fold(review.text).split()
    if name and len(body) >= FIRST_WORDS:
        found.append(_token(key, "beginning", name, " ".join(body[:FIRST_WORDS])))
    return found


async def put(connection: Connection, location_id: int, found: Iterable[str], *, erasure_id: int | None = None) -> None:
    """Keep whatever has one of these hashes out of a location from now on."""
    new = set(found)
    known = await _known(connection, location_id, new)
    rows = [{"location_id": location_id, "token": one, "erasure_id": erasure_id} for one in sorted(new - known)]
    if rows:
        await connection.execute(sa.insert(bars), rows)


async def barred(connection: Connection, location_id: int, found: Sequence[Kind]) -> list[Kind]:
    """Those of some reviews that were erased."""
    any_there = await connection.scalar(sa.select(bars.c.token).where(bars.c.location_id == location_id).limit(1))
    if any_there is None or not found:
        return []
    its_key = await key(connection)
    of_each = [tokens(its_key, one) for one in found]
    known = await _known(connection, location_id, {token for its in of_each for token in its})
    return [one for one, its in zip(found, of_each, strict=True) if not known.isdisjoint(its)]


async def _known(connection: Connection, location_id: int, tokens: Collection[str]) -> set[str]:
    every, known = sorted(tokens), set[str]()
    for start in range(0, len(every), _AT_ONCE):
        its = bars.c.token.in_(every[start : start + _AT_ONCE])
        known.update(await connection.scalars(sa.select(bars.c.token).where(bars.c.location_id == location_id, its)))
    return known


def _token(key: bytes, *parts: str) -> str:
    text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hmac.new(key, text, hashlib.sha256).hexdigest()[:32]
