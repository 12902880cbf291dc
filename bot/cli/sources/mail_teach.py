"""`reviewbot mail teach`: shows what is read of a mail, asks what is wrong, and keeps the rule that follows."""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from bot import app as parts
from bot.cli.terminal.setup import DEFAULT_CONFIG, EXIT_FAILED, ConfigFile, begin, finish
from bot.cli.terminal.show import clean, count, local, say, table
from bot.clock import SystemClock
from bot.errors import ReviewBotError
from bot.model.ingest.poll import Outcome, RawItem
from bot.sources.contract.source import SourceContext
from bot.sources.mail.auth import topmost_id, verdict
from bot.sources.mail.fields import items_of
from bot.sources.mail.read import choose
from bot.sources.mail.rules import built_in, own_rules, parse
from bot.sources.mail.source import Mailbox, MailboxSettings
from bot.sources.mail.text import headers_of, take_apart
from bot.store.ingest import mail_log, raw_items, sources
from bot.store.people import locations

if TYPE_CHECKING:
    from bot.model.ingest.poll import RawItem
    from bot.settings import BusinessSettings, LocationSettings, Settings
    from bot.sources.mail.rules import MailRule
    from bot.sources.mail.source import Mailbox, MailboxSettings
    from bot.store.db.engine import Connection

_FIELDS = ("rating", "author", "text", "title", "place")
_LARGEST = 20 * 2**20
_NOT_THERE = "-"


@dataclass(frozen=True, slots=True)
class Box:
    """A mailbox source and where it belongs."""

    business: BusinessSettings
    location: LocationSettings
    settings: MailboxSettings


def boxes(settings: Settings, *, location: str | None, source: str | None) -> list[Box]:
    """The mailbox sources that are meant.

    Raises:
        BadParameter: there is none.
    """

    found = [
        Box(business, place, its)
        for business in settings.businesses
        for place in business.locations
        for its in place.sources
        if isinstance(its, MailboxSettings)
        and location in (None, place.id, f"{business.id}/{place.id}")
        and source in (None, its.id)
    ]
    if not found:
        raise typer.BadParameter('there is no source with type = "mailbox"; docs/sources/mailbox.md shows one')
    return found


async def source_id(connection: Connection, box: Box) -> int:
    """The source's row."""
    from bot.cli.terminal import choose

    place = await choose.stored(connection, box.business, box.location)
    return await locations.source_id(connection, place.location_id, box.settings.id)


def teach(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE.eml]", exists=True, dir_okay=False, help="A mail saved as a file.")
    ] = None,
    config: ConfigFile = DEFAULT_CONFIG,
    from_mailbox: Annotated[
        bool, typer.Option("--from-mailbox", help="Choose one of the mails in the mailbox instead.")
    ] = False,
    location: Annotated[str | None, typer.Option(metavar="KEY", help="The mailbox of this location.")] = None,
    source: Annotated[str | None, typer.Option(metavar="KEY", help="The mailbox source with this id.")] = None,
) -> None:
    """Show what is read of a mail, ask what is wrong, and keep it as a rule in your own file.

    Afterwards every mail that is kept is read again.
    """
    if (file is None) != from_mailbox:
        raise typer.BadParameter("give the file of a mail, or --from-mailbox")
    settings = begin(config, quiet=True)
    found = boxes(settings, location=location, source=source)
    if len(found) > 1:
        there = ", ".join(f"{one.location.id}/{one.settings.id}" for one in found)
        raise typer.BadParameter(f"there are several mailboxes, so name one: {there}", param_hint="--source")
    (box,) = found
    if box.settings.rules is None:
        say(
            'Your own rules need a file: write rules = "mail-rules.toml" into this source in the configuration, then '
            "call this again. The file is made when the first rule is kept."
        )
        raise typer.Exit(EXIT_FAILED)
    raw = _from_file(box, file) if file is not None else finish(_from_mailbox(settings, box))
    _teach(settings, box, raw)


