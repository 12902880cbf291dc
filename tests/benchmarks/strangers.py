"""A flood of strangers against the real program: how long presses and a new card take meanwhile.

python -m tests.benchmarks.strangers [SECONDS]

10,000 messages a minute from 3,000 strangers reach a `reviewbot run` of its own by the local Bot API server. Each
second the owner presses a button of a standing card; every five seconds three low reviews are put into the folder of a
place that has no incident yet. What counts is the time by the clock from the press to its answer and, for a card, from
when the file could be read at the earliest: it lies two seconds untouched and is looked for each twelve seconds.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bot.clock import SteppedClock
from bot.demo.botapi import BotApiServer, BotApiThread, Press, User
from bot.model.people import Role
from tests.e2e.house import TOKEN, House, Line

ROOT = Path(__file__).parents[2]
SECONDS = 60
A_MINUTE = 10_000
STRANGERS = 3_000
A_CARD_EVERY_S = 5.0
OWNER = 501


def main(seconds: float) -> None:
    """Run the flood and print the figures."""
    with tempfile.TemporaryDirectory() as folder, BotApiThread(token=TOKEN, query_lifetime_seconds=600.0) as telegram:
        house = House(Path(folder), telegram, SteppedClock(datetime.now(UTC)))
        keys = [f"place{number}" for number in range(int(seconds / A_CARD_EVERY_S) + 2)]
        sources = [house.folder(key, every_minutes=0.2) for key in keys]
        house.configure(
            [{"id": key, "name": key, "sources": [source]} for key, source in zip(keys, sources, strict=True)],
            level="info",
        )
        with house.log.open("wb") as log:
            command = [sys.executable, "-m", "bot", "run", "-c", str(house.config)]
            run = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=log, stderr=log
            )
            try:
                _flood(house, keys, seconds)
            finally:
                run.terminate()
                run.wait(60)


def _flood(house: House, keys: Sequence[str], seconds: float) -> None:
    telegram = house.telegram
    telegram.wait_for(lambda t: t.world.updates.is_polled)
    owner = house.person(OWNER, "Anna")
    house.join(owner, Role.OWNER)
    time.sleep(10)  # every folder was read once, so that what comes now is news
    _put(house, keys[0])
    card = telegram.wait_for(lambda t: [one for one in t.sent(OWNER) if keys[0] in one.text and "low" in one.text])[0]
    strangers = telegram.call(lambda t: [t.world.add_user(10_000 + one, f"S{one}") for one in range(STRANGERS)])
    chance, begun = random.Random(1), time.monotonic()
    presses: list[Press] = []
    put: dict[str, float] = {}
    seen: dict[str, float] = {}
    said, waiting = 0, list(keys[1:])
    while (now := time.monotonic() - begun) < seconds + 20:
        if now < seconds:
            due = int(now * A_MINUTE / 60) - said
            said += due
            telegram.call(partial(_say, strangers=strangers, chance=chance, count=due))
            if now >= len(presses):
                presses.append(house.press(owner, house.now_says(card), "rev"))
            if waiting and now >= len(put) * A_CARD_EVERY_S:
                key = waiting.pop(0)
                _put(house, key)
                put[key] = now
        for key in put.keys() - seen.keys():
            if any(text.startswith(tuple("🔴🟠🟡⚪🔵")) and f"{key}:" in text for text in _texts(telegram)):
                seen[key] = time.monotonic() - begun
        if now >= seconds and len(seen) == len(put) and all(press.answer for press in presses):
            break
        time.sleep(0.02)
    waits = sorted(press.answer.after_s if press.answer else float("inf") for press in presses)
    cards = sorted(seen.get(key, float("inf")) - at for key, at in put.items())
    print(f"{said} messages of {STRANGERS} strangers in {seconds:.0f} s; load {os.getloadavg()[0]:.1f}")
    print(f"{len(waits)} presses: median {waits[len(waits) // 2]:.2f} s, p99 and longest {waits[-1]:.2f} s")
    print(
        f"{len(cards)} cards from file to chat: {', '.join(f'{one:.1f}' for one in cards)} s (2 to 14 are the folder's)"
    )


def _put(house: House, key: str) -> None:
    house.clock.advance(datetime.now(UTC) - house.clock.now())
    at = datetime.now(UTC) - timedelta(minutes=2)
    path = house.export(key, "bad.csv", [Line(f"{key}-{number}", 1, at, f"Cold soup {number}.") for number in range(3)])
    os.utime(path)


def _texts(telegram: BotApiThread) -> list[str]:
    return telegram.call(lambda t: [one.text for one in t.sent(OWNER)])


def _say(server: BotApiServer, strangers: Sequence[User], chance: random.Random, count: int) -> None:
    for _ in range(count):
        user = chance.choice(strangers)
        server.people.say(user, user.user_id, chance.choice(("/start x", "/help", "hello", "/status")))


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
