"""Real processes that start in a hundredth of a second: forked from one that has everything imported.

A fresh interpreter needs one and a half seconds of the processor before the first line of ours runs. A fork of a warm
process is as much a process of its own: its own clock, egress guard, log, exit code, and nothing left behind in the
tests' process.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from multiprocessing import get_context, resource_tracker
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_context = get_context("forkserver")
# One server forks for all kinds of tests, so what any of them needs is imported in it.
_context.set_forkserver_preload(["tests.warm"])


def fork(main: Callable[..., int], *arguments: Any) -> Any:
    """Start a process that runs a function of a module; what it returns is the exit code.

    Returns:
        The started `multiprocessing` process.
    """
    process = _context.Process(target=_run, args=(main, arguments))
    process.start()
    return process


def _run(main: Callable[..., int], arguments: tuple[Any, ...]) -> None:
    # A tracker of its own: what a killed process leaves behind is its own affair, not the test run's.
    tracker: Any = resource_tracker._resource_tracker
    tracker._fd = tracker._pid = None
    # As when Python itself ends a program: `SystemExit` is left to multiprocessing, which waits for threads.
    sys.exit(main(*arguments))


def take_streams(stdin: int, stdout: int, stderr: int) -> None:
    """Make these descriptors the standard streams of this process."""
    for number, theirs in enumerate((stdin, stdout, stderr)):
        os.dup2(theirs, number)
    # These last as long as the process.
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115


def take_environment(env: Mapping[str, str]) -> None:
    """Make this the environment, and the project's folder the current one."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(ROOT)
