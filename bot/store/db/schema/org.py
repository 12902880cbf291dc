"""Who and where: businesses and their locations, people and their roles, the chats that get messages."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.store.db.schema.types import Id, flag, identity, metadata, moment, reference, text


def configured() -> sa.Column[Any]:
    """Name -> value."""
    return sa.Column("configured", sa.JSON, nullable=False, server_default="{}")


businesses = sa.Table(
    "businesses",
    metadata,
    identity("business_id"),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    text("name"),
    text("language"),
    flag("is_active", True),
    # What the configuration file says of what can be chosen in the chat too; only what is written there.
    configured(),
)

locations = sa.Table(
    "locations",
    metadata,
    identity("location_id"),
    reference("business_id", "businesses.business_id"),
    sa.Column("key", sa.Text, nullable=False),
    text("name"),
    text("time_zone"),
    flag("is_active", True),
    # Set in the transaction that stores reviews, cleared in the one that looks at them: a kill between loses nothing.
    flag("look_due", False),
    configured(),
    # What a holiday counts as in the rota is asked once.
    moment("holidays_asked_at"),
    sa.UniqueConstraint("business_id", "key"),
)

imported_places = sa.Table(
    "imported_places",
    metadata,
    identity("imported_id"),
    # By their keys, for they are read before the configuration that they become a part of.
    sa.Column("business_key", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    # Column of the imported table -> what stood there.
    sa.Column("columns", sa.JSON, nullable=False),
    moment("imported_at", required=True),
    sa.UniqueConstraint("business_key", "key"),
)

people = sa.Table(
    "people",
    metadata,
    identity("person_id"),
    sa.Column("telegram_id", sa.BigInteger, nullable=False, unique=True),
    text("name"),
    text("language"),
    moment("joined_at", required=True),
)

grants = sa.Table(
    "grants",
    metadata,
    identity("grant_id"),
    reference("person_id", "people.person_id"),
    sa.Column("role", sa.Text, nullable=False),
    reference("business_id", "businesses.business_id"),
    reference("location_id", "locations.location_id", nullable=True),
    moment("granted_at", required=True),
    moment("revoked_at"),
)

chats = sa.Table(
    "chats",
    metadata,
    identity("chat_id"),
    sa.Column("telegram_chat_id", sa.BigInteger, nullable=False),
    # 0 stands for "no topic", so that the pair stays unique on every database.
    sa.Column("thread_id", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("kind", sa.Text, nullable=False),
    text("title"),
    text("language"),
    moment("linked_at", required=True),
    moment("disabled_at"),
    text("disabled_reason"),
    moment("paused_until"),
    moment("heard_at"),
    sa.UniqueConstraint("telegram_chat_id", "thread_id"),
)

chat_links = sa.Table(
    "chat_links",
    metadata,
    identity("link_id"),
    reference("chat_id", "chats.chat_id"),
    reference("business_id", "businesses.business_id"),
    reference("location_id", "locations.location_id", nullable=True),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("code_hash", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    reference("business_id", "businesses.business_id"),
    reference("location_id", "locations.location_id", nullable=True),
    moment("created_at", required=True),
    moment("expires_at", required=True),
    moment("used_at"),
)

settings = sa.Table(
    "settings",
    metadata,
    # Every choice that was ever made; the newest of a name counts.
    identity("setting_id"),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("about_id", Id, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    text("value"),
    # What held before, whatever it came from.
    text("was"),
    moment("set_at", required=True),
    reference("set_by_id", "people.person_id", nullable=True),
    sa.Index("ix_settings_about", "about", "about_id", "name", "setting_id"),
    # A button carries the number that it was drawn with.
    sqlite_autoincrement=True,
)
