"""What the commands that erase share: carrying it out, whether the service runs or not, and showing the receipt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from bot.cli.terminal.show import say
from bot.errors import SecondInstanceError

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.settings import Settings
    from bot.store.db.engine import Store
    from bot.store.privacy.erasures import Erasure, Unsaid


async def carried_out(
    settings: Settings,
    clock: Clock,
    begin: Callable[[Store], Awaitable[int | None]],
    is_same: Callable[[Erasure], bool],
) -> tuple[Erasure, list[Unsaid]] | None:
    """Begin an erase and do as much of it as can be done now; a running service does the rest.

    Args:
        settings: of the installation.
        clock: the time.
        begin: the first step; gives the number of the erase, or None when there is nothing to erase, as this then does
            unless the same was asked for before and broken off: that is then gone on with.
        is_same: whether an earlier erase is of the same.
    """
    from bot import app
    from bot.stages.ops import erase
    from bot.store.db.engine import lock
    from bot.store.privacy import erasures

    async with app.opened(settings, clock) as (store, _):
        premises = app.premises(settings, store, clock)
        number = await begin(store)
        if number is None:
            # Asked for once more after it was broken off, by a full disk or a kill.
            async with store.read() as connection:
                left = [one.erasure_id for one in await erasures.unfinished(connection) if is_same(one)]
            if not left:
                return None
            number = left[-1]
        try:
            holder = lock(settings.data_dir / "reviewbot.lock")
        except SecondInstanceError:
            await erase.go_on(premises, now=clock.now(), is_running=True)
        else:
            with holder:
                await erase.go_on(premises, now=clock.now(), is_running=False)
        async with store.read() as connection:
            one = await erasures.find(connection, number)
            assert one is not None
            return one, await erasures.unsaid(connection, number)


def show_receipt(one: Erasure, unsaid: Sequence[Unsaid]) -> None:
    """Print a receipt, which names no guest and none of his words."""
    what = f"reviews {', '.join(map(str, one.scope.get('reviews', [])))}"
    if "places" in one.scope:
        what = f"every review of {', '.join(one.scope['places'])}"
    say(f"Erase {one.erasure_id} of {one.asked_at:%Y-%m-%d %H:%M} UTC by {one.asked_by}: {what}")
    for place, number in one.receipt.items():
        say(f"  {place}: {number:,}")
    for chat in unsaid:
        say(f"  Telegram, {chat.chat}: {chat.done} taken back, {chat.waiting} on their way")
        for at in chat.refused:
            say(f"    one of {at} could be neither deleted nor edited: remove it by hand")
    if one.done_at is None:
        say("  The running bot does the rest within a few minutes; `reviewbot guest receipts` shows when it is done.")
    else:
        say(f"  Done {one.done_at:%Y-%m-%d %H:%M} UTC: no word is left in the database, its free pages or our backups.")
    say("  Not reached: the platform itself, export files in your folders, files you saved or copied yourself, and")
    say("  answers in Telegram older than 30 days.")
