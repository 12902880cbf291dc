"""Every source type keeps the contract, on recorded cases."""

from __future__ import annotations

import importlib
import logging
import pkgutil
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import pytest
import stamina

import bot.sources
from bot.errors import SourceDownReason, SourceRefusedError, SourceUnreachableError
from bot.model.review import content_key
from bot.part import secrets_in
from bot.settings import SourceSettings
from bot.sources.registry import SETTINGS
from tests.contract.http_fake import Fault
from tests.contract.recorded.case import Case, cases
from tests.contract.recorded.checks import (
    check_endless_list,
    check_future,
    check_hostile_paging,
    check_hostile_reviews,
    check_no_news,
    check_other_place,
    check_review,
    check_says_what_to_do,
    ids_of,
    missing_in,
    polled,
    states_and_pages,
)
from tests.contract.recorded.kept import keep
from tests.contract.recorded.outcome import parsed_of, problems_of
from tests.contract.recorded.platform import asked
from tests.mail_server import MailServer, NoMailServerError, mail_server

ROOT = Path(__file__).parents[2]
Mail = Callable[[], MailServer]

each_case = pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.type}-{case.folder.name}")
each_http_case = pytest.mark.parametrize(
    "case", [case for case in cases() if case.asks_over_http], ids=lambda case: f"{case.type}-{case.folder.name}"
)


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """Retries do not wait in these tests."""
    stamina.set_testing(True, attempts=2)
    yield
    stamina.set_testing(False)


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
    """Each source type has a registry line, a page and a recorded case that says enough; what is missing is named."""
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
    missing += [line for case in cases() for line in missing_in(case)]
    assert not missing, "\n".join(missing)


@each_case
async def test_gives_what_was_recorded(case: Case, mail: Mail) -> None:
    """Polling and parsing gives exactly what was recorded, poll after poll; nothing is later than the poll."""
    async with case.running(mail) as running:
        assert await running.outcome() == case.expected
        assert case.expected["reviews"]


@each_case
async def test_without_news_nothing_new_is_given(case: Case, mail: Mail) -> None:
    """After its state went through JSON a source says nothing that is not known, and repeats no problem."""
    async with case.running(mail) as running:
        await check_no_news(running)


@each_case
async def test_keys_are_stable_and_differ(case: Case, mail: Mail) -> None:
    """The same content has the same key each time, other content another."""
    async with case.running(mail) as running:
        first = await running.source().poll({}, case.start)
        again = await running.source().poll({}, case.start + timedelta(hours=1))
        keys = [item.key for item in first.items]
        assert keys == [item.key for item in again.items]
        assert len(set(keys)) == len(keys)
        bodies: dict[str, bytes] = {}
        async for _, _, poll in running.play():
            for item in poll.items:
                assert bodies.setdefault(item.key, item.body) == item.body


@each_case
async def test_parse_is_pure_and_its_reviews_can_be_stored(case: Case, mail: Mail) -> None:
    """Parsing twice gives the same; every text can be stored, every time is UTC, every identity differs."""
    async with case.running(mail) as running:
        async for _, source, poll in running.play():
            for item in poll.items:
                parsed = source.parse(item)
                assert parsed == running.source().parse(item)
                for review in parsed.reviews:
                    check_review(review)
                identities = [review.external_id or content_key(review) for review in parsed.reviews]
                assert len(set(identities)) == len(identities)


@each_case
async def test_what_is_left_out_is_told_in_every_language(case: Case, mail: Mail) -> None:
    """Each problem has its reason from the catalogue, not an English sentence only."""
    async with case.running(mail) as running:
        async for _, source, poll in running.play():
            for problem in problems_of(parsed_of(source, poll.items), poll):
                assert problem.why is not None, f"{problem.reason!r} is no reason of the catalogue"


@each_case
async def test_a_complete_poll_gives_all_that_is_there(case: Case, mail: Mail) -> None:
    """Where absence means gone, only a poll that gives every review the platform shows is called complete."""
    known: set[str] = set()
    async with case.running(mail) as running:
        async for step, source, poll in running.play():
            given = ids_of(parsed_of(source, poll.items))
            known |= given
            if step.is_complete is not None:
                assert poll.is_complete == step.is_complete, f"poll {step.number} of {case}"
            if poll.is_complete and source.absence_means_gone:
                assert known - given - step.gone == set(), "these were not given, and are not `gone` in case.toml"


