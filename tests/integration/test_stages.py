"""From a source to the outbox, on a real file, with a kill at every point in between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bot.clock import SteppedClock
from bot.detect.types import FLOOR
from bot.errors import SourceDownReason, SourceRefusedError, SourceUnreachableError, UnreadableFileError
from bot.incidents.machine import Request, apply
from bot.model.incident import Cause, Incident, Severity, State, Transition
from bot.model.ingest.poll import Parsed, Poll, Problem, RawItem
from bot.model.review import ParsedReview
from bot.pipeline import ConfiguredSource, Pipeline
from bot.settings import SourceSettings
from bot.stages.ops import timers as due
from bot.stages.watch import evaluate
from bot.store.db.engine import Store
from bot.store.delivery import timers
from bot.store.incidents import incidents
from bot.store.ingest import raw_items, sources
from bot.store.people import locations
from bot.store.reviews import review_views
from tests import fresh
from tests.store_cases import DAY, HOUR, NOW, Shop, dump, make_shop, parsed, rows_of

MINUTE = timedelta(minutes=1)


class KilledError(BaseException):
    """Stands for the end of the process."""


@dataclass
class Shelf:
    """A source whose answers are put on a shelf beforehand; it may end the process at a named point."""

    absence_means_gone: ClassVar[bool] = False
    contents: dict[str, Parsed | Exception] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    fails: Exception | None = None
    dies_at: str = ""
    parses: int = 0
    confirmed: list[Mapping[str, Any]] = field(default_factory=list)

    def put(self, name: str, *found: ParsedReview, problems: tuple[Problem, ...] = ()) -> None:
        self.contents[name] = Parsed(found, problems)
        self.waiting.append(name)

    async def poll(self, state: Mapping[str, Any], now: datetime) -> Poll:
        self._die("poll")
        if self.fails is not None:
            raise self.fails
        given = int(state.get("given", 0))
        items = tuple(RawItem(key=name, name=name, body=name.encode()) for name in self.waiting[given:])
        return Poll(items, {"given": len(self.waiting)}, is_complete=True, problems=self.problems)

    def parse(self, raw: RawItem) -> Parsed:
        self._die("parse")
        self.parses += 1
        content = self.contents[raw.name]
        if isinstance(content, Exception):
            raise content
        return content

    async def confirm(self, state: Mapping[str, Any]) -> None:
        self._die("confirm")
        self.confirmed.append(state)

    def _die(self, point: str) -> None:
        if self.dies_at == point:
            self.dies_at = ""
            raise KilledError(point)


@dataclass
class Bench:
    """A pipeline with two sources of one location, and its clock."""

    store: Store
    shop: Shop
    google: Shelf
    export: Shelf
    clock: SteppedClock
    pipeline: Pipeline

    async def run(self, *, after: timedelta = timedelta(0)) -> None:
        self.clock.advance(after)
        for source_id in (self.shop.google_id, self.shop.export_id):
            await self.pipeline.poll(source_id)

    async def restart(self) -> None:
        """What a start does with what the last run left."""
        async with self.store.read() as connection:
            left = await raw_items.with_unparsed(connection)
        for source_id in left:
            await self.pipeline.parse(source_id)
        async with self.store.read() as connection:
            to_look_at = await locations.due(connection)
        for location_id in to_look_at:
            await self.pipeline.evaluate(location_id)

    async def incident(self) -> Incident | None:
        async with self.store.read() as connection:
            return await incidents.current(connection, self.shop.location_id)

    async def members(self) -> int:
        incident = await self.incident()
        assert incident is not None
        async with self.store.read() as connection:
            return len(await review_views.members(connection, incident.incident_id))

    async def told(self, *kinds: str) -> list[str]:
        return [row["kind"] for row in await rows_of(self.store, "outbox") if not kinds or row["kind"] in kinds]

    async def sent(self) -> None:
        """Have everything that waits be sent."""
        async with self.store.write() as connection:
            await connection.exec_driver_sql("UPDATE outbox SET state = 'sent'")

    async def move(self, request: Request) -> None:
        before = await self.incident()
        if before is None:
            async with self.store.read() as connection:
                before = await incidents.last_over(connection, self.shop.location_id)
        assert before is not None
        after = apply(before, request, now=self.clock.now())
        async with self.store.write() as connection:
            assert await incidents.save(connection, before, after)


async def make_bench(path: Path) -> Bench:
    """A bench whose sources are not connected yet."""
    store = await fresh.opened(path)
    shop = await make_shop(store)
    google, export, clock = Shelf(), Shelf(), SteppedClock(NOW - 10 * DAY)
    settings = SourceSettings(id="x", type="shelf")
    connected = {
        source_id: ConfiguredSource(source=shelf, settings=settings, rule=FLOOR)
        for source_id, shelf in ((shop.google_id, google), (shop.export_id, export))
    }
    return Bench(store, shop, google, export, clock, Pipeline(store, clock, connected, chance=lambda: 0.5))


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """Both sources have had their first sweep ten days ago."""
    made = await make_bench(tmp_path / "a.sqlite3")
    await made.run()
    made.clock.advance(10 * DAY)
    yield made
    await made.store.close()


def lows(count: int, *, ending: datetime = NOW, prefix: str = "low", **more: Any) -> list[ParsedReview]:
    """Low reviews, one every ten minutes until `ending`."""
    return [
        parsed(f"{prefix}{n}", 1, text=f"Waited {n} minutes in vain.", at=ending - n * 10 * MINUTE, **more)
        for n in range(count)
    ]


async def test_three_low_reviews_open_one_incident_with_a_buzz(bench: Bench) -> None:
    """The main job: a cluster over two polls and two sources is one incident and one card."""
    bench.google.put("page", *lows(2))
    await bench.run()
    assert await bench.incident() is None
    bench.export.put("file", *lows(1, prefix="other"))
    await bench.run(after=MINUTE)
    assert await bench.members() == 3
    (card,) = [row for row in await rows_of(bench.store, "outbox") if row["kind"] == "card"]
    assert not card["is_silent"]


async def test_a_first_sweep_is_silent_and_says_what_it_found(tmp_path: Path) -> None:
    """History opens nothing, however low and recent; a recent cluster is offered, and can be opened by hand."""
    made = await make_bench(tmp_path / "a.sqlite3")
    made.google.put("history", *lows(40, ending=made.clock.now() - HOUR))
    await made.run()
    assert await made.incident() is None
    assert await made.told() == ["first_import", "recent_cluster"]
    await made.run(after=HOUR)
    assert await made.incident() is None
    await made.store.close()


async def test_edits_between_the_files_of_a_first_sweep_are_history(tmp_path: Path) -> None:
    """Two exports in the folder at the start: what was lowered between them, nobody knows when, opens nothing."""
    made = await make_bench(tmp_path / "a.sqlite3")
    made.export.put("old.csv", *(parsed(f"r{n}", 5, at=NOW - 60 * DAY) for n in range(5)))
    made.export.put("new.csv", *(parsed(f"r{n}", 1, at=NOW - 60 * DAY) for n in range(5)))
    await made.run()
    assert await made.incident() is None
    await made.store.close()


@pytest.mark.parametrize(("age", "opens"), [(6 * DAY, True), (7 * DAY + 21 * MINUTE, False)])
async def test_old_news_opens_nothing(bench: Bench, age: timedelta, opens: bool) -> None:
    """What had been public for more than seven days when it was discovered is no alarm."""
    bench.google.put("page", *lows(3, ending=NOW - age + 20 * MINUTE))
    await bench.run()
    assert (await bench.incident() is not None) is opens


async def test_what_was_published_before_the_source_was_connected_opens_nothing(bench: Bench) -> None:
    """A later sweep may still bring older reviews."""
    bench.google.put("page", *lows(3, ending=NOW - 10 * DAY - MINUTE))
    await bench.run()
    assert await bench.incident() is None


async def test_five_to_one_opens(bench: Bench) -> None:
    """Three old good reviews that are lowered today are a cluster of today."""
    old = [parsed(f"r{n}", 5, at=NOW - 40 * DAY) for n in range(3)]
    bench.google.put("before", *old)
    await bench.run()
    lowered = [parsed(f"r{n}", 1, at=NOW - 40 * DAY, edited_at=NOW - n * MINUTE) for n in range(3)]
    bench.google.put("after", *lowered)
    await bench.run(after=MINUTE)
    assert await bench.members() == 3


async def test_copies_on_two_platforms_count_once(bench: Bench) -> None:
    """Two guests who wrote the same on two platforms are two, not four; the third guest opens."""
    for shelf, platform in ((bench.google, ""), (bench.export, "tripadvisor")):
        shelf.put("page", *lows(2, author="Anna", platform=platform))
    await bench.run()
    assert await bench.incident() is None
    bench.google.put("more", *lows(1, prefix="third"))
    await bench.run(after=MINUTE)
    assert await bench.members() == 3


async def test_copies_of_a_resolved_incident_do_not_bring_it_back(bench: Bench) -> None:
    """The same guests' words arriving from a second platform a day later are no new cluster."""
    bench.google.put("page", *lows(3, author="Anna"))
    await bench.run()
    await bench.move(Request(Transition.RESOLVE, by_id=bench.shop.owner.person_id, cause=Cause.FOOD))
    bench.export.put("file", *lows(3, author="Anna", platform="tripadvisor"))
    await bench.run(after=DAY)
    assert await bench.incident() is None


