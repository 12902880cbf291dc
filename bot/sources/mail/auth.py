"""Whether a mail's sender is proved, by the Authentication-Results of the owner's mail provider (RFC 8601).

Any sender can write an Authentication-Results header; the provider puts its own above them. So only the topmost one
with an id that the owner's provider uses counts, and only where no sender can have put it: above the first Received
header, which the provider writes when it takes the mail in. A provider that adds no such header proves nothing,
whatever stands further down.

Gmail writes its own below its own Received header, into every mail, and takes out those that claim to be its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum
from typing import Final

from bot.sources.mail import auth_results
from bot.sources.mail.auth_results import Result
from bot.sources.mail.text import Mail

_HEADER: Final = "authentication-results"

PROVIDERS: Final = {"imap.gmail.com": ("mx.google.com",)}
"""IMAP host -> the authserv-ids that its provider writes, where they are known from real mail."""

_BELOW_OWN_RECEIVED: Final = frozenset({"mx.google.com"})
_RECEIVED_BY: Final = re.compile(r"\bby\s+(\S+)", re.IGNORECASE)


class Verdict(StrEnum):
    """What the provider found out about the sender."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    FAILED = "failed"


def verdict(mail: Mail, trusted: Collection[str]) -> Verdict:
    """Verified by an aligned DMARC or DKIM result, failed by one that says so, else unverified.

    Args:
        mail: the mail; its sender's domain is what a result has to be aligned with.
        trusted: the ids (authserv-id) of the owner's provider.
    """
    domain = mail.sender.rpartition("@")[2]
    results = _trusted_results(mail, trusted)
    if not domain or results is None:
        return Verdict.UNVERIFIED
    dmarc = [one for one in results if one.method == "dmarc" and _of(one, "from") in ("", domain)]
    if any(one.result == "fail" for one in dmarc):
        return Verdict.FAILED
    if any(one.result == "pass" and _of(one, "from") == domain for one in dmarc):
        return Verdict.VERIFIED
    dkim = [one for one in results if one.method == "dkim" and _is_aligned(_signer(one), domain)]
    if any(one.result == "pass" for one in dkim):
        return Verdict.VERIFIED
    return Verdict.FAILED if any(one.result == "fail" for one in dkim) else Verdict.UNVERIFIED


def topmost_id(mail: Mail) -> str:
    """The authserv-id of the topmost header that a provider may have written; empty where there is none."""
    values = _of_provider(mail)
    parsed = auth_results.read(values[0]) if values else None
    return "" if parsed is None else parsed.authserv_id


def _trusted_results(mail: Mail, trusted: Collection[str]) -> tuple[Result, ...] | None:
    ids = {one.lower() for one in trusted}
    for value in _of_provider(mail):
        # The id stands first, also in a header that is broken further on: a broken one of ours is not passed over.
        if _id_of(value) in ids:
            parsed = auth_results.read(value)
            return None if parsed is None else parsed.results
    return None


def _of_provider(mail: Mail) -> list[str]:
    """The headers that the sender cannot have written, the topmost first."""
    found, last_received_by = [], ""
    for name, value in mail.headers:
        if name == "received":
            by = _RECEIVED_BY.search(value)
            last_received_by = by[1].rstrip(";").lower() if by else "unknown"
        elif name == _HEADER and (
            not last_received_by or (_id_of(value) in _BELOW_OWN_RECEIVED and _id_of(value) == last_received_by)
        ):
            found.append(value)
    return found


def _id_of(value: str) -> str:
    return value.split(";", 1)[0].strip().partition(" ")[0].lower()


def _of(result: Result, name: str) -> str:
    values = [value for kind, its, value in result.properties if kind == "header" and its == name]
    return values[0].rpartition("@")[2] if values else ""


def _signer(result: Result) -> str:
    return _of(result, "d") or _of(result, "i")


def _is_aligned(signer: str, domain: str) -> bool:
    return "." in signer and (domain == signer or domain.endswith(f".{signer}"))
