"""files from every way in, and reasons in every language."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply the change."""
    op.add_column("problems", sa.Column("why", sa.JSON(), nullable=True))
    with op.batch_alter_table("uploads", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.alter_column("chat_id", existing_type=_ID, nullable=True)
        batch.alter_column("person_id", existing_type=_ID, nullable=True)
        batch.add_column(sa.Column("way", sa.Text(), server_default="chat", nullable=False))
