"""Every button of an incident and its command twin, through the running service."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.house import House


def plain(text: str) -> str:
    """Without the invisible characters that disarm what people wrote."""
    return text.replace("⁨", "").replace("⁩", "").replace("\u2060", "").replace("\xa0", " ")


def state(house: House, chat_id: int) -> str:
    """The card's state line."""
    return house.card(chat_id).text.split("\n")[1]


async def test_buttons_carry_an_incident_through_its_life(house: House) -> None:
    """Acknowledge, give back, snooze, end snooze, assign, resolve, reopen: each is answered and shown on the card."""
    petra = await house.owner()
    await house.join("Ben", 1002)
    await house.low(4)
    story = (
        ("Acknowledge", "You have #1.", "Acknowledged by Petra at 18:"),
        ("Give back", "#1 is open again.", "Open again – given back by Petra at 18:"),
        ("Snooze", "", "Open again – given back by Petra at 18:"),
        ("1 h", "#1 is snoozed until 19:", "Snoozed by Petra until 19:"),
        ("End snooze", "#1 is no longer snoozed.", "Open – nobody has it yet"),
        ("Assign", "", "Open – nobody has it yet"),
        ("Ben", "#1 is assigned to Ben.", "Assigned to Ben by Petra at 18:"),
        ("Resolve", "", "Assigned to Ben by Petra at 18:"),
        ("Waiting", "#1 is resolved (waiting).", "Resolved by Petra at 18:"),
        ("Reopen", "#1 is open again.", "Open again since 18:"),
    )
    for button, said, shown in story:
        answer = await house.press(petra, button)
        assert answer is not None
        assert answer.text.startswith(said), button
        assert bool(answer.text) == bool(said), button
        assert state(house, 1001).startswith(shown), button
    assert len(house.cards(1001)) == 1
    assert len(house.cards(1002)) == 1
    assert state(house, 1002) == state(house, 1001)


async def test_every_move_has_a_command_with_a_number(house: House) -> None:
    """Each button's command twin takes the incident's number, words in either language, and answers like the button."""
    petra = await house.owner()
    await house.join("Ben", 1002)
    await house.low(4)
    story = (
        ("/ack 1", "You have #1.", "Acknowledged by Petra"),
        ("/giveback #1", "#1 is open again.", "Open again – given back by Petra"),
        ("/snooze 1 4h", "#1 is snoozed until 22:", "Snoozed by Petra until 22:"),
        ("/unsnooze 1", "#1 is no longer snoozed.", "Open – nobody has it yet"),
        ("/assign 1 ben", "#1 is assigned to Ben.", "Assigned to Ben by Petra"),
        ("/resolve 1 Wartezeit", "#1 is resolved (waiting).", "Resolved by Petra"),
        ("/note 1 two cooks off sick", "The note on #1 is saved.", "Resolved by Petra"),
        ("/reopen 1", "#1 is open again.", "Open again since 18:"),
        ("/resolve 1 service", "#1 is resolved (service).", "Resolved by Petra"),
    )
    for command, said, shown in story:
        answers = await house.say(petra, command)
        assert any(one.text.startswith(said) for one in answers), (command, [one.text for one in answers])
        assert state(house, 1001).startswith(shown), command
    assert "Note: two cooks off sick – Petra" in plain(house.card(1001).text)


