"""The dead man's ping: called while all is well, and not when sources stand still or messages do not go out."""

from __future__ import annotations

from pathlib import Path

from tests.house import House
from tests.route_servers import http


async def test_the_watch_is_called_while_all_is_well(tmp_path: Path) -> None:
    """Every five minutes; not before anybody is paired, nor while Telegram takes nothing; again when it does."""
    with http() as (posts, port):
        more = {"watch": {"ping_url": f"http://127.0.0.1:{port}/ping/a-secret-uuid"}}
        async with House.open(tmp_path, more=more) as house:
            await house.step(minutes=6)
            assert posts.paths == [], "no chat gets the alerts"
            await house.owner()
            await house.owner("Kai", 1005, business="anker")
            await house.step(minutes=1)
            assert posts.paths == ["/ping/a-secret-uuid"]
            await house.step(minutes=2)
            assert len(posts.paths) == 1
            await house.step(minutes=3)
            assert len(posts.paths) == 2
            fault = house.server.faults.add(kind="server_error", method="sendMessage", times=None)
            await house.low(4)
            called = len(posts.paths)
            for _ in range(6):
                await house.step(minutes=6)
            assert len(posts.paths) <= called + 2, "messages wait for more than ten minutes"
            called = len(posts.paths)
            await house.step(minutes=6)
            assert len(posts.paths) == called
            house.server.faults.remove(fault)
            await house.step(minutes=6)
            await house.step(minutes=6)
            assert len(posts.paths) > called


async def test_a_watch_that_refuses_is_called_again(tmp_path: Path) -> None:
    """A call that was not taken does not count; the program goes on."""
    with http() as (posts, port):
        more = {"watch": {"ping_url": f"http://127.0.0.1:{port}/ping/x"}}
        async with House.open(tmp_path, more=more) as house:
            await house.owner()
            await house.owner("Kai", 1005, business="anker")
            posts.status = 503
            await house.step(minutes=6)
            called = len(posts.paths)
            await house.step(minutes=1)
            assert len(posts.paths) == called + 1
