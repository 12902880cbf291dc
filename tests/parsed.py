"""The program's own files as syntax trees, parsed once for all tests that read them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path


@cache
def parsed(path: Path) -> ast.Module:
    """A Python file as its syntax tree; nobody changes it."""
    return ast.parse(path.read_text(encoding="utf-8"))
