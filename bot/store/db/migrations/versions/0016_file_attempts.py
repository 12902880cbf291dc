"""how often the reading of a file was begun and did not come to an end."""

import sqlalchemy as sa
from alembic import op

from bot.store.db.schema import UtcDateTime

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "file_attempts",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tried_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_file_attempts")),
    )
