"""A severe review opens an incident or raises the open one; a likely one is shown without sound. Follows the reading.

How loud it is (`bot.score.severe.find`) decides: "sound" opens an incident with sound, "silent" joins an open incident
or asks people to read the review, "vague" is shown with an incident that is open for another reason. A review with four
or five stars is never louder than "silent", and a phrase that people called not severe does not count at their place.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.choices import About, Choice
from bot.incidents.freshness import OLD_NEWS
from bot.incidents.machine import Request, apply
from bot.model.incident import SEVERE, Incident, Severity, State, Transition
from bot.score.packs import USUAL_PACK, events_of
from bot.score.reading import searched_text
from bot.score.score import HIGH_STARS
from bot.score.severe.events import Events
from bot.score.severe.find import Loudness, SevereHit, find_severe
from bot.stages.analyse.packs import Packs
from bot.stages.notify import enqueue, escalate, extortion
from bot.stages.watch.evaluate import EVALUATE_AGAIN
from bot.store.db.engine import Connection, Row, Store
from bot.store.delivery import timers
from bot.store.incidents import incidents, memberships
from bot.store.learning import detectors, not_severe
from bot.store.people import locations, settings
from bot.store.reviews import severe_queue
from bot.store.reviews.reviews import full_text, rating_of


def ask_key(review_id: int) -> str:
    """The key of the message that asks people to read a review."""
    return f"read:{review_id}"


def hits_of(row: Row, events: Events, *, without: frozenset[str] = frozenset()) -> tuple[SevereHit, ...]:
    """Why a stored review is severe, the loudest reason first; vague reasons are left out."""
    text = searched_text(full_text(row.title, row.text), str(row.details.get("translation", "")))
    return tuple(hit for hit in find_severe(text, without, events) if hit.loudness != "vague")


def loudness_of(row: Row, hits: tuple[SevereHit, ...]) -> Loudness:
    """How loud a stored review is: four and five stars never sound."""
    rating = rating_of(row)
    is_high = rating is not None and rating.share >= HIGH_STARS
    return "sound" if hits[0].loudness == "sound" and not is_high else "silent"


async def open_severe(store: Store, packs: Packs, *, now: datetime) -> int:
    """Act on every severe review that is news and was not acted on; gives how many incidents opened or rose.

    Args:
        store: the database.
        packs: what each location's severe events are made of.
        now: the time.
    """
    async with store.read() as connection:
        waiting = await severe_queue.waiting(connection, changed_since=now - OLD_NEWS)
        active = {place.location_id for place in await locations.all_active(connection)} if waiting else set()
    done = 0
    for review_id in waiting:
        async with store.write() as connection:
            done += await _act_on(connection, review_id, active, packs, now=now)
    return done


async def _act_on(
    connection: Connection, review_id: int, active: Collection[int], packs: Packs, *, now: datetime
) -> bool:
    row = await severe_queue.still_waiting(connection, review_id, changed_since=now - OLD_NEWS)
    if row is None or row.location_id not in active:
        return False
    await severe_queue.mark_acted(connection, review_id, now=now)
    wish = (await settings.get(connection, About.LOCATION, row.location_id, Choice.SEVERE)).value
    events = await _events(connection, row.location_id, packs)
    hits = hits_of(row, events, without=await not_severe.phrases(connection, row.location_id))
    if wish == "off" or not hits or await _was_severe_before(connection, row, hits, events):
        return False
    current = await incidents.current(connection, row.location_id)
    if await severe_queue.is_copy(connection, row):
        if current is not None and await severe_queue.holds_copy(connection, current.incident_id, row):
            await _join(connection, current, row, now=now)
            await enqueue.card(connection, current, now=now, is_growth=True)
        return False
    if loudness_of(row, hits) == "silent":
        await _show_silently(connection, current, row, now=now)
        return False
    if current is None:
        await _open(connection, row, now=now, buzzes=wish == "on")
    else:
        await _join(connection, current, row, now=now)
        await _raise(connection, current, now=now, buzzes=wish == "on")
    return True


async def open_for(connection: Connection, review_id: int, *, now: datetime) -> Incident | None:
    """Open an incident for a review that people were asked to read, or let it join the open one.

    Gives the incident, or None where the review is gone.
    """
    row = await severe_queue.find(connection, review_id)
    if row is None:
        return None
    current = await incidents.current(connection, row.location_id)
    if current is None:
        return await _open(connection, row, now=now, buzzes=True)
    await _join(connection, current, row, now=now)
    await enqueue.card(connection, current, now=now)
    return current


async def mark_not_severe(
    connection: Connection,
    review_id: int,
    packs: Packs,
    *,
    now: datetime,
    by_id: int | None = None,
    incident_id: int | None = None,
) -> None:
    """Remember that what a review was found by is not severe at its place."""
    row = await severe_queue.find(connection, review_id)
    if row is None:
        return
    # Another phrase may find the same words: until nothing in this review counts any more.
    found: dict[str, str] = {}
    events = await _events(connection, row.location_id, packs)
    while hits := hits_of(row, events, without=frozenset(found)):
        found |= {hit.phrase: hit.word for hit in hits}
    await not_severe.remember(connection, row.location_id, found.items(), now=now, by_id=by_id, incident_id=incident_id)


async def _events(connection: Connection, location_id: int, packs: Packs) -> Events:
    place = await locations.find(connection, location_id)
    return events_of(packs.get((place.business_name, place.key), USUAL_PACK))


async def _show_silently(connection: Connection, current: Incident | None, row: Row, *, now: datetime) -> None:
    if current is not None:
        await _join(connection, current, row, now=now)
        await enqueue.card(connection, current, now=now, is_growth=True)
        return
    await enqueue.location(
        connection,
        row.location_id,
        "read_this",
        now=now,
        args={"review_id": row.review_id, "location_id": row.location_id},
        key=ask_key(row.review_id),
    )


async def _was_severe_before(connection: Connection, row: Row, hits: tuple[SevereHit, ...], events: Events) -> bool:
    """An edit that leaves the severe words as they were is no news."""
    earlier = await severe_queue.earlier_texts(connection, row.review_id)
    return any(hits[0].kind in {hit.kind for hit in find_severe(text, events=events)} for text in earlier)


async def _open(connection: Connection, row: Row, *, now: datetime, buzzes: bool) -> Incident:
    rhythm = await detectors.rhythm(connection, row.location_id)
    incident = await incidents.open_one(
        connection,
        location_id=row.location_id,
        review_ids=(),
        count=1,
        usual_per_day=None if rhythm is None else rhythm.usual_per_day,
        now=now,
        severity=Severity.HIGH,
        reason=SEVERE,
    )
    await _join(connection, incident, row, now=now)
    await enqueue.card(connection, incident, now=now, buzzes=buzzes)
    if buzzes:
        await escalate.moved(connection, incident, now=now)
    else:
        await escalate.leave(connection, incident, now=now)
    await timers.put(connection, "look", str(row.location_id), due_at=now + EVALUATE_AGAIN)
    return incident


async def _raise(connection: Connection, current: Incident, *, now: datetime, buzzes: bool) -> None:
    risen = current
    if current.severity is Severity.NORMAL:
        risen = apply(current, Request(move=Transition.STEP, severity=Severity.HIGH), now=now)
        await incidents.step(connection, risen, count=current.first_count, evidence=None, now=now)
        await escalate.stepped(connection, current, risen, now=now)
    await enqueue.card(connection, risen, now=now)
    if risen.state is not State.SNOOZED:
        await enqueue.about_incident(connection, risen, "severe_review", now=now, buzzes=buzzes)


async def _join(connection: Connection, incident: Incident, row: Row, *, now: datetime) -> None:
    await memberships.join_for_words(
        connection, incident.incident_id, row.review_id, counts_at=_counts_at(row), now=now
    )
    await extortion.tell(connection, incident, now=now)


def _counts_at(row: Row) -> datetime:
    at: datetime = row.low_at or row.published_at
    return at
