"""SIGKILL at each commit there is, one after the other: right before it and right after it."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.botapi import Press, User
from bot.model.people import Role
from tests.e2e.house import House, Line
from tests.e2e.storm import Storm
from tests.e2e.storm_check import check

REPORT = Path(__file__).resolve().parents[2] / "docs" / "proofs" / "commits.md"
EDGES = ("commit", "committed")
LAST = 200
"""More commits than a start, an incident and a press take."""


class Lives:
    """One installation; at each of its places an incident opens and is acknowledged, with one kill on the way."""

    def __init__(self, house: House, places: int) -> None:
        self.house = house
        self.keys = [f"place{number}" for number in range(places)]
        self.killed = 0
        house.configure(
            [{"id": key, "name": key.capitalize(), "sources": [house.folder(key)]} for key in self.keys], level="info"
        )
        house.start()
        self.owner: User = house.person(501, "Anna")
        house.join(self.owner, Role.OWNER)
        house.step(300)  # what is published from now on is news
        house.close()

    def live(self, number: int, edge: str, at: int) -> bool:
        """Everything happens at one place, with a kill at one commit; False when there are fewer commits than that."""
        house, key = self.house, self.keys[number]
        house.launch(str(house.root / "marks"), f"{edge}:{at}")
        lines = [Line(f"{key}-{one}", 1, house.ago(-2), f"Cold soup {key} {one}.") for one in range(3)]
        house.clock.advance(timedelta(minutes=3))
        house.export(key, "bad.csv", lines)
        is_killed = self._go_on(180.0)
        while not self._card(key):
            is_killed |= self._go_on(60.0)
        press = house.press(self.owner, self._newest(key), "ack")
        for _ in range(20):
            is_killed |= self._go_on(10.0)
            if self._is_done(key, press):
                break
        is_killed |= self._go_on(60.0)
        house.close()
        self.killed += is_killed
        self._check(key)
        return is_killed

    def _go_on(self, seconds: float) -> bool:
        """A step of the running process; True when it was killed in it, and started again."""
        house = self.house
        house.clock.advance(timedelta(seconds=seconds))
        if house.running.survives(f"step {seconds}"):
            return False
        house.start()
        return True

    def _card(self, key: str) -> bool:
        return any(one.text.startswith(("🔴", "🟠")) and key.capitalize() in one.text for one in self._cards(key))

    def _cards(self, key: str):  # type: ignore[no-untyped-def]
        first = f"{key.capitalize()}:"
        return [one for one in self.house.cards(self.owner.user_id) if first in one.text.partition("\n")[0]]

    def _newest(self, key: str):  # type: ignore[no-untyped-def]
        return self._cards(key)[-1]

    def _is_done(self, key: str, press: Press) -> bool:
        return press.answer is not None and "cknowledged by Anna" in self._newest(key).text

    def _check(self, key: str) -> None:
        house = self.house
        its = "JOIN locations l USING (location_id) WHERE l.key = ?"
        assert house.value(f"SELECT count(*) FROM reviews {its}", key) == 3
        (incident,) = house.rows(f"SELECT incident_id FROM incidents {its}", key)
        moves = house.rows("SELECT move FROM incident_moves WHERE incident_id = ?", incident["incident_id"])
        assert sorted(row["move"] for row in moves) == ["acknowledge", "open"], key
        assert house.value("SELECT count(*) FROM outbox WHERE state <> 'sent'") == 0, key
        assert house.value("SELECT count(*) FROM inbox WHERE handled_at IS NULL OR error <> ''") == 0
        cards = self._cards(key)
        assert "cknowledged by Anna" in cards[-1].text
        unmarked = [one for one in cards if "Possible repeat" not in one.versions[0].text]
        assert len(unmarked) <= 1, [one.text for one in cards]


def test_a_kill_at_a_few_commits_loses_and_doubles_nothing(house: House) -> None:
    """Before and after a commit in the start, at the incident, at its card and at the press."""
    sample = [("commit", 6), ("committed", 12), ("commit", 16), ("committed", 20)]
    lives = Lives(house, len(sample))
    for number, (edge, at) in enumerate(sample):
        lives.live(number, edge, at)
    assert lives.killed >= 2


@pytest.mark.proof
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("edge", EDGES)
def test_a_kill_at_every_commit_loses_and_doubles_nothing(house: House, edge: str) -> None:
    """From the first commit of a start to the last of an acknowledged incident, each is the place of one kill."""
    lives = Lives(house, 60)
    at = next((number for number in range(60) if not lives.live(number, edge, number + 1)), 60)
    print(f"{edge}: {at} commits")
    assert 10 < at < 60
    assert lives.killed == at
    text = REPORT.read_text(encoding="utf-8") if REPORT.exists() else _HEAD
    lines = [line for line in text.splitlines() if not line.startswith(f"- {_WORDS[edge]}")]
    lines.append(f"- {_WORDS[edge]}: {at} kills, one at each commit; nothing lost, nothing doubled unsaid.")
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")


_WORDS = {"commit": "right before the commit", "committed": "right after the commit"}
_HEAD = """# A kill at each commit

Made by `make proof` (`tests/e2e/test_commits.py`). A process starts, three low reviews open an incident, its card is
sent, the owner acknowledges it. The process ends itself by SIGKILL at its first commit, in the next life at its second,
and so on until none is left; each time it is started again and goes on. After each: three reviews, one incident, one
acknowledgement, a card that says so, nothing waiting, and a second card only if it says that it may be a repeat.

"""


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_three_hundred_kills_on_the_press_path_lose_no_press(house: House) -> None:
    """People press without pause while the process dies at one commit after the other; each kill costs one answer."""
    storm = Storm(house, 4, random.Random(3))
    _press_storm(storm, 300)


def test_a_few_kills_on_the_press_path_lose_no_press(house: House) -> None:
    """The same with four kills."""
    storm = Storm(house, 2, random.Random(4))
    _press_storm(storm, 4)


def _press_storm(storm: Storm, kills: int) -> None:
    storm.prepare()
    while len(storm.kills) < kills:
        storm.kill_once(storm.chance.choice(EDGES), presses=0.5)
    storm.calm()
    counted = check(storm)
    print(counted)
    assert counted["presses"] >= kills
    assert counted["presses"] - counted["answered"] <= kills
    assert counted["done"] >= 1
