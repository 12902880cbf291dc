"""The card for any facts: within the budget, well formed, and telling the same things in the same order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import SourceDownReason
from bot.messages.buttons.keyboards import ReviewFilter
from bot.messages.incident import notes, review_pages, toasts
from bot.messages.incident.cards import BUDGET, card
from bot.messages.incident.review_pages import ReviewPage
from bot.messages.service import delivery_notices, outages, pairing
from bot.messages.service.outages import CaughtUp, Outage, ReadableSource
from bot.messages.service.sent import imports
from bot.messages.service.sent.imports import SkippedRow
from bot.messages.text.message import Rendered
from bot.model.incident import CardReview, Cause, Severity, SourceDown, State, Transition
from bot.model.review import Rating
from tests.gallery.example import ZONE, at, facts, incident, reviews, words
from tests.unit.messages.reading import text_of, units, visible


class Text(str):
    """A text whose repr stays short, so that a failing example can be read."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{len(self)} characters from {str(self[:20])!r}>"


PIECES = (
    *("Waited 70 minutes", "@all /ack evil.com", "<b>&amp;</b>", "\u202eabc\u202c", "שירות גרוע", "e\u0301" * 9),
    *("👩\u200d👩\u200d👧\u200d👦", "🏳\ufe0f\u200d🌈", "\x00\ud800", "\n\n\t", "$#/@", "長い待ち時間", ""),
)
TEXTS = st.builds(
    lambda pieces, times: " ".join(pieces) * times,
    st.lists(st.sampled_from(PIECES), max_size=4),
    st.integers(1, 40),
)
HUGE = (
    *("a" * 100_000, "@" * 100_000, "👩\u200d👧" * 20_000, "e" + "\u0301" * 100_000, "&<> " * 25_000, "ע " * 50_000),
)
LONG = st.one_of(TEXTS, st.sampled_from(HUGE)).map(Text)
RATINGS = st.one_of(
    st.none(),
    st.integers(1, 5).map(lambda value: Rating(value, 1, 5)),
    st.integers(2, 20).map(lambda value: Rating(value / 2, 1, 10)),
)
MOMENTS = st.integers(-60 * 24 * 400, 60 * 24 * 3).map(lambda minutes: at(18, 55) + timedelta(minutes=minutes))
REVIEWS = st.lists(
    st.builds(
        CardReview,
        review_id=st.integers(1, 10**12),
        rating=RATINGS,
        text=LONG,
        low_at=MOMENTS,
        is_date_only=st.booleans(),
        source_name=LONG,
        url=st.one_of(st.just(""), st.just("https://x.de/?a=1&b=<2>"), LONG),
        was_rating=RATINGS,
        edited_at=st.one_of(st.none(), MOMENTS),
        is_replied=st.booleans(),
        gone_at=st.one_of(st.none(), MOMENTS),
        disagrees=st.booleans(),
    ),
    max_size=9,
).map(tuple)
INCIDENTS = st.builds(
    incident,
    incident_id=st.integers(1, 10**18),
    state=st.sampled_from(State),
    severity=st.sampled_from(Severity),
    version=st.integers(0, 10**9),
    moved_at=MOMENTS,
    last_move=st.sampled_from(Transition),
    snoozed_until=st.one_of(st.none(), MOMENTS),
    cause=st.one_of(st.none(), st.sampled_from(Cause)),
    note=LONG,
    ended_at=st.one_of(st.none(), MOMENTS),
)
FACTS = st.builds(
    lambda of, **rest: facts("en", of, **rest),
    INCIDENTS,
    reviews=REVIEWS,
    location_name=LONG,
    names_location=st.booleans(),
    now=MOMENTS,
    holder_name=LONG,
    moved_by_name=LONG,
    usual_per_day=st.one_of(st.none(), st.floats(0, 500)),
    grown_by=st.integers(0, 3),
    grown_since=st.one_of(st.none(), MOMENTS),
    sources_down=st.lists(st.builds(SourceDown, LONG, MOMENTS), max_size=5).map(tuple),
    is_repeat=st.booleans(),
    delayed_from=st.one_of(st.none(), MOMENTS),
    delayed_until=st.one_of(st.none(), MOMENTS),
)
LANGUAGES = st.sampled_from(("en", "de"))


