"""routes beside Telegram, and what is told on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.db.schema import UtcDateTime

revision = "0022"
down_revision = "0021"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "routes",
        sa.Column("route_id", _ID, autoincrement=True, nullable=False),
        sa.Column("business_id", _ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("locations", sa.JSON(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("failing_since", UtcDateTime(), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("fk_routes_business_id")),
        sa.PrimaryKeyConstraint("route_id", name=op.f("pk_routes")),
        sa.UniqueConstraint("business_id", "key", name=op.f("uq_routes_business_id_key")),
    )
    op.create_table(
        "route_messages",
        sa.Column("message_id", _ID, autoincrement=True, nullable=False),
        sa.Column("route_id", _ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_repeat", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["route_id"], ["routes.route_id"], name=op.f("fk_route_messages_route_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_route_messages")),
        sa.UniqueConstraint("route_id", "key", name=op.f("uq_route_messages_route_id_key")),
        sqlite_autoincrement=True,
    )
