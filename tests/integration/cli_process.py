"""The real command as a process of its own, and a configuration for it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import forked
from tests.house import InThisProcess

TOKEN = "123456:" + "A" * 35
_GIVE_UP_S = 600


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


def reviewbot(*arguments: object, stdin: str = "", env: dict[str, str] | None = None) -> Ended:
    """Run `reviewbot` with these arguments to its end, in a process forked from a warm one.

    It scores in that process; the worker processes, which take longer to start than most commands to run, are left to
    `fresh_reviewbot`.
    """
    with tempfile.TemporaryDirectory() as name:
        files = [Path(name, stream) for stream in ("in", "out", "err")]
        files[0].write_text(stdin, encoding="utf-8")
        process = start(files, *arguments, env=env)
        process.join(_GIVE_UP_S)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"{arguments} does not end; it said\n{files[2].read_text(encoding='utf-8')}")
        return Ended(process.exitcode, *(path.read_text(encoding="utf-8") for path in files[1:]))


def start(files: Sequence[Path], *arguments: object, env: dict[str, str] | None = None) -> Any:
    """Start `reviewbot` with these arguments; `files` are what it reads, says and complains into."""
    return forked.fork(_command, [str(one) for one in arguments], environment(env), [str(one) for one in files])


def fresh_reviewbot(*arguments: object, stdin: str = "", env: dict[str, str] | None = None) -> Ended:
    """Run `python -m bot` with these arguments to its end, in a new interpreter as an owner's shell does."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=_GIVE_UP_S,
        env=environment(env),
        cwd=forked.ROOT,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def environment(more: dict[str, str] | None = None) -> dict[str, str]:
    """This machine's environment without its language and without settings of an installation, and `more`."""
    apart = ("REVIEWBOT_", "LANG", "LC_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(apart)}
    return {**clean, "COLUMNS": "100", **(more or {})}


def _command(arguments: Sequence[str], env: dict[str, str], files: Sequence[str]) -> int:
    from bot import app
    from bot.cli.main import app as command

    forked.take_environment(env)
    stdin, stdout, stderr = files
    forked.take_streams(
        os.open(stdin, os.O_RDONLY),
        os.open(stdout, os.O_WRONLY | os.O_CREAT, 0o600),
        os.open(stderr, os.O_WRONLY | os.O_CREAT, 0o600),
    )
    app.make_workers = lambda settings: InThisProcess()
    code = command(list(arguments), prog_name="reviewbot", standalone_mode=True)
    return int(code or 0)


def write_config(folder: Path, *, base_url: str = "http://127.0.0.1:9/bot", extra: str = "") -> Path:
    """A configuration with one location and an export folder; `extra` is appended."""
    (folder / "exports").mkdir(exist_ok=True)
    path = folder / "reviewbot.toml"
    path.write_text(
        f"""
[telegram]
token = "{TOKEN}"
base_url = "{base_url}"
[[businesses]]
id = "linde"
name = "Café Linde"
[[businesses.locations]]
id = "market"
name = "Marktplatz"
[[businesses.locations.sources]]
id = "exports"
type = "folder"
path = "exports"
platform = "tripadvisor"
{extra}""",
        encoding="utf-8",
    )
    return path


def write_reviews(path: Path, *rows: str) -> Path:
    """A CSV with these rows below its header, old enough not to be taken for one that is still being written."""
    path.write_text("date,rating,text,author\n" + "".join(row + "\n" for row in rows), encoding="utf-8")
    written = path.stat().st_mtime - 5.0
    os.utime(path, (written, written))
    return path
