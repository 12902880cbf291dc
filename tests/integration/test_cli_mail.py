"""`reviewbot mail`: what became of mails, and teaching, on a real IMAP server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import app, settings
from bot.clock import SteppedClock
from bot.sources import registry
from tests.integration.cli_process import reviewbot, write_config
from tests.mail_server import GOOGLE, NOW, PASSWORD, USER, MailServer, NoMailServerError, google, mail, mail_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """The IMAP server."""
    try:
        with mail_server(tmp_path_factory.mktemp("imap")) as running:
            yield running
    except NoMailServerError as error:
        pytest.skip(f"no IMAP server: {error}")


def configured(folder: Path, server: MailServer, mail_folder: str) -> Path:
    """A configuration with a mailbox."""
    server.make_folder(mail_folder)
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    return write_config(
        folder,
        extra=f"""
[[businesses.locations.sources]]
id = "post"
type = "mailbox"
host = "localhost"
port = {server.port}
user = "{USER}"
password_file = "password"
folders = ["{mail_folder}"]
ca_file = "{server.ca_file}"
authserv_ids = ["mx.test"]
rules = "mail-rules.toml"
""",
    )


def polled(config: Path) -> None:
    """Poll every source once, as the service does."""

    async def run() -> None:
        async with app.opened(settings.load(config, registry.SETTINGS), SteppedClock(NOW)) as (_, pipeline):
            for source_id in pipeline.connected:
                await pipeline.poll(source_id)

    asyncio.run(run())


def test_mails_are_listed_with_what_became_of_them(tmp_path: Path, server: MailServer) -> None:
    """Read, unread, unproved and forged mail is listed with the reason and what to do; `check` counts it too."""
    config = configured(tmp_path, server, "listed")
    forged = "mx.test; dmarc=fail header.from=google.com"
    server.deliver(
        "listed",
        [
            google(1, "fine", number=1),
            mail(subject="Ajay hat eine Bewertung geschrieben", text="?", number=2),
            google(1, "FORGED WORDS", number=3, proof=forged),
            google(1, "unproved", number=4, proof=None),
        ],
    )
    polled(config)
    done = reviewbot("mail", "list", "-c", config)
    assert done.code == 0, done.err
    assert "1 failed, 1 read, 1 unread, 1 unverified" in done.out
    assert "FORGED WORDS" not in done.out
    assert "`authserv_ids`" in done.out
    assert "no rule knows this subject" in done.out
    only = reviewbot("mail", "list", "-c", config, "--only", "failed")
    assert only.out.count(GOOGLE) == 1
    check = reviewbot("check", "-c", config)
    assert "1 mail could not be read: `reviewbot mail teach --from-mailbox`" in check.out
    assert "1 mail have a forged sender" in check.out
    assert PASSWORD not in done.out + check.out + check.err


def test_a_rule_is_taught_and_kept_mail_read_again(tmp_path: Path, server: MailServer) -> None:
    """An unread mail is chosen, corrected, kept as a rule, and becomes a review at once."""
    config = configured(tmp_path, server, "taught")
    body = "Sie haben eine neue Rezension mit 2 Sternen erhalten.\n\nMia Kern\n\nLange gewartet, kalt.\n\nAntworten\n"
    server.deliver("taught", [mail(subject="Mia Kern hat Ihnen eine Rezension geschrieben", text=body)])
    polled(config)
    answers = ["1", "2", "Mia Kern", "Lange gewartet, kalt.", "-", "-", "-", "google", "5", "", "y"]
    done = reviewbot("mail", "teach", "--from-mailbox", "-c", config, stdin="\n".join(answers) + "\n")
    assert done.code == 0, done.out + done.err
    assert "1 kept mail read again: 1 new review" in done.out
    rules = (tmp_path / "mail-rules.toml").read_text(encoding="utf-8")
    assert "name = 'google-own'" in rules
    assert "Mia" not in rules
    assert "1 read" in done.out


def test_a_mail_that_is_read_rightly_teaches_nothing(tmp_path: Path, server: MailServer) -> None:
    """A mail from a file is shown with its values; nothing is kept when all is right."""
    config = configured(tmp_path, server, "file")
    file = tmp_path / "mail.eml"
    file.write_bytes(google(2, "Cold soup."))
    done = reviewbot("mail", "teach", file, "-c", config, stdin="y\n")
    assert done.code == 0, done.out + done.err
    assert "Cold soup." in done.out
    assert "nothing to teach" in done.out
    assert not (tmp_path / "mail-rules.toml").exists()


def test_a_sender_that_no_rule_names_can_be_looked_for(tmp_path: Path, server: MailServer) -> None:
    """With an address the newest mails of exactly that sender are offered, to make the first rule for it."""
    config = configured(tmp_path, server, "sender")
    body = "Gast: Ben\nNote: 9 von 10\n\nKommentar:\nPrima\n\nEnde\n"
    server.deliver(
        "sender",
        [
            mail(sender="neu@portal.test", subject="Bewertung 17", text=body, number=1),
            mail(sender='"neu@portal.test" <x@evil.test>', subject="Evil", text="x", number=2),
        ],
    )
    answers = ["neu@portal.test", "1", "9", "Ben", "Prima", "-", "-", "-", "portal", "10", "", "y"]
    done = reviewbot("mail", "teach", "--from-mailbox", "-c", config, stdin="\n".join(answers) + "\n")
    assert done.code == 0, done.out + done.err
    assert "Evil" not in done.out
    polled(config)
    assert "1 read" in reviewbot("mail", "list", "-c", config).out
