"""A house for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.house import House, opened


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An empty installation and a Telegram to go with it; whatever runs is ended with the test."""
    with opened(tmp_path) as made:
        yield made
