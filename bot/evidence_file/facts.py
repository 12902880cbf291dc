"""Everything that an evidence file says, looked up in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.messages.facts.card_facts import Delivery
from bot.messages.facts.playbook_facts import playbook_of
from bot.messages.incident.playbook import PlaybookFacts
from bot.model.campaign import SmearFacts
from bot.model.incident import Incident
from bot.score.packs import PackChoice
from bot.stages.analyse import incident_texts
from bot.store.db.engine import Connection
from bot.store.delivery.attachments import OutgoingFiles
from bot.store.incidents import evidence_rows, incidents, note_files, timeline
from bot.store.incidents.evidence_rows import KeptReview
from bot.store.incidents.note_files import NoteFile
from bot.store.incidents.timeline import Moved
from bot.store.people import locations
from bot.store.people.locations import Place

MOST_BYTES: Final = 30 * 10**6
"""Bytes of photos and voice notes in one file: Telegram takes 50 MB, the texts need little."""


@dataclass(frozen=True, slots=True)
class PackFacts:
    """An incident with its reviews, its moves and the signs of a smear campaign.

    Attributes:
        shown: for each sign, the ids of the reviews that show it.
        files: photos and voice notes that people sent as notes.
        steps: what was to be done, by whom it was done and when.
    """

    incident: Incident
    place: Place
    reviews: tuple[KeptReview, ...]
    moves: tuple[Moved, ...]
    usual_per_day: float | None
    smear: SmearFacts
    shown: dict[str, tuple[int, ...]]
    steps: PlaybookFacts
    files: tuple[NoteFile, ...] = ()

    @property
    def newest(self) -> datetime:
        """The newest change of what the file says; there is no other time in it, so the same state gives one file."""
        times = [self.incident.moved_at, *(move.moved_at for move in self.moves)]
        times += [file.sent_at for file in self.files]
        times += [step.at for step in self.steps.steps if step.at is not None]
        times += [max(review.changed_at, review.joined_at) for review in self.reviews]
        return max(times)


async def pack_facts(connection: Connection, incident: Incident, choice: PackChoice) -> PackFacts:
    """Look up what the evidence of an incident says; `choice` is what its location's themes are made of."""
    texts = await incident_texts.of(connection, incident, choice)
    campaign = texts.campaign
    place = await locations.find(connection, incident.location_id)
    how = Delivery(now=incident.moved_at, packs={(place.business_name, place.key): choice})
    return PackFacts(
        incident=incident,
        place=place,
        reviews=tuple(await evidence_rows.kept_reviews(connection, incident.incident_id)),
        moves=tuple(await timeline.history(connection, incident.incident_id)),
        usual_per_day=await incidents.usual_per_day(connection, incident.incident_id),
        smear=campaign,
        shown={sign.id: tuple(texts.review_ids[place] for place in sorted(sign.members)) for sign in campaign.signs},
        steps=await playbook_of(connection, incident, how),
        files=tuple(await note_files.of_incident(connection, incident.incident_id)),
    )


def name_in_pack(file: NoteFile) -> str:
    """What a photo or voice note is called in the file."""
    return f"notes/{file.file_id}.{file.type}"


def read_files(folder: OutgoingFiles, facts: PackFacts) -> dict[str, bytes]:
    """Name in the file -> bytes of the photos and voice notes, the first first, as many as fit; reads the disk.

    Those that are missing on the disk, as after a restored backup, or do not fit are named with their hashes only.
    """
    found: dict[str, bytes] = {}
    left = MOST_BYTES
    for file in facts.files:
        content = folder.read(file.stored) if file.bytes <= left else None
        if content is not None:
            found[name_in_pack(file)] = content
            left -= len(content)
    return found
