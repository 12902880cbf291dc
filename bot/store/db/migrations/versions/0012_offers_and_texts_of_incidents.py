"""offers to open an incident, and what the texts of incidents say."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

import bot.store.db.schema

revision = "0012"
down_revision = "0011"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply the change. Offers that stand in a chat are taken over from the messages that made them."""
    offers = op.create_table(
        "offers",
        sa.Column("location_id", _ID, autoincrement=False, nullable=False),
        sa.Column("review_ids", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("offered_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["locations.location_id"], name=op.f("fk_offers_location_id")),
        sa.PrimaryKeyConstraint("location_id", name=op.f("pk_offers")),
    )
    op.create_table(
        "incident_texts",
        sa.Column("incident_id", _ID, autoincrement=False, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("made_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.incident_id"], name=op.f("fk_incident_texts_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_incident_texts")),
    )
    outbox = sa.table(
        "outbox",
        sa.column("outbox_id", sa.Integer()),
        sa.column("kind", sa.Text()),
        sa.column("args", sa.JSON()),
        sa.column("created_at", bot.store.db.schema.UtcDateTime()),
    )
    made = op.get_bind().execute(
        sa.select(outbox.c.args, outbox.c.created_at)
        .where(outbox.c.kind == "recent_cluster")
        .order_by(outbox.c.outbox_id)
    )
    newest: dict[int, dict[str, Any]] = {}
    for args, created_at in made:
        its = json.loads(args) if isinstance(args, str) else args
        newest[its["location_id"]] = {
            "location_id": its["location_id"],
            "review_ids": its["review_ids"],
            "evidence": its.get("evidence"),
            "offered_at": created_at,
        }
    if newest:
        op.bulk_insert(offers, list(newest.values()))
