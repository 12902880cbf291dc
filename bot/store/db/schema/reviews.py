"""Reviews, their earlier versions, and what was read from them."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.db.schema.types import Id, count, flag, identity, metadata, moment, reference, text

reviews = sa.Table(
    "reviews",
    metadata,
    identity("review_id"),
    reference("location_id", "locations.location_id"),
    reference("source_id", "sources.source_id"),
    sa.Column("platform", sa.Text, nullable=False),
    sa.Column("external_id", sa.Text, nullable=False),
    sa.Column("rating_value", sa.Float),
    sa.Column("rating_worst", sa.Float),
    sa.Column("rating_best", sa.Float),
    flag("is_low", False),
    moment("low_at"),
    # May it open an incident? False for history; the rules are in bot/incidents/freshness.py.
    flag("is_fresh", False),
    # Does the detector count it? False again when an edit lowers the review, which is news, or when it is removed.
    flag("is_observed", False),
    # Only a notification of a review, or typed in: the full one is still to come.
    flag("is_stub", False),
    text("title"),
    text("text"),
    text("author"),
    sa.Column("language", sa.Text),
    text("url"),
    moment("published_at", required=True),
    flag("is_date_only", False),
    moment("edited_at"),
    moment("discovered_at", required=True),
    moment("changed_at", required=True),
    sa.Column("reply_text", sa.Text),
    moment("reply_at"),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("twin_key", sa.Text),
    sa.Column("content_hash", sa.Text, nullable=False),
    count("seen_sweep"),
    count("missed_sweeps"),
    moment("missing_since"),
    moment("gone_at"),
    # May its words open an incident? As is_fresh, whatever its stars.
    flag("is_news", False),
    # When an incident was opened or raised for its words: once in its life.
    moment("severe_at"),
    # Told by itself, where the owner wants to hear of each low review.
    moment("low_told_at"),
    # When its words, guest, link and id were erased; what is left is its stars and the hour.
    moment("erased_at"),
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
    identity("version_id"),
    reference("review_id", "reviews.review_id", index=True),
    moment("replaced_at", required=True),
    sa.Column("rating_value", sa.Float),
    sa.Column("rating_worst", sa.Float),
    sa.Column("rating_best", sa.Float),
    text("title"),
    text("text"),
    moment("edited_at"),
)

scores = sa.Table(
    "scores",
    metadata,
    sa.Column("review_id", Id, sa.ForeignKey("reviews.review_id"), primary_key=True, autoincrement=False),
    sa.Column("language", sa.Text),
    sa.Column("compound", sa.Float),
    text("source"),
    flag("disagrees", False),
    sa.Column("content_hash", sa.Text, nullable=False),
    # The ids of the themes, with blanks between; which kind of severe, or empty; the mark of the rules they are by.
    text("themes"),
    text("severe"),
    text("rules"),
    # How sure it is that it is severe: sound, silent or vague; empty where it is not.
    text("loudness"),
    # The ids of the themes that it complains of.
    text("complaints"),
)
sa.Index(
    "ix_scores_severe",
    scores.c.review_id,
    sqlite_where=scores.c.severe != "",
    postgresql_where=scores.c.severe != "",
)
