"""clusters that were found too late to alarm, as they are offered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.db.schema

revision = "0013"
down_revision = "0012"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "late_offers",
        sa.Column("location_id", _ID, autoincrement=False, nullable=False),
        sa.Column("mark", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("review_ids", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("offered_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["locations.location_id"], name=op.f("fk_late_offers_location_id")),
        sa.PrimaryKeyConstraint("location_id", "mark", "number", name=op.f("pk_late_offers")),
    )
