"""From an outbox row to the message: what is held of a guest, looked up when it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.messages.render.context import RenderContext, Renderer, may_be_owners
from bot.messages.service import privacy
from bot.messages.service.privacy import HeldReview, Receipt
from bot.messages.text.message import Rendered
from bot.model.platforms import name_of
from bot.store.people import locations
from bot.store.privacy import erasures, find
from bot.store.privacy.find import Found


async def _privacy(context: RenderContext) -> Rendered | None:
    """Nobody but the owners of a location sees what is held there, and only where nobody reads along."""
    if context.chat.kind != "private":
        return None
    connection, now = context.connection, context.delivery.now
    active = await locations.all_active(connection)
    owned = {place.location_id for place in active if await may_be_owners(context, place)}
    if not owned:
        return None
    wanted, review_id = str(context.args.get("wanted", "")), context.args.get("review_id")
    if review_id is not None:
        one = await find.one(connection, int(review_id))
        return privacy.ask(_held(one), context.words, now=now) if one and one.location_id in owned else None
    if wanted:
        rows = [one for one in await find.reviews_with(connection, wanted) if one.location_id in owned]
        return privacy.found([_held(one) for one in rows], wanted, context.words, now=now)
    receipts = [
        Receipt(one.erasure_id, one.asked_at, one.asked_by, one.receipt, one.done_at)
        for one in await erasures.about(connection, owned)
    ]
    return privacy.page(receipts, context.words, now=now)


def _held(one: Found) -> HeldReview:
    return HeldReview(
        one.review_id, one.place, name_of(one.platform), one.author, one.text, one.published_at, one.is_by
    )


RENDERERS: Final[Mapping[str, Renderer]] = MappingProxyType({"privacy": _privacy})
