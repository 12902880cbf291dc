"""What holds for all tests: no random finds where everything must be green, and the long proofs only when asked for."""

from __future__ import annotations

import os

import hypothesis
import pytest

from tests import memory

# Without byte code every process that the tests start would compile all libraries anew, which takes longer than most
# tests. pytest itself has read the variable by now.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A commit waits for the disk, and thousands of them are made here.
if in_memory := memory.folder():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", in_memory)

# Wall-clock limits would make a busy machine a failure, so neither profile has one.
_unhurried = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("same-each-time", _unhurried, derandomize=True, database=None)
hypothesis.settings.register_profile("search", _unhurried, max_examples=1000, print_blob=True)
hypothesis.settings.load_profile("same-each-time")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--proof", action="store_true", help="run the long proofs (kills, fuzz, figures) and nothing else")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    is_wanted = bool(config.getoption("--proof"))
    chosen = [item for item in items if (item.get_closest_marker("proof") is not None) is is_wanted]
    left_out = [item for item in items if item not in set(chosen)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = chosen