def _mailbox(box: Box) -> Mailbox:

    return Mailbox(box.settings, SourceContext(zone=box.location.zone))


def _from_file(box: Box, path: Path) -> RawItem:
    if path.stat().st_size > _LARGEST:
        raise typer.BadParameter(f"{path} is too large to be a mail about a review", param_hint="FILE.eml")
    return _mailbox(box).from_file(path.read_bytes(), SystemClock().now())


async def _from_mailbox(settings: Settings, box: Box) -> RawItem:

    async with parts.opened(settings, SystemClock()) as (store, _):
        async with store.write() as connection:
            its_id = await source_id(connection, box)
        async with store.read() as connection:
            rows = await mail_log.listed(connection, [its_id], outcomes=(Outcome.UNREAD, Outcome.UNVERIFIED), limit=20)
            bodies = [await mail_log.body_of(connection, row.raw_id) for row in rows]
    kept = [
        RawItem(key, row.subject, zlib.decompress(body), "mail", note)
        for row, (key, body, note) in zip(rows, bodies, strict=True)
        if body is not None
    ]
    if not kept:
        say("No mail that could not be read is kept.")
    else:
        _choices(box, kept)
    answer = str(typer.prompt("Number of the mail, or a sender's address to look for its mails")).strip()
    if "@" in answer:
        kept = list(reversed(await _mailbox(box).of_sender(answer)))
        if not kept:
            say(f"There is no mail from {answer} in: {', '.join(box.settings.folders)}.")
            raise typer.Exit(EXIT_FAILED)
        _choices(box, kept)
        answer = str(typer.prompt("Number of the mail", default="1")).strip()
    if not answer.isdecimal() or not 1 <= int(answer) <= len(kept):
        say("There is no such mail.")
        raise typer.Exit(EXIT_FAILED)
    return kept[int(answer) - 1]


def _choices(box: Box, kept: list[RawItem]) -> None:

    rows = []
    for number, one in enumerate(kept, 1):
        mail = headers_of(one.body)
        at = datetime.fromisoformat(json.loads(one.note)["at"])
        rows.append((str(number), local(at, box.location.zone), mail.sender, mail.one("subject")[:60]))
    table(("", "came", "from", "subject"), rows)


def _teach(settings: Settings, box: Box, raw: RawItem) -> None:
    from bot.sources.mail import teach as rule_teaching

    mail = take_apart(raw.body)
    if not mail.sender:
        say("This is no mail with one sender; save it again as a file, with all its headers.")
        raise typer.Exit(EXIT_FAILED)
    values = _show(box, raw, None)
    if values and typer.confirm("Is all of this right?", default=True):
        say("Then there is nothing to teach.")
        return
    say(f"What stands in the mail? Copy it from above; Enter keeps what is shown, {_NOT_THERE} means: not there.")
    wanted, ends_with = _ask(values)
    platform = str(typer.prompt("Platform, as the reviews are to be filed", default=_platform(box, raw, mail.sender)))
    best = float(typer.prompt("Best rating there", default=5, type=float)) if "rating" in wanted else 5.0
    subject = rule_teaching.subject_pattern(mail, wanted.values())
    say(f"Mails with such a subject: {subject}")
    subject = str(typer.prompt("Pattern for the subject", default=subject, show_default=False))
    try:
        rule = rule_teaching.make_rule(
            mail,
            name=_name(box, platform),
            platform=platform.strip().lower(),
            subject=subject,
            values=wanted,
            best=best,
            ends_with=ends_with,
        )
    except (ReviewBotError, ValueError) as error:
        say(f"This cannot be learned: {error}")
        raise typer.Exit(EXIT_FAILED) from None
    _show(box, raw, rule)
    if not typer.confirm(f"Keep this rule in {box.settings.rules}?", default=True):
        return
    _keep(box, rule)
    finish(_read_again(settings, box))


