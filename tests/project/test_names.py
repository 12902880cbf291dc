"""Names and sizes: what a stranger relies on to find something."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from tests.project.tree import ROOT, tracked

_SAY_NOTHING = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers", "base", "core", "stuff"}
_LINES_AT_MOST = 350
_MODULES_AT_MOST = 17  # 16 and the package itself
_MODULES = [path for path in tracked() if path.suffix == ".py"]
_PROGRAM = [path for path in _MODULES if path.is_relative_to(ROOT / "bot")]
_TESTS = [path for path in _MODULES if path.is_relative_to(ROOT / "tests")]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_every_module_is_named_for_what_is_in_it() -> None:
    """No module or folder is called utils, helpers, common or manager."""
    parts = {part.removesuffix(".py").strip("_").lower() for path in _MODULES for part in path.relative_to(ROOT).parts}
    assert {"pipeline", "outbox"} <= parts
    assert not parts & _SAY_NOTHING


def test_no_module_is_long() -> None:
    """A module of the program has at most 350 lines, and a folder at most 16 modules."""
    lines = {
        _name(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in _PROGRAM
        if path.parent.name != "versions"  # a migration is written once and never read again
    }
    assert not {name: count for name, count in lines.items() if count > _LINES_AT_MOST}
    folders = Counter(path.parent for path in _PROGRAM if path.parent.name != "versions")
    assert not {_name(folder): count for folder, count in folders.items() if count > _MODULES_AT_MOST}


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=_name(path)) for path in _TESTS if path.name.startswith("test_")]
)
def test_every_test_says_its_behaviour(path: Path) -> None:
    """Each test has a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tests = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    assert tests, "a test file without a test"
    assert not [node.name for node in tests if not ast.get_docstring(node)]


def test_nothing_of_our_own_is_mocked() -> None:
    """The tests run real things: no mock library is imported."""
    users = []
    for path in _TESTS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            users += [f"{_name(path)}: {name}" for name in names if "mock" in name.lower().split(".")]
    assert not users


def test_nothing_is_left_to_do_in_the_code() -> None:
    """No unfinished place is marked in the program."""
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X:", "raise NotImplemented" + "Error")
    assert not [
        f"{_name(path)}: {line.strip()}"
        for path in _PROGRAM
        for line in path.read_text(encoding="utf-8").splitlines()
        if any(mark in line for mark in marks)
    ]
