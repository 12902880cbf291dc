"""`reviewbot run`: the service."""

from __future__ import annotations

import asyncio
import gc
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.terminal.setup import DEFAULT_CONFIG, ConfigFile, begin, finish
from bot.clock import SystemClock

if TYPE_CHECKING:
    from bot.settings import Settings


def run(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Watch the sources and deliver alerts, until stopped by Ctrl+C or SIGTERM."""
    serve(begin(Path(config)))


def serve(settings: Settings) -> None:
    """Run the service until it is stopped."""
    finish(_serve(settings))


async def _serve(settings: Settings) -> None:
    from bot import app

    service = app.build(settings, SystemClock())
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def end() -> None:
        ended.set()
        service.end()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)
    try:
        # A start may wait for Telegram, or read a thousand files: whoever wants it to end does not wait for that.
        starting = asyncio.ensure_future(service.start())
        waiting = asyncio.ensure_future(ended.wait())
        await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if starting.done():
            await starting
            # What the start has made stays: looking through it again and again, and at the end, takes seconds.
            gc.freeze()
            await service.run()
        else:
            starting.cancel()
            await asyncio.wait({starting})
    finally:
        await service.stop()
        gc.freeze()
