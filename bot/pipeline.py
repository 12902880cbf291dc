"""The pipeline: polls a source, stores its reviews, evaluates the location, enqueues messages; scoring runs beside it.

The alarm needs stars only, so it never waits for a language model: scores are a second opinion that is stored when
it is ready. Each step's result is stored before the next begins, so a restart goes on exactly where it was.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.detect.types import FLOOR, OwnerRule
from bot.incidents.watch import Decision
from bot.settings import SourceSettings
from bot.sources.contract.source import Source
from bot.stages.ingest import first_import, one_by_one
from bot.stages.ingest.parse import parse
from bot.stages.ingest.poll import notify_recovered, poll
from bot.stages.replay import backtest
from bot.stages.watch import evaluate, read_again
from bot.store.db.engine import Store
from bot.store.delivery.attachments import OutgoingFiles
from bot.store.incidents import timeline
from bot.store.ingest import sources
from bot.store.ingest.sources import SourceRow
from bot.store.reviews import removals
from bot.store.reviews.save_reviews import Saved

QUIET_EVALUATED_EVERY_S = 3600.0
"""How often a location is evaluated whose sources bring nothing: for what time alone changes."""

Run = Callable[[Callable[[backtest.Job], backtest.Drawn], backtest.Job], Awaitable[backtest.Drawn]]


@dataclass(frozen=True, slots=True)
class ConfiguredSource:
    """A source that is configured, with its settings and the alarm rule of its location."""

    source: Source
    settings: SourceSettings
    rule: OwnerRule


class Pipeline:
    """Carries reviews from a source to the outbox."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        connected: Mapping[int, ConfiguredSource],
        *,
        chance: Callable[[], float] = random.random,
        stored: Callable[[], None] = lambda: None,
    ) -> None:
        """`connected` is keyed by source id; `chance` spreads the polls; `stored` is called after each batch."""
        self.store = store
        self.clock = clock
        self.connected = connected
        self._chance = chance
        self._stored = stored
        self._quiet: dict[int, tuple[datetime | None, datetime]] = {}
        self._unfinished: set[int] = set()
        self._evaluated: dict[int, float] = {}

    async def poll(self, source_id: int, row: SourceRow | None = None) -> Saved | None:
        """One pass over one source, whose present row may be given; None when it could not be read."""
        it = self.connected[source_id]
        begun_at = self.clock.now()
        if row is None:
            async with self.store.read() as connection:
                row = await sources.find(connection, source_id)
        answer = await poll(self.store, row, it.source, it.settings, now=self.clock.now(), spread=self._chance())
        if answer is None:
            return None
        marks_gone = answer.is_complete and it.source.absence_means_gone
        if answer.next_poll_at is not None and not marks_gone and source_id not in self._unfinished:
            await it.source.confirm(answer.state)
            self._quiet[source_id] = row.next_poll_at, answer.next_poll_at
            if self.clock.steady() - self._evaluated.get(row.location_id, float("-inf")) >= QUIET_EVALUATED_EVERY_S:
                await self.evaluate(row.location_id)
            return Saved()
        if answer.next_poll_at is not None:
            async with self.store.write() as connection:
                await sources.save_poll(connection, row, answer, now=begun_at, next_poll_at=answer.next_poll_at)
        saved = await self.parse(source_id)
        await it.source.confirm(answer.state)
        if marks_gone:
            async with self.store.write() as connection:
                await removals.miss(connection, source_id=source_id, sweep=row.sweep + 1, now=self.clock.now())
        await self.evaluate(row.location_id)
        if row.blind_told_at is not None:
            async with self.store.write() as connection:
                # Another look may have been faster than the one above.
                opened = await timeline.begun_since(connection, row.location_id, begun_at)
                await notify_recovered(
                    connection,
                    row,
                    found=saved.new + saved.changed,
                    low=saved.low,
                    incidents_found=opened,
                    now=self.clock.now(),
                )
        return saved

    async def follow(self) -> bool:
        """Ask for the reviews of incidents that are over; whether any was to be asked for."""
        given, about = await one_by_one.ask_waiting(self.store, self._source, now=self.clock.now())
        for source_id in given:
            await self.parse(source_id)
        await one_by_one.show(self.store, about, now=self.clock.now())
        return bool(about)

    def _source(self, source_id: int) -> Source | None:
        its = self.connected.get(source_id)
        return None if its is None else its.source

    def parse_unfinished(self, source_ids: Iterable[int]) -> None:
        """Parse what these have stored though their next poll may bring nothing: it was asked for again since."""
        self._unfinished.update(source_ids)

    async def save_quiet(self) -> None:
        """Note the polls that brought nothing, all of them in one transaction."""
        if self._quiet:
            quiet, self._quiet = self._quiet, {}
            async with self.store.write() as connection:
                await sources.save_quiet(connection, quiet, now=self.clock.now())

    async def parse(self, source_id: int) -> Saved:
        """Parse and store what a source has given so far."""
        it = self.connected[source_id]
        # Whatever breaks this off, the next poll goes on with it though it brings nothing itself.
        self._unfinished.add(source_id)
        async with self.store.read() as connection:
            row = await sources.find(connection, source_id)
        saved = await parse(
            self.store, row, it.source, it.settings, now=self.clock.now(), stored=lambda _count: self._stored()
        )
        self._unfinished.discard(source_id)
        return saved

    async def evaluate(self, location_id: int) -> list[Decision]:
        """Detect, and do what follows; tell what a first import found. Gives what was done."""
        async with self.store.read() as connection:
            rows = await sources.of_location(connection, location_id)
        rule = self._rule(rows)
        if rule is None:
            return []
        self._evaluated[location_id] = self.clock.steady()
        done = await evaluate.evaluate(self.store, location_id, rule, now=self.clock.now())
        done += await read_again.read_again(self.store, location_id, rule, now=self.clock.now())
        await first_import.report_first_imports(self.store, rows, rule, now=self.clock.now())
        return done

    async def read_again(self, location_id: int) -> list[Decision]:
        """Texts have been read: judge again what the count has left open. Gives what was done."""
        rule = await self.rule_of(location_id)
        return await read_again.read_again(self.store, location_id, rule, now=self.clock.now())

    async def rule_of(self, location_id: int) -> OwnerRule:
        """The rule that a location's settings ask for."""
        async with self.store.read() as connection:
            return self._rule(await sources.of_location(connection, location_id)) or FLOOR

    async def backtest(self, wanted: backtest.Wanted, files: OutgoingFiles, run: Run) -> None:
        """Tell a location's chats what its history would have raised; `run` runs it in a worker process."""
        rule = await self.rule_of(wanted.location_id)
        await backtest.send_backtest(self.store, files, run, wanted, rule=rule, now=self.clock.now())

    def _rule(self, rows: Iterable[SourceRow]) -> OwnerRule | None:
        return next((self.connected[row.source_id].rule for row in rows if row.source_id in self.connected), None)
