"""A process that owns busy workers, for the tests to kill: prints the ids of its workers."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.work.heavy import HeavyWorkers
from tests.integration.heavy_jobs import wait_for


async def main(folder: Path) -> None:
    workers = HeavyWorkers(max_workers=2)
    (folder / "first").touch()
    print(await workers.run(wait_for, folder / "first"), flush=True)
    await asyncio.gather(*(workers.run(wait_for, folder / f"never{i}") for i in range(2)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
