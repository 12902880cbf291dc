"""The process in which foreign files are opened: `python -I -m bot.sources.files.sandbox_worker`.

It has no network, writes no file, holds no handle of its parent but one pipe each way, and the kernel ends it where it
takes more memory or processor time than a table of reviews needs. See `bot.sources.files.sandbox` for the other side.

A message is its length (8 bytes, big endian) and a pickle. A request is `(name of a job, args, kwargs)`; the answer is
`("done", value)`, `("raised", UnreadableFileError)`, `("failed", name of an exception)` or `("memory", None)`.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import struct
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from bot import egress
from bot.errors import UnreadableFileError
from bot.model.poll import Problem
from bot.sources.files.understand import ask_about, understand
from bot.sources.files.zips import Member, is_archive, members

MEMORY: Final = 256 * 2**20
"""Bytes above what the process takes before the first file."""
SECONDS: Final = 60
"""Of processor time for one file."""
LENGTH: Final = struct.Struct(">Q")


def unpacked(archive: bytes | Path, name: str) -> list[Member | Problem] | None:
    """The members of a zip that can hold reviews, and what cannot be read of it; None for what is no such archive."""
    if isinstance(archive, Path):
        with archive.open("rb") as stream:
            return list(members(stream, name=name))
    return list(members(archive, name=name)) if is_archive(archive) else None


JOBS: Final[Mapping[str, Callable[..., Any]]] = {
    "understand": understand,
    "ask_about": ask_about,
    "unpacked": unpacked,
}


def main() -> None:
    """Answer requests until the other side closes the pipe."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _confine()
    gc.freeze()
    gc.disable()  # the limits bound what a file may take, and there are no circles to look for in a table
    while head := requests.read(LENGTH.size):
        body = requests.read(LENGTH.unpack(head)[0])
        _allow_seconds()
        answer = _answer(body)
        del body
        _send(answers, answer)
        if answer[0] == "memory":
            return  # what is left of the memory is in pieces; the next file gets a new process
        del answer
        gc.collect()


def _confine() -> None:
    egress.install_in_worker(())
    for name in ("RLIMIT_CORE", "RLIMIT_FSIZE"):
        resource.setrlimit(getattr(resource, name), (0, 0))
    if sys.platform == "linux":
        base = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (base + MEMORY, base + MEMORY))


def _allow_seconds() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + SECONDS, hard))


def _answer(body: bytes) -> tuple[str, Any]:
    try:
        job, args, kwargs = pickle.loads(body)  # noqa: S301 -- comes from our own parent
        return "done", JOBS[job](*args, **kwargs)
    except MemoryError:
        return "memory", None
    except UnreadableFileError as error:
        return "raised", UnreadableFileError(error.reason)
    except Exception as error:  # noqa: BLE001 -- told to the parent, which logs it and refuses the file
        return "failed", type(error).__name__


def _send(answers: BinaryIO, answer: tuple[str, Any]) -> None:
    try:
        packed = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        packed = pickle.dumps(("memory", None))
    answers.write(LENGTH.pack(len(packed)))
    answers.write(packed)
    answers.flush()


if __name__ == "__main__":
    main()
