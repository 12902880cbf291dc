"""`reviewbot route`: the second way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal.setup import DEFAULT_CONFIG, EXIT_FAILED, ConfigFile, begin, finish
from bot.cli.terminal.show import say, table

if TYPE_CHECKING:
    from bot.settings import BusinessSettings, Settings

app = typer.Typer(help="The second way: e-mail, ntfy and others, for when Telegram fails or nobody reacts.")


@app.command("list")
def list_(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """The configured routes and the hosts they reach."""
    settings = begin(Path(config), quiet=True)
    rows = [(one.id, one.type, one.title, ", ".join(one.hosts())) for its in settings.businesses for one in its.routes]
    if not rows:
        say("No route is configured; config/reviewbot.example.toml shows one of each kind.")
        return
    table(("ID", "TYPE", "NAME", "HOSTS"), rows)


@app.command("test")
def try_(
    name: Annotated[str, typer.Argument(metavar="ID", help="The route's id.")],
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Send a test on a route, now, and say whether it was taken."""
    settings = begin(Path(config), quiet=True)
    for business in settings.businesses:
        if any(one.id == name for one in business.routes):
            error = finish(_try(settings, business, name))
            if error:
                say(error)
                raise typer.Exit(EXIT_FAILED)
            say(f"{name}: the test was taken. Look whether it has arrived, and how loud.")
            return
    there = ", ".join(one.id for business in settings.businesses for one in business.routes) or "none"
    say(f"There is no route {name}; there are: {there}.")
    raise typer.Exit(EXIT_FAILED)


async def _try(settings: Settings, business: BusinessSettings, key: str) -> str:
    import asyncio

    from bot import app as program
    from bot.messages.service import second_way
    from bot.messages.text.formatting import Words
    from bot.part import secrets_in
    from bot.redaction import Redactor
    from bot.routes.contract import TIMEOUT_S, Letter, MayHaveArrivedError, NotSentError

    http = program.make_http()
    ways = program.make_routes(settings, http)
    its = next(one for one in business.routes if one.id == key)
    told = second_way.test(Words(business.language, business.locations[0].zone), name=its.title)
    redactor = Redactor()
    for secret in secrets_in(settings):
        redactor.add(secret)
    try:
        letter = Letter(told.subject, told.text, "test", told.is_urgent)
        await asyncio.wait_for(ways[business.id, key].send(letter), TIMEOUT_S)
    except NotSentError as error:
        return f"{key}: not sent: {redactor.sentence(str(error))}"
    except (MayHaveArrivedError, TimeoutError) as error:
        return f"{key}: it may have arrived, look there: {redactor.sentence(str(error)) or 'no answer in time'}"
    finally:
        await http.aclose()
    return ""
