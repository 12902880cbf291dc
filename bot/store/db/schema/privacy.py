"""What was erased, for whom it must not come back, and the receipts."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.db.schema.types import Id, identity, metadata, moment, reference, text

erasures = sa.Table(
    "erasures",
    metadata,
    identity("erasure_id"),
    moment("asked_at", required=True),
    text("asked_by"),
    # The numbers and dates that were named; never a word of a guest.
    sa.Column("scope", sa.JSON, nullable=False),
    # What is still looked for; emptied when the erase is done.
    sa.Column("needles", sa.JSON(none_as_null=True)),
    # Place -> how many.
    sa.Column("receipt", sa.JSON, nullable=False),
    moment("done_at"),
    sqlite_autoincrement=True,
)

# Keyed hashes of what was erased, by which it is known when a source brings it again; see `bot.store.privacy.bars`.
bars = sa.Table(
    "bars",
    metadata,
    sa.Column("location_id", Id, sa.ForeignKey("locations.location_id"), primary_key=True, autoincrement=False),
    sa.Column("token", sa.Text, primary_key=True),
    reference("erasure_id", "erasures.erasure_id", nullable=True),
)