async def test_notes_add_up_and_an_empty_one_changes_nothing(house: House) -> None:
    """Each note stays, with who wrote it, the newest first; a note without words deletes nothing."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002)
    await house.low(4)
    await house.say(petra, "/note 1 two cooks\noff sick")
    await house.say(ben, "/note 1 guests called back")
    (answer,) = await house.say(ben, "/note 1")
    assert answer.text.startswith("What shall I note?")
    assert "Note: guests called back – Ben · two cooks off sick – Petra" in plain(house.card(1001).text)


async def test_reply_to_the_card_is_a_note(house: House) -> None:
    """In the own chat and in a group, signed."""
    petra = await house.owner()
    chat = await house.group(petra)
    await house.low(4)
    (saved,) = await house.say(petra, "two cooks off sick", reply_to=house.card(1001).message_id)
    assert saved.text == "The note on #1 is saved."
    await house.say(petra, "guests called back", chat=chat, reply_to=house.card(chat).message_id)
    assert "Note: guests called back – Petra · two cooks off sick – Petra" in plain(house.card(1001).text)


async def test_command_that_cannot_be_carried_out_says_what_is_missing(house: House) -> None:
    """A move without an incident, person, time or cause is told what it needs, and changes nothing."""
    petra = await house.owner()
    await house.low(3)
    for command, says in (
        ("/ack", "Which incident? Reply to its card, or add its number: /ack 12."),
        ("/ack 99", "There is no incident #99 here."),
        ("/assign 1 Zoe", "Nobody on the team list is called ⁨Zoe⁩. There are: ⁨Petra⁩."),
        ("/assign 1", "To whom? On the team list: ⁨Petra⁩. Example: /assign 1 Ben."),
        ("/snooze 1", "Until when? Examples: /snooze 1 90 min, /snooze 1 2 days, /snooze 1 until Monday 10:00."),
        ("/snooze 1 90", "⁨90⁩ of what? Say it with its unit: /snooze 1 90 min, "),
        ("/resolve 1", "What was it? Example: /resolve 1 waiting. Causes: food, "),
        ("/note 1", "What shall I note? Write it behind the number: /note 1 two cooks off sick. Nothing was changed."),
        ("/snooze", "Which incident? Reply to its card, or add its number: /snooze 12 4h."),
        ("/snooze 1 4 weeks", "⁨4 weeks⁩ is not a time within 7 days."),
        ("/snooze 1 8d", "⁨8d⁩ is not a time within 7 days."),
        ("/resolve 1 rain", "⁨rain⁩ is not a cause."),
    ):
        (answer,) = await house.say(petra, command)
        assert plain(answer.text).startswith(plain(says))
    assert state(house, 1001) == "Open – nobody has it yet"


async def test_commands_answer_a_card_or_a_message_below_it(house: House) -> None:
    """In a group a command is a reply to the card; numbers in it are then words, not another incident's number."""
    petra = await house.owner()
    anna = await house.join("Anna", 1003)
    chat = await house.group(petra, anna)
    await house.low(3)
    card = house.card(chat)
    (said,) = await house.say(anna, "/snooze 90 min", chat=chat, reply_to=card.message_id)
    assert said.text.startswith("#1 is snoozed until 19:")
    await house.step(minutes=1)
    await house.say(anna, "/unsnooze", chat=chat, reply_to=card.message_id)
    await house.say(anna, "/note 2 cooks off sick", chat=chat, reply_to=card.message_id)
    assert "Note: 2 cooks off sick" in plain(house.card(chat).text)
    await house.step(minutes=1)
    await house.low(9)
    (step,) = house.seen(chat, "severity")
    assert [one.text for one in await house.say(anna, "/ack", chat=chat, reply_to=step.message_id)] == ["You have #1."]


async def test_two_people_press_at_once(house: House) -> None:
    """Of two presses on the same card the first wins; the other is told who has it, and nothing is changed by it."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002)
    await house.low(3)
    presses = house.server.people
    first = presses.press(ben, 1002, house.card(1002).message_id, "Acknowledge")
    second = presses.press(petra, 1001, house.card(1001).message_id, "Acknowledge")
    await house.step(seconds=5)
    assert first.answer is not None
    assert second.answer is not None
    assert first.answer.text == "You have #1."
    assert re.fullmatch(r"Already taken by Ben at 18:1\d\. Nothing was changed\.", second.answer.text)
    again = await house.press(ben, "Acknowledge", is_stale=True)
    assert again is not None
    assert again.text == "You already have #1."
    assert state(house, 1001).startswith("Acknowledged by Ben at 18:1")


async def test_two_people_assign_at_once(house: House) -> None:
    """Two pickers are open: the first name chosen stands, the other person is told and sees the card as it is."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002)
    await house.join("Anna", 1003)
    await house.low(3)
    await house.press(petra, "Assign")
    await house.press(ben, "Assign")
    first = house.server.people.press(petra, 1001, house.card(1001).message_id, "Anna")
    second = house.server.people.press(ben, 1002, house.card(1002).message_id, "Petra")
    await house.step(seconds=5)
    assert first.answer is not None
    assert second.answer is not None
    assert first.answer.text == "#1 is assigned to Anna."
    assert second.answer.text.startswith("Changed meanwhile: assigned to Anna by Petra at 18:1")
    assert state(house, 1002).startswith("Assigned to Anna by Petra")


