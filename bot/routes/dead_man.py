"""The dead man's ping: an address that is called while all is well, so that an outside watch notices when it is not.

Such a watch (Healthchecks, Uptime Kuma's push monitors, ...) expects a call every few minutes and alarms without one.
What "well" means is `bot.stages.ops.health`: the sources had their turn, messages go out, each place has a chat.
"""

from __future__ import annotations

from datetime import datetime

import httpx
import structlog

from bot.clock import Clock
from bot.configured.route_settings import WatchSettings
from bot.stages.ops import health
from bot.store.db.engine import Store

log = structlog.get_logger(__name__)

_TIMEOUT_S = 20.0
_OK = 300


class DeadMansPing:
    """Calls the configured address."""

    def __init__(self, store: Store, clock: Clock, http: httpx.AsyncClient, settings: WatchSettings) -> None:
        """Nothing is called yet; without an address nothing ever is."""
        self._store = store
        self._clock = clock
        self._http = http
        self._its = settings
        self._called_at: datetime | None = None
        self._is_well = True

    async def tick(self) -> None:
        """Call the address if that is due and all is well."""
        now = self._clock.now()
        url = self._its.ping_url.get_secret_value()
        if not url or (self._called_at is not None and now - self._called_at < self._its.every_minutes):
            return
        wrong = await health.read(self._store, now=now)
        if wrong:
            if self._is_well:
                log.warning("the outside watch is not called: not all is well", first=wrong[0])
            self._is_well = False
            return
        self._is_well = True
        try:
            answer = await self._http.get(url, timeout=_TIMEOUT_S)
        except httpx.HTTPError as error:
            # The watch alarms by itself when this goes on; the address holds a secret and is not logged.
            log.warning("the outside watch cannot be reached", reason=type(error).__name__)
            return
        if answer.status_code >= _OK:
            log.warning("the outside watch refuses the call", status=answer.status_code)
            return
        self._called_at = now
