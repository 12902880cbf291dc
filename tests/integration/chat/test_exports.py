"""Files whose tables have to be asked about, from the folder too; what is remembered, said and taken back."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.store.db.schema import column_maps, reviews
from tests.contract.sheets import xlsx
from tests.house import House
from tests.integration.chat.test_uploads import anna, plain, press, send, stored, table

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


async def test_change_takes_an_import_back_and_asks(house: House) -> None:
    """*Change* under an import: its reviews are taken back, the columns are asked, and the answer holds."""
    user = await anna(house)
    message = await send(house, user, "Day,Stars,Comment,Note\n2026-03-01,1,Cold,warm\n2026-03-02,5,Good,fine\n")
    assert len(await stored(house)) == 2
    asked = await press(house, user, "Change", message)
    assert await stored(house) == []
    await press(house, user, "Change text", asked)
    await press(house, user, "Note", asked)
    done = await press(house, user, "Looks right", asked)
    assert "2 reviews imported" in plain(done)
    assert [text for _, _, text in await stored(house)] == ["warm", "fine"]


async def test_dates_that_a_spreadsheet_may_have_swapped_are_asked_about(house: House) -> None:
    """Real dates with small days beside a text with a large one: the other reading puts day and month right."""
    user = await anna(house)
    days = [datetime(2026, 4, 3), datetime(2026, 5, 3)]  # noqa: DTZ001 -- a spreadsheet's dates have no zone
    rows = [("Datum", "Sterne", "Text"), (days[0], 1, "Kalt"), (days[1], 4, "Nett"), ("14/03/2026", 5, "Gut")]
    message = await send(house, user, xlsx(rows), name="export.xlsx")
    assert [label for row in message.labels() for label in row] == ["3 April", "4 March", "Cancel"]
    done = await press(house, user, "4 March", message)
    assert "4 Mar 2026 – 14 Mar 2026" in plain(done)


async def test_the_same_reviews_by_folder_and_chat_are_one(house: House) -> None:
    """What lay in the folder brings nothing new when it is sent, under another name too."""
    user = await anna(house)
    (house.folder / "marktplatz" / "march.csv").write_text(table(6), encoding="utf-8")
    for _ in range(2):
        await house.step(minutes=2)
    assert len(await stored(house)) == 6
    message = await send(house, user, table(6), name="other.csv")
    assert plain(message).startswith("Nothing new: all 6 reviews are known already.")
    assert len(await stored(house)) == 6
