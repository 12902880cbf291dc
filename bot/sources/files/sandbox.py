"""Foreign files are opened in a process of their own, which may take little memory, little time and no network.

`understand` and `ask_about` are those of `bot.sources.files.understand`, and `unpacked` is that of the worker; each
blocks until the worker has answered. One worker is kept while there are files and ends a minute after the last.
Plain text under `SMALL` bytes is read in this process: it costs less than handing it over.
"""

from __future__ import annotations

import asyncio
import atexit
import importlib
import io
import os
import pickle
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, Final, TypeVar
from zoneinfo import ZoneInfo

import structlog

from bot.errors import UnreadableFileError, UnsafeFileError
from bot.model.poll import Problem
from bot.model.understanding import Ask
from bot.reasons import reason
from bot.sources.files import understand as here
from bot.sources.files.sandbox_worker import LENGTH
from bot.sources.files.understand import Understanding
from bot.sources.files.zips import Member
from bot.sources.tables.mapping import FolderSettings
from bot.sources.tables.table import Answers

log = structlog.get_logger(__name__)

T = TypeVar("T")

SMALL: Final = 64 * 1024
"""Bytes of plain text that are read in this process."""
WITHIN_S: Final = 120.0
"""Seconds for one file by the clock, where the 60 s of processor time are not used up before."""
KEPT_S: Final = 60.0
_LARGEST_ANSWER: Final = 320 * 2**20
_PACKED: Final = (b"PK", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
_PIECE: Final = 2**20
_OURS: Final = ("bot.model.", "bot.sources.", "bot.reasons.", "bot.errors.")
_PLAIN: Final = frozenset(
    {
        *(("datetime", name) for name in ("date", "datetime", "time", "timedelta", "timezone")),
        *(("zoneinfo", "ZoneInfo._unpickle"), ("builtins", "getattr"), ("pathlib", "PosixPath")),
    }
)


def needs_worker(body: bytes) -> bool:
    """Whether these bytes are never read in this process: anything packed, and any text that is not small."""
    return len(body) >= SMALL or body.startswith(_PACKED)


def understand(
    name: str,
    body: bytes,
    *,
    zone: ZoneInfo,
    settings: FolderSettings | None = None,
    answers: Answers | None = None,
    now: Any = None,
    place: str = "",
) -> Understanding:
    """As `bot.sources.files.understand.understand`.

    Raises:
        UnreadableFileError: nothing in it is reviews; the reason says why and what to do.
        UnsafeFileError: it ended the worker, or took more memory or time than it may.
    """
    read = _WORKER.run if needs_worker(body) else _here
    found: Understanding = read(
        "understand", name, body, zone=zone, settings=settings, answers=answers, now=now, place=place
    )
    return found


def ask_about(name: str, body: bytes, tables: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> Ask | None:
    """As `bot.sources.files.understand.ask_about`; None as well where the file cannot be read safely."""
    try:
        found: Ask | None = (_WORKER.run if needs_worker(body) else _here)("ask_about", name, body, tables, zone)
    except UnsafeFileError:
        return None
    return found


def unpacked(archive: bytes | Path, name: str) -> list[Member | Problem] | None:
    """The members of a zip that can hold reviews, and what cannot be read of it; None for what is no such archive.

    Raises:
        UnsafeFileError: it ended the worker, or took more memory or time than it may.
    """
    if isinstance(archive, bytes) and not archive.startswith(b"PK"):
        return None
    found: list[Member | Problem] | None = _WORKER.run("unpacked", archive, name)
    return found


async def in_turn(fn: Callable[..., T], *args: Any) -> T:
    """Call what waits for the worker in the one thread for that, so that a slow file takes no other thread."""
    return await asyncio.get_running_loop().run_in_executor(_TURNS, fn, *args)


def close() -> None:
    """End the worker, also while it reads; the next file starts another."""
    _WORKER.kill()


def _here(job: str, *args: Any, **kwargs: Any) -> Any:
    return getattr(here, job)(*args, **kwargs)


class _Worker:
    """One process, started for the first file; requests are answered one after the other."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._used_at = 0.0
        self._resting: threading.Timer | None = None

    def run(self, job: str, *args: Any, **kwargs: Any) -> Any:
        """What a job of the worker gives.

        Raises:
            UnreadableFileError: as the job.
            UnsafeFileError: the process ended, or took more memory or time than it may.
        """
        request = pickle.dumps((job, args, kwargs), pickle.HIGHEST_PROTOCOL)
        with self._turn:
            process = self._running()
            until = time.monotonic() + WITHIN_S
            try:
                _write(process.stdin, request, until=until)
                kind, value = _Answer(io.BytesIO(_read(process.stdout, until=until))).load()
            except (OSError, EOFError, TimeoutError, pickle.UnpicklingError) as error:
                self._end(process)
                log.warning("the process that reads files ended", why=str(error), code=process.returncode)
                raise UnsafeFileError(reason("file_unsafe")) from None
            if kind == "memory":
                self._end(process)
            self._used_at = time.monotonic()
            self._rest_later()
        if kind == "done":
            return value
        if kind == "raised" and isinstance(value, UnreadableFileError):
            raise value
        log.warning("a file could not be read", why=kind, error=str(value))
        raise UnreadableFileError(reason("file_unsafe" if kind == "memory" else "file_broken"))

    def kill(self) -> None:
        """End the process, whatever it does."""
        process = self._process
        if process is not None:
            process.kill()
            process.wait()

    def forget(self) -> None:
        """In a forked process: the worker is the parent's."""
        self._turn, self._process, self._resting = threading.Lock(), None, None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._end(self._process)
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-m", "bot.sources.files.sandbox_worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # What a library prints when it fails may hold parts of the file.
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in ("PATH", "LANG", "PYTHONTZPATH") if name in os.environ},
                bufsize=0,
            )
            for pipe in (self._process.stdin, self._process.stdout):
                assert pipe is not None
                os.set_blocking(pipe.fileno(), False)
        return self._process

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        self._process = None
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()

    def _rest_later(self) -> None:
        if self._resting is None:
            self._resting = threading.Timer(KEPT_S, self._rest)
            self._resting.daemon = True
            self._resting.start()

    def _rest(self) -> None:
        with self._turn:
            self._resting = None
            if time.monotonic() < self._used_at + KEPT_S:
                self._rest_later()
            elif self._process is not None:
                self._end(self._process)


