"""JSON and JSON Lines to values, and the list of rows inside them."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from bot.errors import UnreadableFileError
from bot.reasons import Reason, reason
from bot.sources.tables.formats.delimited import Grid

USUAL_KEYS: Final = ("reviews", "data", "items", "results", "entries", "bewertungen", "rezensionen")
_DEEPEST: Final = 6
_MOST_COLUMNS: Final = 200
_LONGEST_INTEGER: Final = 18


def read_json(text: str) -> Any:
    """Read one JSON document. NaN is nothing, and an integer beyond 18 digits stays text: it can only be an id.

    Raises:
        UnreadableFileError: the text is not JSON.
    """
    try:
        return _loads(text)
    except RecursionError:
        raise UnreadableFileError(reason("json_deep")) from None
    except json.JSONDecodeError as error:
        raise UnreadableFileError(reason("json_broken", line=error.lineno, column=error.colno)) from None


def read_lines(text: str) -> tuple[list[tuple[int, Any]], list[tuple[int, Reason]]]:
    """Read JSON Lines: the values with their lines, and the lines that are not JSON with the reason."""
    values: list[tuple[int, Any]] = []
    bad: list[tuple[int, Reason]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            values.append((number, _loads(line)))
        except RecursionError:
            bad.append((number, reason("json_line_deep")))
        except json.JSONDecodeError as error:
            bad.append((number, reason("json_line_broken", column=error.colno)))
    return values, bad


def is_lines(text: str) -> bool:
    """Whether the text is one JSON object a line: the first line is a whole object and another begins below it."""
    lines = [line.strip() for line in text[:1_000_000].split("\n") if line.strip()][:2]
    if len(lines) < 2 or not all(line.startswith("{") for line in lines):
        return False
    try:
        return isinstance(_loads(lines[0]), dict)
    except (json.JSONDecodeError, RecursionError):
        return False


def find_rows(tree: Any) -> Sequence[Any] | None:
    """The list of objects in a document: the whole, the one under a usual key, or the longest one anywhere."""
    if isinstance(tree, list) and (not tree or any(isinstance(entry, dict) for entry in tree)):
        return tree
    if isinstance(tree, dict):
        for key in USUAL_KEYS:
            if isinstance(tree.get(key), list):
                return list(tree[key])
    best: list[Any] | None = None
    waiting = deque([(tree, 0)])
    while waiting:
        node, depth = waiting.popleft()
        if isinstance(node, list) and any(isinstance(entry, dict) for entry in node):
            if best is None or len(node) > len(best):
                best = node
        elif depth < _DEEPEST and isinstance(node, dict):
            waiting.extend((child, depth + 1) for child in node.values())
    return best


def grid_of(values: Iterable[tuple[int, Any]], bad: Sequence[tuple[int, Reason]] = ()) -> Grid:
    """Objects as a table: the keys, nested ones joined by dots, are the header."""
    rows: list[tuple[int, dict[str, Any]]] = []
    wrong = list(bad)
    seen: Counter[str] = Counter()
    for line, value in values:
        if not isinstance(value, Mapping):
            wrong.append((line, reason("json_entry")))
            continue
        flat = _flat(value)
        seen.update(flat.keys())
        rows.append((line, flat))
    order = {key: place for place, key in enumerate(seen)}
    keys = sorted((key for key, _ in seen.most_common(_MOST_COLUMNS)), key=order.__getitem__)
    table: list[tuple[int, Sequence[Any]]] = [(0, keys)]
    table.extend((line, [flat.get(key) for key in keys]) for line, flat in rows)
    return Grid(table, wrong)


def _flat(value: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    waiting = deque((str(key), child, 1) for key, child in value.items())
    while waiting:
        key, child, depth = waiting.popleft()
        if isinstance(child, Mapping):
            if depth < _DEEPEST:
                waiting.extend((f"{key}.{name}", grandchild, depth + 1) for name, grandchild in child.items())
        elif isinstance(child, list) and len(child) == 1 and isinstance(child[0], Mapping):
            # What may be several and is one: its fields are the row's.
            if depth < _DEEPEST:
                waiting.extend((f"{key}.{name}", grandchild, depth + 1) for name, grandchild in child[0].items())
        elif isinstance(child, list):
            if child and not any(isinstance(entry, dict | list) for entry in child):
                flat.setdefault(key, ", ".join(str(entry) for entry in child))
        else:
            flat.setdefault(key, child)
    return flat


def _loads(text: str) -> Any:
    return json.loads(text, parse_constant=_constant, parse_int=_integer)


def _constant(name: str) -> float | None:
    return None if name == "NaN" else float(name.replace("Infinity", "inf"))


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else digits
