"""The ticks go on whatever happens to the machine's clock."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Self

import pytest
from apscheduler.schedulers import base
from apscheduler.triggers import interval

from bot.clock import SteppedClock
from bot.work import local
from bot.work.local import LocalWork, Tick


class WallClock(datetime):
    """The machine's clock as the scheduler reads it, which somebody may set."""

    wrong_by = timedelta(0)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + cls.wrong_by


@pytest.mark.parametrize("by", [timedelta(days=-1), timedelta(days=1)])
async def test_ticks_go_on_after_the_clock_was_set(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """Set back or ahead by a day: every tick runs again within moments, and no more often than it should."""
    monkeypatch.setattr(base, "datetime", WallClock)
    monkeypatch.setattr(interval, "datetime", WallClock)
    monkeypatch.setattr(WallClock, "wrong_by", timedelta(0))
    monkeypatch.setattr(local, "CLOCK_COMPARED_EVERY_S", 0.05)
    clock, runs = SteppedClock(datetime(2026, 12, 1, tzinfo=UTC)), 0
    ran = asyncio.Event()

    async def run() -> None:
        nonlocal runs
        runs += 1
        ran.set()

    failures: list[BaseException] = []
    work = LocalWork({"tick": Tick(run, 0.2)}, clock, failed=failures.append)
    work.start()
    await asyncio.wait_for(ran.wait(), 60)
    WallClock.wrong_by = by
    clock.set_wrong(by)
    for _ in range(3):
        ran.clear()
        await asyncio.wait_for(ran.wait(), 60)
    await work.stop(within_s=1)
    assert runs < 40
    assert not failures


async def test_a_tick_that_knows_when_it_is_needed_sleeps_until_then() -> None:
    """A run that gives seconds is not run again before they are over, unless it is nudged."""
    clock, runs = SteppedClock(datetime(2026, 12, 1, tzinfo=UTC)), 0

    async def run() -> float:
        nonlocal runs
        runs += 1
        return 3600.0

    work = LocalWork({"tick": Tick(run, 0.05)}, clock, failed=lambda _error: None)
    work.start()
    for _ in range(200):
        await asyncio.sleep(0.05)
        if runs:
            break
    await asyncio.sleep(0.3)
    assert runs == 1
    work.nudge("tick")
    await work.settle()
    await work.stop(within_s=1)
    assert runs == 2
