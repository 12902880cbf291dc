"""The mailbox source against a real IMAP server on loopback, and against servers that misbehave."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.errors import SourceDownReason, SourceRefusedError, SourceUnreachableError
from bot.model.ingest.poll import Outcome, Poll, State
from bot.sources.contract.source import SourceContext
from bot.sources.mail.source import Mailbox, MailboxSettings
from tests.contract.test_mail_rules import raw
from tests.mail_server import (
    GOOGLE,
    NOW,
    PASSWORD,
    MailServer,
    NoMailServerError,
    Speak,
    google,
    mail,
    mail_server,
    make_certificate,
    many,
    settings_of,
    tls_front,
)

pytestmark = pytest.mark.server

AROUND = SourceContext(ZoneInfo("Europe/Berlin"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """The IMAP server; tests use folders of their own."""
    try:
        with mail_server(tmp_path_factory.mktemp("imap")) as running:
            yield running
    except NoMailServerError as error:
        pytest.skip(f"no IMAP server: {error}")


@pytest.fixture
def folder(server: MailServer, request: pytest.FixtureRequest) -> str:
    """An empty mail folder."""
    name = re.sub(r"\W", "", request.node.name)[-40:]
    server.make_folder(name)
    return name


def source(server: MailServer, folder: str, **more: Any) -> Mailbox:
    """A source that reads one folder."""
    return Mailbox(MailboxSettings.model_validate(settings_of(server, folder, **more)), AROUND, timeout_s=10)


async def drained(box: Mailbox, state: State, *, now: Any = NOW) -> tuple[list[Poll], State]:
    """Polls until nothing is left; the state goes through JSON each time."""
    polls = []
    while True:
        polls.append(await box.poll(state, now))
        state = json.loads(json.dumps(polls[-1].state))
        if not polls[-1].has_more:
            return polls, state


def texts(box: Mailbox, polls: list[Poll]) -> list[str]:
    """The texts of the reviews that polls gave."""
    return [review.text for one in polls for item in one.items for review in box.parse(item).reviews]


async def test_new_mail_is_given_once_in_order_and_stays_unseen(server: MailServer, folder: str) -> None:
    """Mails come in order, a second poll gives only what is new, and nothing is marked as seen."""
    server.deliver(folder, many(5))
    box = source(server, folder)
    first, state = await drained(box, {})
    server.deliver(folder, many(2, first=5))
    second, state = await drained(source(server, folder), state)
    third, _ = await drained(source(server, folder), state)
    assert texts(box, first) == [f"Text number {n}." for n in range(5)]
    assert texts(box, second) == ["Text number 5.", "Text number 6."]
    assert texts(box, third) == []
    assert first[0].is_complete
    assert len(server.flags(folder)) == 7
    assert not any(rb"\Seen" in flags for flags in server.flags(folder))


async def test_more_than_one_poll_takes_is_continued_after_a_restart(server: MailServer, folder: str) -> None:
    """More mails than one poll may take come in several polls, none twice and none lost, the first scan included."""
    server.deliver(folder, many(520))
    box = source(server, folder)
    first = await box.poll({}, NOW)
    assert (len(first.items), first.has_more, first.is_complete) == (500, True, False)
    rest, _ = await drained(source(server, folder), json.loads(json.dumps(first.state)))
    assert texts(box, [first, *rest]) == [f"Text number {n}." for n in range(520)]
    assert rest[-1].is_complete


async def test_strangers_leave_no_trace(server: MailServer, folder: str, caplog: pytest.LogCaptureFixture) -> None:
    """Mail of senders that no rule names is not given, whatever its display name or subject says."""
    strangers = [
        mail(sender=f'"{GOOGLE}" <x@evil.test>', text="You got a new 1-star review"),
        mail(sender=f"{GOOGLE} <x@evil.test>", text="You got a new 1-star review"),
        mail(sender=f"x@evil.test ({GOOGLE})", text="You got a new 1-star review"),
        mail(sender="x@businessprofile-noreply.google.com.evil.test", text="You got a new 1-star review"),
        mail(sender="mum@family.test", subject="Your review of my soup", text="Too salty."),
        google().replace(b"From: ", b"From: x@evil.test\r\nFrom: ", 1),
    ]
    server.deliver(folder, strangers)
    poll = await source(server, folder).poll({}, NOW)
    assert poll.items == ()
    assert "evil" not in json.dumps(poll.state) + caplog.text
    assert "mum" not in json.dumps(poll.state) + caplog.text


async def test_a_forged_sender_is_kept_apart_and_an_unproved_one_does_not_count(
    server: MailServer, folder: str
) -> None:
    """Only what the provider vouches for becomes a review; a header that the sender wrote himself proves nothing."""
    failing = "mx.test; dkim=fail header.i=@google.com; dmarc=fail header.from=google.com"
    broken = "mx.test; dmarc=(((; =pass header.from"
    server.deliver(
        folder,
        [
            google(1, "true", number=1),
            google(1, "forged", number=2, proof=failing),
            google(1, "nothing", number=3, proof=None),
            google(1, "evil id", number=4, proof="mx.evil.test; dmarc=pass header.from=google.com"),
            google(1, "broken", number=5, proof=broken),
            google(1, "somebody else's", number=6, proof="mx.test; dkim=pass header.d=evil.test; dmarc=none"),
        ],
    )
    box = source(server, folder)
    poll = await box.poll({}, NOW)
    filed = [box.parse(item).filed for item in poll.items]
    assert [one.outcome for one in filed if one] == [
        *(Outcome.READ, Outcome.FAILED, Outcome.UNVERIFIED, Outcome.UNVERIFIED, Outcome.UNVERIFIED, Outcome.UNVERIFIED)
    ]
    assert texts(box, [poll]) == ["true"]
    trusting = source(server, folder, unverified_counts=["google"])
    again = await trusting.poll({}, NOW)
    assert sorted(texts(trusting, [again])) == ["broken", "evil id", "nothing", "somebody else's", "true"]


async def test_a_folder_that_was_made_anew_is_read_again_without_doubles(server: MailServer, folder: str) -> None:
    """UIDVALIDITY changed: mails since three days before the last one come again under the keys they had."""
    old, last = NOW - timedelta(days=9), NOW - timedelta(days=1)
    server.deliver(folder, [google(5, "old", number="o")], at=old)
    server.deliver(folder, [google(5, "kept", number="k")], at=last)
    first, state = await drained(source(server, folder), {})
    server.make_folder(folder)
    server.deliver(folder, [google(5, "old", number="o")], at=old)
    server.deliver(folder, [google(5, "kept", number="k"), google(1, "new", number="n")], at=last)
    box = source(server, folder)
    second, _ = await drained(box, state)
    assert texts(box, second) == ["kept", "new"]
    assert second[0].items[0].key == first[0].items[1].key


async def test_damaged_mail_is_read_as_far_as_it_goes(server: MailServer, folder: str) -> None:
    """Unknown character sets, broken headers and control characters cost neither the mail nor those behind it."""
    strange = google(2, "Zwei Stunden gewartet", number="c").replace(b'charset="utf-8"', b'charset="x-unknown"')
    headers = google(2, "headers", number="h").replace(
        b"To: owner@linde.test", b"To: =?utf-8?q?=FF=?=\r\nX-Broken: =?x-none?b?!!!?=\r\nDate: 99 Foo"
    )
    control = google(2, "bell \x07 and \u202e turn", number="b")
    server.deliver(folder, [strange, headers, control, google(1, "last", number="l")])
    box = source(server, folder)
    assert texts(box, [await box.poll({}, NOW)]) == ["Zwei Stunden gewartet", "headers", "bell  and  turn", "last"]


async def test_a_giant_mail_is_cut_and_said_to_be(server: MailServer, folder: str) -> None:
    """Of a mail of 50 MB half a megabyte is fetched; what cannot be read then says so, what can is read."""
    line = b"x" * 74 + b"\r\n"
    giant = google(1, "early", number="g") + line * (50 * 2**20 // len(line))
    late = mail(text="hello", number="late") + line * 8000 + b"You got a new 1-star review\r\n"
    server.deliver(folder, [giant, late])
    box = source(server, folder)
    started = time.process_time()
    poll = await box.poll({}, NOW)
    assert time.process_time() - started < 15
    assert [len(item.body) for item in poll.items] == [512 * 1024, 512 * 1024]
    early, other = (box.parse(item).filed for item in poll.items)
    assert early is not None
    assert other is not None
    assert early.outcome is Outcome.READ
    assert other.outcome is Outcome.UNREAD
    assert "only its first 512 KB" in str(other.why)


def test_a_nul_and_a_bomb_of_parts_are_survived() -> None:
    """A NUL in the middle, and parts nested a thousand deep: filed, not raised."""
    box = Mailbox(MailboxSettings(id="x", host="h.test", user="u", password="p", authserv_ids=("mx.test",)), AROUND)
    head = google(1, "x").split(b"Content-Type", 1)[0]
    deep = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3000))
    for body in (google(1, "a NUL NOUGHT here").replace(b"NOUGHT", b"\0"), head + deep, b"\0" * 1000, b""):
        parsed = box.parse(raw(body))
        assert parsed.filed is not None
        assert all("\0" not in review.text for review in parsed.reviews)


async def test_a_shops_mail_is_kept_without_the_guests_addresses(server: MailServer, folder: str) -> None:
    """WordPress writes the guest's e-mail and IP into the mail: neither is stored, wherever it stands."""
    text = (
        'New comment on your post "Tea"\nAuthor: Mia (IP: 203.0.113.9, host-203-0-113-9.test)\n'
        "Email: mia@example.org\nURL: https://mia.test\nComment:\nStale. Write to mia@example.org\n\n"
        "You can see all comments on this post here:\nhttps://shop.test/tea#comments\n\n"
        "Permalink: https://shop.test/tea#comment-7\n"
    )
    body = mail(
        sender="shop@shop.test",
        subject='[Shop] Comment: "Tea"',
        text=text,
        html=f"<p>{text}</p>",
        headers=[("Reply-To", "mia@example.org"), ("X-IP", "203.0.113.9")],
    )
    server.deliver(folder, [body])
    box = source(server, folder, senders={"woocommerce": ["Shop@shop.test"]})
    poll = await box.poll({}, NOW)
    (item,) = poll.items
    assert b"mia@example.org" not in item.body
    assert b"203.0.113.9" not in item.body
    assert b"203-0-113-9" not in item.body
    (review,) = box.parse(item).reviews
    assert (review.external_id, review.rating, review.author) == ("7", None, "Mia")
    assert review.text.startswith("Stale.")


