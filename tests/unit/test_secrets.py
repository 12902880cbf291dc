"""Which parts of the configuration the log leaves out."""

from __future__ import annotations

from pathlib import Path

from bot import part, settings
from bot.sources import registry


def test_every_secret_of_the_tree_is_found_down_to_the_sources(tmp_path: Path) -> None:
    """The bot token, and a source's client secret and refresh token."""
    (tmp_path / "secret").write_text("from-a-file")
    source = {
        "id": "google",
        "type": "google",
        "account": "accounts/1",
        "location": "locations/2",
        "client_id": "public-id",
        "client_secret_file": "secret",
        "refresh_token": "refresh-me",
    }
    tree = {
        "telegram": {"token": "123:bot-token"},
        "businesses": [
            {"id": "b", "name": "B", "locations": [{"id": "l", "name": "L", "sources": [source]}]},
        ],
    }
    found = settings.build(tree, source_types=registry.SETTINGS, folder=tmp_path, name="test.toml")
    assert set(part.secrets_in(found)) == {"123:bot-token", "from-a-file", "refresh-me"}
