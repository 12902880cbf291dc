"""what the texts of an incident have in common, where that was part of the reason to open it."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("incidents") as table:
        table.add_column(sa.Column("shared", sa.JSON(none_as_null=True), nullable=True))
