"""Commands about when a chat is not to be woken, and about the second way."""

from __future__ import annotations

from bot.configured.alerting import clock_range
from bot.messages.buttons.payload import Payload
from bot.messages.incident import toasts
from bot.messages.service import alerting, second_way
from bot.messages.service.second_way import RouteFacts
from bot.messages.text.message import Rendered, Toast
from bot.model.incident import Severity
from bot.stages.notify import enqueue, quiet_hours
from bot.store.delivery import routes
from bot.store.delivery.routes import RouteRow
from bot.telegram.inbound.people.actor import Caller

ROUTES = "routes"
"""The key of the list of routes: its buttons change it where it stands."""
_OFF = frozenset({"off", "none", "no", "aus", "keine", "nein"})
_NEVER = frozenset({"never", "nie", "strict", "streng"})


async def quiet(caller: Caller, text: str) -> None:
    """`/quiet`, `/quiet 22:00-08:00`, `/quiet 22-8 never`, `/quiet off`: show or choose this chat's quiet hours."""
    wanted, _, last = text.strip().rpartition(" ")
    breaks: Severity | None = Severity.CRITICAL
    if last.casefold() in _NEVER:
        text, breaks = wanted, None
    if text.strip():
        if not caller.is_private and not any(caller.owns(place) for place in await caller.visible()):
            # A group's quiet hours are everybody's.
            await caller.answer(second_way.for_owners(caller.words))
            return
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


async def routes_of(caller: Caller) -> list[RouteRow]:
    """The routes of the businesses of which the caller owns a location that is seen here."""
    owned = {place.business_id for place in await caller.visible() if caller.owns(place)}
    return [one for one in await routes.every(caller.connection) if one.business_id in owned]


async def show_routes(caller: Caller) -> None:
    """`/routes`: the second way, with a button that tries each."""
    if not any(caller.owns(place) for place in await caller.visible()):
        await caller.answer(second_way.for_owners(caller.words))
        return
    await enqueue.chats(caller.connection, [caller.chat.chat_id], "delete", now=caller.now, key=ROUTES)
    await caller.answer(await _routes(caller), key=ROUTES)


async def _routes(caller: Caller) -> Rendered:
    rows = [
        RouteFacts(one.route_id, one.name, one.failing_since, one.error, one.off_at, one.off_by)
        for one in await routes_of(caller)
    ]
    return second_way.routes(rows, caller.words, now=caller.now)


async def switch_route(caller: Caller, what: Payload) -> Toast | None:
    """`rts`: a route is switched off or on; its address and secrets stay in the configuration."""
    by_id = None if caller.person is None else caller.person.person_id
    if what.arg not in ("on", "off"):
        return toasts.not_saved(caller.words)
    await routes.switch(caller.connection, what.target_id, is_on=what.arg == "on", by_id=by_id, now=caller.now)
    await caller.answer(await _routes(caller), key=ROUTES)
    return toasts.saved(caller.words)


async def test_route(caller: Caller, route_id: int) -> None:
    """Write a test for a route; what becomes of it is told in this chat."""
    args = {"chat_id": caller.chat.chat_id}
    mark = int(caller.now.timestamp())
    await routes.put(caller.connection, [route_id], "test", args, key=f"test:{mark}", now=caller.now)
