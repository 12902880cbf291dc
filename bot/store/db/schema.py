"""The tables. Column names are the attribute names of bot/model where both exist."""

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
_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _id(name: str) -> sa.Column[int]:
    return sa.Column(name, _Id, primary_key=True, autoincrement=True)


def _ref(name: str, target: str, **options: Any) -> sa.Column[int]:
    return sa.Column(name, _Id, sa.ForeignKey(target), **{"nullable": False, **options})


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _flag(name: str, default: bool) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.true() if default else sa.false())


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _at(name: str, *, required: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, UtcDateTime, nullable=not required)


installation = sa.Table(
    "installation",
    metadata,
    sa.Column("installation_id", sa.Integer, primary_key=True, autoincrement=False),
    _at("started_at"),
    _at("passed_at"),
    _at("stopped_at"),
    sa.Column("pass_every_s", sa.Float, nullable=False, server_default="900"),
    _text("bot_username"),
    _text("telegram_error"),
    _at("telegram_error_at"),
)

businesses = sa.Table(
    "businesses",
    metadata,
    _id("business_id"),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    _text("name"),
    _text("language"),
    _flag("is_active", True),
)

locations = sa.Table(
    "locations",
    metadata,
    _id("location_id"),
    _ref("business_id", "businesses.business_id"),
    sa.Column("key", sa.Text, nullable=False),
    _text("name"),
    _text("time_zone"),
    _flag("is_active", True),
    # Set in the transaction that stores reviews, cleared in the one that looks at them: a kill between loses nothing.
    _flag("look_due", False),
    sa.UniqueConstraint("business_id", "key"),
)

sources = sa.Table(
    "sources",
    metadata,
    _id("source_id"),
    _ref("location_id", "locations.location_id"),
    sa.Column("key", sa.Text, nullable=False),
    _text("type"),
    _text("name"),
    _text("platform"),
    _flag("is_active", True),
    sa.Column("state", sa.JSON, nullable=False),
    _count("sweep"),
    _count("failures"),
    _at("connected_at"),
    _at("swept_at"),
    _at("reported_at"),
    _at("next_poll_at"),
    _at("polled_at"),
    _at("ok_at"),
    _at("failing_since"),
    _at("blind_told_at"),
    _text("error_reason"),
    _text("error_text"),
    sa.UniqueConstraint("location_id", "key"),
)

raw_items = sa.Table(
    "raw_items",
    metadata,
    _id("raw_id"),
    _ref("source_id", "sources.source_id"),
    sa.Column("key", sa.Text, nullable=False),
    _text("name"),
    _text("kind"),
    _text("note"),
    sa.Column("body", sa.LargeBinary),
    _count("sweep"),
    _flag("is_first_sweep", False),
    _at("fetched_at", required=True),
    _at("parsed_at"),
    sa.UniqueConstraint("source_id", "key"),
)
sa.Index("ix_raw_items_unparsed", raw_items.c.source_id, raw_items.c.parsed_at)

mails = sa.Table(
    "mails",
    metadata,
    sa.Column("raw_id", _Id, sa.ForeignKey("raw_items.raw_id"), primary_key=True, autoincrement=False),
    _ref("source_id", "sources.source_id"),
    sa.Column("outcome", sa.Text, nullable=False),
    _text("rule"),
    _text("platform"),
    _text("sender"),
    _text("subject"),
    _at("sent_at", required=True),
    _text("reason"),
    _at("filed_at", required=True),
    sa.Index("ix_mails_source_outcome", "source_id", "outcome", "filed_at"),
)

problems = sa.Table(
    "problems",
    metadata,
    _id("problem_id"),
    _ref("source_id", "sources.source_id"),
    _text("name"),
    sa.Column("line", sa.Integer),
    _text("reason"),
    _at("found_at", required=True),
    sa.Index("ix_problems_source_name", "source_id", "name"),
)

