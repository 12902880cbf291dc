"""A recorded case and its steps; `tests/contract/recording.py` describes the keys of case.toml."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from bot.model.ingest.poll import Poll
from bot.part import secrets_in
from bot.settings import SourceSettings
from bot.sources.contract.source import Source, SourceContext, State
from bot.sources.registry import TYPES
from tests.contract.http_fake import Seen
from tests.contract.recorded.outcome import outcome, parsed_of
from tests.contract.recorded.platform import RecordedPlatform, asked
from tests.mail_server import MailServer, settings_of

CASES = Path(__file__).parents[1] / "cases"
START = datetime(2020, 1, 1, tzinfo=UTC)  # far from the files' own times, so that none counts as half written
_KEYS = frozenset(["now", "zone", "faults_on", "one_page", "never_gone", "headers", "settings", "http", "then"])
_STEP_KEYS = frozenset(["after", "is_complete", "gone", "http"])
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class CaseError(Exception):
    """A case.toml has a mistake; the text says which."""


@dataclass(frozen=True)
class Step:
    """What holds from one poll of a case on.

    Attributes:
        number: 0 for the first poll.
        at: when it is polled.
        http: what the platform answers from here on.
        is_complete: what the case says of this poll; None for the first one.
        gone: the ids of reviews that the platform does not show any more, those of earlier steps included.
    """

    number: int
    at: datetime
    http: Sequence[Mapping[str, Any]]
    is_complete: bool | None = None
    gone: frozenset[str] = frozenset()


@dataclass
class Running:
    """A case whose servers are running.

    Attributes:
        settings: the source's settings, checked.
        given: the same as they stand in the configuration.
        http: the client that the source gets.
        platform: the recorded platform, for sources that ask one over HTTP.
    """

    case: Case
    settings: SourceSettings
    given: Mapping[str, Any]
    http: httpx.AsyncClient
    platform: RecordedPlatform | None
    _seen: int = field(default=0)

    def source(self) -> Source:
        """The source as the case's settings make it; another one each time."""
        _, build = TYPES[self.case.type]
        return build(self.settings, SourceContext(ZoneInfo(self.case.zone), self.http))

    @property
    def fake(self) -> RecordedPlatform:
        """The platform of a case that has one."""
        assert self.platform is not None
        return self.platform

    def move(self) -> None:
        """Configure another place that has the same reviews: every key that is a part of a recorded path changes."""
        parts = {part for one in self.fake.answers for part in one["path"].split("/")}
        keys = {key: str(value) for key, value in self.case.notes["settings"].items() if str(value) in parts}
        self.fake.places = {f"{value}-other": value for value in keys.values()}
        given = {**self.given, **{key: f"{value}-other" for key, value in keys.items()}}
        self.settings = type(self.settings).model_validate(given)

    def enter(self, step: Step) -> None:
        """Let the platform answer as this step says."""
        if self.platform is not None:
            self.platform.answers = step.http

    async def poll(self, source: Source, state: State, now: datetime) -> Poll:
        """Poll once; an error says what the platform refused."""
        self._seen = len(self.platform.seen) if self.platform else 0
        try:
            return await source.poll(state, now)
        except Exception as error:
            for one in self.platform.refusals if self.platform else ():
                error.add_note(f"{self.case}: {one}")
            raise

    def requests(self, ending: str = "") -> list[Seen]:
        """The requests of the last poll whose path ends like this."""
        return [seen for seen in self.fake.seen[self._seen :] if seen.path.endswith(ending)]

    async def play(self) -> AsyncIterator[tuple[Step, Source, Poll]]:
        """Every poll of the case, each with the state that the one before left, after its way through JSON."""
        state: State = {}
        for step in self.case.steps:
            self.enter(step)
            source = self.source()
            poll = await self.poll(source, state, step.at)
            await source.confirm(poll.state)
            state = json.loads(json.dumps(dict(poll.state)))
            yield step, source, poll

    async def outcome(self) -> dict[str, Any]:
        """What comes of all polls, as expected.json keeps it.

        Raises:
            CaseError: a review is from later than its poll.
        """
        found: list[dict[str, Any]] = []
        async for step, source, poll in self.play():
            requests = [asked(seen) for seen in self.requests()] if self.platform else None
            found.append(outcome(source, poll, requests))
            times = [
                (one.external_id, one.edited_at or one.published_at)
                for each in parsed_of(source, poll.items)
                for one in each.reviews
            ]
            if late := [f"{name} is from {at:%Y-%m-%d %H:%M}" for name, at in times if at > step.at]:
                raise CaseError(
                    f"{self.case}: review {late[0]}, later than the case's clock ({step.at:%Y-%m-%d %H:%M}), so that "
                    'nothing would count as changed; put a later `now = "…"` into case.toml'
                )
        return {**found[0], **({"then": found[1:]} if found[1:] else {})}


