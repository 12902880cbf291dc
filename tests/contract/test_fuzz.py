"""Broken files by the thousand: recorded exports with random damage. Run by `make proof`."""

from __future__ import annotations

import random
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errors import UnreadableFileError
from bot.sources.files.understand import read_export

_CASES = Path(__file__).parent / "cases"
_ROUNDS = 50_000
_REPORT = Path(__file__).parents[2] / "docs" / "proofs" / "fuzz.md"
_SIGNS = (
    b"\x00",
    b'"',
    b"\n",
    b";",
    b",",
    b"\xff\xfe",
    b"{",
    b"[",
    b"1e999",
    b"\xed\xa0\x80",
    b"=cmd()",
    b"99/99/9999",
)


@pytest.mark.proof
@pytest.mark.timeout(600)
def test_damaged_exports_are_read_or_refused_but_never_break_the_reader() -> None:
    """Whatever happens to a file's bytes: reviews, problems, or a refusal with its reason, in bounded time."""
    files = [path for path in sorted(_CASES.rglob("files/**/*")) if path.is_file()]
    assert len(files) >= 8
    chance, zone = random.Random(20261124), ZoneInfo("Europe/Berlin")
    read = refused = 0
    reasons: set[str] = set()
    for number in range(_ROUNDS):
        path = files[number % len(files)]
        body = _damage(path.read_bytes(), chance)
        started = time.perf_counter()
        try:
            parsed = read_export(path.name, body, zone=zone, settings=None)
            read += bool(parsed.reviews)
        except UnreadableFileError as error:
            refused += 1
            reasons.add(str(error)[:40])
        assert time.perf_counter() - started < 10, (path, number)
    assert read > _ROUNDS // 10
    assert refused > _ROUNDS // 30
    assert "" not in reasons
    _REPORT.write_text(
        f"""# Damaged exports

Made by `make proof` (`tests/contract/test_fuzz.py`): {len(files)} recorded exports, {_ROUNDS:,} times damaged at random
(bytes changed, cut, doubled, hostile signs put in) with a fixed seed.

| what came of it | files |
|---|---|
| reviews were left and read | {read:,} |
| refused, with a reason for the owner | {refused:,} |
| rows skipped with line and reason, no review left | {_ROUNDS - read - refused:,} |
| any other error, or longer than 10 s | 0 |
""",
        encoding="utf-8",
    )


def _damage(body: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(body) + 1)
        end = min(len(body), at + chance.randint(1, 40))
        match chance.randrange(5):
            case 0:
                body = body[:at] + chance.choice(_SIGNS) + body[at:]
            case 1:
                body = body[:at] + body[end:]
            case 2:
                body = body[:at] + body[at:end] * chance.randint(2, 5) + body[end:]
            case 3:
                body = body[:at] + chance.randbytes(end - at) + body[end:]
            case _:
                body = body[: chance.randrange(len(body) + 1)] if chance.random() < 0.2 else body
    return body
