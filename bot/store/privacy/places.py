"""Every place of the database that can hold a guest's name or words, and looking through all of them.

The list is made from the tables themselves: a column of text, JSON or bytes that is not named in `APART` is looked
through, so that a new column is covered before anybody thinks of it.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any, Final

import sqlalchemy as sa

from bot.model.ingest.upload import UploadState
from bot.store.db.engine import Connection, Store
from bot.store.db.schema import metadata, raw_items, uploads
from bot.text.needles import Needles

APART: Final = {
    "alembic_version": "the schema's number",
    "businesses": "the owner's own configuration",
    "locations": "the owner's own configuration",
    "people": "the team, which is asked about by `reviewbot people`",
    "grants": "roles",
    "settings": "the owner's own choices",
    "playbooks": "the owner's own configuration",
    "playbook_ticks": "the names of steps, and numbers of the team",
    "note_files.stored": "names of files, which are removed with their incident's reviews",
    "note_files.sha256": "hashes",
    "note_files.telegram_file": "Telegram's name of a file",
    "chats": "names of the team's chats",
    "chat_links": "numbers",
    "location_rules": "the owner's own configuration",
    "escalation_choices": "the owner's own configuration",
    "quiet_choices": "times of the day",
    "shifts": "times of the day of the team",
    "absences": "times of the team",
    "swaps": "times of the team",
    "routes_off": "times and numbers of the team",
    "escalations": "times and numbers of the team",
    "silenced": "numbers",
    "routes": "the owner's own configuration",
    "route_messages": "numbers; the words are made when they are sent",
    "invitations": "keyed hashes",
    "bars": "keyed hashes",
    "erasures": "the jobs themselves; their needles are emptied last",
    "models": "weights of hashed words; learned anew",
    "detector_states": "moments and counts",
    "reviews": "by their numbers, in the first transaction",
    "review_versions": "by their numbers, in the first transaction",
    "scores": "by their numbers, in the first transaction",
    "sources.state": "the source's own notes: hashes, page marks, mail numbers",
    "sources.key": "the owner's own configuration",
    "raw_items.key": "hashes and message ids",
    "file_attempts.sha256": "hashes",
    "column_maps.columns_key": "a hash of headings",
    "messages.key": "numbers",
    "outbox.key": "numbers",
    "outbox.reply_to": "numbers",
    "deadlines.subject": "numbers",
}
"""Tables and columns that are not looked through, and why."""
_AT_ONCE: Final = 200
_PACKED: Final = (b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that holds what is looked for.

    Attributes:
        keys: its primary key.
        values: what its columns hold instead.
    """

    table: sa.Table
    keys: tuple[Any, ...]
    values: dict[str, Any]


def columns(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns of a table that are looked through."""
    if table.name in APART:
        return []
    return [
        column
        for column in table.c
        if isinstance(column.type, sa.Text | sa.JSON | sa.LargeBinary)
        and not column.foreign_keys
        and f"{table.name}.{column.name}" not in APART
    ]


def tables() -> Iterator[sa.Table]:
    """The tables that are looked through."""
    return (table for table in metadata.sorted_tables if columns(table))


async def hits(store: Store, needles: Needles) -> AsyncIterator[list[Hit]]:
    """Every row that holds the words, some rows at a time; nothing is locked between.

    What a source gave and nobody has parsed yet is left out: it is still needed, and looked through once it is parsed.
    """
    for table in tables():
        keys = list(table.primary_key)
        last: tuple[Any, ...] | None = None
        while True:
            query = sa.select(*keys, *[one for one in columns(table) if not one.primary_key]).order_by(*keys)
            if table is raw_items:
                query = query.where(raw_items.c.parsed_at.is_not(None))
            if last is not None:
                query = query.where(sa.tuple_(*keys) > sa.tuple_(*[sa.literal(one) for one in last]))
            async with store.read() as connection:
                rows = (await connection.execute(query.limit(_AT_ONCE))).all()
            if not rows:
                break
            last = tuple(rows[-1][: len(keys)])
            found = [hit for row in rows if (hit := _hit(table, row, needles)) is not None]
            if found:
                yield found


def _hit(table: sa.Table, row: sa.Row[Any], needles: Needles) -> Hit | None:
    values: dict[str, Any] = {}
    for column in columns(table):
        value = row._mapping[column.name]
        if isinstance(value, bytes):
            if _is_in_bytes(value, needles):
                values[column.name] = None
                if table is uploads:
                    # Nobody can be asked about a file any more that is not there.
                    values["state"] = UploadState.CANCELLED.value
        elif value is not None and needles.are_in(value):
            values[column.name] = _empty(column) if isinstance(value, str) else needles.blanked(value)
    return Hit(table, tuple(row[: len(table.primary_key)]), values) if values else None


def _empty(column: sa.Column[Any]) -> str | None:
    return None if column.nullable else ""


def _is_in_bytes(value: bytes, needles: Needles) -> bool:
    try:
        body = zlib.decompress(value)
    except zlib.error:
        body = value
    # Nobody can look into a packed file without reading it as a table: what may hold them goes.
    return body.startswith(_PACKED) or needles.are_in(_readable(body))


def _readable(body: bytes) -> str:
    """A file or a mail as plain text, as far as that is needed to find words in it."""
    texts = [body.decode("utf-8", "replace"), body.decode("latin-1")]
    if b"\x00" in body[:200]:
        texts.append(body.decode("utf-16", "replace"))
    if b"\\u" in body:
        texts.append(body.decode("latin-1").encode("latin-1", "replace").decode("unicode_escape", "replace"))
    if b":" in body.partition(b"\n")[0]:
        mail = message_from_bytes(body, policy=policy.default)
        texts += [str(mail["subject"] or ""), *_parts(mail)]
    return "\n".join(texts)


def _parts(mail: Any) -> Iterator[str]:
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            try:
                yield str(part.get_content())
            except (LookupError, ValueError, KeyError):
                continue


async def blank(connection: Connection, found: list[Hit]) -> None:
    """Empty what was found."""
    for hit in found:
        keys = zip(hit.table.primary_key, hit.keys, strict=True)
        where = sa.and_(*(column == value for column, value in keys))
        await connection.execute(sa.update(hit.table).where(where).values(**hit.values))
