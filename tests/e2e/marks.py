"""Marks that a process leaves of where it is, so that a kill can be aimed, and told afterwards where it fell.

The marks lie in a file that is written in place: what was written survives the process, however it ends.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.store.db.engine import Connection, Store, open_store

_SIZE = 256
_LONGER_THAN_ANY_TEST_S = 60.0


@dataclass(slots=True)
class Mark:
    """Where a process is.

    Attributes:
        statement: the last statement of the open write transaction; empty outside one.
        claimed: outbox rows that are claimed and committed, and not yet noted as sent.
        waits_at: the place where the process stands still to be killed.
    """

    statement: str = ""
    claimed: int = 0
    waits_at: str = ""


def read(path: Path) -> Mark:
    """The last mark in a file."""
    while True:
        text = path.read_bytes().rstrip(b" ") if path.exists() else b""
        try:
            return Mark(**json.loads(text)) if text else Mark()
        except json.JSONDecodeError:
            continue  # read while it was written


class MarkedStore(Store):
    """The real store, which marks write transactions and claimed rows, and can stand still at one of them."""

    def __init__(self, engine: Any, path: Path, *, wait: str = "") -> None:
        """`wait` is "transaction:12": stand still at the twelfth statement, claim, answer or handled update.

        With "commit:12" and "committed:12" the process kills itself right before or after its twelfth commit.
        """
        super().__init__(engine)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._mark = Mark()
        place, _, number = wait.partition(":")
        self._place, self._left = place, int(number or 0)
        self._change = 0
        self._open = object()
        self._write()
        sa.event.listen(engine.sync_engine, "before_cursor_execute", self._before)
        sa.event.listen(engine.sync_engine, "after_cursor_execute", self._after)
        sa.event.listen(engine.sync_engine, "commit", self._before_commit)

    @asynccontextmanager
    async def write(self, *, is_short: bool = False) -> AsyncIterator[Connection]:
        mine = object()
        try:
            async with super().write(is_short=is_short) as connection:
                self._open, self._change = mine, 0
                yield connection
                change = self._change
        finally:
            if self._open is mine:
                self._mark.statement = ""
                self._write()
        self._mark.claimed = max(self._mark.claimed + change, 0)
        self._write()
        self._die("committed")
        if change > 0:
            self._pass("claimed")

    def _before(self, connection: sa.Connection, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        state = _new_outbox_state(statement, parameters) if _writes(connection) else ""
        if state == "sending":
            self._change += 1
        elif state:
            self._change -= 1
        if state == "sent":
            self._pass("answered")

    def _after(self, connection: sa.Connection, cursor: Any, statement: str, *_: Any) -> None:
        if _writes(connection):
            self._mark.statement = _summary(statement)
            self._write()
            if self._mark.statement == "UPDATE inbox":
                self._pass("handling")
            if not statement.startswith("BEGIN"):
                self._pass("transaction")

    def _before_commit(self, connection: sa.Connection) -> None:
        if _writes(connection):
            self._die("commit")

    def _die(self, place: str) -> None:
        if place == self._place:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def _pass(self, place: str) -> None:
        if place != self._place:
            return
        self._left -= 1
        if self._left == 0:
            self._mark.waits_at = place
            self._write()
            time.sleep(_LONGER_THAN_ANY_TEST_S)

    def _write(self) -> None:
        os.pwrite(self._file, json.dumps(asdict(self._mark)).encode().ljust(_SIZE), 0)


def open_marked(database: Path, path: Path, *, wait: str) -> MarkedStore:
    """Open a database with marks."""
    return MarkedStore(open_store(database).engine, path, wait=wait)


def _writes(connection: sa.Connection) -> bool:
    return bool(connection.get_execution_options().get("writes", False))


def _new_outbox_state(statement: str, parameters: Any) -> str:
    is_it = statement.startswith("UPDATE outbox SET state=?") and isinstance(parameters, tuple)
    return str(parameters[0]) if is_it else ""


def _summary(statement: str) -> str:
    words = statement.replace('"', "").split()
    match words[0]:
        case "INSERT" | "DELETE":
            return f"{words[0]} {words[2]}"
        case "SELECT" if "FROM" in words:
            return f"SELECT {words[words.index('FROM') + 1]}"
    return " ".join(words[:2])[:60]
