"""The owner's sign-in in the browser, and the listings the account may see.

Wire format: OAuth 2.0 for installed apps with a loopback redirect
(developers.google.com/identity/protocols/oauth2/native-app, RFC 8252, 7.3) and PKCE (RFC 7636, S256).
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import html
import re
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import h11
import httpx
from pydantic import SecretStr

from bot.errors import SourceDownReason, SourceRefusedError, SourceUnreachableError
from bot.sources.contract.answers import json_object, strange_answer
from bot.sources.contract.http import ask
from bot.sources.google.auth import SCOPE, AccessToken, GoogleApp, trade
from bot.sources.google.errors import api_error

_ACCOUNT: Final = re.compile(r"accounts/[A-Za-z0-9_-]{1,64}", re.ASCII)
_MOST_PAGES: Final = 100
_MOST_BYTES: Final = 16 * 1024
_REQUEST_WITHIN: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """What a sign-in gives: the token to keep, and one for the requests right after it."""

    value: SecretStr
    access: AccessToken


@dataclass(frozen=True, slots=True)
class Place:
    """A listing the account may see; `account` and `location` go into the configuration.

    Attributes:
        account: "accounts/123".
        location: "locations/456".
        title: the listing's name.
        address: the listing's address in one line, or empty.
    """

    account: str
    location: str
    title: str
    address: str


async def connect(
    app: GoogleApp,
    *,
    http: httpx.AsyncClient,
    open_url: Callable[[str], None],
    now: datetime,
    wait_for: timedelta = timedelta(minutes=5),
    port: int = 0,
) -> RefreshToken:
    """Let the owner sign in with the browser and give back the refresh token.

    Args:
        app: the owner's OAuth app.
        http: a client for the token endpoint.
        open_url: shows the address to the owner: opens the browser, or prints it.
        now: the present moment.
        wait_for: how long to wait for the browser.
        port: the loopback port to listen on; 0 takes a free one. A fixed one helps where the browser runs on another
            machine and the port is forwarded.

    Raises:
        SourceRefusedError: the owner or Google refused, or nobody signed in in time.
        SourceUnreachableError: Google does not answer, or the port is taken.
    """
    verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(32)
    loop = asyncio.get_running_loop()
    arrived: asyncio.Future[dict[str, str]] = loop.create_future()
    desk = _Desk(state, arrived)
    try:
        server = await asyncio.start_server(desk.serve, host="127.0.0.1", port=port)
    except OSError as error:
        raise SourceUnreachableError(
            f"Port {port} on this machine cannot be used ({error}); choose another one",
            reason=SourceDownReason.NO_ANSWER,
        ) from error
    try:
        redirect = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "client_id": app.client_id,
            "redirect_uri": redirect,
            "response_type": "code",
            "scope": SCOPE,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "access_type": "offline",
            "prompt": "consent",
        }
        open_url(f"{app.auth_url}?{urlencode(query)}")
        try:
            async with asyncio.timeout(wait_for.total_seconds()):
                found = await arrived
        except TimeoutError as error:
            raise SourceRefusedError(
                f"Nobody signed in within {wait_for.total_seconds() / 60:g} minutes; start again. If the browser runs "
                "on another machine, forward the port to this one.",
                reason=SourceDownReason.SIGN_IN_EXPIRED,
            ) from error
    finally:
        server.close()
        await desk.finish()
        await server.wait_closed()
    if "code" not in found:
        raise _said_no(found.get("error", ""))
    form = {
        "grant_type": "authorization_code",
        "code": found["code"],
        "code_verifier": verifier,
        "redirect_uri": redirect,
    }
    # A code works once: a second attempt after a lost answer would only be refused.
    tokens = await trade(app, form, http=http, now=now, attempts=1)
    if tokens.scopes and SCOPE not in tokens.scopes:
        raise SourceRefusedError(
            "The sign-in does not include the business profile: start again and leave its box ticked.",
            reason=SourceDownReason.ACCESS_REFUSED,
        )
    if tokens.refresh is None:
        raise strange_answer("no refresh token", who="Google")
    return RefreshToken(value=tokens.refresh, access=tokens.access)


async def list_places(
    app: GoogleApp, token: RefreshToken, *, http: httpx.AsyncClient, now: datetime
) -> tuple[Place, ...]:
    """Every listing of every account that the signed-in person may see, as Google orders them.

    Wire format: Account Management API v1 `accounts` (20 a page) and Business Information API v1
    `{account}/locations` (100 a page; `readMask` is required).

    Raises:
        SourceUnreachableError: Google does not answer, or not as documented.
        SourceRefusedError: the project is not approved, or the API is switched off.
    """
    places = []
    accounts = _entries(
        f"{app.accounts_url}/v1/accounts", "accounts", {"pageSize": "20"}, token=token, http=http, now=now
    )
    async for account in accounts:
        name = _text(account, "name")
        if not _ACCOUNT.fullmatch(name):
            raise strange_answer("an account without a usable name", who="Google")
        query = {"readMask": "name,title,storefrontAddress", "pageSize": "100"}
        url = f"{app.information_url}/v1/{name}/locations"
        async for location in _entries(url, "locations", query, token=token, http=http, now=now):
            places.append(
                Place(
                    account=name,
                    location=_text(location, "name"),
                    title=_text(location, "title"),
                    address=_address(location.get("storefrontAddress")),
                )
            )
    return tuple(places)


async def _entries(
    url: str, key: str, query: dict[str, str], *, token: RefreshToken, http: httpx.AsyncClient, now: datetime
) -> AsyncIterator[dict[str, Any]]:
    page_token = ""
    for _ in range(_MOST_PAGES):
        params = {**query, "pageToken": page_token} if page_token else query
        answer = await ask(http, "GET", url, who="Google", params=params, headers=token.access.headers)
        if answer.status != 200:
            raise api_error(answer, now=now)
        page = json_object(answer.body)
        entries = page.get(key, []) if page is not None else None
        if page is None or not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
            raise strange_answer(f"something else than a list of {key}", who="Google")
        for entry in entries:
            yield entry
        page_token = _text(page, "nextPageToken")
        if not page_token:
            return
    raise strange_answer(f"a list of {key} that does not end", who="Google")


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""


def _address(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    lines = value.get("addressLines")
    parts = [line for line in lines if isinstance(line, str)] if isinstance(lines, list) else []
    town = f"{_text(value, 'postalCode')} {_text(value, 'locality')}".strip()
    return ", ".join(part for part in (*parts, town) if part)


def _said_no(error: str) -> SourceRefusedError:
    if error == "access_denied":
        text = (
            'Google reports that access was denied: either Cancel was pressed, or the OAuth app is in "Testing" and '
            "this account is not among its test users. Start again; in the Google Cloud console (Google Auth Platform, "
            "Audience) publish the app or add the account."
        )
    else:
        text = f"Google did not let the sign-in through ({error[:100]!r}); check client_id and start again."
    return SourceRefusedError(text, reason=SourceDownReason.ACCESS_REFUSED)


class _Desk:
    """The loopback server that the browser comes back to; it takes one answer with the right state."""

    def __init__(self, state: str, arrived: asyncio.Future[dict[str, str]]) -> None:
        self._state = state
        self._arrived = arrived
        self._open: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            async with asyncio.timeout(_REQUEST_WITHIN.total_seconds()):
                await self._answer(reader, writer)
        except (TimeoutError, ConnectionError, h11.RemoteProtocolError):
            # A visitor that does not speak HTTP gets nothing; the owner's browser may still come.
            pass
        finally:
            self._open.discard(task)
            writer.close()

    async def finish(self) -> None:
        """Wait until the pages that are being sent have arrived."""
        if self._open:
            await asyncio.wait(self._open, timeout=0.5)
        # Browsers open spare connections that never ask anything.
        spare = tuple(self._open)
        for task in spare:
            task.cancel()
        await asyncio.gather(*spare, return_exceptions=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visitor = h11.Connection(h11.SERVER, max_incomplete_event_size=_MOST_BYTES)
        while (event := visitor.next_event()) is h11.NEED_DATA:
            visitor.receive_data(await reader.read(4096))
        if not isinstance(event, h11.Request):
            return
        status, title, text = self._look(event)
        body = _page(title, text)
        head = h11.Response(
            status_code=status,
            headers=[
                ("Content-Type", "text/html; charset=utf-8"),
                ("Content-Length", str(len(body))),
                ("Content-Security-Policy", "default-src 'none'"),
                ("Referrer-Policy", "no-referrer"),
                ("Cache-Control", "no-store"),
                ("Connection", "close"),
            ],
        )
        for part in (head, h11.Data(data=body), h11.EndOfMessage()):
            writer.write(visitor.send(part) or b"")
        await writer.drain()

    def _look(self, request: h11.Request) -> tuple[int, str, str]:
        where = urlsplit(request.target.decode("ascii", "replace"))
        query = {key: values[0] for key, values in parse_qs(where.query).items()}
        if request.method != b"GET" or where.path != "/" or not query.keys() & {"code", "error"}:
            return 404, "Not here", "This page only takes Google's answer to a sign-in."
        if not secrets.compare_digest(query.get("state", "").encode(), self._state.encode()):
            return 400, "Not accepted", "This answer belongs to another sign-in. Start again from the terminal."
        if not self._arrived.done():
            self._arrived.set_result(query)
        if "code" in query:
            return 200, "Almost done", "Close this window and go back to the terminal: it shows what comes next."
        return 200, "No access", f"Google says: {query['error'][:100]}. Go back to the terminal: it says what to do."


def _page(title: str, text: str) -> bytes:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title><h1>{html.escape(title)}</h1><p>{html.escape(text)}</p></html>"
    ).encode()
