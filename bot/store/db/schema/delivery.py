"""What goes out and what comes back from the chats, and what is due when."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.db.schema.types import count, flag, identity, metadata, moment, reference, text

installation = sa.Table(
    "installation",
    metadata,
    sa.Column("installation_id", sa.Integer, primary_key=True, autoincrement=False),
    moment("started_at"),
    moment("passed_at"),
    moment("stopped_at"),
    sa.Column("pass_every_s", sa.Float, nullable=False, server_default="900"),
    text("bot_username"),
    text("telegram_error"),
    moment("telegram_error_at"),
    # The bot account that the inbox is of, and its newest update: ids of another one begin elsewhere.
    sa.Column("bot_id", sa.BigInteger),
    sa.Column("last_update_id", sa.BigInteger),
    moment("last_update_at"),
    moment("scored_at"),
    text("scoring_error"),
    # What was put aside last, for the health check; empty when all of it went well again.
    text("put_aside"),
    moment("put_aside_at"),
    # When the last daily backup was made, and why the next one fails; empty when it does not.
    moment("backed_up_at"),
    text("backup_error"),
    # The key of the hashes in `bars`, made with the first of them.
    text("bar_key"),
)

deadlines = sa.Table(
    "deadlines",
    metadata,
    identity("deadline_id"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    moment("due_at", required=True),
    sa.UniqueConstraint("kind", "subject"),
)

messages = sa.Table(
    "messages",
    metadata,
    identity("message_id"),
    reference("chat_id", "chats.chat_id"),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("telegram_message_id", sa.BigInteger, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    moment("sent_at", required=True),
    sa.UniqueConstraint("chat_id", "key"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    identity("outbox_id"),
    reference("chat_id", "chats.chat_id"),
    sa.Column("kind", sa.Text, nullable=False),
    # Messages with a key are sent once and edited afterwards.
    sa.Column("key", sa.Text),
    sa.Column("args", sa.JSON, nullable=False),
    flag("is_silent", True),
    sa.Column("reply_to", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    moment("created_at", required=True),
    moment("not_before", required=True),
    moment("claimed_at"),
    moment("done_at"),
    count("attempts"),
    flag("is_repeat", False),
    text("error"),
    sqlite_autoincrement=True,
)
sa.Index("ix_outbox_waiting", outbox.c.state, outbox.c.chat_id, outbox.c.outbox_id)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("body", sa.JSON, nullable=False),
    moment("received_at", required=True),
    moment("handled_at"),
    text("error"),
    sa.Index("ix_inbox_unhandled", "handled_at", "update_id"),
)