@each_http_case
async def test_what_the_platform_removes_is_gone_and_nothing_else(case: Case, mail: Mail, tmp_path: Path) -> None:
    """In the pipeline, within five weeks; all that is recorded is asked for, and no secret that is quoted is stored."""
    async with case.running(mail) as running:
        kept = await keep(running, tmp_path)
        assert not kept.failures
        assert kept.unasked == []
        assert kept.reviews
        assert kept.gone == set(case.steps[-1].gone) & kept.reviews
        assert [one for one in secrets_in(running.settings) if one in kept.told] == []


@each_http_case
async def test_broken_reviews_cost_the_others_nothing(case: Case, mail: Mail) -> None:
    """Whatever stands at any place of a review, the poll succeeds and the sound reviews are read."""
    async with case.running(mail) as running:
        await check_hostile_reviews(running, case.steps[0])


@each_http_case
async def test_a_strange_next_page_does_not_end_the_list_silently(case: Case, mail: Mail) -> None:
    """It is an error, or the poll is not complete; and it never takes for ever."""
    async with case.running(mail) as running:
        await check_hostile_paging(running, case.steps[0])
        if not case.notes.get("one_page"):
            await check_endless_list(running, case.steps[0])


@each_http_case
async def test_a_time_in_the_future_hides_nothing(case: Case, mail: Mail) -> None:
    """After a page from the future the next poll still finds what is new."""
    async with case.running(mail) as running:
        await check_future(running)


@each_http_case
async def test_another_account_is_read_from_its_beginning(case: Case, mail: Mail) -> None:
    """The state belongs to the account that is configured; that of another one is no state."""
    async with case.running(mail) as first, case.running(mail) as other:
        await check_other_place(first, other, case.steps[0])


@each_http_case
async def test_the_recorded_platform_wants_every_secret(case: Case, mail: Mail) -> None:
    """A request without one is refused, as at the real one; so a wrong header does not pass."""
    async with case.running(mail) as running:
        forgotten = [one for one in secrets_in(running.settings) if not case.wants(one)]
        assert not forgotten, f"say in {case.folder}/case.toml which header (`headers`) or form field carries them"


@each_http_case
async def test_the_platform_is_among_the_hosts_that_may_be_reached(case: Case, mail: Mail) -> None:
    """Every host that a source asks is in `hosts()`, or the program refuses the connection."""
    async with case.running(mail) as running:
        assert urlsplit(running.fake.base_url).hostname in running.settings.hosts()


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
    case: Case, mail: Mail, fault: Fault, reasons: set[SourceDownReason], caplog: pytest.LogCaptureFixture
) -> None:
    """Each failure is one of the project's errors, on whatever page and poll it comes, and shows no secret.

    An error that the owner has to mend names a key of the settings or a command; afterwards everything is read.
    """
    caplog.set_level(logging.DEBUG)
    async with case.running(mail) as running:
        told = [repr(running.settings)]
        for state, step, page in await states_and_pages(running):
            running.enter(step)
            running.fake.fail(fault, on=case.faults_on, after=page)
            with pytest.raises((SourceUnreachableError, SourceRefusedError)) as caught:
                await polled(running, state, step, f"{fault.name} on page {page + 1} of poll {step.number}")
            assert isinstance(caught.value, SourceUnreachableError | SourceRefusedError)
            assert caught.value.reason in reasons
            if isinstance(caught.value, SourceRefusedError):
                check_says_what_to_do(running, str(caught.value))
            told.append("".join(traceback.format_exception(caught.value)))
            running.fake.heal()
        assert await running.outcome() == case.expected
        told += [record.getMessage() for record in caplog.records]
        told += [asked(seen) for seen in running.fake.seen]
        async for _, _, poll in running.play():
            told.append(repr(poll))
        assert [text for text in told if any(one in text for one in case.secrets(running.settings))] == []
