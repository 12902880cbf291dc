"""`reviewbot demo` as a process of its own: by itself, with changed exports, and by hand in a terminal."""

from __future__ import annotations

import csv
import json
import os
import pty
import re
import resource
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.demo import evening
from tests.integration.cli_process import Ended, environment, fresh_reviewbot, reviewbot
from tests.pictures import __main__ as pictures

DEMO = [sys.executable, "-m", "bot", "demo"]
GROUP = "Linde Team"
LIMIT_S = 60


def processor_seconds() -> float:
    """What the processes that this one started and that have ended have used so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cards(tree: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The cards of each chat, by the chat's title."""
    titles = {chat["id"]: chat["title"] for chat in tree["chats"]}
    found: dict[str, list[dict[str, Any]]] = {}
    for message in tree["messages"]:
        if {"chat_id": message["chat_id"], "message_id": message["message_id"]} in tree["cards"]:
            found.setdefault(titles[message["chat_id"]], []).append(message)
    return found


def copy_of_exports(folder: Path) -> Path:
    """The exports, to be changed."""
    return Path(shutil.copytree(evening.bundled(), folder / "exports"))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, dict[str, Any], float]:
    """The evening as it plays by itself: the process, its transcript, its seconds.

    The seconds are the processor's, of the demo and its workers, so that a busy machine does not count against it.
    """
    path = tmp_path_factory.mktemp("demo") / "transcript.json"
    start = processor_seconds()
    # A configured installation's environment is none of the demo's business.
    own = {"REVIEWBOT_TELEGRAM__TOKEN": "1:own", "REVIEWBOT_DATA_DIR": "/nowhere"}
    done = fresh_reviewbot("demo", "--transcript", path, env=own)
    return done, json.loads(path.read_text(encoding="utf-8")), processor_seconds() - start


def test_it_plays_by_itself_within_a_minute(played: Any) -> None:
    """Without a terminal it ends with 0, quietly, and names the next command."""
    done, _, seconds = played
    assert done.code == 0, done.err
    assert done.err == ""
    assert seconds < LIMIT_S
    assert "reviewbot pair" in done.out.splitlines()[-1]


def test_the_picture_in_readme_shows_what_the_program_says(played: Any) -> None:
    """The card's words and buttons are those that the picture was drawn with: else `python -m tests.pictures`."""
    _, tree, _ = played
    assert pictures.shown_text(tree) == pictures.text_of("en").read_text(encoding="utf-8"), "python -m tests.pictures"


def test_each_chat_has_one_card_that_is_edited_in_place(played: Any) -> None:
    """Ten low reviews out of two exports are one card in each chat, grown, taken, resolved and noted in place."""
    _, tree, _ = played
    found = cards(tree)
    assert {title: len(its) for title, its in found.items()} == {"Petra": 1, "Anna": 1, GROUP: 1}
    for (card,) in found.values():
        firsts = [version["text"].split("\n", 1)[0] for version in card["versions"]]
        assert firsts[0].startswith("🔴 4 low reviews")
        assert firsts[-1].startswith("✅ 10 low reviews")
        assert not card["is_silent"]
    last = found[GROUP][0]["versions"][-1]["text"]
    assert "Resolved by Anna" in last
    assert "Cause: waiting" in last
    assert "Two cooks off sick" in last


def test_the_card_names_the_theme_before_anybody_takes_it(played: Any) -> None:
    """The texts are read while the incident is open, so the manager sees what it is about before the press."""
    _, tree, _ = played
    texts = [version["text"] for version in cards(tree)[GROUP][0]["versions"]]
    still_open = [text for text in texts if "\nOpen" in text]
    assert "Often mentioned: waiting and service" in still_open[-1]


def test_a_stranger_changes_nothing_and_is_told(played: Any) -> None:
    """A press by somebody who is not on the team list is answered in a window and leaves the card as it is."""
    _, tree, _ = played
    (press,) = [press for press in tree["presses"] if press["by"] == "Ben"]
    assert "nothing was changed" in press["answer"]
    assert press["is_alert"]
    (card,) = cards(tree)[GROUP]
    assert not any("Ben" in version["text"] for version in card["versions"])


def test_what_is_printed_is_what_was_received(played: Any) -> None:
    """Every first line of a card's versions stands in the terminal."""
    done, tree, _ = played
    (card,) = cards(tree)[GROUP]
    for version in card["versions"]:
        assert version["text"].split("\n", 1)[0].replace("\u00a0", " ") in done.out.replace("\u00a0", " ")


