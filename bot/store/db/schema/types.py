"""The kinds of columns that all tables share, and the one metadata that holds them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


def _sqlite_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    # Cutting "+00:00" off is the fast way to what `_naive` gives.
    return (value if value.tzinfo is UTC else _naive(value)).isoformat(" ", "microseconds")[:26]


def _naive(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError("a time without a zone cannot be stored")
    return value.astimezone(UTC).replace(tzinfo=None)


class UtcDateTime(sa.TypeDecorator[datetime]):
    """Aware UTC in the program, naive UTC in the database (SQLite has no zones)."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a time without a zone, which would be somebody's local time."""
        return None if value is None else _naive(value)

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[datetime | None], Any] | None:
        """For SQLite straight to its text: six times for each review, the general way is felt in an import."""
        if dialect.name == "sqlite":
            return _sqlite_text
        return super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Give the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# SQLite counts rows itself only in a column of type INTEGER; PostgreSQL wants room.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def identity(name: str) -> sa.Column[int]:
    """The row's own number, given by the database."""
    return sa.Column(name, Id, primary_key=True, autoincrement=True)


def reference(name: str, target: str, **options: Any) -> sa.Column[int]:
    """Another table's row."""
    return sa.Column(name, Id, sa.ForeignKey(target), **{"nullable": False, **options})


def text(name: str) -> sa.Column[str]:
    """Text that is empty when there is none."""
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def flag(name: str, default: bool) -> sa.Column[bool]:
    """Yes or no."""
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.true() if default else sa.false())


def count(name: str) -> sa.Column[int]:
    """A number that begins at 0."""
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def moment(name: str, *, required: bool = False) -> sa.Column[datetime]:
    """A time in UTC, or none where it is not required."""
    return sa.Column(name, UtcDateTime, nullable=not required)
