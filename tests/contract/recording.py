"""Recorded cases: what a source gave once, and what has to come of it.

A case is a folder `cases/<type>/<name>/` with `files/`, `expected.json`, and where needed a `case.toml`:

    zone = "Europe/Berlin"            # the location's zone; this is the default
    faults_on = "/reviews"            # where the faults strike, by the end of the path; default: everywhere

    [settings]                        # the source's keys; {base_url} becomes the address of the recorded platform
    base_url = "{base_url}"

    [[http]]                          # one answer of the platform; the one whose query fits best is given
    path = "/v1/reviews"
    query = { page = "2" }
    file = "page-2.json"              # in files/; with `status` and `method` where they are not 200 and GET

A source of files reads `files/` itself, by its key `path`. A source of mail finds the mails of `files/*.eml` in a real
IMAP server. `python -m tests.contract.recording` writes the missing `expected.json`: read it before you commit it.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import tomllib
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from bot.errors import UnreadableFileError
from bot.model.review import ParsedReview
from bot.sources.contract.source import RawItem, Source, SourceContext
from bot.sources.registry import TYPES
from tests.contract.http_fake import Answer, HttpFake, Seen
from tests.mail_server import MailServer, mail_server, settings_of

CASES = Path(__file__).parent / "cases"
NOW = datetime(2020, 1, 1, tzinfo=UTC)  # far from the files' own times, so that none counts as half written


@dataclass(frozen=True)
class Running:
    """A case whose servers are running.

    Attributes:
        http: the client that the source gets.
        platform: the recorded platform, for sources that ask one over HTTP.
    """

    case: Case
    settings: dict[str, Any]
    http: httpx.AsyncClient
    platform: HttpFake | None

    def source(self) -> Source:
        """The source as the case's settings make it; another one each time."""
        settings, build = TYPES[self.case.type]
        return build(settings.model_validate(self.settings), SourceContext(ZoneInfo(self.case.zone), self.http))


@dataclass(frozen=True)
class Case:
    """One recorded case."""

    folder: Path

    @property
    def type(self) -> str:
        """The source's type."""
        return self.folder.parent.name

    @property
    def notes(self) -> dict[str, Any]:
        """What case.toml says."""
        path = self.folder / "case.toml"
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    @property
    def zone(self) -> str:
        """The location's time zone."""
        return str(self.notes.get("zone", "Europe/Berlin"))

    @property
    def expected(self) -> Any:
        """What has to come of it."""
        return json.loads((self.folder / "expected.json").read_text(encoding="utf-8"))

    @property
    def asks_over_http(self) -> bool:
        """Whether a platform is recorded."""
        return "http" in self.notes

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
            server.deliver(name, [one.read_bytes().replace(b"\n", b"\r\n") for one in mails], at=NOW)
            given = settings_of(server, name, **given)
        with ExitStack() as stack:
            platform = None
            if self.asks_over_http:
                platform = stack.enter_context(HttpFake(self._answer))
                given = json.loads(json.dumps(given).replace("{base_url}", platform.base_url))
            async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
                yield Running(self, given, http, platform)

    def _answer(self, seen: Seen) -> Answer:
        fits = [
            one
            for one in self.notes["http"]
            if (one.get("method", "GET"), one["path"]) == (seen.method, seen.path)
            and one.get("query", {}).items() <= seen.query.items()
        ]
        if not fits:
            return Answer(404, f"case {self.folder.name} has no answer to {seen.path} {dict(seen.query)}".encode())
        best = max(fits, key=lambda one: len(one.get("query", {})))
        return Answer(best.get("status", 200), (self.folder / "files" / best["file"]).read_bytes())


def cases() -> list[Case]:
    """All cases there are."""
    return [Case(folder) for folder in sorted(CASES.glob("*/*")) if folder.is_dir()]


def outcome(source: Source, items: tuple[RawItem, ...]) -> dict[str, Any]:
    """Reviews and problems as JSON, without what is empty."""
    reviews: list[Any] = []
    problems: list[Any] = []
    for item in sorted(items, key=lambda item: item.name):
        try:
            parsed = source.parse(item)
        except UnreadableFileError as error:
            problems.append([item.name, None, str(error)])
            continue
        reviews.extend(map(_plain, parsed.reviews))
        problems.extend([problem.name, problem.line, problem.reason] for problem in parsed.problems)
    return {"reviews": reviews, "problems": problems}


def _plain(review: ParsedReview) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for entry in fields(review):
        value = getattr(review, entry.name)
        if entry.name == "rating":
            found["rating"] = [value.value, value.worst, value.best] if value else None
        elif entry.name == "reply" and value:
            found["reply"] = [value.text, value.at.isoformat() if value.at else None]
        elif isinstance(value, datetime):
            found[entry.name] = value.isoformat()
        elif value:
            found[entry.name] = dict(value) if entry.name == "details" else value
    return found


async def _outcome_of(case: Case, mail: Callable[[], MailServer]) -> dict[str, Any]:
    async with case.running(mail) as running:
        source = running.source()
        poll = await source.poll({}, NOW)
        return outcome(source, poll.items)


def write_missing() -> None:
    """Write the outcome of every case that has none yet."""
    with ExitStack() as stack:

        def mail() -> MailServer:
            return stack.enter_context(mail_server(Path(stack.enter_context(tempfile.TemporaryDirectory()))))

        for case in cases():
            target = case.folder / "expected.json"
            if not target.exists():
                text = json.dumps(asyncio.run(_outcome_of(case, mail)), ensure_ascii=False, indent=1)
                target.write_text(text + "\n", encoding="utf-8")
                print(target)


if __name__ == "__main__":
    write_missing()