@pytest.mark.proof
def test_a_changed_rating_changes_the_card(tmp_path: Path) -> None:
    """One low review made a good one in a copy of the exports leaves nine on the card; data are kept on request."""
    exports = copy_of_exports(tmp_path)
    table = exports / "tripadvisor" / "bewertungen-2.csv"
    rows = list(csv.reader(table.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    column = rows[0].index("Sterne")
    next(row for row in rows if row[column] == "1,0")[column] = "5,0"
    with table.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows(rows)
    path = tmp_path / "transcript.json"
    done = reviewbot("demo", "--exports", exports, "--transcript", path, "--keep", tmp_path / "kept")
    assert done.code == 0, done.err
    (card,) = cards(json.loads(path.read_text(encoding="utf-8")))[GROUP]
    assert card["versions"][-1]["text"].startswith("✅ 9 low reviews")
    assert (tmp_path / "kept" / "data" / "reviewbot.sqlite3").is_file()


def test_a_good_evening_raises_nothing(tmp_path: Path) -> None:
    """Without low reviews in the evening there is no card, and the demo says so and ends with 0."""
    exports = copy_of_exports(tmp_path)
    for path in exports.rglob("*-2.*"):
        text = re.sub('"(ONE|TWO)"', '"FIVE"', path.read_text(encoding="utf-8"))
        # Five stars above a complaint would be asked about: which scale is that?
        text = re.sub(r";[12],0;[^;]*;[^;\n]*", ";5,0;Sehr gut;Köstlich und sehr freundlich.", text)
        path.write_text(text, encoding="utf-8")
    done = reviewbot("demo", "--exports", exports)
    assert done.code == 0, done.err
    assert "No incident" in done.out
    assert "🔴" not in done.out


def test_unusable_exports_are_all_named(tmp_path: Path) -> None:
    """A missing and an odd file end the demo with 1 and one text that names both and where the originals lie."""
    exports = copy_of_exports(tmp_path)
    (exports / "google" / "reviews-2.json").unlink()
    (exports / "tripadvisor" / "bewertungen-2.csv").write_text("Datum;Sterne\ngestern;sieben\n", encoding="utf-8")
    done = reviewbot("demo", "--exports", exports)
    assert done.code == 1
    assert "google/reviews-2.json" in done.err
    assert "tripadvisor/bewertungen-2.csv" in done.err
    assert str(evening.bundled()) in done.err
    assert "Traceback" not in done.err


class Terminal:
    """The demo in a pseudo-terminal."""

    def __init__(self, *options: str, **more: str) -> None:
        self._master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [*DEMO, *options], env=environment({"TERM": "dumb", **more}), stdin=slave, stdout=slave, stderr=slave
        )
        os.close(slave)
        self._seen = ""
        self._told = 0

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self._master, f"{line}\n".encode())

    def until(self, wanted: str, *, seconds: float = 120.0) -> str:
        """What appears from the last match up to and with the first match of this pattern."""
        end = time.monotonic() + seconds
        while (match := re.compile(wanted).search(self._seen, self._told)) is None:
            assert time.monotonic() < end, f"no {wanted!r} in:\n{self._seen[self._told :]}"
            if select.select([self._master], [], [], 0.2)[0]:
                self._seen += os.read(self._master, 65536).decode("utf-8", "replace")
        told, self._told = self._told, match.end()
        return self._seen[told : match.end()]

    def close(self) -> None:
        """End what is left."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=120)
        os.close(self._master)


def test_a_press_by_number_is_answered_at_once_and_q_ends() -> None:
    """In a terminal the number of a button presses it: the card changes within a second or so; q ends with 0."""
    terminal = Terminal(LANG="en_US.UTF-8")
    try:
        terminal.until(r"\[q\] end > ")
        terminal.type("")
        shown = terminal.until(r"\[q\] end > ")
        assert "🔴 4 low reviews" in shown
        # The card is drawn anew when its texts have been read, with numbers of its own; the newest count.
        numbers = re.findall(r"\[ +(\d+) Acknowledge +\]", shown)
        assert numbers, shown
        start = time.monotonic()
        terminal.type(numbers[-1])
        assert "🔵 4 low reviews" in terminal.until(r"Acknowledged by Anna")
        assert time.monotonic() - start < 120  # about a quarter of a second where nothing else runs
        terminal.until(r"\[q\] end > ")
        terminal.type("/status")
        assert "Open: " in terminal.until(r"Open: .*#1|Open: 1")
        terminal.until(r"\[q\] end > ")
        terminal.type("999")
        terminal.until("no button 999")
        terminal.type("q")
        terminal.until("reviewbot pair")
        assert terminal.process.wait(timeout=120) == 0
    finally:
        terminal.close()


@pytest.mark.proof
def test_the_language_of_the_machine_is_spoken(tmp_path: Path) -> None:
    """LANG=de makes chats and the demo's own lines German; --language comes first."""
    path = tmp_path / "transcript.json"
    german = {"LANG": "de_DE.UTF-8"}
    done = reviewbot("demo", "--transcript", path, env=german)
    assert done.code == 0, done.err
    tree = json.loads(path.read_text(encoding="utf-8"))
    assert cards(tree)[GROUP][0]["versions"][-1]["text"].startswith("✅ 10 schlechte Bewertungen")
    assert "Weiter mit einem eigenen Bot" in done.out
    assert reviewbot("demo", "--language", "xx", env=german).code == 2
