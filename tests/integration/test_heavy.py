"""Worker processes start when needed, end when idle, and neither crash the parent nor outlive it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import WorkerError
from bot.score.score import ScoreJob, score_many
from bot.work.heavy import HeavyWorkers
from tests.integration import heavy_jobs

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel to end workers with the parent")


@contextlib.asynccontextmanager
async def heavy(**options: object) -> AsyncIterator[HeavyWorkers]:
    workers = HeavyWorkers(**{"max_workers": 1, **options})  # type: ignore[arg-type]
    try:
        yield workers
    finally:
        await workers.close(within=timedelta(seconds=1))


def is_alive(pid: int) -> bool:
    """Whether a process runs; on Linux one that ended and was not yet collected by its parent does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return not Path("/proc/self").exists()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not condition():  # noqa: ASYNC110 - another process brings it about
            await asyncio.sleep(0.02)


async def test_a_call_runs_in_another_process() -> None:
    """The result comes from a worker, and the same worker takes the next call."""
    async with heavy() as workers:
        before = workers.is_started
        first = await workers.run(os.getpid)
        assert first != os.getpid()
        assert await workers.run(os.getpid) == first
        assert (before, workers.is_started) == (False, True)
    assert not is_alive(first)


async def test_reviews_are_scored_in_a_worker() -> None:
    """A batch of jobs goes to a worker and comes back as in this process."""
    jobs = [ScoreJob("Lovely food and friendly staff."), ScoreJob("Das Essen war kalt.", 0.0, ("de", "en"), "de")]
    async with heavy() as workers:
        assert await workers.run(score_many, jobs) == score_many(jobs)


async def test_the_initializer_runs_in_each_worker() -> None:
    """The hook gets its arguments in the worker, before the first call, once."""
    async with heavy(initializer=heavy_jobs.note, initargs=("guarded",)) as workers:
        assert await workers.run(heavy_jobs.notes) == ["guarded"]
        assert await workers.run(heavy_jobs.notes) == ["guarded"]
        with pytest.raises(WorkerError):
            await workers.run(heavy_jobs.die)
        assert await workers.run(heavy_jobs.notes) == ["guarded"]
    assert heavy_jobs.notes() == []


async def test_errors_of_the_function_reach_the_caller() -> None:
    """A function's own error comes through as it is and does not cost the worker."""
    async with heavy() as workers:
        pid = await workers.run(os.getpid)
        with pytest.raises(ValueError, match="too hot"):
            await workers.run(heavy_jobs.refuse, "too hot")
        assert await workers.run(os.getpid) == pid


async def test_no_more_processes_than_allowed(tmp_path: Path) -> None:
    """Six calls at once share two workers."""
    async with heavy(max_workers=2) as workers:
        calls = [asyncio.create_task(workers.run(heavy_jobs.wait_for, tmp_path / "go")) for _ in range(6)]
        await until((tmp_path / "go.started").exists)
        (tmp_path / "go").touch()
        assert 1 <= len(set(await asyncio.gather(*calls))) <= 2


async def test_idle_workers_end_and_start_again() -> None:
    """After the idle time without a call the process ends at a tick; the next call starts another."""
    async with heavy(idle_after=timedelta(seconds=60)) as workers:
        await workers.rest(NOON)
        pid = await workers.run(os.getpid)
        await workers.rest(NOON + timedelta(seconds=100))
        await workers.rest(NOON + timedelta(seconds=159))
        assert is_alive(pid)
        await workers.rest(NOON + timedelta(seconds=160))
        assert not is_alive(pid)
        assert await workers.run(os.getpid) != pid


async def test_busy_workers_do_not_end(tmp_path: Path) -> None:
    """A call that takes longer than the idle time is left alone, also when its caller has gone."""
    async with heavy(idle_after=timedelta(seconds=60)) as workers:
        call = asyncio.create_task(workers.run(heavy_jobs.wait_for, tmp_path / "go"))
        await until((tmp_path / "go.started").exists)
        for minute in range(5):
            await workers.rest(NOON + timedelta(minutes=minute))
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        for minute in range(5, 10):
            await workers.rest(NOON + timedelta(minutes=minute))
        assert workers.is_started
        (tmp_path / "go").touch()


