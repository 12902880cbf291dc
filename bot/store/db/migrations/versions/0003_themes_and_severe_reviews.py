"""themes and severe reviews."""

import sqlalchemy as sa
from alembic import op

import bot.store.db.schema

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply the change."""
    for name in ("themes", "severe", "rules"):
        op.add_column("scores", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.create_index(
        "ix_scores_severe",
        "scores",
        ["review_id"],
        unique=False,
        sqlite_where=sa.text("severe != ''"),
        postgresql_where=sa.text("severe != ''"),
    )
    op.add_column("reviews", sa.Column("is_news", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("reviews", sa.Column("severe_at", bot.store.db.schema.UtcDateTime(), nullable=True))
    op.add_column("incidents", sa.Column("reason", sa.Text(), server_default="", nullable=False))
    op.add_column("incident_reviews", sa.Column("is_severe", sa.Boolean(), server_default=sa.false(), nullable=False))
