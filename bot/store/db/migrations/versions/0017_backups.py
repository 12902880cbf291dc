"""when the last daily backup was made, and why the next one fails."""

import sqlalchemy as sa
from alembic import op

from bot.store.db.schema import UtcDateTime

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("installation") as table:
        table.add_column(sa.Column("backed_up_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("backup_error", sa.Text(), server_default="", nullable=False))
