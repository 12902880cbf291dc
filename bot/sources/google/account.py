"""Connects a Google account: signs in with the browser, stores the refresh token, lists the account's locations."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from bot.sources.google.auth import GoogleApp, save_token
from bot.sources.google.connect import Place, RefreshToken, connect, list_places

__all__ = ["GoogleApp", "Place", "SignedIn", "hosts", "places_of", "sign_in", "source_block"]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that has just been made, and whose refresh token is stored."""

    app: GoogleApp
    token: RefreshToken


def hosts(app: GoogleApp) -> tuple[str, ...]:
    """The hosts that this process connects to; the browser makes connections of its own."""
    urls = (app.token_url, app.accounts_url, app.information_url)
    return tuple(dict.fromkeys(urlsplit(url).hostname or "" for url in urls))


async def sign_in(
    app: GoogleApp,
    token_file: Path,
    *,
    http: httpx.AsyncClient,
    open_url: Callable[[str], None],
    now: datetime,
    port: int = 0,
) -> SignedIn:
    """Let the owner sign in with the browser and keep the refresh token in `token_file`, readable by its owner only.

    Raises:
        SourceRefusedError: the owner or Google refused, or nobody signed in in time.
        SourceUnreachableError: Google does not answer, or the port is taken.
        ConfigError: the file cannot be written.
    """
    token = await connect(app, http=http, open_url=open_url, now=now, port=port)
    save_token(token_file, token.value)
    return SignedIn(app, token)


async def places_of(signed_in: SignedIn, *, http: httpx.AsyncClient, now: datetime) -> tuple[Place, ...]:
    """Every listing that the signed-in person may see.

    Raises:
        SourceUnreachableError: Google does not answer, or not as documented.
        SourceRefusedError: the project is not approved, or the API is switched off.
    """
    return await list_places(signed_in.app, signed_in.token, http=http, now=now)


def source_block(place: Place, *, client_id: str, secret_file: Path | None, token_file: Path) -> str:
    """The lines of the configuration that connect a listing, ready to paste below its location.

    Args:
        place: the listing.
        client_id: the OAuth app's id.
        secret_file: the file with the app's secret; None leaves a place for it.
        token_file: where the sign-in is kept.
    """
    secret = (
        f"client_secret_file = {_quoted(str(secret_file.absolute()))}"
        if secret_file is not None
        else 'client_secret = ""  # put the app\'s secret here, or use client_secret_file'
    )
    return "\n".join(
        (
            "[[businesses.locations.sources]]",
            f"# {_one_line(place.title)}{', ' if place.address else ''}{_one_line(place.address)}",
            'id = "google"',
            'type = "google"',
            f"account = {_quoted(place.account)}",
            f"location = {_quoted(place.location)}",
            f"client_id = {_quoted(client_id)}",
            secret,
            f"refresh_token_file = {_quoted(str(token_file.absolute()))}",
        )
    )


def _quoted(text: str) -> str:
    # What JSON escapes, TOML's basic strings escape the same way; U+007F alone is allowed in the one only.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
