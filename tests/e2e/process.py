"""A driven process from the test's side."""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

from tests import forked
from tests.e2e import driven

GIVE_UP_S = 120.0
"""How long is waited for a process; long, because other programs may keep the machine busy."""


class Driven:
    """A running service that obeys lines; see `tests.e2e.driven`.

    Attributes:
        log: the file with everything it wrote to stderr.
    """

    def __init__(self, pid: int, line: socket.socket, log: Path, process: Any) -> None:
        self.pid = pid
        self.log = log
        self.is_started = False
        self._line = line
        self._process = process
        self._read = b""

    @classmethod
    def start(cls, *arguments: str, log: Path, env: Mapping[str, str] | None = None) -> Self:
        """`python -m tests.e2e.driven` with these arguments."""
        ours, theirs = socket.socketpair()
        with theirs, log.open("ab") as stream:
            process = subprocess.Popen(
                [sys.executable, "-W", "error", "-m", "tests.e2e.driven", *arguments],
                cwd=forked.ROOT,
                env={**os.environ, "PYTHONPATH": str(forked.ROOT), **(env or {})},
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=stream,
            )
        return cls(process.pid, ours, log, process)

    @classmethod
    def fork(cls, *arguments: str, log: Path) -> Self:
        """The same, forked from a process that has the imports done."""
        ours, theirs = socket.socketpair()
        connection = Connection(theirs.detach())
        process = forked.fork(driven.forked_main, list(arguments), connection, str(log))
        connection.close()
        assert process.pid is not None
        return cls(process.pid, ours, log, process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.code is None:
            self.kill()
        self._line.close()

    @property
    def code(self) -> int | None:
        """The exit code; negative for a signal, None while it runs."""
        if isinstance(self._process, subprocess.Popen):
            return self._process.poll()
        code: int | None = self._process.exitcode
        return code

    def processor_seconds(self) -> float:
        """What it has used of the processor so far; other programs do not count, however busy the machine is."""
        used = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")

    def send(self, line: str) -> None:
        """Tell it something; the answer comes by `answer`, and none from a process that has ended."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self._line.sendall(line.encode() + b"\n")

    def answer(self, *, timeout: float = GIVE_UP_S) -> dict[str, Any] | None:
        """Its next answer; None when none came in time, or it ended."""
        until = time.monotonic() + timeout
        with selectors.DefaultSelector() as selector:
            selector.register(self._line, selectors.EVENT_READ)
            while b"\n" not in self._read:
                if not selector.select(max(until - time.monotonic(), 0)):
                    return None
                try:
                    found = self._line.recv(65536)
                except ConnectionResetError:
                    return None
                if not found:
                    return None
                self._read += found
        first, _, self._read = self._read.partition(b"\n")
        answer: dict[str, Any] = json.loads(first)
        return answer

    def ask(self, line: str, *, timeout: float = GIVE_UP_S) -> dict[str, Any]:
        """Tell it something and wait for the answer."""
        self.send(line)
        answer = self.answer(timeout=timeout)
        assert answer is not None, f"no answer to {line!r}; its log ends with\n{self.text()[-4000:]}"
        return answer

    def wait_started(self) -> None:
        """Wait until the service runs."""
        answer = self.answer()
        assert answer is not None, f"it did not start; its log ends with\n{self.text()[-4000:]}"
        assert "started" in answer
        self.is_started = True

    def survives(self, line: str) -> bool:
        """Tell it something, after its start if need be; False when it was killed before it answered.

        Whoever is slow is not dead: no answer from a process that lives, or that ended otherwise, is an error.
        """
        if not self.is_started:
            self.is_started = self.answer() is not None
        if self.is_started:
            self.send(line)
            if self.answer() is not None:
                return True
        code = self.wait()
        assert code == -signal.SIGKILL, f"it ended with {code}; its log ends with\n{self.text()[-4000:]}"
        return False

    def kill(self) -> None:
        """End it without warning."""
        # One that ends itself is gone a moment before its exit code is known.
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        assert self.wait() == -signal.SIGKILL

    def wait(self, *, timeout: float = GIVE_UP_S) -> int:
        """Wait for its end; gives the exit code."""
        if isinstance(self._process, subprocess.Popen):
            return self._process.wait(timeout)
        self._process.join(timeout)
        code = self.code
        assert code is not None, "it does not end"
        return code

    def stop(self) -> int:
        """End it in order; gives the exit code."""
        self.send("stop")
        return self.wait()

    def text(self) -> str:
        """Everything it logged."""
        return self.log.read_text(encoding="utf-8", errors="replace")
