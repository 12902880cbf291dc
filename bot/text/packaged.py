"""Reads the data files of the package."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any


def packaged(*path: str) -> dict[str, Any]:
    """Read a TOML file below `bot/data`.

    Args:
        path: Its folders and its name, such as "lexicon", "de.toml".
    """
    return tomllib.loads(files("bot").joinpath("data", *path).read_text(encoding="utf-8"))
