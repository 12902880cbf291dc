"""Incidents, the reviews that belong to them, and their transitions."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.db.schema.types import Id, count, flag, identity, metadata, moment, reference, text

incidents = sa.Table(
    "incidents",
    metadata,
    identity("incident_id"),
    reference("location_id", "locations.location_id", index=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
    count("version"),
    sa.Column("last_move", sa.Text, nullable=False),
    sa.Column("state_before", sa.Text),
    reference("holder_id", "people.person_id", nullable=True),
    reference("moved_by_id", "people.person_id", nullable=True),
    moment("opened_at", required=True),
    moment("moved_at", required=True),
    moment("grown_at"),
    moment("snoozed_until"),
    moment("ended_at"),
    sa.Column("cause", sa.Text),
    text("note"),
    sa.Column("first_count", sa.Integer, nullable=False),
    sa.Column("usual_per_day", sa.Float),
    # What the detector said when it opened (or went on), for the sentence on the card; empty when opened by hand.
    sa.Column("n", sa.Integer),
    sa.Column("window_h", sa.Float),
    sa.Column("expected", sa.Float),
    sa.Column("recurrence_years", sa.Float),
    sa.Column("by_rule", sa.Text),
    flag("is_new_place", False),
    # What its texts have in common, where that was part of the reason.
    sa.Column("shared", sa.JSON(none_as_null=True)),
    # When it had lasted so long that the detector takes it for the new normal.
    moment("settled_at"),
    # "severe": opened by the words of one review, not by a count.
    text("reason"),
    sqlite_autoincrement=True,
)

incident_reviews = sa.Table(
    "incident_reviews",
    metadata,
    sa.Column("incident_id", Id, sa.ForeignKey("incidents.incident_id"), primary_key=True, autoincrement=False),
    sa.Column("review_id", Id, sa.ForeignKey("reviews.review_id"), primary_key=True, autoincrement=False, index=True),
    moment("joined_at", required=True),
    # A review that is raised and lowered again is a new low review: it counts at another time.
    moment("low_at", required=True),
    # It is here for its words, low or not.
    flag("is_severe", False),
)

incident_moves = sa.Table(
    "incident_moves",
    metadata,
    identity("move_id"),
    reference("incident_id", "incidents.incident_id", index=True),
    sa.Column("move", sa.Text, nullable=False),
    sa.Column("from_state", sa.Text),
    sa.Column("to_state", sa.Text, nullable=False),
    reference("person_id", "people.person_id", nullable=True),
    moment("moved_at", required=True),
    sa.Column("detail", sa.JSON, nullable=False),
)

# What a location's chats were offered to open as an incident; the newest offer of each location.
offers = sa.Table(
    "offers",
    metadata,
    sa.Column("location_id", Id, sa.ForeignKey("locations.location_id"), primary_key=True, autoincrement=False),
    sa.Column("review_ids", sa.JSON, nullable=False),
    # What the detector would have said, as JSON; null where it said nothing.
    sa.Column("evidence", sa.JSON(none_as_null=True)),
    moment("offered_at", required=True),
)

# The clusters that were found too late to alarm, as numbered under the one message that `mark` names.
late_offers = sa.Table(
    "late_offers",
    metadata,
    sa.Column("location_id", Id, sa.ForeignKey("locations.location_id"), primary_key=True, autoincrement=False),
    sa.Column("mark", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("review_ids", sa.JSON, nullable=False),
    sa.Column("evidence", sa.JSON(none_as_null=True)),
    moment("offered_at", required=True),
)

# What the texts of an incident say together, worked out once for each version of what it is read from.
incident_texts = sa.Table(
    "incident_texts",
    metadata,
    sa.Column("incident_id", Id, sa.ForeignKey("incidents.incident_id"), primary_key=True, autoincrement=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("found", sa.Text, nullable=False),
    moment("made_at", required=True),
)

# The configuration's playbooks of a business; it has no row where it names no file.
playbooks = sa.Table(
    "playbooks",
    metadata,
    sa.Column("business_id", Id, sa.ForeignKey("businesses.business_id"), primary_key=True, autoincrement=False),
    # As `bot.incidents.playbook.Playbooks.stored` gives it.
    sa.Column("tree", sa.JSON, nullable=False),
)

# Which steps of an incident were done, by whom and when.
playbook_ticks = sa.Table(
    "playbook_ticks",
    metadata,
    sa.Column("incident_id", Id, sa.ForeignKey("incidents.incident_id"), primary_key=True, autoincrement=False),
    sa.Column("step", sa.Text, primary_key=True),
    reference("person_id", "people.person_id"),
    moment("ticked_at", required=True),
)

# Photos, screenshots and voice notes that people sent as an answer to the card; the bytes lie beside the database.
note_files = sa.Table(
    "note_files",
    metadata,
    identity("file_id"),
    reference("incident_id", "incidents.incident_id", index=True),
    reference("person_id", "people.person_id"),
    reference("chat_id", "chats.chat_id"),
    # Telegram's name for it, to fetch it by.
    text("telegram_file"),
    # What was written below it.
    text("caption"),
    sa.Column("state", sa.Text, nullable=False),
    moment("sent_at", required=True),
    moment("not_before", required=True),
    count("attempts"),
    # Once it is fetched: its name in the folder, what its first bytes say it is, its length and SHA-256.
    text("stored"),
    text("type"),
    count("bytes"),
    text("sha256"),
    sqlite_autoincrement=True,
)
