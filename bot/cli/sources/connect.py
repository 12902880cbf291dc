"""`reviewbot connect google`: the sign-in that the Google source needs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import SecretStr

from bot import app as parts
from bot import egress, logs
from bot.cli.terminal.setup import EXIT_CONFIG, fail, finish
from bot.cli.terminal.show import count, say, warn
from bot.clock import SystemClock
from bot.errors import ConfigError

if TYPE_CHECKING:
    from bot.sources.google.account import GoogleApp, Place

app = typer.Typer(help="Connect an account that reviews are read from.", no_args_is_help=True)


@app.callback()
def _connect() -> None:
    """Connect an account that reviews are read from."""


@app.command("google")
def google(
    client_id: Annotated[
        str, typer.Option(help="The OAuth app's id: Google Cloud console, Clients, an app of the type Desktop.")
    ],
    token_file: Annotated[Path, typer.Option(help="Where to keep the sign-in; only your user may read the file.")],
    client_secret_file: Annotated[
        Path | None, typer.Option(help="A file with the app's secret and nothing else; better than --client-secret.")
    ] = None,
    client_secret: Annotated[
        str | None, typer.Option(help="The app's secret; other users of this machine can see it while this runs.")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address to open.")] = False,
    port: Annotated[
        int,
        typer.Option(
            min=0, max=65535, help="Where the browser comes back to, to forward it from another machine; 0: any."
        ),
    ] = 0,
    token_url: Annotated[str | None, typer.Option(hidden=True)] = None,
    auth_url: Annotated[str | None, typer.Option(hidden=True)] = None,
    accounts_url: Annotated[str | None, typer.Option(hidden=True)] = None,
    information_url: Annotated[str | None, typer.Option(hidden=True)] = None,
) -> None:
    """Sign in to Google in the browser, keep the sign-in, and show what to paste into the configuration."""
    from bot.sources.google import account

    secret = _secret(client_secret, client_secret_file)
    given = {
        "token_url": token_url,
        "auth_url": auth_url,
        "accounts_url": accounts_url,
        "information_url": information_url,
    }
    its = _app(client_id, secret, {key: value for key, value in given.items() if value is not None})
    try:
        egress.install(account.hosts(its))
    except ConfigError as error:
        fail(error, code=EXIT_CONFIG)
    logs.configure(level="warning", as_json=False, secrets=[secret], now=SystemClock().now)
    places = finish(_sign_in(its, token_file, port=port, has_browser=not no_browser))
    if not places:
        say(
            "This account manages no place on Google. Sign in with the account that does, or let its owner add "
            "yours (Google Business Profile, People and access)."
        )
        raise typer.Exit(1)
    say(f"{count(len(places), 'place')} found. Paste what you want to watch below its [[businesses.locations]]:")
    for place in places:
        say()
        say(account.source_block(place, client_id=client_id, secret_file=client_secret_file, token_file=token_file))
    say()
    say("Then `reviewbot check` says whether the reviews can be read.")


def _secret(text: str | None, path: Path | None) -> str:
    if (text is None) == (path is None):
        if text is None and sys.stdin.isatty():
            return str(typer.prompt("The app's secret", hide_input=True)).strip()
        raise typer.BadParameter("give either this or --client-secret", param_hint="--client-secret-file")
    if path is not None:
        try:
            text = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise typer.BadParameter(f"{path} cannot be read: {error}", param_hint="--client-secret-file") from error
    if not text or text.startswith("{"):
        raise typer.BadParameter("it has to be the client secret and nothing else", param_hint="--client-secret-file")
    return text


def _app(client_id: str, secret: str, urls: dict[str, str]) -> GoogleApp:

    from bot.sources.google.account import GoogleApp

    return GoogleApp(client_id=client_id, client_secret=SecretStr(secret), **urls)


async def _sign_in(its: GoogleApp, token_file: Path, *, port: int, has_browser: bool) -> tuple[Place, ...]:
    from bot.sources.google import account

    clock = SystemClock()

    def show(url: str) -> None:
        warn("Open this address in a browser on this machine and sign in (it waits for 5 minutes):")
        # Not through anything that changes or wraps it: the address has to stay whole.
        typer.echo(url, err=True)
        if has_browser:
            import webbrowser

            webbrowser.open(url)

    async with parts.make_http() as http:
        signed_in = await account.sign_in(its, token_file, http=http, open_url=show, now=clock.now(), port=port)
        warn(f"Signed in; the sign-in is kept in {token_file}.")
        return await account.places_of(signed_in, http=http, now=clock.now())
