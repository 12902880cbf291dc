"""The process in which foreign bytes are opened: `python -I -m bot.sources.sandbox.worker MODULE SECONDS`.

It has no network, writes no file, holds no handle of its parent but one pipe each way, and the kernel ends it where it
takes more memory or processor time than reviews need. See `bot.sources.sandbox.process` for the other side.

MODULE is imported before the memory is measured, so that only what a file takes counts; SECONDS of processor time are
allowed for each request. A message is its length (8
bytes, big endian) and a pickle. A request is `(function, args, kwargs)`; the answer is `("done", value)`, `("raised",
UnreadableFileError)`, `("failed", name of an exception)` or `("memory", None)`.
Where the function gives an iterator, each of its values is an answer `("part", value)` of its own before `("done",
None)`: what is sent in parts is never whole in memory a second time.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import resource
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from bot import egress
from bot.errors import UnreadableFileError

MEMORY: Final = 256 * 2**20
"""Bytes above what the process takes before the first file."""
_COLLECT_AFTER: Final = 2**20
"""Bytes of requests after which circles are looked for: the tree of a mail's HTML is one."""
LENGTH: Final = struct.Struct(">Q")


def main() -> None:
    """Answer requests until the other side closes the pipe."""
    module, seconds = sys.argv[1], int(sys.argv[2])
    importlib.import_module(module)
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _confine()
    gc.freeze()
    gc.disable()  # the limits bound what a file may take, and there are no circles to look for in a table
    read = 0
    while head := requests.read(LENGTH.size):
        body = requests.read(LENGTH.unpack(head)[0])
        _allow(seconds)
        read += len(body)
        request = [body]
        del body
        answer = _answered(request, answers)
        _send(answers, answer)
        if answer[0] == "memory":
            return  # what is left of the memory is in pieces; the next file gets a new process
        del answer
        if read > _COLLECT_AFTER:
            gc.collect()
            read = 0


def _confine() -> None:
    egress.install_in_worker(())
    for name in ("RLIMIT_CORE", "RLIMIT_FSIZE"):
        resource.setrlimit(getattr(resource, name), (0, 0))
    if sys.platform == "linux":
        base = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (base + MEMORY, base + MEMORY))


def _allow(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, hard))


def _answered(request: list[bytes], answers: BinaryIO) -> tuple[str, Any]:
    """What the function gives, after its parts; the request leaves its list once it is read, for a file needs room."""
    try:
        job, args, kwargs = pickle.loads(request.pop())  # noqa: S301 -- comes from our own parent
        found = job(*args, **kwargs)
        if not isinstance(found, Iterator):
            return "done", found
        for part in found:
            _send(answers, ("part", part))
    except MemoryError:
        return "memory", None
    except UnreadableFileError as error:
        return "raised", UnreadableFileError(error.reason)
    except Exception as error:  # noqa: BLE001 -- told to the parent, which logs it and refuses the file
        return "failed", type(error).__name__
    return "done", None


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
