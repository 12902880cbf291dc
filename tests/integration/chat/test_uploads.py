"""Export files that people send to the chat: understood, asked about, imported, undone."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import sqlalchemy as sa

from bot.demo.botapi.model import Message, User
from bot.model.people import Role
from bot.sources.files.sandbox import SMALL
from bot.store.db.schema import file_attempts as file_attempts_table
from bot.store.db.schema import reviews, uploads
from bot.store.ingest import file_attempts
from tests.hostile import UNCOUNTED
from tests.house import GROUP, House


async def send(
    house: House, user: User, content: bytes | str, *, name: str = "export.csv", chat: int | None = None, **how: object
) -> Message:
    """Somebody sends a file; gives the bot's message about it as it stands when all is done."""
    chat_id = user.user_id if chat is None else chat
    before = {one.message_id for one in house.said(chat_id)}
    body = content.encode() if isinstance(content, str) else content
    house.server.people.send_document(user, chat_id, body, name=name, **how)  # type: ignore[arg-type]
    for _ in range(3):
        await house.step(seconds=7)
    return next(one for one in house.said(chat_id) if one.message_id not in before)


def now_of(house: House, message: Message) -> Message:
    """A message as it stands now."""
    return next(one for one in house.said(message.chat_id) if one.message_id == message.message_id)


def plain(message: Message) -> str:
    """The text without what keeps Telegram from making links of it."""
    return message.text.replace("\u2060", "").replace("\xa0", " ")


async def press(house: House, user: User, button: str, on: Message) -> Message:
    """Press a button under the message about a file; gives the message afterwards."""
    await house.press(user, button, chat=on.chat_id, on=now_of(house, on))
    for _ in range(2):
        await house.step(seconds=7)
    return now_of(house, on)


async def stored(house: House) -> list[tuple[str, float | None, str]]:
    """Platform, rating and text of every stored review, oldest first."""
    async with house.service.parts.store.read() as connection:
        rows = await connection.execute(
            sa.select(reviews.c.platform, reviews.c.rating_value, reviews.c.text).order_by(reviews.c.published_at)
        )
        return [(row.platform, row.rating_value, row.text) for row in rows]


def table(count: int, *, day: str = "2026-03-{:02}", head: str = "date,rating,text,author") -> str:
    """A table of reviews on successive days."""
    rows = [
        f'{day.format(number)},{number % 5 + 1},"Meal number {number}",Guest {number}' for number in range(1, count + 1)
    ]
    return "\n".join([head, *rows]) + "\n"


async def anna(house: House, **kind: object) -> User:
    """The manager of Marktplatz alone."""
    return await house.join("Anna", 1002, location="marktplatz", **kind)  # type: ignore[arg-type]


async def test_recognised_file_is_imported_at_once(house: House) -> None:
    """Counts, period and kind are said; nothing buzzes and no old review raises an alarm."""
    user = await anna(house)
    message = await send(house, user, table(12))
    assert message.text.splitlines() == [
        "✅ 12 reviews imported for Marktplatz",
        "Recognised by its column names, 1 Mar 2026 – 12 Mar 2026",
        "Rating from rating, scale 1–5; date from date; words from text.",
        "12 reviews, 5 low, 0 without stars.",
        "New 12 · changed 0 · already known 0 · skipped 0",
        "Old reviews never raise an alarm.",
    ]
    assert message.labels() == [["Undo", "Change"]]
    assert message.is_silent
    assert len(await stored(house)) == 12
    assert not house.cards(user.user_id)


async def test_same_file_again_brings_nothing(house: House) -> None:
    """A file that is known already says so, and has nothing to undo."""
    user = await anna(house)
    await send(house, user, table(12))
    again = await send(house, user, table(12))
    assert again.text == "Nothing new: all 12 reviews are known already."
    assert not again.labels()


async def test_undo_removes_and_sets_back(house: House) -> None:
    """What the file added goes, what it changed says again what it said before; then the file can be sent again."""
    user = await anna(house)
    head = "id,date,rating,text"
    await send(house, user, f"{head}\na,2026-03-01,5,Lovely\nb,2026-03-02,4,Good\n")
    before = await stored(house)
    second = f"{head}\na,2026-03-01,1,Changed my mind\nb,2026-03-02,4,Good\nc,2026-03-03,2,Cold soup\n"
    message = await send(house, user, second)
    assert "New 1 · changed 1 · already known 1" in message.text
    after = await press(house, user, "Undo", message)
    assert after.text == "Import undone: 1 review removed, 1 set back."
    assert await stored(house) == before
    third = await send(house, user, second)
    assert "New 1 · changed 1 · already known 1" in third.text


