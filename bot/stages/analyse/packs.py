"""The owner's theme files, read once at the start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.errors import ConfigError
from bot.score.packs import PackChoice, pack_of
from bot.settings import Settings

Packs = Mapping[tuple[str, str], PackChoice]
"""The business's name and the location's id -> what its themes are made of."""


def read_packs(settings: Settings) -> dict[tuple[str, str], PackChoice]:
    """Read and try the theme files of every location: the business's first, then the location's own.

    Raises:
        ConfigError: a file cannot be read or has mistakes; all of all files are listed.
    """
    choices: dict[tuple[str, str], PackChoice] = {}
    problems: dict[str, None] = {}
    for business in settings.businesses:
        for location in business.locations:
            files = [path for path in (business.themes, location.themes) if path is not None]
            try:
                added = tuple((str(path), _text(path)) for path in files)
                choice = PackChoice(kind=location.kind, added=added)
                if added:
                    pack_of(choice)
            except ConfigError as error:
                # Several locations may share a file; its mistakes are told once.
                problems.update(dict.fromkeys(error.problems))
            else:
                choices[business.name, location.id] = choice
    if problems:
        raise ConfigError(list(problems))
    return choices


def owners_files(settings: Settings) -> Iterator[Path]:
    """Every theme file that the configuration names, once."""
    every = [path for its in settings.businesses for path in (its.themes, *(one.themes for one in its.locations))]
    yield from dict.fromkeys(path for path in every if path is not None)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            [
                f"{path}: the theme file cannot be read: {error}; write one like config/themes.example.toml, or take "
                "the key `themes` out"
            ]
        ) from error
