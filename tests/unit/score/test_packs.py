"""The owner's theme files: whose they are, what is laid over what, and what a mistake is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot import settings
from bot.errors import ConfigError
from bot.score.packs import PackChoice, pack_of
from bot.sources import registry
from bot.stages.analyse.packs import owners_files, read_packs

SAUNA = '[[theme]]\nid = "sauna"\nlabel = { en = "sauna", de = "Sauna" }\nwords = "sauna"\n'


def configured(folder: Path, *, business: dict[str, Any], location: dict[str, Any]) -> settings.Settings:
    tree = {
        "telegram": {"token": "123456:x"},
        "businesses": [
            {
                "id": "linde",
                "name": "Linde",
                "locations": [{"id": "market", "name": "Market", **location}, {"id": "lake", "name": "Lake"}],
                **business,
            }
        ],
    }
    return settings.build(tree, source_types=registry.SETTINGS, folder=folder, name="reviewbot.toml")


def found(choice: PackChoice, text: str) -> set[str]:
    return {hit.theme for hit in pack_of(choice).find(text)}


def test_the_locations_file_lies_over_the_businesss(tmp_path: Path) -> None:
    """A location has its kind's themes, the business's words and its own; its neighbour has the business's only."""
    (tmp_path / "all.toml").write_text(SAUNA, encoding="utf-8")
    (tmp_path / "market.toml").write_text('[[theme]]\nid = "sauna"\nwords = "Aufguss*"\n', encoding="utf-8")
    its = configured(tmp_path, business={"themes": "all.toml"}, location={"themes": "market.toml", "kind": "hotel"})
    packs = read_packs(its)
    text = "Ein Aufguss, hellhörige Zimmer."
    assert found(packs["Linde", "market"], text) == {"sauna", "noise", "room"}
    assert found(packs["Linde", "lake"], text) == {"atmosphere"}
    assert found(packs["Linde", "lake"], "The sauna") == {"sauna"}
    assert list(owners_files(its)) == [tmp_path / "all.toml", tmp_path / "market.toml"]


def test_without_files_the_kind_decides(tmp_path: Path) -> None:
    """A location that names nothing is a restaurant, and no file is read."""
    packs = read_packs(configured(tmp_path, business={}, location={"kind": "app"}))
    assert packs == {("Linde", "market"): PackChoice("app"), ("Linde", "lake"): PackChoice("restaurant")}


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    """The file is named, and the way out."""
    with pytest.raises(ConfigError, match=r"the theme file cannot be read.*themes\.example\.toml") as caught:
        read_packs(configured(tmp_path, business={"themes": "gone.toml"}, location={}))
    # Both locations use it.
    assert len(caught.value.problems) == 1


def test_the_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    """File, line and what to write, for each file."""
    (tmp_path / "all.toml").write_text(SAUNA + 'wrods = "steam"\n', encoding="utf-8")
    (tmp_path / "own.toml").write_text('[[theme]]\nid = "pool"\nwords = "pool"\n', encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_packs(configured(tmp_path, business={"themes": "all.toml"}, location={"themes": "own.toml"}))
    first = caught.value.problems[0]
    assert first.startswith(f"{tmp_path / 'all.toml'}, line 5: ")
    with pytest.raises(ConfigError) as caught:
        read_packs(configured(tmp_path, business={}, location={"themes": "own.toml"}))
    assert f'{tmp_path / "own.toml"}, line 1: "pool" is a new theme and needs a name' in caught.value.problems[0]


def test_an_unknown_kind_names_the_kinds(tmp_path: Path) -> None:
    """A misspelled kind is told with the kinds there are."""
    with pytest.raises(ConfigError, match="'restaurant', 'hotel', 'shop' or 'app'"):
        configured(tmp_path, business={}, location={"kind": "pub"})


def test_the_example_file_has_no_mistake() -> None:
    """The file in config/ is read as it is and finds its words."""
    path = Path(__file__).parents[3] / "config/themes.example.toml"
    choice = PackChoice(added=((path.name, path.read_text(encoding="utf-8")),))
    assert found(choice, "Abgeschleppt vom Parkplatz, dabei war der Handkäse gut") == {"parking", "food"}
    assert found(choice, "kein Strafzettel") == set()
