"""what owners choose in the chat, with who and when, and what the configuration file says of the same."""

import sqlalchemy as sa
from alembic import op

from bot.store.db.schema import UtcDateTime
from bot.store.db.schema.types import Id

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Apply the change."""
    for table in ("businesses", "locations"):
        op.add_column(table, sa.Column("configured", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("sources", sa.Column("paused_until", UtcDateTime(), nullable=True))
    op.add_column("reviews", sa.Column("low_told_at", UtcDateTime(), nullable=True))
    op.create_table(
        "settings",
        sa.Column("setting_id", Id, autoincrement=True, nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("about_id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        sa.Column("was", sa.Text(), server_default="", nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("set_by_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["set_by_id"], ["people.person_id"], name=op.f("fk_settings_set_by_id")),
        sa.PrimaryKeyConstraint("setting_id", name=op.f("pk_settings")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_settings_about", "settings", ["about", "about_id", "name", "setting_id"])