def _ask(values: dict[str, str]) -> tuple[dict[str, str], str]:
    wanted: dict[str, str] = {}
    ends_with = ""
    for field in _FIELDS:
        shown = clean(values.get(field, ""), 60)
        question = f"{field} (its first words)" if field == "text" else field
        answer = str(typer.prompt(question, default=shown or _NOT_THERE)).strip()
        if answer == _NOT_THERE:
            continue
        wanted[field] = values[field] if answer == shown and shown else answer
        if field == "text" and answer != shown:
            last = str(typer.prompt("the text's last words", default=_NOT_THERE)).strip()
            ends_with = "" if last == _NOT_THERE else last
    return wanted, ends_with


def _show(box: Box, raw: RawItem, rule: MailRule | None) -> dict[str, str]:
    """Print the mail with what is read of it highlighted; gives the values."""

    mail, reading = take_apart(raw.body), box.settings.reading()
    choice = choose(mail, reading.rules)
    used = rule or (choice.rule if choice is not None and choice.fits else None)
    say(f"From {mail.sender}: {mail.one('subject')}")
    proof = verdict(mail, reading.trusted)
    say(
        f"Sender: {proof.value}"
        + ("" if proof == "verified" else f"; on top of the mail stands {topmost_id(mail) or 'nothing'!r}")
    )
    if used is None:
        say("No rule fits it yet.")
        say("\n" + mail.body("text")[:4000])
        return {}
    items = items_of(used, mail)
    console = Console(highlight=False)
    for item in items[:3]:
        shown = Text(item.text[:4000])
        for found in item.values.values():
            if 0 <= found.span[0] < found.span[1] <= 4000:
                shown.stylize("bold reverse", *found.span)
        console.print(shown)
        table(("field", "value"), [(field, found.value[:200]) for field, found in item.values.items()])
    say(f"Rule {used.name}: {count(len(items), 'review')} in it.")
    return {field: found.value for field, found in items[0].values.items()} if items else {}


def _platform(box: Box, raw: RawItem, sender: str) -> str:

    about = box.settings.reading().rules.of(headers_of(raw.body).sender)
    return about[0].platform if about else sender.rpartition("@")[2].split(".")[-2]


def _name(box: Box, platform: str) -> str:

    stem = re.sub(r"[^a-z0-9]+", "-", platform.lower()).strip("-")[:30] or "mail"
    taken = {rule.name for rule in (*built_in(), *own_rules(box.settings.rules))}
    return next(name for n in range(1, 1000) if (name := f"{stem}-own" if n == 1 else f"{stem}-own-{n}") not in taken)


def _keep(box: Box, rule: MailRule) -> None:
    """Append the rule; the file is replaced as a whole, so that a service never reads half of it."""
    from bot.sources.mail.teach import as_toml

    path = box.settings.rules
    assert path is not None
    before = path.read_text(encoding="utf-8") if path.exists() else "# Own mail rules; docs/sources/mailbox.md.\n"
    text = f"{before.rstrip()}\n\n{as_toml(rule)}"
    parse(text, name=str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
    say(f"Kept as {rule.name} in {path}. A running service uses it from its next look on.")


async def _read_again(settings: Settings, box: Box) -> None:

    async with parts.opened(settings, SystemClock()) as (store, pipeline):
        async with store.write() as connection:
            its_id = await source_id(connection, box)
            kept = await raw_items.read_again(connection, its_id)
        saved = await pipeline.parse(its_id)
        async with store.read() as connection:
            row = await sources.find(connection, its_id)
            counts = await mail_log.counts(connection, its_id)
        await pipeline.evaluate(row.location_id)
    told = ", ".join(f"{number:,} {outcome.value}" for outcome, number in sorted(counts.items()))
    say(f"{count(kept, 'kept mail')} read again: {count(saved.new, 'new review')}, {saved.changed:,} changed. {told}")
