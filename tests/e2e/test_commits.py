"""SIGKILL at each commit there is, one after the other: right before it and right after it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SteppedClock
from bot.demo.botapi import BotApiServer, BotApiThread, Message, Press, User
from bot.model.people import Role
from tests.e2e.house import PATIENCE_S, START, TOKEN, House, Line

REPORT = Path(__file__).resolve().parents[2] / "docs" / "proofs" / "commits.md"
EDGES = ("commit", "committed")
PLACES = ("north", "south")
LAST = 300
"""More commits than a start, two incidents and two presses take."""
PART = 4
LAST_PART = 61
"""The first commit of the last part."""
STEPS = 20
"""Steps in which what a life waits for has come, or never comes."""
ANNA = 501


@contextmanager
def installation(root: Path, *, begun: timedelta = timedelta(0)) -> Iterator[House]:
    """A house with a Telegram of its own; whatever runs is ended with it."""
    clock = SteppedClock(START + begun)
    with BotApiThread(token=TOKEN, now=clock.now, query_lifetime_seconds=PATIENCE_S) as telegram:
        house = House(root, telegram, clock, is_inside=True)
        try:
            house.configure(
                [{"id": key, "name": key.capitalize(), "sources": [house.folder(key)]} for key in PLACES], level="info"
            )
            yield house
        finally:
            house.close()


class Life:
    """At two places three low reviews open an incident; the owner takes both; one grows. All with one kill on the way.

    Each life has an installation of its own, the copy of one that has an owner and knows its places.
    """

    def __init__(self, house: House, edge: str, at: int) -> None:
        self.house = house
        self.edge = edge
        self.is_killed = False
        self.owner: User = house.telegram.call(_anna)
        house.launch(str(house.root / "marks"), f"{edge}:{at}")

    def live(self) -> bool:
        """Everything happens; True when the kill came."""
        for key in PLACES:
            self._bad(key, 3)
        self._go_on_until(lambda: all(map(self._cards, PLACES)))
        presses = [self._press(key) for key in PLACES]
        self._go_on_until(lambda: all(map(self._is_taken, PLACES)) and self._are_answered(presses))
        self._bad(PLACES[0], 4)
        self._go_on_until(lambda: "7 low reviews" in self._newest(PLACES[0]).text)
        self._go_on_until(lambda: not self.house.value("SELECT count(*) FROM outbox WHERE state <> 'sent'"))
        self._check()
        return self.is_killed

    def _bad(self, key: str, count: int) -> None:
        name = f"{key}-{count}"
        lines = [Line(f"{name}-{one}", 1, self.house.ago(0), f"Cold soup {name} {one}.") for one in range(count)]
        self.house.export(key, f"{name}.csv", lines)

    def _go_on(self, seconds: float) -> None:
        house = self.house
        house.clock.advance(timedelta(seconds=seconds))
        if not house.running.survives(f"step {seconds}"):
            self.is_killed = True
            house.start()

    def _go_on_until(self, is_there) -> None:  # type: ignore[no-untyped-def]
        for _ in range(STEPS):
            self._go_on(60.0)
            if is_there():
                return
        said = "\n".join(one.text for one in self.house.said(ANNA))
        raise AssertionError(f"it never comes; the chat says\n{said}\nand the log\n{self.house.running.text()[-3000:]}")

    def _cards(self, key: str) -> list[Message]:
        return [one for one in self.house.cards(ANNA) if key.capitalize() in one.text.partition("\n")[0]]

    def _newest(self, key: str) -> Message:
        return self._cards(key)[-1]

    def _press(self, key: str) -> Press:
        return self.house.press(self.owner, self._newest(key), "ack")

    def _are_answered(self, presses: Sequence[Press]) -> bool:
        """All but the one whose commit was the last thing that the process did: the card says that it counts."""
        return sum(one.answer is None for one in presses) <= (self.is_killed and self.edge == "committed")

    def _is_taken(self, key: str) -> bool:
        return "cknowledged by Anna" in self._newest(key).text

    def _check(self) -> None:
        house = self.house
        for key, count in zip(PLACES, (7, 3), strict=True):
            its = "JOIN locations l USING (location_id) WHERE l.key = ?"
            assert house.value(f"SELECT count(*) FROM reviews {its}", key) == count
            (incident,) = house.rows(f"SELECT incident_id FROM incidents {its}", key)
            moves = house.rows("SELECT move FROM incident_moves WHERE incident_id = ?", incident["incident_id"])
            assert sorted({row["move"] for row in moves} - {"grow", "step"}) == ["acknowledge", "open"], key
            assert [row["move"] for row in moves].count("acknowledge") == 1
            cards = self._cards(key)
            unmarked = [one for one in cards if "Possible repeat" not in one.versions[0].text]
            assert len(unmarked) <= 1, [one.text for one in cards]
        assert house.value("SELECT count(*) FROM inbox WHERE handled_at IS NULL OR error <> ''") == 0


def _anna(telegram: BotApiServer) -> User:
    """The owner, in a Telegram that goes on where that of the copied installation ended."""
    user = telegram.world.add_user(ANNA, "Anna")
    telegram.world.chats[ANNA].last_message_id += 1000
    telegram.world.updates._next_id += 1000
    return user


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation with two places and an owner; what is published from now on is news."""
    root = tmp_path_factory.mktemp("template")
    with installation(root) as house:
        house.start()
        house.join(house.person(ANNA, "Anna"), Role.OWNER)
        house.step(300)
        assert house.running.stop() == 0
    return root


