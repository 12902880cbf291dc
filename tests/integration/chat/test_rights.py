"""Rights, asked at every press and again at the send: what somebody else's, or a former, role can reach."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.botapi.model import Message, User
from bot.messages.buttons import payload
from bot.messages.buttons.payload import Verb
from bot.telegram.inbound import rights
from bot.telegram.inbound.dispatch import Dispatch
from tests.house import House
from tests.integration.chat.test_uploads import send, stored, table


async def forged(house: House, user: User, data: str, *, chat: int, on: Message) -> str:
    """A press with a text that no button under the message has; gives what the person saw."""
    press = house.server.people.forge(user, chat, on.message_id, data)
    await house.step(seconds=7)
    assert press.answer is not None
    return press.answer.text


async def move(house: House, user: User, location: str) -> None:
    """Somebody becomes a manager of another location."""
    await house.revoke(user)
    await house.join(user.first_name, user.user_id, location=location)


async def test_removed_manager_gets_neither_the_card_nor_the_file(house: House) -> None:
    """What waits while Telegram is away is not sent to whom the role was taken from meanwhile."""
    ben = await house.join("Ben", 1002)
    await house.low(3)
    house.server.faults.add(kind="server_error", method="sendMessage", times=10**6)
    house.server.faults.add(kind="server_error", method="sendDocument", times=10**6)
    house.server.faults.add(kind="server_error", method="editMessageText", times=10**6)
    await house.press(ben, "Why?")
    data = payload.build(Verb.SAVE_EVIDENCE, 1)
    house.server.people.forge(ben, 1002, house.card(1002).message_id, data)
    await house.step(seconds=7)
    await house.low(6)
    await house.revoke(ben)
    before = house.texts(1002)
    house.server.faults.clear()
    for _ in range(4):
        await house.step(minutes=6)
    assert house.texts(1002) == before
    assert not list((house.folder / "data" / "outgoing").glob("*.zip"))


async def test_manager_who_was_moved_gets_and_undoes_nothing_of_the_old_place(house: House) -> None:
    """Moved from Marktplatz to Bahnhof: the own import of Marktplatz cannot be undone any more, nor its list be had."""
    anna = await house.join("Anna", 1002, location="marktplatz")
    message = await send(house, anna, table(5))
    await move(house, anna, "bahnhof")
    count = len(await stored(house))
    for verb in (Verb.UNDO, Verb.SKIPPED_ROWS, Verb.CHANGE_READING, Verb.SHOW_FILE):
        said = await forged(house, anna, payload.build(verb, 1), chat=1002, on=message)
        assert said.startswith("You are not on the team list"), verb
    assert len(await stored(house)) == count


async def test_manager_who_was_moved_gets_no_card_of_the_old_place(house: House) -> None:
    """Moved while Telegram is away: what waits of the old place is not sent, what comes of the new one is."""
    anna = await house.join("Anna", 1002, location="marktplatz")
    house.server.faults.add(kind="server_error", method="sendMessage", times=10**6)
    await house.low(3)
    await move(house, anna, "bahnhof")
    house.server.faults.clear()
    for _ in range(4):
        await house.step(minutes=6)
    assert not house.cards(1002), house.texts(1002)
    await house.low(3, source="bahnhof")
    assert len(house.cards(1002)) == 1


async def test_a_role_that_is_taken_during_a_press_counts(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who presses is looked up before the lock; a role taken between the two is taken."""
    await house.owner()
    ben = await house.join("Ben", 1002)
    await house.low(3)
    real = Dispatch.look_up

    async def look_up(self: Dispatch, *given: Any) -> Any:
        found = await real(self, *given)
        await house.revoke(ben)
        return found

    monkeypatch.setattr(Dispatch, "look_up", look_up)
    answer = await house.press(ben, "Acknowledge")
    assert answer is not None
    assert answer.text.startswith("You are not on the team list")
    assert "Open" in house.card(1001).text


