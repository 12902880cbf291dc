"""`reviewbot setup` in a real terminal, against the local Telegram: from nothing to a connected phone and a replay."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import signal
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot import settings
from bot.demo.botapi import BotApiServer
from bot.sources import registry
from tests.integration.cli_process import reviewbot
from tests.traces import traces

TOKEN = "123456:wizard"
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A program in a terminal of its own."""

    def __init__(self, *command: str, env: dict[str, str], folder: Path) -> None:
        self.seen = ""
        self._at = 0
        self._file, theirs = pty.openpty()
        self._process = subprocess.Popen(
            command, cwd=folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
        )
        os.close(theirs)
        os.set_blocking(self._file, False)

    def _read(self) -> None:
        try:
            while chunk := os.read(self._file, 65536):
                self.seen += _ESCAPES.sub("", chunk.decode("utf-8", "replace")).replace("\r", "")
        except (BlockingIOError, OSError):
            return

    async def wait_for(self, text: str, *, within_s: float = 300) -> str:
        """Wait until a text appears; gives everything since the last wait."""
        async with asyncio.timeout(within_s):
            while text not in self.seen[self._at :]:
                await asyncio.sleep(0.05)
                self._read()
        since = self.seen[self._at :]
        self._at = self.seen.index(text, self._at) + len(text)
        return since

    async def answer(self, question: str, answer: str) -> str:
        """Answer a question."""
        since = await self.wait_for(question)
        os.write(self._file, f"{answer}\n".encode())
        return since

    def interrupt(self) -> None:
        """Ctrl+C."""
        self._process.send_signal(signal.SIGINT)

    async def end(self) -> int:
        """Wait for the program's end; gives its exit code."""
        code = await asyncio.to_thread(self._process.wait, 300)
        self._read()
        os.close(self._file)
        return code


def terminal(tmp_path: Path, server: BotApiServer, *more: str) -> Terminal:
    env = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "COLUMNS": "160",
        "REVIEWBOT_TELEGRAM__BASE_URL": server.base_url,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command = (sys.executable, "-m", "bot", "setup", "--config", "config/reviewbot.toml", *more)
    return Terminal(*command, env=env, folder=tmp_path)


STRANGE = "Wann;Ergebnis;Was\n" + "".join(
    f"{day:02}.03.2026;{day % 10 + 1};Der Gang Nummer {day} kam spät\n" for day in range(1, 29)
)


