"""`reviewbot settings`: every value with where it comes from."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from bot import app, settings
from bot.choices import About, Choice
from bot.clock import SystemClock
from bot.sources import registry
from bot.store.people import settings as kept
from tests.integration.cli_process import reviewbot, write_config


def test_settings_say_where_each_value_comes_from(tmp_path: Path) -> None:
    """What is delivered, what the file says, and what was chosen in the chat with its time and what it was."""
    config = write_config(tmp_path)
    text = config.read_text(encoding="utf-8")
    named = 'name = "Marktplatz"\n'
    config.write_text(text.replace(named, named + 'severe = "silent"\nquotes = "off"\n'), encoding="utf-8")

    async def choose() -> None:
        loaded = settings.load(config, registry.SETTINGS)
        async with app.opened(loaded, SystemClock()) as (store, _), store.write() as connection:
            at = datetime(2026, 11, 24, 17, tzinfo=UTC)
            await kept.choose(connection, About.LOCATION, 1, Choice.QUOTES, "on", now=at, by_id=None)

    asyncio.run(choose())
    done = reviewbot("settings", "-c", config)
    assert done.code == 0, done.err
    lines = [line.split() for line in done.out.splitlines()]
    said = {line[1]: (line[2], " ".join(line[3:])) for line in lines if len(line) > 3}
    assert said["severe"] == ("silent", "file")
    assert said["each_low"] == ("off", "default")
    assert said["quotes"][0] == "on"
    assert said["quotes"][1].startswith("chat: somebody, ")
    assert said["quotes"][1].endswith("before: off")
