"""Broken files: each is reported with file, line and reason, and costs no other file anything."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errors import UnreadableFileError
from bot.sources.contract.source import Problem, SourceContext
from bot.sources.files.folder import Folder, FolderSettings
from bot.sources.files.understand import asked_for, read_export

from .malformed import GOOD, HEADER, Malformed, malformed

ALL = list(malformed())
NOW = datetime(2020, 1, 1, tzinfo=UTC)


def source(path: Path) -> Folder:
    return Folder(FolderSettings(id="x", type="folder", path=path), SourceContext(ZoneInfo("Europe/Berlin")))


def test_there_are_at_least_forty() -> None:
    """The set is as large as promised and each file has its own name."""
    assert len({entry.name for entry in ALL}) == len(ALL) >= 40


@pytest.mark.parametrize("entry", ALL, ids=lambda entry: entry.name)
async def test_is_reported_or_read(entry: Malformed, tmp_path: Path) -> None:
    """A broken file gives the expected reviews and problems, and the good file beside it is read."""
    (tmp_path / entry.name).write_bytes(entry.body)
    (tmp_path / "sound.csv").write_text(HEADER + GOOD, encoding="utf-8")
    folder = source(tmp_path)
    poll = await folder.poll({}, NOW)
    reviews = {"sound.csv": 0, entry.name: 0}
    problems = list(poll.problems)
    for item in poll.items:
        try:
            parsed = folder.parse(item)
        except UnreadableFileError as error:
            problems.append(Problem(item.name, None, str(error)))
        else:
            reviews[item.name.split("/")[0]] += len(parsed.reviews)
            problems.extend(parsed.problems)
            problems.extend(Problem(item.name, None, str(asked_for(ask))) for ask in parsed.asks[:1])
            for review in parsed.reviews:
                assert "\x00" not in review.text.encode().decode()
    assert reviews == {"sound.csv": 1, entry.name: entry.reviews}
    assert [problem.line for problem in problems] == [line for line, _ in entry.problems]
    for problem, (_, reason) in zip(problems, entry.problems, strict=True):
        assert problem.name.startswith(entry.name)
        assert reason in problem.reason
        assert len(problem.reason) < 3000


@pytest.mark.parametrize("entry", ALL, ids=lambda entry: entry.name)
def test_reads_the_same_when_handed_over_directly(entry: Malformed) -> None:
    """The same file as a document in the chat gives the same reviews, or one error with the reason."""
    zone = ZoneInfo("Europe/Berlin")
    if entry.reviews == 0:
        with pytest.raises(UnreadableFileError) as caught:
            read_export(entry.name, entry.body, zone=zone, settings=None)
        assert entry.problems[0][1] in str(caught.value)
    else:
        parsed = read_export(entry.name, entry.body, zone=zone, settings=None)
        assert len(parsed.reviews) == entry.reviews
        assert [problem.line for problem in parsed.problems] == [line for line, _ in entry.problems]
