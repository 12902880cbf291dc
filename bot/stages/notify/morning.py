"""The end of a chat's quiet hours: what came without sound in them is told once, with what is still open."""

from __future__ import annotations

from datetime import datetime

from bot.stages.notify import enqueue
from bot.stages.notify.right_to_see import ABOUT_LOCATIONS
from bot.store.db.engine import Connection
from bot.store.delivery import night
from bot.store.incidents import incidents

_INCIDENT = "incident:"


async def tell(connection: Connection, chat_id: int, *, now: datetime) -> None:
    """Write the morning's summary for a chat; nothing where all of it is over."""
    subjects = await night.silent_in(connection, chat_id)
    await night.forget_silent(connection, chat_id)
    numbers = [int(one.removeprefix(_INCIDENT)) for one in subjects if one.startswith(_INCIDENT)]
    found = [await incidents.find(connection, number) for number in numbers]
    still_open = [one for one in found if one is not None and not one.state.is_over]
    others = len(subjects) - len(numbers)
    for incident in still_open:
        # Its line about the quiet hours goes.
        args: dict[str, object] = {"incident_id": incident.incident_id}
        key = enqueue.card_key(incident.incident_id)
        await enqueue.chats(connection, [chat_id], "card", now=now, args=args, key=key)
    if still_open or others:
        await enqueue.chats(
            connection,
            [chat_id],
            "morning",
            now=now,
            args={
                "incidents": [one.incident_id for one in still_open],
                "others": others,
                ABOUT_LOCATIONS: sorted({one.location_id for one in still_open}),
            },
            buzzes=True,
        )
