"""The second way, against real servers on loopback: e-mail, ntfy and Apprise, when Telegram fails or nobody reacts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot import app
from bot.errors import TokenRevokedError
from bot.store.db.schema import route_messages
from bot.store.db.schema import routes as route_rows
from tests.house import House
from tests.integration.chat.test_moves import plain, state
from tests.route_servers import Inbox, Posts, http, smtp

TOPIC = "linde-alerts-Zk3vQ8xW"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    with smtp() as found:
        yield found


@pytest.fixture
def posts() -> Iterator[tuple[Posts, int]]:
    with http() as found:
        yield found


def mail(port: int, **more: Any) -> dict[str, Any]:
    its = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "bot@linde.example"}
    return {"id": "mail", "type": "email", "name": "E-mail", **its, "to": ["petra@linde.example"], **more}


def ntfy(port: int) -> dict[str, Any]:
    return {
        "id": "push",
        "type": "ntfy",
        "url": f"http://127.0.0.1:{port}",
        "topic": TOPIC,
        "token": "tk_abcdefgh12345",
    }


@pytest.fixture
async def house(tmp_path: Path, inbox: tuple[Inbox, int], posts: tuple[Posts, int]) -> AsyncIterator[House]:
    """The default chain, with e-mail and ntfy."""
    business = {"routes": [mail(inbox[1]), ntfy(posts[1])]}
    async with House.open(tmp_path, location={}, business=business) as opened:
        yield opened


async def rows(house: House) -> list[Any]:
    async with house.service.parts.store.read() as connection:
        return list(await connection.execute(sa.select(route_messages).order_by(route_messages.c.message_id)))


async def test_nobody_acknowledges_to_the_end_of_the_chain(
    house: House, inbox: tuple[Inbox, int], posts: tuple[Posts, int]
) -> None:
    """After 20 minutes the owner, 20 later every route, once; whoever takes it, those routes hear of it."""
    petra = await house.owner()
    await house.low(4)
    await house.step(minutes=21)
    assert plain(house.last(1001).text).endswith(": E-mail, push.")
    assert not inbox[0].mails
    await house.step(minutes=21)
    (letter,) = inbox[0].mails
    assert letter["Subject"].replace("\xa0", " ") == "Marktplatz: #1, 4 low reviews, open for 42 min and nobody has it"
    assert letter["To"] == "petra@linde.example"
    assert letter["Importance"] == "high"
    text = letter.get_content()
    assert "Tripadvisor 4" in text
    assert "Guest number" not in text, "no guest's words leave by mail"
    assert "Please acknowledge it in Telegram." in text
    (post,) = posts[0].bodies
    assert (post["topic"], post["priority"], post["title"]) == (TOPIC, 5, post["title"])
    assert plain(post["title"]) == plain(letter["Subject"])
    assert posts[0].headers[0]["Authorization"] == "Bearer tk_abcdefgh12345"
    assert plain(state(house, 1001)).startswith("Open for 42 min – passed on to E-mail, push at 1")
    await house.step(hours=3)
    assert len(inbox[0].mails) == len(posts[0].bodies) == 1
    await house.press(petra, "Acknowledge")
    await house.step(seconds=1)
    assert plain(inbox[0].mails[1]["Subject"]) == "Petra has #1 Marktplatz"
    assert posts[0].bodies[1]["priority"] == 3


async def test_telegram_fails_for_ten_minutes(house: House, inbox: tuple[Inbox, int]) -> None:
    """The routes say what Telegram did not take and why, once an outage, and nothing before the ten minutes."""
    await house.owner()
    fault = house.server.faults.add(kind="server_error", method="sendMessage", times=None)
    await house.low(4)
    for _ in range(9):
        await house.step(minutes=1)
    assert not inbox[0].mails
    for _ in range(8):
        await house.step(minutes=1)
    (letter,) = inbox[0].mails
    assert letter["Subject"].replace("\xa0", " ") == "Marktplatz: 4 low reviews, not deliverable in Telegram"
    assert "Not delivered since 18:1" in letter.get_content()
    assert "Bad Gateway" in letter.get_content()
    house.server.faults.remove(fault)
    await house.step(minutes=6)
    assert house.cards(1001)
    await house.step(minutes=5)
    assert len(inbox[0].mails) == 1


async def test_place_without_any_chat_is_told_at_once(house: House, inbox: tuple[Inbox, int]) -> None:
    """Nobody is paired: the incident would be seen by nobody."""
    await house.low(4)
    (letter,) = inbox[0].mails
    assert "No chat gets the incidents of this place any more." in letter.get_content()


async def test_revoked_token_is_told_before_the_program_ends(house: House, inbox: tuple[Inbox, int]) -> None:
    """Telegram does not take the bot any more: the program stops, and says so on every route first, once a day."""
    await house.owner()
    house.server.faults.add(kind="unauthorized", method="sendMessage", times=None)
    await house.low(4)
    with pytest.raises(TokenRevokedError):
        await house.service.run()
    await house.stop()
    subjects = [plain(one["Subject"]) for one in inbox[0].mails]
    assert subjects == ["Telegram does not accept the bot any more"] * 2, "one for each business"


async def test_route_that_hangs_holds_no_other_back(
    house: House, inbox: tuple[Inbox, int], posts: tuple[Posts, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have arrived: tried again later with a remark, three times at most; the mail goes out meanwhile."""
    monkeypatch.setattr("bot.routes.sender.TIMEOUT_S", 0.2)
    posts[0].hangs = True
    petra = await house.owner()
    await house.say(petra, "/quiet")
    await house.low(4)
    await house.step(minutes=21)
    await house.step(minutes=21)
    assert len(inbox[0].mails) == 1
    for _ in range(8):
        await house.step(minutes=31)
    assert len(posts[0].bodies) == 3
    assert "Possible repeat" not in posts[0].bodies[0]["message"]
    assert "Possible repeat" in posts[0].bodies[1]["message"]
    (shown,) = await house.say(petra, "/routes")
    assert "push: fails since" in plain(shown.text)
    assert "E-mail: nothing failed" in plain(shown.text)