POINTS = ("poll", "parse", "confirm", "after poll", "between batches", "before parsed", "before look")


@pytest.mark.parametrize("point", POINTS)
async def test_a_kill_at_any_point_loses_nothing(tmp_path: Path, point: str) -> None:
    """Killed there, started again and polled again: the same reviews, incident and messages as without the kill."""
    calm, struck = [await _evening(tmp_path / name, dies_at) for name, dies_at in (("calm", ""), ("struck", point))]
    assert struck == calm
    assert calm["incidents"] == [(1, "open", 5)]


async def _evening(folder: Path, dies_at: str) -> dict[str, Any]:
    made = await make_bench(folder / "a.sqlite3")
    await made.run()
    made.clock.advance(10 * DAY)
    goods = [parsed(f"good{n}", 5, at=NOW - (n + 80) * HOUR) for n in range(2001)]
    made.google.put("page", *lows(5), *goods, problems=(Problem("page", 7, "no date"),))
    if dies_at:
        await _kill(made, dies_at)
        await made.restart()
    await made.run()
    state = await dump(made.store)
    await made.store.close()
    return {
        "reviews": [(row["external_id"], row["rating_value"], row["is_fresh"]) for row in state["reviews"]],
        "incidents": [(row["incident_id"], row["state"], row["first_count"]) for row in state["incidents"]],
        "members": len(state["incident_reviews"]),
        "told": sorted((row["kind"], row["key"]) for row in state["outbox"]),
        "unparsed": [row["key"] for row in state["raw_items"] if row["parsed_at"] is None],
        "problems": [(row["name"], row["line"]) for row in state["problems"]],
    }


