"""What Google's error answers mean and what the owner does about them.

Wire format: google.rpc.Status as JSON, `{"error": {"code", "message", "status", "details"}}`, where `details` holds
ErrorInfo (`reason`, `metadata`), RetryInfo (`retryDelay`, "58s") and others; the token endpoint follows RFC 6749, 5.2:
`{"error", "error_description"}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from bot.errors import SourceDownReason, SourceRefusedError, SourceUnreachableError
from bot.sources.contract.answers import json_object, pause, strange_answer
from bot.sources.contract.http import Answer

CONNECT: Final = "run `reviewbot connect google`"
_ZERO_IN_TEXT: Final = re.compile(r"quota_?limit_?value\W+0\b", re.IGNORECASE)
_BUSY_REASONS: Final = frozenset({"RATE_LIMIT_EXCEEDED", "rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"})

NOT_APPROVED: Final = (
    "Google has not approved this project yet: its quota is 0. Apply for Basic API Access at "
    "https://support.google.com/business/contact/api_default with an address that has been owner or manager of the "
    "listing for at least 60 days. Do not ask for a quota increase; that is another form and is refused."
)
SIGN_IN_EXPIRED: Final = (
    f"Google does not accept the sign-in any more: {CONNECT} and sign in again. If this comes back every 7 days, the "
    'OAuth app is still in "Testing": publish it (Google Cloud console, Google Auth Platform, Audience), because an '
    'app in "Testing" loses its refresh token after 7 days.'
)


def api_error(answer: Answer, *, now: datetime) -> SourceRefusedError | SourceUnreachableError:
    """What an answer of a Google API other than 200 means."""
    error = _part(json_object(answer.body), "error")
    said = f" Google says: {_line(error['message'])}" if error.get("message") else ""
    status, reasons = error.get("status"), set(_values(error, "reason"))
    if answer.status == 429 or status == "RESOURCE_EXHAUSTED" or reasons & _BUSY_REASONS:
        if _is_quota_zero(error):
            return SourceRefusedError(NOT_APPROVED, reason=SourceDownReason.NOT_APPROVED)
        return SourceUnreachableError(
            f"Google asks for fewer requests; it is tried again by itself.{said}",
            reason=SourceDownReason.BUSY,
            retry_after=_pause(answer, error, now),
        )
    if answer.status == 401:
        return SourceRefusedError(SIGN_IN_EXPIRED + said, reason=SourceDownReason.SIGN_IN_EXPIRED)
    if answer.status == 403:
        return SourceRefusedError(_denied(reasons) + said, reason=SourceDownReason.ACCESS_REFUSED)
    if answer.status == 404:
        return SourceRefusedError(
            "Google does not know this listing: check account and location in the configuration "
            f"({CONNECT} to see the right ones), and that the listing is verified.{said}",
            reason=SourceDownReason.ACCESS_REFUSED,
        )
    return strange_answer(f"HTTP {answer.status}.{said}".rstrip("."), who="Google")


def token_error(answer: Answer, *, now: datetime) -> SourceRefusedError | SourceUnreachableError:
    """What an answer of the token endpoint other than 200 means."""
    found = json_object(answer.body) or {}
    code = found.get("error")
    said = f" Google says: {_line(found['error_description'])}" if found.get("error_description") else ""
    if code == "invalid_grant":
        return SourceRefusedError(SIGN_IN_EXPIRED + said, reason=SourceDownReason.SIGN_IN_EXPIRED)
    if answer.status == 429:
        return SourceUnreachableError(
            f"Google asks for fewer sign-ins; it is tried again by itself.{said}",
            reason=SourceDownReason.BUSY,
            retry_after=_pause(answer, found, now),
        )
    if code in ("invalid_client", "unauthorized_client", "deleted_client", "disabled_client"):
        return SourceRefusedError(
            "Google does not know this OAuth app: check client_id and client_secret against the Google Cloud console "
            f"(an app of type Desktop), then {CONNECT}.{said}",
            reason=SourceDownReason.ACCESS_REFUSED,
        )
    if isinstance(code, str) and 400 <= answer.status < 500:
        return SourceRefusedError(
            f"Google refuses the sign-in ({_line(code)}): {CONNECT} and sign in again.{said}",
            reason=SourceDownReason.ACCESS_REFUSED,
        )
    return strange_answer(f"HTTP {answer.status} to the sign-in", who="Google")


def _denied(reasons: set[Any]) -> str:
    if "SERVICE_DISABLED" in reasons:
        return (
            "The Google project has this API switched off: open the Google Cloud console, APIs & Services, Library, "
            "and enable the Google My Business API, the My Business Account Management API and the My Business "
            "Business Information API; it takes a few minutes until they answer."
        )
    if "ACCESS_TOKEN_SCOPE_INSUFFICIENT" in reasons:
        return (
            f"The sign-in does not include the business profile: {CONNECT} again and leave the box for the business "
            "profile ticked."
        )
    return (
        "Google refuses access: the account that signed in has to be owner or manager of the listing. Check account "
        f"and location in the configuration, or {CONNECT} with the right account."
    )


def _is_quota_zero(error: Mapping[str, Any]) -> bool:
    numbers = [*_values(error, "quota_limit_value"), *_values(error, "quotaValue")]
    return "0" in {str(number).strip() for number in numbers} or bool(
        _ZERO_IN_TEXT.search(str(error.get("message", "")))
    )


def _pause(answer: Answer, error: Mapping[str, Any], now: datetime) -> timedelta | None:
    return pause([answer.headers.get("retry-after", ""), *map(str, _values(error, "retryDelay"))], now=now)


def _values(value: Any, key: str, depth: int = 0) -> Iterator[Any]:
    """Every plain value under `key`, wherever it lies: the shapes of `details` differ between Google's services."""
    if depth > 8:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == key and isinstance(inner, str | int):
                yield inner
            else:
                yield from _values(inner, key, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner, key, depth + 1)


def _part(value: Mapping[str, Any] | None, key: str) -> dict[str, Any]:
    inner = (value or {}).get(key)
    return inner if isinstance(inner, dict) else {}


def _line(text: Any) -> str:
    return " ".join(str(text).split())[:300]
