"""Reading from an IMAP server whose answers arrive in pieces, late, mixed up or never, above all while idling."""

from __future__ import annotations

import asyncio
import imaplib
import re
import socket
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import SourceDownReason, SourceUnreachableError
from bot.sources.contract.source import SourceContext
from bot.sources.mail.client import LineReader
from bot.sources.mail.imap import Account, Visit, visit
from bot.sources.mail.source import Mailbox, MailboxSettings
from tests.mail_server import (
    NOW,
    PASSWORD,
    USER,
    Certificate,
    MailServer,
    NoMailServerError,
    Speak,
    Wire,
    mail_server,
    make_certificate,
    many,
    settings_of,
    tls_front,
)

Say = Callable[[bytes], Awaitable[None]]
Idle = Callable[[bytes, Say, asyncio.StreamReader], Awaitable[None]]
"""What a server does after `tag IDLE`: it gets the tag, a way to speak and what the client says."""

HANGS_AFTER_S = 120.0
"""Seconds after which a busy machine is no explanation any more; nothing below waits for that long."""

SIZES = st.lists(st.integers(1, 40), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """The IMAP server; tests use folders of their own."""
    try:
        with mail_server(tmp_path_factory.mktemp("imap")) as running:
            yield running
    except NoMailServerError as error:
        pytest.skip(f"no IMAP server: {error}")


@pytest.fixture
def folder(server: MailServer, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty mail folder; at the end the wire is whole again."""
    name = re.sub(r"\W", "", request.node.name)[-40:]
    server.make_folder(name)
    yield name
    server.wire.sizes, server.wire.pause_s = Wire().sizes, 0.0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """The certificate of the scripted servers."""
    try:
        return make_certificate(tmp_path_factory.mktemp("tls"), "localhost")
    except NoMailServerError as error:
        pytest.skip(str(error))


def mailbox(server: MailServer, folder: str, **more: Any) -> Mailbox:
    """A source that reads one folder."""
    read = MailboxSettings.model_validate(settings_of(server, folder, idle=True, **more))
    return Mailbox(read, SourceContext(ZoneInfo("Europe/Berlin")), timeout_s=60)


@pytest.mark.parametrize(
    ("sizes", "pause_s"),
    [
        pytest.param((1,), 0.0, id="single-bytes"),
        pytest.param((1,), 0.0005, id="single-bytes-slowly", marks=pytest.mark.proof),
        pytest.param((2, 5, 1), 0.0, id="mixed"),
        pytest.param((13,), 0.0005, id="pieces-slowly"),
        pytest.param((64, 1), 0.002, id="long-and-short-slowly", marks=pytest.mark.proof),
    ],
)
async def test_every_answer_may_be_cut_anywhere(
    server: MailServer, folder: str, sizes: Sequence[int], pause_s: float
) -> None:
    """Sign-in, search, fetch and IDLE give the same however the answers are cut; new mail is told within seconds."""
    box = mailbox(server, folder)
    server.deliver(folder, many(3))
    server.wire.sizes, server.wire.pause_s = sizes, pause_s
    first = await box.poll({}, NOW)
    await asyncio.wait_for(box.news(), HANGS_AFTER_S)
    for number in (3, 4):
        waiting = asyncio.create_task(box.news())
        await asyncio.sleep(0.3)
        assert not waiting.done()
        await asyncio.to_thread(server.deliver, folder, many(1, first=number))
        await asyncio.wait_for(waiting, HANGS_AFTER_S)
    second = await box.poll(first.state, NOW)
    texts = [review.text for poll in (first, second) for item in poll.items for review in box.parse(item).reviews]
    assert texts == [f"Text number {number}." for number in range(5)]


async def test_mail_in_the_middle_of_opening_the_folder_is_told(server: MailServer, folder: str) -> None:
    """Whenever a mail arrives between the sign-in and the first IDLE, listening goes on and tells of it."""
    box = mailbox(server, folder)
    await asyncio.wait_for(box.news(), HANGS_AFTER_S)
    server.wire.sizes, server.wire.pause_s = (3,), 0.0005
    for number in range(6):
        waiting = asyncio.create_task(box.news())
        await asyncio.sleep(0.04 * number)
        await asyncio.to_thread(server.deliver, folder, many(1, first=number))
        await asyncio.wait_for(waiting, HANGS_AFTER_S)


def spoken(
    idle: Idle, *, wire: Wire | None = None, can_idle: bool = True, more: Mapping[str, bytes] | None = None
) -> Speak:
    """A server with seven mails that answers everything, and IDLE as told; `more` are answers by their command."""
    able = b"* CAPABILITY IMAP4rev1" + (b" IDLE" if can_idle else b"") + b"\r\n"
    answers = {
        b"CAPABILITY": able,
        b"EXAMINE": b"* 7 EXISTS\r\n* OK [UIDVALIDITY 3] x\r\n",
        b"UID": b"* SEARCH 7 8\r\n",
        b"LOGOUT": b"* BYE\r\n",
        **{name.encode(): answer for name, answer in (more or {}).items()},
    }

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(data: bytes) -> None:
            await (wire or Wire()).carry(data, writer)

        await say(b"* OK hello\r\n")
        while line := await reader.readline():
            tag, name = line.split()[:2]
            if name == b"IDLE":
                await idle(tag, say, reader)
            else:
                await say(answers.get(name, b"") + tag + b" OK done\r\n")

    return speak


@contextmanager
def visiting(certificate: Certificate, speak: Speak, *, timeout: float = 60) -> Iterator[Visit]:
    """A visit to a scripted server, with its folder open."""
    with (
        tls_front(certificate, speak) as port,
        visit(Account("localhost", port, USER, PASSWORD, certificate.cert), timeout=timeout) as at,
    ):
        at.open("INBOX")
        at.uids_after(0)
        yield at


def saying(before: bytes, after: bytes, end: bytes = b"TAG OK idled\r\n") -> Idle:
    """An IDLE in which the server says something before and something after the continuation, all in one go."""

    async def idle(tag: bytes, say: Say, reader: asyncio.StreamReader) -> None:
        await say(before + b"+ idling\r\n" + after)
        assert await reader.readline() == b"DONE\r\n"
        await say(end.replace(b"TAG", tag))

    return idle


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"* 8 EXISTS\r\n"),
        (b"* 8 EXISTS\r\n", b""),
        (b"* 8 EXISTS\r\n* 1 RECENT\r\n", b"* OK Still here\r\n"),
        (b"* FLAGS (\\Seen)\r\n* OK [PERMANENTFLAGS ()] x\r\n", b"* 1 FETCH (FLAGS (\\Seen))\r\n* 8 EXISTS\r\n"),
        (b"", b"* 3 EXPUNGE\r\n* 7 EXISTS\r\n"),
        (b"", b"* 1 FETCH (BODY {5}\r\n* 8 X FLAGS ())\r\n* 8 EXISTS\r\n"),
    ],
)
def test_a_number_of_mails_is_noticed_wherever_it_stands(certificate: Certificate, before: bytes, after: bytes) -> None:
    """Before the continuation, in one packet with it, among other lines: the wait ends at once, and in step."""
    with visiting(certificate, spoken(saying(before, after))) as at:
        started = time.monotonic()
        assert at.wait_for_mail(HANGS_AFTER_S)
        assert time.monotonic() - started < 5
        assert at.uids_after(6) == [7, 8]


@pytest.mark.parametrize("command", ["UID", "CAPABILITY"])
def test_a_mail_between_the_search_and_the_idle_is_not_missed(certificate: Certificate, command: str) -> None:
    """A server tells of a mail once, in its next answer whatever that is: the wait that follows ends at once."""
    answers = {"UID": b"* SEARCH 7\r\n", "CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE\r\n"}
    answers[command] += b"* 8 EXISTS\r\n"
    with visiting(certificate, spoken(saying(b"", b""), more=answers)) as at:
        assert at.uids_after(6) == [7]
        started = time.monotonic()
        assert at.wait_for_mail(HANGS_AFTER_S)
        assert time.monotonic() - started < 5


@settings(max_examples=40, deadline=None)
@given(
    before=st.lists(st.sampled_from([b"* OK hm\r\n", b"* FLAGS ()\r\n", b"* 2 RECENT\r\n"]), max_size=3),
    after=st.lists(st.sampled_from([b"* OK hm\r\n", b"* 2 EXPUNGE\r\n", b"* 1 FETCH (FLAGS ())\r\n"]), max_size=3),
    sizes=SIZES,
    pause_s=st.sampled_from([0.0, 0.001]),
)
def test_idle_keeps_in_step_whatever_is_said_and_however_it_is_cut(
    certificate: Certificate, before: list[bytes], after: list[bytes], sizes: list[int], pause_s: float
) -> None:
    """Any lines, cut anywhere, slowly or not: the number of mails ends the wait and the next answers are right."""
    idle = saying(b"".join(before), b"".join(after) + b"* 8 EXISTS\r\n", b"* 8 EXISTS\r\nTAG OK idled\r\n")
    with visiting(certificate, spoken(idle, wire=Wire(sizes, pause_s))) as at:
        for _ in range(2):
            assert at.wait_for_mail(HANGS_AFTER_S)
            assert at.uids_after(6) == [7, 8]


def test_half_a_line_at_the_end_of_a_wait_is_read_on_with(certificate: Certificate) -> None:
    """The wait ends in the middle of a line; its rest comes after DONE, and nothing is out of step."""

    async def idle(tag: bytes, say: Say, reader: asyncio.StreamReader) -> None:
        await say(b"+ idling\r\n* FLA")
        await reader.readline()
        await say(b"GS ()\r\n" + tag + b" OK idled\r\n")

    with visiting(certificate, spoken(idle)) as at:
        for _ in range(3):
            assert not at.wait_for_mail(0.1)
            assert at.uids_after(6) == [7, 8]


def test_a_wait_without_news_is_renewed_again_and_again(certificate: Certificate) -> None:
    """Each IDLE is ended by DONE at its time and followed by another; 29 minutes are the longest."""
    idles: list[bytes] = []

    async def idle(tag: bytes, say: Say, reader: asyncio.StreamReader) -> None:
        await say(b"+ idling\r\n* OK Still here\r\n")
        idles.append(await reader.readline())
        await say(tag + b" OK idled\r\n")

    with visiting(certificate, spoken(idle)) as at:
        for _ in range(5):
            assert not at.wait_for_mail(0.05)
    assert idles == [b"DONE\r\n"] * 5


def test_an_idle_that_the_server_ends_itself_is_no_trouble(certificate: Certificate) -> None:
    """The server ends the IDLE before its time: no DONE is sent, and the next command is answered."""

    async def idle(tag: bytes, say: Say, reader: asyncio.StreamReader) -> None:
        await say(b"+ idling\r\n" + tag + b" OK idled long enough\r\n")

    with visiting(certificate, spoken(idle)) as at:
        assert not at.wait_for_mail(HANGS_AFTER_S)
        assert at.uids_after(6) == [7, 8]


def test_a_server_that_repeats_its_number_of_mails_is_not_asked_all_the_time(certificate: Certificate) -> None:
    """What is said within the first seconds is noted and ends the wait only after them."""
    with visiting(certificate, spoken(saying(b"* 7 EXISTS\r\n", b"* 7 EXISTS\r\n"))) as at:
        started = time.monotonic()
        assert at.wait_for_mail(HANGS_AFTER_S, not_before=0.5)
        assert 0.5 <= time.monotonic() - started < HANGS_AFTER_S / 2


def test_a_server_that_cannot_idle_is_asked_by_noop(certificate: Certificate) -> None:
    """Without the capability there is no IDLE; what a server says by itself is still heard, and the rest is in step."""

    async def never(tag: bytes, say: Say, reader: asyncio.StreamReader) -> None:
        raise AssertionError("IDLE was not offered")

    with visiting(certificate, spoken(never, can_idle=False)) as at:
        assert not at.wait_for_mail(0.05)
        assert at.uids_after(6) == [7, 8]
    with visiting(certificate, spoken(never, can_idle=False, more={"NOOP": b"* 8 EXISTS\r\n"})) as at:
        assert at.wait_for_mail(0.05)


async def _bye(tag: bytes, say: Say, reader: asyncio.StreamReader) -> None:
    await say(b"+ idling\r\n* BYE restart\r\n")
    raise ConnectionResetError


async def _bye_at_once(tag: bytes, say: Say, reader: asyncio.StreamReader) -> None:
    await say(b"* BYE restart\r\n")
    raise ConnectionResetError


async def _cut_off(tag: bytes, say: Say, reader: asyncio.StreamReader) -> None:
    await say(b"+ idling\r\n* 8 EXI")
    raise ConnectionResetError


async def _refused(tag: bytes, say: Say, reader: asyncio.StreamReader) -> None:
    await say(tag + b" NO not now\r\n")


async def _silent(tag: bytes, say: Say, reader: asyncio.StreamReader) -> None:
    await say(b"+ idling\r\n")
    await asyncio.sleep(60)


async def _mute(tag: bytes, say: Say, reader: asyncio.StreamReader) -> None:
    await asyncio.sleep(60)


@pytest.mark.parametrize(
    ("idle", "reason"),
    [
        (_bye, SourceDownReason.NO_ANSWER),
        (_bye_at_once, SourceDownReason.NO_ANSWER),
        (_cut_off, SourceDownReason.NO_ANSWER),
        (_refused, SourceDownReason.NO_ANSWER),
        (_silent, SourceDownReason.SILENT),
        (_mute, SourceDownReason.SILENT),
    ],
)
def test_an_idle_that_fails_says_why_and_in_time(
    certificate: Certificate, idle: Idle, reason: SourceDownReason
) -> None:
    """Farewell, a cut connection, a refusal, silence: an error to try again after, within the time allowed."""
    started = time.monotonic()
    with (
        pytest.raises(SourceUnreachableError) as caught,
        visiting(certificate, spoken(idle), timeout=0.7) as at,
    ):
        at.wait_for_mail(0.3)
    assert caught.value.reason is reason
    assert time.monotonic() - started < 5


@settings(max_examples=50, deadline=None)
@given(
    lines=st.lists(st.binary(max_size=12).map(lambda one: one.replace(b"\n", b" ") + b"\r\n"), min_size=1, max_size=8),
    sizes=SIZES,
)
def test_a_line_is_read_whole_whatever_time_outs_lie_between(lines: list[bytes], sizes: list[int]) -> None:
    """Waits that end in the middle of a line lose nothing of it."""
    theirs, ours = socket.socketpair()
    with theirs, ours:
        reader = LineReader(ours, timeout=5)
        left, turn, read = b"".join(lines), 0, list[bytes]()
        while left:
            size = sizes[turn % len(sizes)]
            theirs.sendall(left[:size])
            left, turn = left[size:], turn + 1
            while reader.wait_for_line(time.monotonic() + 0.0005):
                read.append(reader.line())
        theirs.close()
        assert read == lines
        assert (reader.line(), reader.exactly(4)) == (b"", b"")


def test_a_silent_line_times_out_and_can_be_read_afterwards() -> None:
    """The time-out is an error, and what came before it is still there."""
    theirs, ours = socket.socketpair()
    with theirs, ours:
        reader = LineReader(ours, timeout=0.05)
        theirs.sendall(b"* 8 EXI")
        with pytest.raises(TimeoutError):
            reader.line()
        theirs.sendall(b"STS\r\nabc")
        assert reader.line() == b"* 8 EXISTS\r\n"
        with pytest.raises(TimeoutError):
            reader.exactly(5)
        theirs.sendall(b"de")
        assert reader.exactly(5) == b"abcde"


def test_an_endless_line_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line beyond the cap ends the connection instead of filling the memory."""
    monkeypatch.setattr("bot.sources.mail.client.LINE_CAP", 1000)
    theirs, ours = socket.socketpair()
    with theirs, ours:
        theirs.sendall(b"x" * 5000)
        with pytest.raises(imaplib.IMAP4.abort, match="a line of more than 1000 bytes"):
            LineReader(ours, timeout=1).line()
