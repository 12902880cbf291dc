"""What the texts of an incident say together: its cause, shared words, circumstances, quotes, signs of a campaign.

It is worked out once for each version of what it is read from and kept in the table `incident_texts`; the card, the
evidence and the evidence file read it from there. `refresh` is called when reviews have been read and before a message
about an incident is made; it works outside of any transaction and writes the result in a short one.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files

from pydantic import TypeAdapter, ValidationError

from bot.incidents.campaign.find import MOST_EARLIER, find_smear
from bot.incidents.cause import Cause, SharedWord, find_cause, shared_words
from bot.incidents.circumstances import Circumstances, VisitFacts, circumstances
from bot.model.campaign import SmearFacts, SmearReview
from bot.model.incident import CardReview, Incident
from bot.score.packs import USUAL_PACK, PackChoice, events_of, pack_of
from bot.score.reading import rules_mark, searched_text
from bot.score.severe.events import Events
from bot.score.severe.find import find_severe
from bot.score.themes.pack import ThemePack
from bot.stages.analyse.packs import Packs
from bot.store.db.engine import Connection, Store
from bot.store.incidents import campaign_inputs, incidents, text_versions
from bot.store.people import locations
from bot.store.reviews import review_views, text_results
from bot.store.reviews.text_results import ReadReview

WORDS_FROM = 2_000
"""Earlier texts that shared words are compared with, the newest: reading 50,000 would be felt by the chat."""

_READ_BY = ("incidents", "score")
"""Folders with the code that reads texts; the result is worked out anew when it changes."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A review's own words."""

    review_id: int
    text: str


@dataclass(frozen=True, slots=True)
class VagueFind:
    """A review that may hint at something severe: its kind and the guest's own words."""

    review_id: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class IncidentTexts:
    """What the texts of an incident say.

    Attributes:
        cause: the themes against what is usual; None until all its reviews have been read.
        shared: words that the reviews share and earlier ones do not.
        around: what else they have in common.
        quotes: where they mention the leading theme, the newest review first.
        severe: the words of each severe review; its beginning where the present rules find none.
        vague: what the other reviews say that is severe by its words but too vague to disturb anybody, newest first.
        campaign: the signs of a smear campaign among the low reviews.
        review_ids, sources: of the low reviews, oldest first, which the places in `campaign` count from.
    """

    cause: Cause | None
    shared: tuple[SharedWord, ...]
    around: Circumstances
    quotes: tuple[Quoted, ...]
    severe: tuple[Quoted, ...]
    vague: tuple[VagueFind, ...]
    campaign: SmearFacts
    review_ids: tuple[int, ...]
    sources: tuple[str, ...]

    @property
    def platforms(self) -> tuple[str, ...]:
        """Where the low reviews were written, the most frequent first."""
        return tuple(sorted(set(self.sources), key=lambda name: (-self.sources.count(name), name)))


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What is read from the store before anything is worked out."""

    place: str
    members: Sequence[CardReview]
    read: Mapping[int, ReadReview]
    themes_before: Sequence[frozenset[str]]
    texts_before: Sequence[str]
    low_ids: Sequence[int]
    low: Sequence[SmearReview]
    before: Sequence[SmearReview]

    @property
    def is_read(self) -> bool:
        return bool(self.read) and all(one.complaints is not None for one in self.read.values())


async def of(connection: Connection, incident: Incident, choice: PackChoice) -> IncidentTexts:
    """What an incident's texts say: as kept, or worked out now where nothing is kept for the present version."""
    kept = await text_versions.find(connection, incident.incident_id)
    if kept is not None and kept.version == await _version(connection, incident, choice):
        found = _read(kept.found)
        if found is not None:
            return found
    return await asyncio.to_thread(_work_out, await _inputs(connection, incident), choice)


async def refresh(store: Store, incident_id: int, packs: Packs, *, now: datetime) -> bool:
    """Work out and keep what an incident's texts say, unless it is kept; gives whether there was anything to do."""
    async with store.read() as connection:
        incident = await incidents.find(connection, incident_id)
        if incident is None:
            return False
        place = await locations.find(connection, incident.location_id)
        choice = packs.get((place.business_name, place.key), USUAL_PACK)
        version = await _version(connection, incident, choice)
        kept = await text_versions.find(connection, incident_id)
        if kept is not None and kept.version == version and _read(kept.found) is not None:
            return False
        inputs = await _inputs(connection, incident)
    found = await asyncio.to_thread(_work_out, inputs, choice)
    async with store.write() as connection:
        await text_versions.put(connection, incident_id, version, _form().dump_json(found).decode(), now=now)
    return True


async def refresh_open(store: Store, location_ids: Iterable[int], packs: Packs, *, now: datetime) -> None:
    """Do the same for every unresolved incident of some locations."""
    async with store.read() as connection:
        found = await incidents.unresolved(connection, location_ids)
    for incident in found:
        await refresh(store, incident.incident_id, packs, now=now)


