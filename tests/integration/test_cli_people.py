"""`pair` and `people`, with a real bot and the real command."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import app, settings
from bot.clock import SystemClock
from bot.demo.botapi import BotApiServer
from bot.demo.botapi.thread import BotApiThread
from bot.sources import registry
from tests.integration.cli_process import TOKEN, fresh_reviewbot, reviewbot, write_config


@pytest.fixture
def telegram() -> Iterator[BotApiThread]:
    with BotApiThread(token=TOKEN) as server:
        yield server


def code_in(text: str, parameter: str = "start") -> str:
    found = re.search(rf"https://t\.me/review_alert_bot\?{parameter}=([A-Za-z0-9_-]{{22}})\s", text)
    assert found is not None, text
    return found[1]


def test_pair_works_before_the_first_run(tmp_path: Path, telegram: BotApiThread) -> None:
    """Without any database it asks Telegram for the bot's name and prints a link for an owner."""
    done = reviewbot("pair", "-c", write_config(tmp_path, base_url=telegram.base_url))
    assert done.code == 0, done.err
    assert code_in(done.out)
    assert "an owner of Café Linde" in done.out


def test_a_group_link_opens_the_choice_of_groups(tmp_path: Path, telegram: BotApiThread) -> None:
    """`--group` gives ?startgroup=."""
    config = write_config(tmp_path, base_url=telegram.base_url)
    done = reviewbot("pair", "--group", "--location", "market", "-c", config)
    assert done.code == 0, done.err
    assert code_in(done.out, "startgroup")


async def test_a_link_made_while_the_service_runs_connects_one_person(tmp_path: Path) -> None:
    """The link works at once and once only; `people` lists the person, and revokes only after a yes."""
    async with BotApiServer(token=TOKEN) as server:
        anna = server.world.add_user(1001, "Anna \x1b[31m", language_code="en")
        ben = server.world.add_user(1002, "Ben", language_code="en")
        config = write_config(tmp_path, base_url=server.base_url)
        service = app.build(settings.load(config, registry.SETTINGS), SystemClock())
        await service.start()
        try:
            made = await asyncio.to_thread(reviewbot, "pair", "--role", "manager", "-c", config)
            assert made.code == 0, made.err
            server.people.start(anna, code_in(made.out))
            await server.wait_for(lambda: len(server.messages(1001)) >= 2)
            server.people.start(ben, code_in(made.out))
            await server.wait_for(lambda: len(server.messages(1002)) >= 2)
            listed = await asyncio.to_thread(reviewbot, "people", "list", "-c", config)
            assert re.search(
                r"^1 +Anna \[31m +manager +Café Linde +\d{4}-\d\d-\d\d \d\d:\d\d$", listed.out, re.MULTILINE
            )
            assert "\x1b" not in listed.out
            assert "Ben" not in listed.out
            kept = await asyncio.to_thread(reviewbot, "people", "--revoke", 1, "-c", config, stdin="n\n")
            assert kept.code == 1
            gone = await asyncio.to_thread(reviewbot, "people", "--revoke", 1, "--yes", "-c", config)
            assert gone.code == 0, gone.err
            assert "no access any more" in gone.out
        finally:
            await service.stop()
    assert "Nobody is connected yet" in reviewbot("people", "-c", config).out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("pair", "--location", "nowhere"), "linde/market"),
        (("pair", "--business", "nobody"), "there are: linde"),
        (("pair", "--role", "king"), "king"),
        (("people", "--revoke", "7"), "nobody with the ID 7"),
    ],
)
def test_a_wrong_name_is_a_mistake_of_the_command_line(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    """It ends with 2 and says which names there are."""
    done = reviewbot(*arguments, "-c", write_config(tmp_path))
    assert done.code == 2
    assert says in re.sub(r"\s+", " ", done.err)


def test_pair_without_telegram_says_what_to_look_at(tmp_path: Path) -> None:
    """No answer from Telegram is said in words, with 1 and without the token."""
    done = fresh_reviewbot("pair", "-c", write_config(tmp_path))
    assert done.code == 1
    assert "Telegram cannot be reached at http://127.0.0.1:9" in done.err
    assert TOKEN not in done.err + done.out
