"""Who and where: businesses and their locations, people and their roles, the chats that get messages."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.db.schema.types import flag, identity, metadata, moment, reference, text

businesses = sa.Table(
    "businesses",
    metadata,
    identity("business_id"),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    text("name"),
    text("language"),
    flag("is_active", True),
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
    sa.UniqueConstraint("business_id", "key"),
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
