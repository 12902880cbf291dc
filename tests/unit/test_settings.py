"""The configuration: what it gives, and what it says when it is wrong."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from bot.errors import ConfigError
from bot.settings import Settings, load
from bot.sources import registry

GOOD = """
    [telegram]
    token = "123:abc"
    [[businesses]]
    id = "linde"
    name = "Café Linde"
    [[businesses.locations]]
    id = "markt"
    name = "Marktplatz"
    [[businesses.locations.sources]]
    id = "exports"
    type = "folder"
    path = "inbox"
"""


@pytest.fixture(autouse=True)
def _clean_environment() -> Iterator[None]:
    """No variable of the developer's own reaches a test, none of a test's the next."""
    kept = dict(os.environ)
    for name in kept:
        if name.startswith("REVIEWBOT_"):
            del os.environ[name]
    yield
    os.environ.clear()
    os.environ.update(kept)


def read(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "reviewbot.toml"
    path.write_text(dedent(text), encoding="utf-8")
    return load(path, registry.SETTINGS)


def mistakes(tmp_path: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as wrong:
        read(tmp_path, text)
    return wrong.value.problems


def test_ten_lines_are_enough(tmp_path: Path) -> None:
    """Everything else has a default; relative paths count from the file's folder."""
    found = read(tmp_path, GOOD)
    assert found.data_dir == tmp_path / "data"
    assert found.database == tmp_path / "data" / "reviewbot.sqlite3"
    (location,) = found.businesses[0].locations
    (source,) = location.sources
    assert source.model_dump()["path"] == tmp_path / "inbox"
    assert source.every_minutes == timedelta(minutes=1)
    assert (location.alarm.low_reviews, location.alarm.within_hours) == (None, None)
    assert str(location.zone) == "Europe/Berlin"


def test_all_mistakes_are_told_at_once_with_their_keys(tmp_path: Path) -> None:
    """An unknown key, a wrong type, a missing key, an unknown source type and zone, in one go."""
    found = mistakes(
        tmp_path,
        """
        colour = "red"
        [telegram]
        [[businesses]]
        id = "Linde!"
        name = "Café Linde"
        [[businesses.locations]]
        id = "markt"
        time_zone = "Berlin"
        alarm = { low_reviews = "many" }
        [[businesses.locations.sources]]
        id = "a"
        type = "fax"
        [[businesses.locations.sources]]
        id = "b"
        type = "folder"
        path = "x"
        every_minuts = 3
        """,
    )
    text = "\n".join(found)
    for expected in (
        "colour: this key is unknown",
        "telegram: give either token or token_file",
        "businesses[1].id:",
        "businesses[1].locations[1].name: this key is missing",
        "businesses[1].locations[1].time_zone: 'Berlin' is not a time zone",
        "businesses[1].locations[1].alarm.low_reviews:",
        "type 'fax' is not a source type; there are: folder, google",
        "every_minuts: this key is unknown",
    ):
        assert expected in text
    assert all(str(tmp_path / "reviewbot.toml") in line for line in found)


def test_a_bad_id_is_told_in_words(tmp_path: Path) -> None:
    """No regular expression: how it is written, with an example; the same for other texts of a given form."""
    (problem,) = mistakes(tmp_path, GOOD.replace('"linde"', '"Café Linde"'))
    assert "small letters (a to z), digits" in problem
    assert "^" not in problem
    (problem,) = mistakes(tmp_path, GOOD.replace("[telegram]", '[telegram]\n    base_url = "telegram.org"'))
    assert problem.endswith("like https://api.telegram.org/bot")
    mailbox = GOOD.replace('type = "folder"', 'type = "mailbox"\n    host = "a b"\n    user = "u"\n    password = "p"')
    assert not any("^" in one for one in mistakes(tmp_path, mailbox.replace('path = "inbox"', "")))


def test_ids_are_used_once(tmp_path: Path) -> None:
    """The stored reviews hang on them."""
    twice = GOOD + GOOD.partition("[[businesses]]")[2].join(("    [[businesses]]", ""))
    assert any("business id used twice: linde" in line for line in mistakes(tmp_path, twice))


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    """Nested keys are joined by two underscores; the rest of the table stays."""
    os.environ["REVIEWBOT_LOG__LEVEL"] = "debug"
    os.environ["REVIEWBOT_TELEGRAM__TOKEN"] = "456:def"
    found = read(tmp_path, GOOD + "    [log]\n    json_lines = true\n")
    assert (found.log.level, found.log.json_lines) == ("debug", True)
    assert found.telegram.token.get_secret_value() == "456:def"


def test_a_token_is_read_from_its_file(tmp_path: Path) -> None:
    """The path counts from the configuration's folder; white space around the token does not matter."""
    (tmp_path / "token").write_text(" 789:ghi\n", encoding="utf-8")
    found = read(tmp_path, GOOD.replace('token = "123:abc"', 'token_file = "token"'))
    assert found.telegram.token.get_secret_value() == "789:ghi"


@pytest.mark.parametrize(
    ("content", "says"), [(None, "cannot be read"), (b"", "is empty"), (b"\xff\xfe\xff", "cannot be read")]
)
def test_a_token_file_that_holds_no_token_is_a_mistake(tmp_path: Path, content: bytes | None, says: str) -> None:
    """Missing, empty, or no text."""
    if content is not None:
        (tmp_path / "token").write_bytes(content)
    (line,) = mistakes(tmp_path, GOOD.replace('token = "123:abc"', 'token_file = "token"'))
    assert "telegram: token_file" in line
    assert says in line


def test_token_and_token_file_together_are_a_mistake(tmp_path: Path) -> None:
    """Nobody could tell which one counts."""
    (tmp_path / "token").write_text("789:ghi", encoding="utf-8")
    both = GOOD.replace('token = "123:abc"', 'token = "123:abc"\n    token_file = "token"')
    assert any("give either token or token_file" in line for line in mistakes(tmp_path, both))


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    """Neither by printing the settings nor by a mistake beside them."""
    assert "123:abc" not in repr(read(tmp_path, GOOD))
    wrong = GOOD.replace('token = "123:abc"', 'token = "123:abc"\n    base_url = "nonsense 123:abc"')
    assert "123:abc" not in "\n".join(mistakes(tmp_path, wrong))


@pytest.mark.parametrize(("content", "says"), [("x = = 1", "reviewbot.toml"), (None, "there is no such file")])
def test_a_file_that_cannot_be_read_is_explained(tmp_path: Path, content: str | None, says: str) -> None:
    """Missing, or no TOML."""
    path = tmp_path / "reviewbot.toml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=says):
        load(path, registry.SETTINGS)
