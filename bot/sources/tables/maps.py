"""Which column of a table is what: the known exports as data, and how a header is recognised."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

PLAIN: Final = "plain"
_HEADER_READ: Final = 400
_DRAWN: Final = re.compile(r"[*★⭐☆✩\ufe0f]+")
"""A heading of nothing but stars."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """A known kind of export.

    Attributes:
        name: what a person calls it.
        columns: field -> folded headers, best first. Fields: id, id_in_url, rating, recommended, reply_at, edited,
            date, positive, negative, reply, title, text, author, url, platform, language, location. `positive` and
            `negative` make the text of a review without `text`.
        details: name -> folded headers.
        needs: fields without which a file is not of this kind.
        platform: where all its reviews were written; empty where a column says so or nobody knows.
        time_zone: the zone of its times; empty for the location's own.
        rating_range: worst and best; None where the file's own numbers settle it.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    details: Mapping[str, tuple[str, ...]]
    needs: tuple[str, ...]
    platform: str = ""
    time_zone: str = ""
    rating_range: tuple[float, float] | None = None


def header(cell: Any) -> str:
    """A header reduced to its words: "Review ID", "reviewId" and "REVIEW_ID" are the same."""
    return _words(str(cell)[:_HEADER_READ]) if cell is not None else ""


@lru_cache(maxsize=2_048)
def _words(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)[:200]
    text = re.sub(r"(?<=[a-zäöüß0-9])(?=[A-ZÄÖÜ])", " ", text)
    words = re.sub(r"[\W_]+", " ", text.casefold()).strip()
    return "stars" if not words and _DRAWN.fullmatch(text.strip()) else words


@cache
def known_maps() -> Mapping[str, ColumnMap]:
    """The maps that come with the project, by the name of their file."""
    folder = files("bot") / "data" / "maps"
    found = {
        entry.name.removesuffix(".toml"): _map(tomllib.loads(entry.read_text(encoding="utf-8")))
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }
    return MappingProxyType(dict(sorted(found.items(), key=lambda pair: (pair[0] == PLAIN, pair[0]))))


def _map(tree: dict[str, Any]) -> ColumnMap:
    worst_best = tree.get("rating_range")
    return ColumnMap(
        name=tree["name"],
        columns={field: tuple(map(header, names)) for field, names in tree["columns"].items()},
        details={name: tuple(map(header, names)) for name, names in tree.get("details", {}).items()},
        needs=tuple(tree["needs"]),
        platform=tree.get("platform", ""),
        time_zone=tree.get("time_zone", ""),
        rating_range=(float(worst_best[0]), float(worst_best[1])) if worst_best else None,
    )
