"""locations that stand in the database beside those of the configuration file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.db.schema import UtcDateTime

revision = "0025"
down_revision = "0024"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "imported_places",
        sa.Column("imported_id", _ID, autoincrement=True, nullable=False),
        sa.Column("business_key", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("imported_id", name=op.f("pk_imported_places")),
        sa.UniqueConstraint("business_key", "key", name=op.f("uq_imported_places_business_key_key")),
    )
