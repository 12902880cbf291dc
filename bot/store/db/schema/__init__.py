"""The tables, by subject, in one metadata. Column names are the attribute names of bot/model where both exist."""

from bot.store.db.schema.alerting import (
    escalation_choices,
    escalations,
    group_people,
    location_rules,
    quiet_choices,
    rings,
    route_messages,
    routes,
    silenced,
    unasked,
)
from bot.store.db.schema.delivery import deadlines, inbox, installation, messages, outbox
from bot.store.db.schema.incidents import (
    incident_moves,
    incident_reviews,
    incident_texts,
    incidents,
    late_offers,
    offers,
)
from bot.store.db.schema.ingest import column_maps, file_attempts, mails, problems, raw_items, sources, uploads
from bot.store.db.schema.learning import detector_notes, detector_states, models, not_severe, relaxations
from bot.store.db.schema.org import businesses, chat_links, chats, grants, invitations, locations, people, settings
from bot.store.db.schema.privacy import bars, erasures
from bot.store.db.schema.reviews import review_versions, reviews, scores
from bot.store.db.schema.types import UtcDateTime, metadata

__all__ = [
    "UtcDateTime",
    "bars",
    "businesses",
    "chat_links",
    "chats",
    "column_maps",
    "deadlines",
    "detector_notes",
    "detector_states",
    "erasures",
    "escalation_choices",
    "escalations",
    "file_attempts",
    "grants",
    "group_people",
    "inbox",
    "incident_moves",
    "incident_reviews",
    "incident_texts",
    "incidents",
    "installation",
    "invitations",
    "late_offers",
    "location_rules",
    "locations",
    "mails",
    "messages",
    "metadata",
    "models",
    "not_severe",
    "offers",
    "outbox",
    "people",
    "problems",
    "quiet_choices",
    "raw_items",
    "relaxations",
    "review_versions",
    "reviews",
    "rings",
    "route_messages",
    "routes",
    "scores",
    "settings",
    "silenced",
    "sources",
    "unasked",
    "uploads",
]