async def test_owner_of_another_business_in_the_group_presses_nothing_forged(house: House) -> None:
    """Every verb there is, with every number, from an owner of Anker in the group of Café Linde: nothing is done."""
    petra = await house.owner()
    anna = await house.join("Anna", 1002, location="marktplatz")
    hans = await house.owner("Hans", 1009, business="anker")
    chat = await house.group(petra, anna, hans)
    await send(house, anna, table(5))
    await house.low(9)
    count = len(await stored(house))
    before = house.texts(chat)
    card = house.card(chat)
    every = [payload.build(verb, 1, 1, arg) for verb in Verb for arg in ("", "1", "de")]
    presses = [house.server.people.forge(hans, chat, card.message_id, data) for data in every]
    for _ in range(2):
        await house.step(seconds=7)
    refused = ("You are not on the team list", "Only the owner can do this.")
    assert [press.data for press in presses if press.answer is None or not press.answer.text.startswith(refused)] == []
    assert len(await stored(house)) == count
    assert house.texts(chat) == before


async def test_who_has_lost_every_role_presses_and_says_nothing_that_counts(house: House) -> None:
    """A person that is still known but has no role left: no verb does anything, no command tells anything."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002)
    await house.low(3)
    card = house.card(1002)
    await house.revoke(ben)
    before = house.texts(1001)
    presses = [house.server.people.forge(ben, 1002, card.message_id, payload.build(verb, 1, 1)) for verb in Verb]
    for _ in range(2):
        await house.step(seconds=7)
    answers = [press.answer.text for press in presses if press.answer is not None]
    assert len(answers) == 1
    assert answers[0].startswith("You are not on the team list")
    (said,) = await house.say(ben, "/status")
    assert said.text.startswith("This bot is private"), said.text
    assert not await house.say(ben, "/people")
    assert house.texts(1001) == before
    assert petra.user_id == 1001


@pytest.mark.parametrize("verb", list(Verb))
def test_every_verb_has_a_right(verb: Verb) -> None:
    """A button without a line in the table would be a button for everybody."""
    assert verb in rights.RIGHTS


async def test_owner_removes_somebody_in_the_chat(house: House) -> None:
    """/people: who, since when, the groups that read along; Remove works at once and says where it does not."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002)
    await house.group(petra, ben)
    (refused,) = await house.say(ben, "/people")
    assert refused.text == "Only the owner can do this."
    (team,) = await house.say(petra, "/people")
    assert "1. Petra: owner, Café Linde, since" in team.text
    assert "2. Ben: manager, Café Linde, since" in team.text
    assert "Linde Team" in team.text
    await house.press(petra, "2", on=team)
    shown = house.last(1001)
    await house.press(petra, "Change role", on=shown)
    assert house.last(1001).text == "Ben is owner for Café Linde now."
    await house.press(petra, "Remove", on=shown)
    assert house.last(1001).text.startswith("Ben has no access to Café Linde any more")
    assert "In Linde Team Ben still reads along" in house.last(1001).text
    await house.low(4)
    assert not house.cards(1002)
    before = len(house.said(1001))
    await house.press(petra, "1", on=team)
    assert house.last(1001).labels() == []
    assert len(house.said(1001)) == before + 1


async def test_where_a_removed_person_reads_along_is_asked_of_telegram(house: House) -> None:
    """Telegram says who is a member; where it refuses or gives no answer, that it is not known is said."""
    petra = await house.owner()
    others = [await house.join(name, 1002 + number) for number, name in enumerate(("Ben", "Cem", "Dora"))]
    chat = await house.group(petra, *others)
    members = house.server.world.chats[chat].members
    members[1002] = "left"
    says = {
        "Ben": "Ben is a member of no group that gets its incidents.",
        "Cem": "In Linde Team Cem still reads along. Only an administrator of the group can change that.",
        "Dora": "Whether Dora reads along in Linde Team is not known: Telegram does not say.",
    }
    for name, words in says.items():
        if name == "Dora":
            house.server.faults.add(kind="web_page", method="getChatMember", times=None)
        (team,) = await house.say(petra, "/people")
        number = next(line[0] for line in team.text.splitlines() if f" {name}: " in line)
        await house.press(petra, number, on=team)
        await house.press(petra, "Remove", on=house.last(1001))
        assert words in house.last(1001).text
