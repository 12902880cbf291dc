"""Which column of a table is what: the known exports as data, and how a header is recognised."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

FIELDS: Final = (
    *("id", "id_in_url", "rating", "recommended", "reply_at", "edited", "date", "positive", "negative", "reply"),
    *("title", "text", "author", "url", "platform", "language", "location"),
)
"""What a column can be. Two columns `positive` and `negative` make the text of a review without `text`."""

PLAIN: Final = "plain"


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """A known kind of export.

    Attributes:
        name: what a person calls it.
        columns: field -> folded headers, best first.
        details: name -> folded headers.
        needs: fields without which a file is not of this kind.
        needs_one_of: at least one of these fields too, unless empty.
        platform: where all its reviews were written; empty where a column says so or nobody knows.
        time_zone: the zone of its times; empty for the location's own.
        rating_range: worst and best; None where the file's own numbers settle it.
    """

    name: str
    columns: Mapping[str, tuple[str, ...]]
    details: Mapping[str, tuple[str, ...]]
    needs: tuple[str, ...]
    needs_one_of: tuple[str, ...] = ()
    platform: str = ""
    time_zone: str = ""
    rating_range: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A map laid over a file's header.

    Attributes:
        map: the map.
        columns: field -> column numbers, best first.
        details: name -> column number.
    """

    map: ColumnMap
    columns: Mapping[str, tuple[int, ...]]
    details: Mapping[str, int]


def header(cell: Any) -> str:
    """A header reduced to its words: "Review ID", "reviewId" and "REVIEW_ID" are the same."""
    text = unicodedata.normalize("NFKC", str(cell) if cell is not None else "")[:200]
    text = re.sub(r"(?<=[a-zäöüß0-9])(?=[A-ZÄÖÜ])", " ", text)
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


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


def recognise(cells: Sequence[Any]) -> Match | None:
    """Find the map that fits a header best; the plain one only where no special one fits."""
    headers = [header(cell) for cell in cells]
    matches = [match for known in known_maps().values() if (match := lay(known, headers)) is not None and fits(match)]
    special = [match for match in matches if match.map is not known_maps()[PLAIN]]
    return max(special or matches, key=lambda match: len(match.columns), default=None)


def lay(known: ColumnMap, headers: Sequence[str]) -> Match:
    """Lay a map over folded headers, whether it fits or not; of two equal headers the first counts."""
    places: dict[str, int] = {}
    for index, name in enumerate(headers):
        if name:
            places.setdefault(name, index)
    taken: set[int] = set()
    columns: dict[str, tuple[int, ...]] = {}
    for field in FIELDS:
        found = [places[name] for name in known.columns.get(field, ()) if name in places]
        free = tuple(index for index in found if index not in taken or field == "url")
        if free:
            columns[field] = free if known.name != _plain_name() else free[:1]
            taken.update(columns[field])
    details = {
        name: next(places[wanted] for wanted in wants if wanted in places)
        for name, wants in known.details.items()
        if any(wanted in places for wanted in wants)
    }
    return Match(known, columns, details)


def kind_of(match: Match) -> str:
    """The name of the known map's file, or "mapping" for the owner's own."""
    return next((kind for kind, known in known_maps().items() if known is match.map), "mapping")


def fits(match: Match) -> bool:
    """Whether everything the map needs was found."""
    known = match.map
    one_of = not known.needs_one_of or any(field in match.columns for field in known.needs_one_of)
    return one_of and all(field in match.columns for field in known.needs)


def _plain_name() -> str:
    return "review table"


def _map(tree: dict[str, Any]) -> ColumnMap:
    worst_best = tree.get("rating_range")
    return ColumnMap(
        name=tree["name"],
        columns={field: tuple(map(header, names)) for field, names in tree["columns"].items()},
        details={name: tuple(map(header, names)) for name, names in tree.get("details", {}).items()},
        needs=tuple(tree["needs"]),
        needs_one_of=tuple(tree.get("needs_one_of", ())),
        platform=tree.get("platform", ""),
        time_zone=tree.get("time_zone", ""),
        rating_range=(float(worst_best[0]), float(worst_best[1])) if worst_best else None,
    )
