"""models learned from the business's own reviews."""

import sqlalchemy as sa
from alembic import op

import bot.store.db.schema

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "models",
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("arrays", sa.LargeBinary(), nullable=True),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("since", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("made_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("fk_models_business_id")),
        sa.PrimaryKeyConstraint("model_id", name=op.f("pk_models")),
        sa.UniqueConstraint("business_id", "language", name=op.f("uq_models_business_id_language")),
        sqlite_autoincrement=True,
    )
