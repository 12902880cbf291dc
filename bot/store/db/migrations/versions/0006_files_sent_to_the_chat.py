"""files sent to the chat."""

import sqlalchemy as sa
from alembic import op

import bot.store.db.schema

revision = "0006"
down_revision = "0005"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "uploads",
        sa.Column("upload_id", _ID, autoincrement=True, nullable=False),
        sa.Column("chat_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), server_default="", nullable=False),
        sa.Column("location_id", _ID, nullable=True),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("list_wanted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("not_before", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("imported_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("ended_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.chat_id"], name=op.f("fk_uploads_chat_id")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.location_id"], name=op.f("fk_uploads_location_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.person_id"], name=op.f("fk_uploads_person_id")),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_uploads")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "column_maps",
        sa.Column("map_id", _ID, autoincrement=True, nullable=False),
        sa.Column("business_id", _ID, nullable=False),
        sa.Column("columns_key", sa.Text(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("kept_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("fk_column_maps_business_id")),
        sa.PrimaryKeyConstraint("map_id", name=op.f("pk_column_maps")),
        sa.UniqueConstraint("business_id", "columns_key", name=op.f("uq_column_maps_business_id_columns_key")),
    )
