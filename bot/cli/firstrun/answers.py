"""What a first run asks, and the configuration that its answers make."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bot.text.fold import slug

HOSTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "gmail.com": ("imap.gmail.com", "mx.google.com"),
        "googlemail.com": ("imap.gmail.com", "mx.google.com"),
        "gmx.de": ("imap.gmx.net", "gmx.net"),
        "gmx.net": ("imap.gmx.net", "gmx.net"),
        "web.de": ("imap.web.de", "web.de"),
        "mailbox.org": ("imap.mailbox.org", ""),
        "icloud.com": ("imap.mail.me.com", ""),
    }
)
"""Domain of an address -> IMAP host, and the name its provider puts into Authentication-Results where that is known."""


@dataclass(frozen=True, slots=True)
class MailAnswers:
    """A mailbox.

    Attributes:
        authserv_id: the name of the provider in Authentication-Results; empty where it is not known.
        password_file: relative to the configuration.
    """

    host: str
    user: str
    folder: str
    password_file: Path
    authserv_id: str = ""
    port: int = 993


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that the configuration is made from; paths are relative to it.

    Attributes:
        quiet_hours: like 22:00-08:00; empty where the owner wants none.
        base_url: another Bot API server than Telegram's, or empty.
        folder: a folder of exports, or None.
    """

    business: str
    location: str
    language: str
    time_zone: str
    token_file: Path
    quiet_hours: str = ""
    base_url: str = ""
    folder: Path | None = None
    mail: MailAnswers | None = None


def toml(answers: Answers) -> str:
    """The configuration with its comments."""
    lines = [
        "# Written by `reviewbot setup`; yours to change. config/reviewbot.example.toml shows every key.",
        "",
        "[telegram]",
        "# The token is a password: it lies in a file of its own that only this user can read.",
        f"token_file = {_text(answers.token_file)}",
    ]
    if answers.base_url:
        lines.append(f"base_url = {_text(answers.base_url)}")
    lines += [
        "",
        "[[businesses]]",
        f"id = {_text(slug(answers.business, otherwise='business'))}  # what is stored hangs on it: do not change it",
        f"name = {_text(answers.business)}",
        f'language = {_text(answers.language)}  # of the chat until somebody chooses: "en" or "de"',
        "",
        "[[businesses.locations]]",
        f"id = {_text(slug(answers.location, otherwise='location'))}",
        f"name = {_text(answers.location)}",
        f"time_zone = {_text(answers.time_zone)}",
        "# The alarm learns what is usual here. To be told of 3 low reviews in 24 hours whatever is usual:",
        "# alarm = { low_reviews = 3, within_hours = 24 }",
        "# The phone stays silent in these hours; what is high or critical sounds all the same, twice a night at most.",
        f'alerts = {{ quiet_hours = {_text(answers.quiet_hours)}, quiet_breaks = "high" }}',
    ]
    if answers.folder is not None:
        lines += [
            "",
            "# Put any export in here: CSV, XLSX, JSON, Google Takeout. It is read within a minute.",
            "[[businesses.locations.sources]]",
            'id = "exports"',
            'type = "folder"',
            f"path = {_text(answers.folder)}",
        ]
    if answers.mail is not None:
        mail = answers.mail
        lines += [
            "",
            "# Only mails of senders that a rule names are read; nothing in the mailbox is changed.",
            "[[businesses.locations.sources]]",
            'id = "mailbox"',
            'type = "mailbox"',
            f"host = {_text(mail.host)}",
            *([f"port = {mail.port}"] if mail.port != 993 else []),
            f"user = {_text(mail.user)}",
            f"password_file = {_text(mail.password_file)}",
            f"folders = [{_text(mail.folder)}]",
        ]
        if mail.authserv_id:
            lines.append(f"authserv_ids = [{_text(mail.authserv_id)}]  # whose word on who sent a mail is trusted")
    return "\n".join(lines) + "\n"


def _text(value: object) -> str:
    # A JSON string is a TOML string, once nothing beyond the BMP is written as a pair of surrogates.
    return json.dumps(str(value), ensure_ascii=False)
