"""Imports a file that a person gave: stores it raw, parses it and stores its reviews, as a poll would."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.ingest.poll import Parsed, Problem, RawItem
from bot.model.ingest.understanding import Ask, Understood
from bot.settings import SourceSettings
from bot.sources.contract.source import Source
from bot.stages.ingest import parse
from bot.store.db.engine import Store
from bot.store.ingest import raw_items, sources
from bot.store.reviews.save_reviews import Saved

Advance = Callable[[int, int], None]


@dataclass(slots=True)
class Imported:
    """What taking in brought.

    Attributes:
        saved: new, changed and known reviews, and how many are low.
        problems: what was skipped.
        known_before: the files or members that were taken in before, by name; they were not touched.
        understood: how the tables were read; of several files those of all.
        asks: what has to be asked before something can be read.
        kind: which known table the first file is, see `bot.model.ingest.poll.Parsed`.
    """

    saved: Saved = field(default_factory=Saved)
    problems: list[Problem] = field(default_factory=list)
    known_before: list[str] = field(default_factory=list)
    understood: Understood | None = None
    asks: list[Ask] = field(default_factory=list)
    kind: str = ""

    def add_understood(self, other: Understood | None) -> None:
        """Add what was understood of one more file."""
        if other is not None:
            before = self.understood or Understood()
            self.understood = Understood((*before.tables, *other.tables), (*before.left_out, *other.left_out))


async def import_items(
    store: Store,
    source_id: int,
    source: Source,
    settings: SourceSettings,
    items: Sequence[RawItem],
    *,
    now: datetime,
    read: Mapping[str, Parsed] | None = None,
    advance: Advance = lambda _done, _more: None,
) -> Imported:
    """Store some raw items of a source and the reviews in them.

    Args:
        store: where to.
        source_id: the source they belong to.
        source: reads them.
        settings: the source's settings.
        items: what was read.
        now: the time.
        read: what some of them hold, by their key, where the caller has read them already.
        advance: called with how many reviews are stored, and with how many more there are.
    """
    async with store.read() as connection:
        row = await sources.find(connection, source_id)
    imported = Imported()
    for item in items:
        parsed = (read or {}).get(item.key) or await parse.parse_item(store, source, item, now=now)
        if parsed.asks:
            imported.asks += parsed.asks
            continue
        imported.problems += parsed.problems
        imported.add_understood(parsed.understood)
        imported.kind = imported.kind or parsed.kind
        advance(0, len(parsed.reviews))
        async with store.write() as connection:
            if _counts_rows(parsed):
                # An earlier release took such a number for a review's own id, so a later file overwrote this one's.
                await raw_items.parse_again(connection, source_id, item.key)
            waiting = await sources.add_by_hand(connection, row, [item], now=now)
        if not waiting:
            imported.known_before.append(item.name)
            imported.saved.known += len(parsed.reviews)
            advance(len(parsed.reviews), 0)
        for raw in waiting:
            imported.saved.add(
                await parse.save_parsed(
                    store,
                    row,
                    settings,
                    raw,
                    parsed,
                    now=now,
                    tells=False,
                    stored=lambda count: advance(count, 0),
                )
            )
    return imported


def _counts_rows(parsed: Parsed) -> bool:
    """Whether a table of the file has a column that only counts its rows."""
    left_out = () if parsed.understood is None else parsed.understood.left_out
    return any(one["code"] == "id_counts_rows" for one in left_out)