async def _kill(made: Bench, point: str) -> None:
    """Run one pass that ends at a point; a transaction that is open there is rolled back, as a kill does."""
    shelf, store = made.google, made.store
    if point in ("poll", "parse", "confirm"):
        shelf.dies_at = point
    # The n-th transaction of a pass over one source: the poll, two batches, the parsed mark, the look.
    writes = {"after poll": 1, "between batches": 2, "before parsed": 3, "before look": 4}
    pipeline = made.pipeline
    if point in writes:
        pipeline = Pipeline(Dying(store, writes[point]), made.clock, pipeline.connected, chance=lambda: 0.5)
    with pytest.raises(KilledError):
        await pipeline.poll(made.shop.google_id)


class Dying(Store):
    """A store whose process ends when it would begin one transaction too many."""

    def __init__(self, store: Store, left: int) -> None:
        super().__init__(store.engine)
        self.left = left

    def write(self, *, is_short: bool = False) -> Any:
        if self.left == 0:
            raise KilledError("write")
        self.left -= 1
        return super().write(is_short=is_short)


async def test_a_bad_file_is_told_once(bench: Bench) -> None:
    """It is kept as a problem, the rest is imported, and only new contents are told again."""
    bench.google.contents["bad.csv"] = UnreadableFileError("this file is empty; export it again")
    bench.google.waiting.append("bad.csv")
    bench.google.put("good.csv", *lows(3))
    await bench.run()
    assert await bench.members() == 3
    bench.google.waiting.append("bad.csv")
    await bench.run(after=MINUTE)
    assert await bench.told("unreadable") == ["unreadable"]
    assert [row["name"] for row in await rows_of(bench.store, "problems")] == ["bad.csv"]


