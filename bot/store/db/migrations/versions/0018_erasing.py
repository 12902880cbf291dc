"""what was erased, and by what it is known when it comes again."""

import sqlalchemy as sa
from alembic import op

from bot.store.db.schema import UtcDateTime
from bot.store.db.schema.types import Id

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "erasures",
        sa.Column("erasure_id", Id, autoincrement=True, nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("asked_by", sa.Text(), server_default="", nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("needles", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("receipt", sa.JSON(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("erasure_id", name=op.f("pk_erasures")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "bars",
        sa.Column("location_id", Id, autoincrement=False, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("erasure_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["location_id"], ["locations.location_id"], name=op.f("fk_bars_location_id")),
        sa.ForeignKeyConstraint(["erasure_id"], ["erasures.erasure_id"], name=op.f("fk_bars_erasure_id")),
        sa.PrimaryKeyConstraint("location_id", "token", name=op.f("pk_bars")),
    )
    op.add_column("reviews", sa.Column("erased_at", UtcDateTime(), nullable=True))
    op.add_column("installation", sa.Column("bar_key", sa.Text(), server_default="", nullable=False))
