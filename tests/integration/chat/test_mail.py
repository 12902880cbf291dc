"""From a mail to the card in the chat: the running service, a real IMAP server, a stepped clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import settings
from bot.sources import registry
from tests.house import START, House
from tests.mail_server import MailServer, NoMailServerError, google, mail, mail_server, many, settings_of

FOLDER = "Reviews"
SOON_S = 20.0
"""Generous; the proof measures what it takes on a quiet machine."""
FORGED = "mx.test; dkim=fail header.i=@google.com; dmarc=fail header.from=google.com"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """The IMAP server."""
    try:
        with mail_server(tmp_path_factory.mktemp("imap")) as running:
            yield running
    except NoMailServerError as error:
        pytest.skip(f"no IMAP server: {error}")


class MailHouse(House):
    """A house whose Marktplatz reads a mailbox too."""

    mailbox: dict[str, Any]

    @property
    def post(self) -> int:
        """The mailbox's source."""
        return max(self.service.pipeline.connected)

    def settings(self) -> settings.Settings:
        """The configuration with the mailbox, once it is known."""
        whole = super().settings().model_dump()
        whole["telegram"] = {"token": whole["telegram"]["token"].get_secret_value(), "base_url": self.server.base_url}
        if hasattr(self, "mailbox"):
            whole["businesses"][0]["locations"][0]["sources"] += (self.mailbox,)
        return settings.build(whole, source_types=registry.SETTINGS, folder=self.folder, name="house")


@pytest.fixture
async def house(tmp_path: Path, server: MailServer) -> AsyncIterator[MailHouse]:
    """A running house with an empty mail folder that has been looked at once."""
    server.make_folder(FOLDER)
    async with MailHouse.open(tmp_path) as opened:
        assert isinstance(opened, MailHouse)
        opened.mailbox = settings_of(server, FOLDER)
        await opened.restart(seconds=1)
        yield opened


async def test_mails_open_an_incident_within_one_poll(house: MailHouse, server: MailServer) -> None:
    """Low reviews by mail are a card after one interval; the card marks what is an excerpt."""
    owner = await house.owner()
    await house.step(seconds=1)
    long = "We waited for seventy minutes, then the soup was cold and the waiter laughed about it when we..."
    now = house.clock.now()
    server.deliver(
        FOLDER, [google(1, text, number=n, at=now) for n, text in enumerate(("Cold.", long, "Never again."))], at=now
    )
    house.clock.advance(house.service.pipeline.connected[house.post].settings.every_minutes * 1.05)
    started = time.process_time()
    await house.service.step()
    took = time.process_time() - started
    assert "3 low reviews" in house.card(owner.user_id).text
    assert "(excerpt)" in house.card(owner.user_id).text
    assert took < SOON_S, took


async def test_with_idle_the_card_comes_at_once(house: MailHouse, server: MailServer) -> None:
    """With IDLE nobody has to wait for the next poll, and the service stops without waiting."""
    owner = await house.owner()
    house.mailbox |= {"idle": True}
    await house.restart(seconds=1)
    now = house.clock.now()
    mails = [google(1, f"Cold {n}.", number=f"i{n}", at=now) for n in range(3)]
    await asyncio.to_thread(server.deliver, FOLDER, mails, at=now)
    # The clock stands still, so no poll is due.
    await house.server.wait_for(lambda: house.cards(owner.user_id) or None)
    started = time.perf_counter()
    await house.stop()
    assert time.perf_counter() - started < SOON_S


async def test_mails_that_do_not_count_are_told_once_a_rule_and_day(house: MailHouse, server: MailServer) -> None:
    """Several unread mails are one message, edited; an unproved sender another; a forged one reaches no chat at all."""
    owner = await house.owner()
    now = house.clock.now()
    unread = [
        mail(subject=f"Gast {n} hat eine Rezension geschrieben", text="?", number=f"u{n}", at=now) for n in range(3)
    ]
    forged = [google(1, f"FORGED {n}", number=f"f{n}", at=now, proof=FORGED) for n in range(5)]
    server.deliver(FOLDER, [*unread, *forged, google(1, "UNPROVED", number="x", at=now, proof=None)], at=now)
    await house.step(minutes=3)
    await house.step(minutes=16)
    (told,) = house.seen(owner.user_id, "could not be read")
    assert told.text.startswith("⚠️ 3 mails from Google could not be read today (Marktplatz)")
    assert len(house.seen(owner.user_id, "not proved to be genuine")) == 1
    assert house.cards(owner.user_id) == []
    assert "FORGED" not in "".join(house.texts(owner.user_id))
    assert "UNPROVED" not in "".join(house.texts(owner.user_id))
    more = [mail(subject="Noch eine Rezension", text="?", number="u9", at=house.clock.now())]
    server.deliver(FOLDER, more, at=house.clock.now())
    await house.step(hours=24)
    await house.step(seconds=10)
    assert len(house.seen(owner.user_id, "could not be read")) == 2


async def test_what_was_in_the_mailbox_before_is_history(tmp_path: Path, server: MailServer) -> None:
    """The first look never alarms, and does not tell of old mails that cannot be read."""
    server.make_folder(FOLDER)
    old = [google(1, f"Old {n}.", number=n) for n in range(4)]
    server.deliver(FOLDER, [*old, mail(subject="Alte Rezension", text="?", number="o")], at=START)
    async with MailHouse.open(tmp_path) as house:
        assert isinstance(house, MailHouse)
        owner = await house.owner()
        house.mailbox = settings_of(server, FOLDER)
        await house.restart(seconds=1)
        await house.step(seconds=10)
        assert house.cards(owner.user_id) == []
        assert house.seen(owner.user_id, "could not be read") == []
        assert len(house.seen(owner.user_id, "4 reviews imported")) == 1


async def test_a_refused_sign_in_is_told_with_what_to_do(house: MailHouse) -> None:
    """The chat hears that the mailbox is blind, and why."""
    owner = await house.owner()
    house.mailbox |= {"password": "changed by the owner"}
    await house.restart(seconds=1)
    await house.step(minutes=3)
    (told,) = house.seen(owner.user_id, "cannot be read")
    assert "refuses the sign-in" in told.text
    assert "app password" in told.text


@pytest.mark.proof
async def test_a_bomb_of_mails_is_worked_off_in_order(house: MailHouse, server: MailServer) -> None:
    """More than one poll takes is worked off at once, with a restart in the middle: none twice, none lost."""
    owner = await house.owner()
    now = house.clock.now()
    server.deliver(FOLDER, many(510, rating=1, at=now), at=now)
    house.clock.advance(house.service.pipeline.connected[house.post].settings.every_minutes * 1.05)
    await house.service.pipeline.poll(house.post)
    await house.restart(seconds=1)
    await house.step(seconds=1)
    await house.step(seconds=1)
    async with house.service.parts.store.read() as connection:
        rows = (await connection.exec_driver_sql("SELECT text FROM reviews ORDER BY review_id")).all()
    assert [row[0] for row in rows] == [f"Text number {n}." for n in range(510)]
    assert len(house.cards(owner.user_id)) == 1
