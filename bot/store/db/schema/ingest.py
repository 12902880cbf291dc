"""What came in: sources and their state, raw items, mails, files that people sent, and what was wrong with them."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.db.schema.types import Id, count, flag, identity, metadata, moment, reference, text

sources = sa.Table(
    "sources",
    metadata,
    identity("source_id"),
    reference("location_id", "locations.location_id"),
    sa.Column("key", sa.Text, nullable=False),
    text("type"),
    text("name"),
    text("platform"),
    flag("is_active", True),
    sa.Column("state", sa.JSON, nullable=False),
    count("sweep"),
    count("failures"),
    moment("connected_at"),
    moment("swept_at"),
    moment("reported_at"),
    moment("next_poll_at"),
    moment("polled_at"),
    moment("ok_at"),
    moment("failing_since"),
    # Nothing is read until then: an owner has said so.
    moment("paused_until"),
    moment("blind_told_at"),
    text("error_reason"),
    text("error_text"),
    sa.UniqueConstraint("location_id", "key"),
    sa.Index("ix_sources_due", "is_active", "next_poll_at"),
)

raw_items = sa.Table(
    "raw_items",
    metadata,
    identity("raw_id"),
    reference("source_id", "sources.source_id"),
    sa.Column("key", sa.Text, nullable=False),
    text("name"),
    text("kind"),
    text("note"),
    sa.Column("body", sa.LargeBinary),
    count("sweep"),
    flag("is_first_sweep", False),
    moment("fetched_at", required=True),
    moment("parsed_at"),
    sa.UniqueConstraint("source_id", "key"),
)
sa.Index("ix_raw_items_unparsed", raw_items.c.source_id, raw_items.c.parsed_at)

mails = sa.Table(
    "mails",
    metadata,
    sa.Column("raw_id", Id, sa.ForeignKey("raw_items.raw_id"), primary_key=True, autoincrement=False),
    reference("source_id", "sources.source_id"),
    sa.Column("outcome", sa.Text, nullable=False),
    text("rule"),
    text("platform"),
    text("sender"),
    text("subject"),
    moment("sent_at", required=True),
    text("reason"),
    moment("filed_at", required=True),
    sa.Index("ix_mails_source_outcome", "source_id", "outcome", "filed_at"),
)

problems = sa.Table(
    "problems",
    metadata,
    identity("problem_id"),
    reference("source_id", "sources.source_id"),
    text("name"),
    sa.Column("line", sa.Integer),
    text("reason"),
    # The same reason for every language, as `bot.reasons.Reason.stored` gives it.
    sa.Column("why", sa.JSON),
    moment("found_at", required=True),
    sa.Index("ix_problems_source_name", "source_id", "name"),
)

# Files that are being read, or whose reading has ended a process; a file that was read has no row here.
file_attempts = sa.Table(
    "file_attempts",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    count("attempts"),
    moment("tried_at", required=True),
)

# Files from the chat, a folder or the terminal.
uploads = sa.Table(
    "uploads",
    metadata,
    identity("upload_id"),
    # Both empty for a file that nobody has sent: out of a folder, setup or the terminal.
    reference("chat_id", "chats.chat_id", nullable=True),
    reference("person_id", "people.person_id", nullable=True),
    sa.Column("way", sa.Text, nullable=False, server_default="chat"),
    sa.Column("file_id", sa.Text, nullable=False),
    text("name"),
    sa.Column("state", sa.Text, nullable=False),
    text("question"),
    reference("location_id", "locations.location_id", nullable=True),
    sa.Column("mapping", sa.JSON, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("body", sa.LargeBinary),
    count("attempts"),
    # Somebody wants the skipped rows as a file.
    flag("list_wanted", False),
    moment("created_at", required=True),
    moment("not_before", required=True),
    # Every review that the file brings or changes is discovered at this moment; it is what "Undo" looks for.
    moment("imported_at"),
    moment("ended_at"),
    sqlite_autoincrement=True,
)

column_maps = sa.Table(
    "column_maps",
    metadata,
    identity("map_id"),
    reference("business_id", "businesses.business_id"),
    sa.Column("columns_key", sa.Text, nullable=False),
    sa.Column("mapping", sa.JSON, nullable=False),
    moment("kept_at", required=True),
    sa.UniqueConstraint("business_id", "columns_key"),
)
