"""Which business or location a command means; a wrong key is a mistake of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bot.settings import BusinessSettings, LocationSettings, Settings
from bot.sources.files.folder import FolderSettings
from bot.store.people import locations

if TYPE_CHECKING:
    from bot.store.db.engine import Connection
    from bot.store.people.locations import Place


def business(settings: Settings, key: str | None) -> BusinessSettings:
    """The business with this id; without one the only one.

    Raises:
        BadParameter: there is no such business, or several and none is named.
    """
    found = [one for one in settings.businesses if key in (None, one.id)]
    if len(found) == 1:
        return found[0]
    there = ", ".join(one.id for one in settings.businesses)
    what = f"there is no business {key!r}" if key is not None else "there are several businesses, so name one"
    raise typer.BadParameter(f"{what}; there are: {there}", param_hint="--business")


def location(settings: Settings, key: str | None) -> tuple[BusinessSettings, LocationSettings]:
    """The location with this id, or `business/location` where several businesses use the same; without one the only.

    Raises:
        BadParameter: there is no such location, or more than one.
    """
    every = [(its, one) for its in settings.businesses for one in its.locations]
    found = [(its, one) for its, one in every if key in (None, one.id, f"{its.id}/{one.id}")]
    if len(found) == 1:
        return found[0]
    what = f"there is no location {key!r}" if not found else f"several businesses have a location {key!r}"
    if key is None:
        what = "there are several locations, so name one" if every else "there is no location"
    there = ", ".join(f"{its.id}/{one.id}" for its, one in every)
    raise typer.BadParameter(f"{what}; there are: {there}", param_hint="--location")


def folder(one: LocationSettings, key: str) -> FolderSettings:
    """The location's folder source with this id.

    Raises:
        BadParameter: there is none.
    """
    folders = [its for its in one.sources if isinstance(its, FolderSettings)]
    found = [its for its in folders if its.id == key]
    if not found:
        there = ", ".join(its.id for its in folders) or "none"
        raise typer.BadParameter(
            f"{one.name} has no folder source {key!r}; there are: {there}. Without --source the file is read as it is.",
            param_hint="--source",
        )
    return found[0]


async def stored(connection: Connection, its: BusinessSettings, one: LocationSettings) -> Place:
    """The location's row, after the database was brought in line with the configuration."""

    (place,) = await locations.find_by_key(connection, f"{its.id}/{one.id}")
    return place
