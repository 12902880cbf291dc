"""The owner's files of themes and severe events, read once at the start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.errors import ConfigError
from bot.incidents import playbook
from bot.incidents.playbook import Playbooks
from bot.score.packs import PackChoice, events_of, pack_of
from bot.settings import BusinessSettings, LocationSettings, Settings

Packs = Mapping[tuple[str, str], PackChoice]
"""The business's name and the location's id -> what its themes and severe events are made of."""

_CALLED = {"themes": "theme file", "severe_events": "file of severe events", "playbook": "file of steps"}


def read_packs(settings: Settings) -> dict[tuple[str, str], PackChoice]:
    """Read and try the owner's files of every location: the business's first, then the location's own.

    Raises:
        ConfigError: a file cannot be read or has mistakes; all of all files are listed.
    """
    choices: dict[tuple[str, str], PackChoice] = {}
    problems: dict[str, None] = {}
    for business in settings.businesses:
        for location in business.locations:
            files = [path for path in (business.themes, location.themes) if path is not None]
            try:
                added = tuple((str(path), _text(path, "themes")) for path in files)
                events = tuple(
                    (str(path), _text(path, "severe_events"))
                    for path in (business.severe_events, location.severe_events)
                    if path is not None
                )
                choice = PackChoice(location.kind, added, events)
                if added:
                    pack_of(choice)
                if events:
                    events_of(choice)
            except ConfigError as error:
                # Several locations may share a file; its mistakes are told once.
                problems.update(dict.fromkeys(error.problems))
            else:
                choices[business.name, location.id] = choice
    if problems:
        raise ConfigError(list(problems))
    return choices


def read_playbooks(settings: Settings) -> dict[str, Playbooks]:
    """A business's key -> its playbooks, for each that names a file.

    Raises:
        ConfigError: a file cannot be read or has mistakes; all of all files are listed.
    """
    found: dict[str, Playbooks] = {}
    problems: list[str] = []
    for business in settings.businesses:
        if business.playbook is not None:
            try:
                found[business.id] = playbook.read(_text(business.playbook, "playbook"), str(business.playbook))
            except ConfigError as error:
                problems += error.problems
    if problems:
        raise ConfigError(problems)
    return found


def owners_files(settings: Settings) -> Iterator[Path]:
    """Every file of themes, severe events and steps that the configuration names, once."""
    parts: list[BusinessSettings | LocationSettings] = []
    for business in settings.businesses:
        parts += [business, *business.locations]
    every = [path for part in parts for path in (part.themes, part.severe_events)]
    every += [business.playbook for business in settings.businesses]
    yield from dict.fromkeys(path for path in every if path is not None)


def _text(path: Path, key: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            [
                f"{path}: the {_CALLED[key]} cannot be read: {error}; write one like "
                f"config/{key.removesuffix('_events')}.example.toml, or take the key `{key}` out"
            ]
        ) from error
