"""The files of the project."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
_IGNORED = {line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split() if line != "#"}
_IGNORED.add(".git")


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that belongs to the project; in a copy without git, every file that is not ignored."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        if listed.returncode == 0:
            return tuple(ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file())
    return tuple(
        path
        for path in sorted(ROOT.rglob("*"))
        if path.is_file() and not _IGNORED & set(path.relative_to(ROOT).parts) and path.suffix != ".pyc"
    )


def documents() -> list[Path]:
    """The pages that people read."""
    return [path for path in tracked() if path.suffix == ".md"]


def blocks(path: Path, language: str) -> list[str]:
    """The fenced blocks of a page in one language."""
    text = path.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
