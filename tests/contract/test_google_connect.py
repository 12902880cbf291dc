"""The owner's sign-in with a real browser's requests, the token's file, and the configuration's checks."""

from __future__ import annotations

import asyncio
import re
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from bot.errors import ConfigError, SourceDownReason, SourceRefusedError, SourceUnreachableError
from bot.sources.google.auth import GoogleApp, read_token, save_token
from bot.sources.google.connect import Place, RefreshToken, connect, list_places
from bot.sources.google.source import GoogleSettings
from tests.contract.google_server import Fault, GoogleFault, GoogleServer

pytestmark = pytest.mark.server

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with GoogleServer() as server:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


def app_of(google: GoogleServer) -> GoogleApp:
    return GoogleSettings.model_validate({"id": "g", **google.settings()}).app()


class Browser:
    """Opens an address in the background, as a desktop would, and keeps the pages."""

    def __init__(self, http: httpx.AsyncClient, before: Callable[[str], Any] | None = None) -> None:
        self._http = http
        self._before = before
        self._task: asyncio.Task[None] | None = None
        self.pages: list[httpx.Response] = []

    def open(self, url: str) -> None:
        self._task = asyncio.get_running_loop().create_task(self._visit(url))

    async def _visit(self, url: str) -> None:
        if self._before is not None:
            (redirect,) = parse_qs(urlsplit(url).query)["redirect_uri"]
            self.pages.append(await self._http.get(self._before(redirect)))
        self.pages.append(await self._http.get(url, follow_redirects=True))

    async def close(self) -> None:
        assert self._task is not None
        await self._task


async def sign_in(google: GoogleServer, http: httpx.AsyncClient, browser: Browser, **other: Any) -> RefreshToken:
    try:
        return await connect(app_of(google), http=http, open_url=browser.open, now=NOW, **other)
    finally:
        await browser.close()


