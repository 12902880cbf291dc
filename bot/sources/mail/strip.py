"""Removes from a mail what its rule says must not be stored, such as guests' addresses."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from bot.sources.mail.fields import strip
from bot.sources.mail.rules import MailRule
from bot.sources.mail.text import Mail, headers_of, take_apart

_KEPT: Final = ("from", "subject", "date", "message-id", "authentication-results")


def stripped(raw: bytes, rule: MailRule) -> bytes:
    """The mail rebuilt from the headers that reading needs and its text, without what the rule removes.

    Every other header and part is left out, since a guest's address may stand in any of them (Reply-To, HTML).

    Raises:
        SlowPatternError: a pattern took too long; the mail must not be kept.
    """
    mail = take_apart(raw)
    return _rebuilt(mail, rule, strip(mail.body(rule.part), rule))


def only_headers(raw: bytes, rule: MailRule) -> bytes:
    """The mail without its text: that it came is told, what it says is not kept."""
    return _rebuilt(headers_of(raw), rule, "")


def _rebuilt(mail: Mail, rule: MailRule, text: str) -> bytes:
    lines = [
        f"{name}: {value}".encode("utf-8", "replace").replace(b"\r", b"").replace(b"\n", b" ")
        for name, value in mail.headers
        if name in _KEPT or name in {one.lower() for one in rule.header}
    ]
    body = EmailMessage(policy=SMTP)
    body.set_content(text, charset="utf-8", cte="8bit")
    return b"\r\n".join(lines) + b"\r\n" + body.as_bytes()
