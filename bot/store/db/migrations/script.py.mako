"""${message}."""

import sqlalchemy as sa
from alembic import op

import bot.store.db.schema

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Apply the change."""
    ${upgrades if upgrades else "pass"}
