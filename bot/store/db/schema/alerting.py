"""Who is told of incidents and when: the rules, what people chose, the running escalations, and what was silent."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.db.schema.types import Id, count, flag, identity, metadata, moment, reference, text

# As the configuration says it, brought in line at each start.
location_rules = sa.Table(
    "location_rules",
    metadata,
    sa.Column("location_id", Id, sa.ForeignKey("locations.location_id"), primary_key=True, autoincrement=False),
    # [[seconds, whom, person or null], ...]
    sa.Column("steps", sa.JSON, nullable=False),
    # "22:00"; empty for no quiet hours.
    text("quiet_begins"),
    text("quiet_ends"),
    text("quiet_breaks"),
)

# What was chosen in the chat stands before the configuration.
escalation_choices = sa.Table(
    "escalation_choices",
    metadata,
    sa.Column("location_id", Id, sa.ForeignKey("locations.location_id"), primary_key=True, autoincrement=False),
    sa.Column("steps", sa.JSON, nullable=False),
    reference("chosen_by_id", "people.person_id", nullable=True),
    moment("chosen_at", required=True),
)

quiet_choices = sa.Table(
    "quiet_choices",
    metadata,
    sa.Column("chat_id", Id, sa.ForeignKey("chats.chat_id"), primary_key=True, autoincrement=False),
    text("begins"),
    text("ends"),
    text("breaks"),
    reference("chosen_by_id", "people.person_id", nullable=True),
    moment("chosen_at", required=True),
)

escalations = sa.Table(
    "escalations",
    metadata,
    sa.Column("incident_id", Id, sa.ForeignKey("incidents.incident_id"), primary_key=True, autoincrement=False),
    # The step that comes next; null when the chain is at its end.
    sa.Column("step", sa.Integer),
    # How much of its wait is left, and from when on that counts.
    sa.Column("left_s", sa.Float, nullable=False),
    moment("since", required=True),
    # The last step that was carried out: when, whom it names, and all chats that were told so far.
    moment("told_at"),
    sa.Column("told_whom", sa.JSON(none_as_null=True)),
    sa.Column("told_chats", sa.JSON, nullable=False),
)

# Who does not want to be asked about an incident any more.
unasked = sa.Table(
    "unasked",
    metadata,
    sa.Column("incident_id", Id, sa.ForeignKey("incidents.incident_id"), primary_key=True, autoincrement=False),
    sa.Column("person_id", Id, sa.ForeignKey("people.person_id"), primary_key=True, autoincrement=False),
    moment("asked_at", required=True),
)

# What was told without sound in quiet hours and is told again in the morning: "incident:12", or another kind.
silenced = sa.Table(
    "silenced",
    metadata,
    sa.Column("chat_id", Id, sa.ForeignKey("chats.chat_id"), primary_key=True, autoincrement=False),
    sa.Column("subject", sa.Text, primary_key=True),
    moment("silenced_at", required=True),
)

# What sounded in quiet hours all the same.
rings = sa.Table(
    "rings",
    metadata,
    identity("ring_id"),
    reference("chat_id", "chats.chat_id", index=True),
    moment("rang_at", required=True),
)

# The second way, as the configuration names it.
routes = sa.Table(
    "routes",
    metadata,
    identity("route_id"),
    reference("business_id", "businesses.business_id"),
    sa.Column("key", sa.Text, nullable=False),
    text("name"),
    # The keys of the locations it is for; empty for all.
    sa.Column("locations", sa.JSON, nullable=False),
    flag("is_active", True),
    moment("failing_since"),
    text("error"),
    sa.UniqueConstraint("business_id", "key"),
)

# Routes that were switched off in the chat: nothing but a test is told on them.
routes_off = sa.Table(
    "routes_off",
    metadata,
    sa.Column("route_id", Id, sa.ForeignKey("routes.route_id"), primary_key=True, autoincrement=False),
    reference("off_by_id", "people.person_id", nullable=True),
    moment("off_at", required=True),
)

route_messages = sa.Table(
    "route_messages",
    metadata,
    identity("message_id"),
    reference("route_id", "routes.route_id"),
    sa.Column("kind", sa.Text, nullable=False),
    # What was told already is not written again.
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("args", sa.JSON, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    moment("created_at", required=True),
    moment("not_before", required=True),
    moment("done_at"),
    count("attempts"),
    flag("is_repeat", False),
    text("error"),
    sa.UniqueConstraint("route_id", "key"),
    sqlite_autoincrement=True,
)

# Who was seen in a group: they hear what sounds there.
group_people = sa.Table(
    "group_people",
    metadata,
    sa.Column("chat_id", Id, sa.ForeignKey("chats.chat_id"), primary_key=True, autoincrement=False),
    sa.Column("person_id", Id, sa.ForeignKey("people.person_id"), primary_key=True, autoincrement=False),
    moment("seen_at", required=True),
)
