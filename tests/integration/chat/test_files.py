"""Messages with a picture or a document: sent like every other, the file kept until Telegram has it."""

from __future__ import annotations

import stat
from datetime import timedelta

from bot.messages.text.message import Attachment, Button, Rendered
from bot.messages.text.serialization import to_json
from bot.store.delivery import outbox
from bot.store.delivery.attachments import OutgoingFiles
from bot.store.delivery.outbox import Outgoing
from tests.contract.botapi_bot import png
from tests.house import House
from tests.integration.chat.test_delivery import put

PICTURE = png(40, 30)
OTHER = png(50, 30)


def keep(house: House, content: bytes, suffix: str = "png") -> str:
    """A file on its way out."""
    return house.service.parts.files.keep(content, suffix=suffix, now=house.clock.now())


def waiting(house: House) -> list[str]:
    """The files that are still there."""
    folder = house.service.parts.files.folder
    return [path.name for path in folder.iterdir()] if folder.exists() else []


def picture(stored: str, caption: str = "<b>Café</b> &amp; more", *, key: str | None = None) -> Outgoing:
    """A message with a picture and a button."""
    attachment = Attachment(kind="photo", stored=stored, name="chart.png")
    shown = Rendered(caption, rows=((Button("Keep", data="bts:1:0:keep"),),), attachment=attachment)
    return Outgoing(kind="ready_made", args=to_json(shown), key=key)


def document(stored: str) -> Outgoing:
    """A message with a document."""
    attachment = Attachment(kind="document", stored=stored, name="Belege 12.zip")
    return Outgoing(kind="ready_made", args=to_json(Rendered("The evidence", attachment=attachment)), is_silent=False)


async def test_picture_with_caption_and_buttons(house: House) -> None:
    """It arrives with its words formatted and its button, in silence, and the file is removed."""
    await house.owner()
    await put(house, 1001, picture(keep(house, PICTURE)))
    await house.step(seconds=1)
    sent = house.last(1001)
    assert sent.file is not None
    assert (sent.file.content, sent.file.sides, sent.text) == (PICTURE, (40, 30), "Café & more")
    assert sent.marked("bold") == ["Café"]
    assert sent.labels() == [["Keep"]]
    assert sent.is_silent
    assert not waiting(house)


async def test_document(house: House) -> None:
    """It arrives whole and under the name that was meant for the reader, with sound when it was to buzz."""
    await house.owner()
    content = bytes(range(256)) * 8000
    await put(house, 1001, document(keep(house, content, "zip")))
    await house.step(seconds=1)
    sent = house.last(1001)
    assert sent.file is not None
    assert (sent.file.name, sent.file.content, sent.text) == ("Belege 12.zip", content, "The evidence")
    assert not sent.is_silent
    assert not waiting(house)


async def test_picture_is_replaced_where_it_stands(house: House) -> None:
    """The next picture under the same key edits the message; new words without a picture leave the picture standing."""
    await house.owner()
    await put(house, 1001, picture(keep(house, PICTURE), key="chart:1"))
    await house.step(seconds=1)
    first = house.last(1001)
    await put(house, 1001, picture(keep(house, OTHER), "Fewer alarms", key="chart:1"))
    await house.step(seconds=2)
    second = house.last(1001)
    assert second.message_id == first.message_id
    assert second.file is not None
    assert (second.file.content, second.text) == (OTHER, "Fewer alarms")
    await put(house, 1001, Outgoing(kind="ready_made", args=to_json(Rendered("<i>Kept</i>")), key="chart:1"))
    await house.step(seconds=2)
    third = house.last(1001)
    assert third.message_id == first.message_id
    assert third.file is not None
    assert (third.file.content, third.text, third.labels()) == (OTHER, "Kept", [])
    assert not waiting(house)


async def test_text_becomes_a_picture(house: House) -> None:
    """Where the message stood as text, because the picture was missing, a later edit brings the picture."""
    await house.owner()
    await put(house, 1001, picture("0" * 32 + ".png", key="chart:1"))
    await house.step(seconds=1)
    first = house.last(1001)
    assert (first.file, first.text, first.labels()) == (None, "Café & more", [["Keep"]])
    await put(house, 1001, picture(keep(house, PICTURE), key="chart:1"))
    await house.step(seconds=2)
    assert house.last(1001).message_id == first.message_id
    assert house.last(1001).file is not None


