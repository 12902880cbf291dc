"""An erased guest is given once more by the same mailbox and the same account, and stays out of both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot import settings
from bot.sources import registry
from tests.contract.google_server import GoogleServer
from tests.house import House
from tests.integration.chat.test_erase import NAME, TEXT, erased, found, numbers, texts
from tests.mail_server import NoMailServerError, google, mail_server, settings_of

FOLDER = "Reviews"
OTHER = "We were served at once and everything was warm"


class ReadHouse(House):
    """A house whose Marktplatz has another source, once it is known."""

    other: dict[str, Any]

    def settings(self) -> settings.Settings:
        """The configuration."""
        whole = super().settings().model_dump()
        whole["telegram"] = {"token": whole["telegram"]["token"].get_secret_value(), "base_url": self.server.base_url}
        if hasattr(self, "other"):
            whole["businesses"][0]["locations"][0]["sources"] += (self.other,)
        return settings.build(whole, source_types=registry.SETTINGS, folder=self.folder, name="house")


async def test_the_mailbox_gives_him_once_more(tmp_path: Path) -> None:
    """The mail folder is made anew with the same mails and other numbers: all are read again, he is not stored."""
    try:
        with mail_server(tmp_path) as server:
            server.make_folder(FOLDER)
            async with ReadHouse.open(tmp_path) as house:
                assert isinstance(house, ReadHouse)
                house.other = settings_of(server, FOLDER)
                at = house.clock.now()
                mails = [google(1, TEXT, name=NAME, number="his", at=at), google(5, OTHER, name="Nele", at=at)]
                server.deliver(FOLDER, mails, at=at)
                await house.restart(seconds=1)
                await house.step(seconds=10)
                assert len(await numbers(house)) == 1
                await erased(house, await numbers(house))
                assert found(house) == []
                server.make_folder(FOLDER)
                server.deliver(FOLDER, [google(4, "A third", name="Ole", number="third", at=at), *mails], at=at)
                await house.step(minutes=20)
                await house.step(minutes=20)
                assert "A third" in await texts(house), "the folder was not read again, so the test proves nothing"
                assert await numbers(house) == []
                assert found(house) == []
    except NoMailServerError as error:
        pytest.skip(f"no IMAP server: {error}")


async def test_google_gives_him_with_every_reading_of_the_whole_list(tmp_path: Path) -> None:
    """The weekly list holds him still, edited too: he is not stored."""
    with GoogleServer() as server:
        async with ReadHouse.open(tmp_path) as house:
            assert isinstance(house, ReadHouse)
            house.other = {"id": "google", **server.settings()}
            his = server.add_review(stars=1, comment=TEXT, author=NAME, at=house.clock.now())
            server.add_review(stars=5, comment=OTHER, author="Nele", at=house.clock.now())
            await house.restart(seconds=1)
            await house.step(seconds=10)
            assert len(await numbers(house)) == 1
            await erased(house, await numbers(house))
            assert found(house) == []
            server.edit_review(his, stars=2, comment=f"{TEXT} Still the same.", at=house.clock.now())
            asked = len(server.seen)
            for _ in range(9):
                await house.step(days=1)
            assert len(server.seen) > asked + 5
            assert await numbers(house) == []
            assert found(house) == []
