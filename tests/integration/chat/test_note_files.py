"""Photos and voice notes as answers to the card: fetched, kept as they came, hashed, packed, forgotten."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from hashlib import sha256
from pathlib import Path

from bot.demo.botapi.model import User
from bot.model.note_file import LARGEST
from bot.stages.ops import erase
from bot.store.reviews import review_views
from tests.contract.botapi_bot import PNG
from tests.house import House

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4
OGG = b"OggS\x00\x02" + b"voice" * 100


def kept(house: House) -> list[Path]:
    """What lies in the folder."""
    folder = house.settings().data_dir / "notes"
    return sorted(folder.iterdir()) if folder.is_dir() else []


async def after(house: House) -> None:
    """Long enough for a file to be fetched and told of."""
    await house.step(seconds=3)
    await house.step(seconds=3)


async def pack_of(house: House, user: User) -> dict[str, bytes]:
    """The evidence file of the incident."""
    await house.press(user, "Why?")
    pressed = house.server.people.press(user, user.user_id, house.last(user.user_id).message_id, "Save evidence")
    await house.step(seconds=12)
    assert pressed.answer is not None
    sent = house.last(user.user_id).file
    assert sent is not None
    with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


async def test_photo_and_voice_note_are_kept_as_they_came(house: House) -> None:
    """In a group and alone; private on the disk, on the card, packed with their hashes; a caption is a note."""
    petra = await house.owner()
    chat = await house.group(petra)
    await house.low(4)
    card = house.card(chat)
    house.server.people.send_photo(petra, chat, JPEG, caption="the demand", reply_to=card.message_id)
    house.server.people.send_voice(petra, 1001, OGG, reply_to=house.card(1001).message_id)
    house.server.people.send_document(
        petra, 1001, PNG, name="shot.png", mime_type="image/png", reply_to=house.card(1001).message_id
    )
    await after(house)
    assert any(
        "The picture is kept with #1" in text and sha256(JPEG).hexdigest()[:12] in text for text in house.texts(chat)
    )
    assert any("The voice note is kept with #1" in text for text in house.texts(1001))
    assert "3 pictures or voice notes kept" in house.card(chat).text
    assert "Note: the demand – Petra" in house.card(chat).text
    assert {path.read_bytes() for path in kept(house)} == {JPEG, OGG, PNG}
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept(house)} == {0o600}
    await house.restart()
    files = await pack_of(house, petra)
    notes = json.loads(files["reviews.json"])["notes"]
    assert [one["sha256"] for one in notes] == [sha256(one).hexdigest() for one in (JPEG, OGG, PNG)]
    assert [files[one["file"]] for one in notes] == [JPEG, OGG, PNG]
    assert f"{sha256(JPEG).hexdigest()}  notes/1.jpg" in files["SHA256SUMS"].decode()
    assert "the demand" in files["index.html"].decode()


async def test_what_is_no_picture_too_large_or_from_a_stranger_is_not_kept(house: House) -> None:
    """The bytes decide, not the name; nothing is stored of what is refused."""
    petra = await house.owner()
    chat = await house.group(petra)
    await house.low(4)
    mine, theirs = house.card(1001).message_id, house.card(chat).message_id
    house.server.people.send_photo(petra, 1001, b"MZ\x90 a program", reply_to=mine)
    house.server.people.send_photo(petra, 1001, JPEG, size=LARGEST + 1, reply_to=mine)
    house.server.people.send_photo(petra, 1001, JPEG)
    eve = house.server.world.add_user(666, "Eve")
    house.server.world.chat(chat).members[666] = "member"
    house.server.people.send_photo(eve, chat, JPEG, reply_to=theirs)
    await after(house)
    assert sum("it is no picture and no sound" in text for text in house.texts(1001)) == 1
    assert sum("a bot can fetch 20" in text for text in house.texts(1001)) == 1
    assert kept(house) == []
    assert "kept" not in house.card(chat).text


async def test_a_download_that_fails_is_tried_again(house: House) -> None:
    """A restart between forgets nothing."""
    petra = await house.owner()
    await house.low(4)
    house.server.faults.add(kind="server_error", method="download", times=2)
    house.server.people.send_photo(petra, 1001, JPEG, reply_to=house.card(1001).message_id)
    await house.step(seconds=1)
    await house.restart()
    for _ in range(5):
        await house.step(seconds=20)
    assert [path.read_bytes() for path in kept(house)] == [JPEG]


async def test_an_erased_guests_incident_keeps_no_photos(house: House) -> None:
    """Nobody can tell whom a photo shows, so that it goes with the guest."""
    petra = await house.owner()
    await house.low(4)
    house.server.people.send_photo(petra, 1001, JPEG, caption="Mr Miller", reply_to=house.card(1001).message_id)
    await after(house)
    assert len(kept(house)) == 1
    parts = house.service.parts
    async with parts.store.read() as connection:
        (first, *_) = await review_views.members(connection, 1)
    await erase.begin(parts.store, [first.review_id], by="Petra", now=house.clock.now())
    await house.step(minutes=2)
    await house.step(minutes=2)
    assert kept(house) == []
    assert "kept" not in house.card(1001).text