def live(template: Path, folder: Path, edge: str, at: int) -> bool:
    """One life with a kill at its commit of that number; False when it has fewer."""
    root = Path(shutil.copytree(template, folder / f"{edge}-{at}"))
    with installation(root, begun=timedelta(seconds=310)) as house:
        is_killed = Life(house, edge, at).live()
    shutil.rmtree(root)
    return is_killed


def test_a_kill_at_a_few_commits_loses_and_doubles_nothing(template: Path, tmp_path: Path) -> None:
    """Before a commit while incidents open, after one while presses are taken."""
    assert live(template, tmp_path, "commit", 12)
    assert live(template, tmp_path, "committed", 30)


@pytest.mark.proof
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("first", range(1, LAST_PART + 1, PART))
@pytest.mark.parametrize("edge", EDGES)
def test_a_kill_at_every_commit_loses_and_doubles_nothing(
    template: Path, tmp_path: Path, edge: str, first: int
) -> None:
    """From the first commit of a start to the last of two incidents, each is the place of one kill.

    Divided into parts, each of which takes a few minutes; the last goes on until a life has no such commit.
    """
    kills = 0
    while (kills < PART or first == LAST_PART) and live(template, tmp_path, edge, first + kills):
        kills += 1
        assert first + kills < LAST
    assert kills == PART or first == LAST_PART, f"a life has only {first + kills - 1} commits"
    _note(_WORDS[edge], first, kills)


def _note(edge: str, first: int, kills: int) -> None:
    """Put a part's row into the report, in the place of an older one."""
    begin = f"| {edge} | {first:>2} to "
    text = REPORT.read_text(encoding="utf-8") if REPORT.exists() else _HEAD
    rows = [line for line in text.splitlines() if line.startswith("| right ") and not line.startswith(begin)]
    rows.append(f"{begin}{first + kills - 1:>2} | {kills} | nothing lost, nothing doubled unsaid |")
    REPORT.write_text(_HEAD + "\n".join(sorted(rows)) + "\n", encoding="utf-8")


_WORDS = {"commit": "right before the commit", "committed": "right after the commit"}
_HEAD = """# A kill at each commit

Made by `make proof` (`tests/e2e/test_commits.py`). A process starts; at two places three low reviews open an incident,
the cards are sent, the owner acknowledges both, one of them grows to seven. The process ends itself by SIGKILL at its
first commit; in the next life, which begins with the same files, at its second; and so on until none is left. Each time
it is started again and goes on. After each: every review once, two incidents, one acknowledgement each, cards that say
so, both presses answered (but for the one right after whose commit it died), nothing waiting, and a second card only
if it says that it may be a repeat. The parts that were run stand below; what does not stand there was not run.

| killed | commits | kills | seen |
|---|---|---|---|
"""
