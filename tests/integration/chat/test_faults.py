"""What breaks around the service: it goes on, says so, and nobody goes unheard."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.detect.types import FLOOR
from bot.errors import WorkerDiedError
from bot.incidents.watch import Grow
from bot.messages.text.message import Html, Rendered
from bot.messages.text.serialization import to_json
from bot.model.incident import Severity
from bot.stages.ingest import poll as poll_stage
from bot.stages.notify import enqueue
from bot.stages.ops import health
from bot.stages.watch import evaluate
from bot.store.db import engine
from bot.store.db.schema import installation, outbox, sources
from bot.store.delivery import inbox, timers
from bot.store.incidents import incidents
from bot.work.gates import Gates
from tests.house import House


async def unwell(house: House) -> list[str]:
    """What the health check says, but for the other business, which nobody has joined."""
    lines = await health.read(house.service.parts.store, now=house.clock.now())
    return [line for line in lines if "the alerts of Hafen:" not in line]


@contextmanager
def locked(house: House) -> Iterator[None]:
    """Another process writes, and takes its time."""
    other = sqlite3.connect(house.settings().database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections that wait for a locked database for a moment only."""
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 20)


@pytest.fixture
async def hasty(impatient: None, tmp_path: Any) -> Any:
    """A house whose database says at once that it is locked."""
    async with House.open(tmp_path) as house:
        yield house


@pytest.mark.parametrize("language", ["en", "de"])
async def test_a_locked_database_ends_nothing_and_loses_no_press(hasty: House, language: str) -> None:
    """A press and a command arrive while the database is locked for long: both are answered when it is free."""
    house = hasty
    petra = await house.owner(language=language)
    await house.low(3)
    with locked(house):
        button = "Acknowledge" if language == "en" else "Übernehmen"
        house.server.people.press(petra, 1001, house.card(1001).message_id, button)
        house.server.people.say(petra, 1001, "/status")
        await asyncio.sleep(1.5)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(house.service.run(), 0.05)
        house.service._ended = asyncio.get_running_loop().create_future()
    await house.wait(lambda: house.server.world.updates.pending == 0)
    for _ in range(3):
        await house.step(seconds=5)
    assert ("Acknowledged by Petra" if language == "en" else "Übernommen von Petra") in house.card(1001).text
    assert len(house.said(1001)) >= 3