async def test_a_killed_worker_is_replaced_and_its_call_repeated(tmp_path: Path) -> None:
    """kill -9 of a worker in the middle of a call costs time, not the result."""
    async with heavy() as workers:
        first = await workers.run(os.getpid)
        call = asyncio.create_task(workers.run(heavy_jobs.wait_for, tmp_path / "go"))
        await until((tmp_path / "go.started").exists)
        os.kill(first, signal.SIGKILL)
        await until(lambda: not is_alive(first))
        (tmp_path / "go").touch()
        assert await call != first
        assert await workers.run(heavy_jobs.die_once, tmp_path / "marker") != first
        assert await workers.run(os.getpid) != first


async def test_a_worker_killed_while_idle_is_replaced() -> None:
    """A worker that ended between two calls is not noticed by the next caller."""
    async with heavy() as workers:
        first = await workers.run(os.getpid)
        os.kill(first, signal.SIGKILL)
        assert await workers.run(os.getpid) != first


async def test_a_call_that_always_kills_fails_alone(tmp_path: Path) -> None:
    """The call that kills its worker twice raises; the calls beside it get their results."""
    async with heavy(max_workers=2) as workers:
        beside = [asyncio.create_task(workers.run(heavy_jobs.wait_for, tmp_path / "go")) for _ in range(3)]
        await until((tmp_path / "go.started").exists)
        deadly = asyncio.create_task(workers.run(heavy_jobs.die))
        await asyncio.sleep(0.3)
        (tmp_path / "go").touch()
        with pytest.raises(WorkerError, match=r"ended twice while it ran die\b"):
            await deadly
        assert all(await asyncio.gather(*beside))


async def test_a_failing_initializer_is_an_error_not_a_hang() -> None:
    """If no worker can start, the call raises the project's error."""
    async with heavy(initializer=heavy_jobs.refuse, initargs=("no guard",)) as workers:
        with pytest.raises(WorkerError, match="failed to start"):
            await workers.run(os.getpid)


async def test_closing_gives_up_what_waits_and_kills_what_lasts(tmp_path: Path) -> None:
    """After the grace a running call is killed, a waiting one is given up, and a new one is refused."""
    workers = HeavyWorkers(max_workers=1)
    pid = await workers.run(os.getpid)
    calls = [asyncio.create_task(workers.run(heavy_jobs.wait_for, tmp_path / "never")) for _ in range(4)]
    await until((tmp_path / "never.started").exists)
    await workers.close(within=timedelta(seconds=0.2))
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(result) for result in results] == [WorkerError] * 4
    assert not is_alive(pid)
    with pytest.raises(WorkerError, match="shutting down"):
        await workers.run(os.getpid)
    await workers.close()


async def test_closing_lets_a_running_call_finish(tmp_path: Path) -> None:
    """Within the grace a running call still returns its result."""
    workers = HeavyWorkers(max_workers=1)
    call = asyncio.create_task(workers.run(heavy_jobs.wait_for, tmp_path / "go"))
    await until((tmp_path / "go.started").exists)
    closing = asyncio.create_task(workers.close(within=timedelta(minutes=2)))
    await asyncio.sleep(0.05)
    (tmp_path / "go").touch()
    await closing
    assert await call > 0


async def test_ctrl_c_does_not_reach_the_work() -> None:
    """A worker ignores SIGINT, which a terminal sends to the whole group."""
    async with heavy() as workers:
        pid = await workers.run(os.getpid)
        os.kill(pid, signal.SIGINT)
        assert await workers.run(os.getpid) == pid


@linux_only
def test_workers_die_with_a_killed_parent(tmp_path: Path) -> None:
    """kill -9 of the parent ends its workers, also those in the middle of a call."""
    parent = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.heavy_parent", str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        children = {int(pid) for pid in Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()}
        assert worker in children
        asyncio.run(until(lambda: len(list(tmp_path.glob("never*.started"))) == 2))
        children |= {int(pid) for pid in Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()}
        assert len(children) >= 2
        parent.kill()
    asyncio.run(until(lambda: not any(map(is_alive, children))))