async def test_signing_in_gives_a_token_that_works(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """Consent, code, verifier and trade lead to a refresh token; the browser says where to go on."""
    browser = Browser(http)
    token = await sign_in(google, http, browser)
    assert token.value.get_secret_value() in google.sign_in.refresh_tokens
    (page,) = browser.pages
    assert page.status_code == 200
    assert "go back to the terminal" in page.text
    assert page.headers["content-security-policy"] == "default-src 'none'"
    (asked,) = google.requests("/auth")
    assert asked.query["redirect_uri"].startswith("http://127.0.0.1:")


async def test_places_are_listed_with_their_ids(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """Every listing of every account comes with the ids for the configuration, over all pages."""
    google.places["accounts/102"] = [{"name": f"locations/{n}", "title": f"Bar {n}"} for n in range(250)]
    google.places |= {f"accounts/{n}": [] for n in range(200, 230)}
    google.places["accounts/230"] = [{"name": "locations/7"}]
    token = await sign_in(google, http, Browser(http))
    places = await list_places(app_of(google), token, http=http, now=NOW)
    assert len(places) == 252
    assert places[0] == Place(
        account="accounts/101",
        location="locations/202",
        title="Trattoria Test",
        address="Teststraße 1, 10115 Berlin",
    )
    assert places[-1] == Place("accounts/230", "locations/7", "", "")


@pytest.mark.parametrize(
    ("fault", "error", "reason"),
    [
        (GoogleFault.QUOTA_ZERO, SourceRefusedError, SourceDownReason.NOT_APPROVED),
        (GoogleFault.SERVICE_DISABLED, SourceRefusedError, SourceDownReason.ACCESS_REFUSED),
        (Fault.HTML, SourceUnreachableError, SourceDownReason.FORMAT_CHANGED),
    ],
)
async def test_listing_says_why_it_cannot(
    google: GoogleServer, http: httpx.AsyncClient, fault: StrEnum, error: type[Exception], reason: SourceDownReason
) -> None:
    """A project that is not approved shows here first; the owner reads the same words as for a poll."""
    token = await sign_in(google, http, Browser(http))
    google.fail(fault, on="/accounts")
    with pytest.raises(error) as caught:
        await list_places(app_of(google), token, http=http, now=NOW)
    assert isinstance(caught.value, SourceRefusedError | SourceUnreachableError)
    assert caught.value.reason is reason


async def test_a_refusal_is_explained(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """Cancel, or an account that is no test user, ends with what to do."""
    google.sign_in.gives_consent = False
    browser = Browser(http)
    with pytest.raises(SourceRefusedError, match=r"Cancel was pressed.*test users"):
        await sign_in(google, http, browser)
    assert "access_denied" in browser.pages[0].text


async def test_an_unticked_box_is_explained(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """A sign-in without the scope would only fail later; it is refused at once."""
    google.sign_in.grants_scope = False
    with pytest.raises(SourceRefusedError, match="leave its box ticked"):
        await sign_in(google, http, Browser(http))


async def test_a_code_is_traded_once(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """A code works once, so a lost answer is told and not tried again."""
    google.fail(Fault.DROP, on="/token")
    with pytest.raises(SourceUnreachableError, match="Google's sign-in does not answer"):
        await sign_in(google, http, Browser(http))
    assert len(google.requests("/token")) == 1


@pytest.mark.parametrize(
    ("visit", "status"),
    [
        ("?code=evil&state=guessed", 400),
        ("?code=evil", 400),
        ("?error=access_denied&state=", 400),
        ("favicon.ico", 404),
        ("", 404),
    ],
)
async def test_strangers_do_not_disturb(google: GoogleServer, http: httpx.AsyncClient, visit: str, status: int) -> None:
    """An answer with another state is refused, and the owner's own one still counts."""
    browser = Browser(http, before=lambda redirect: redirect + visit)
    token = await sign_in(google, http, browser)
    assert [page.status_code for page in browser.pages] == [status, 200]
    assert token.value.get_secret_value() in google.sign_in.refresh_tokens


async def test_a_hostile_error_is_shown_as_text(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """What comes in the address is never markup on the page."""
    opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    waiting = asyncio.create_task(connect(app_of(google), http=http, open_url=opened.set_result, now=NOW))
    query = parse_qs(urlsplit(await opened).query)
    evil = {"error": "<script>alert(1)</script>", "state": query["state"][0]}
    page = await http.get(query["redirect_uri"][0], params=evil)
    with pytest.raises(SourceRefusedError, match="did not let the sign-in through"):
        await waiting
    assert "&lt;script&gt;" in page.text
    assert "<script>" not in page.text


async def test_nobody_comes(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """The wait ends, the port is free again, and a spare connection does not hold it open."""
    spare: list[asyncio.StreamWriter] = []
    ports: list[int] = []

    async def idle(port: int) -> None:
        spare.append((await asyncio.open_connection("127.0.0.1", port))[1])

    def open_url(url: str) -> None:
        ports.append(urlsplit(parse_qs(urlsplit(url).query)["redirect_uri"][0]).port or 0)
        tasks.append(asyncio.get_running_loop().create_task(idle(ports[0])))

    tasks: list[asyncio.Task[None]] = []
    wait_for = timedelta(seconds=0.2)
    with pytest.raises(SourceRefusedError, match="Nobody signed in"):
        await connect(app_of(google), http=http, open_url=open_url, now=NOW, wait_for=wait_for)
    spare[0].close()
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncio.open_connection("127.0.0.1", ports[0])


async def test_a_taken_port_is_named(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """A fixed port that another program uses is told as such."""
    port = urlsplit(google.base_url).port or 0
    with pytest.raises(SourceUnreachableError, match=f"Port {port} on this machine"):
        await connect(app_of(google), http=http, open_url=print, now=NOW, port=port)


def test_the_token_file_is_private_and_replaced_in_one_step(tmp_path: Path) -> None:
    """Only the owner of the file may read it, also if an older one was open to all; no draft stays behind."""
    path = tmp_path / "secrets" / "google.token"
    for text in ("1//first", "1//second"):
        save_token(path, SecretStr(text))
        assert read_token(path).get_secret_value() == text
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        path.chmod(0o644)
    assert [p.name for p in path.parent.iterdir()] == ["google.token"]


def test_a_token_file_that_cannot_be_written_is_a_mistake_in_the_configuration(tmp_path: Path) -> None:
    """The error names the file, not the token."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be written") as caught:
        save_token(tmp_path / "file" / "google.token", SecretStr("1//secret"))
    assert "1//secret" not in str(caught.value)


GOOD = {
    "id": "g",
    "account": "accounts/1",
    "location": "locations/2",
    "client_id": "c",
    "client_secret": "s",
    "refresh_token": "t",
}


@pytest.mark.parametrize(
    ("account", "location"),
    [("1", "2"), ("accounts/1", "locations/2"), (1, 2), (" accounts/1 ", "locations/2")],
)
def test_ids_may_be_written_both_ways(account: Any, location: Any) -> None:
    """A bare number and Google's own name mean the same."""
    settings = GoogleSettings.model_validate(GOOD | {"account": account, "location": location})
    assert (settings.account, settings.location) == ("accounts/1", "locations/2")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"account": "locations/1"}, "not like accounts/123"),
        ({"location": "2/../3"}, "not like locations/123"),
        ({"client_secret": ""}, "either client_secret or client_secret_file"),
        ({"client_secret_file": "/x"}, "either client_secret or client_secret_file"),
        ({"client_secret": "", "client_secret_file": "/does/not/exist"}, "client_secret_file cannot be read"),
        ({"refresh_token": ""}, "either refresh_token or refresh_token_file"),
        ({"refresh_token_file": "/x"}, "either refresh_token or refresh_token_file"),
        ({"base_url": "http://example.org"}, "has to begin with https://"),
        ({"token_url": "ftp://example.org"}, "not an address like https://host"),
    ],
)
def test_mistakes_are_named(change: dict[str, Any], words: str) -> None:
    """Each mistake in the configuration says what is wrong."""
    with pytest.raises(ValidationError, match=re.escape(words)):
        GoogleSettings.model_validate(GOOD | change)


def test_the_client_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    """The secret is read at the start; Google's whole JSON download is refused with a word."""
    path = tmp_path / "secret"
    path.write_text("GOCSPX-x\n")
    tree = GOOD | {"client_secret": "", "client_secret_file": path}
    assert GoogleSettings.model_validate(tree).app().client_secret.get_secret_value() == "GOCSPX-x"
    path.write_text('{"installed": {}}')
    with pytest.raises(ValidationError, match="the client secret and nothing else"):
        GoogleSettings.model_validate(tree)


def test_only_two_hosts_are_needed() -> None:
    """A poll reaches the API and the token endpoint, nothing else."""
    settings = GoogleSettings.model_validate(GOOD)
    assert settings.hosts() == ("mybusiness.googleapis.com", "oauth2.googleapis.com")
    assert settings.platform == "google"
