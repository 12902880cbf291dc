"""the rota: shifts, absences and swaps; routes that are switched off; whether the owner was asked about holidays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.db.schema import UtcDateTime

revision = "0024"
down_revision = "0023"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _of(name: str, target: str, table: str, *, required: bool = True) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    column: sa.Column[int] = sa.Column(name, _ID, nullable=not required)
    return column, sa.ForeignKeyConstraint([name], [target], name=op.f(f"fk_{table}_{name}"))


def _moment(name: str, *, required: bool = True) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(), nullable=not required)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "shifts",
        sa.Column("shift_id", _ID, autoincrement=True, nullable=False),
        *_of("location_id", "locations.location_id", "shifts"),
        *_of("person_id", "people.person_id", "shifts"),
        sa.Column("weekday", sa.Integer(), nullable=False),
        _text("begins"),
        _text("ends"),
        *_of("added_by_id", "people.person_id", "shifts", required=False),
        _moment("added_at"),
        *_of("removed_by_id", "people.person_id", "shifts", required=False),
        _moment("removed_at", required=False),
        sa.PrimaryKeyConstraint("shift_id", name=op.f("pk_shifts")),
    )
    op.create_index(op.f("ix_shifts_location_id"), "shifts", ["location_id"])
    op.create_table(
        "absences",
        sa.Column("absence_id", _ID, autoincrement=True, nullable=False),
        *_of("person_id", "people.person_id", "absences"),
        _moment("begins"),
        _moment("ends"),
        *_of("set_by_id", "people.person_id", "absences", required=False),
        _moment("set_at"),
        sa.PrimaryKeyConstraint("absence_id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_person_id"), "absences", ["person_id"])
    op.create_table(
        "swaps",
        sa.Column("swap_id", _ID, autoincrement=True, nullable=False),
        *_of("location_id", "locations.location_id", "swaps"),
        *_of("from_id", "people.person_id", "swaps"),
        _moment("begins"),
        _moment("ends"),
        _moment("offered_at"),
        *_of("taker_id", "people.person_id", "swaps", required=False),
        _moment("taken_at", required=False),
        _moment("withdrawn_at", required=False),
        sa.PrimaryKeyConstraint("swap_id", name=op.f("pk_swaps")),
    )
    op.create_index(op.f("ix_swaps_location_id"), "swaps", ["location_id"])
    column: sa.Column[int] = sa.Column("route_id", _ID, autoincrement=False, nullable=False)
    op.create_table(
        "routes_off",
        column,
        *_of("off_by_id", "people.person_id", "routes_off", required=False),
        _moment("off_at"),
        sa.ForeignKeyConstraint(["route_id"], ["routes.route_id"], name=op.f("fk_routes_off_route_id")),
        sa.PrimaryKeyConstraint("route_id", name=op.f("pk_routes_off")),
    )
    op.add_column("locations", _moment("holidays_asked_at", required=False))
