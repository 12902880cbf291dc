"""A guest's name reaches no group: not by a card, a list, a question, a skipped row, a subject, a picture, a file."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from bot.demo.botapi.model import User
from tests.house import GROUP, House
from tests.integration.chat.test_erase import put, table
from tests.integration.chat.test_erase_again import ReadHouse
from tests.mail_server import NoMailServerError, google, mail, mail_server, settings_of

NAME = "Zacharias Quellenbrunn"
MARKS = ("zacharias", "quellenbrunn")
TEXT = f"We waited seventy minutes and the mussels poisoned me. Never again! {NAME}"


def named(house: House, chat: int = GROUP) -> list[str]:
    """The messages of a chat that name the guest, their buttons and files included."""
    found = []
    for one in house.said(chat):
        shown = f"{one.text} {one.labels()}".encode() + (unpacked(one.file.content) if one.file else b"")
        if any(mark in shown.decode("utf-8", "replace").casefold() for mark in MARKS):
            found.append(f"{one.text} {one.labels()}")
    return found


def unpacked(content: bytes) -> bytes:
    """A file with what is packed in it."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist() if not name.startswith("reviews."))


async def in_the_group(house: House, owner: User) -> None:
    """Everything that can be asked for in a group."""
    for command in ("/reviews", "/themes", "/incidents", "/status", "/files", "/menu", "/people", "/why 1"):
        await house.say(owner, command, chat=GROUP)
        await house.step(minutes=1)
    await house.press(owner, "Why?", chat=GROUP)
    await house.step(minutes=2)
    for button in ("Reviews (7)", "Acknowledge"):
        await house.press(owner, button, chat=GROUP)
    await house.say(owner, "/resolve 1 kitchen sorted out", chat=GROUP)
    await house.say(owner, "/reopen 1", chat=GROUP)


async def test_whatever_is_said_in_a_group_names_no_guest(house: House) -> None:
    """He signs his review, stands in the wrong column, and in the column that a question asks about."""
    owner = await house.owner()
    await house.group(owner)
    at = house.clock.now()
    stamp = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    others = [f"o{n},{stamp},1,,Guest {n} waited {n} minutes for cold soup,Guest {n}" for n in range(6)]
    put(house, "one.csv", *others, f'zq,{stamp},1,{NAME} is angry,"{TEXT}",{NAME}')
    await house.step(minutes=2)
    put(house, "broken.csv", f"zq2,{NAME},1,,Cold,Ole", f"zq3,{stamp},{NAME},,Cold,Ole", f"ok,{stamp},4,,Fine,Ole")
    put(house, "bad.csv", f"zq4,{NAME},1,,Cold,Ole")
    await house.step(minutes=3)
    await house.step(minutes=3)
    await in_the_group(house, owner)
    unclear = "Wer,Wie,Wann\n" + "".join(f"{NAME},{n % 3},0{n}/0{n}/2026\n" for n in range(1, 7))
    sent = table(*[f"x{n},{NAME},1,,Cold,Ole" for n in range(9)], f"y,{stamp},4,,Fine,Ole")
    for name, content in (("unclear.csv", unclear), ("sent.csv", sent)):
        house.server.people.send_document(owner, GROUP, content.encode(), name=name)
        for _ in range(3):
            await house.step(seconds=10)
    for listed in [one for one in house.said(GROUP) if "Show all" in str(one.labels()).replace("\xa0", " ")][-1:]:
        await house.press(owner, "Show all", chat=GROUP, on=listed)
        await house.step(seconds=10)
    assert house.seen(GROUP, "seventy minutes"), "his words did not reach the group, so the test proves nothing"
    assert house.seen(GROUP, "is not a date"), "no reason reached the group, so the test proves nothing"
    assert named(house) == []


async def test_a_mails_subject_names_nobody_in_a_group(tmp_path: Path) -> None:
    """The owner's own chat shows it, the group does not."""
    try:
        with mail_server(tmp_path) as server:
            server.make_folder("Reviews")
            async with ReadHouse.open(tmp_path) as house:
                assert isinstance(house, ReadHouse)
                house.other = settings_of(server, "Reviews")
                await house.restart(seconds=1)
                owner = await house.owner()
                await house.group(owner)
                at = house.clock.now()
                unread = mail(subject=f"{NAME} hat eine Rezension geschrieben", text="?", number="u", at=at)
                server.deliver("Reviews", [unread, google(1, TEXT, name=NAME, number="g", at=at)], at=at)
                for _ in range(3):
                    await house.step(minutes=16)
                assert house.seen(GROUP, "could not be read")
                assert named(house) == []
                assert named(house, owner.user_id), "the owner does not see the subject, so the test proves nothing"
    except NoMailServerError as error:
        pytest.skip(f"no IMAP server: {error}")
