"""Payloads and keyboards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.buttons import keyboards, payload
from bot.messages.buttons.answer_links import answer_links
from bot.messages.buttons.keyboards import PersonChoice, ReviewFilter, page_of
from bot.messages.buttons.payload import Payload, Verb
from bot.model.incident import Cause, State
from bot.telegram.inbound import callbacks, general_callbacks
from tests.gallery.example import at, incident, reviews, words
from tests.unit.messages.reading import labels

VERBS = st.sampled_from(Verb).filter(lambda verb: verb not in ("bts", "opl", "lve"))
ARGS = st.from_regex(r"([a-z0-9_-]{1,24})?", fullmatch=True)


@given(VERBS, st.integers(0, 10**19 - 1), st.integers(0, 10**10 - 1), ARGS)
def test_payload_reads_what_it_wrote(verb: Verb, target_id: int, version: int, arg: str) -> None:
    """Every payload fits into 59 bytes of ASCII and is read back."""
    text = payload.build(verb, target_id, version, arg)
    assert len(text.encode("ascii")) <= payload.LONGEST
    assert payload.parse(text) == Payload(verb, target_id, version, arg)


def test_no_two_verbs_share_a_payload() -> None:
    """The second of two equal members of an enumeration is silently another name of the first."""
    assert len(Verb.__members__) == len(set(Verb))


def test_a_button_under_a_back_test_carries_its_mark() -> None:
    """The mark is written where other buttons have the incident's version, and read back as what it is."""
    text = payload.build(Verb.BUDGET, 5, arg="less", mark=1_790_000_000)
    assert text == "bts:5:1790000000:less"
    assert payload.parse(text) == Payload(Verb.BUDGET, 5, arg="less", mark=1_790_000_000)


@given(st.text(max_size=70))
def test_payload_reads_nothing_else(text: str) -> None:
    """Anything that is read is exactly what would have been written."""
    read = payload.parse(text)
    assert read is None or payload.build(read.verb, read.target_id, read.version, read.arg, mark=read.mark) == text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "ack",
            "ack:12",
            "ack:12:",
            "ACK:12:5",
            "ack:012:5",
            "ack:-1:5",
            "ack:12:5:",
            "ack:12:5:a:b",
            "ack:12:5\n",
        ),
        *("ack:１２:5", "ack:12:5:é", "acks:12:5", f"ack:{10**19}:5", f"ack:12:{10**10}", "ack:12:5:" + "a" * 25),
    ],
)
def test_payload_is_strict(text: str) -> None:
    """No other spelling, digits or length is taken."""
    assert payload.parse(text) is None


def test_payload_that_does_not_fit_is_a_mistake() -> None:
    """Building refuses what could not be read."""
    with pytest.raises(ValueError, match="button"):
        payload.build(Verb.ACKNOWLEDGE, -1)


def test_arguments_of_presses() -> None:
    """Persons, causes and ends of snoozes are checked before they are used."""
    now = at(18, 55)
    assert payload.person_id("1003") == 1003
    assert payload.person_id("x") is None
    assert payload.cause("waiting") is Cause.WAITING
    assert payload.cause("weather") is None
    assert payload.snooze_until("240", now) == now + timedelta(hours=4)
    end = at(10, 0, 25)
    assert payload.snooze_until(str(int(end.timestamp())), now) == end
    assert payload.snooze_until(str(int(at(10, 0, 24).timestamp())), now) is None
    assert payload.snooze_until("10081", now) is None
    assert payload.snooze_until("999999999999", now) is None
    assert payload.snooze_until("0", now) is None
    assert end.tzinfo is UTC


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.OPEN, [["ack", "asg"], ["snz", "res"], ["why", "rev"]]),
        (State.ACKNOWLEDGED, [["res", "una"], ["asg", "snz"], ["pbk"], ["why", "rev"]]),
        (State.ASSIGNED, [["ack", "una"], ["asg", "snz"], ["res", "rev"], ["why"]]),
        (State.SNOOZED, [["unz", "res"], ["asg", "rev"], ["why"]]),
        (State.RESOLVED, [["rop", "rev"], ["why"]]),
        (State.CLOSED, [["rop", "rev"], ["why"]]),
    ],
)
def test_buttons_of_each_state(state: State, expected: list[list[str]]) -> None:
    """Each state offers its moves, at most one of them coloured, all with the incident's version."""
    rows = keyboards.for_incident(incident(state=state), 9, now=at(19, 0), words=words("en"))
    assert [[button.data[:3] for button in row] for row in rows] == expected
    assert sum(1 for row in rows for button in row if button.style) <= 1
    assert all(button.data.split(":")[1:] == ["12", "5"] for row in rows for button in row)


