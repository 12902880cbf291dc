"""What the Google source says when Google refuses, fails or answers something else."""

from __future__ import annotations

import logging
import traceback
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import httpx
import pytest
import stamina

from bot.errors import SourceDownReason, SourceRefusedError, SourceUnreachableError
from bot.sources.contract.http import Answer, ask
from bot.sources.google.errors import api_error, token_error
from bot.sources.google.source import GoogleSettings
from tests.contract.google_server import Fault, GoogleFault, GoogleServer
from tests.contract.google_shelf import NOW, make

pytestmark = pytest.mark.server


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with GoogleServer() as server:
        server.add_review(stars=1)
        yield server


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, timeout=0.5) as client:
        yield client


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """Retries do not wait in these tests."""
    stamina.set_testing(True, attempts=3)
    yield
    stamina.set_testing(False)


@pytest.mark.parametrize(
    ("fault", "reason", "words"),
    [
        (
            GoogleFault.QUOTA_ZERO,
            SourceDownReason.NOT_APPROVED,
            "not approved this project yet.*Basic API Access.*60 days",
        ),
        (Fault.UNAUTHENTICATED, SourceDownReason.SIGN_IN_EXPIRED, "reviewbot connect google"),
        (Fault.DENIED, SourceDownReason.ACCESS_REFUSED, "owner or manager of the listing"),
        (GoogleFault.SERVICE_DISABLED, SourceDownReason.ACCESS_REFUSED, "enable the Google My Business API"),
        (GoogleFault.SCOPE_MISSING, SourceDownReason.ACCESS_REFUSED, "leave the box"),
        (Fault.NOT_FOUND, SourceDownReason.ACCESS_REFUSED, "check account and location"),
    ],
)
async def test_the_owner_is_told_what_to_do(
    google: GoogleServer, http: httpx.AsyncClient, fault: StrEnum, reason: SourceDownReason, words: str
) -> None:
    """What only the owner can mend is refused with the steps, and works again once it is mended."""
    source = make(google, http)
    google.fail(fault)
    with pytest.raises(SourceRefusedError, match=words) as caught:
        await source.poll({}, NOW)
    assert caught.value.reason is reason
    google.heal()
    assert (await source.poll({}, NOW)).is_complete


@pytest.mark.parametrize(
    ("fault", "reason", "requests"),
    [
        (Fault.SERVER_ERROR, SourceDownReason.NO_ANSWER, 3),
        (Fault.SLOW, SourceDownReason.NO_ANSWER, 3),
        (Fault.BUSY, SourceDownReason.BUSY, 1),
        (Fault.HTML, SourceDownReason.FORMAT_CHANGED, 1),
    ],
)
async def test_what_passes_is_tried_again(
    google: GoogleServer, http: httpx.AsyncClient, fault: StrEnum, reason: SourceDownReason, requests: int
) -> None:
    """A failure that may pass is for later; within a poll only silence and server errors are tried again."""
    source = make(google, http)
    google.fail(fault)
    with pytest.raises(SourceUnreachableError) as caught:
        await source.poll({}, NOW)
    assert caught.value.reason is reason
    assert len(google.requests()) == requests
    google.heal()
    assert (await source.poll({}, NOW)).is_complete


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.DROP, Fault.SLOW, Fault.NOT_FOUND, Fault.UNAUTHENTICATED])
async def test_one_failure_is_not_noticed(google: GoogleServer, http: httpx.AsyncClient, fault: StrEnum) -> None:
    """A single error, a 404 that Google gives now and then, or a withdrawn access token do not fail a poll."""
    google.fail(fault, times=1)
    poll = await make(google, http).poll({}, NOW)
    assert len(poll.items) == 1
    assert len(google.requests()) == 2


