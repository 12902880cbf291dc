"""The reviews of an incident that is over are asked for one by one at Google: a removal shows within three days."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.contract.google_server import Fault, GoogleServer
from tests.house import House
from tests.integration.chat.test_erase_again import ReadHouse


async def days(house: House, count: int) -> None:
    """Days pass."""
    for _ in range(count):
        await house.step(days=1)
        await house.step(minutes=2)
        await house.step(minutes=2)


async def test_a_removed_and_an_answered_review_show_within_three_days(tmp_path: Path) -> None:
    """Neither a day without Google nor a restart takes anything from it; each review is asked for once a day."""
    with GoogleServer() as google:
        async with ReadHouse.open(tmp_path) as house:
            assert isinstance(house, ReadHouse)
            petra = await house.owner()
            house.other = {"id": "g", "name": "Google", **google.settings()}
            for number in range(20):
                google.add_review(stars=5, comment="Lovely", at=house.clock.now() - timedelta(days=60 - number))
            await house.restart(seconds=1)
            await house.step(seconds=10)
            house.clock.advance(timedelta(hours=2))
            names = [
                google.add_review(
                    stars=1,
                    comment=f"We waited {50 + number} minutes.",
                    at=house.clock.now() - timedelta(minutes=number),
                )
                for number in range(4)
            ]
            await house.step(minutes=20)
            await house.step(seconds=20)
            await house.say(petra, "/resolve 1 waiting")
            google.remove_review(names[0])
            google.reply(names[1], "We are sorry about the wait.", at=house.clock.now())
            await days(house, 1)
            assert "4 reviews: 1 answered" in house.card(1001).text
            assert "gone" not in house.card(1001).text
            await house.restart()
            google.fail(Fault.SERVER_ERROR, on=names[0], times=3)
            await days(house, 3)
            assert "4 reviews: 1 answered, 1 gone" in house.card(1001).text
            asked = len(google.requests(names[2]))
            assert 3 <= asked <= 5
            google.restore_review(names[0])
            await days(house, 1)
            assert "gone" not in house.card(1001).text