async def test_two_people_resolve_at_once(house: House) -> None:
    """The first cause stands; the second person is told who resolved it, and no second message says so."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002)
    await house.low(3)
    await house.press(petra, "Resolve")
    await house.press(ben, "Resolve")
    first = house.server.people.press(petra, 1001, house.card(1001).message_id, "Food")
    second = house.server.people.press(ben, 1002, house.card(1002).message_id, "Price")
    await house.step(seconds=5)
    assert first.answer is not None
    assert second.answer is not None
    assert first.answer.text == "#1 is resolved (food)."
    assert second.answer.text.startswith("Changed meanwhile: resolved by Petra at 18:1")
    assert re.fullmatch(r"Resolved by Petra at 18:1\d · Cause: food", state(house, 1002))
    assert len(house.seen(1002, "resolved by Petra: food")) == 1


async def test_press_on_an_old_version_counts_when_it_is_allowed_now(house: House) -> None:
    """A card drawn before somebody gave the incident back still acknowledges it."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002)
    await house.low(3)
    await house.press(petra, "Acknowledge")
    await house.press(petra, "Give back")
    house.server.people.press(ben, 1002, house.card(1002).message_id, "ack:1:0", is_stale=True)
    await house.step(seconds=5)
    assert state(house, 1001).startswith("Acknowledged by Ben at 18:1")


async def test_only_the_holder_or_an_owner_gives_back(house: House) -> None:
    """Another manager may not give back what Petra has; Ben's own may be given back by the owner."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002)
    await house.low(3)
    await house.press(petra, "Acknowledge")
    refused = await house.press(ben, "Give back")
    assert refused is not None
    assert (refused.text, refused.is_alert) == ("Only the owner can do this.", True)
    await house.press(petra, "Give back")
    await house.press(ben, "Acknowledge")
    await house.press(petra, "Give back")
    assert state(house, 1002).startswith("Open again – given back by Petra")


async def test_assignment_is_told_to_who_has_to_act(house: House) -> None:
    """The assignee gets a message that buzzes and names the person by a mention; others only see the card change."""
    petra = await house.owner()
    await house.join("Ben", 1002)
    await house.join("Anna", 1003)
    await house.low(3)
    await house.press(petra, "Assign")
    await house.press(petra, "Ben")
    (told,) = house.seen(1002, "is assigned to you")
    assert told.text == "🔴 Ben, #1 Marktplatz is assigned to you\n3 low reviews. By Petra. Please acknowledge."
    assert told.marked("text_mention") == ["Ben"]
    assert not told.is_silent
    assert told.reply_to == house.card(1002).message_id
    assert told.labels() == [["Acknowledge", "Give back"]]
    assert not house.seen(1003, "is assigned to you")
    ben = house.server.world.users[1002]
    await house.press(ben, "Acknowledge", on=told)
    assert state(house, 1001).startswith("Acknowledged by Ben")


async def test_snooze_ends_by_itself_and_says_so(house: House) -> None:
    """When the time is up the incident is as it was before, with a message that buzzes and counts what came since."""
    petra = await house.owner()
    await house.low(3)
    await house.press(petra, "Snooze")
    await house.press(petra, "1 h")
    await house.low(2)
    assert house.card(1001).text.startswith("⏸ Marktplatz: 5 low reviews")
    await house.step(minutes=50)
    (told,) = house.seen(1001, "snooze of #1 is over")
    assert told.text == "🔴 Marktplatz: snooze of #1 is over\n5 low reviews, 2 more than when Petra snoozed it."
    assert not told.is_silent
    assert state(house, 1001).startswith("Open")


async def test_ended_snooze_is_not_ended_again(house: House) -> None:
    """A snooze that somebody ended leaves no deadline behind."""
    petra = await house.owner()
    await house.low(3)
    await house.say(petra, "/snooze 1 1h")
    await house.press(petra, "End snooze")
    await house.step(minutes=90)
    assert not house.seen(1001, "snooze of #1 is over")


async def test_picker_goes_back_by_itself_or_on_back(house: House) -> None:
    """A choice nobody makes gives way to the usual buttons after two minutes, and at once on Back."""
    petra = await house.owner()
    await house.low(3)
    usual = house.card(1001).labels()
    await house.press(petra, "Snooze")
    assert house.card(1001).labels()[-1] == ["Back"]
    await house.press(petra, "Back")
    assert house.card(1001).labels() == usual
    await house.press(petra, "Resolve")
    await house.step(minutes=1)
    assert house.card(1001).labels()[-1] == ["Back"]
    await house.step(minutes=2)
    assert house.card(1001).labels() == usual


async def test_back_wins_over_a_picker_that_waits(house: House) -> None:
    """While a chat has to wait, card, picker and Back queue up in order: the usual buttons have the last word."""
    petra = await house.owner()
    await house.low(3)
    await house.press(petra, "Snooze")
    picker = house.card(1001)
    await house.press(petra, "Back")
    usual = house.card(1001).labels()
    house.server.faults.add(kind="too_many_requests", method="sendMessage", chat_id=1001, retry_after=60)
    await house.say(petra, "/note 1 first")
    house.server.people.press(petra, 1001, picker.message_id, "Snooze")
    await house.step(seconds=1)
    house.server.people.press(petra, 1001, picker.message_id, "Back", is_stale=True)
    await house.step(seconds=1)
    await house.step(seconds=70)
    assert "first" in house.card(1001).text
    assert house.card(1001).labels() == usual


async def test_note_by_replying_to_the_question(house: House) -> None:
    """The person who resolved is asked; the reply becomes the card's note, and the question goes after ten minutes."""
    petra = await house.owner()
    await house.low(3)
    await house.press(petra, "Resolve")
    await house.press(petra, "Waiting")
    (question,) = house.seen(1001, "A note for the team?")
    assert question.asks_reply
    assert question.is_silent
    (said,) = await house.say(petra, "two cooks <off> sick", reply_to=question.message_id)
    assert said.text == "The note on #1 is saved."
    assert "Note: two cooks <off> sick" in plain(house.card(1001).text)
    assert house.seen(1001, "A note for the team?")
    await house.step(minutes=11)
    assert not house.seen(1001, "A note for the team?")


