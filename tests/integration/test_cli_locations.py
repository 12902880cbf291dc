"""`reviewbot locations`: many places from a table, beside those of the configuration file."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from bot import app, settings
from bot.clock import SystemClock
from bot.model.people import Grant, Role
from bot.sources import registry
from bot.store.db.engine import Connection
from bot.store.people import chats, imported_places, locations, people
from tests.integration.cli_process import reviewbot, write_config

T = TypeVar("T")


def stored(config: Path, work: Callable[[Connection], Awaitable[T]]) -> T:
    """Do something in the database of an installation."""

    async def run() -> T:
        its = settings.load(config, registry.SETTINGS, imported_places.read(settings.database_of(config)))
        async with app.opened(its, SystemClock()) as (store, _), store.write() as connection:
            return await work(connection)

    return asyncio.run(run())


def test_many_places_are_set_up_like_one_of_the_file(tmp_path: Path) -> None:
    """Dry run, import, list, check, settings, export and remove; people and chats come along."""
    config = write_config(tmp_path)
    now = SystemClock().now()

    async def team(connection: Connection) -> None:
        (place,) = await locations.find_by_key(connection, "market")
        grant = Grant(Role.MANAGER, place.business_id, place.location_id)
        await people.join(connection, telegram_id=7, name="Ben", language="de", grant=grant, now=now)
        chat = await chats.put(connection, telegram_chat_id=7, kind="private", title="Ben", language="de", now=now)
        await chats.link(connection, chat.chat_id, business_id=place.business_id, location_id=place.location_id)

    stored(config, team)
    table = tmp_path / "places.csv"
    rows = [f"ort-{number};Ort {number};market;22-8" for number in range(12)]
    table.write_text("\n".join(["id;name;like;quiet_hours", *rows]) + "\n", encoding="utf-8")
    tried = reviewbot("locations", "import", table, "-c", config, "--folders", "exporte", "--dry-run")
    assert tried.code == 0, tried.err
    assert "12 new locations, 0 known already. Nothing was written" in tried.out
    assert not (tmp_path / "exporte").exists()
    done = reviewbot("locations", "import", table, "-c", config, "--folders", "exporte")
    assert done.code == 0, done.err
    assert "12 new locations, 0 brought up to date" in done.out
    assert (tmp_path / "exporte" / "ort-11").is_dir()

    async def seen(connection: Connection) -> int:
        (chat,) = [one for one in await chats.linked(connection) if one.title == "Ben"]
        return len(await chats.linked_locations(connection, chat.chat_id))

    assert stored(config, seen) == 13
    again = reviewbot("locations", "import", table, "-c", config, "--folders", "exporte")
    assert "0 new locations, 12 brought up to date" in again.out
    assert stored(config, seen) == 13
    listed = reviewbot("locations", "list", "-c", config)
    assert listed.out.count("  database") == 12
    assert listed.out.count("  file") == 1
    assert "ort-7" in reviewbot("settings", "-c", config).out
    assert "13 locations" in reviewbot("check", "-c", config).out
    out = tmp_path / "out"
    assert "locations import" in reviewbot("export", out, "--settings", "-c", config).out
    assert len((out / "locations.csv").read_text(encoding="utf-8").splitlines()) == 13
    gone = reviewbot("locations", "remove", "ort-7", "-c", config)
    assert gone.code == 0, gone.err
    assert "ort-7" not in reviewbot("locations", "list", "-c", config).out.split()


def test_bad_rows_are_refused_in_words(tmp_path: Path) -> None:
    """Each with its row; nothing is imported then."""
    config = write_config(tmp_path)
    table = tmp_path / "places.csv"
    table.write_text(
        "id,name,time_zone,like,platform,quiet_hours\n"
        "Ort Eins,Eins,,,,\n"
        "zwei,,,,,\n"
        "drei,Drei,Europe/Atlantis,,,\n"
        "vier,Vier,,nirgends,,\n"
        "market,Noch einer,,,,\n"
        "sechs,Sechs,,,google,\n"
        "sieben,Sieben,,,,nachts\n"
        "acht,Acht,,,,\n"
        "acht,Acht zwei,,,,\n",
        encoding="utf-8",
    )
    done = reviewbot("locations", "import", table, "-c", config)
    assert done.code == 1
    assert done.err.splitlines() == [
        "Row 2: id: write it in small letters (a to z), digits, - and _, without spaces, like cafe-linde; 40 at most",
        "Row 3: name is empty",
        "Row 4: time_zone: 'Europe/Atlantis' is not a time zone; write it like Europe/Berlin",
        "Row 5: like nirgends: there is no such location in the file; there are: market",
        "Row 6: the location market stands in the configuration file; one id is one location",
        "Row 7: a platform needs a folder whose files it is for",
        "Row 8: quiet_hours: 'nachts' are no quiet hours; write them like 22:00-08:00",
        "Row 10: the id acht stands in row 9 already",
        "Nothing was imported. Mend these rows and import the file again.",
    ]
    assert reviewbot("locations", "list", "-c", config).out.count("  database") == 0
    table.write_text("id,name,adress\n", encoding="utf-8")
    assert "columns that are not known: adress." in reviewbot("locations", "import", table, "-c", config).err
    missing = reviewbot("locations", "import", tmp_path / "none.csv", "-c", config)
    assert (missing.code, "No such file" in missing.err) == (1, True)


def test_one_id_in_both_is_refused(tmp_path: Path) -> None:
    """Every command says so and names the way out, which works."""
    config = write_config(tmp_path)
    table = tmp_path / "places.csv"
    table.write_text("id,name\nbahnhof,Bahnhof\n", encoding="utf-8")
    assert reviewbot("locations", "import", table, "-c", config).code == 0
    text = config.read_text(encoding="utf-8")
    config.write_text(text + '\n[[businesses.locations]]\nid = "bahnhof"\nname = "Bahnhof"\n', encoding="utf-8")
    refused = reviewbot("check", "-c", config)
    assert refused.code == 3
    assert "the location bahnhof stands in the file, and it was imported too" in refused.err
    business = settings.tree_of(config)["businesses"][0]["id"]
    assert reviewbot("locations", "remove", f"{business}/bahnhof", "-c", config).code == 0
    assert reviewbot("locations", "list", "-c", config).code == 0
    other = reviewbot("locations", "remove", "bahnhof", "-c", config)
    assert f"bahnhof stands in {config}" in other.err