reviews = sa.Table(
    "reviews",
    metadata,
    _id("review_id"),
    _ref("location_id", "locations.location_id"),
    _ref("source_id", "sources.source_id"),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("external_id", sa.Text, nullable=False),
    sa.Column("rating_value", sa.Float),
    sa.Column("rating_worst", sa.Float),
    sa.Column("rating_best", sa.Float),
    _flag("is_low", False),
    _at("low_at"),
    # May it open an incident? False for history; the rules are in bot/incidents/freshness.py.
    _flag("is_fresh", False),
    # Has the detector seen it? False again when an edit lowers the review, which is news.
    _flag("is_observed", False),
    # Only a notification of a review, or typed in: the full one is still to come.
    _flag("is_stub", False),
    _text("title"),
    _text("text"),
    _text("author"),
    sa.Column("language", sa.Text),
    _text("url"),
    _at("published_at", required=True),
    _flag("is_date_only", False),
    _at("edited_at"),
    _at("discovered_at", required=True),
    _at("changed_at", required=True),
    sa.Column("reply_text", sa.Text),
    _at("reply_at"),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("twin_key", sa.Text),
    sa.Column("content_hash", sa.Text, nullable=False),
    _count("seen_sweep"),
    _count("missed_sweeps"),
    _at("missing_since"),
    _at("gone_at"),
    # May its words open an incident? As is_fresh, whatever its stars.
    _flag("is_news", False),
    # When an incident was opened or raised for its words: once in its life.
    _at("severe_at"),
    sa.UniqueConstraint("location_id", "platform", "external_id"),
    sa.Index("ix_reviews_location_published", "location_id", "published_at"),
    sa.Index("ix_reviews_location_low", "location_id", "low_at"),
    sa.Index("ix_reviews_source_sweep", "source_id", "seen_sweep"),
    sa.Index(
        "ix_reviews_stubs",
        "location_id",
        "published_at",
        sqlite_where=sa.text("is_stub"),
        postgresql_where=sa.text("is_stub"),
    ),
)
sa.Index(
    "ix_reviews_unobserved",
    reviews.c.location_id,
    reviews.c.review_id,
    sqlite_where=sa.not_(reviews.c.is_observed),
    postgresql_where=sa.not_(reviews.c.is_observed),
)

review_versions = sa.Table(
    "review_versions",
    metadata,
    _id("version_id"),
    _ref("review_id", "reviews.review_id", index=True),
    _at("replaced_at", required=True),
    sa.Column("rating_value", sa.Float),
    sa.Column("rating_worst", sa.Float),
    sa.Column("rating_best", sa.Float),
    _text("title"),
    _text("text"),
    _at("edited_at"),
)

scores = sa.Table(
    "scores",
    metadata,
    sa.Column("review_id", _Id, sa.ForeignKey("reviews.review_id"), primary_key=True, autoincrement=False),
    sa.Column("language", sa.Text),
    sa.Column("compound", sa.Float),
    _text("source"),
    _flag("disagrees", False),
    sa.Column("content_hash", sa.Text, nullable=False),
    # The ids of the themes, with blanks between; which kind of severe, or empty; the mark of the rules they are by.
    _text("themes"),
    _text("severe"),
    _text("rules"),
)
sa.Index(
    "ix_scores_severe",
    scores.c.review_id,
    sqlite_where=scores.c.severe != "",
    postgresql_where=scores.c.severe != "",
)

