"""Locations from a table: they stand in the database, and become a part of the configuration when it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from bot.errors import ConfigError

LIKE: Final = "like"
COLUMNS: Final = (
    "business",
    "id",
    "name",
    "time_zone",
    "kind",
    "languages",
    "folder",
    "platform",
    "quiet_hours",
    LIKE,
)
"""What a row may say. `like` is the id of a location in the configuration file: what is left empty is as there."""
_OWN: Final = ("id", "name", "sources")


@dataclass(frozen=True, slots=True)
class ImportedPlace:
    """One location of the database.

    Attributes:
        business: the key of its business.
        columns: column -> what the row said, without the empty ones and without `business`.
    """

    business: str
    columns: Mapping[str, str]

    @property
    def key(self) -> str:
        """The location's id."""
        return self.columns["id"]


def with_imported(tree: Mapping[str, Any], places: Sequence[ImportedPlace], *, name: str) -> dict[str, Any]:
    """The configuration's tree with these locations in it.

    Args:
        tree: what the file says; it is not changed.
        places: the locations.
        name: of the file, for what is wrong.

    Raises:
        ConfigError: a location stands in both, or its business is not in the file; all are named.
    """
    found = deepcopy(dict(tree))
    if not places:
        return found
    businesses = {one.get("id"): one for one in found.get("businesses", []) if isinstance(one, dict)}
    wrong = []
    for place in places:
        business = businesses.get(place.business)
        if business is None:
            wrong.append(
                f"{name}: the imported location {place.key} belongs to the business {place.business}, which is not in "
                f"the file. Put it back, or take it out: reviewbot locations remove {place.business}/{place.key}"
            )
        elif any(one.get("id") == place.key for one in _of_file(business)):
            wrong.append(
                f"{name}: the location {place.key} stands in the file, and it was imported too. Take one of the two "
                f"out: in the file, or by reviewbot locations remove {place.business}/{place.key}"
            )
    if wrong:
        raise ConfigError(wrong)
    templates = {key: {one.get("id"): one for one in _of_file(business)} for key, business in businesses.items()}
    for place in places:
        its = location_of(place.columns, templates[place.business].get(place.columns.get(LIKE, "")))
        businesses[place.business].setdefault("locations", []).append(its)
    return found


def location_of(columns: Mapping[str, str], template: Mapping[str, Any] | None) -> dict[str, Any]:
    """The location as the configuration would say it; `template` is the one that it is like."""
    its = {key: deepcopy(value) for key, value in (template or {}).items() if key not in _OWN}
    its |= {key: columns[key] for key in ("id", "name", "time_zone", "kind") if key in columns}
    if "languages" in columns:
        its["languages"] = columns["languages"].replace(",", " ").split()
    if "quiet_hours" in columns:
        its["alerts"] = {**its.get("alerts", {}), "quiet_hours": columns["quiet_hours"]}
    if "folder" in columns:
        its["sources"] = [
            {"id": "exports", "type": "folder", "path": columns["folder"], "platform": columns.get("platform", "")}
        ]
    return its


def _of_file(business: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in business.get("locations", []) if isinstance(one, dict)]
