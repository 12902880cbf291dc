"""Recorded cases: what a source gave once, and what has to come of it.

A case is a folder `cases/<type>/<name>/` with `files/` (what the source reads), `expected.json`, and where needed
`case.toml` with `[settings]` and `zone`. `python -m tests.contract.recording` writes the missing `expected.json`: read
it before you commit it.
"""

from __future__ import annotations

import asyncio
import json
import tomllib
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import UnreadableFileError
from bot.model.review import ParsedReview
from bot.sources.contract.source import RawItem, Source, SourceContext
from bot.sources.registry import TYPES

CASES = Path(__file__).parent / "cases"
NOW = datetime(2020, 1, 1, tzinfo=UTC)  # far from the files' own times, so that none counts as half written


@dataclass(frozen=True)
class Case:
    """One recorded case."""

    folder: Path

    @property
    def type(self) -> str:
        """The source's type."""
        return self.folder.parent.name

    @property
    def expected(self) -> Any:
        """What has to come of it."""
        return json.loads((self.folder / "expected.json").read_text(encoding="utf-8"))

    def source(self) -> Source:
        """The source as the case's settings make it."""
        notes = self.folder / "case.toml"
        tree = tomllib.loads(notes.read_text(encoding="utf-8")) if notes.exists() else {}
        settings, build = TYPES[self.type]
        given = {"id": "case", "type": self.type, **tree.get("settings", {})}
        if "path" in settings.model_fields:
            given.setdefault("path", self.folder / "files")
        return build(settings.model_validate(given), SourceContext(ZoneInfo(tree.get("zone", "Europe/Berlin"))))


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


def write_missing() -> None:
    """Write the outcome of every case that has none yet."""
    for case in cases():
        target = case.folder / "expected.json"
        if not target.exists():
            source = case.source()
            poll = asyncio.run(source.poll({}, NOW))
            text = json.dumps(outcome(source, poll.items), ensure_ascii=False, indent=1)
            target.write_text(text + "\n", encoding="utf-8")
            print(target)


if __name__ == "__main__":
    write_missing()
