"""One house for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from structlog.typing import Processor

from tests.house import House


@pytest.fixture(autouse=True)
def _short_log() -> Iterator[None]:
    """Log lines without the pictures of whole stacks, which take longer to draw than a test to run."""
    processors: list[Processor] = [structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()]
    structlog.configure(processors=processors)
    yield
    structlog.reset_defaults()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The running service with its local Telegram."""
    async with House.open(tmp_path) as opened:
        yield opened