async def of_alarm(
    connection: Connection, location_id: int, review_ids: Sequence[int], choice: PackChoice
) -> tuple[Mapping[str, str] | None, bool]:
    """The theme of an alarm that a history would have raised, by the card's rule, and whether it may be a campaign.

    None and False where its texts have not been read, or show nothing.
    """
    read = await text_results.of_reviews(connection, review_ids)
    if not read or any(one.complaints is None for one in read.values()):
        return None, False
    ids, members = await campaign_inputs.of_reviews(connection, review_ids)
    if not ids:
        return None, False
    begin = min(one.at for one in members)
    before = datetime.fromtimestamp(begin, UTC)
    themes = await text_results.earlier_complaints(connection, location_id, before=before, without=ids)
    history = await campaign_inputs.before(connection, location_id, until=begin, without=ids, limit=MOST_EARLIER)
    pack = pack_of(choice)
    its = [one.complaints or frozenset() for one in read.values() if one.text]
    cause = find_cause(its, themes, themes=tuple(pack.labels))
    is_campaign = find_smear(members, history).verdict == "possible"
    return None if cause.theme is None else pack.labels[cause.theme], is_campaign


async def _version(connection: Connection, incident: Incident, choice: PackChoice) -> str:
    read_from = await text_versions.inputs_mark(connection, incident.incident_id, incident.location_id)
    return hashlib.sha256(f"{read_from}|{rules_mark(choice)}|{_code_mark()}".encode()).hexdigest()[:24]


@lru_cache(maxsize=1)
def _code_mark() -> str:
    digest = hashlib.sha256()
    for folder in _READ_BY:
        code = (file for file in files("bot").joinpath(folder).iterdir() if file.name.endswith(".py"))
        for file in sorted(code, key=lambda file: file.name):
            digest.update(file.read_bytes())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _form() -> TypeAdapter[IncidentTexts]:
    return TypeAdapter(IncidentTexts)


def _read(text: str) -> IncidentTexts | None:
    """What was kept; None where another release kept it in another form."""
    try:
        return _form().validate_json(text)
    except ValidationError:
        return None


async def _inputs(connection: Connection, incident: Incident) -> _Inputs:
    number, location_id = incident.incident_id, incident.location_id
    members = await review_views.members(connection, number)
    read = await text_results.of_reviews(connection, [one.review_id for one in members])
    begin = min((one.low_at for one in members), default=incident.opened_at)
    low_ids, low = await campaign_inputs.of_incident(connection, number)
    low_from = min((one.at for one in low), default=incident.opened_at.timestamp())
    return _Inputs(
        place=(await locations.find(connection, location_id)).name,
        members=members,
        read=read,
        themes_before=await text_results.earlier_complaints(connection, location_id, before=begin, without=list(read)),
        texts_before=await text_results.earlier_texts(
            connection, location_id, before=begin, without=list(read), limit=WORDS_FROM
        ),
        low_ids=low_ids,
        low=low,
        before=await campaign_inputs.before(
            connection, location_id, until=low_from, without=low_ids, limit=MOST_EARLIER
        ),
    )


def _work_out(inputs: _Inputs, choice: PackChoice) -> IncidentTexts:
    pack, events = pack_of(choice), events_of(choice)
    members, read = inputs.members, inputs.read
    cause: Cause | None = None
    shared: tuple[SharedWord, ...] = ()
    around = circumstances([])
    quotes: tuple[Quoted, ...] = ()
    if inputs.is_read:
        its = [one.complaints or frozenset() for one in read.values() if one.text]
        cause = find_cause(its, inputs.themes_before, themes=tuple(pack.labels))
        texts = [read[one.review_id].text for one in members if read[one.review_id].text]
        shared = tuple(shared_words(texts, inputs.texts_before, known=frozenset(inputs.place.lower().split())))
        around = circumstances([_told(one, read[one.review_id]) for one in members])
        quotes = tuple(_quotes(members, read, pack, cause))
    return IncidentTexts(
        cause=cause,
        shared=shared,
        around=around,
        quotes=quotes,
        severe=tuple(
            _severe(one, read[one.review_id], events) for one in members if one.severe and one.review_id in read
        ),
        vague=tuple(one for member in members if not member.severe for one in _vague(member, read, events)),
        campaign=find_smear(inputs.low, inputs.before),
        review_ids=tuple(inputs.low_ids),
        sources=tuple(one.source for one in inputs.low),
    )


def _told(review: CardReview, read: ReadReview) -> VisitFacts:
    visited, product, version = (str(read.details.get(key, "")) for key in ("visited", "product", "version"))
    return VisitFacts(
        text=read.text,
        at=review.low_at,
        is_date_only=review.is_date_only,
        visited=visited,
        product=product,
        version=version,
    )


def _quotes(
    members: Sequence[CardReview], read: Mapping[int, ReadReview], pack: ThemePack, cause: Cause
) -> Sequence[Quoted]:
    found = []
    for one in members:
        hits = pack.find_complaints(_searched(read[one.review_id]), is_low=one.is_low)
        found += [Quoted(one.review_id, hit.quote) for hit in hits if hit.theme in cause.named][:1]
    return found


def _severe(review: CardReview, read: ReadReview, events: Events) -> Quoted:
    hits = find_severe(_searched(read), events=events)
    # Newer rules may not find it any more: then its beginning stands for it.
    return Quoted(review.review_id, next((hit.quote for hit in hits if hit.kind == review.severe), review.text))


def _vague(review: CardReview, read: Mapping[int, ReadReview], events: Events) -> Sequence[VagueFind]:
    hits = find_severe(_searched(read[review.review_id]), events=events) if review.review_id in read else ()
    return [VagueFind(review.review_id, hit.kind, hit.quote) for hit in hits[:1] if hit.loudness == "vague"]


def _searched(read: ReadReview) -> str:
    return searched_text(read.text, str(read.details.get("translation", "")))
