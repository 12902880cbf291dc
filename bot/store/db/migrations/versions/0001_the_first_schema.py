"""the first schema."""

import sqlalchemy as sa
from alembic import op

import bot.store.db.schema

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "businesses",
        sa.Column(
            "business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("business_id", name=op.f("pk_businesses")),
        sa.UniqueConstraint("key", name=op.f("uq_businesses_key")),
    )
    op.create_table(
        "chats",
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("telegram_chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("linked_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("disabled_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("disabled_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("paused_until", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("heard_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_chats")),
        sa.UniqueConstraint("telegram_chat_id", "thread_id", name=op.f("uq_chats_telegram_chat_id_thread_id")),
    )
    op.create_table(
        "deadlines",
        sa.Column(
            "deadline_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("due_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("deadline_id", name=op.f("pk_deadlines")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_deadlines_kind_subject")),
    )
    op.create_table(
        "inbox",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("received_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("handled_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_inbox")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index("ix_inbox_unhandled", ["handled_at", "update_id"], unique=False)

    op.create_table(
        "installation",
        sa.Column("installation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("passed_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("stopped_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("pass_every_s", sa.Float(), server_default="900", nullable=False),
        sa.Column("bot_username", sa.Text(), server_default="", nullable=False),
        sa.Column("telegram_error", sa.Text(), server_default="", nullable=False),
        sa.Column("telegram_error_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("installation_id", name=op.f("pk_installation")),
    )
    op.create_table(
        "people",
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("joined_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_people")),
        sa.UniqueConstraint("telegram_id", name=op.f("uq_people_telegram_id")),
    )
    op.create_table(
        "locations",
        sa.Column(
            "location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("time_zone", sa.Text(), server_default="", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("look_due", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("fk_locations_business_id")),
        sa.PrimaryKeyConstraint("location_id", name=op.f("pk_locations")),
        sa.UniqueConstraint("business_id", "key", name=op.f("uq_locations_business_id_key")),
    )
    op.create_table(
        "messages",
        sa.Column(
            "message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("telegram_message_id", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("sent_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.chat_id"], name=op.f("fk_messages_chat_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_messages")),
        sa.UniqueConstraint("chat_id", "key", name=op.f("uq_messages_chat_id_key")),
    )
    op.create_table(
        "outbox",
        sa.Column(
            "outbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("is_silent", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("reply_to", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("not_before", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("claimed_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("done_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_repeat", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.chat_id"], name=op.f("fk_outbox_chat_id")),
        sa.PrimaryKeyConstraint("outbox_id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_waiting", ["state", "chat_id", "outbox_id"], unique=False)

    op.create_table(
        "chat_links",
        sa.Column("link_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("chat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("fk_chat_links_business_id")),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.chat_id"], name=op.f("fk_chat_links_chat_id")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.location_id"], name=op.f("fk_chat_links_location_id")),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_chat_links")),
    )
    op.create_table(
        "grants",
        sa.Column("grant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("granted_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("revoked_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("fk_grants_business_id")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.location_id"], name=op.f("fk_grants_location_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.person_id"], name=op.f("fk_grants_person_id")),
        sa.PrimaryKeyConstraint("grant_id", name=op.f("pk_grants")),
    )
    op.create_table(
        "incidents",
        sa.Column(
            "incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_move", sa.Text(), nullable=False),
        sa.Column("state_before", sa.Text(), nullable=True),
        sa.Column("holder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("moved_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("opened_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("moved_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("grown_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("snoozed_until", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("ended_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("first_count", sa.Integer(), nullable=False),
        sa.Column("usual_per_day", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["holder_id"], ["people.person_id"], name=op.f("fk_incidents_holder_id")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.location_id"], name=op.f("fk_incidents_location_id")),
        sa.ForeignKeyConstraint(["moved_by_id"], ["people.person_id"], name=op.f("fk_incidents_moved_by_id")),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_incidents")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incidents_location_id"), ["location_id"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("business_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("expires_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("used_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["business_id"], ["businesses.business_id"], name=op.f("fk_invitations_business_id")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.location_id"], name=op.f("fk_invitations_location_id")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_invitations")),
    )
    op.create_table(
        "sources",
        sa.Column(
            "source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("platform", sa.Text(), server_default="", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("sweep", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("connected_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("swept_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("reported_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("next_poll_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("polled_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("ok_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("failing_since", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("blind_told_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("error_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("error_text", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["locations.location_id"], name=op.f("fk_sources_location_id")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_sources")),
        sa.UniqueConstraint("location_id", "key", name=op.f("uq_sources_location_id_key")),
    )
    op.create_table(
        "incident_moves",
        sa.Column("move_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("move", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("moved_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.incident_id"], name=op.f("fk_incident_moves_incident_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.person_id"], name=op.f("fk_incident_moves_person_id")),
        sa.PrimaryKeyConstraint("move_id", name=op.f("pk_incident_moves")),
    )
    with op.batch_alter_table("incident_moves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_moves_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "problems",
        sa.Column(
            "problem_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("found_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.source_id"], name=op.f("fk_problems_source_id")),
        sa.PrimaryKeyConstraint("problem_id", name=op.f("pk_problems")),
    )
    with op.batch_alter_table("problems", schema=None) as batch_op:
        batch_op.create_index("ix_problems_source_name", ["source_id", "name"], unique=False)

    op.create_table(
        "raw_items",
        sa.Column("raw_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("sweep", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_first_sweep", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("fetched_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("parsed_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sources.source_id"], name=op.f("fk_raw_items_source_id")),
        sa.PrimaryKeyConstraint("raw_id", name=op.f("pk_raw_items")),
        sa.UniqueConstraint("source_id", "key", name=op.f("uq_raw_items_source_id_key")),
    )
    with op.batch_alter_table("raw_items", schema=None) as batch_op:
        batch_op.create_index("ix_raw_items_unparsed", ["source_id", "parsed_at"], unique=False)

    op.create_table(
        "reviews",
        sa.Column(
            "review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("rating_value", sa.Float(), nullable=True),
        sa.Column("rating_worst", sa.Float(), nullable=True),
        sa.Column("rating_best", sa.Float(), nullable=True),
        sa.Column("is_low", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("low_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("is_fresh", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("author", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("published_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("is_date_only", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("edited_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("discovered_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("changed_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("reply_text", sa.Text(), nullable=True),
        sa.Column("reply_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("twin_key", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("seen_sweep", sa.Integer(), server_default="0", nullable=False),
        sa.Column("missed_sweeps", sa.Integer(), server_default="0", nullable=False),
        sa.Column("missing_since", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.Column("gone_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["location_id"], ["locations.location_id"], name=op.f("fk_reviews_location_id")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.source_id"], name=op.f("fk_reviews_source_id")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_reviews")),
        sa.UniqueConstraint(
            "location_id", "platform", "external_id", name=op.f("uq_reviews_location_id_platform_external_id")
        ),
    )
    with op.batch_alter_table("reviews", schema=None) as batch_op:
        batch_op.create_index("ix_reviews_location_low", ["location_id", "low_at"], unique=False)
        batch_op.create_index("ix_reviews_location_published", ["location_id", "published_at"], unique=False)
        batch_op.create_index("ix_reviews_source_sweep", ["source_id", "seen_sweep"], unique=False)

    op.create_table(
        "incident_reviews",
        sa.Column(
            "incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("joined_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("low_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.incident_id"], name=op.f("fk_incident_reviews_incident_id")
        ),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.review_id"], name=op.f("fk_incident_reviews_review_id")),
        sa.PrimaryKeyConstraint("incident_id", "review_id", name=op.f("pk_incident_reviews")),
    )
    with op.batch_alter_table("incident_reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_reviews_review_id"), ["review_id"], unique=False)

    op.create_table(
        "review_versions",
        sa.Column(
            "version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("replaced_at", bot.store.db.schema.UtcDateTime(), nullable=False),
        sa.Column("rating_value", sa.Float(), nullable=True),
        sa.Column("rating_worst", sa.Float(), nullable=True),
        sa.Column("rating_best", sa.Float(), nullable=True),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("edited_at", bot.store.db.schema.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.review_id"], name=op.f("fk_review_versions_review_id")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_review_versions")),
    )
    with op.batch_alter_table("review_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_versions_review_id"), ["review_id"], unique=False)

    op.create_table(
        "scores",
        sa.Column(
            "review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("compound", sa.Float(), nullable=True),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("disagrees", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.review_id"], name=op.f("fk_scores_review_id")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_scores")),
    )
