"""After a storm: was an alert lost, a press forgotten, a message repeated without saying so?"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from importlib.resources import files
from typing import Any

from bot.demo.botapi import Message, Press
from bot.messages.buttons import payload
from tests.e2e.house import data_of, is_card
from tests.e2e.storm import Storm

_MOVES = {
    "ack": "acknowledge",
    "una": "give_back",
    "asp": "assign",
    "sns": "snooze",
    "unz": "end_snooze",
    "rsc": "resolve",
    "rop": "reopen",
}
_FIRST_BUTTON = {"open": "ack", "acknowledged": "res", "assigned": "ack", "snoozed": "unz", "resolved": "rop"}
_REPEAT = ("Possible repeat:", "Vielleicht doppelt:")


def check(storm: Storm) -> dict[str, int]:
    """Hold the end of a storm to its promises; gives what was counted."""
    return _reviews(storm) | _cards(storm) | _presses(storm) | _repeats(storm)


def _reviews(storm: Storm) -> dict[str, int]:
    """Each review is stored once, and belongs to an incident wherever the rule asks for one."""
    house = storm.house
    for key, ids in storm.written.items():
        where = "FROM reviews r JOIN locations l USING (location_id) WHERE l.key = ? AND r.is_low"
        assert house.value(f"SELECT count(*) {where}", key) == len(ids), key
        assert house.value(f"SELECT count(DISTINCT r.external_id) {where}", key) == len(ids), key
        alone = house.value(
            f"SELECT count(*) {where} AND r.review_id NOT IN (SELECT review_id FROM incident_reviews)", key
        )
        is_open = house.value(
            "SELECT count(*) FROM incidents JOIN locations l USING (location_id)"
            " WHERE l.key = ? AND state NOT IN ('resolved', 'closed')",
            key,
        )
        assert alone == 0 if is_open else alone < 3, f"{key}: {alone} low reviews in no incident"
    assert not house.rows("SELECT review_id FROM incident_reviews GROUP BY review_id HAVING count(*) > 1")
    return {"reviews": sum(map(len, storm.written.values()))}


def _cards(storm: Storm) -> dict[str, int]:
    """Each incident has a card in each chat that shows how it stands."""
    incidents = storm.house.rows(
        "SELECT i.*, p.name AS holder, (SELECT count(*) FROM incident_reviews r WHERE r.incident_id = i.incident_id)"
        " AS count FROM incidents i LEFT JOIN people p ON p.person_id = i.holder_id"
    )
    assert incidents
    for chat_id in storm.chats:
        for incident in incidents:
            stands = storm.house.rows(
                "SELECT telegram_message_id FROM messages JOIN chats USING (chat_id)"
                " WHERE telegram_chat_id = ? AND key = ?",
                chat_id,
                f"card:{incident['incident_id']}",
            )
            assert len(stands) == 1, f"no card of #{incident['incident_id']} in {chat_id}"
            number = stands[0]["telegram_message_id"]
            _shows(next(one for one in storm.house.said(chat_id) if one.message_id == number), incident)
    assert storm.house.value("SELECT count(*) FROM outbox WHERE state <> 'sent'") == 0
    return {"incidents": len(incidents), "cards": len(incidents) * len(storm.chats)}


def _shows(card: Message, incident: Any) -> None:
    told = f"card\n{card.text}\n{data_of(card)}\nof {dict(incident)}"
    parsed = [what for data in data_of(card) if (what := payload.parse(data)) is not None]
    assert {(one.target_id, one.version) for one in parsed} == {(incident["incident_id"], incident["version"])}, told
    assert parsed[0].verb == _FIRST_BUTTON[incident["state"]], told
    assert f"{incident['count']} " in card.text.partition("\n")[0], told
    if incident["state"] in ("acknowledged", "assigned"):
        assert incident["holder"] in card.text, told


def _presses(storm: Storm) -> dict[str, int]:
    """What was answered "done" is in the history; no press made two moves."""
    moves = Counter(
        (row["telegram_id"], row["move"], row["incident_id"])
        for row in storm.house.rows("SELECT * FROM incident_moves JOIN people USING (person_id)")
    )
    done: Counter[tuple[int, str, int]] = Counter()
    pressed: Counter[tuple[int, str, int]] = Counter()
    for press in storm.presses:
        what = payload.parse(press.data)
        if what is not None and what.verb in _MOVES:
            it = (press.user.user_id, _MOVES[what.verb], what.target_id)
            pressed[it] += 1
            done[it] += _says_done(press, _MOVES[what.verb])
    assert done <= moves, f"answered and not in the history: {done - moves}"
    assert moves <= pressed, f"made more often than pressed: {moves - pressed}"
    assert storm.house.value("SELECT count(*) FROM inbox WHERE error <> ''") == 0
    answered = sum(press.answer is not None for press in storm.presses)
    return {"presses": len(storm.presses), "answered": answered, "moves": moves.total(), "done": done.total()}


def _says_done(press: Press, move: str) -> bool:
    text = "" if press.answer is None else press.answer.text
    return any(pattern.fullmatch(text) is not None for pattern in _DONE[move])


def _repeats(storm: Storm) -> dict[str, int]:
    """Only what was in flight at a kill came twice, and then it says so."""
    outbox = {row["outbox_id"]: row for row in storm.house.rows("SELECT * FROM outbox JOIN chats USING (chat_id)")}
    in_flight = Counter(outbox[number]["telegram_chat_id"] for kill in storm.kills for number in kill.in_flight)
    sends = [one for one in storm.house.telegram.call(lambda t: t.calls_of("sendMessage")) if one.result is not None]
    repeats: Counter[int] = Counter()
    plain: Counter[int] = Counter()
    for call in sends:
        is_marked = any(words in call.params["text"] for words in _REPEAT)
        (repeats if is_marked else plain)[call.params["chat_id"]] += 1
    assert repeats <= in_flight, f"marked as repeats {repeats}, in flight {in_flight}"
    new: Counter[int] = Counter()
    keys: set[tuple[int, str]] = set()
    for row in outbox.values():
        is_card_row = (row["key"] or "").startswith("card:")
        if row["kind"] not in ("keyboard", "delete") and not (is_card_row and (row["chat_id"], row["key"]) in keys):
            new[row["telegram_chat_id"]] += 1
        keys |= {(row["chat_id"], row["key"])} if is_card_row else set()
    assert plain <= new, f"sent without a remark {plain}, to be sent {new}"
    for chat_id in storm.chats:
        cards = Counter(_number(one) for one in storm.house.said(chat_id) if is_card(one) and not _was_marked(one))
        twice = [number for number, count in cards.items() if count > 1]
        assert not twice, f"cards that came twice in {chat_id} without saying so: {twice}"
    return {"messages": len(sends), "repeats": repeats.total(), "in_flight": in_flight.total()}


def _number(card: Message) -> str:
    found = re.search(r"#(\d+)", card.text.rpartition("\n")[2]) or re.search(r"#(\d+) · ", card.text)
    assert found is not None, card.text
    return found[1]


def _was_marked(message: Message) -> bool:
    return any(words in message.versions[0].text for words in _REPEAT)


def _done_patterns() -> dict[str, list[re.Pattern[str]]]:
    found: dict[str, list[re.Pattern[str]]] = {move: [] for move in _MOVES.values()}
    for language in ("en", "de"):
        text = (files("bot.i18n.catalogue") / f"{language}.toml").read_text(encoding="utf-8")
        for move, patterns in found.items():
            said = tomllib.loads(text)["toast"]["done"][move]
            patterns.append(re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(said))))
    return found


_DONE = _done_patterns()
