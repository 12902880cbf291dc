"""Examples: the rarer sentences of messages that stand elsewhere on the page with other facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.incidents.cause import Cause as FoundCause
from bot.incidents.circumstances import Circumstances, Share
from bot.messages.buttons.keyboards import ReviewFilter
from bot.messages.incident import backtest, notes, review_pages, toasts
from bot.messages.incident.backtest import BackTest, PastAlarm
from bot.messages.incident.campaign_card import SmearCard, smear_card
from bot.messages.incident.cards import card
from bot.messages.incident.evidence import EvidenceFacts, evidence
from bot.messages.incident.review_pages import ReviewPage
from bot.messages.service import command_replies, delivery_notices, pairing
from bot.messages.service.command_replies import IncidentRow, SourceStatus, StatusFacts
from bot.messages.service.outages import CaughtUp
from bot.messages.service.sent import files as sent_files
from bot.messages.service.sent import imports, uploads
from bot.messages.service.sent.files import FileRow
from bot.messages.service.sent.imports import SkippedRow
from bot.messages.service.sent.uploads import SentFile
from bot.model.campaign import Sign, SmearFacts
from bot.model.card_lines import Aftermath
from bot.model.incident import SEVERE, Cause, SevereWords, Severity, SourceDown, State, Transition
from bot.model.review import Rating
from tests.gallery.evidence import LABELS, theme_table
from tests.gallery.example import Example, at, facts, incident, reviews, words


def cards(language: str) -> Iterator[Example]:
    """Cards after moves that their state line does not name, and with little or much to say."""
    say = words(language)
    held = incident(state=State.ACKNOWLEDGED, last_move=Transition.END_SNOOZE, moved_at=at(20, 0))
    yield Example("S4b", "Acknowledged, back from a snooze", card(facts(language, held, holder_name="Anna"), say))
    given = replace(held, state=State.ASSIGNED)
    yield Example("S5b", "Assigned, back from a snooze", card(facts(language, given, holder_name="Ben"), say))
    again = incident(last_move=Transition.RECUR, moved_at=at(22, 40))
    yield Example("S9c", "Reopened, its new reviews are gone", card(facts(language, again), say))
    for letter, severity in (("c", Severity.HIGH), ("d", Severity.CRITICAL)):
        few = facts(language, incident(severity=severity), usual_per_day=0.3)
        yield Example(f"S3{letter}", f"Severity {severity}, not by the count alone", card(few, say))
    outages = tuple(SourceDown(name, at(14, 10)) for name in ("Google", "Tripadvisor", "Booking", "Yelp"))
    blind = facts(language, incident(), sources_down=outages, usual_per_day=0.1, delayed_from=at(14, 12))
    yield Example("S13b", "Many sources cannot be read, and late", card(blind, say))
    ten = tuple(replace(one, rating=Rating(float(n), 1, 10)) for n, one in enumerate(reviews(language), 1))
    far = facts(language, incident(), reviews=ten, zone=ZoneInfo("Asia/Singapore"), usual_per_day=0.2)
    yield Example("S21", "Another scale, several ratings, a clock elsewhere", card(far, say))
    severe = replace(reviews(language)[0], rating=None, is_low=False, severe="injury", text="")
    alone = incident(severity=Severity.HIGH, reason=SEVERE, first_count=1)
    without = facts(language, alone, reviews=(severe,), severe=(SevereWords("injury", ""),), usual_per_day=0.01)
    yield Example("S25b", "A severe review whose words are gone", card(without, say))
    likely = replace(severe, severe="", is_likely=True)
    for letter, files in (("e", 1), ("f", 3)):
        with_files = facts(language, replace(held, note="chef was ill – Anna"), holder_name="Anna", files=files)
        yield Example(f"S4{letter}", "Acknowledged, with files kept", card(with_files, say))
    ended = incident(
        state=State.RESOLVED,
        last_move=Transition.RESOLVE,
        moved_at=at(21, 10, 2),
        ended_at=at(21, 10, 2),
        cause=Cause.WAITING,
    )
    for letter, its in (
        ("d", Aftermath(7, 3, 4, ((5, 1), (4, 1)), 1, is_down=False, back_after=1)),
        ("e", Aftermath(7, 7, 7, (), 0, is_down=True, back_after=None)),
    ):
        followed = facts(language, ended, moved_by_name="Anna", aftermath=its)
        yield Example(f"S8{letter}", "Resolved, and its reviews followed", card(followed, say))
    beside = facts(language, incident(), severe=(SevereWords("injury", "", is_likely=True),), reviews=(likely,))
    yield Example("S27b", "A likely severe review whose words are gone", card(beside, say))


def steps(language: str) -> Iterator[Example]:
    """Notes whose sentence depends on who has the incident and how it ended."""
    say = words(language)
    high = facts(language, incident(severity=Severity.HIGH), count=14, holder_name="Ben")
    for letter, state in (("f", State.ASSIGNED), ("g", State.ACKNOWLEDGED), ("h", State.SNOOZED)):
        held = replace(high, incident=replace(high.incident, state=state, snoozed_until=at(10, 0, 25)))
        yield Example(f"N1{letter}", f"Severity step, {state}", notes.severity_step(held, say, count=14, was=7))
    over = facts(language, incident(last_move=Transition.SNOOZE_OVER, moved_at=at(10, 0, 25)), count=7)
    yield Example("N6b", "Snooze over, nothing new", notes.snooze_over(over, say, snoozed_by="Anna", more=0))
    false = incident(
        state=State.RESOLVED, last_move=Transition.RESOLVE, moved_at=at(19, 15), ended_at=at(19, 15), cause=Cause.FALSE
    )
    yield Example("N7b", "A false alarm", notes.resolved(facts(language, false, moved_by_name="Anna"), say))
    back = facts(language, incident(last_move=Transition.REOPEN, moved_at=at(9, 40, 25)), moved_by_name="Anna")
    for letter, ended_at in (("b", at(18, 50, 2)), ("c", at(8, 50, 25))):
        shown = notes.reopened(back, say, ended_as=State.CLOSED, ended_at=ended_at, cause=None)
        yield Example(f"N8{letter}", "Reopened by a person, closed before", shown)
    later = facts(language, incident(state=State.ACKNOWLEDGED, last_move=Transition.ACKNOWLEDGE), holder_name="Anna")
    yield Example("T5b", "Out of date since another day", toasts.changed(replace(later, now=at(9, 0, 26)), say))
    yield Example("T10", "Checking now", toasts.polling(say))
    yield Example("T9", "A choice is kept", toasts.saved(say))


def found(language: str) -> Iterator[Example]:
    """Evidence with other things in common, and the signs of a campaign over hours."""
    say = words(language)
    shown = facts(language, incident())
    staff = (("kitchen", 3), ("bar", 2), ("reception", 2))
    around = Circumstances(weekday=(5, Share(5, 7)), product=("Bambino Plus", Share(4, 7)), staff=staff)
    cause = FoundCause(
        named=("food",), count=5, reviews=7, earlier=400, silent=0, table=theme_table(("food", 5, 0, 20.0))
    )
    common = EvidenceFacts(card=shown, cause=cause, labels=LABELS, around=around)
    yield Example("E1d", "Why? A weekday, a product, the staff", evidence(common, say))
    spread = tuple(replace(one, low_at=at(12, 0, 10 + index)) for index, one in enumerate(shown.reviews))
    unclear = replace(cause, named=(), count=0, table=theme_table(("food", 2, 160, 0.1)))
    scattered = EvidenceFacts(card=replace(shown, reviews=spread), cause=unclear, labels=LABELS)
    yield Example("E2e", "Why? Unclear, spread over days", evidence(scattered, say))
    silent = replace(unclear, reviews=0, silent=0, table=())
    yield Example("E2d", "Why? Stars only", evidence(EvidenceFacts(card=shown, cause=silent, labels=LABELS), say))
    slow = Sign("tempo", True, 6, 9, 0.04, True, minutes=190)
    campaign = SmearFacts("possible", (slow,), (), (), reviews=9, earlier=212)
    yield Example("E3c", "Possible smear campaign over hours", smear_card(SmearCard(shown, campaign), say))


def lists(language: str) -> Iterator[Example]:
    """Lists that are long, empty or filtered, and what a command finds."""
    say, now = words(language), at(18, 55)
    answered = replace(reviews(language, 1)[0], is_replied=True)
    for row, title, kept, total in (("C3c", "unanswered", (answered,), 1), ("C3d", "none", (), 0)):
        page = ReviewPage(kept, first=1, total=total)
        message = review_pages.location_reviews(
            page, say, location_id=1, location_name="Marktplatz", shown=ReviewFilter.UNANSWERED, now=now
        )
        yield Example(row, f"/reviews, {title}", message)
    rest = tuple(
        IncidentRow(20 + n, State.SNOOZED, "Marktplatz", True, 4, at(9, 0, 20), "Ben", at(10, 0, 25)) for n in range(9)
    )
    yield Example("C2d", "/incidents, snoozed and many", command_replies.incidents(rest, say, now=now))
    many = StatusFacts(tuple(SourceStatus(f"Google {n}", at(16, 5), None) for n in range(11)), rest, now)
    yield Example("C1c", "/status, many", command_replies.status(many, say))


def files(language: str) -> Iterator[Example]:
    """Files and first imports that bring little."""
    say = words(language)
    page = imports.first_import(
        say, source_name="Google", location_name="Marktplatz", reviews=0, low=0, first_at=None, last_at=None
    )
    yield Example("I2b", "First import, nothing there", page)
    offer = imports.recent_cluster(
        say, location_id=1, location_name="Bahnhof", names_location=True, count=4, since=at(0, 0, 22),
        is_date_only=True, now=at(10, 0),
    )  # fmt: skip
    yield Example("I10b", "Recent cluster, by days", offer)
    booking = SentFile(1, "booking.csv", "Marktplatz")
    yield Example("F-I1b", "Fetching a file", uploads.reading(booking, say))
    columns = [{"name": "Titel", "first": "Room loud"}]
    asked = uploads.which_columns(
        booking, say, rows=412, mapping={"rating": "", "date": "", "text": ""}, columns=columns
    )
    yield Example("F-I4b", "No column found", asked)
    columns = [{"name": "Note", "first": "3"}]
    asked = uploads.which_columns(booking, say, rows=412, mapping={"rating": "Note"}, columns=columns)
    yield Example("F-I4d", "A rating whose scale is not known", asked)
    for letter, why, text, ranges in (
        ("f", "words", _LOUD[language], [(1, 5, False), (1, 5, True)]),
        ("g", "numbers", "", [(1, 5, False), (1, 10, False)]),
    ):
        about: dict[str, Any] = {"column": "Note", "top": 5, "why": why, "example": (5, text), "options": ranges}
        asked = uploads.which_scale(booking, say, rows=412, facts=about)
        yield Example(f"F-I5{letter}", "Which scale", asked)
    about = {"column": "Empfehlung", "example": "ja"}
    asked = uploads.which_recommended(booking, say, rows=412, facts=about)
    yield Example("F-I5h", "Whether a column of yes and no counts", asked)
    states = ("done", "asking", "undone", "cancelled", "refused", "going")
    kept = [FileRow(n, f"booking-{n}.csv", at(16, n), state, reviews=398) for n, state in enumerate(states, 1)]
    yield Example("F-I11", "/files", sent_files.files(kept, say, now=at(18, 55)))
    yield Example("F-I11b", "/files, none", sent_files.files([], say, now=at(18, 55)))
    whole = uploads.imported(booking, say, _nothing_but_a_reason(language))
    yield Example("F-I6c", "A file with a row that is none", whole)
    for letter, table in zip("efg", _TABLES, strict=True):
        understood = {"tables": [_table(**table)], "left_out": _LEFT_OUT if table["order"] == "swapped" else []}
        told = uploads.Brought("mapping", new=398, changed=0, known=0, understood=understood)
        yield Example(f"F-I2{letter}", "What was understood of a file", uploads.imported(booking, say, told))


_TABLES: tuple[dict[str, Any], ...] = (
    {"scale": (1, 5), "order": "dmy", "sheet": "Google", "unused": ["Gast", "Zimmer"]},
    {"scale": (1, 6), "lowest_is_best": True, "order": "mdy"},
    {"scale": None, "order": "swapped"},
)
_LEFT_OUT = [{"code": "sheet_copy", "args": {"sheet": "Google (2)"}}]


def _table(**about: Any) -> dict[str, Any]:
    usual = {"columns": {"rating": ["Note"], "date": ["Datum"]}, "lowest_is_best": False, "sheet": "", "unused": []}
    return {**usual, "reviews": 133, "low": 9, "without_rating": 2, **about}


_LOUD = {"en": "Room loud, bed hard, never again", "de": "Zimmer laut, Bett hart, nie wieder"}


def _nothing_but_a_reason(language: str) -> uploads.Brought:
    reason = {"en": "the table ends in the middle of a row", "de": "die Tabelle endet mitten in einer Zeile"}[language]
    return uploads.Brought("mapping", new=3, changed=0, known=0, skipped=[SkippedRow(None, reason)], skipped_count=1)


def back_tests(language: str) -> Iterator[Example]:
    """Back-tests of short, long and quiet histories."""
    say = words(language)
    alarm = PastAlarm(datetime(2026, 10, 14, 18, tzinfo=UTC), 5, timedelta())
    found = BackTest(
        location_name="Marktplatz",
        names_location=True,
        reviews=120,
        is_too_small=False,
        first_at=datetime(2026, 10, 3, 12, tzinfo=UTC),
        last_at=at(12, 0, 22),
        is_weekly=True,
        alarm_count=4,
        alarms=(alarm,),
        densest=(1, timedelta()),
        rule_low=3,
        rule_hours=24,
        rule_alarms=0,
        has_picture=True,
    )
    yield Example("Q1b", "Back-test of some weeks", backtest.back_test(found, say))
    for letter, densest in (("c", (1, timedelta())), ("d", None)):
        quiet = replace(found, alarm_count=0, alarms=(), densest=densest)
        yield Example(f"Q2{letter}", "Back-test, hardly a low review", backtest.back_test(quiet, say))


def deliveries(language: str) -> Iterator[Example]:
    """What was found after a pause, a group without open incidents, a member without a name."""
    say = words(language)
    for letter, caught_up in (("b", CaughtUp(12, 7, 1)), ("c", CaughtUp(0, 0, 0))):
        back = delivery_notices.back_after_pause(
            say, start=at(3, 10, 20), end=at(5, 20), now=at(5, 20), caught_up=caught_up
        )
        yield Example(f"D6{letter}", "Back after days", back)
    yield Example("D5c", "Group migrated, nothing open", delivery_notices.chat_migrated(say, open_incidents=0))
    places = ("Marktplatz", "Bahnhof", "Hafen", "Messe")
    lost = delivery_notices.chat_lost(say, chat_name="Linde Team", removed_at=at(14, 2), now=at(14, 2), places=places)
    yield Example("D1c", "Chat of many locations lost", lost)
    unnamed = pairing.manager_joined_owner(say, name="", place="Marktplatz")
    yield Example("P4c", "Manager without a name joined", unnamed)