async def test_refused_picture_goes_as_text(house: House) -> None:
    """What Telegram does not take for a picture, or is too large for it, is left out; the words arrive at once."""
    await house.owner()
    for content in (b"no picture", PICTURE + bytes(11_000_000), b""):
        await put(house, 1001, picture(keep(house, content)))
    for _ in range(3):
        await house.step(seconds=5)
    assert [(one.text, one.file) for one in house.said(1001)[-3:]] == [("Café & more", None)] * 3
    assert not waiting(house)


async def test_refused_markup_and_style_under_a_picture(house: House) -> None:
    """Broken markup in a caption goes out as plain words, with the picture."""
    await house.owner()
    await put(house, 1001, picture(keep(house, PICTURE), "<b>Broken & unfinished"))
    await house.step(seconds=1)
    assert house.last(1001).text == "Broken & unfinished"
    assert house.last(1001).file is not None


async def test_file_waits_for_every_chat(house: House) -> None:
    """One file for two chats, of which one cannot be reached for now, goes when the second has it."""
    await house.owner()
    await house.join("Ben", 1002)
    stored = keep(house, PICTURE)
    house.server.faults.add(kind="server_error", method="sendPhoto", chat_id=1002, times=1)
    for chat in (1001, 1002):
        await put(house, chat, picture(stored))
    await house.step(seconds=1)
    assert house.last(1001).file is not None
    assert waiting(house) == [stored]
    await house.step(seconds=60)
    assert house.last(1002).file is not None
    assert not waiting(house)


async def test_lost_answer_repeats_the_picture_and_says_so(house: House) -> None:
    """Telegram has it but its answer is lost: it comes again with the same file, marked as a possible repeat."""
    await house.owner()
    house.server.faults.add(kind="drop_after", method="sendPhoto", chat_id=1001)
    await put(house, 1001, picture(keep(house, PICTURE)))
    await house.step(seconds=1)
    assert len(waiting(house)) == 1
    await house.step(seconds=30)
    first, second = house.said(1001)[-2:]
    assert first.file is not None
    assert second.file is not None
    assert (first.file.content, second.file.content) == (PICTURE, PICTURE)
    assert second.text.endswith("Possible repeat: restart while sending.")
    assert not waiting(house)


async def test_restart_while_a_file_waits(house: House) -> None:
    """A file outlives the process like the row that names it."""
    await house.owner()
    house.server.faults.add(kind="server_error", times=None, method="sendDocument")
    await put(house, 1001, document(keep(house, b"a,b\n", "csv")))
    await house.step(seconds=1)
    await house.stop()
    house.server.faults.clear()
    house.clock.advance(timedelta(hours=3))
    await house.start()
    await house.step(seconds=1)
    (file,) = [one.file for one in house.said(1001) if one.file is not None]
    assert file.content == b"a,b\n"
    assert not waiting(house)


async def test_what_a_kill_left_is_swept_up(house: House) -> None:
    """A file that no message waits for goes after an hour, half a file too; one that waits stays."""
    await house.owner()
    house.server.faults.add(kind="server_error", times=None, method="sendPhoto")
    lost, wanted = keep(house, PICTURE), keep(house, PICTURE)
    half = house.service.parts.files.folder / f"{lost}.part"
    (house.service.parts.files.folder / lost).rename(half)
    lost = keep(house, OTHER)
    await put(house, 1001, picture(wanted))
    await house.step(minutes=50)
    assert sorted(waiting(house)) == sorted([half.name, lost, wanted])
    await house.step(minutes=20)
    assert waiting(house) == [wanted]


async def test_files_are_private(house: House) -> None:
    """Nobody but the owner of the process can read the folder and what is in it."""
    await house.owner()
    stored = keep(house, PICTURE)
    files: OutgoingFiles = house.service.parts.files
    assert stat.S_IMODE(files.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((files.folder / stored).stat().st_mode) == 0o600
    async with house.service.parts.store.read() as connection:
        assert await outbox.wanted_files(connection) == set()