async def test_resolving_again_asks_again(house: House) -> None:
    """A question that is still there makes way for the new one: it cannot be edited."""
    petra = await house.owner()
    await house.low(3)
    await house.say(petra, "/resolve 1 food")
    await house.say(petra, "/reopen 1")
    await house.say(petra, "/resolve 1 price")
    (question,) = house.seen(1001, "A note for the team?")
    assert "(price)" in question.text


async def test_reviews_of_an_incident_are_paged_and_closed(house: House) -> None:
    """The page is one message below the card; it turns in place and goes on Close."""
    petra = await house.owner()
    await house.low(7)
    await house.press(petra, "Reviews (7)")
    (page,) = house.seen(1001, "low reviews 1–5 of 7")
    assert page.reply_to == house.card(1001).message_id
    await house.press(petra, "2 ›", on=page)
    (turned,) = house.seen(1001, "low reviews 6–7 of 7")
    assert turned.message_id == page.message_id
    await house.press(petra, "Close", on=turned)
    assert not house.seen(1001, "of 7")
    await house.press(petra, "Reviews (7)")
    assert house.seen(1001, "low reviews 1–5 of 7")


async def test_reviews_of_a_location_are_filtered(house: House) -> None:
    """/reviews shows every location's latest; a filter and a page change the message in place."""
    petra = await house.owner()
    house.put(house.rows(6, rating=5))
    house.clock.advance(minutes(16))
    house.put(house.rows(2, rating=2))
    await house.step(seconds=1)
    shown = await house.say(petra, "/reviews markt")
    assert [one.text.split("\n")[0] for one in shown] == ["Marktplatz: reviews 1–5 of 8, newest first"]
    await house.press(petra, "Low", on=shown[0])
    assert house.last(1001).text.startswith("Marktplatz: low reviews 1–2 of 2, newest first")
    await house.press(petra, "All", on=house.last(1001))
    await house.press(petra, "2 ›", on=house.last(1001))
    assert house.last(1001).text.startswith("Marktplatz: reviews 6–8 of 8, newest first")
    assert len(await house.say(petra, "/reviews")) == 2


async def test_list_points_to_the_card(house: House) -> None:
    """/incidents lists what is open; its button answers with a reply to the card."""
    petra = await house.owner()
    await house.low(3)
    (listed,) = await house.say(petra, "/incidents")
    assert listed.text.startswith("1 open incident\n🔴 #1 Marktplatz: 3 low, ")
    await house.press(petra, "#1", on=listed)
    assert house.last(1001).text == "#1 is here."
    assert house.last(1001).reply_to == house.card(1001).message_id
    await house.say(petra, "/resolve 1 food")
    (listed,) = await house.say(petra, "/incidents")
    assert listed.text.startswith("No open incident. The last was #1 at 18:1")


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)