@dataclass(frozen=True)
class Case:
    """One recorded case."""

    folder: Path

    def __str__(self) -> str:
        return f"{self.type}/{self.folder.name}"

    @property
    def type(self) -> str:
        """The source's type."""
        return self.folder.parent.name

    @cached_property
    def notes(self) -> dict[str, Any]:
        """What case.toml says.

        Raises:
            CaseError: it has a key that does not exist.
        """
        path = self.folder / "case.toml"
        notes = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        for keys, known in ((notes, _KEYS), *((step, _STEP_KEYS) for step in notes.get("then", ()))):
            if unknown := set(keys) - known:
                raise CaseError(f"{self}: {', '.join(unknown)} is no key of case.toml; see tests/contract/recording.py")
        return notes

    @property
    def zone(self) -> str:
        """The location's time zone."""
        return str(self.notes.get("zone", "Europe/Berlin"))

    @property
    def start(self) -> datetime:
        """When it is polled first."""
        return datetime.fromisoformat(self.notes["now"]).astimezone(UTC) if "now" in self.notes else START

    @cached_property
    def steps(self) -> list[Step]:
        """Its polls in order.

        Raises:
            CaseError: a step lacks a key, or its time cannot be read.
        """
        steps = [Step(0, self.start, self.notes.get("http", ()))]
        for number, one in enumerate(self.notes.get("then", ()), start=1):
            if not {"after", "is_complete"} <= one.keys():
                raise CaseError(f"{self}: step {number} under [[then]] has to say `after` and `is_complete`")
            last = steps[-1]
            gone = last.gone | frozenset(map(str, one.get("gone", ())))
            steps.append(
                Step(number, last.at + _duration(one["after"]), one.get("http", last.http), one["is_complete"], gone)
            )
        return steps

    @property
    def expected(self) -> Any:
        """What has to come of it."""
        return json.loads((self.folder / "expected.json").read_text(encoding="utf-8"))

    @property
    def asks_over_http(self) -> bool:
        """Whether a platform is recorded."""
        return "http" in self.notes

    @property
    def faults_on(self) -> str:
        """Where the faults strike, by the end of the path."""
        return str(self.notes.get("faults_on", ""))

    def wants(self, secret: str) -> bool:
        """Whether some recorded request has to carry a secret."""
        entries = [self.notes, *(one for step in self.steps for one in step.http)]
        values = [str(value) for one in entries for key in ("headers", "form") for value in one.get(key, {}).values()]
        return any(secret in value for value in values)

    def secrets(self, settings: SourceSettings) -> list[str]:
        """What must not be seen anywhere: the settings' secrets, and what the platform gave for them."""
        entries = [self.notes, *(one for step in self.steps for one in step.http)]
        headers = [pair for one in entries for pair in one.get("headers", {}).items()]
        return [
            *secrets_in(settings),
            *(str(value).split()[-1] for name, value in headers if name.lower() == "authorization"),
        ]

    @asynccontextmanager
    async def running(self, mail: Callable[[], MailServer]) -> AsyncIterator[Running]:
        """Start what the source asks; `mail` gives an IMAP server where there is need of one."""
        settings, _ = TYPES[self.type]
        given = {"id": "case", "type": self.type, **self.notes.get("settings", {})}
        if "path" in settings.model_fields:
            given.setdefault("path", self.folder / "files")
        if mails := sorted((self.folder / "files").glob("*.eml")):
            server, name = mail(), f"{self.type}-{self.folder.name}"
            server.make_folder(name)
            # Mails are kept with the line ends of a text file.
            server.deliver(name, [one.read_bytes().replace(b"\n", b"\r\n") for one in mails], at=self.start)
            given = settings_of(server, name, **given)
        with ExitStack() as stack:
            platform = None
            if self.asks_over_http:
                headers = self.notes.get("headers", {})
                platform = stack.enter_context(RecordedPlatform(self.folder / "files", headers=headers))
                given = json.loads(json.dumps(given).replace("{base_url}", platform.base_url))
            async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
                running = Running(self, settings.model_validate(given), given, http, platform)
                running.enter(self.steps[0])
                yield running


def cases() -> list[Case]:
    """All cases there are."""
    return [Case(folder) for folder in sorted(CASES.glob("*/*")) if folder.is_dir()]


def _duration(text: str) -> timedelta:
    found = re.fullmatch(r"(\d{1,4})([mhd])", text)
    if found is None:
        raise CaseError(f"{text!r} is no time like 15m, 6h or 7d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
