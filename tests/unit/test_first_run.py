"""What the set-up takes from the machine and says about it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bot.cli.firstrun import ask, configure


def test_program_is_named_as_it_can_be_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name where the shell finds it, else the path by which it was called."""
    there = tmp_path / "bin" / "reviewbot"
    there.parent.mkdir()
    there.write_text("#!/bin/sh\n", encoding="utf-8")
    there.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(there)])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ask.program() == str(there)
    monkeypatch.setenv("PATH", str(there.parent))
    assert ask.program() == "reviewbot"


def test_clock_of_a_server_is_not_taken_for_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """UTC is never proposed; typed in, it is asked about, and a no asks for the zone again."""
    asked: list[str] = []

    def no(question: str, *, default: bool) -> bool:
        asked.append(question)
        return default

    monkeypatch.setattr(configure, "yes", no)
    for name in ("UTC", "Etc/UTC", "GMT"):
        with pytest.raises(ValueError, match="like Europe/Berlin"):
            configure._zone_of_a_place(name)
    assert len(asked) == 3
    assert configure._zone_of_a_place("Europe/London") == "Europe/London"
    assert configure._local_zone() not in ("UTC", "Etc/UTC", "GMT")