async def test_refused_mail_is_tried_again_and_arrives_once(house: House, inbox: tuple[Inbox, int]) -> None:
    """A full mailbox now, room later; the same Message-ID, and no remark about a repeat."""
    await house.owner()
    inbox[0].answer = "452 mailbox full"
    await house.low(4)
    await house.step(minutes=21)
    await house.step(minutes=21)
    assert not inbox[0].mails
    inbox[0].answer = "250 OK"
    await house.step(minutes=2)
    (letter,) = inbox[0].mails
    assert "Possible repeat" not in letter.get_content()


async def test_kill_while_sending_is_told_as_a_possible_repeat(house: House, inbox: tuple[Inbox, int]) -> None:
    """The row was claimed when the process ended: nobody knows whether it arrived."""
    await house.owner()
    await house.low(4)
    await house.step(minutes=21)
    inbox[0].answer = "452 not now"
    await house.step(minutes=21)
    async with house.service.parts.store.write() as connection:
        await connection.execute(sa.update(route_messages).values(state="sending"))
    await house.stop()
    inbox[0].answer = "250 OK"
    await house.start()
    await house.step(minutes=5)
    assert "Possible repeat" in inbox[0].mails[0].get_content()


async def test_owner_tries_each_route_in_the_chat(
    house: House, inbox: tuple[Inbox, int], posts: tuple[Posts, int]
) -> None:
    """`/routes` has a button for each; the outcome is told in the chat; a manager may not."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002)
    (shown,) = await house.say(petra, "/routes")
    assert shown.labels() == [["Test: E-mail", "Switch off"], ["Test: push", "Switch off"]]
    await house.press(petra, "Test: E-mail", on=shown)
    await house.step(seconds=10)
    assert plain(inbox[0].mails[0]["Subject"]) == "Test of the second way: E-mail"
    assert plain(house.last(1001).text).startswith("E-mail: the test was taken.")
    posts[0].status = 403
    await house.press(petra, "Test: push", on=shown)
    await house.step(seconds=10)
    assert plain(house.last(1001).text).startswith("⚠️ push: the test was not taken: the server of ntfy answered 403")
    (refused,) = await house.say(ben, "/routes")
    assert refused.text == "Only the owner can do this."
    assert not refused.labels()


async def test_secrets_are_in_no_row_and_no_text(house: House, posts: tuple[Posts, int]) -> None:
    """Topic and token of ntfy: not in the database, not in what the chat shows of a failure."""
    await house.owner()
    posts[0].status = 500
    await house.low(4)
    await house.step(minutes=21)
    await house.step(minutes=21)
    async with house.service.parts.store.read() as connection:
        kept = [*await connection.execute(sa.select(route_messages)), *await connection.execute(sa.select(route_rows))]
    assert kept
    assert TOPIC not in str(kept)
    assert "tk_abcdefgh12345" not in str(kept)


async def test_apprise_tells_only_yes_or_no(tmp_path: Path, posts: tuple[Posts, int]) -> None:
    """Its JSON service gets subject and text; a "no" may have arrived, so it is tried three times and then left."""
    its = {"id": "any", "type": "apprise", "url": f"json://127.0.0.1:{posts[1]}/", "hosts_reached": ["127.0.0.1"]}
    business = {"routes": [its]}
    async with House.open(tmp_path, location={}, business=business) as house:
        assert "127.0.0.1" in app.hosts(house.settings())
        await house.owner()
        await house.low(4)
        await house.step(minutes=21)
        posts[0].status = 500
        for _ in range(6):
            await house.step(minutes=31)
        assert len(posts[0].bodies) == 3
        assert posts[0].bodies[0]["title"].replace("\xa0", " ").startswith("Marktplatz: #1, 4 low reviews, open for")
        (row,) = await rows(house)
        assert (row.state, row.attempts) == ("dropped", 3)


async def test_hosts_of_routes_are_those_that_may_be_reached(house: House) -> None:
    """The owner named the routes, so their hosts are in the egress list."""
    assert "127.0.0.1" in app.hosts(house.settings())
