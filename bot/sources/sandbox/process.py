"""Calls a function in a process of its own, which may take little memory, little time and no network.

Foreign bytes are parsed there and nowhere else: a file or a mail can end that process, and nothing but it.
"""

from __future__ import annotations

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
from collections.abc import Callable, Iterator
from typing import IO, Any, Final, TypeVar, cast
from weakref import WeakSet

import structlog

from bot.errors import UnreadableFileError, UnsafeFileError
from bot.reasons import reason
from bot.sources.sandbox.worker import LENGTH

log = structlog.get_logger(__name__)

T = TypeVar("T")

SECONDS: Final = 60
"""Of processor time for one request; by the clock it may take twice as long."""
KEPT_S: Final = 60.0
_LARGEST_ANSWER: Final = 320 * 2**20
_PIECE: Final = 2**20
_LARGE: Final = 4 * 2**20
"""Bytes of a request after which the process is not used again."""
_OURS: Final = ("bot.model.", "bot.sources.", "bot.reasons.", "bot.errors.")
_PLAIN: Final = frozenset(
    {
        *(("datetime", name) for name in ("date", "datetime", "time", "timedelta", "timezone")),
        *(("zoneinfo", "ZoneInfo._unpickle"), ("builtins", "getattr"), ("pathlib", "PosixPath")),
    }
)
_ALL: Final[WeakSet[Worker]] = WeakSet()


def break_off() -> None:
    """End what is being read, so that nobody waits for it; who reads nothing ends by itself, at the latest with us."""
    for one in list(_ALL):
        if one.is_reading:
            one.kill()


def close() -> None:
    """End every such process, also while it reads; the next request starts another."""
    for one in list(_ALL):
        one.kill()


class Worker:
    """One process, started for the first request; requests are answered one after the other.

    It is kept while there are requests and ends a minute after the last.
    """

    def __init__(self, module: str, *, seconds: int = SECONDS) -> None:
        """`module` holds the functions that are called; `seconds` of processor time are allowed for each."""
        self._module = module
        self._seconds = seconds
        _ALL.add(self)
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._used_at = 0.0
        self._resting: threading.Timer | None = None

    def run(self, job: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """What a function gives that is called in the process; blocks until it has answered.

        Raises:
            UnreadableFileError: as the function; every other error of it is one too, and too much memory.
            UnsafeFileError: the process ended, or took more time than it may.
        """
        return cast("T", self._ask(job, args, kwargs)[1])

    def run_in_parts(self, job: Callable[..., Iterator[T]], *args: Any, **kwargs: Any) -> list[T]:
        """Everything that an iterator gives which is made in the process; otherwise as `run`."""
        return self._ask(job, args, kwargs)[0]

    def _ask(self, job: Callable[..., Any], args: Any, kwargs: Any) -> tuple[list[Any], Any]:
        request = pickle.dumps((job, args, kwargs), pickle.HIGHEST_PROTOCOL)
        with self._turn:
            process = self._running()
            until = time.monotonic() + 2.0 * self._seconds
            try:
                _write(process.stdin, request, until=until)
                parts: list[Any] = []
                kind, value = _answer(process.stdout, until=until)
                while kind == "part":
                    parts.append(value)
                    kind, value = _answer(process.stdout, until=until)
            except (OSError, EOFError, TimeoutError, pickle.UnpicklingError) as error:
                self._end(process)
                log.warning("the process that reads files ended", why=str(error), code=process.returncode)
                raise UnsafeFileError(reason("file_unsafe")) from None
            if kind == "memory" or len(request) > _LARGE:
                # What such a file leaves of the memory is in pieces.
                self._end(process)
            self._used_at = time.monotonic()
            self._rest_later()
        if kind == "done":
            return parts, value
        if kind == "raised" and isinstance(value, UnreadableFileError):
            raise value
        log.warning("a file could not be read", why=kind, error=str(value))
        raise UnreadableFileError(reason("file_rows" if kind == "memory" else "file_broken"))

    @property
    def is_reading(self) -> bool:
        """Whether a request waits for its answer."""
        return self._turn.locked()

    def kill(self) -> None:
        """End the process, whatever it does; the next request starts another."""
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
            self._process = subprocess.Popen(  # noqa: S603 -- our own program
                [sys.executable, "-I", "-m", "bot.sources.sandbox.worker", self._module, str(self._seconds)],
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


class Answer(pickle.Unpickler):
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


def _answer(pipe: IO[bytes] | None, *, until: float) -> tuple[str, Any]:
    kind, value = Answer(io.BytesIO(_read(pipe, until=until))).load()
    return kind, value


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
        raise TimeoutError("no answer in time")


def _forget() -> None:
    for one in list(_ALL):
        one.forget()


atexit.register(close)
os.register_at_fork(after_in_child=_forget)