async def test_changed_rules_read_again_what_is_there(server: MailServer, folder: str, tmp_path: Path) -> None:
    """With a new rule in the owner's file the next poll looks back, and says that what is kept is to be parsed anew."""
    server.deliver(folder, [mail(sender="news@portal.test", subject="New review", text="Stars: 2\n", number="p")])
    rules = tmp_path / "rules.toml"
    box = source(server, folder, rules=str(rules))
    first, state = await drained(box, {})
    assert first[0].items == ()
    rules.write_text(
        "[[rules]]\nname = 'portal'\nplatform = 'portal'\nsenders = 'news@portal.test'\nsubject = '^New review'\n"
        "fields = { rating = { pattern = 'Stars: (\\d)' } }\n",
        encoding="utf-8",
    )
    second, state = await drained(box, state)
    assert second[0].reads_anew
    assert [r.rating.value for i in second[0].items for r in box.parse(i).reviews if r.rating] == [2]
    third, _ = await drained(box, state)
    assert (third[0].reads_anew, third[0].items) == (False, ())
    rules.write_text("[[rules]]\nname = 'portal'\n", encoding="utf-8")
    with pytest.raises(
        SourceRefusedError, match=r"rules.toml, line 1: rule 1, platform: this key is missing"
    ) as caught:
        await box.poll(state, NOW)
    assert caught.value.reason is SourceDownReason.RULES


