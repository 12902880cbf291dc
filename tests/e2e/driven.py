"""The real service in a process of its own whose clock moves when it is told: one command a line, one JSON line back.

    python -m tests.e2e.driven CONFIG START [MARKS [PLACE:NUMBER]] [--inside]

With `--inside` texts are read in the process itself: a worker takes longer to start than all else in a short life.
Commands: "step SECONDS" moves the clock and runs every tick, "reach HOST PORT" and "reach-worker HOST PORT" try to
connect, "stop" ends. The end of the input ends it too, so that no process outlives its test.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import typer

from bot import app, egress
from bot.cli.terminal.setup import begin, finish
from bot.clock import SteppedClock
from bot.egress import EgressRefusedError
from bot.settings import Settings
from bot.work.heavy import HeavyWorkers
from bot.work.service import Service
from tests import forked
from tests.e2e import marks
from tests.house import InThisProcess

INSIDE = "--inside"


def main(arguments: list[str]) -> int:
    """Run as the command line does; gives the exit code."""
    is_inside = INSIDE in arguments
    config, start, *marking = (one for one in arguments if one != INSIDE)
    try:
        settings = begin(Path(config))
        finish(_serve(settings, SteppedClock(datetime.fromisoformat(start)), marking, is_inside=is_inside))
    except typer.Exit as end:
        return end.exit_code
    return 0


def forked_main(arguments: list[str], line: Any, log: str) -> int:
    """The same in a forked process; `line` is the connection that it obeys."""
    stderr = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    forked.take_streams(line.fileno(), line.fileno(), stderr)
    return main(arguments)


async def _serve(settings: Settings, clock: SteppedClock, marking: list[str], *, is_inside: bool) -> None:
    store = None
    if marking:
        wait = marking[1] if len(marking) > 1 else ""
        store = marks.open_marked(settings.database, Path(marking[0]), wait=wait)
    # A test's process lives for seconds; starting more than one worker would take most of them.
    guard = (app.hosts(settings),)
    workers = HeavyWorkers(max_workers=1, initializer=egress.install_in_worker, initargs=guard)
    if is_inside:
        workers = InThisProcess()
    service = app.build(settings, clock, chance=lambda: 0.5, store=store, workers=workers)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, service.end)
    try:
        await service.start()
        _say({"started": clock.now().isoformat()})
        obeying = asyncio.create_task(_obey(service, clock))
        await service.run()
        obeying.cancel()
    finally:
        await service.stop()


async def _obey(service: Service, clock: SteppedClock) -> None:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(os.dup(0), "rb", buffering=0))
    while line := (await reader.readline()).decode().split():
        match line:
            case ["step", seconds]:
                clock.advance(timedelta(seconds=float(seconds)))
                await service.step()
                _say({"now": clock.now().isoformat()})
            case ["reach", host, port]:
                _say({"reached": reach(host, int(port))})
            case ["reach-worker", host, port]:
                _say({"reached": await service.parts.workers.run(reach, host, int(port))})
            case ["stop"]:
                break
            case _:
                raise ValueError(f"no such command: {line}")
    service.end()


def reach(host: str, port: int) -> str:
    """Try to connect; "connected", or the error's name and text."""
    try:
        with socket.create_connection((host, port), timeout=2):
            return "connected"
    except (EgressRefusedError, OSError) as error:
        return f"{type(error).__name__}: {error}"


def _say(answer: dict[str, Any]) -> None:
    os.write(1, json.dumps(answer).encode() + b"\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
