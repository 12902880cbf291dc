"""Calls to Telegram that end: an answer that drips in a byte at a time never times out by itself."""

from __future__ import annotations

import asyncio
from typing import Any

from telegram.error import TimedOut
from telegram.request import HTTPXRequest

USUAL_S = 30.0
"""Seconds that a whole call may take which names no time itself."""
LONGER = 3.0
"""A call that says how long it waits for a part of the answer may take so many times that as a whole."""


class TimedRequest(HTTPXRequest):
    """httpx's requests, each with a time for the whole of it beside those for its parts."""

    async def do_request(self, *given: Any, **named: Any) -> tuple[int, bytes]:
        """As the library's.

        Raises:
            telegram.error.TimedOut: it took too long; whatever was sent may have arrived.
        """
        read_s = named.get("read_timeout")
        whole_s = LONGER * read_s if isinstance(read_s, int | float) else USUAL_S
        try:
            async with asyncio.timeout(whole_s):
                return await super().do_request(*given, **named)
        except TimeoutError as error:
            raise TimedOut(f"Telegram was still answering after {whole_s:.0f} seconds") from error