async def test_an_error_of_the_database_leaves_an_update_for_later(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An update that meets a full disk is not marked as handled: it is done when there is room."""
    petra = await house.owner()
    await house.low(3)
    full = sa.exc.OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))
    real = inbox.mark_handled
    calls = 0

    async def fails(*given: Any, **named: Any) -> None:
        nonlocal calls
        calls += 1
        if calls <= 3:
            raise full
        await real(*given, **named)

    monkeypatch.setattr(inbox, "mark_handled", fails)
    house.server.people.press(petra, 1001, house.card(1001).message_id, "Acknowledge")
    for _ in range(5):
        await house.step(seconds=5)
    assert calls > 3
    assert "Acknowledged by Petra" in house.card(1001).text


async def test_one_location_that_fails_is_put_aside_and_the_others_go_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake of our own at one place: the others still alarm, the health check names it until it is over."""
    await house.owner()
    await house.owner("Ole", 1009, business="anker")
    pipeline = house.service.pipeline
    real = type(pipeline).evaluate
    is_broken = True

    async def evaluate(self: Any, location_id: int) -> Any:
        if is_broken and location_id == 1:
            raise KeyError("a row that nobody foresaw")
        return await real(self, location_id)

    monkeypatch.setattr(type(pipeline), "evaluate", evaluate)
    await house.low(3, source="marktplatz")
    await house.low(3, source="hafen")
    await house.step(minutes=1)
    assert house.cards(1009)
    assert any(
        "evaluating a location fails (KeyError)" in line or "reading marktplatz fails" in line
        for line in await unwell(house)
    )
    is_broken = False
    for _ in range(4):
        await house.step(minutes=61)
    assert house.cards(1001)
    assert not any("KeyError" in line for line in await unwell(house))


@pytest.mark.parametrize("language", ["en", "de"])
async def test_a_clock_set_back_by_a_day_blinds_nobody(house: House, language: str) -> None:
    """Sources, messages, snoozes and deadlines stay as far away as they were, and the owner is told once."""
    await house.owner(language=language)
    await house.low(3)
    store = house.service.parts.store
    async with store.write() as connection:
        await timers.put(connection, "look", "2", due_at=house.clock.now() + timedelta(minutes=30))
    house.clock.set_wrong(-timedelta(hours=23))
    await house.step(seconds=2)
    async with store.read() as connection:
        due = (await connection.execute(sa.select(sources.c.next_poll_at))).scalars().all()
        deadline = await connection.scalar(
            sa.text("SELECT due_at FROM deadlines WHERE subject = '2' AND kind = 'look'")
        )
        waiting = (await connection.execute(sa.select(outbox.c.not_before))).scalars().all()
    now = house.clock.now()
    assert all(at is not None and at - now < timedelta(minutes=20) for at in due)
    assert str(deadline) < str(now + timedelta(minutes=31))
    assert all(at is not None and at - now < timedelta(minutes=20) for at in waiting)
    told = "clock was wrong by 23\xa0h" if language == "en" else "um 23\xa0Std. zurückgestellt"
    assert len(house.seen(1001, told)) == 1, house.texts(1001)
    assert not await unwell(house)
    await house.low(3, source="booking", minutes=20)
    await house.step(minutes=2)
    assert len(house.seen(1001, told)) == 1
    async with store.read() as connection:
        read = await connection.scalar(sa.text("SELECT count(*) FROM reviews"))
    assert read == 6


async def test_a_clock_set_back_between_two_runs_is_noticed_at_the_start(house: House) -> None:
    """The last run noted a time that has not come yet: what it put off is pulled in."""
    await house.owner()
    await house.step(minutes=20)
    await house.stop()
    house.clock.set_wrong(-timedelta(days=1))
    await house.start()
    await house.step(seconds=2)
    assert len(house.seen(1001, "clock was wrong")) == 1
    await house.low(3)
    assert house.cards(1001)
    assert not await unwell(house)


async def test_updates_that_begin_lower_are_not_confirmed_away(house: House) -> None:
    """After a week of silence Telegram numbers anew, below: the press counts."""
    petra = await house.owner()
    await house.step(days=7)
    await house.low(3)
    updates: Any = house.server.world.updates
    updates._next_id = 1000
    await house.press(petra, "Acknowledge")
    assert "Acknowledged by Petra" in house.card(1001).text


async def test_another_bot_account_begins_with_its_own_numbers(house: House) -> None:
    """A new bot in the old data folder: its updates have lower numbers, and are handled."""
    petra = await house.owner()
    await house.low(3)
    await house.stop()
    store = engine.open_store(house.settings().database)
    async with store.write() as connection:
        await connection.execute(sa.update(installation).values(bot_id=77, last_update_id=10**12))
    await store.close()
    await house.start()
    await house.press(petra, "Acknowledge")
    assert "Acknowledged by Petra" in house.card(1001).text


@pytest.mark.parametrize("language", ["en", "de"])
async def test_one_refusal_to_the_only_owner_does_not_end_all_alerts(house: House, language: str) -> None:
    """A 403 gives her chat up, and the health check fails; whatever she writes brings it back with the open card."""
    petra = await house.owner(language=language)
    house.server.faults.add(kind="blocked", method="sendMessage", chat_id=1001)
    await house.low(3)
    await house.step(seconds=5)
    assert not house.cards(1001)
    assert any("no chat gets the alerts of" in line for line in await unwell(house))
    await house.say(petra, "?")
    await house.say(petra, "/help")
    await house.step(seconds=10)
    assert house.cards(1001)
    assert not any("no chat gets" in line and "Marktplatz" in line for line in await unwell(house))


async def test_an_update_that_cannot_be_read_is_put_aside(house: House) -> None:
    """Telegram sends something that it never documented: it is stored and confirmed, and the next ones are handled."""
    petra = await house.owner()
    updates: Any = house.server.world.updates
    odd: Any
    for odd in ({"chat": 5}, [], "text", {"message_id": "x", "date": "never", "chat": {"id": None}}):
        updates.add("message", odd)
    assert await house.say(petra, "/status")
    assert updates.pending == 0
    await house.restart(seconds=1)
    assert await house.say(petra, "/status")


async def test_an_unreadable_answer_to_a_message_is_no_reason_to_drop_it(house: House) -> None:
    """The card arrived though the answer says nothing: it is sent again and says so; then no third time."""
    await house.owner()
    house.server.faults.add(kind="empty_after", method="sendMessage", chat_id=1001)
    await house.low(3)
    for _ in range(4):
        await house.step(seconds=20)
    cards = house.cards(1001)
    assert len(cards) == 2
    assert "Possible repeat" in cards[-1].text


async def test_a_start_whose_getme_answers_nothing_goes_on(house: House) -> None:
    """getMe without a single field: the program runs, and asks again."""
    petra = await house.owner()
    await house.stop()
    house.server.faults.add(kind="empty_after", method="getMe", times=1)
    await house.start()
    await house.step(minutes=1)
    assert await house.say(petra, "/status")


async def test_of_several_severity_messages_that_wait_the_last_is_sent(house: House) -> None:
    """Two steps while Telegram is away: one message waits, not two that would both say the present number."""
    await house.owner()
    await house.low(3)
    async with house.service.parts.store.write() as connection:
        (incident,) = await incidents.unresolved(connection, [1])
        for count in (6, 12):
            growth = Grow(incident, (), count=count, severity=Severity.CRITICAL, alarm=None)
            await evaluate._grow(connection, growth, FLOOR, now=house.clock.now())
            incident = replace(incident, severity=Severity.HIGH)
    async with house.service.parts.store.read() as connection:
        waiting = (await connection.execute(sa.select(outbox.c.args).where(outbox.c.kind == "severity_step"))).scalars()
    assert [args["count"] for args in waiting] == [12]


async def test_an_older_copy_of_a_card_is_retired_at_its_first_press(house: House) -> None:
    """The answer to a card was lost, so there are two: a press on the older one counts, and takes its buttons off."""
    petra = await house.owner()
    house.server.faults.add(kind="drop_after", method="sendMessage", chat_id=1001, text="low reviews")
    await house.low(3)
    await house.step(seconds=20)
    older, newer = house.cards(1001)
    await house.press(petra, "Acknowledge", on=older)
    older, newer = house.cards(1001)
    assert "Acknowledged by Petra" in newer.text
    assert newer.labels()
    assert not older.labels()


async def test_a_text_that_ends_every_worker_is_put_aside_and_the_rest_is_read(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One review kills its worker twice: all others get their score, and the health check says well."""
    await house.owner()
    real = house.service.texts._read_many

    async def read_many(jobs: Any, saved: Any) -> Any:
        if any("deadly" in job.text for job in jobs):
            raise WorkerDiedError("The worker process ended twice while it ran read_many.")
        return await real(jobs, saved)

    monkeypatch.setattr(house.service.texts, "_read_many", read_many)
    house.put([*house.rows(20, rating=4), *house.rows(1, rating=2, text="deadly words"), *house.rows(20, rating=5)])
    for _ in range(3):
        await house.step(minutes=16)
    async with house.service.parts.store.read() as connection:
        read = (await connection.execute(sa.text("SELECT source FROM scores"))).scalars().all()
    assert len(read) == 41
    assert read.count("unknown") == 1
    assert not await unwell(house)


@pytest.mark.parametrize("language", ["en", "de"])
async def test_scoring_that_fails_for_every_text_is_told_by_the_health_check(
    house: House, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """The scorer itself is broken: nothing is put aside, health check and /status say so at once, and it heals."""
    petra = await house.owner(language=language)
    real = house.service.texts._read_many

    async def broken(_jobs: Any, _saved: Any) -> Any:
        raise FileNotFoundError("the model is not there")

    monkeypatch.setattr(house.service.texts, "_read_many", broken)
    await house.low(3)
    assert any("have not been scored" in line and "the model is not there" in line for line in await unwell(house))
    (status,) = await house.say(petra, "/status")
    said = "Texts have not been read since" if language == "en" else "Texte werden seit"
    assert said in status.text
    monkeypatch.setattr(house.service.texts, "_read_many", real)
    await house.step(minutes=1)
    assert not await unwell(house)
    async with house.service.parts.store.read() as connection:
        assert await connection.scalar(sa.text("SELECT count(*) FROM scores")) == 3


async def test_slow_sources_hold_no_folder_back_and_a_poll_has_a_deadline(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sources that drip are given up after a while; meanwhile a folder is read as ever."""
    await house.owner()
    monkeypatch.setattr(poll_stage, "LONGEST_S", 0.3)
    slow = house.service.pipeline.connected[3].source
    reached = asyncio.Event()

    async def drips(*_given: Any) -> Any:
        reached.set()
        await asyncio.sleep(60)

    monkeypatch.setattr(slow, "poll", drips)
    house.clock.advance(timedelta(minutes=16))
    house.put(house.rows(3))
    house.service.work.nudge("poll")
    await asyncio.wait_for(reached.wait(), 5)
    await house.wait(lambda: house.cards(1001))
    await house.step(seconds=1)
    async with house.service.parts.store.read() as connection:
        row = (await connection.execute(sa.select(sources).where(sources.c.source_id == 3))).one()
    assert row.failures == 1
    assert "still answering" in row.error_text


async def test_sources_of_one_host_wait_for_each_other_only() -> None:
    """Four at once of a host; another host and this machine's own folders wait for nobody."""
    gates = Gates()
    async with gates.of(["a.test"]), gates.of(["a.test"]), gates.of(["a.test"]), gates.of(["a.test"]):
        async with asyncio.timeout(1):
            async with gates.of(["b.test"]), gates.of([]):
                pass
        fifth = gates.of(["a.test"])
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(fifth.__aenter__(), 0.05)


async def test_many_quiet_polls_write_once(house: House) -> None:
    """Sources that bring nothing cost one transaction for all of them in a tick, and no look at their places."""
    await house.owner()
    await house.step(minutes=16)
    begun: list[str] = []
    store = house.service.parts.store

    def note(connection: Any) -> None:
        if connection.get_execution_options().get("writes"):
            begun.append("write")

    sa.event.listen(store.engine.sync_engine, "begin", note)
    house.clock.advance(timedelta(minutes=16))
    house.service.work.nudge("poll")
    await house.service.work.settle()
    house.service.work.nudge("poll")
    await house.service.work.settle()
    assert 1 <= len(begun) <= 3, begun
    async with store.read() as connection:
        due = (await connection.execute(sa.select(sources.c.next_poll_at))).scalars().all()
    assert all(at is not None and at > house.clock.now() for at in due)


async def test_a_new_card_overtakes_whatever_waits(house: House) -> None:
    """Forty messages wait for a chat that takes one a second: the card is the next one."""
    await house.owner()
    await house.step(minutes=5)
    house.server.faults.add(kind="too_many_requests", method="sendMessage", times=1)
    async with house.service.parts.store.write() as connection:
        for number in range(40):
            args = to_json(Rendered(Html(f"report {number}")))
            await enqueue.chats(connection, [1], "ready_made", now=house.clock.now(), args=args)
    await house.low(3)
    await house.step(minutes=1)
    texts = [one.text for one in house.said(1001)]
    card = next(number for number, text in enumerate(texts) if "3 low reviews" in text)
    reports = [number for number, text in enumerate(texts) if text.startswith("report")]
    assert reports, texts
    assert sum(number < card for number in reports) <= 15, "only what a chat's allowance let through before"
