"""`themes`, and the owner's files with mistakes in `check`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.clock import SystemClock
from tests.integration.cli_process import reviewbot, write_config, write_reviews

LAKE = """
[[businesses.locations]]
id = "lake"
name = "Seeblick"
kind = "hotel"
themes = "own.toml"
"""
SAUNA = '[[theme]]\nid = "sauna"\nlabel = { en = "sauna", de = "Sauna" }\nwords = "sauna"\n'


def test_a_slow_burn_is_shown_with_counts_and_quotes(tmp_path: Path) -> None:
    """The location's 3-5 star reviews are compared; hostile characters do not reach the terminal."""
    now = SystemClock().now()

    def row(days: float, text: str, number: int) -> str:
        return f"{now - timedelta(days=days):%Y-%m-%d %H:%M},4,{text},Guest {number}"

    late, fine = "Good food\x1b[2J but we waited forever for it", "All was well"
    rows = [row(0.1 + 0.69 * n, late if n % 4 == 0 else fine, n) for n in range(60)]
    rows += [row(50 + n, late if n % 20 == 0 else fine, 100 + n) for n in range(240)]
    file = write_reviews(tmp_path / "old.csv", *rows)
    (tmp_path / "own.toml").write_text(SAUNA, encoding="utf-8")
    config = write_config(tmp_path, extra=LAKE)
    done = reviewbot("import", file, "--location", "market", "-c", config)
    assert done.code == 0, done.out + done.err
    shown = reviewbot("themes", "market", "-c", config)
    assert shown.code == 0, shown.err
    assert "Marktplatz (Café Linde): 60 reviews of 3-5 stars with text in 6 weeks, 240 before" in shown.out
    assert "slow burn: waiting in 15 of 60, before in 12 of 240" in shown.out
    assert "\x1b" not in shown.out
    line = next(line for line in shown.out.splitlines() if line.startswith("waiting"))
    assert line.split()[1:7] == ["15", "of", "60", "12", "of", "240"]
    every = reviewbot("themes", "-c", config, "--weeks", 4)
    assert "in 4 weeks" in every.out
    assert "Seeblick (Café Linde): 0 reviews" in every.out
    assert "Too few to compare: it needs 15 lately and 30 before." in every.out


def test_check_reads_theme_files(tmp_path: Path) -> None:
    """A file in order is named; a mistake ends every command with 3, the file, the line and what to write."""
    own = tmp_path / "own.toml"
    own.write_text(SAUNA, encoding="utf-8")
    config = write_config(tmp_path, extra=LAKE)
    assert f"ok     own words: {own}" in reviewbot("check", "-c", config).out
    own.write_text(SAUNA + 'wrods = "steam"\n', encoding="utf-8")
    for command in ("check", "themes", "run"):
        done = reviewbot(command, "-c", config)
        assert done.code == 3
        assert f'{own}, line 5: "wrods" is not known; a theme has id, label, words, complaints, except' in done.err
    own.unlink()
    assert "the theme file cannot be read" in reviewbot("check", "-c", config).err


def test_an_unknown_location_is_a_mistake_of_the_command_line(tmp_path: Path) -> None:
    """The locations there are are named."""
    done = reviewbot("themes", "moon", "-c", write_config(tmp_path))
    assert done.code == 2
    assert "linde/market" in done.err


def test_check_reads_files_of_severe_events(tmp_path: Path) -> None:
    """A file in order is named; a mistake ends the command with 3, the file, the event and what to write."""
    own = tmp_path / "severe.toml"
    own.write_text(
        '[[event]]\nid = "pool"\nkind = "injury"\nact = "nearly drowned"\nalone = "silent"\n', encoding="utf-8"
    )
    config = write_config(tmp_path, extra=LAKE.replace('themes = "own.toml"', 'severe_events = "severe.toml"'))
    assert f"ok     own words: {own}" in reviewbot("check", "-c", config).out
    own.write_text('[[event]]\nid = "pool"\nkind = "flood"\nact = "nearly drowned"\n', encoding="utf-8")
    done = reviewbot("check", "-c", config)
    assert done.code == 3
    assert f"{own}, event pool: kind must be one of poisoning" in done.err
    own.unlink()
    assert "the file of severe events cannot be read" in reviewbot("check", "-c", config).err
