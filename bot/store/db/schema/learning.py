"""What was learned: the detectors' states and notes, and the models of each language."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.db.schema.types import Id, identity, metadata, moment, reference, text

models = sa.Table(
    "models",
    metadata,
    identity("model_id"),
    reference("business_id", "businesses.business_id"),
    sa.Column("language", sa.Text, nullable=False),
    # Without arrays it was tried, or not even that, and the facts say what is missing.
    sa.Column("arrays", sa.LargeBinary),
    sa.Column("format", sa.Integer, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    moment("since"),
    moment("made_at", required=True),
    sa.UniqueConstraint("business_id", "language"),
    # A new model never gets the number of an old one, which others may still have in memory.
    sqlite_autoincrement=True,
)

detector_states = sa.Table(
    "detector_states",
    metadata,
    sa.Column("location_id", Id, sa.ForeignKey("locations.location_id"), primary_key=True, autoincrement=False),
    sa.Column("state", sa.JSON, nullable=False),
    # What the state says, for the siblings' priors and for `reviewbot tune`.
    sa.Column("share", sa.Float, nullable=False),
    sa.Column("reviews", sa.Float, nullable=False),
    sa.Column("usual_per_day", sa.Float, nullable=False),
    moment("began_at", required=True),
    moment("saved_at", required=True),
)

detector_notes = sa.Table(
    "detector_notes",
    metadata,
    identity("note_id"),
    reference("location_id", "locations.location_id"),
    sa.Column("kind", sa.Text, nullable=False),
    moment("noted_at", required=True),
    moment("since", required=True),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("window_h", sa.Float, nullable=False),
    sa.Column("expected", sa.Float, nullable=False),
    sa.Column("usual_per_day", sa.Float, nullable=False),
    sa.Column("recurrence_years", sa.Float, nullable=False),
    # The incident that told the same a little later; such a note is not told again.
    reference("absorbed_by", "incidents.incident_id", nullable=True),
    sa.Index("ix_detector_notes_location_noted", "location_id", "noted_at"),
)

# Each row that is not undone makes its location ask for twice the odds.
relaxations = sa.Table(
    "relaxations",
    metadata,
    identity("relaxation_id"),
    reference("location_id", "locations.location_id", index=True),
    reference("incident_id", "incidents.incident_id", nullable=True),
    reference("person_id", "people.person_id", nullable=True),
    moment("made_at", required=True),
    moment("undone_at"),
    reference("undone_by_id", "people.person_id", nullable=True),
)

# Phrases that people said are not severe; a row that is not undone lets its phrase count no more at its location.
not_severe = sa.Table(
    "not_severe",
    metadata,
    identity("not_severe_id"),
    reference("location_id", "locations.location_id", index=True),
    reference("incident_id", "incidents.incident_id", nullable=True),
    reference("person_id", "people.person_id", nullable=True),
    # As bot/data/severe.toml lists it, and as a guest wrote it.
    sa.Column("phrase", sa.Text, nullable=False),
    text("words"),
    moment("made_at", required=True),
    moment("undone_at"),
)
