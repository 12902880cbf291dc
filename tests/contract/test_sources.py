"""Every source type keeps the contract, on recorded cases."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC
from pathlib import Path
from typing import get_args

import pytest
import stamina

import bot.sources
from bot.errors import SourceDownReason, SourceRefusedError, SourceUnreachableError
from bot.model.review import content_key
from bot.settings import SourceSettings
from bot.sources.registry import SETTINGS
from tests.contract.http_fake import Fault
from tests.mail_server import MailServer, NoMailServerError, mail_server

from .recording import NOW, Case, cases, outcome

ROOT = Path(__file__).parents[2]
Mail = Callable[[], MailServer]

each_case = pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.type}-{case.folder.name}")
each_http_case = pytest.mark.parametrize(
    "case", [case for case in cases() if case.asks_over_http], ids=lambda case: f"{case.type}-{case.folder.name}"
)


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mail]:
    """Gives the IMAP server, which starts with the first case that needs it."""
    running: list[MailServer] = []
    with ExitStack() as stack:

        def server() -> MailServer:
            if not running:
                try:
                    running.append(stack.enter_context(mail_server(tmp_path_factory.mktemp("imap"))))
                except NoMailServerError as error:
                    pytest.skip(f"no IMAP server: {error}")
            return running[0]

        yield server


def _all_settings() -> dict[str, type[SourceSettings]]:
    """Every settings class of a source that is anywhere in bot/sources."""
    for found in pkgutil.walk_packages(bot.sources.__path__, "bot.sources."):
        importlib.import_module(found.name)
    found_types: list[type[SourceSettings]] = []
    waiting = list(SourceSettings.__subclasses__())
    while waiting:
        found_types.append(waiting.pop())
        waiting += found_types[-1].__subclasses__()
    return {f"{one.__module__}.{one.__name__}": one for one in found_types if one.__module__.startswith("bot.sources.")}


def test_nothing_is_missing_of_any_source() -> None:
    """Each source type has a registry line, a recorded case and a page; what is missing is named."""
    missing = [
        f"{name}: a line in bot/sources/registry.py"
        for name, settings in _all_settings().items()
        if settings not in SETTINGS.values()
    ]
    recorded = {case.type for case in cases()}
    for name, settings in SETTINGS.items():
        if name not in recorded:
            missing.append(f"{name}: a recorded case, tests/contract/cases/{name}/<what it shows>/")
        if not (ROOT / f"docs/sources/{name}.md").exists():
            missing.append(f"{name}: a page, docs/sources/{name}.md")
        if get_args(settings.model_fields["type"].annotation) != (name,):
            missing.append(f"{name}: the type's name in its settings, type: Literal[{name!r}]")
    missing += [
        f"{name}: a line in bot/sources/registry.py, there is a case for it" for name in recorded - set(SETTINGS)
    ]
    missing += [f"{case.folder}: expected.json" for case in cases() if not (case.folder / "expected.json").exists()]
    assert not missing, "\n".join(missing)


@each_case
async def test_gives_what_was_recorded(case: Case, mail: Mail) -> None:
    """Polling and parsing gives exactly the recorded reviews and problems."""
    async with case.running(mail) as running:
        source = running.source()
        poll = await source.poll({}, NOW)
        assert outcome(source, poll.items) == case.expected
        assert case.expected["reviews"]


@each_case
async def test_state_is_json_and_a_second_poll_gives_nothing_new(case: Case, mail: Mail) -> None:
    """After its state went through JSON a source gives nothing that has another key than before."""
    async with case.running(mail) as running:
        source = running.source()
        first = await source.poll({}, NOW)
        await source.confirm(first.state)
        second = await running.source().poll(json.loads(json.dumps(first.state)), NOW)
        assert first.items
        assert {item.key for item in second.items} <= {item.key for item in first.items}
        assert second.problems == ()


@each_case
async def test_keys_are_stable_and_differ(case: Case, mail: Mail) -> None:
    """The same content has the same key each time, other content another."""
    async with case.running(mail) as running:
        first = await running.source().poll({}, NOW)
        again = await running.source().poll({}, NOW)
        keys = [item.key for item in first.items]
        assert keys == [item.key for item in again.items]
        assert len(set(keys)) == len(keys)


@each_case
async def test_parse_is_pure_and_its_reviews_can_be_stored(case: Case, mail: Mail) -> None:
    """Parsing twice gives the same; every text can be stored, every time is UTC, every identity differs."""
    async with case.running(mail) as running:
        source = running.source()
        poll = await source.poll({}, NOW)
        for item in poll.items:
            parsed = source.parse(item)
            assert parsed == running.source().parse(item)
            for review in parsed.reviews:
                assert review.published_at.tzinfo is UTC
                assert review.edited_at is None or review.edited_at > review.published_at
                for text in (review.text, review.title, review.author, review.url, *review.details.values()):
                    assert "\x00" not in text.encode().decode()
                assert review.url == "" or review.url.startswith(("http://", "https://"))
            identities = [review.external_id or content_key(review) for review in parsed.reviews]
            assert len(set(identities)) == len(identities)


@each_http_case
@pytest.mark.parametrize(
    ("fault", "reasons"),
    [
        (Fault.SERVER_ERROR, {SourceDownReason.NO_ANSWER}),
        (Fault.BAD_GATEWAY, {SourceDownReason.NO_ANSWER}),
        (Fault.TOO_SLOW, {SourceDownReason.NO_ANSWER}),
        (Fault.DROP, {SourceDownReason.NO_ANSWER}),
        (Fault.BUSY, {SourceDownReason.BUSY}),
        (Fault.UNAUTHENTICATED, {SourceDownReason.ACCESS_REFUSED, SourceDownReason.SIGN_IN_EXPIRED}),
        (Fault.DENIED, {SourceDownReason.ACCESS_REFUSED}),
        (Fault.NOT_FOUND, {SourceDownReason.ACCESS_REFUSED}),
        (Fault.REDIRECT, {SourceDownReason.FORMAT_CHANGED}),
        (Fault.HTML, {SourceDownReason.FORMAT_CHANGED}),
        (Fault.WRONG_SHAPE, {SourceDownReason.FORMAT_CHANGED}),
        (Fault.HUGE, {SourceDownReason.FORMAT_CHANGED}),
        (Fault.TRUNCATED, {SourceDownReason.FORMAT_CHANGED}),
    ],
)
async def test_a_platform_that_fails_is_told_apart_and_asked_again(
    case: Case, mail: Mail, fault: Fault, reasons: set[SourceDownReason]
) -> None:
    """Each failure is one of the project's errors with its reason and no secret; afterwards everything is read."""
    stamina.set_testing(True, attempts=2)
    try:
        async with case.running(mail) as running:
            assert running.platform is not None
            running.platform.fail(fault, on=case.notes.get("faults_on", ""))
            with pytest.raises((SourceUnreachableError, SourceRefusedError)) as caught:
                await running.source().poll({}, NOW)
            assert isinstance(caught.value, SourceUnreachableError | SourceRefusedError)
            assert caught.value.reason in reasons
            secrets = [value for key, value in running.settings.items() if "token" in key or "secret" in key]
            assert not [one for one in secrets if str(one) in str(caught.value) and not str(one).startswith("http")]
            running.platform.heal()
            source = running.source()
            assert outcome(source, (await source.poll({}, NOW)).items) == case.expected
    finally:
        stamina.set_testing(False)
