"""An incident storm: reviews arrive at many places, managers press, and the process is killed again and again."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.demo.botapi import Press, User
from bot.model.people import Role
from tests.e2e import marks
from tests.e2e.house import House, Line, data_of
from tests.e2e.marks import Mark
from tests.e2e.process import Driven

GROUP = -1001
VERBS = ("ack", "una", "snz", "sns", "unz", "res", "rsc", "rop", "asg", "asp", "bak", "rev")
LONGEST_LIFE_S = 120.0
STEP_S = 45


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill.

    Attributes:
        aim: "random", "transaction", "claimed" (Telegram not asked yet), "answered" (Telegram's answer not noted), or
            right before a "commit" or after it ("committed").
        mark: where the process was.
        was_started: whether it had come as far as watching.
        in_flight: outbox rows that the database shows as being sent.
    """

    aim: str
    mark: Mark
    was_started: bool
    in_flight: frozenset[int]


@dataclass(slots=True)
class Storm:
    """Everything that was done to a house, to compare with what came of it.

    Attributes:
        most_waiting: nobody presses while so many presses have no answer.
        written: location -> the ids of the low reviews that were put into its folder.
    """

    house: House
    places: int
    chance: random.Random
    owner: User = field(init=False)
    managers: list[User] = field(init=False)
    most_waiting: int | None = None
    written: dict[str, list[str]] = field(default_factory=dict)
    presses: list[Press] = field(default_factory=list)
    kills: list[Kill] = field(default_factory=list)
    _count: int = 0

    @property
    def marks(self) -> Path:
        return self.house.root / "marks"

    @property
    def chats(self) -> list[int]:
        """Every chat that is linked to all places."""
        return [self.owner.user_id, *(one.user_id for one in self.managers), GROUP]

    def prepare(self) -> None:
        """A business with many places, an owner, two managers and a group; the first imports are done."""
        house = self.house
        keys = [f"place{number}" for number in range(self.places)]
        house.configure(
            [{"id": key, "name": key.capitalize(), "sources": [house.folder(key, every_minutes=0.5)]} for key in keys],
            level="info",
        )
        house.start()
        self.owner = house.person(501, "Anna")
        self.managers = [house.person(502, "Ben"), house.person(503, "Cem", language="de")]
        house.join(self.owner, Role.OWNER)
        for manager in self.managers:
            house.join(manager, Role.MANAGER)
        house.link_group([self.owner, *self.managers], GROUP)
        self.written = {key: [] for key in keys}
        house.step(300)  # what is published from now on is news
        house.close()

    def kill_once(self, aim: str, *, presses: float = 0.08) -> Kill:
        """Start, let reviews arrive and managers press, and kill at the place aimed at, or where it happens to be.

        Args:
            aim: see `Kill`.
            presses: how likely somebody presses each hundredth of a second.
        """
        house, chance = self.house, self.chance
        wait, life = "", LONGEST_LIFE_S
        if aim == "random":
            life = chance.uniform(0.05, 2.0)
        else:
            wait = f"{aim}:{chance.randint(1, {'transaction': 400, 'commit': 40, 'committed': 40}.get(aim, 12))}"
        self.marks.unlink(missing_ok=True)
        self.drop()
        process = house.launch(str(self.marks), *([wait] if wait else []))
        if aim == "random" and chance.random() < 0.75:
            process.wait_started()
        was_started = self._bustle(process, until=time.monotonic() + life, presses=presses)
        if process.code is None:
            process.kill()
        mark = marks.read(self.marks)
        rows = house.rows("SELECT outbox_id FROM outbox WHERE state = 'sending'")
        found = Kill(mark.waits_at or "random", mark, was_started, frozenset(row["outbox_id"] for row in rows))
        self.kills.append(found)
        return found

    def _bustle(self, process: Driven, *, until: float, presses: float) -> bool:
        was_started = may_step = process.is_started
        while time.monotonic() < until and not marks.read(self.marks).waits_at and process.code is None:
            answer = process.answer(timeout=0.01)
            if answer is not None:
                was_started = may_step = True
            if may_step:
                may_step = False
                self.house.clock.advance(timedelta(seconds=STEP_S))
                process.send(f"step {STEP_S}")
                self.drop()
            if was_started and self.chance.random() < presses and self._may_press():
                self.press()
        return was_started

    def _may_press(self) -> bool:
        newest = self.presses[-20:]
        return self.most_waiting is None or sum(one.answer is None for one in newest) < self.most_waiting

    def drop(self) -> None:
        """New low reviews at two places."""
        for key in self.chance.sample(sorted(self.written), k=2):
            self._count += 1
            ids = [f"{self._count}-{number}" for number in range(self.chance.randint(1, 3))]
            lines = [Line(one, self.chance.choice((1, 2)), self.house.ago(1.5), f"Cold soup {one}") for one in ids]
            self.house.export(key, f"{self._count}.csv", lines)
            self.written[key] += ids

    def press(self) -> None:
        """Somebody presses some button of some message."""
        chat_id = self.chance.choice(self.chats)
        users = [self.owner, *self.managers]
        user = next((one for one in users if one.user_id == chat_id), None) or self.chance.choice(users)
        shown = [one for one in self.house.said(chat_id) if any(data.startswith(VERBS) for data in data_of(one))]
        if shown:
            message = self.chance.choice(shown)
            data = self.chance.choice([one for one in data_of(message) if one.startswith(VERBS)])
            pressed = self.house.telegram.call(
                # The card may have changed since it was read, as on any phone.
                lambda t: t.people.press(user, message.chat_id, message.message_id, data, is_stale=True)
            )
            self.presses.append(pressed)

    def calm(self) -> None:
        """Start for the last time and let everything come to rest."""
        self.house.start()
        for _ in range(100):
            self.house.step(60)
            waiting = "SELECT (SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending'))"
            unhandled = "(SELECT count(*) FROM inbox WHERE handled_at IS NULL)"
            pending = self.house.telegram.call(lambda t: t.world.updates.pending)
            pickers = "(SELECT count(*) FROM deadlines WHERE kind IN ('picker', 'unask'))"
            if not pending and not self.house.value(f"{waiting} + {unhandled} + {pickers}"):
                return
        raise AssertionError("the storm does not come to rest")