async def test_undo_takes_reviews_out_of_their_incident(house: House) -> None:
    """An incident whose every review came with the file is closed."""
    user = await anna(house)
    await send(house, user, table(3))
    await house.step(minutes=20)
    lows = house.rows(4)
    text = "date,rating,text,author\n" + "".join(
        f'{row.at:%Y-%m-%dT%H:%M:%SZ},1,"{row.text}",{row.author}\n' for row in lows
    )
    message = await send(house, user, text)
    await house.step(seconds=10)
    assert "4 low reviews" in house.card(user.user_id).text
    await press(house, user, "Undo", message)
    await house.step(minutes=2)
    assert house.card(user.user_id).text.startswith("⚪")


async def test_first_file_is_history(house: House) -> None:
    """The first file raises no alarm, however new its reviews are; from the second on they count like a folder's."""
    user = await anna(house)
    lows = house.rows(4)
    first = "date,rating,text,author\n" + "".join(
        f'{row.at:%Y-%m-%dT%H:%M:%SZ},1,"{row.text}",{row.author}\n' for row in lows
    )
    await send(house, user, first)
    await house.step(minutes=1)
    assert not house.cards(user.user_id)


async def test_several_locations_are_asked_about(house: House) -> None:
    """An owner of two locations says which one the file is for, before anything is imported."""
    owner = await house.owner()
    message = await send(house, owner, table(5), name="booking.csv")
    assert message.text == "Which location is this file for?\nbooking.csv, 5 reviews. Nothing is imported yet."
    assert message.labels() == [["Marktplatz", "Bahnhof"], ["Cancel"]]
    assert not await stored(house)
    after = await press(house, owner, "Bahnhof", message)
    assert after.text.startswith("✅ 5 reviews imported for Bahnhof")


async def test_cancelled(house: House) -> None:
    """Cancel imports nothing and keeps nothing of the file."""
    owner = await house.owner()
    message = await send(house, owner, table(5))
    after = await press(house, owner, "Cancel", message)
    assert after.text == "export.csv was not imported."
    assert not after.labels()
    assert not await stored(house)
    async with house.service.parts.store.read() as connection:
        assert await connection.scalar(sa.select(uploads.c.body)) is None


STRANGE = "Wann;Ergebnis;Was;Tisch\n" + "".join(
    f"{day}.03.2026;{day % 10 + 1};Der Gang Nummer {day} kam spät;{day}\n" for day in range(1, 25)
)


async def test_unknown_columns_are_guessed_and_confirmed(house: House) -> None:
    """What the columns seem to be is shown and confirmed once; the next file like it is read without asking."""
    user = await anna(house)
    message = await send(house, user, STRANGE)
    assert plain(message).splitlines() == [
        "Is this right? export.csv, 24 rows",
        "Rating: Ergebnis",
        "Date: Wann",
        "Text: Was",
        "First row: rating 2, 1.03.2026, “Der Gang Nummer 1 kam spät”",
    ]
    assert message.labels() == [["Looks right"], ["Change rating", "Change date", "Change text"], ["Cancel"]]
    after = await press(house, user, "Looks right", message)
    assert "Read with the columns you confirmed, 1 Mar 2026 – 24 Mar 2026" in after.text
    assert len(await stored(house)) == 24
    other = STRANGE.replace("Gang", "Teller")
    assert (await send(house, user, other, name="april.csv")).text.startswith("✅ 24 reviews imported")


async def test_a_column_is_changed(house: House) -> None:
    """The list of columns opens under the same message; the choice is shown with its own scale."""
    user = await anna(house)
    message = await send(house, user, STRANGE)
    picker = await press(house, user, "Change rating", message)
    assert picker.labels() == [["Wann", "Ergebnis"], ["Was", "Tisch"], ["No stars"], ["Back"]]
    back = await press(house, user, "Back", message)
    assert back.labels()[0] == ["Looks right"]
    await press(house, user, "Change rating", message)
    changed = await press(house, user, "Tisch", message)
    assert "Rating: Tisch" in changed.text
    asked = await press(house, user, "Looks right", message)
    assert plain(asked).startswith("Which scale is Tisch?")
    await press(house, user, "0–100", message)
    assert {rating for _, rating, _ in await stored(house)} == {float(number) for number in range(1, 25)}


