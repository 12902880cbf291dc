"""Seventy-two hours of three hundred sources: nothing grows but what is kept."""

from __future__ import annotations

import asyncio
import gc
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot import settings
from bot.sources import registry
from tests.house import House

PLACES, SOURCES, HOURS = 100, 3, 72
KEEP = {"raw": 1, "mails": 1, "presses": 1, "messages": 1, "files": 1}
"""Days, so that one day is enough to fill what is kept."""
MB = 1024 * 1024


class Chain(House):
    """A house with a hundred places more, each with three folders."""

    def settings(self) -> settings.Settings:
        """The configuration."""
        whole: dict[str, Any] = super().settings().model_dump()
        whole["telegram"] = {"token": whole["telegram"]["token"].get_secret_value(), "base_url": self.server.base_url}
        whole["businesses"][0]["keep_days"] |= KEEP
        whole["businesses"][0]["locations"] += tuple(
            {
                "id": f"p{place}",
                "name": f"Place {place}",
                "alerts": {"escalation": []},
                "sources": [
                    {"id": f"s{source}", "type": "folder", "path": str(self.folder / self.name(place, source))}
                    | {"platform": "tripadvisor"}
                    for source in range(SOURCES)
                ],
            }
            for place in range(PLACES)
        )
        return settings.build(whole, source_types=registry.SETTINGS, folder=self.folder, name="house")

    def name(self, place: int, source: int) -> str:
        """The folder of a source, made when it is asked for first."""
        folder = self.folder / f"p{place}-{source}"
        folder.mkdir(exist_ok=True)
        return folder.name


@dataclass(frozen=True)
class Held:
    """What the process and the installation hold."""

    memory: float
    handles: int
    tasks: int
    database: float
    wal: float
    others: float
    reviews: int


async def held(house: House) -> Held:
    gc.collect()
    with open("/proc/self/statm") as own:  # noqa: ASYNC230 -- not a file of any disk
        pages = int(own.read().split()[1])
    data = house.folder / "data"
    database, wal = data / "reviewbot.sqlite3", data / "reviewbot.sqlite3-wal"
    others = [one for one in data.rglob("*") if one.is_file() and not one.name.startswith("reviewbot.sqlite3")]
    async with house.service.parts.store.read() as connection:
        reviews = (await connection.exec_driver_sql("SELECT count(*) FROM reviews")).scalar_one()
    return Held(
        memory=pages * os.sysconf("SC_PAGE_SIZE") / MB,
        handles=len(os.listdir("/proc/self/fd")),
        tasks=len(asyncio.all_tasks()),
        database=database.stat().st_size / MB,
        wal=wal.stat().st_size / MB if wal.exists() else 0.0,
        others=sum(one.stat().st_size for one in others) / MB,
        reviews=int(reviews),
    )


@pytest.mark.proof
@pytest.mark.timeout(3000)
async def test_nothing_grows_in_three_days_of_three_hundred_sources(tmp_path: Path) -> None:
    """Each hour ten places get reviews, one an incident that is taken and resolved; a day fills what is kept."""
    async with Chain.open(tmp_path) as house:
        petra = await house.owner()
        seen: dict[int, Held] = {}
        files: list[Path] = []
        for hour in range(1, HOURS + 1):
            for place in range(hour % 10, PLACES, 10):
                rows = house.rows(8, rating=1 if place == hour else 5)
                files.append(house.put(rows, source=f"p{place}-{hour % SOURCES}"))
            for quarter in range(4):
                await house.step(minutes=15)
                if quarter == 1 and house.cards(1001) and "Acknowledge" in str(house.card(1001).labels()):
                    await house.press(petra, "Acknowledge")
                    await house.say(petra, f"/resolve {hour} waiting")
            await house.say(petra, "/status")
            while len(files) > 240:
                files.pop(0).unlink()
            # What the stand-in of Telegram remembers is not ours.
            house.server.calls.clear()
            if hour % 12 == 0:
                seen[hour] = await held(house)
                print(hour, seen[hour], flush=True)
        first, last = seen[36], seen[HOURS]
        new = last.reviews - first.reviews
        assert last.handles <= first.handles + 2
        assert last.tasks <= first.tasks + 2
        assert last.memory - first.memory < 20
        assert last.wal < 8
        assert (last.database - first.database) * MB < new * 3000 + 2 * MB
        assert last.others - first.others < 2