def check(shown: Rendered, budget: int = 4096) -> str:
    """Well formed, the same without markup, within the budget; every payload fits."""
    text = text_of(shown.html)
    assert shown.plain == text
    assert 0 < units(text) <= budget
    assert all(len(button.data) <= 59 for row in shown.rows for button in row)
    assert all(0 < units(button.label) <= 60 for row in shown.rows for button in row)
    return text


@settings(max_examples=60, deadline=None)
@given(FACTS, LANGUAGES)
def test_card_keeps_its_budget_for_any_facts(of: Any, language: str) -> None:
    """Whatever people and platforms write, the card stays within 1,200 units and keeps its first line and number."""
    text = check(card(of, words(language)), BUDGET)
    lines = text.splitlines()
    assert lines[0][0] in "🔴🔵⏸✅⚪"
    assert str(len(of.reviews)) in lines[0]
    assert f"#{of.incident.incident_id}" in text


@settings(max_examples=30, deadline=None)
@given(FACTS, LANGUAGES, LONG, MOMENTS)
def test_every_other_message_keeps_its_budget_for_any_facts(of: Any, language: str, name: str, moment: Any) -> None:
    """Notes, pages, toasts, outages, imports, pairing and delivery with the same hostile facts."""
    say = words(language)
    check(notes.severity_step(of, say, count=9, was=3), 500)
    check(notes.assigned(of, say, holder_telegram_id=1), 500)
    check(notes.snooze_over(of, say, snoozed_by=name, more=2), 500)
    check(notes.resolved(of, say), 500)
    check(notes.reopened(of, say, ended_as=State.CLOSED, ended_at=moment, cause=None), 500)
    check(notes.ask_for_note(of, say, telegram_id=1), 500)
    assert 0 < len(toasts.changed(of, say).text) <= 200
    assert 0 < len(toasts.taken(say, by=name, at=moment, now=of.now).text) <= 200
    page = ReviewPage(of.reviews[:5], first=1, total=max(5, len(of.reviews)))
    about: dict[str, Any] = {"location_name": name, "now": of.now}
    check(review_pages.incident_reviews(page, say, incident_id=12, names_location=True, **about), 3000)
    check(review_pages.location_reviews(page, say, location_id=1, shown=ReviewFilter.LOW, **about), 3000)
    others = tuple(ReadableSource(name, moment) for _ in range(9))
    outage = Outage(
        source_id=1, source_name=name, location_name=name, names_location=True, zone=ZONE, now=of.now, since=moment,
        reason=SourceDownReason.EMPTY, others=others,
    )  # fmt: skip
    check(outages.source_down(outage, say), 500)
    check(outages.readable_again(outage, say, recovered_at=moment, caught_up=CaughtUp(1, 1, 1)), 500)
    rows = [SkippedRow(7, name)] * 5
    check(imports.skipped_rows(say, file_name=name, location_name=name, imported=3, skipped=rows), 500)
    check(imports.unreadable_file(say, file_name=name, reason=name), 500)
    check(pairing.group_connected(say, place=name, names=[name] * 30), 500)
    check(pairing.manager_joined_owner(say, name=name, place=name), 500)
    check(delivery_notices.chat_lost(say, chat_name=name, removed_at=moment, now=of.now, places=(name,) * 9), 500)
    check(delivery_notices.topic_gone(say), 500)


def test_card_with_three_huge_quotes_keeps_three_short_ones() -> None:
    """Ordinary long texts are cut to 160 characters and all three quotes stay."""
    long = tuple(replace(review, text="The soup came cold. " * 5000) for review in reviews("en"))
    text = check(card(facts("en", incident(), reviews=long), words("en")), BUDGET)
    quotes = [line for line in text.splitlines() if "The soup" in line]
    assert len(quotes) == 3
    assert all(visible(quote).endswith("…") for quote in quotes)
    assert all(len(visible(quote).split(": ", 1)[1]) <= 160 for quote in quotes)


