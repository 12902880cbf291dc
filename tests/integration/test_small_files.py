"""Many small files that come into a folder together."""

from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import SteppedClock
from bot.detect.types import FLOOR
from bot.messages.render.uploads import render
from bot.messages.text.formatting import Words
from bot.pipeline import ConfiguredSource, Pipeline
from bot.sources.contract.source import SourceContext
from bot.sources.files.folder import Folder
from bot.sources.tables.mapping import FolderSettings
from bot.stages.ingest import upload_actions
from bot.store.db.engine import Store
from bot.store.ingest import uploads
from tests import fresh
from tests.store_cases import DAY, HOUR, NOW, Shop, make_shop, rows_of

FILES = 60


class Bench:
    """A place whose folder has been read when it was empty, and a day later gets files."""

    def __init__(self, store: Store, shop: Shop, folder: Path) -> None:
        self.store, self.shop, self.folder = store, shop, folder
        self.clock = SteppedClock(NOW)
        settings = FolderSettings(id="export", type="folder", path=folder)
        source = Folder(settings, SourceContext(zone=ZoneInfo("Europe/Berlin")))
        connected = {shop.export_id: ConfiguredSource(source=source, settings=settings, rule=FLOOR)}
        self.pipeline = Pipeline(store, self.clock, connected, chance=lambda: 0.5)

    def put(self, number: int, *, stars: int = 5, date: str = "", number_column: str = "") -> None:
        """One file of one row, written before the poll."""
        at = date or f"{(NOW + DAY).date()} 12:{number % 60:02d}"
        head = ("Nr;" if number_column else "") + "Datum;Sterne;Gast;Text"
        row = (f"{number_column};" if number_column else "") + f"{at};{stars};Guest {number};The soup of day {number}"
        path = self.folder / f"{number:04d}.csv"
        path.write_text(f"{head}\n{row}\n", encoding="utf-8")
        written = (NOW - 2 * DAY).timestamp() + number
        os.utime(path, (written, written))

    async def poll(self) -> None:
        self.clock.advance(HOUR)
        await self.pipeline.poll(self.shop.export_id)


async def make_bench(path: Path) -> Bench:
    """A bench."""
    store = await fresh.opened(path / "a.sqlite3")
    (path / "in").mkdir()
    bench = Bench(store, await make_shop(store), path / "in")
    await bench.poll()
    return bench


async def test_many_files_are_stored_together_and_told_once(tmp_path: Path) -> None:
    """Sixty files of one row are one import: one note, one message that counts them, taken back as one."""
    bench = await make_bench(tmp_path)
    for number in range(FILES):
        bench.put(number)
    await bench.poll()
    assert len(await rows_of(bench.store, "reviews")) == FILES
    assert not [row for row in await rows_of(bench.store, "raw_items") if row["parsed_at"] is None]
    assert [row["kind"] for row in await rows_of(bench.store, "outbox") if row["kind"] == "upload"] == ["upload"]
    async with bench.store.write() as connection:
        (note,) = await uploads.latest(connection, [bench.shop.location_id], limit=10)
        shown = await render(connection, note, Words(language="en", zone=ZoneInfo("Europe/Berlin")))
        assert "60 files, the first is <code>0000.csv</code>." in shown.html
        assert "60 reviews, 0 low, 0 without stars." in shown.html
        assert [button.label for row in shown.rows for button in row] == ["Undo"]
        assert not await upload_actions.ask_again(connection, note, now=bench.clock.now())
        assert await upload_actions.take_back(connection, note, now=bench.clock.now())
    assert not await rows_of(bench.store, "reviews")
    await bench.store.close()


async def test_a_file_with_a_problem_stays_by_itself(tmp_path: Path) -> None:
    """A row that is skipped in one of many is told with its file; the others are one import, each with its moment."""
    bench = await make_bench(tmp_path)
    for number in range(FILES):
        bench.put(number, date="2026-03-32" if number == 30 else "")
    await bench.poll()
    assert len(await rows_of(bench.store, "reviews")) == FILES - 1
    async with bench.store.read() as connection:
        found = await uploads.latest(connection, [bench.shop.location_id], limit=10)
    assert [(one.name, one.facts.get("files", 1)) for one in reversed(found)] == [
        ("0000.csv", 30),
        ("0030.csv", 1),
        ("0031.csv", 29),
    ]
    assert len({one.imported_at for one in found}) == len(found)
    await bench.store.close()


async def test_one_review_in_two_of_many_files_is_an_edit(tmp_path: Path) -> None:
    """The later file has the last word, as if each had come by itself."""
    bench = await make_bench(tmp_path)
    for number in range(FILES):
        bench.put(number)
    later = (bench.folder / "0007.csv").read_text(encoding="utf-8").replace(";5;", ";1;")
    last = bench.folder / "zz.csv"
    last.write_text(later, encoding="utf-8")
    os.utime(last, (NOW.timestamp() - 3600, NOW.timestamp() - 3600))
    await bench.poll()
    stored = await rows_of(bench.store, "reviews")
    assert len(stored) == FILES
    assert [row["rating_value"] for row in stored if row["author"] == "Guest 7"] == [1.0]
    await bench.store.close()


async def test_row_numbers_of_many_files_are_no_ids(tmp_path: Path) -> None:
    """Every file counts its one row as 1; they are as many reviews as files."""
    bench = await make_bench(tmp_path)
    for number in range(FILES):
        bench.put(number, number_column="1")
    await bench.poll()
    assert len(await rows_of(bench.store, "reviews")) == FILES
    await bench.store.close()
