"""The main job with a real process: ten bad reviews in two sources, one card, one manager, one stranger."""

from __future__ import annotations

from bot.model.people import Role
from tests.contract.google_server import GoogleServer
from tests.e2e.house import House, Line, button, data_of

GROUP = -1001


def test_ten_low_reviews_over_two_polls_make_one_card_that_grows_and_is_acknowledged(house: House) -> None:
    """Ten 1-2 star reviews from a CSV folder and Google, over two polls: one card a chat, edited, each counted once."""
    with GoogleServer() as google:
        source = {"id": "maps", **google.settings(every_minutes=1)}
        house.configure([{"id": "mitte", "name": "Mitte", "sources": [house.folder("exports"), source]}])
        house.start(is_forked=False)
        owner, manager = house.person(501, "Anna"), house.person(502, "Ben")
        house.join(owner, Role.OWNER)
        house.join(manager, Role.MANAGER)
        house.connect_group(owner, [manager])
        google.add_review(stars=5, comment="Lovely.", at=house.ago(3000))
        house.export("exports", "old.csv", [Line("old", 5, house.ago(4000))])
        house.step(90)

        house.export("exports", "one.csv", [Line(f"a{n}", 1 + n % 2, house.ago(0.5), f"Cold {n}") for n in range(3)])
        for number in range(2):
            google.add_review(stars=1 + number, comment=f"Slow {number}", at=house.ago(0.4))
        house.step(90)
        first = {chat: house.cards(chat) for chat in (owner.user_id, manager.user_id, GROUP)}
        assert {chat: len(cards) for chat, cards in first.items()} == dict.fromkeys(first, 1)
        assert all("5 low reviews" in cards[0].text for cards in first.values())
        assert not first[GROUP][0].is_silent

        house.export("exports", "two.csv", [Line(f"b{n}", 1, house.ago(0.5), f"Rude {n}") for n in range(2)])
        for number in range(3):
            google.add_review(stars=2, comment=f"Loud {number}", at=house.ago(0.4))
        house.step(90)
        house.step(60)
        for chat, cards in first.items():
            assert [card.message_id for card in house.cards(chat)] == [cards[0].message_id]
            assert "10 low reviews" in house.cards(chat)[0].text
        assert house.value("SELECT count(*) FROM incidents") == 1
        assert house.value("SELECT count(*), count(DISTINCT review_id) FROM incident_reviews") == 10
        assert house.value("SELECT count(*) FROM reviews WHERE is_low") == 10

        _stranger_changes_nothing(house)
        shown = house.cards(GROUP)[0]
        used = house.running.processor_seconds()
        press = house.press(manager, shown, "ack")
        house.wait_for_card(GROUP, "cknowledged by Ben")
        took = house.running.processor_seconds() - used
        assert took < 1.0, f"the press took {took:.2f} s of the processor"
        assert house.answer(press) == "You have #1. Escalation is stopped."
        for chat in (owner.user_id, manager.user_id):
            house.wait_for_card(chat, "cknowledged by Ben")
        assert house.running.stop() == 0


def _stranger_changes_nothing(house: House) -> None:
    stranger = house.person(666, "Mallory")
    house.telegram.call(lambda t: t.world.chat(GROUP).members.update({stranger.user_id: "member"}))
    before = house.cards(GROUP)[0]
    moves = house.value("SELECT count(*) FROM incident_moves")
    verbs = sorted({data.partition(":")[0] for data in data_of(before)})
    first, *others = [house.press(stranger, before, verb) for verb in verbs]
    assert house.answer(first).startswith("You are not on the team list, so nothing was changed.")
    assert first.answer is not None
    assert first.answer.is_alert
    house.telegram.wait_for(lambda server: server.world.updates.pending == 0)
    # A stranger is answered once an hour, so that nobody can keep the bot busy.
    assert others
    assert all(press.answer is None for press in others)
    assert button(before, "ack")
    house.step(1)
    assert house.now_says(before).versions == before.versions
    assert house.value("SELECT count(*) FROM incident_moves") == moves