async def test_a_missing_folder_is_named_with_those_there_are(server: MailServer) -> None:
    """The owner is told which folders there are."""
    with pytest.raises(SourceRefusedError, match=r"'Nowhere'.*INBOX") as caught:
        await source(server, "Nowhere").poll({}, NOW)
    assert caught.value.reason is SourceDownReason.FOLDER_MISSING


async def test_a_wrong_password_is_refused_and_not_repeated(server: MailServer) -> None:
    """The error says what to do and does not hold the password."""
    with pytest.raises(SourceRefusedError, match=r"refuses the sign-in.*app password") as caught:
        await source(server, "INBOX", password="wrong-but-secret").poll({}, NOW)
    assert caught.value.reason is SourceDownReason.LOGIN_REFUSED
    assert "wrong-but-secret" not in str(caught.value)
    assert PASSWORD not in str(caught.value)


async def test_a_certificate_for_another_name_ends_before_the_password(server: MailServer, tmp_path: Path) -> None:
    """A server whose certificate is for another name gets nothing."""
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK hello\r\n")
        heard.append(await reader.read())

    other = make_certificate(tmp_path, "mail.example")
    with tls_front(other, listen) as port:
        with pytest.raises(SourceRefusedError, match=r"certificate of localhost.*Hostname mismatch") as caught:
            await source(server, "INBOX", port=port, ca_file=str(other.cert)).poll({}, NOW)
        assert caught.value.reason is SourceDownReason.CERTIFICATE
        with pytest.raises(SourceRefusedError, match="certificate") as caught:
            await source(server, "INBOX", port=port, ca_file=None).poll({}, NOW)
    assert b"".join(heard) == b""