@pytest.mark.parametrize("state", State)
def test_what_has_lasted_may_be_accepted_as_normal(state: State) -> None:
    """Where it is open or somebody has it; the button's last row."""
    settled = incident(state=state, settled_at=at(18, 0))
    rows = keyboards.for_incident(settled, 9, now=at(19, 0), words=words("en"))
    offered = [button.label for row in rows for button in row if button.data.startswith("nrm:12:5")]
    assert offered == (["Accept as normal"] if state in (State.OPEN, State.ACKNOWLEDGED) else [])


def test_no_buttons_a_month_after_the_end() -> None:
    """An old card cannot be pressed any more."""
    ended = incident(state=State.RESOLVED, ended_at=at(21, 0))
    shown = [
        bool(keyboards.for_incident(ended, 9, now=at(21, 0) + timedelta(days=days), words=words("en")))
        for days in (0, 30, 31)
    ]
    assert shown == [True, True, False]


@pytest.mark.parametrize(
    ("day", "hour", "expected"),
    [
        (24, 19, ["1 h", "4 h", "Tomorrow 10:00", "Monday 10:00", "Back"]),
        (29, 19, ["1 h", "4 h", "Tomorrow 10:00", "Back"]),
        (23, 9, ["1 h", "4 h", "Tomorrow 10:00", "Back"]),
        (23, 12, ["1 h", "4 h", "Tomorrow 10:00", "Monday 10:00", "Back"]),
    ],
)
def test_snooze_picker_never_exceeds_seven_days(day: int, hour: int, expected: list[str]) -> None:
    """On a Sunday Monday is tomorrow; on a Monday morning next Monday is too far; every end is accepted."""
    now = at(hour, 0, day)
    rows = keyboards.snooze_picker(incident(), now=now, words=words("en"))
    assert [label for row in labels(rows) for label in row] == expected
    args = [payload.parse(button.data) for row in rows for button in row if button.data.startswith("sns")]
    assert all(one is not None and payload.snooze_until(one.arg, now) is not None for one in args)


def test_at_most_ten_people_with_safe_short_labels() -> None:
    """A long team is cut at ten, a long or hostile name at 24 characters."""
    people = [PersonChoice(index + 1, "<b>" * 40) for index in range(15)]
    rows = keyboards.assign_picker(incident(), people, words("en"))
    assert sum(len(row) for row in rows) == 11
    assert all(len(label) <= 24 for row in labels(rows) for label in row)


def test_pages_turn_within_their_list() -> None:
    """First, middle and last page; what a turn asks for is read back."""
    for page, expected in ((1, ["2 ›"]), (2, ["‹ 1", "3 ›"]), (3, ["‹ 2"])):
        rows = keyboards.review_pages(12, page=page, pages=3, words=words("en"))
        assert labels(rows) == [[*expected, "Close"]]
    rows = keyboards.list_pages(1, shown=ReviewFilter.LOW, page=2, pages=3, words=words("en"))
    assert labels(rows) == [["All", "Low", "Unanswered"], ["‹ 1", "3 ›", "Close"]]
    assert page_of("low-3") == (ReviewFilter.LOW, 3)
    assert page_of("3") == (None, 3)
    assert [page_of(arg) for arg in ("", "0", "x-1", "low-", "-1", "low-0", "1234567")] == [None] * 7


def test_every_verb_is_handled_and_every_button_has_a_label() -> None:
    """No button is drawn whose press does nothing, and none that is pressed is without a word for it."""
    handled = {Verb.CLOSE, *callbacks._ON_INCIDENT, *general_callbacks.PRESSES}
    assert handled == set(Verb)
    assert not set(callbacks._ON_INCIDENT) & set(general_callbacks.PRESSES)


def test_a_button_of_an_unknown_kind_is_not_read() -> None:
    """A verb that no release writes any more is refused, not a crash."""
    assert payload.parse("mut:4:0") is None


def test_only_what_has_no_answer_and_a_sound_link_gets_a_button() -> None:
    """Telegram refuses a whole message for one address that is none."""
    link = "https://business.google.com/1"
    shown = [
        replace(one, reply_url=url, is_replied=is_replied)
        for one, url, is_replied in zip(
            reviews("en", 4), (link, "javascript:alert()", link, ""), (False, False, True, False), strict=True
        )
    ]
    ((button,),) = answer_links(shown, words("en"), first=6)
    assert (button.label, button.url) == ("6: Answer", link)
    ((alone,),) = answer_links(shown[:1], words("de"))
    assert (alone.label, alone.url) == ("Auf Google antworten", link)
    assert answer_links(shown, words("en")) == ()
