"""A restart goes on exactly where it was: deadlines, presses, messages whose answer was lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.demo.botapi import Message, User
from bot.demo.botapi.updates import LONGEST_POLL_SECONDS
from bot.model.people import Role
from tests.e2e import marks
from tests.e2e.house import House, Line
from tests.forked import ROOT

EXIT_FAILED = 1


def _incident(house: House) -> tuple[User, Message]:
    """One place, an owner, and an open incident."""
    house.configure([{"id": "mitte", "name": "Mitte", "sources": [house.folder("exports")]}])
    house.start()
    owner = house.person(501, "Anna")
    house.join(owner, Role.OWNER)
    house.step(600)
    house.export("exports", "bad.csv", [Line(f"a{n}", 1, house.ago(5), f"Cold {n}") for n in range(3)])
    house.step(120)
    house.step(60)
    return owner, house.wait_for_card(owner.user_id, "3 low reviews")


def _cli(house: House, *, timeout: float = 30) -> subprocess.CompletedProcess[str]:
    """`reviewbot run` as the owner starts it."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "run", "-c", str(house.config)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@pytest.mark.proof
def test_a_snooze_that_runs_out_while_the_process_is_down_is_told_once_after_the_start(house: House) -> None:
    """The deadline passes during the outage; after the start it is told once, and again not after another start."""
    owner, card = _incident(house)
    house.press(owner, card, "snz")
    picker = house.telegram.wait_for(lambda t: _with(t.world.message(card.chat_id, card.message_id), "sns"))
    assert picker is not None
    house.press(owner, picker, "sns")
    house.wait_for_card(owner.user_id, "nooz")
    house.running.kill()
    for _ in range(2):
        house.clock.advance(timedelta(hours=2))
        house.start()
        house.step(60)
        told = [message for message in house.said(owner.user_id) if "nooze of #1 is over" in message.text]
        assert len(told) == 1, [message.text for message in house.said(owner.user_id)]
        assert not told[0].is_silent
        assert house.running.stop() == 0
    house.wait_for_card(owner.user_id, "Open")


def test_a_press_stored_before_a_kill_is_handled_once_after_the_restart(house: House, tmp_path: Path) -> None:
    """Killed in the transaction that handles a stored press: the restart makes the move once, and no press is lost."""
    owner, card = _incident(house)
    assert house.running.stop() == 0
    before = house.value("SELECT count(*) FROM inbox")
    file = tmp_path / "marks"
    service = house.launch(str(file), "handling:1")
    service.wait_started()
    house.press(owner, card, "ack")
    _until(lambda: marks.read(file).waits_at == "handling")
    service.kill()
    assert house.value("SELECT count(*) FROM inbox") == before + 1
    assert house.value("SELECT count(*) FROM inbox WHERE handled_at IS NULL") == 1
    assert house.value("SELECT count(*) FROM incident_moves WHERE move = 'acknowledge'") == 0
    for _ in range(2):
        house.start()
        house.wait_for_card(owner.user_id, "cknowledged by Anna")
        assert house.value("SELECT count(*) FROM incident_moves WHERE move = 'acknowledge'") == 1
        assert house.value("SELECT count(*) FROM inbox") == before + 1
        assert house.running.stop() == 0


def test_a_message_whose_answer_was_lost_says_that_it_may_be_a_repeat(house: House) -> None:
    """Telegram takes an answer to /help and the line breaks: the second one says so, and a card would too."""
    owner, _ = _incident(house)
    said = len(house.said(owner.user_id))
    house.telegram.call(lambda t: t.faults.add(kind="drop_after", method="sendMessage"))
    house.telegram.call(lambda t: t.people.say(owner, owner.user_id, "/help"))
    # What fails after the clock was moved would be tried again at a time that the test never reaches.
    _until(lambda: house.value("SELECT count(*) FROM outbox WHERE state = 'waiting' AND is_repeat") == 1)
    house.step(30)
    first, second = house.telegram.wait_for(lambda t: _two(t.sent(owner.user_id)[said:]))
    assert "Possible repeat" not in first.text
    assert second.text == f"{first.text}\nPossible repeat: restart while sending."
    house.step(600)
    assert len(house.said(owner.user_id)) == said + 2


