"""Sends one request to a source's host, with retries, a limit on the answer's size and the project's own errors."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import httpx
import stamina

from bot.errors import SourceDownReason, SourceRefusedError, SourceUnreachableError

BODY_CAP: Final = 4 * 1024 * 1024
DEADLINE: Final = timedelta(seconds=60)
ATTEMPTS: Final = 3
_UNWRITABLE: Final = (httpx.LocalProtocolError, httpx.InvalidURL, UnicodeError)


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete HTTP answer whose status is below 500 and no redirect."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _AgainError(Exception):
    """Raised inside `ask` for an answer after which the request is sent again."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"HTTP {answer.status}")
        self.answer = answer


async def ask(
    http: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    who: str,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    retry_also: Collection[int] = (),
    attempts: int = ATTEMPTS,
    body_cap: int = BODY_CAP,
    deadline: timedelta = DEADLINE,
) -> Answer:
    """Send a request and read the whole answer.

    Connection errors, timeouts, 408 and 5xx are tried `attempts` times within about two seconds of waiting.
    Redirects are not followed: a credential must not reach a host that the settings do not name.

    Args:
        http: the source's client.
        method: the HTTP method.
        url: the address without its query.
        who: the host's name in an error, for people ("Google").
        params: the query.
        headers: the request's own headers.
        form: the body as a form.
        retry_also: statuses that are tried again as well; what comes last is returned.
        attempts: how often to try.
        body_cap: the longest body in bytes.
        deadline: how long one attempt may take as a whole.

    Raises:
        SourceUnreachableError: no usable answer came.
        SourceRefusedError: the request cannot be written, for a key or a name in it has a sign it must not have.
    """
    # A context block and not the decorator: stamina logs the arguments of a decorated function, secrets included.
    retries = stamina.retry_context(
        on=_is_worth_another_try,
        attempts=attempts,
        timeout=None,
        wait_initial=0.3,
        wait_max=2.0,
        wait_jitter=0.2,
    )
    try:
        async for attempt in retries:
            with attempt:
                request = http.build_request(method, url, params=params, headers=headers, data=form)
                async with asyncio.timeout(deadline.total_seconds()):
                    answer = await _read(http, request, who=who, body_cap=body_cap)
                if answer.status >= 500 or answer.status == 408 or answer.status in retry_also:
                    raise _AgainError(answer)
                return answer
    except _AgainError as again:
        if again.answer.status in retry_also:
            return again.answer
        raise _no_answer(who, f"HTTP {again.answer.status}") from again
    except _UNWRITABLE as error:
        # Their texts quote what cannot be written: it may be a secret, and what is raised here is stored.
        raise SourceRefusedError(
            f"the request to {who} cannot be written ({type(error).__name__}): a key or an address in the settings of "
            "this source has a sign that must not be there; copy it anew",
            reason=SourceDownReason.ACCESS_REFUSED,
        ) from None
    except (httpx.RequestError, TimeoutError) as error:
        raise _no_answer(who, f"{type(error).__name__}: {error}".rstrip(": ")) from error
    raise AssertionError("the last attempt returns or raises")


def _is_worth_another_try(error: Exception) -> bool:
    return isinstance(error, _AgainError | httpx.RequestError | TimeoutError) and not isinstance(error, _UNWRITABLE)


async def _read(http: httpx.AsyncClient, request: httpx.Request, *, who: str, body_cap: int) -> Answer:
    response = await http.send(request, stream=True, follow_redirects=False)
    try:
        if response.is_redirect:
            raise SourceUnreachableError(
                f"{who} sends the request on to another address, which is not followed; "
                "look for a proxy or a sign-in page between this machine and the internet",
                reason=SourceDownReason.FORMAT_CHANGED,
            )
        body = bytearray()
        async for piece in response.aiter_bytes():
            body += piece
            if len(body) > body_cap:
                raise SourceUnreachableError(
                    f"{who} answered with more than {body_cap} bytes, which is not read; look for a newer release",
                    reason=SourceDownReason.FORMAT_CHANGED,
                )
        return Answer(status=response.status_code, headers=response.headers, body=bytes(body))
    finally:
        await response.aclose()


def _no_answer(who: str, detail: str) -> SourceUnreachableError:
    return SourceUnreachableError(
        f"{who} does not answer ({detail}); it is tried again by itself", reason=SourceDownReason.NO_ANSWER
    )
