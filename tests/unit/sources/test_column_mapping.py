"""The settings of a mapping."""

from __future__ import annotations

from pathlib import Path

from bot import settings
from bot.sources import registry
from bot.sources.files.folder import FolderSettings


def test_a_mapping_without_further_columns_loads(tmp_path: Path) -> None:
    """A mapping may name just the columns there are; nothing else is kept then."""
    source = {
        "id": "form",
        "type": "folder",
        "path": "exports",
        "mapping": {"rating": "Note", "date": "Datum", "rating_range": [1, 10]},
    }
    location = {"id": "markt", "name": "Marktplatz", "sources": [source]}
    tree = {
        "telegram": {"token": "123456789:secret"},
        "businesses": [{"id": "cafe", "name": "Café", "locations": [location]}],
    }
    loaded = settings.build(tree, source_types=registry.SETTINGS, folder=tmp_path, name="test")
    (found,) = loaded.businesses[0].locations[0].sources
    assert isinstance(found, FolderSettings)
    assert found.mapping is not None
    assert found.mapping.columns == {"rating": "Note", "date": "Datum"}
    assert found.mapping.details == {}
