"""the detector's own memory, and what it said of an incident."""

import sqlalchemy as sa
from alembic import op

import bot.store.db.schema

revision = "0002"
down_revision = "0001"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply the change."""
    op.add_column("reviews", sa.Column("is_observed", sa.Boolean(), server_default=sa.false(), nullable=False))
    not_observed = sa.not_(sa.column("is_observed", sa.Boolean()))
    op.create_index(
        "ix_reviews_unobserved",
        "reviews",
        ["location_id", "review_id"],
        unique=False,
        sqlite_where=not_observed,
        postgresql_where=not_observed,
    )
    op.add_column("incidents", sa.Column("n", sa.Integer(), nullable=True))
    op.add_column("incidents", sa.Column("window_h", sa.Float(), nullable=True))
    op.add_column("incidents", sa.Column("expected", sa.Float(), nullable=True))
    op.add_column("incidents", sa.Column("recurrence_years", sa.Float(), nullable=True))
    op.add_column("incidents", sa.Column("by_rule", sa.Text(), nullable=True))
    op.add_column("incidents", sa.Column("is_new_place", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("incidents", sa.Column("settled_at", bot.store.db.schema.UtcDateTime(), nullable=True))
    op.create_table(
        "detector_states",
        sa.Column("location_id", _ID, autoincrement=False, nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("reviews", sa.Float(), nullable=False),
        sa.Column("usual_per_day", sa.Float(), nullable=False),
        sa.Column("began_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("saved_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.location_id"], name=op.f("fk_detector_states_location_id")
        ),
        sa.PrimaryKeyConstraint("location_id", name=op.f("pk_detector_states")),
    )
    op.create_table(
        "detector_notes",
        sa.Column("note_id", _ID, autoincrement=True, nullable=False),
        sa.Column("location_id", _ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("noted_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("since", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("window_h", sa.Float(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("usual_per_day", sa.Float(), nullable=False),
        sa.Column("recurrence_years", sa.Float(), nullable=False),
        sa.Column("absorbed_by", _ID, nullable=True),
        sa.ForeignKeyConstraint(["absorbed_by"], ["incidents.incident_id"], name=op.f("fk_detector_notes_absorbed_by")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.location_id"], name=op.f("fk_detector_notes_location_id")),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_detector_notes")),
    )
    with op.batch_alter_table("detector_notes", schema=None) as batch_op:
        batch_op.create_index("ix_detector_notes_location_noted", ["location_id", "noted_at"], unique=False)
    op.create_table(
        "relaxations",
        sa.Column("relaxation_id", _ID, autoincrement=True, nullable=False),
        sa.Column("location_id", _ID, nullable=False),
        sa.Column("incident_id", _ID, nullable=True),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("made_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("undone_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("undone_by_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.incident_id"], name=op.f("fk_relaxations_incident_id")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.location_id"], name=op.f("fk_relaxations_location_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.person_id"], name=op.f("fk_relaxations_person_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["people.person_id"], name=op.f("fk_relaxations_undone_by_id")),
        sa.PrimaryKeyConstraint("relaxation_id", name=op.f("pk_relaxations")),
    )
    with op.batch_alter_table("relaxations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relaxations_location_id"), ["location_id"], unique=False)
