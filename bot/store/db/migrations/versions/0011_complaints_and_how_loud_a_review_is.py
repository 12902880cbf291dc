"""complaints, how loud a severe review is, and phrases that people said are not severe."""

import sqlalchemy as sa
from alembic import op

import bot.store.db.schema

revision = "0011"
down_revision = "0007"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply the change."""
    op.add_column("scores", sa.Column("loudness", sa.Text(), server_default="", nullable=False))
    op.add_column("scores", sa.Column("complaints", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "not_severe",
        sa.Column("not_severe_id", _ID, autoincrement=True, nullable=False),
        sa.Column("location_id", _ID, nullable=False),
        sa.Column("incident_id", _ID, nullable=True),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("made_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("undone_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["location_id"], ["locations.location_id"], name=op.f("fk_not_severe_location_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.incident_id"], name=op.f("fk_not_severe_incident_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.person_id"], name=op.f("fk_not_severe_person_id")),
        sa.PrimaryKeyConstraint("not_severe_id", name=op.f("pk_not_severe")),
    )
    op.create_index("ix_not_severe_location_id", "not_severe", ["location_id"])
