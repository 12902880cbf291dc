"""Files whose tables have to be asked about, from the folder too; what is remembered, said and taken back."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.db.schema import column_maps, reviews
from tests.house import House

SCORES = "Date,Score,Comment\n" + "".join(f"2026-03-{day:02},{day + 10},Meal {day}\n" for day in range(1, 9))


async def count(house: House, table: sa.Table) -> int:
    """Rows of a table."""
    async with house.service.parts.store.read() as connection:
        return await connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0


async def test_a_file_in_the_folder_is_asked_about_in_the_chat(house: House) -> None:
    """Nothing is stored before the answer; then the file is read, and the next one with these columns too."""
    await house.owner()
    (house.folder / "marktplatz" / "scores.csv").write_text(SCORES, encoding="utf-8")
    await house.step(minutes=2)
    (question,) = house.seen(1001, "Which scale is Score?")
    assert await count(house, reviews) == 0
    await house.press(house.server.world.users[1001], "0–20", chat=1001, on=question)
    for _ in range(3):
        await house.step(minutes=2)
    assert await count(house, reviews) == 8
    assert await count(house, column_maps) == 1
    (house.folder / "marktplatz" / "april.csv").write_text(SCORES.replace("-03-", "-04-"), encoding="utf-8")
    await house.step(minutes=2)
    assert await count(house, reviews) == 16
    assert len(house.seen(1001, "Which scale is Score?")) == 0


async def test_files_are_listed(house: House) -> None:
    """/files names the last files with a button for each."""
    owner = await house.owner()
    (house.folder / "marktplatz" / "scores.csv").write_text(SCORES, encoding="utf-8")
    await house.step(minutes=2)
    answers = await house.say(owner, "/files")
    assert "scores.csv, waits for an answer" in answers[-1].text.replace("\u2060", "")
