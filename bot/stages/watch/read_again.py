"""The second look: low reviews whose count left it open are judged again when their texts have been read.

It takes place right after each look, for reviews without text, and when texts have been read; whichever is first finds
everything read. Two minutes after the look the count decides alone, by the timer that the look has set.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, time, tzinfo

from bot.detect.evidence.agreement import MOST_EARLIER, LowText, Texts
from bot.detect.second_look import PATIENCE
from bot.detect.types import DAY, OwnerRule
from bot.incidents.low_texts import low_text
from bot.incidents.watch import Decision
from bot.score.reading import searched_text
from bot.stages.watch import feed_detector
from bot.stages.watch.evaluate import EVALUATE_AGAIN, act_on, follow_people
from bot.store.db.engine import Store
from bot.store.delivery import timers
from bot.store.ingest import sources
from bot.store.learning import detectors
from bot.store.people import locations
from bot.store.reviews import text_results
from bot.store.reviews.text_results import ReadLow

_MOST = MOST_EARLIER + 100
_REACH = 6 * DAY
"""A window of three days that ends at a low review which has waited for at most three."""


async def read_again(store: Store, location_id: int, rule: OwnerRule, *, now: datetime) -> list[Decision]:
    """Judge what waits for texts, once all of them have been read; gives what was done.

    The words are looked at outside of the transaction that opens the incident.
    """
    async with store.read() as connection:
        waiting = await feed_detector.unread(connection, location_id)
        if waiting.since is None:
            return []
        lows = await text_results.newest_lows(connection, location_id, limit=_MOST)
        zone = (await locations.find(connection, location_id)).zone
    recent = [one for one in lows if one.at.timestamp() > now.timestamp() - _REACH]
    is_read = all(one.read.complaints is not None for one in recent)
    if not is_read and now.timestamp() - waiting.since < PATIENCE:
        return []
    texts = await asyncio.to_thread(_texts, lows, zone) if is_read else Texts(())
    async with store.write() as connection:
        detector = await feed_detector.restore(connection, location_id, rule)
        if detector.unread.moments != waiting.moments:
            return []  # more has come meanwhile, and will be read
        is_down = any(row.failing_since is not None for row in await sources.of_location(connection, location_id))
        await follow_people(connection, location_id, detector, now=now)
        page = detector.read(now.timestamp(), texts)
        done, situation = await act_on(connection, location_id, detector, page, rule, is_down=is_down, now=now)
        await detectors.save(connection, location_id, detector, now=now)
        if situation.current is not None:
            await timers.put(connection, "look", str(location_id), due_at=now + EVALUATE_AGAIN)
    return done


def _texts(lows: Sequence[ReadLow], zone: tzinfo) -> Texts:
    """As the detector compares them; one guest's same words on several platforms are one text."""
    known: set[str] = set()
    new: list[LowText] = []
    told: list[LowText] = []
    for low in lows:
        if low.read.complaints is None or low.twin in known:
            continue
        if low.twin is not None:
            known.add(low.twin)
        (told if low.is_told else new).append(_text(low, low.read.complaints, zone))
    return Texts(new, told)


def _text(low: ReadLow, complaints: frozenset[str], zone: tzinfo) -> LowText:
    text = searched_text(low.read.text, str(low.read.details.get("translation", "")))
    if not low.is_date_only:
        return low_text(text, complaints, at=low.at.timestamp())
    begin = datetime.combine(low.at.astimezone(zone).date(), time(), tzinfo=UTC).timestamp()
    return low_text(text, complaints, at=begin, until=begin + DAY)