def test_a_second_instance_on_the_same_database_refuses_to_start(house: House) -> None:
    """Exit code 1 and a text that names the other process and what to do; the first one goes on."""
    house.configure([{"id": "mitte", "name": "Mitte", "sources": [house.folder("exports")]}])
    first = house.start()
    second = _cli(house)
    assert second.returncode == EXIT_FAILED
    assert f"Another reviewbot (process {first.pid}) already runs on {house.root / 'data'}." in second.stderr
    assert "Stop it first" in second.stderr
    assert "Traceback" not in second.stderr
    house.step(1)


def test_a_revoked_token_ends_the_program_and_says_what_to_do(house: House) -> None:
    """401 while it runs: exit code 1, the text on stderr, and the reason in the database for the health check."""
    house.configure([{"id": "mitte", "name": "Mitte", "sources": [house.folder("exports")]}])
    service = house.start()
    house.telegram.call(lambda t: t.faults.add(kind="unauthorized", times=None))
    house.telegram.call(lambda t: t.people.say(t.world.add_user(7, "Eve"), 7, "/start"))
    assert service.wait() == EXIT_FAILED
    assert "Ask @BotFather for a new one" in service.text().splitlines()[-1]
    assert "@BotFather" in house.value("SELECT telegram_error FROM installation")
    again = _cli(house)
    assert again.returncode == EXIT_FAILED
    assert "Ask @BotFather for a new one" in again.stderr
    house.telegram.call(lambda t: t.faults.clear())
    house.start()
    assert house.value("SELECT telegram_error FROM installation") == ""


def test_sigterm_ends_the_command_line_program_in_seconds_with_exit_code_0(house: House) -> None:
    """`reviewbot run` gets SIGTERM while it waits for Telegram: it ends long before that is over, in order."""
    house.configure([{"id": "mitte", "name": "Mitte", "sources": [house.folder("exports")]}])
    _ends_at_sigterm(house, lambda t: t.world.updates.is_polled)
    assert house.value("SELECT stopped_at FROM installation") is not None


def test_sigterm_right_after_the_start_ends_it_within_seconds(house: House) -> None:
    """`reviewbot run` gets SIGTERM while it still waits for Telegram's first answer: it ends, in order."""
    house.configure([{"id": "mitte", "name": "Mitte", "sources": [house.folder("exports")]}])
    house.fault("timeout_before", "getMe", times=None)
    log = _ends_at_sigterm(house, lambda t: any(fault.hits for fault in t.faults._faults))
    assert "Telegram does not answer yet" not in log, "the start was waited for"


def _ends_at_sigterm(house: House, is_ready: Callable[[Any], bool]) -> str:
    """Run the command until Telegram's server has seen it, send SIGTERM; gives its log."""
    with house.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "-c", str(house.config)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=log,
        )
        try:
            house.telegram.wait_for(is_ready)
            asked_at = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
            assert time.monotonic() - asked_at < LONGEST_POLL_SECONDS / 2
        finally:
            process.kill()
            process.wait()
    said = house.log.read_text(encoding="utf-8")
    assert "Traceback" not in said
    return said


def _with(message: Message | None, verb: str) -> Message | None:
    rows = [] if message is None else message.versions[-1].keyboard
    return message if any(str(b.get("callback_data", "")).startswith(verb) for row in rows for b in row) else None


def _two(messages: list[Message]) -> list[Message]:
    return messages if len(messages) == 2 else []


def _until(is_true: Callable[[], bool], *, timeout: float = 120.0) -> None:
    until = time.monotonic() + timeout
    while not is_true():
        assert time.monotonic() < until
        time.sleep(0.005)
