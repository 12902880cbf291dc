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
from bot.cli.firstrun.ask import LeftError, checked, choice, head, text, write_private, yes
from bot.cli.firstrun.spoken import machine_language, spoken
from bot.cli.terminal.show import program, say
from bot.clock import SystemClock
from bot.configured.alerting import clock_range
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
    head(1, spoken("your_bot"))
    say(spoken("botfather"))
    token = checked(spoken("token"), lambda answer: known_bot(answer, base_url), hidden=True)
    head(2, spoken("your_place"))
    business = text(spoken("business"))
    location = text(spoken("place"), default=business)
    language = ("en", "de")[choice(spoken("chat_language"), ("English", "Deutsch"), default=_language())]
    zone = checked(spoken("zone"), _zone_of_a_place, default=_local_zone())
    say("   " + spoken("about_quiet"))
    quiet_hours = checked(spoken("quiet"), _quiet_hours, default="22:00-08:00")
    token_file = Path("telegram-token")
    write_private(config.parent / token_file, f"{token}\n")
    head(3, spoken("where"))
    folder, mail = _sources(config)
    answers = Answers(
        business=business,
        location=location,
        language=language,
        time_zone=zone,
        quiet_hours=quiet_hours,
        token_file=token_file,
        base_url="" if base_url == TELEGRAM else base_url,
        folder=folder,
        mail=mail,
    )
    write_private(config, toml(answers))
    say("\n" + spoken("written", config=str(config)))


def known_bot(token: str, base_url: str) -> str:
    """The token, once Telegram knows it.

    Raises:
        ValueError: Telegram does not know it or cannot be reached.
    """
    egress.install([urlsplit(base_url).hostname or ""])
    try:
        name = asyncio.run(account.username(token, base_url))
    except TokenRevokedError:
        raise ValueError(spoken("unknown_token")) from None
    except ReviewBotError as error:
        raise ValueError(str(error)) from None
    say("   " + spoken("belongs", name=name))
    return token


def _sources(config: Path) -> tuple[Path | None, MailAnswers | None]:
    folder: Path | None = None
    mail: MailAnswers | None = None
    say(spoken("several"))
    options = (
        spoken("of_folder"),
        spoken("of_mailbox"),
        spoken("of_google"),
        spoken("of_none"),
    )
    while True:
        try:
            chosen = choice(spoken("which"), options, default=3 if folder or mail else 0)
        except (LeftError, typer.Abort):
            chosen = 3
        if chosen == 0:
            folder = Path("../exports")
            (config.parent / folder).mkdir(parents=True, exist_ok=True)
            say("   " + spoken("put_here", folder=str((config.parent / folder).resolve())))
        elif chosen == 1:
            mail = _mailbox(config) or mail
        elif chosen == 2:
            say("   " + spoken("approved", program=program()))
        else:
            return folder, mail


def _mailbox(config: Path) -> MailAnswers | None:
    try:
        user = text(spoken("address"))
        known, authserv_id = HOSTS.get(user.rpartition("@")[2].lower(), ("", ""))
        where = text(spoken("server"), default=known)
        host, _, port = where.partition(":")
        say("   " + spoken("app_password"))
        password = text(spoken("password"), hidden=True)
        folder = text(spoken("mail_folder"), default="INBOX")
    except LeftError:
        return None
    if not authserv_id:
        say("   " + spoken("unproved"))
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
        if not yes("   " + spoken("keep"), default=False):
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
    say("   " + spoken("answers", reviews=found.reviews))
    return ""


def _quiet_hours(text: str) -> str:
    """Quiet hours as the configuration writes them; empty where the phone is never to stay silent."""
    if text.casefold() in ("none", "never", "off", "no", "keine", "nie", "aus", "nein", "-"):
        return ""
    hours = clock_range(text)
    if hours is None:
        raise ValueError(spoken("not_quiet", text=text))
    return f"{hours[0]:%H:%M}-{hours[1]:%H:%M}"


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(spoken("not_a_zone", name=name)) from None
    return name


def _zone_of_a_place(name: str) -> str:
    zone = _zone(name)
    if _is_utc(zone) and not yes("   " + spoken("utc"), default=False):
        raise ValueError(spoken("place_zone"))
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
    return int(machine_language() == "de")
