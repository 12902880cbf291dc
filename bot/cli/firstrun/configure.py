"""Steps 1 to 3: the token, the place, where reviews come from; then the configuration is written."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import typer

from bot import egress
from bot.cli.firstrun.answers import HOSTS, Answers, MailAnswers, toml
from bot.cli.firstrun.ask import LeftError, checked, choice, head, program, text, write_private, yes
from bot.cli.terminal.show import say
from bot.clock import SystemClock
from bot.errors import ReviewBotError, TokenRevokedError
from bot.settings import SourceSettings
from bot.sources import registry
from bot.sources.contract.source import SourceContext
from bot.telegram.outbound import account

TELEGRAM = "https://api.telegram.org/bot"


def configure(config: Path) -> None:
    """Ask, and write the configuration and its secrets beside it, each readable by this user only.

    Raises:
        LeftError: the token or the names are left for later, so there is nothing to write yet.
    """
    base_url = os.environ.get("REVIEWBOT_TELEGRAM__BASE_URL", TELEGRAM)
    head(1, "Your bot")
    say("In Telegram, open @BotFather, send /newbot, choose a name, and copy the token it gives you.")
    token = checked("Token", lambda answer: known_bot(answer, base_url), hidden=True)
    head(2, "Your place")
    business = text("Name of the business")
    location = text("Name of the place, as your team calls it", default=business)
    language = ("en", "de")[choice("Language of the chat", ("English", "Deutsch"), default=_language())]
    zone = checked("Time zone of the place", _zone_of_a_place, default=_local_zone())
    token_file = Path("telegram-token")
    write_private(config.parent / token_file, f"{token}\n")
    head(3, "Where reviews come from")
    folder, mail = _sources(config)
    answers = Answers(
        business=business,
        location=location,
        language=language,
        time_zone=zone,
        token_file=token_file,
        base_url="" if base_url == TELEGRAM else base_url,
        folder=folder,
        mail=mail,
    )
    write_private(config, toml(answers))
    say(f"\nWritten: {config}. Only you can read it.")


def known_bot(token: str, base_url: str) -> str:
    """The token, once Telegram knows it.

    Raises:
        ValueError: Telegram does not know it or cannot be reached.
    """
    egress.install([urlsplit(base_url).hostname or ""])
    try:
        name = asyncio.run(account.username(token, base_url))
    except TokenRevokedError:
        raise ValueError("Telegram does not know this token. Copy it once more from @BotFather.") from None
    except ReviewBotError as error:
        raise ValueError(str(error)) from None
    say(f"   It belongs to @{name}.")
    return token


def _sources(config: Path) -> tuple[Path | None, MailAnswers | None]:
    folder: Path | None = None
    mail: MailAnswers | None = None
    say("You can have several; each can be added later in the configuration.")
    options = (
        "A folder that exports are put into (any platform)",
        "The mailbox that Google and others write to when there is a new review",
        "Google's API (needs Google's approval first: docs/sources/google.md)",
        "That is all",
    )
    while True:
        try:
            chosen = choice("Which", options, default=3 if folder or mail else 0)
        except (LeftError, typer.Abort):
            chosen = 3
        if chosen == 0:
            folder = Path("../exports")
            (config.parent / folder).mkdir(parents=True, exist_ok=True)
            say(f"   Put exports into {(config.parent / folder).resolve()}.")
        elif chosen == 1:
            mail = _mailbox(config) or mail
        elif chosen == 2:
            say(f"   Once approved: `{program()} connect google`. Until then the mailbox brings each new review.")
        else:
            return folder, mail


def _mailbox(config: Path) -> MailAnswers | None:
    try:
        user = text("Mail address")
        known, authserv_id = HOSTS.get(user.rpartition("@")[2].lower(), ("", ""))
        where = text("IMAP server", default=known)
        host, _, port = where.partition(":")
        say("   Many providers want an app password here, made in the account's security settings.")
        password = text("Password", hidden=True)
        folder = text("Folder or label to read", default="INBOX")
    except LeftError:
        return None
    if not authserv_id:
        say(
            "   Whether a mail is genuine is your provider's word; how it signs is not known. Until `authserv_ids`\n"
            "   names it (docs/sources/mailbox.md), and for good if it says nothing, mails are unverified: not counted."
        )
    answers = MailAnswers(
        host=host,
        user=user,
        folder=folder,
        password_file=Path("mailbox-password"),
        authserv_id=authserv_id,
        port=int(port) if port.isdecimal() else 993,
    )
    write_private(config.parent / answers.password_file, f"{password}\n")
    problem = _try(config, answers)
    if problem:
        say(f"   {problem}")
        if not yes("   Keep it all the same, and put it right later?", default=False):
            return _mailbox(config)
    return answers


def _try(config: Path, mail: MailAnswers) -> str:
    """Read the mailbox once; gives what is wrong, or nothing."""
    from bot.stages.ingest.probe import probe

    egress.install([mail.host])
    settings_type, make = registry.TYPES["mailbox"]
    values = {
        "id": "mailbox",
        "type": "mailbox",
        "host": mail.host,
        "port": mail.port,
        "user": mail.user,
        "password_file": str(config.parent / mail.password_file),
        "folders": [mail.folder],
        "authserv_ids": [mail.authserv_id] if mail.authserv_id else [],
    }
    its: SourceSettings = settings_type.model_validate(values)
    try:
        found = asyncio.run(probe(make(its, SourceContext(zone=ZoneInfo("UTC"))), its, {}, now=SystemClock().now()))
    except ReviewBotError as error:
        return str(error)
    say(f"   It answers: {found.reviews} reviews in its mails.")
    return ""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone; write it like Europe/Berlin") from None
    return name


def _zone_of_a_place(name: str) -> str:
    zone = _zone(name)
    if _is_utc(zone) and not yes(
        "   UTC is a server's clock, without summer time. Is it the place's too?", default=False
    ):
        raise ValueError("write the place's zone, like Europe/Berlin or Europe/London")
    return zone


def _is_utc(name: str) -> bool:
    return name.removeprefix("Etc/") in ("UTC", "UCT", "GMT", "Universal", "Zulu", "Greenwich")


def _local_zone() -> str:
    try:
        place = Path("/etc/localtime").resolve().as_posix().partition("/zoneinfo/")[2]
        zone = _zone(place or Path("/etc/timezone").read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        zone = ""
    return "Europe/Berlin" if _is_utc(zone or "UTC") else zone  # a server's clock says nothing of where the place is


def _language() -> int:
    return int(os.environ.get("LANG", "").startswith("de"))