async def test_a_problem_that_every_poll_finds_is_told_once(bench: Bench) -> None:
    """A file that cannot be opened is found again by each poll, and told when it is found first."""
    bench.export.problems = (Problem("locked.csv", None, "this file cannot be opened"),)
    for _ in range(3):
        await bench.run(after=15 * MINUTE)
    assert await bench.told("unreadable") == ["unreadable"]


async def test_an_item_that_breaks_the_parser_stops_nothing(bench: Bench) -> None:
    """A mistake of our own in one item is told and logged; the source's other items are read."""
    bench.google.contents["odd.csv"] = RecursionError("too deep")
    bench.google.waiting.append("odd.csv")
    bench.google.put("good.csv", *lows(3))
    await bench.run()
    assert await bench.members() == 3
    (problem,) = await rows_of(bench.store, "problems")
    assert "reviewbot could not read this" in problem["reason"]


async def test_a_card_follows_what_happens_to_its_reviews(bench: Bench) -> None:
    """A raised rating takes the review off the card: the card is edited, without a buzz."""
    bench.google.put("page", *lows(4))
    await bench.run()
    await bench.sent()
    raised = parsed("low0", 5, text="Waited 0 minutes in vain.", at=NOW, edited_at=NOW + MINUTE)
    bench.google.put("page 2", raised)
    await bench.run(after=2 * MINUTE)
    assert await bench.members() == 3
    waiting = [row for row in await rows_of(bench.store, "outbox") if row["state"] == "waiting"]
    assert [(row["kind"], row["is_silent"]) for row in waiting] == [("card", True)]


async def test_growth_steps_up_and_quiet_closes(bench: Bench) -> None:
    """3 -> 6 is high and buzzes; when a quiet place has had five quiet days, the deadline alone closes the incident."""
    bench.google.put("page", *lows(3))
    await bench.run()
    bench.google.put("page 2", *lows(3, prefix="more"))
    await bench.run(after=MINUTE)
    incident = await bench.incident()
    assert incident is not None
    assert incident.severity is Severity.HIGH
    assert await bench.told("severity_step") == ["severity_step"]
    for hours in (126, 2):
        assert await bench.incident() is not None
        for _ in range(hours):
            bench.clock.advance(HOUR)
            for location_id in await due.fire_due(bench.store, now=bench.clock.now()):
                await bench.pipeline.evaluate(location_id)
    assert await bench.incident() is None
    assert [row["state"] for row in await rows_of(bench.store, "incidents")] == [State.CLOSED.value]


async def test_a_kill_after_a_deadline_was_taken_leaves_the_look_to_do(bench: Bench) -> None:
    """The look is asked for in the transaction that takes the deadline away."""
    async with bench.store.write() as connection:
        await timers.put(connection, "look", str(bench.shop.location_id), due_at=NOW)
    assert await due.fire_due(bench.store, now=NOW) == [bench.shop.location_id]
    async with bench.store.read() as connection:
        assert await locations.due(connection) == [bench.shop.location_id]


async def test_a_reopened_incident_has_its_three_days(bench: Bench) -> None:
    """What a person reopened is not closed at once because its reviews are old."""
    bench.google.put("page", *lows(3))
    await bench.run()
    await bench.move(Request(Transition.RESOLVE, by_id=bench.shop.owner.person_id, cause=Cause.FOOD))
    await bench.run(after=3 * DAY)
    await bench.move(Request(Transition.REOPEN, by_id=bench.shop.owner.person_id))
    await bench.run(after=3 * DAY)
    assert await bench.incident() is not None
    await bench.run(after=8 * HOUR)
    assert await bench.incident() is None


