"""Who is on duty when. Nothing is deleted: what was taken out or ended says when and by whom."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.db.schema.types import identity, metadata, moment, reference, text

# A shift of every week: begins and ends on the wall clock of its location, as "18:00".
shifts = sa.Table(
    "shifts",
    metadata,
    identity("shift_id"),
    reference("location_id", "locations.location_id", index=True),
    reference("person_id", "people.person_id"),
    sa.Column("weekday", sa.Integer, nullable=False),
    text("begins"),
    text("ends"),
    reference("added_by_id", "people.person_id", nullable=True),
    moment("added_at", required=True),
    reference("removed_by_id", "people.person_id", nullable=True),
    moment("removed_at"),
)

absences = sa.Table(
    "absences",
    metadata,
    identity("absence_id"),
    reference("person_id", "people.person_id", index=True),
    moment("begins", required=True),
    moment("ends", required=True),
    reference("set_by_id", "people.person_id", nullable=True),
    moment("set_at", required=True),
)

# One turn that somebody offers; whoever takes it has the duty.
swaps = sa.Table(
    "swaps",
    metadata,
    identity("swap_id"),
    reference("location_id", "locations.location_id", index=True),
    reference("from_id", "people.person_id"),
    moment("begins", required=True),
    moment("ends", required=True),
    moment("offered_at", required=True),
    reference("taker_id", "people.person_id", nullable=True),
    moment("taken_at"),
    moment("withdrawn_at"),
)
