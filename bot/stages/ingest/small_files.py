"""Many small files that came together: as many as possible are stored in one transaction and told of in one message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from zoneinfo import ZoneInfo

from bot.model.ingest.normal import Review
from bot.model.ingest.poll import Parsed, RawItem
from bot.model.ingest.understanding import TableUnderstood, Understood
from bot.sources.files.sandbox import needs_worker
from bot.stages.ingest import folder_files, identity
from bot.store.db.engine import Connection
from bot.store.ingest import problems, raw_items
from bot.store.ingest.raw_items import StoredRaw
from bot.store.ingest.sources import SourceRow
from bot.store.privacy import bars
from bot.store.reviews import save_reviews
from bot.store.reviews.save_reviews import Arrival, Saved

FEW: Final = 5
"""Files up to which each has a transaction and a message of its own."""
AT_ONCE: Final = 4_000
"""Files in one transaction."""


@dataclass(slots=True)
class Group:
    """Files that are stored together: nothing in them is asked or skipped, and no review is in two of them."""

    raws: list[StoredRaw] = field(default_factory=list)
    parsed: list[Parsed] = field(default_factory=list)
    each: list[list[Review]] = field(default_factory=list)
    keys: set[tuple[str, str]] = field(default_factory=set)

    def may_take(self, raw: StoredRaw, its: Sequence[Review]) -> bool:
        """Whether a file fits to those that are in it."""
        first = self.raws[0] if self.raws else raw
        is_alike = (raw.sweep, raw.is_first_sweep, raw.item.kind) == (
            first.sweep,
            first.is_first_sweep,
            first.item.kind,
        )
        return is_alike and self.keys.isdisjoint((one.platform, one.external_id) for one in its)

    def take(self, raw: StoredRaw, parsed: Parsed, its: list[Review]) -> None:
        """Put a file in."""
        self.raws.append(raw)
        self.parsed.append(parsed)
        self.each.append(its)
        self.keys.update((one.platform, one.external_id) for one in its)


def are_small(items: Sequence[RawItem]) -> bool:
    """Whether these are many, and so small that they are read here."""
    return len(items) > FEW and not any(needs_worker(item.body) for item in items)


def groups(
    found: Sequence[tuple[StoredRaw, Parsed, list[Review]]], *, noted: set[int]
) -> Iterator[Group | tuple[StoredRaw, Parsed]]:
    """The files in their order, those together that can be stored together.

    Args:
        found: the files, what was read in each, and its reviews ready to be stored.
        noted: those that have a note of their own, as they were asked about or read before.
    """
    group = Group()
    for raw, parsed, its in found:
        is_plain = parsed.understood is not None and not (parsed.asks or parsed.problems or raw.raw_id in noted)
        if is_plain and group.may_take(raw, its):
            group.take(raw, parsed, its)
            continue
        if group.raws:
            yield group
        group = Group()
        if is_plain:
            group.take(raw, parsed, its)
        else:
            yield raw, parsed
    if group.raws:
        yield group


async def save(connection: Connection, row: SourceRow, group: Group, arrival: Arrival, *, zone: ZoneInfo) -> Saved:
    """Store the reviews of a group, in the caller's transaction, and note and tell of its files as of one."""
    now = arrival.discovered_at
    normal: list[Review] = []
    plain: list[Review] = []
    for its in group.each:
        if identity.has_numbers(its):
            # What such a number is worth is judged for each file.
            normal += await identity.identify(connection, row.location_id, its, zone=zone)
        else:
            plain += its
    normal += await identity.identify(connection, row.location_id, plain, zone=zone)
    saved = Saved()
    for start in range(0, len(normal), save_reviews.BATCH):
        saved.add(await save_reviews.save(connection, normal[start : start + save_reviews.BATCH], arrival))
    await raw_items.mark_all_parsed(connection, [raw.raw_id for raw in group.raws], now=now)
    if await problems.count(connection, row.source_id):
        for raw in group.raws:
            await problems.save(connection, row.source_id, raw.item.name, (), now=now)
    if saved.barred:
        await raw_items.drop_bodies(
            connection, sorted(await erased(connection, row.location_id, group.raws, group.each))
        )
    whole = replace(group.parsed[0], reviews=(), understood=_together(group.parsed))
    files = len(group.raws)
    await folder_files.note(connection, row, group.raws[0], whole, saved, now=now, is_news=False, files=files)
    return saved


async def erased(
    connection: Connection, location_id: int, raws: Sequence[StoredRaw], each: Sequence[Sequence[Review]]
) -> set[int]:
    """The raw items with a review that was erased: neither their bytes nor their subjects are kept."""
    return {
        raw.raw_id for raw, its in zip(raws, each, strict=True) if await bars.barred(connection, location_id, list(its))
    }


def _together(parsed: Sequence[Parsed]) -> Understood:
    """How several files were read, each kind of table once."""
    tables: dict[str, TableUnderstood] = {}
    left_out = {}
    for one in parsed:
        assert one.understood is not None
        for table in one.understood.tables:
            before = tables.get(table.key)
            tables[table.key] = (
                table
                if before is None
                else replace(
                    before,
                    reviews=before.reviews + table.reviews,
                    low=before.low + table.low,
                    without_rating=before.without_rating + table.without_rating,
                )
            )
        left_out.update({repr(reason): reason for reason in one.understood.left_out})
    return Understood(tuple(tables.values()), tuple(left_out.values()))
