"""which bot the updates are of, what was put aside, how scoring goes, and when each source is due."""

import sqlalchemy as sa
from alembic import op

from bot.store.db.schema import UtcDateTime

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Apply the change."""
    for column in (
        sa.Column("bot_id", sa.BigInteger()),
        sa.Column("last_update_id", sa.BigInteger()),
        sa.Column("last_update_at", UtcDateTime()),
        sa.Column("scored_at", UtcDateTime()),
        sa.Column("scoring_error", sa.Text(), server_default="", nullable=False),
        sa.Column("put_aside", sa.Text(), server_default="", nullable=False),
        sa.Column("put_aside_at", UtcDateTime()),
    ):
        op.add_column("installation", column)
    op.create_index("ix_sources_due", "sources", ["is_active", "next_poll_at"])
