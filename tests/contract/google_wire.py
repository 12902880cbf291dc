"""What the local Google answers: errors in Google's own shapes, its own faults, pages of a list."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from tests.contract.http_fake import ANSWERS, Answer, Fault


class GoogleFault(StrEnum):
    """What goes wrong with a request at Google only."""

    QUOTA_ZERO = "429: the project is not approved"
    SERVICE_DISABLED = "403, the API is switched off"
    SCOPE_MISSING = "403, the sign-in lacks the scope"
    NOTHING = "200 with no reviews at all"
    SAME_TOKEN = "200, the nextPageToken is always the same"
    NEW_TOKENS = "200, each page leads to another one"
    INVALID_GRANT = "the refresh token is dead (token endpoint)"
    INVALID_CLIENT = "the app is unknown (token endpoint)"


class RefusedError(Exception):
    """The request is refused with this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def error(code: int, status: str, message: str, *details: dict[str, Any], **headers: str) -> Answer:
    """An error in google.rpc.Status shape."""
    inner: dict[str, Any] = {"code": code, "message": message, "status": status}
    if details:
        inner["details"] = list(details)
    return Answer(code, json.dumps({"error": inner}, indent=2).encode(), headers=headers)


def error_info(reason: str, **metadata: str) -> dict[str, Any]:
    """A google.rpc.ErrorInfo."""
    return {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": "mybusiness.googleapis.com", "consumer": "projects/123456789", **metadata},
    }


def _quota(limit: str, *details: dict[str, Any]) -> Answer:
    info = error_info(
        "RATE_LIMIT_EXCEEDED",
        quota_limit="DefaultRequestsPerMinutePerProject",
        quota_limit_value=limit,
        quota_metric="mybusiness.googleapis.com/default_requests",
        quota_unit="1/min/{project}",
    )
    text = (
        "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' of service "
        "'mybusiness.googleapis.com' for consumer 'project_number:123456789'."
    )
    return error(429, "RESOURCE_EXHAUSTED", text, info, *details)


_RETRY = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "58s"}
_DENIED = "The caller does not have permission"
FAULTS: dict[StrEnum, Answer] = {
    **ANSWERS,
    GoogleFault.QUOTA_ZERO: _quota("0"),
    Fault.BUSY: _quota("300", _RETRY),
    Fault.SERVER_ERROR: error(500, "INTERNAL", "Internal error encountered."),
    Fault.WRONG_SHAPE: Answer(200, b'{"reviews": {"first": 1}}'),
    Fault.UNAUTHENTICATED: error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials."),
    Fault.DENIED: error(403, "PERMISSION_DENIED", _DENIED),
    GoogleFault.SERVICE_DISABLED: error(
        403,
        "PERMISSION_DENIED",
        "Google My Business API has not been used in project 123456789 before or it is disabled.",
        error_info("SERVICE_DISABLED"),
    ),
    GoogleFault.SCOPE_MISSING: error(
        403,
        "PERMISSION_DENIED",
        "Request had insufficient authentication scopes.",
        error_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
    ),
    Fault.NOT_FOUND: error(404, "NOT_FOUND", "Requested entity was not found."),
    GoogleFault.NOTHING: Answer(200, b"{}"),
    GoogleFault.INVALID_GRANT: Answer(
        400, b'{"error": "invalid_grant", "error_description": "Token has been expired or revoked."}'
    ),
    GoogleFault.INVALID_CLIENT: Answer(
        401, b'{"error": "invalid_client", "error_description": "The OAuth client was not found."}'
    ),
}


def page_of(key: str, entries: list[Any], *, query: Mapping[str, str], cap: int, allowed: set[str]) -> Answer:
    for name in query.keys() - allowed:
        text = f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter.'
        raise RefusedError(error(400, "INVALID_ARGUMENT", text))
    size = query.get("pageSize", "10")
    if not size.isascii() or not size.isdigit() or size == "0":
        raise RefusedError(error(400, "INVALID_ARGUMENT", f"Invalid value at 'page_size': {size}"))
    start = offset_of(query.get("pageToken", ""))
    end = start + min(int(size), cap)
    # Google leaves out what is empty.
    page: dict[str, Any] = {key: entries[start:end]} if entries[start:end] else {}
    if end < len(entries):
        page["nextPageToken"] = page_token(end)
    return Answer(200, json.dumps(page, ensure_ascii=False, indent=2).encode())


def page_token(offset: int) -> str:
    return base64.urlsafe_b64encode(f"offset={offset}".encode()).decode()


def offset_of(token: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(token).decode().removeprefix("offset=")) if token else 0
    except ValueError:
        raise RefusedError(error(400, "INVALID_ARGUMENT", "Invalid page token")) from None


TRATTORIA: dict[str, Any] = {
    "title": "Trattoria Test",
    "storefrontAddress": {
        "regionCode": "DE",
        "postalCode": "10115",
        "locality": "Berlin",
        "addressLines": ["Teststraße 1"],
    },
}