async def test_ambiguous_dates_are_asked_about(house: House) -> None:
    """Both readings are offered as days in words."""
    user = await anna(house, language="de")
    message = await send(house, user, "date,rating,text\n03/04/2026,1,Cold\n05/06/2026,5,Warm\n")
    assert plain(message).startswith("03/04/2026: Welcher Tag ist gemeint?")
    assert message.labels() == [["3. April", "4. März"], ["Abbrechen"]]
    after = await press(house, user, "4. März", message)
    assert "2 Bewertungen für Marktplatz importiert" in after.text
    assert "4.3.2026 – 6.5.2026" in after.text


async def test_skipped_rows_come_as_a_list(house: House) -> None:
    """Three reasons are shown; the whole list is a file, on request."""
    user = await anna(house)
    bad = "".join(f"no date {number},5,Fine\n" for number in range(5))
    message = await send(house, user, f"date,rating,text\n2026-03-01,5,Lovely\n{bad}")
    assert message.text.startswith("✅ 1 of 6 rows imported for Marktplatz, 5 skipped")
    assert message.labels() == [["Skipped rows", "Undo", "Change"]]
    await house.press(user, "Skipped rows", chat=user.user_id, on=message)
    for _ in range(2):
        await house.step(seconds=7)
    sent = house.last(user.user_id)
    assert sent.file is not None
    lines = sent.file.content.decode().splitlines()
    assert len(lines) == 5
    assert lines[0].startswith("3\t")


async def test_unreadable_file(house: House) -> None:
    """A file without reviews is answered with what the bot reads."""
    user = await anna(house)
    message = await send(house, user, b"%PDF-1.7 ...", name="scan.pdf")
    assert message.text.startswith("⚠️ No reviews found in scan.pdf")
    assert "Nothing was imported." in message.text


async def test_too_large_for_telegram(house: House) -> None:
    """A file that bots cannot fetch is told where to go instead."""
    user = await anna(house)
    message = await send(house, user, b"PK", name="takeout.zip", size=34_000_000)
    assert message.text.replace("\xa0", " ") == (
        "⚠️ File too large for Telegram (34 MB): takeout.zip\n"
        "Bots can fetch 20 MB. Please put it into the import folder on the server."
    )


async def test_takeout_zip(house: House) -> None:
    """A Takeout archive is read like in the folder."""
    user = await anna(house)
    tree = {
        "reviews": [
            {
                "reviewer": {"displayName": "A"},
                "starRating": "FIVE",
                "comment": "Nice",
                "createTime": "2026-03-01T10:00:00Z",
                "name": "accounts/1/locations/2/reviews/3",
            }
        ]
    }
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("Takeout/Google Business Profile/account-1/location-2/reviews.json", json.dumps(tree))
    message = await send(house, user, archive.getvalue(), name="takeout.zip")
    assert "Recognised as Google Takeout" in message.text
    assert [platform for platform, _, _ in await stored(house)] == ["google"]


async def test_strangers_and_groups(house: House) -> None:
    """A stranger is told that the bot is private; in a group only an answer to the bot is taken for an import."""
    owner = await house.owner()
    chat = await house.group(owner)
    stranger = house.server.world.add_user(4711, "Eve")
    house.server.people.start(stranger, "")
    await house.step(minutes=61)  # within the hour nothing more is said
    message = await send(house, stranger, table(5))
    assert message.text.startswith("This bot is private.")
    said = len(house.said(chat))
    house.server.people.send_document(owner, chat, table(5).encode(), name="menu.csv")
    await house.step(seconds=7)
    assert len(house.said(chat)) == said
    answer = await send(house, owner, table(5), chat=chat, reply_to=house.last(chat).message_id)
    assert answer.text.startswith("✅ 5 reviews imported for Marktplatz")
    assert not [one for one in house.said(GROUP) if "private" in one.text]


