"""What the set-up takes from the machine and says about it."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest
import typer

from bot.cli.firstrun import answers, configure, spoken
from bot.cli.terminal import show
from bot.cli.terminal.setup import fail
from bot.configured.alerting import AlertSettings
from bot.errors import StopError


def test_program_is_named_as_it_can_be_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its name where the shell finds it, else the path by which it was called; in what ends a command as well."""
    there = tmp_path / "bin" / "reviewbot"
    there.parent.mkdir()
    there.write_text("#!/bin/sh\n", encoding="utf-8")
    there.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(there)])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert show.program() == str(there)
    with pytest.raises(typer.Exit):
        fail(StopError("Start it with `reviewbot run`."))
    assert capsys.readouterr().err == f"Start it with `{there} run`.\n"
    monkeypatch.setenv("PATH", str(there.parent))
    assert show.program() == "reviewbot"


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


def test_commands_are_written_as_they_can_be_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the shell does not find the program, every command in a text gets the path; other words stay."""
    monkeypatch.setattr(sys, "argv", [".venv/bin/reviewbot"])
    monkeypatch.setenv("PATH", str(tmp_path))
    show.say("`reviewbot pair` makes a link; reviewbot runs. Hand over: reviewbot guest export A")
    said = capsys.readouterr().out
    assert said == (
        "`.venv/bin/reviewbot pair` makes a link; reviewbot runs. Hand over: .venv/bin/reviewbot guest export A\n"
    )


def test_set_up_speaks_the_language_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """German where the machine is German, else English; what is asked for comes first."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert spoken.machine_language() == "de"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert spoken.machine_language() == "en"
    spoken.speak("de")
    assert spoken.spoken("your_place") == "Ihr Betrieb"
    spoken.speak("en")
    assert spoken.spoken("your_place") == "Your place"


@pytest.mark.parametrize(
    ("typed", "kept"), [("22:00-08:00", "22:00-08:00"), ("23 bis 7 Uhr", "23:00-07:00"), ("nie", ""), ("none", "")]
)
def test_quiet_hours_are_a_choice(typed: str, kept: str) -> None:
    """As people write them, or none in so many words; what is neither is asked again; the file reads them back."""
    assert configure._quiet_hours(typed) == kept
    with pytest.raises(ValueError, match="22:00-08:00"):
        configure._quiet_hours("at night")
    written = answers.toml(
        answers.Answers("Linde", "Linde", "de", "Europe/Berlin", token_file=Path("token"), quiet_hours=kept)
    )
    place = tomllib.loads(written)["businesses"][0]["locations"][0]
    assert AlertSettings(**place["alerts"]).quiet_hours == kept
    assert place["alerts"]["quiet_breaks"] == "high"