async def test_from_nothing_to_a_replay(tmp_path: Path) -> None:
    """A stranger's CSV, a wrong token first, the phone paired by its link, the alert heard: no editor is needed."""
    (tmp_path / "strange.csv").write_text(STRANGE, encoding="utf-8")
    async with BotApiServer(token=TOKEN, username="LindeReviewBot") as server:
        it = terminal(tmp_path, server)
        await it.answer("Token:", "123456:wrong")
        await it.wait_for("Telegram does not know this token")
        await it.answer("Token:", TOKEN)
        await it.wait_for("It belongs to @LindeReviewBot.")
        await it.answer("Name of the business:", "Café Linde")
        await it.answer("as your team calls it [Café Linde]:", "Marktplatz")
        await it.answer("Language of the chat", "2")
        await it.answer("Time zone", "Europe/Berlin")
        await it.answer("phone stay silent", "")
        await it.answer("Which", "1")
        await it.answer("Which [4]", "")
        link = re.search(r"start=([\w-]+)", await it.wait_for("goes on without") + it.seen)
        assert link is not None
        owner = server.world.add_user(1001, "Petra", language_code="de")
        server.people.start(owner, link[1])
        await it.wait_for("The phone is connected.")
        ring = await server.wait_for(lambda: [one for one in server.sent(1001) if one.labels() == [["Gehört"]]])
        server.people.press(owner, 1001, ring[-1].message_id, "Gehört")
        await it.wait_for("Heard.")
        await it.answer("File (or later):", "strange.csv")
        await it.wait_for("28 rows. Is this right?")
        await it.answer("Which [1]:", "1")
        await it.wait_for("28 new reviews stored")
        await it.answer("Start watching now", "n")
        assert await it.end() == 0
    config = tmp_path / "config" / "reviewbot.toml"
    tree = tomllib.loads(config.read_text(encoding="utf-8"))
    place = tree["businesses"][0]["locations"][0]
    assert place["name"] == "Marktplatz"
    assert place["alerts"] == {"quiet_hours": "22:00-08:00", "quiet_breaks": "high"}
    for path in (config, tmp_path / "config" / "telegram-token"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert TOKEN not in it.seen
    assert TOKEN not in config.read_text(encoding="utf-8")


@pytest.mark.proof
async def test_left_and_taken_up_again(tmp_path: Path) -> None:
    """Steps that were left are offered again, those that are done are not."""
    async with BotApiServer(token=TOKEN, username="LindeReviewBot") as server:
        it = terminal(tmp_path, server)
        await it.answer("Token:", "later")
        await it.wait_for("Nothing was written.")
        assert await it.end() == 1
        assert not (tmp_path / "config").exists()
        it = terminal(tmp_path, server)
        await it.answer("Token:", TOKEN)
        await it.answer("Name of the business:", "Linde")
        await it.answer("as your team calls it", "")
        await it.answer("Language of the chat", "1")
        await it.answer("Time zone", "")
        await it.answer("phone stay silent", "")
        await it.answer("Which [1]", "later")
        await it.wait_for("goes on without")
        it.interrupt()
        await it.wait_for("Left for later.")
        await it.answer("File (or later):", "later")
        await it.answer("Start watching now", "n")
        assert await it.end() == 0
        it = terminal(tmp_path, server)
        await it.wait_for("is there already and is not changed")
        await it.wait_for("goes on without")
        it.interrupt()
        await it.answer("File (or later):", "later")
        await it.answer("Start watching now", "n")
        assert await it.end() == 0


_FIRST = """
[telegram]
token = "123456:first-machine"
[[businesses]]
id = "linde"
name = "Café Linde"
themes = "themes.toml"
[[businesses.locations]]
id = "market"
name = "Marktplatz"
[[businesses.locations.sources]]
id = "exports"
type = "folder"
path = "../exports"
[[businesses.locations.sources]]
id = "post"
type = "mailbox"
host = "mail.test"
user = "linde"
password = "first-password"
"""


async def test_a_second_machine_is_set_up_from_the_settings_alone(tmp_path: Path) -> None:
    """Nothing but the secrets is asked: no secret is in what travels, the words of the owner's own are."""
    first, taken = tmp_path / "first", tmp_path / "taken"
    first.mkdir()
    (first / "reviewbot.toml").write_text(_FIRST, encoding="utf-8")
    words = (Path(__file__).parents[2] / "config/themes.example.toml").read_text(encoding="utf-8")
    (first / "themes.toml").write_text(words, encoding="utf-8")
    done = reviewbot("export", taken, "--settings", "-c", first / "reviewbot.toml")
    assert done.code == 0, done.err
    assert not traces(taken, "first-machine", "first-password")
    async with BotApiServer(token=TOKEN, username="LindeReviewBot") as server:
        it = terminal(tmp_path, server, "--from", str(taken / "reviewbot.toml"))
        await it.answer("Token of telegram:", "123456:wrong")
        await it.wait_for("Telegram does not know this token")
        await it.answer("Token of telegram:", TOKEN)
        await it.answer("Password of post:", "second-password")
        await it.wait_for("goes on without")
        it.interrupt()
        await it.answer("File (or later):", "later")
        await it.answer("Start watching now", "n")
        assert await it.end() == 0
    folder = tmp_path / "config"
    made = settings.load(folder / "reviewbot.toml", registry.SETTINGS)
    assert made.telegram.token.get_secret_value() == TOKEN
    assert [one.id for one in made.businesses[0].locations[0].sources] == ["exports", "post"]
    assert (folder / "themes.toml").read_text(encoding="utf-8") == words
    assert (tmp_path / "exports").is_dir()
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir() if path.is_file()} == {0o600}
    assert TOKEN not in it.seen
    assert "second-password" not in it.seen