def _scripted(answers: dict[bytes, bytes]) -> Speak:
    """A server that answers each command by its name, and OK otherwise."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK hello\r\n")
        while line := await reader.readline():
            tag, name = line.split()[:2]
            answer = next((told for key, told in answers.items() if key in line), b"")
            if answer.endswith(b"hang"):
                writer.write(answer.removesuffix(b"hang"))
                await asyncio.sleep(60)
            if name == b"CAPABILITY":
                writer.write(b"* CAPABILITY IMAP4rev1\r\n")
            writer.write(answer.replace(b"TAG", tag) if answer else tag + b" OK done\r\n")
            await writer.drain()
            if name == b"LOGOUT":
                return

    return speak


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("imap.gmail.com", "myaccount.google.com/apppasswords"),
        ("imap.gmx.net", "allow POP3/IMAP"),
        ("imap.web.de", "allow POP3/IMAP"),
        ("outlook.office365.com", "takes no passwords over IMAP any more"),
        ("imap.mailbox.org", "made for this one program"),
    ],
)
def test_each_provider_has_its_own_advice(name: str, words: str) -> None:
    """What to do after a refused sign-in depends on the provider."""
    from bot.sources.mail.sign_in_help import login_refused

    assert words in login_refused(name, "petra@example.org")


async def test_servers_that_misbehave(server: MailServer, tmp_path: Path) -> None:
    """Each kind of trouble has its own reason: silence, a full house, a broken line, no TLS, nobody there."""
    certificate = make_certificate(tmp_path, "localhost")

    async def poll_of(speak: Speak, timeout_s: float = 1) -> Exception:
        with tls_front(certificate, speak) as port:
            settings = settings_of(server, "INBOX", port=port, ca_file=str(certificate.cert))
            box = Mailbox(MailboxSettings.model_validate(settings), AROUND, timeout_s=timeout_s)
            with pytest.raises((SourceUnreachableError, SourceRefusedError)) as caught:
                await box.poll({}, NOW)
            return caught.value

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK hello\r\n")
        await asyncio.sleep(60)

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async def broken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK hello\r\n")

    busy = _scripted({b" LOGIN ": b"TAG NO [UNAVAILABLE] try later\r\n"})
    refused = _scripted({b" LOGIN ": b"TAG NO [AUTHENTICATIONFAILED] no\r\n"})
    stuck = _scripted({b" EXAMINE ": b"hang"})
    stuck_in_a_line = _scripted({b" EXAMINE ": b"* 172 EXIhang"})
    told = [await poll_of(one) for one in (silent, mute, stuck, stuck_in_a_line, broken, busy, refused)]
    assert [one.reason for one in told if isinstance(one, SourceUnreachableError | SourceRefusedError)] == [
        *(SourceDownReason.SILENT, SourceDownReason.SILENT, SourceDownReason.SILENT, SourceDownReason.SILENT),
        *(SourceDownReason.NO_ANSWER, SourceDownReason.BUSY, SourceDownReason.LOGIN_REFUSED),
    ]
    for port, words in ((server.delivery_port, "no TLS there"), (1, "does not answer")):
        with pytest.raises(SourceUnreachableError, match=words):
            await source(server, "INBOX", port=port).poll({}, NOW)


async def test_mailboxes_that_are_listened_to_take_no_thread_of_others(server: MailServer, tmp_path: Path) -> None:
    """Forty servers say nothing; files and detectors still find a thread."""
    certificate = make_certificate(tmp_path, "localhost")
    connected = 0

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connected
        connected += 1
        await reader.read()

    with tls_front(certificate, silent) as port:
        boxes = [source(server, "INBOX", port=port, ca_file=str(certificate.cert), idle=True) for _ in range(40)]
        listening = [asyncio.create_task(box.news()) for box in boxes]
        while connected < len(boxes) and not any(one.done() for one in listening):  # noqa: ASYNC110 -- in a thread
            await asyncio.sleep(0.01)
        assert await asyncio.wait_for(asyncio.to_thread(lambda: 1), 60) == 1
        for one in listening:
            one.cancel()
        await asyncio.gather(*listening, return_exceptions=True)


async def test_the_junk_folder_is_found_by_its_flag(server: MailServer, tmp_path: Path) -> None:
    r"""`\Junk` stands for the folder that the server marks so, whatever it is called."""
    certificate = make_certificate(tmp_path, "localhost")
    opened: list[bytes] = []
    junk = b'* LIST (\\HasNoChildren \\Junk) "/" "Unerw&APw-nscht"\r\n'
    listed = b'* LIST (\\HasNoChildren) "/" INBOX\r\n' + junk + b"TAG OK done\r\n"
    answers = {
        b" LIST ": listed,
        b"SEARCH": b"* SEARCH\r\nTAG OK done\r\n",
        b" EXAMINE ": b"* OK [UIDVALIDITY 3] x\r\nTAG OK done\r\n",
    }
    speak = _scripted(answers)

    async def noting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        read = reader.readline

        async def readline() -> bytes:
            line = await read()
            if b"EXAMINE" in line or b"SELECT" in line:
                opened.append(line)
            return line

        reader.readline = readline  # type: ignore[method-assign]
        await speak(reader, writer)

    with tls_front(certificate, noting) as port:
        box = source(server, "INBOX", port=port, ca_file=str(certificate.cert), folders=["INBOX", "\\Junk"])
        poll = await box.poll({}, NOW)
    assert list(poll.state["folders"]) == ["INBOX", "Unerwünscht"]
    assert [line.split(b" ", 1)[1].strip() for line in opened] == [b'EXAMINE "INBOX"', b'EXAMINE "Unerw&APw-nscht"']


async def test_idle_says_when_mail_arrives(server: MailServer, folder: str) -> None:
    """The first call returns at once; the next one when a mail comes, and not before."""
    box = source(server, folder, idle=True)
    await asyncio.wait_for(box.news(), 120)
    waiting = asyncio.create_task(box.news())
    await asyncio.sleep(1.5)
    assert not waiting.done()
    await asyncio.to_thread(server.deliver, folder, many(1))
    await asyncio.wait_for(waiting, 120)  # IDLE itself is begun anew after minutes only
    again = asyncio.create_task(box.news())
    await asyncio.sleep(0.5)
    started = time.perf_counter()
    again.cancel()
    await asyncio.gather(again, return_exceptions=True)
    assert time.perf_counter() - started < 60


async def test_a_mails_own_date_counts_only_near_its_arrival(server: MailServer, folder: str) -> None:
    """A Date in the future or from last year is not the time of a review."""
    near, future = NOW - timedelta(hours=3), NOW + timedelta(days=30)
    server.deliver(folder, [google(number=n, at=at) for n, at in enumerate((near, future, NOW - timedelta(days=365)))])
    box = source(server, folder)
    poll = await box.poll({}, NOW)
    found = [review for item in poll.items for review in box.parse(item).reviews]
    assert [one.published_at for one in found] == [near, NOW, NOW]


async def test_mails_of_another_place_are_left_out(server: MailServer, folder: str) -> None:
    """With `places` set only mails about this place count; the others are filed as such."""
    server.deliver(
        folder, [google(number=1, text="ours"), google(number=2, text="theirs", subject="Mia left a review for Anker")]
    )
    box = source(server, folder, places=["café  LINDE"])
    poll = await box.poll({}, NOW)
    assert texts(box, [poll]) == ["ours"]
    filed = [box.parse(item).filed for item in poll.items]
    assert [one.outcome for one in filed if one] == [Outcome.READ, Outcome.ELSEWHERE]
