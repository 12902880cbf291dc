"""SIGKILL at commits while people press without pause."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bot.demo.botapi.server import QUERY_LIFETIME_SECONDS
from tests.e2e.house import House
from tests.e2e.storm import Storm
from tests.e2e.storm_check import check

REPORT = Path(__file__).resolve().parents[2] / "docs" / "proofs" / "presses.md"
EDGES = ("commit", "committed")
PLACES = 4
KILLS = 50
MOST_WAITING = 3
SEEDS = (1, 2, 3, 4, 5, 6)
"""Of each a storm: six of fifty kills are the three hundred."""


@pytest.mark.proof
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", SEEDS)
def test_fifty_kills_on_the_press_path_lose_no_press(house: House, seed: int) -> None:
    """People press without pause while the process dies at one commit after the other; each kill costs one answer."""
    house.is_inside = True
    storm = Storm(house, PLACES, random.Random(seed), most_waiting=MOST_WAITING)
    storm.prepare()
    while len(storm.kills) < KILLS:
        storm.kill_once(storm.chance.choice(EDGES), presses=0.5)
    storm.calm()
    counted = check(storm)
    assert counted["presses"] >= KILLS
    assert counted["presses"] - counted["answered"] <= KILLS
    assert counted["done"] >= 1
    _note(seed, storm, counted)


def _note(seed: int, storm: Storm, counted: dict[str, int]) -> None:
    """Put a storm's row into the report, in the place of an older one."""
    waits = sorted(one.answer.after_s for one in storm.presses if one.answer is not None)
    in_time = sum(one <= QUERY_LIFETIME_SECONDS for one in waits)
    figures = (counted["presses"], counted["answered"], in_time, counted["done"], counted["moves"])
    begin = f"| {seed} | "
    text = REPORT.read_text(encoding="utf-8") if REPORT.exists() else _HEAD
    rows = [line for line in text.splitlines() if line[2:3].isdigit() and not line.startswith(begin)]
    median, longest = waits[len(waits) // 2], waits[-1]
    cells = " | ".join(map(str, figures))
    rows.append(f"{begin}{len(storm.kills)} | {cells} | {median:.2f} s | {longest:.1f} s | {counted['repeats']} |")
    REPORT.write_text(_HEAD + "\n".join(sorted(rows)) + "\n", encoding="utf-8")


_HEAD = """# Kills while people press

Made by `make proof` (`tests/e2e/test_press_storm.py`): four places, a group and three people who press whatever button
stands, also old ones, twice at once and while the process is down. The process ends itself by SIGKILL right before or
right after a commit, fifty times a storm, and is started again. After each storm: what was answered "done" is in the
history, no press made two moves, at most one answer a kill is missing, every card shows how its incident stands,
nothing waits, and what came twice says so. Nobody presses while three presses have no answer. Telegram shows an answer
for 15 s after the press; "in time" is within these, the time in which the process was down included.

| storm | kills | presses | answered | in time | "done" | moves | median wait | longest wait | repeats that say so |
|---|---|---|---|---|---|---|---|---|---|
"""
