"""`reviewbot mail list`: what became of the mails; `reviewbot mail teach` is in `mail_teach`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.sources import mail_teach
from bot.cli.terminal.setup import DEFAULT_CONFIG, ConfigFile, begin, finish
from bot.cli.terminal.show import local, say, table
from bot.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.cli.sources.mail_teach import Box
    from bot.model.ingest.poll import Outcome
    from bot.settings import Settings
    from bot.store.ingest.mail_log import MailRow

app = typer.Typer(help="Review mails: what was read of them, and teaching what was not.", no_args_is_help=True)
app.command("teach")(mail_teach.teach)

_SHOWN = 50


@app.callback()
def _mail() -> None:
    """Review mails: what was read of them, and teaching what was not."""


@app.command("list")
def list_(
    config: ConfigFile = DEFAULT_CONFIG,
    location: Annotated[str | None, typer.Option(metavar="KEY", help="Only of this location.")] = None,
    only: Annotated[
        str | None,
        typer.Option(metavar="WHAT", help="Only read, unread, unverified, failed, elsewhere or ignored ones."),
    ] = None,
) -> None:
    """List the newest review mails: read, not readable, from an unproved or a forged sender."""
    from bot.model.ingest.poll import Outcome

    settings = begin(config, quiet=True)
    boxes = mail_teach.boxes(settings, location=location, source=None)
    try:
        wanted = () if only is None else (Outcome(only),)
    except ValueError:
        there = ", ".join(one.value for one in Outcome)
        raise typer.BadParameter(f"there is no {only!r}; there are: {there}", param_hint="--only") from None
    for box, rows, counts in finish(_rows(settings, boxes, wanted)):
        _show(box, rows, counts)


async def _rows(
    settings: Settings, boxes: Sequence[Box], wanted: Sequence[Outcome]
) -> list[tuple[Box, list[MailRow], dict[Outcome, int]]]:
    from bot import app as parts
    from bot.store.ingest import mail_log

    found = []
    async with parts.opened(settings, SystemClock()) as (store, _):
        for box in boxes:
            async with store.write() as connection:
                source_id = await mail_teach.source_id(connection, box)
            async with store.read() as connection:
                rows = await mail_log.listed(connection, [source_id], outcomes=wanted, limit=_SHOWN)
                found.append((box, rows, await mail_log.counts(connection, source_id)))
    return found


def _show(box: Box, rows: Sequence[MailRow], counts: dict[Outcome, int]) -> None:
    from bot.model.ingest.poll import Outcome

    told = ", ".join(f"{number:,} {outcome.value}" for outcome, number in sorted(counts.items())) or "no mail yet"
    say(f"{box.location.name}, {box.settings.user}: {told}")
    if rows:
        table(
            ("came", "what", "rule", "from", "subject"),
            [
                (local(row.sent_at, box.location.zone), row.outcome, row.rule, row.sender, row.subject[:60])
                for row in rows
            ],
        )
    for why in dict.fromkeys(row.why for row in rows if row.outcome is not Outcome.READ and row.why):
        kinds = ", ".join(sorted({row.outcome.value for row in rows if row.why == why}))
        say(f"{kinds}: {why}")
    if any(one in counts for one in (Outcome.UNREAD,)):
        say("`reviewbot mail teach --from-mailbox` makes a rule from one of them.")