async def test_a_redirect_is_not_followed(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """Another address, such as a sign-in page of the network, gets no token, also if the client would follow."""
    http.follow_redirects = True
    google.fail(Fault.REDIRECT)
    with pytest.raises(SourceUnreachableError, match="which is not followed"):
        await make(google, http).poll({}, NOW)


async def test_busy_names_the_pause(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """Google's own pause is passed on."""
    google.fail(Fault.BUSY)
    with pytest.raises(SourceUnreachableError) as caught:
        await make(google, http).poll({}, NOW)
    assert caught.value.retry_after == timedelta(seconds=58)


@pytest.mark.parametrize(
    ("header", "pause"),
    [
        ("120", timedelta(minutes=2)),
        ("Mon, 02 Nov 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 02 Nov 2026 11:00:00 GMT", timedelta(0)),
        ("999999999", timedelta(days=1)),
        ("soon", None),
        ("", None),
    ],
)
def test_the_pause_of_a_header_is_read(header: str, pause: timedelta | None) -> None:
    """Seconds and dates are understood, nothing longer than a day is believed."""
    error = api_error(Answer(429, {"retry-after": header}, b""), now=NOW)
    assert isinstance(error, SourceUnreachableError)
    assert error.retry_after == pause


@pytest.mark.parametrize(
    "details",
    [
        b'[{"quota_limit_value": "0"}]',
        b'[{"metadata": {"quota_limit_value": 0}}]',
        b'[{"violations": [{"quotaValue": "0"}]}]',
    ],
)
def test_a_quota_of_zero_is_found_in_every_shape(details: bytes) -> None:
    """Google's services write the limit in different places."""
    body = b'{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": ' + details + b"}}"
    assert api_error(Answer(429, {}, body), now=NOW).reason is SourceDownReason.NOT_APPROVED
    other = body.replace(b'"0"', b'"10"').replace(b" 0}", b" 10}")
    assert api_error(Answer(429, {}, other), now=NOW).reason is SourceDownReason.BUSY


def test_a_quota_of_zero_is_found_in_the_text() -> None:
    """Some answers say it in words only."""
    body = b'{"error": {"message": "Quota exceeded, quota_limit_value: 0", "status": "RESOURCE_EXHAUSTED"}}'
    assert api_error(Answer(429, {}, body), now=NOW).reason is SourceDownReason.NOT_APPROVED


async def test_a_dead_refresh_token_asks_for_a_new_sign_in(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """The owner reads what to run, and why it may happen every seven days; a new token file works at once."""
    google.revoke()
    with pytest.raises(SourceRefusedError, match=r"reviewbot connect google.*Testing.*7 days") as caught:
        await make(google, http).poll({}, NOW)
    assert caught.value.reason is SourceDownReason.SIGN_IN_EXPIRED
    assert google.requests() == []


async def test_an_unknown_app_is_named(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """A wrong secret is told as such."""
    with pytest.raises(SourceRefusedError, match="check client_id and client_secret") as caught:
        await make(google, http, client_secret="typo").poll({}, NOW)
    assert caught.value.reason is SourceDownReason.ACCESS_REFUSED


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.SERVER_ERROR, SourceDownReason.NO_ANSWER),
        (Fault.HTML, SourceDownReason.FORMAT_CHANGED),
        (Fault.BUSY, SourceDownReason.BUSY),
    ],
)
async def test_a_failing_sign_in_is_tried_later(
    google: GoogleServer, http: httpx.AsyncClient, fault: StrEnum, reason: SourceDownReason
) -> None:
    """A token endpoint that does not work says nothing about the owner's sign-in."""
    google.fail(fault, on="/token")
    with pytest.raises(SourceUnreachableError) as caught:
        await make(google, http).poll({}, NOW)
    assert caught.value.reason is reason


def test_other_refusals_of_the_sign_in_name_googles_code() -> None:
    """A company's policy, for example, is passed on by its name."""
    error = token_error(Answer(400, {}, b'{"error": "admin_policy_enforced"}'), now=NOW)
    assert isinstance(error, SourceRefusedError)
    assert "admin_policy_enforced" in str(error)


async def test_the_token_file_may_come_later(google: GoogleServer, http: httpx.AsyncClient, tmp_path: Path) -> None:
    """Without the file the owner is told to sign in; once it is there the next poll works."""
    path = tmp_path / "google.token"
    source = make(google, http, refresh_token=None, refresh_token_file=path)
    for text in (None, "  \n"):
        if text is not None:
            path.write_text(text)
        with pytest.raises(SourceRefusedError, match="reviewbot connect google") as caught:
            await source.poll({}, NOW)
        assert caught.value.reason is SourceDownReason.SIGN_IN_EXPIRED
    path.write_text("1//test-refresh\n")
    assert (await source.poll({}, NOW)).is_complete


async def test_the_access_token_is_renewed_before_it_ends(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """One access token serves for its hour; then, or when Google forgets it, another one is fetched."""
    source = make(google, http)
    for minutes, trades in ((0, 1), (58, 1), (59, 2), (60, 2)):
        await source.poll({}, NOW + timedelta(minutes=minutes))
        assert len(google.requests("/token")) == trades
    google.expire_access_tokens()
    await source.poll({}, NOW + timedelta(minutes=61))
    assert len(google.requests("/token")) == 3


async def test_no_secret_leaves_the_source(
    google: GoogleServer, http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither state, errors, logs nor the printed settings hold a token or the client secret."""
    caplog.set_level(logging.DEBUG)
    source = make(google, http)
    poll = await source.poll({}, NOW)
    told = [repr(poll), repr(GoogleSettings.model_validate({"id": "g", **google.settings()}))]
    faults = ((Fault.DROP, "/reviews"), (Fault.UNAUTHENTICATED, "/reviews"), (Fault.DROP, "/token"))
    for hours, (fault, on) in enumerate(faults, start=1):
        google.fail(fault, on=on)
        with pytest.raises((SourceRefusedError, SourceUnreachableError)) as caught:
            await source.poll({}, NOW + timedelta(hours=hours))
        told.append("".join(traceback.format_exception(caught.value)))
        google.heal()
    bearers = {seen.bearer for seen in google.requests()}
    told += [record.getMessage() for record in caplog.records]
    assert bearers
    for secret in (*bearers, google.sign_in.client_secret, "1//test-refresh"):
        assert not [text for text in told if secret in text]


async def test_an_answer_in_drops_has_an_end(google: GoogleServer, http: httpx.AsyncClient) -> None:
    """However slowly an answer comes, one attempt ends at its deadline."""
    google.fail(Fault.SLOW, on="/slow")
    async with httpx.AsyncClient(trust_env=False, timeout=None) as patient:
        with pytest.raises(SourceUnreachableError, match="TimeoutError") as caught:
            await ask(patient, "GET", f"{google.base_url}/slow", who="Google", deadline=timedelta(seconds=0.1))
    assert caught.value.reason is SourceDownReason.NO_ANSWER


async def test_a_closed_port_is_no_answer(http: httpx.AsyncClient) -> None:
    """A host where nobody listens is tried and then left for later."""
    with pytest.raises(SourceUnreachableError, match="Google does not answer") as caught:
        await ask(http, "GET", "http://127.0.0.1:9/", who="Google")
    assert caught.value.reason is SourceDownReason.NO_ANSWER
