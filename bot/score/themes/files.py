"""The files that list the words of themes: those of the package, and the owner's that add to them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from bot.errors import ConfigError
from bot.score.patterns import PatternError, check, entries_of

LISTS = ("words", "complaints", "except")
_ID = re.compile(r"[a-z][a-z_]{1,30}")
_LINE = re.compile(r"line (\d+)")
_TABLE = re.compile(r"\s*\[\[\s*theme\s*\]\]\s*(#.*)?")
_LANGUAGES = ("en", "de")
_LONGEST_FILE = 1_000_000


@dataclass(frozen=True, slots=True)
class ThemeWords:
    """A theme as one file lists it.

    Attributes:
        theme: Its id, such as "food".
        labels: Its name for people, by language; empty in a file that only adds words to a known theme.
        words: Entries that always count.
        complaints: Entries that do not count where they are denied ("not slow").
        excepted: Entries that hide whatever lies inside them.
        where: The file and the line at which it begins, for messages.
    """

    theme: str
    labels: dict[str, str]
    words: tuple[str, ...]
    complaints: tuple[str, ...]
    excepted: tuple[str, ...]
    where: str = ""


def read_theme_file(content: str, *, name: str) -> tuple[ThemeWords, ...]:
    """Read a file of themes.

    Args:
        content: The file's text, TOML.
        name: What the owner calls the file, for messages.

    Raises:
        ConfigError: The file has mistakes; each is named with its line and what to write instead.
    """
    if len(content) > _LONGEST_FILE:
        raise ConfigError([f"{name}: the file is longer than a million characters; list only words and phrases"])
    try:
        tree = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        line = found[1] if found else str(content.count("\n") + 1)
        raise ConfigError([f'{name}, line {line}: {error}; write entries like words = """dish, plate"""']) from None
    return _Reader(content, name).read(tree)


class _Reader:
    """One file while it is read; collects every mistake before it gives up."""

    def __init__(self, content: str, name: str) -> None:
        # As tomllib counts them: a form feed or U+2028 in a comment ends no line.
        self._lines = content.split("\n")
        self._name = name
        self._starts = [i for i, line in enumerate(self._lines) if _TABLE.fullmatch(line)]
        self._problems: list[str] = []

    def read(self, tree: dict[str, Any]) -> tuple[ThemeWords, ...]:
        for key in tree.keys() - {"theme", "with"}:
            self._problem(0, f'"{key}" is not known here; begin each theme with a line [[theme]]', key=key)
        tables = tree.get("theme", [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self._problem(0, "write [[theme]] with two brackets on each side, one for each theme", holds="theme")
            tables = []
        themes = [self._theme(table, index) for index, table in enumerate(tables)]
        if self._problems:
            raise ConfigError(self._problems)
        return tuple(themes)

    def _theme(self, table: dict[str, Any], index: int) -> ThemeWords:
        start = self._starts[index] if index < len(self._starts) else 0
        theme = table.get("id")
        if not isinstance(theme, str) or not _ID.fullmatch(theme):
            self._problem(start, 'a theme needs an id of small letters and "_", such as id = "sauna"', key="id")
            theme = ""
        for key in table.keys() - {"id", "label", *LISTS}:
            self._problem(start, f'"{key}" is not known; a theme has id, label, {", ".join(LISTS)}', key=key)
        entries = {key: self._entries(table.get(key, ""), key, start) for key in LISTS}
        labels = self._labels(table.get("label", {}), start)
        return ThemeWords(
            theme=theme,
            labels=labels,
            words=entries["words"],
            complaints=entries["complaints"],
            excepted=entries["except"],
            where=f"{self._name}, line {start + 1}",
        )

    def _labels(self, labels: Any, start: int) -> dict[str, str]:
        if isinstance(labels, dict) and all(
            key in _LANGUAGES and isinstance(value, str) and 0 < len(value) <= 40 for key, value in labels.items()
        ):
            return labels
        says = 'write the names like label = { en = "sauna", de = "Sauna" }, up to 40 letters'
        self._problem(start, says, key="label")
        return {}

    def _entries(self, block: Any, key: str, start: int) -> tuple[str, ...]:
        if isinstance(block, list) and all(isinstance(entry, str) for entry in block):
            block = "\n".join(block)
        if not isinstance(block, str):
            self._problem(start, f'write {key} = """sauna, steam room"""', key=key)
            return ()
        entries = entries_of(block)
        for entry in entries:
            try:
                check(entry)
            except PatternError as error:
                self._problem(start, str(error), key=key, holds=error.entry)
        return tuple(entries)

    def _problem(self, start: int, message: str, *, key: str = "", holds: str = "") -> None:
        """Note a mistake at the line of its key, or at the first line from there on that holds what is wrong."""
        found = start
        if key:
            written = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*[=.]""")
            found = next((i for i in range(start, len(self._lines)) if written.match(self._lines[i])), start)
        if holds:
            # An entry may be written with other blanks than it was read with.
            found = next(
                (i for i in range(found, len(self._lines)) if holds in " ".join(self._lines[i].split())), found
            )
        self._problems.append(f"{self._name}, line {found + 1}: {message}")
