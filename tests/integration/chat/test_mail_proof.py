"""Ten thousand mails, and how soon a card follows a mail. Run by `make proof`, on a quiet machine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.house import House
from tests.integration.chat.test_mail import MailHouse
from tests.mail_dovecot import Dovecot, dovecot
from tests.mail_server import NoMailServerError, google, many, settings_of

_REPORT = Path(__file__).parents[3] / "docs" / "proofs" / "mailbox.md"
_MAILS = 10_000
_ROUNDS = 20


@pytest.fixture
async def imap(tmp_path: Path) -> AsyncIterator[Dovecot]:
    """A running Dovecot."""
    root = tmp_path / "dovecot"
    root.mkdir()
    try:
        with dovecot(root) as running:
            yield running
    except NoMailServerError as error:
        pytest.skip(f"no Dovecot: {error}")


async def texts(house: House) -> list[str]:
    """The texts of all stored reviews, in the order in which they were stored."""
    async with house.service.parts.store.read() as connection:
        rows = await connection.exec_driver_sql("SELECT text FROM reviews ORDER BY review_id")
        return [str(row[0]) for row in rows]


@pytest.mark.proof
@pytest.mark.timeout(1800)
async def test_ten_thousand_mails_and_how_soon_a_card_follows(tmp_path: Path, imap: Dovecot) -> None:
    """10,000 mails, a restart in the middle: none twice, none lost, none marked as seen. Cards within 5 s."""
    (tmp_path / "house").mkdir()
    async with MailHouse.open(tmp_path / "house") as house:
        assert isinstance(house, MailHouse)
        owner = await house.owner()
        house.mailbox = settings_of(imap)
        await house.restart(seconds=1)
        imap.deliver(many(_MAILS, at=house.clock.now()), at=house.clock.now())
        house.clock.advance(house.service.pipeline.connected[house.post].settings.every_minutes * 1.05)
        started = time.perf_counter()
        while len(await texts(house)) < _MAILS // 2:
            await house.service.pipeline.poll(house.post)
        await house.restart(seconds=1)
        while len(await texts(house)) < _MAILS:
            await house.service.step()
        took = time.perf_counter() - started
        await house.service.pipeline.poll(house.post)
        assert await texts(house) == [f"Text number {number}." for number in range(_MAILS)]
        assert imap.is_unseen()
        polled = [await _after_a_poll(house, imap, number) for number in range(_ROUNDS)]
        house.mailbox |= {"idle": True}
        await house.restart(seconds=1)
        await asyncio.sleep(2)
        idle = [await _after_idle(house, imap, _ROUNDS + number) for number in range(_ROUNDS)]
        assert house.cards(owner.user_id)
    _REPORT.write_text(
        f"""# Reviews by mail

Made by `make proof` (`tests/integration/chat/test_mail_proof.py`) with Dovecot on loopback, on one machine.

| | |
|---|---|
| {_MAILS:,} mails, the service stopped and started in the middle | {took:.0f} s, {_MAILS / took:.0f} a second |
| of them lost, stored twice, out of order, marked as seen | 0 |
| from the poll that finds a low review to its card, {_ROUNDS} times | {_spread(polled)} |
| with IDLE, from the mail to its card, {_ROUNDS} times | {_spread(idle)} |
""",
        encoding="utf-8",
    )
    assert max(polled) < 5
    assert max(idle) < 5


def _spread(values: list[float]) -> str:
    return f"median {sorted(values)[len(values) // 2]:.2f} s, longest {max(values):.2f} s"


async def _stored(house: House, count: int) -> None:
    while len(await texts(house)) < count:  # noqa: ASYNC110 -- what is waited for happens in a database
        await asyncio.sleep(0.02)


async def _after_a_poll(house: MailHouse, imap: Dovecot, number: int) -> float:
    now = house.clock.now()
    imap.deliver([google(1, f"Low {number}.", number=f"low{number}", at=now)], at=now)
    house.clock.advance(house.service.pipeline.connected[house.post].settings.every_minutes * 1.05)
    started = time.perf_counter()
    await house.service.step()
    assert len(await texts(house)) == _MAILS + number + 1
    return time.perf_counter() - started


async def _after_idle(house: MailHouse, imap: Dovecot, number: int) -> float:
    now = house.clock.now()
    body = google(1, f"Low {number}.", number=f"low{number}", at=now)
    await asyncio.to_thread(imap.deliver, [body], at=now)
    started = time.perf_counter()
    async with asyncio.timeout(30):
        await _stored(house, _MAILS + number + 1)
        await house.service.work.settle(but=("handle",))
    return time.perf_counter() - started
