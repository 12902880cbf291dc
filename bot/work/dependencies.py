"""What the service is made of; `bot.app` puts it together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from telegram import Bot

from bot.clock import Clock
from bot.configured.keeping import Keeping
from bot.pipeline import Pipeline
from bot.routes.dead_man import DeadMansPing
from bot.routes.sender import RouteSender
from bot.stages.analyse import score
from bot.stages.analyse.packs import Packs
from bot.stages.ops.erase import Premises
from bot.store.db.engine import Store
from bot.store.delivery.attachments import OutgoingFiles
from bot.telegram.outbound.sender import Sender
from bot.work.heavy import HeavyWorkers


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What the service is made of.

    Attributes:
        lock_file: held while the service runs, so that there is one.
        connect: brings the database in line with the configuration and connects every source; what it is given is
            called each time reviews were stored.
        notes: where photos and voice notes of incidents are kept.
        premises: where everything lies, for erases and backups.
        keep: how long what is kept.
        read_as: how the reviews of each location are read.
    """

    clock: Clock
    store: Store
    bot: Bot
    http: httpx.AsyncClient
    workers: HeavyWorkers
    sender: Sender
    routes: RouteSender
    ping: DeadMansPing
    files: OutgoingFiles
    notes: OutgoingFiles
    packs: Packs
    lock_file: Path
    connect: Callable[[Callable[[], None]], Awaitable[Pipeline]]
    read_as: Callable[[], Awaitable[dict[int, score.ReadAs]]]
    premises: Premises
    keep: Keeping
