"""playbooks and what of them is done, and the files that people sent as notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.db.schema import UtcDateTime

revision = "0023"
down_revision = "0022"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "playbooks",
        sa.Column("business_id", _ID, autoincrement=False, nullable=False),
        sa.Column("tree", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("fk_playbooks_business_id")),
        sa.PrimaryKeyConstraint("business_id", name=op.f("pk_playbooks")),
    )
    op.create_table(
        "playbook_ticks",
        sa.Column("incident_id", _ID, autoincrement=False, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("ticked_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.incident_id"], name=op.f("fk_playbook_ticks_incident_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.person_id"], name=op.f("fk_playbook_ticks_person_id")),
        sa.PrimaryKeyConstraint("incident_id", "step", name=op.f("pk_playbook_ticks")),
    )
    op.create_table(
        "note_files",
        sa.Column("file_id", _ID, autoincrement=True, nullable=False),
        sa.Column("incident_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("chat_id", _ID, nullable=False),
        sa.Column("telegram_file", sa.Text(), server_default="", nullable=False),
        sa.Column("caption", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("stored", sa.Text(), server_default="", nullable=False),
        sa.Column("type", sa.Text(), server_default="", nullable=False),
        sa.Column("bytes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sha256", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.incident_id"], name=op.f("fk_note_files_incident_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.person_id"], name=op.f("fk_note_files_person_id")),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.chat_id"], name=op.f("fk_note_files_chat_id")),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_note_files")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_note_files_incident_id"), "note_files", ["incident_id"])