def test_shortening_goes_quotes_then_sources_then_note() -> None:
    """When all is too long the quotes go first, then sources beyond three, then the note to 120; the rest stays."""
    many = tuple(
        replace(reviews("en")[0], source_name=f"{index} platform with a long name", text="x" * 500)
        for index in range(60)
    )
    ended = incident(
        state=State.RESOLVED, last_move=Transition.RESOLVE, cause=Cause.FOOD, note="note " * 400, ended_at=at(21, 10)
    )
    text = check(card(facts("en", ended, reviews=many, moved_by_name="Anna"), words("en")), BUDGET)
    assert "and 57 more" in text
    assert "xxx" not in text
    assert "note note" in text
    few = many[:5]
    text = check(card(facts("en", ended, reviews=few, moved_by_name="Anna"), words("en")), BUDGET)
    assert "more" not in text


def test_lines_without_data_are_left_out() -> None:
    """No rhythm where too little is known, no odds where a person opened it, no quotes without text."""
    bare = tuple(replace(review, text="", rating=None) for review in reviews("en", 1))
    shown = card(
        facts("en", incident(evidence=None), reviews=bare, usual_per_day=None, names_location=False), words("en")
    )
    assert visible(shown.html).splitlines() == [
        "<b>🔴 1 low review</b>",
        "Open – nobody has it yet",
        "Google 1",
        "Tue 24 Nov, 18:50",
        "<i>#12 · as of 18:55</i>",
    ]


def test_date_only_reviews_show_days_without_clock() -> None:
    """A source that knows the day only is never given a time of day."""
    days = tuple(
        replace(review, is_date_only=True, low_at=at(23, 59, 24 - index), text="cold")
        for index, review in enumerate(reviews("de", 3))
    )
    lines = visible(card(facts("de", incident(), reviews=days), words("de")).html).splitlines()
    assert lines[0] == "<b>🔴 Marktplatz: 3 schlechte Bewertungen in 3 Tagen</b>"
    assert lines[3] == "So., 22.11. – Di., 24.11. · hier üblich: etwa 1 am Tag"
    assert ", 24.11.: cold" in lines[5]


def test_other_scales_are_written_out_and_sorted_from_the_worst() -> None:
    """2 of 10 is not two stars; equal stars on one scale are counted together."""
    mixed = [replace(review, rating=Rating(2, 1, 10)) for review in reviews("en", 2)] + list(reviews("en", 3))
    html = visible(card(facts("en", incident(), reviews=tuple(mixed)), words("en")).html)
    assert "Google 3 · Tripadvisor 2 · two with 1★, two with 2 of 10, one with 2★" in html


@pytest.mark.parametrize("state", [State.ASSIGNED, State.ACKNOWLEDGED])
def test_state_line_after_another_person_ended_the_snooze(state: State) -> None:
    """The end of a snooze must not make its author the one who has the incident."""
    noted = incident(state=state, last_move=Transition.END_SNOOZE, moved_at=at(20, 0))
    of = facts("en", noted, holder_name="Ben", moved_by_name="Petra", now=at(20, 0))
    line = card(of, words("en")).plain.splitlines()[1]
    assert "Petra" not in line
    assert "20:00" not in line


def test_people_without_a_name_are_somebody() -> None:
    """A removed person leaves a sentence that still reads."""
    of = facts("de", incident(state=State.ASSIGNED, last_move=Transition.ASSIGN))
    line = visible(card(of, words("de")).plain).splitlines()[1]
    assert line == "Einem Teammitglied zugewiesen, von einem Teammitglied um 18:55 Uhr – noch nicht angenommen"


def test_card_of_a_location_elsewhere_names_its_zone() -> None:
    """A chat in Berlin reads the clock of the Canary Islands with its abbreviation."""
    html = card(facts("en", incident(), zone=ZoneInfo("Atlantic/Canary")), words("en")).html
    assert "11:40–17:50 WET" in html
    assert "as of 17:55 WET" in html
