"""A house for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.clock import SteppedClock
from bot.demo.botapi import BotApiThread
from tests.e2e.house import PATIENCE_S, START, TOKEN, House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An empty installation and a Telegram to go with it; whatever runs is ended with the test."""
    clock = SteppedClock(START)
    with BotApiThread(token=TOKEN, now=clock.now, query_lifetime_seconds=PATIENCE_S) as telegram:
        made = House(tmp_path, telegram, clock)
        try:
            yield made
        finally:
            made.close()
