"""`reviewbot guest`: what is held of a guest found, handed over and erased (GDPR, Art. 15 and 17)."""

from __future__ import annotations

import getpass
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.data import erasing
from bot.cli.terminal.setup import DEFAULT_CONFIG, EXIT_FAILED, ConfigFile, begin, finish
from bot.cli.terminal.show import clean, count, say, table
from bot.clock import SystemClock

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.privacy.erasures import Erasure, Unsaid
    from bot.store.privacy.find import Found

app = typer.Typer(help="What is held of a guest: find it, hand it over, erase it.", no_args_is_help=True)
Numbers = Annotated[list[int], typer.Argument(metavar="N...", help="Numbers of reviews, as `guest find` shows them.")]


@app.command("find")
def find(
    words: Annotated[str, typer.Argument(metavar="NAME|TEXT", help="A guest's name, or words of a review.")],
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Find the reviews of a guest, and where else the name or words stand. Two guests may have one name: look twice."""
    settings = begin(config, quiet=True)
    found, elsewhere = finish(_find(settings, words))
    if not found:
        say("No review has that name or those words.")
    else:
        rows = [
            (
                str(one.review_id),
                f"{one.published_at:%Y-%m-%d}",
                one.place,
                one.platform,
                one.stars,
                one.author,
                one.text,
            )
            for one in found
        ]
        table(("N", "DAY", "PLACE", "PLATFORM", "STARS", "GUEST", "TEXT"), [(*r[:6], clean(r[6], 60)) for r in rows])
        by = [str(one.review_id) for one in found if one.is_by]
        if by:
            say(f"\nHand over: reviewbot guest export {' '.join(by)} --to FILE")
            say(f"Erase:     reviewbot guest erase {' '.join(by)}")
        if len(by) < len(found):
            say(f"{count(len(found) - len(by), 'review')} of other guests only mention it.")
    for name, number in elsewhere.items():
        say(f"also in {name}: {count(number, 'row')}")
    if not found and not elsewhere:
        raise typer.Exit(EXIT_FAILED)


@app.command("export")
def export(
    numbers: Numbers,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Where to; a .txt to read and a .json are written.")],
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Write everything that is held of these reviews, to be read by the guest and by a program."""
    from bot.cli.data.files import write_private

    settings = begin(config, quiet=True)
    held = finish(_everything(settings, numbers))
    if not held:
        say("There is no review with these numbers, or it was erased.")
        raise typer.Exit(EXIT_FAILED)
    as_json, as_text = to.with_suffix(".json"), to.with_suffix(".txt")
    write_private(as_json, json.dumps(held, ensure_ascii=False, indent=2).encode())
    write_private(as_text, _readable(held).encode())
    say(f"{as_text} and {as_json}: all that is held of {count(len(held), 'review')}; only you can read them.")


@app.command("erase")
def erase(
    numbers: Numbers,
    config: ConfigFile = DEFAULT_CONFIG,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before erasing.")] = False,
) -> None:
    """Erase reviews: words, guest, link and id, wherever they are. Stars and the hour stay, so counts stay true."""
    from bot.stages.ops import erase as stage

    settings = begin(config, quiet=True)
    if not yes:
        typer.confirm(f"Erase {count(len(set(numbers)), 'review')} for good? It cannot be undone.", abort=True)
    clock, by = SystemClock(), getpass.getuser()
    done = finish(
        erasing.carried_out(
            settings,
            clock,
            lambda store: stage.begin(store, numbers, by=by, now=clock.now()),
            lambda one: not set(numbers).isdisjoint(one.scope.get("reviews", [])),
        )
    )
    if done is None:
        say("There is no review with these numbers, or it was erased before.")
        raise typer.Exit(EXIT_FAILED)
    erasing.show_receipt(*done)


@app.command("receipts")
def receipts(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Show what was erased, when and by whom, and what came of the messages in Telegram."""
    settings = begin(config, quiet=True)
    every = finish(_receipts(settings))
    if not every:
        say("Nothing was erased yet.")
    for one, unsaid in every:
        erasing.show_receipt(one, unsaid)
        say()


def _readable(held: Sequence[dict[str, Any]]) -> str:
    lines = []
    for one in held:
        for name, its in one.items():
            for row in its if isinstance(its, list) else [its]:
                lines.append(name.replace("_", " "))
                lines += [
                    f"  {key.replace('_', ' ')}: {value}" for key, value in row.items() if value not in (None, "", {})
                ]
        lines.append("")
    return "\n".join(lines)


async def _find(settings: Settings, words: str) -> tuple[list[Found], dict[str, int]]:
    from bot import app as application
    from bot.store.privacy import find

    async with application.opened(settings, SystemClock()) as (store, _):
        async with store.read() as connection:
            found = await find.reviews_with(connection, words)
        return found, await find.elsewhere(store, words)


async def _everything(settings: Settings, numbers: Sequence[int]) -> list[dict[str, Any]]:
    from bot import app as application
    from bot.store.privacy import find

    async with application.opened(settings, SystemClock()) as (store, _), store.read() as connection:
        return await find.everything(connection, numbers)


async def _receipts(settings: Settings) -> list[tuple[Erasure, list[Unsaid]]]:
    from bot import app as application
    from bot.store.privacy import erasures

    async with application.opened(settings, SystemClock()) as (store, _), store.read() as connection:
        return [(one, await erasures.unsaid(connection, one.erasure_id)) for one in await erasures.every(connection)]
