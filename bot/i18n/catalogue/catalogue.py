"""Reads the catalogues. A key is the path in the TOML file: `card.headline.one`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

PLURAL_FORMS: Final = frozenset({"zero", "one", "two", "few", "many", "other"})
"""The last part of a key whose text depends on a number (the names of Unicode's plural rules)."""


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a catalogue, by their ISO 639-1 codes."""
    return tuple(
        sorted(file.name.removesuffix(".toml") for file in files(__package__).iterdir() if file.name.endswith(".toml"))
    )


@cache
def load(language: str) -> Mapping[str, str]:
    """All texts of one language.

    Raises:
        KeyError: there is no catalogue for this language.
    """
    if language not in languages():
        raise KeyError(f"there is no catalogue for the language {language!r}; there are: {', '.join(languages())}")
    tree = tomllib.loads(files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))
    return MappingProxyType(dict(_flat(tree)))


def _flat(tree: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", str(value)
