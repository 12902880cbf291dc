"""The example configurations load, and show every key there is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bot import settings
from bot.configured.alerting import AlarmSettings, AlertSettings, StepSettings
from bot.configured.keeping import BackupSettings, KeepSettings
from bot.configured.route_settings import AppriseRoute, EmailRoute, NtfyRoute, WatchSettings
from bot.settings import (
    BusinessSettings,
    LocationSettings,
    LogSettings,
    Settings,
    SourceSettings,
    TelegramSettings,
)
from bot.sources import registry
from bot.sources.files.folder import ColumnMapping
from tests.project.tree import ROOT, blocks

CONFIG = Path(__file__).parents[2] / "config"
EXAMPLE = CONFIG / "reviewbot.example.toml"


def tree(text: str) -> dict[str, Any]:
    return tomllib.loads(text)


def with_alternatives(text: str) -> dict[str, Any]:
    """An example with every "#key = value" line switched on."""
    return tree(re.sub(r"^#(?=[a-z_]+ = )", "", text, flags=re.MULTILINE))


def example() -> dict[str, Any]:
    """The example of everything, likewise."""
    return with_alternatives(EXAMPLE.read_text(encoding="utf-8"))


def on_its_page(source: str) -> set[str]:
    """The keys that a source's own page shows for it, and those that every source has."""
    shown = [with_alternatives(text) for text in blocks(ROOT / f"docs/sources/{source}.md", "toml")]
    entries = [one for tree in shown for one in tree["businesses"]["locations"]["sources"]]
    return {key for entry in entries for key in entry} | set(SourceSettings.model_fields)


def parts(found: Mapping[str, Any]) -> dict[str, set[str]]:
    """Name of a part of the configuration -> the keys that the example shows for it."""
    business = found["businesses"][0]
    location = business["locations"][0]
    by_type = {source["type"]: source for source in location["sources"]}
    return {
        "settings": set(found),
        "telegram": set(found["telegram"]),
        "log": set(found["log"]),
        "backup": set(found["backup"]),
        "watch": set(found["watch"]),
        "keep_days": set(business["keep_days"]),
        "business": set(business),
        "location": set(location),
        "alarm": set(location["alarm"]),
        **{f"route {route['type']}": set(route) | _OF_EVERY_ROUTE for route in business["routes"]},
        "alerts": set(location["alerts"]),
        "step": set(location["alerts"]["escalation"][0]),
        "mapping": set(by_type["folder"]["mapping"]),
        **{f"source {name}": set(source) for name, source in by_type.items()},
    }


_OF_EVERY_ROUTE = {"name", "locations"}
"""Shown once."""

MODELS: dict[str, type[BaseModel]] = {
    "settings": Settings,
    "telegram": TelegramSettings,
    "log": LogSettings,
    "backup": BackupSettings,
    "watch": WatchSettings,
    "keep_days": KeepSettings,
    "business": BusinessSettings,
    "location": LocationSettings,
    "alarm": AlarmSettings,
    "route email": EmailRoute,
    "route ntfy": NtfyRoute,
    "route apprise": AppriseRoute,
    "alerts": AlertSettings,
    "step": StepSettings,
    "mapping": ColumnMapping,
    **{f"source {name}": model for name, model in registry.SETTINGS.items()},
}


@pytest.mark.parametrize("name", ["reviewbot.example.toml", "reviewbot.minimal.toml"])
def test_an_example_loads_as_it_is(name: str) -> None:
    """A stranger who copies an example gets no complaint about it."""
    found = settings.load(CONFIG / name, registry.SETTINGS)
    assert found.businesses[0].locations[0].sources


@pytest.mark.parametrize("part", MODELS)
def test_the_example_shows_every_key_and_no_other(part: str) -> None:
    """Each settings model's keys and the example's are the same; a source that is not in it shows them on its page."""
    shown = parts(example()).get(part)
    assert (on_its_page(part.removeprefix("source ")) if shown is None else shown) == set(MODELS[part].model_fields)


def test_no_model_is_left_out() -> None:
    """Every model below Settings is among those that are compared."""
    seen: set[type] = set()

    def walk(model: Any) -> None:
        for field in model.model_fields.values():
            for inner in re.findall(r"bot[\w.]*\.(\w+)", repr(field.annotation)):
                named = {m.__name__: m for m in MODELS.values()}.get(inner)
                if inner.endswith(("Settings", "Mapping")) and inner != "SourceSettings":
                    assert named is not None, f"{inner} is not compared with the example"
                    if named not in seen:
                        seen.add(named)
                        walk(named)

    for model in [Settings, *registry.SETTINGS.values()]:
        walk(model)
    assert {ColumnMapping, AlarmSettings, LocationSettings} <= seen


def test_the_minimal_example_is_short() -> None:
    """Ten lines or so are enough."""
    lines = (CONFIG / "reviewbot.minimal.toml").read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if not line.startswith("#")]) <= 11
