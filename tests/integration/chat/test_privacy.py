"""/privacy: an owner finds and erases a guest in the chat; nobody else does, and no group sees it."""

from __future__ import annotations

from tests.house import GROUP, House
from tests.integration.chat.test_erase import NAME, TEXT, found, in_telegram, put


async def test_an_owner_finds_and_erases_a_guest_in_the_chat(house: House) -> None:
    """Asked once more before; in no byte afterwards, what was found and typed in the chat included; with a receipt."""
    petra = await house.owner()
    at = f"{house.clock.now():%Y-%m-%dT%H:%M:%SZ}"
    put(house, "one.csv", f'a,{at},1,,"{TEXT}",{NAME}', f"b,{at},4,,I came with {NAME} and liked it,Nele")
    await house.step(minutes=2)
    (shown,) = await house.say(petra, f"/privacy {NAME}")
    assert "2 reviews have" in shown.text
    assert "mentions it" in shown.text
    await house.press(petra, "Erase 1", on=shown)
    shown = house.last(1001)
    assert "for good?" in shown.text
    await house.press(petra, "Back", on=shown)
    assert "/privacy Anna Berger" in house.last(1001).text
    (shown,) = await house.say(petra, f"/privacy {NAME}")
    await house.press(petra, "Erase 1", on=shown)
    await house.press(petra, "Erase for good", on=house.last(1001))
    for _ in range(3):
        await house.step(minutes=1)
    left = [one for one in found(house) if "quellenbrunn" not in one]
    assert left == [], "the words are his alone"
    assert [one for one in in_telegram(house) if "zirkumflor" in one or "krabblwux" in one] == []
    (shown,) = await house.say(petra, "/privacy")
    assert "Receipt 1" in shown.text
    assert "still going on" not in shown.text
    assert "1 review ·" in shown.text
    hans = await house.owner("Hans", 1009, business="anker")
    (other,) = await house.say(hans, "/privacy")
    assert "Receipt" not in other.text, "what another business erased"


async def test_a_manager_and_a_group_see_nothing(house: House) -> None:
    """Neither the list nor the press; a forged press in a group erases nothing."""
    petra = await house.owner()
    anna = await house.join("Anna", 1002)
    await house.group(petra, anna)
    put(house, "one.csv", f'a,{house.clock.now():%Y-%m-%dT%H:%M:%SZ},5,,"{TEXT}",{NAME}')
    await house.step(minutes=2)
    for who, chat in ((anna, 1002), (petra, GROUP), (anna, GROUP)):
        said = await house.say(who, f"/privacy {NAME}", chat=chat)
        assert said
        assert not [one for one in said if "quellenbrunn" in one.text.casefold()]
    test = (await house.say(anna, "/status"))[-1]
    for payload in ("era:1:0", "ers:1:0"):
        house.server.people.forge(anna, 1002, test.message_id, payload)
        house.server.people.forge(petra, GROUP, house.last(GROUP).message_id, payload)
        await house.step(seconds=10)
    assert found(house), "it is all there"
    assert not house.seen(1002, "for good?")
    assert not house.seen(GROUP, "for good?")
