"""The registry of ticks: each periodic job of the running program with its interval in seconds, in order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final

from bot.evidence_file import month, waiting
from bot.stages.ingest import note_files, uploads
from bot.stages.ops import erase, retention
from bot.telegram.inbound.updates import Updates
from bot.telegram.limits import LARGEST_FILE
from bot.telegram.outbound.download import fetch
from bot.work.dependencies import Dependencies
from bot.work.digests import DigestWork
from bot.work.local import Nudge, Tick
from bot.work.polling import Polling
from bot.work.texts import TextWork

FORGET_EVERY_S: Final = 3600.0
"""What is kept is kept for days, so that an hour more is none."""


def registry(
    parts: Dependencies,
    updates: Updates,
    polling: Polling,
    texts: TextWork,
    nudge: Nudge,
    checks: Sequence[Callable[[], Awaitable[object]]],
) -> dict[str, Tick]:
    """Every tick by its name; `checks` run once a minute."""
    store, clock, files = parts.store, parts.clock, parts.files

    digest_work = DigestWork(store, clock, files, parts.workers, nudge)

    async def import_files() -> None:
        rule_of = polling.pipeline.rule_of
        await uploads.process_waiting(store, clock, partial(fetch, parts.bot), files, rule_of=rule_of)
        nudge("deliver")

    async def keep_notes() -> None:
        if await note_files.process_waiting(store, clock, partial(fetch, parts.bot), parts.notes):
            nudge("deliver")

    async def follow() -> None:
        if await polling.pipeline.follow():
            nudge("deliver")

    async def make_evidence() -> None:
        largest = LARGEST_FILE[waiting.KIND]
        made = await waiting.send_waiting(store, files, parts.notes, parts.packs, largest=largest, now=clock.now())
        if made + await month.send_waiting(store, files, now=clock.now()):
            nudge("deliver")

    async def go_on_erasing() -> None:
        await erase.tick(parts.premises, now=clock.now())

    async def upkeep() -> None:
        for check in checks:
            await check()
        await parts.workers.rest(clock.now())

    async def forget() -> float:
        is_all = await retention.remove_old(store, files, parts.notes, parts.keep, now=clock.now())
        return FORGET_EVERY_S if is_all else 0.0

    return {
        "handle": Tick(updates.handle, 5),
        "poll": Tick(polling.poll, 1),
        "timers": Tick(polling.fire_timers, 1),
        "deliver": Tick(parts.sender.deliver, 1),
        "routes": Tick(parts.routes.tick, 10),
        "ping": Tick(parts.ping.tick, 60),
        "import": Tick(import_files, 10),
        "follow": Tick(follow, 60),
        "notes": Tick(keep_notes, 10),
        "backtest": Tick(texts.backtests, 10),
        "score": Tick(texts.score, 10),
        "digests": Tick(digest_work.send, 20),
        "learn": Tick(texts.learn, 600),
        "evidence": Tick(make_evidence, 10),
        "upkeep": Tick(upkeep, 60),
        "forget": Tick(forget, 60),
        "backup": Tick(parts.premises.backups.nightly, 600),
        "erase": Tick(go_on_erasing, 60),
    }