async def test_only_the_sender_and_owners_answer(house: House) -> None:
    """Another manager may not press; the owner may."""
    owner = await house.owner()
    sender = await house.join("Anna", 1002)
    other = await house.join("Ben", 1003)
    chat = await house.group(owner, sender, other)
    reply = house.last(chat).message_id
    bahnhof = await send(house, sender, STRANGE, chat=chat, reply_to=reply)
    answer = await house.press(other, "Looks right", chat=chat, on=bahnhof)
    assert answer is not None
    assert answer.text == "Only the owner can do this."
    after = await press(house, owner, "Looks right", bahnhof)
    assert after.text.startswith("✅ 24 reviews imported")


async def test_telegram_away_and_restart(house: House) -> None:
    """A file that cannot be fetched at once is fetched later, also by the next process."""
    user = await anna(house)
    house.server.faults.add(kind="server_error", method="getFile", times=4)
    message = await send(house, user, table(5))
    assert message.text == "Reading export.csv"
    await house.restart(seconds=20)
    for _ in range(3):
        await house.step(seconds=20)
    assert now_of(house, message).text.startswith("✅ 5 reviews imported")


async def test_lost_file(house: House) -> None:
    """A file that Telegram never hands over is asked for again, in words."""
    user = await anna(house)
    house.server.faults.add(kind="server_error", method="getFile", times=50)
    message = await send(house, user, table(5))
    for _ in range(10):
        await house.step(seconds=timedelta(minutes=2).total_seconds())
    assert (
        now_of(house, message).text
        == "⚠️ The file could not be fetched from Telegram: export.csv\nPlease send it again."
    )


async def test_roles(house: House) -> None:
    """A manager whose role was taken away imports nothing more."""
    user = await house.join("Anna", 1002, role=Role.MANAGER, location="marktplatz")
    await house.revoke(user)
    message = await send(house, user, table(5))
    assert message.text.startswith("This bot is private.")
    assert not await stored(house)


async def test_a_file_that_ends_its_reader_is_put_aside(house: House) -> None:
    """Sent to the chat, it is tried twice and refused by name; neither a restart nor sending it again opens it."""
    user = await anna(house)
    message = await send(house, user, UNCOUNTED, name="big.xlsx")
    assert "big.xlsx" in plain(message)
    assert "reading this file has failed twice" in plain(message)
    attempts = await attempts_of(house)
    assert attempts == [2]
    before = len(house.said(user.user_id))
    await house.restart()
    await house.step(seconds=7)
    assert len(house.said(user.user_id)) == before
    again = await send(house, user, UNCOUNTED, name="other.xlsx")
    assert "reading this file has failed twice" in plain(again)
    assert await attempts_of(house) == attempts
    good = await send(house, user, table(12))
    assert good.text.startswith("✅ 12 reviews imported")


async def test_a_hostile_file_in_the_folder_is_named_and_put_aside(house: House) -> None:
    """Found in the watched folder it is said once; the service lives, and a restart does not open it again."""
    user = await anna(house)
    (house.folder / "marktplatz" / "big.xlsx").write_bytes(UNCOUNTED)
    for _ in range(3):
        await house.step(minutes=16)
    said = [one for one in house.said(user.user_id) if "big.xlsx" in plain(one)]
    assert len(said) == 1
    assert "reading this file has failed twice" in plain(said[0])
    assert await attempts_of(house) == [2]
    await house.restart()
    await house.step(minutes=16)
    assert len([one for one in house.said(user.user_id) if "big.xlsx" in plain(one)]) == 1
    assert await attempts_of(house) == [2]


async def test_attempts_that_ended_the_whole_service_count(house: House) -> None:
    """Counted before the file is opened: after two that never came to an end it is not opened at all."""
    user = await anna(house)
    body = table(12).encode() + b"\n" * SMALL
    async with house.service.parts.store.write() as connection:
        for _ in range(2):
            assert await file_attempts.begin(connection, sha256(body).hexdigest(), now=house.clock.now())
    message = await send(house, user, body)
    assert "reading this file has failed twice" in plain(message)


async def attempts_of(house: House) -> list[int]:
    """How often each file was tried that has not come to an end."""
    async with house.service.parts.store.read() as connection:
        rows = await connection.execute(sa.select(file_attempts_table.c.attempts))
        return [row.attempts for row in rows]
