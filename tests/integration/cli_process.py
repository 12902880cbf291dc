"""The real command as a process of its own, and a configuration for it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TOKEN = "123456:" + "A" * 35


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


def reviewbot(*arguments: object, stdin: str = "", env: dict[str, str] | None = None) -> Ended:
    """Run `reviewbot` with these arguments to its end."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("REVIEWBOT_")}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        env={**clean, **(env or {})},
        cwd=Path(__file__).parents[2],
    )
    return Ended(done.returncode, done.stdout, done.stderr)


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
    """A CSV with these rows below its header."""
    path.write_text("date,rating,text,author\n" + "".join(row + "\n" for row in rows), encoding="utf-8")
    return path
