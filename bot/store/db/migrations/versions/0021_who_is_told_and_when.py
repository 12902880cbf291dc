"""escalations, quiet hours, what was silent in them, and who was seen in which group."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.db.schema import UtcDateTime

revision = "0021"
down_revision = "0020"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(name: str, target: str, table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    column: sa.Column[int] = sa.Column(name, _ID, autoincrement=False, nullable=False)
    return column, sa.ForeignKeyConstraint([name], [target], name=op.f(f"fk_{table}_{name}"))


def _person(name: str, table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    column: sa.Column[int] = sa.Column(name, _ID, nullable=True)
    return column, sa.ForeignKeyConstraint([name], ["people.person_id"], name=op.f(f"fk_{table}_{name}"))


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _moment(name: str, *, required: bool = True) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(), nullable=not required)


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "location_rules",
        *_key("location_id", "locations.location_id", "location_rules"),
        sa.Column("steps", sa.JSON(), nullable=False),
        _text("quiet_begins"),
        _text("quiet_ends"),
        _text("quiet_breaks"),
        sa.PrimaryKeyConstraint("location_id", name=op.f("pk_location_rules")),
    )
    op.create_table(
        "escalation_choices",
        *_key("location_id", "locations.location_id", "escalation_choices"),
        sa.Column("steps", sa.JSON(), nullable=False),
        *_person("chosen_by_id", "escalation_choices"),
        _moment("chosen_at"),
        sa.PrimaryKeyConstraint("location_id", name=op.f("pk_escalation_choices")),
    )
    op.create_table(
        "quiet_choices",
        *_key("chat_id", "chats.chat_id", "quiet_choices"),
        _text("begins"),
        _text("ends"),
        _text("breaks"),
        *_person("chosen_by_id", "quiet_choices"),
        _moment("chosen_at"),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_quiet_choices")),
    )
    op.create_table(
        "escalations",
        *_key("incident_id", "incidents.incident_id", "escalations"),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("left_s", sa.Float(), nullable=False),
        _moment("since"),
        _moment("told_at", required=False),
        sa.Column("told_whom", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("told_chats", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_escalations")),
    )
    op.create_table(
        "unasked",
        *_key("incident_id", "incidents.incident_id", "unasked"),
        *_key("person_id", "people.person_id", "unasked"),
        _moment("asked_at"),
        sa.PrimaryKeyConstraint("incident_id", "person_id", name=op.f("pk_unasked")),
    )
    op.create_table(
        "silenced",
        *_key("chat_id", "chats.chat_id", "silenced"),
        sa.Column("subject", sa.Text(), nullable=False),
        _moment("silenced_at"),
        sa.PrimaryKeyConstraint("chat_id", "subject", name=op.f("pk_silenced")),
    )
    op.create_table(
        "rings",
        sa.Column("ring_id", _ID, autoincrement=True, nullable=False),
        sa.Column("chat_id", _ID, nullable=False),
        _moment("rang_at"),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.chat_id"], name=op.f("fk_rings_chat_id")),
        sa.PrimaryKeyConstraint("ring_id", name=op.f("pk_rings")),
    )
    op.create_index(op.f("ix_rings_chat_id"), "rings", ["chat_id"])
    op.create_table(
        "group_people",
        *_key("chat_id", "chats.chat_id", "group_people"),
        *_key("person_id", "people.person_id", "group_people"),
        _moment("seen_at"),
        sa.PrimaryKeyConstraint("chat_id", "person_id", name=op.f("pk_group_people")),
    )
