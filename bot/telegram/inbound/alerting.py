"""Commands about when a chat is not to be woken."""

from __future__ import annotations

from bot.alerting import clock_range
from bot.messages.service import alerting
from bot.model.incident import Severity
from bot.stages.notify import quiet_hours
from bot.telegram.inbound.actor import Caller

_OFF = frozenset({"off", "none", "no", "aus", "keine", "nein"})
_NEVER = frozenset({"never", "nie", "strict", "streng"})


async def quiet(caller: Caller, text: str) -> None:
    """`/quiet`, `/quiet 22:00-08:00`, `/quiet 22-8 never`, `/quiet off`: show or choose this chat's quiet hours."""
    wanted, _, last = text.strip().rpartition(" ")
    breaks: Severity | None = Severity.CRITICAL
    if last.casefold() in _NEVER:
        text, breaks = wanted, None
    if text.strip():
        hours = clock_range(text)
        if hours is None and text.strip().casefold() not in _OFF:
            await caller.answer(alerting.not_quiet_hours(text, caller.words))
            return
        by_id = None if caller.person is None else caller.person.person_id
        await quiet_hours.choose(
            caller.connection, caller.chat.chat_id, hours, breaks=breaks, by_id=by_id, now=caller.now
        )
    found = await quiet_hours.of(caller.connection, caller.chat.chat_id)
    await caller.answer(alerting.quiet_hours(found, caller.words))
