"""SIGKILL in an incident storm: at random, while an outbox row is claimed, inside a transaction."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.e2e.house import House
from tests.e2e.storm import Kill, Storm
from tests.e2e.storm_check import check

REPORT = Path(__file__).resolve().parents[2] / "docs" / "proofs" / "kills.md"
THIRDS = (("random",), ("claimed", "answered"), ("transaction",))


def _storm(house: House, kills: int, *, places: int, seed: int) -> tuple[Storm, dict[str, int]]:
    storm = Storm(house, places, random.Random(seed))
    storm.prepare()
    fallen: Counter[int] = Counter()
    while len(storm.kills) < kills or any(fallen[third] < kills // 3 for third in range(3)):
        assert len(storm.kills) < 2 * kills, f"the kills do not reach their places: {fallen}"
        third = min(range(3), key=lambda one: fallen[one])
        kill = storm.kill_once(THIRDS[third][len(storm.kills) // 3 % len(THIRDS[third])])
        fallen[next(one for one in range(3) if kill.aim in THIRDS[one])] += 1
        assert kill.in_flight or kill.aim not in ("claimed", "answered"), "a claimed row is not in the database"
        print(f"{len(storm.kills):>4}  {_where(kill)}")
    storm.calm()
    return storm, check(storm)


@pytest.mark.proof
def test_three_kills_lose_no_alert_and_repeat_nothing_unsaid(house: House) -> None:
    """One kill at random, one with a claimed row, one inside a transaction: nothing is lost, repeats say so."""
    storm, counted = _storm(house, 3, places=5, seed=20)
    assert len(storm.kills) >= 3
    assert counted["incidents"] >= 1


@pytest.mark.proof
@pytest.mark.timeout(1200)
def test_a_hundred_kills_lose_no_alert_and_repeat_nothing_unsaid(house: House) -> None:
    """At least 100 kills in a storm at 16 places: nothing is lost, repeats say so; the report is kept in docs."""
    storm, counted = _storm(house, 102, places=16, seed=100)
    assert len(storm.kills) >= 100
    assert counted["incidents"] >= 10
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(_report(storm.kills, counted), encoding="utf-8")


def _where(kill: Kill) -> str:
    aim = {
        "random": "at random",
        "transaction": "inside a transaction",
        "claimed": "row claimed, not sent yet",
        "answered": "row claimed, Telegram's answer not noted",
    }[kill.aim]
    phase = "watching" if kill.was_started else "starting"
    statement = f"after {kill.mark.statement}" if kill.mark.statement else "no transaction"
    return f"{aim:<42}{phase:<10}{len(kill.in_flight):>2} in flight  {statement}"


def _report(kills: Sequence[Kill], counted: dict[str, int]) -> str:
    aims = Counter(kill.aim for kill in kills)
    inside = sum(bool(kill.mark.statement) for kill in kills)
    lines = [
        "# Kills in an incident storm",
        "",
        "Made by `make proof` (`tests/e2e/test_kills.py`): one installation with 16 places, a group and",
        "three people. While low reviews arrive and people press buttons, the process gets SIGKILL and is started",
        "again, over and over. The process marks where it is in a file; for two thirds of the kills it stands still at",
        "the place aimed at until the kill comes from outside.",
        "",
        "| kill aimed at | kills |",
        "|---|---|",
        f"| any moment | {aims['random']} |",
        f"| an outbox row is claimed and committed, Telegram was not asked yet | {aims['claimed']} |",
        f"| an outbox row is claimed, Telegram has answered, the answer is not stored | {aims['answered']} |",
        f"| inside a write transaction, after one of its statements | {aims['transaction']} |",
        f"| all | {len(kills)} |",
        "",
        f"{inside} of them, aimed or not, found a write transaction open; {sum(not one.was_started for one in kills)} "
        f"came before the start was over; {sum(bool(one.in_flight) for one in kills)} left messages in flight.",
        "",
        "What the test then asserts, and how much there was of it:",
        "",
        f"- {counted['reviews']} low reviews are stored once each, and in an incident where the rule asks for one.",
        f"- {counted['incidents']} incidents have one card in each chat ({counted['cards']} cards), and each "
        "card shows the incident's last state.",
        f"- {counted['presses']} presses: {counted['done']} were answered as done and all of them are in the history; "
        f"{counted['moves']} moves in all, no press made two.",
        f"- {counted['messages']} messages were sent; {counted['repeats']} of them say that they may be repeats. "
        f"{counted['in_flight']} times a message was in flight at a kill; nothing else came twice.",
        "",
        "## Where each kill fell",
        "",
        "```text",
        *(f"{number:>4}  {_where(kill)}" for number, kill in enumerate(kills, start=1)),
        "```",
        "",
    ]
    return "\n".join(lines)
