"""The databases that every store test runs on."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.db import migrate
from bot.store.db.engine import Store, open_store
from tests import fresh
from tests.contract.postgres import NoPostgresError, postgres
from tests.store_cases import Shop, make_shop

_numbers = count(1)
_TEMPLATE = "reviewbot_template"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[Callable[[str], str]]:
    """A PostgreSQL with a migrated template database; gives the URL of a database by its name."""
    try:
        with postgres() as url:
            asyncio.run(_make_template(url))
            yield url
    except NoPostgresError as error:
        pytest.skip(f"no PostgreSQL: {error}")


async def _make_template(url: Callable[[str], str]) -> None:
    await _run(url, f"DROP DATABASE IF EXISTS {_TEMPLATE}", f"CREATE DATABASE {_TEMPLATE}")
    store = open_store(url(_TEMPLATE))
    await migrate.upgrade(store)
    await store.close()


async def _run(url: Callable[[str], str], *statements: str) -> None:
    engine = create_async_engine(url("postgres"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(sa.text(statement))
    await engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def server(request: pytest.FixtureRequest) -> Callable[[str], str] | None:
    """Which database: None for a file, else what gives the URL of a PostgreSQL database."""
    if request.param == "sqlite":
        return None
    url: Callable[[str], str] = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def database(server: Callable[[str], str] | None, tmp_path: Path) -> AsyncIterator[str | Path]:
    """An empty migrated database of each kind: the path of a file, or a URL."""
    if server is None:
        path = tmp_path / "data" / "reviewbot.sqlite3"
        await fresh.lay(path)
        yield path
        return
    name = f"reviewbot_test_{os.getpid()}_{next(_numbers)}"
    await _run(
        server, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} STRATEGY file_copy"
    )
    yield server(name)
    await _run(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def store(database: str | Path) -> AsyncIterator[Store]:
    """The open database."""
    opened = open_store(database)
    yield opened
    await opened.close()


@pytest.fixture
async def other(database: str | Path) -> AsyncIterator[Store]:
    """The same database opened a second time, as another process would."""
    opened = open_store(database)
    yield opened
    await opened.close()


@pytest.fixture
async def shop(store: Store) -> Shop:
    """A business with one location, two sources and a chat."""
    return await make_shop(store)