models = sa.Table(
    "models",
    metadata,
    _id("model_id"),
    _ref("business_id", "businesses.business_id"),
    sa.Column("language", sa.Text, nullable=False),
    # Without arrays it was tried, or not even that, and the facts say what is missing.
    sa.Column("arrays", sa.LargeBinary),
    sa.Column("format", sa.Integer, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    _at("since"),
    _at("made_at", required=True),
    sa.UniqueConstraint("business_id", "language"),
    # A new model never gets the number of an old one, which others may still have in memory.
    sqlite_autoincrement=True,
)

people = sa.Table(
    "people",
    metadata,
    _id("person_id"),
    sa.Column("telegram_id", sa.BigInteger, nullable=False, unique=True),
    _text("name"),
    _text("language"),
    _at("joined_at", required=True),
)

grants = sa.Table(
    "grants",
    metadata,
    _id("grant_id"),
    _ref("person_id", "people.person_id"),
    sa.Column("role", sa.Text, nullable=False),
    _ref("business_id", "businesses.business_id"),
    _ref("location_id", "locations.location_id", nullable=True),
    _at("granted_at", required=True),
    _at("revoked_at"),
)

chats = sa.Table(
    "chats",
    metadata,
    _id("chat_id"),
    sa.Column("telegram_chat_id", sa.BigInteger, nullable=False),
    # 0 stands for "no topic", so that the pair stays unique on every database.
    sa.Column("thread_id", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("kind", sa.Text, nullable=False),
    _text("title"),
    _text("language"),
    _at("linked_at", required=True),
    _at("disabled_at"),
    _text("disabled_reason"),
    _at("paused_until"),
    _at("heard_at"),
    sa.UniqueConstraint("telegram_chat_id", "thread_id"),
)

chat_links = sa.Table(
    "chat_links",
    metadata,
    _id("link_id"),
    _ref("chat_id", "chats.chat_id"),
    _ref("business_id", "businesses.business_id"),
    _ref("location_id", "locations.location_id", nullable=True),
)

invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("code_hash", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    _ref("business_id", "businesses.business_id"),
    _ref("location_id", "locations.location_id", nullable=True),
    _at("created_at", required=True),
    _at("expires_at", required=True),
    _at("used_at"),
)

incidents = sa.Table(
    "incidents",
    metadata,
    _id("incident_id"),
    _ref("location_id", "locations.location_id", index=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
    _count("version"),
    sa.Column("last_move", sa.Text, nullable=False),
    sa.Column("state_before", sa.Text),
    _ref("holder_id", "people.person_id", nullable=True),
    _ref("moved_by_id", "people.person_id", nullable=True),
    _at("opened_at", required=True),
    _at("moved_at", required=True),
    _at("grown_at"),
    _at("snoozed_until"),
    _at("ended_at"),
    sa.Column("cause", sa.Text),
    _text("note"),
    sa.Column("first_count", sa.Integer, nullable=False),
    sa.Column("usual_per_day", sa.Float),
    # What the detector said when it opened (or went on), for the sentence on the card; empty when opened by hand.
    sa.Column("n", sa.Integer),
    sa.Column("window_h", sa.Float),
    sa.Column("expected", sa.Float),
    sa.Column("recurrence_years", sa.Float),
    sa.Column("by_rule", sa.Text),
    _flag("is_new_place", False),
    # When it had lasted so long that the detector takes it for the new normal.
    _at("settled_at"),
    # "severe": opened by the words of one review, not by a count.
    _text("reason"),
    sqlite_autoincrement=True,
)

detector_states = sa.Table(
    "detector_states",
    metadata,
    sa.Column("location_id", _Id, sa.ForeignKey("locations.location_id"), primary_key=True, autoincrement=False),
    sa.Column("state", sa.JSON, nullable=False),
    # What the state says, for the siblings' priors and for `reviewbot tune`.
    sa.Column("share", sa.Float, nullable=False),
    sa.Column("reviews", sa.Float, nullable=False),
    sa.Column("usual_per_day", sa.Float, nullable=False),
    _at("began_at", required=True),
    _at("saved_at", required=True),
)

detector_notes = sa.Table(
    "detector_notes",
    metadata,
    _id("note_id"),
    _ref("location_id", "locations.location_id"),
    sa.Column("kind", sa.Text, nullable=False),
    _at("noted_at", required=True),
    _at("since", required=True),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("window_h", sa.Float, nullable=False),
    sa.Column("expected", sa.Float, nullable=False),
    sa.Column("usual_per_day", sa.Float, nullable=False),
    sa.Column("recurrence_years", sa.Float, nullable=False),
    # The incident that told the same a little later; such a note is not told again.
    _ref("absorbed_by", "incidents.incident_id", nullable=True),
    sa.Index("ix_detector_notes_location_noted", "location_id", "noted_at"),
)

# Each row that is not undone makes its location ask for twice the odds.
relaxations = sa.Table(
    "relaxations",
    metadata,
    _id("relaxation_id"),
    _ref("location_id", "locations.location_id", index=True),
    _ref("incident_id", "incidents.incident_id", nullable=True),
    _ref("person_id", "people.person_id", nullable=True),
    _at("made_at", required=True),
    _at("undone_at"),
    _ref("undone_by_id", "people.person_id", nullable=True),
)

incident_reviews = sa.Table(
    "incident_reviews",
    metadata,
    sa.Column("incident_id", _Id, sa.ForeignKey("incidents.incident_id"), primary_key=True, autoincrement=False),
    sa.Column("review_id", _Id, sa.ForeignKey("reviews.review_id"), primary_key=True, autoincrement=False, index=True),
    _at("joined_at", required=True),
    # A review that is raised and lowered again is a new low review: it counts at another time.
    _at("low_at", required=True),
    # It is here for its words, low or not.
    _flag("is_severe", False),
)

incident_moves = sa.Table(
    "incident_moves",
    metadata,
    _id("move_id"),
    _ref("incident_id", "incidents.incident_id", index=True),
    sa.Column("move", sa.Text, nullable=False),
    sa.Column("from_state", sa.Text),
    sa.Column("to_state", sa.Text, nullable=False),
    _ref("person_id", "people.person_id", nullable=True),
    _at("moved_at", required=True),
    sa.Column("detail", sa.JSON, nullable=False),
)

# Files that people sent to the chat.
uploads = sa.Table(
    "uploads",
    metadata,
    _id("upload_id"),
    _ref("chat_id", "chats.chat_id"),
    _ref("person_id", "people.person_id"),
    sa.Column("file_id", sa.Text, nullable=False),
    _text("name"),
    sa.Column("state", sa.Text, nullable=False),
    _text("question"),
    _ref("location_id", "locations.location_id", nullable=True),
    sa.Column("mapping", sa.JSON, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("body", sa.LargeBinary),
    _count("attempts"),
    # Somebody wants the skipped rows as a file.
    _flag("list_wanted", False),
    _at("created_at", required=True),
    _at("not_before", required=True),
    # Every review that the file brings or changes is discovered at this moment; it is what "Undo" looks for.
    _at("imported_at"),
    _at("ended_at"),
    sqlite_autoincrement=True,
)

column_maps = sa.Table(
    "column_maps",
    metadata,
    _id("map_id"),
    _ref("business_id", "businesses.business_id"),
    sa.Column("columns_key", sa.Text, nullable=False),
    sa.Column("mapping", sa.JSON, nullable=False),
    _at("kept_at", required=True),
    sa.UniqueConstraint("business_id", "columns_key"),
)

deadlines = sa.Table(
    "deadlines",
    metadata,
    _id("deadline_id"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    _at("due_at", required=True),
    sa.UniqueConstraint("kind", "subject"),
)

messages = sa.Table(
    "messages",
    metadata,
    _id("message_id"),
    _ref("chat_id", "chats.chat_id"),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("telegram_message_id", sa.BigInteger, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    _at("sent_at", required=True),
    sa.UniqueConstraint("chat_id", "key"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    _id("outbox_id"),
    _ref("chat_id", "chats.chat_id"),
    sa.Column("kind", sa.Text, nullable=False),
    # Messages with a key are sent once and edited afterwards.
    sa.Column("key", sa.Text),
    sa.Column("args", sa.JSON, nullable=False),
    _flag("is_silent", True),
    sa.Column("reply_to", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    _at("created_at", required=True),
    _at("not_before", required=True),
    _at("claimed_at"),
    _at("done_at"),
    _count("attempts"),
    _flag("is_repeat", False),
    _text("error"),
    sqlite_autoincrement=True,
)
sa.Index("ix_outbox_waiting", outbox.c.state, outbox.c.chat_id, outbox.c.outbox_id)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("body", sa.JSON, nullable=False),
    _at("received_at", required=True),
    _at("handled_at"),
    _text("error"),
    sa.Index("ix_inbox_unhandled", "handled_at", "update_id"),
)
