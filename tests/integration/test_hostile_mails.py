"""Mails that would hold up the service or end it: a process that may end opens their bodies, and nothing else."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from bot.errors import UnreadableFileError, UnsafeFileError
from bot.model.ingest.poll import Outcome, Parsed, RawItem
from bot.reasons import reason
from bot.sources.contract.source import SourceContext
from bot.sources.mail.apart import MailReader, without_addresses
from bot.sources.mail.read import KIND, LARGEST, MailOptions, note
from bot.sources.mail.rules import Rules, built_in
from bot.sources.mail.settings import MailboxSettings
from bot.sources.mail.source import Mailbox
from bot.sources.mail.text import headers_of
from bot.stages.ingest.parse import parse_item
from tests import fresh

NOW = datetime(2026, 12, 1, tzinfo=UTC)
HEAD = (
    b"From: Google <businessprofile-noreply@google.com>\r\nSubject: Ana left a review for Linde\r\n"
    b"Date: Tue, 01 Dec 2026 00:00:00 +0000\r\nMIME-Version: 1.0\r\n"
)
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
MIXED = HEAD + b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
HOSTILE = {
    "ten thousand parts": MIXED + b"--x\r\nContent-Type: text/plain\r\n\r\na\r\n" * 10_000 + b"--x--\r\n",
    "parts in parts": HEAD
    + b'Content-Type: multipart/mixed; boundary="b0"\r\n\r\n'
    + b"".join(b'--b%d\r\nContent-Type: MULTIPART/mixed; boundary="b%d"\r\n\r\n' % (n, n + 1) for n in range(5_000)),
    "base64": HEAD
    + b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(b"<p>" * 120_000),
    "tags in tags": HTML + b"<div>" * 19_000,
    "too many tags": HTML + b"<b>" * 150_000,
    "attributes": HTML + b"<a " + b"x=1 " * 120_000 + b">",
    "entities": HTML + b"&" * 250_000,
    "long boundary": HEAD
    + b'Content-Type: multipart/mixed; boundary="'
    + b"x" * 200_000
    + b'"\r\n\r\n'
    + b"-" * 200_000,
    "words of a header": HEAD.replace(b"Ana", b"=?utf-8?q?" + b"=41" * 1000 + b"?= " * 100) + b"\r\nx",
    "headers": HEAD + b"".join(b"X-%d: a\r\n" % n for n in range(30_000)) + b"\r\nx",
}


def options() -> MailOptions:
    """All rules, and no proof of the sender asked for."""
    rules = tuple(built_in())
    return MailOptions(Rules(rules), unverified_counts=tuple(one.name for one in rules))


def item(body: bytes) -> RawItem:
    """A mail as the mailbox gives it."""
    cut = body[:LARGEST]
    about = note(folder="INBOX", uid=1, validity=1, received_at=NOW, size=len(body))
    return RawItem(key="k", name="a mail", body=cut, kind=KIND, note=about)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_is_filed_or_ends_its_reader_alone(name: str) -> None:
    """It is filed as not readable, or its reader ends; its headers, which the service reads, cost next to nothing."""
    reader = MailReader(options())
    started = time.process_time()
    headers_of(HOSTILE[name])
    try:
        found = reader.read(item(HOSTILE[name]))
    except UnreadableFileError:
        pass
    else:
        assert found.filed is not None
        assert found.filed.outcome is Outcome.UNREAD
    assert time.process_time() - started < 1.5


def test_what_no_parser_is_quick_with_ends_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """An attribute without an end, 18,000 times, takes Python's own HTML parser minutes: it is stopped."""
    from bot.sources.mail import apart
    from bot.sources.sandbox.process import Worker

    monkeypatch.setattr(apart, "_WORKER", Worker("bot.sources.mail.apart", seconds=1))
    with pytest.raises(UnsafeFileError):
        MailReader(options()).read(item(HTML + b"<a href='" * 18_000))


def test_a_mail_whose_reader_ended_is_read_by_the_next(tmp_path: Path) -> None:
    """SIGKILL on the reader costs one attempt, and the answer after it is the same as in this process."""
    from bot.sources.mail.read import read

    mail = item(
        HEAD + b"Content-Type: text/plain\r\n\r\nAna left a review for Linde\r\nRating: 1 star\r\nCold soup\r\n"
    )
    reader = MailReader(options())
    assert reader.read(mail) == read(mail, options())
    for pid in readers():
        os.kill(pid, signal.SIGKILL)
    try:
        found = reader.read(mail)
    except UnsafeFileError:
        found = reader.read(mail)
    assert found == read(mail, options())


def test_a_mail_that_cannot_be_cleaned_keeps_its_headers_only() -> None:
    """Where the pattern that removes guests' addresses is stopped, nothing of the text is kept."""
    rule = built_in()[0].model_copy(update={"strip": (r"((?:a|a|aa)+)$",)})
    kept = without_addresses(HEAD + b"Content-Type: text/plain\r\n\r\n" + b"a" * 60 + b"b\r\n", rule)
    assert b"aaaa" not in kept
    assert headers_of(kept).one("subject") == "Ana left a review for Linde"


def readers() -> set[int]:
    """The processes of this one that read mails."""
    found = subprocess.run(
        ["ps", "-o", "pid,args", "--ppid", str(os.getpid())], capture_output=True, text=True, check=True
    )
    return {int(line.split()[0]) for line in found.stdout.splitlines() if "mail.apart" in line}


async def test_a_mail_that_ended_its_reader_twice_is_filed_by_its_headers_and_never_opened_again(
    tmp_path: Path,
) -> None:
    """One more attempt after the first, then none, not even when the rules change; the chat hears of it."""
    store = await fresh.opened(tmp_path / "reviewbot.sqlite3")
    opened: list[str] = []

    class Ends(Mailbox):
        def parse(self, raw: RawItem) -> Parsed:
            opened.append(raw.name)
            raise UnsafeFileError(reason("file_unsafe"))

    settings = MailboxSettings(id="mail", host="mail.test", user="a@b.test", password=SecretStr("x"))
    box = Ends(settings, SourceContext(zone=ZoneInfo("Europe/Berlin")))
    for _ in range(3):
        found = await parse_item(store, box, item(HEAD + b"\r\nx"), now=NOW)
        assert found.filed is not None
        assert found.filed.outcome is Outcome.UNREAD
        assert found.filed.subject == "Ana left a review for Linde"
        assert "put aside" in str(found.filed.why)
    await store.close()
    assert len(opened) == 2
