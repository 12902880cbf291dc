"""notifications that full reviews complete."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply the change."""
    op.add_column("reviews", sa.Column("is_stub", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_reviews_stubs",
        "reviews",
        ["location_id", "published_at"],
        sqlite_where=sa.text("is_stub"),
        postgresql_where=sa.text("is_stub"),
    )