class _Answer(pickle.Unpickler):
    """Reads what the worker sends; a worker that a file has taken over can send no more than values."""

    def find_class(self, module: str, name: str) -> Any:
        """Only the classes that an answer is made of."""
        if f"{module}.".startswith(_OURS):
            found = getattr(importlib.import_module(module), name, None)
            if isinstance(found, type) and found.__module__ == module:
                return found
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of an answer")


def _write(pipe: IO[bytes] | None, request: bytes, *, until: float) -> None:
    assert pipe is not None
    for part in (LENGTH.pack(len(request)), request):
        left = memoryview(part)
        while left:
            _wait(pipe, until=until, writes=True)
            left = left[os.write(pipe.fileno(), left[:_PIECE]) :]


def _read(pipe: IO[bytes] | None, *, until: float) -> bytearray:
    assert pipe is not None
    size = LENGTH.unpack(_exactly(pipe, LENGTH.size, until=until))[0]
    if size > _LARGEST_ANSWER:
        raise EOFError(f"the answer has {size} bytes")
    return _exactly(pipe, size, until=until)


def _exactly(pipe: IO[bytes], size: int, *, until: float) -> bytearray:
    found = bytearray()
    while len(found) < size:
        _wait(pipe, until=until, writes=False)
        piece = os.read(pipe.fileno(), min(size - len(found), _PIECE))
        if not piece:
            raise EOFError("the process ended before its answer")
        found += piece
    return found


def _wait(pipe: IO[bytes], *, until: float, writes: bool) -> None:
    left = until - time.monotonic()
    poll = select.poll()
    poll.register(pipe, select.POLLOUT if writes else select.POLLIN)
    if left <= 0 or not poll.poll(left * 1000):
        raise TimeoutError(f"no answer within {WITHIN_S:g} s")


_WORKER: Final = _Worker()
_TURNS: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="files")
atexit.register(close)
os.register_at_fork(after_in_child=_WORKER.forget)