async def test_an_earlier_cluster_belongs_to_the_incident(bench: Bench) -> None:
    """After an outage two clusters arrive together: one incident, and resolving it ends both."""
    bench.google.put("page", *lows(3, ending=NOW - 4 * DAY, prefix="early"), *lows(3))
    await bench.run()
    assert await bench.members() == 6
    await bench.move(Request(Transition.RESOLVE, by_id=bench.shop.owner.person_id, cause=Cause.FOOD))
    await bench.run(after=HOUR)
    assert await bench.incident() is None


async def test_a_blind_source_keeps_the_incident_open(bench: Bench) -> None:
    """Quiet proves nothing while a source cannot be read."""
    bench.google.put("page", *lows(3))
    await bench.run()
    bench.google.fails = SourceUnreachableError("no answer", reason=SourceDownReason.NO_ANSWER)
    await bench.run(after=3 * DAY)
    assert await bench.incident() is not None


async def test_blind_is_told_once_and_its_all_clear_answers_it(bench: Bench) -> None:
    """Told after three failures over half an hour; the all-clear finds the message even after a kill in between."""
    bench.google.fails = SourceUnreachableError("no answer", reason=SourceDownReason.NO_ANSWER)
    for _ in range(5):
        await bench.run(after=20 * MINUTE)
    assert await bench.told("blind", "all_blind", "recovered") == ["blind"]
    bench.google.fails = None
    bench.google.put("page", *lows(3))
    bench.google.dies_at = "confirm"
    with pytest.raises(KilledError):
        await bench.run(after=MINUTE)
    await bench.restart()
    await bench.run(after=MINUTE)
    rows = {row["kind"]: row for row in await rows_of(bench.store, "outbox") if row["kind"] == "blind"}
    recovered = [row for row in await rows_of(bench.store, "outbox") if row["kind"] == "recovered"]
    assert [(row["key"], row["reply_to"]) for row in recovered] == [
        (rows["blind"]["key"], None),
        (None, rows["blind"]["key"]),
    ]


async def test_a_refusal_is_told_at_once(bench: Bench) -> None:
    """Waiting does not help: only the owner can."""
    bench.google.fails = SourceRefusedError("sign in again", reason=SourceDownReason.SIGN_IN_EXPIRED)
    await bench.run()
    assert await bench.told("blind") == ["blind"]


async def test_a_source_that_stumbles_waits_like_one_that_does_not_answer(bench: Bench) -> None:
    """A mistake of our own in one source is a failure with a wait, not a poll every second, and becomes blind."""
    await bench.run()
    bench.google.fails = RuntimeError("a mistake of our own")
    for _ in range(3):
        await bench.run(after=timedelta(minutes=20))
    async with bench.store.read() as connection:
        row = await sources.find(connection, bench.shop.google_id)
    assert row.failures == 3
    assert row.next_poll_at is not None
    assert row.next_poll_at > bench.clock.now()
    assert row.blind_told_at is not None
    assert "please report it" in row.error_text


async def test_an_offer_taken_up_late_counts_what_is_still_low(tmp_path: Path) -> None:
    """Of four offered reviews one was raised meanwhile: the incident opens with three."""
    made = await make_bench(tmp_path / "a.sqlite3")
    found: Sequence[ParsedReview] = lows(4, ending=made.clock.now() - HOUR)
    made.google.put("history", *found)
    await made.run()
    made.google.put("edit", parsed("low0", 5, at=found[0].published_at))
    await made.run(after=HOUR)
    ids = [row["review_id"] for row in await rows_of(made.store, "reviews")]
    async with made.store.write() as connection:
        incident = await evaluate.open_by_hand(
            connection, made.shop.location_id, ids, by_id=made.shop.owner.person_id, now=made.clock.now()
        )
    assert incident is not None
    assert incident.first_count == 3
    await made.run(after=MINUTE)
    assert await made.members() == 3
    await made.store.close()
