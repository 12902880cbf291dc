"""Examples: lists, answers to commands, sources, files, pairing and delivery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from string import ascii_lowercase
from typing import Any

from bot.errors import SourceDownReason
from bot.incidents.slow_burn import SlowBurn, Statement
from bot.incidents.statements import EmergingThemes, Quote
from bot.messages.buttons import keyboards
from bot.messages.buttons.keyboards import PersonChoice, ReviewFilter
from bot.messages.incident import backtest, emerging_themes, notes, review_pages
from bot.messages.incident.backtest import BackTest, PastAlarm
from bot.messages.incident.review_pages import ReviewPage
from bot.messages.service import command_replies, delivery_notices, outages, pairing, team
from bot.messages.service.command_replies import IncidentRow, LearningFacts, LostChat, SourceStatus, StatusFacts
from bot.messages.service.outages import CaughtUp, Outage, ReadableSource
from bot.messages.service.sent import imports
from bot.messages.service.sent.imports import LateLine, SkippedRow
from bot.messages.service.team import TeamRow
from bot.model.incident import State
from bot.model.people import Role
from bot.model.review import Rating
from bot.model.silence import Reason
from tests.gallery.example import ZONE, Example, at, incident, reviews, words

_ROW_REASONS = {
    "en": ("no date", "rating 15 is outside 1–10", "unreadable characters"),
    "de": ("kein Datum", "Bewertung 15 liegt außerhalb von 1–10", "unlesbare Zeichen"),
}
_BURN_TEXTS = {
    "en": ("Lovely food, but bring time", "The new music is far too loud", "bring time"),
    "de": ("Tolles Essen, aber bringen Sie Zeit mit", "Die neue Musik ist viel zu laut", "bringen Sie Zeit mit"),
}
_MAILBOX = {"en": "Mailbox", "de": "Postfach"}


def lists(language: str) -> Iterator[Example]:
    """V1, V2, C1 to C4, C7 and what a command that cannot be carried out is told."""
    say = words(language)
    now = at(18, 55)
    nine = reviews(language, 9)
    first = ReviewPage(nine[:5], first=1, total=9)
    about: dict[str, Any] = {"incident_id": 12, "location_name": "Marktplatz", "names_location": True}
    yield Example("V1", "Reviews of an incident", review_pages.incident_reviews(first, say, now=now, **about))
    marked = replace(
        nine[0], text="", was_rating=Rating(5, 1, 5), edited_at=at(9, 0, 23), gone_at=at(9, 0, 25), disagrees=True
    )
    second = ReviewPage((marked,), first=6, total=6)
    yield Example(
        "V2", "Without text, edited, removed", review_pages.incident_reviews(second, say, now=at(9, 5, 25), **about)
    )
    answerable = tuple(
        replace(
            one,
            reply_url=f"https://business.google.com/reviews/{one.review_id}",
            is_replied=one.review_id == 3,
            media=2,
        )
        if one.tells_replies
        else one
        for one in nine[:5]
    )
    with_links = ReviewPage(answerable, first=1, total=9)
    yield Example(
        "V1h", "Where Google says where to answer", review_pages.incident_reviews(with_links, say, now=now, **about)
    )
    one = replace(answerable[0], media=1, reply_refused=True)
    yield Example(
        "V1i",
        "One review to answer",
        review_pages.incident_reviews(ReviewPage((one,), first=9, total=9), say, now=now, **about),
    )
    for letter, shown, total in (("", ReviewFilter.ALL, 412), ("b", ReviewFilter.LOW, 31)):
        page = ReviewPage(nine[:5], first=1, total=total)
        message = review_pages.location_reviews(
            page, say, location_id=1, location_name="Marktplatz", shown=shown, now=now
        )
        yield Example(f"C3{letter}", f"/reviews, {shown}", message)
    yield from _commands(language)


def _commands(language: str) -> Iterator[Example]:
    say = words(language)
    mailbox = _MAILBOX[language]
    anna = IncidentRow(12, State.ACKNOWLEDGED, "Marktplatz", True, 7, at(13, 5), holder_name="Anna")
    facts = StatusFacts(
        sources=(
            SourceStatus("Google", at(16, 5), at(16, 20)),
            SourceStatus("Booking", at(16, 0), None),
            SourceStatus(mailbox, at(15, 50), at(15, 52)),
            SourceStatus("Tripadvisor", at(15, 45), None, paused_until=at(10, 0, 30)),
        ),
        incidents=(anna,),
        now=at(16, 5),
    )
    yield Example("C1", "/status", command_replies.status(facts, say))
    unread = replace(
        facts, sources=(replace(facts.sources[1], unread_files=("booking-2026.xlsx", "alt.csv")), facts.sources[0])
    )
    yield Example("C1g", "/status, a file that could not be read", command_replies.status(unread, say))
    learning = (
        LearningFacts("Marktplatz", None),
        LearningFacts("Bahnhof", at(12, 0, 29)),
        LearningFacts("Tripadvisor", at(12, 0, 28), is_source=True),
    )
    yield Example("C1d", "/status, while learning", command_replies.status(replace(facts, learning=learning), say))
    trouble = replace(
        facts,
        sources=(SourceStatus("Google", at(14, 5), None, down_since=at(14, 10)), SourceStatus("Booking", None, None)),
        incidents=(),
        undelivered=3,
        undelivered_since=at(14, 12),
        lost=(LostChat("Linde Team", at(14, 2)),),
        unscored_since=at(13, 40),
    )
    yield Example("C1b", "/status, trouble", command_replies.status(trouble, say))
    nobody = IncidentRow(14, State.OPEN, "Marktplatz", True, 9, at(15, 40))
    bahnhof = replace(anna, location_name="Bahnhof")
    message = command_replies.incidents((nobody, bahnhof), say, now=at(16, 5), ended_lately=4)
    yield Example("C2", "/incidents", message)
    message = command_replies.incidents((), say, now=at(16, 5), last_id=11, last_ended_at=at(12, 0, 3))
    yield Example("C2b", "/incidents, none", message)
    yield Example("C2c", "An incident's card", notes.card_is_here(12, say))
    yield Example("C4", "/help", command_replies.help_text(say))
    yield from _slow_burns(language)
    yield Example("C6", "A move without an incident", command_replies.which_incident("ack", say))
    yield Example("C6b", "No such incident", command_replies.no_such_incident(99, say))
    yield Example("C6c", "No such person", command_replies.no_such_person("Bne", ("Anna", "Ben"), 12, say))
    twice = [PersonChoice(7, "Anna"), PersonChoice(8, "Andreas")]
    yield Example("C6n", "Two are called so", command_replies.several_people("A", twice, incident(), say))
    yield Example("C6d", "Not a time", command_replies.not_a_time("4 weeks", 12, say))
    yield Example("C6e", "Not a cause", command_replies.not_a_cause("rain", 12, say))
    yield Example("C6f", "To whom?", command_replies.no_such_person("", ("Anna", "Ben"), 12, say))
    yield Example("C6g", "Until when?", command_replies.not_a_time("", 12, say))
    yield Example("C6h", "A number without its unit", command_replies.not_a_time("90", 12, say))
    yield Example("C6i", "What was it?", command_replies.not_a_cause("", 12, say))
    yield Example("C6j", "A note without words", command_replies.nothing_to_note(12, say))


def _slow_burns(language: str) -> Iterator[Example]:
    say = words(language)
    theme, noise = Statement("waiting", 14, 60, 12, 240, 0.0001), Statement("noise", 7, 60, 6, 240, 0.01)
    phrase = Statement("bring time", 9, 60, 2, 240, 0.0002)
    table = tuple(
        Statement(what, n, 60, 4 * n, 240, 0.6) for what, n in (("food", 41), ("service", 22), ("waiting", 5))
    )
    labels = {
        "waiting": {"en": "waiting", "de": "Wartezeit"},
        "noise": {"en": "noise", "de": "Lärm"},
        "food": {"en": "food", "de": "Essen"},
        "service": {"en": "service", "de": "Service"},
    }
    texts = _BURN_TEXTS[language]
    four, five = (replace(one, rating=Rating(n, 1, 5)) for one, n in zip(reviews(language, 2), (4, 5), strict=True))
    found = SlowBurn(60, 240, True, (theme, noise), (phrase,), table)
    quotes = (Quote("waiting", texts[0], four), Quote("noise", texts[1], five))
    about: dict[str, Any] = {"labels": labels, "location_name": "Marktplatz", "weeks": 6}
    heard = EmergingThemes(found, quotes, (Quote("bring time", texts[0], four),), {"bring time": texts[2]})
    yield Example("C7", "/themes, slow burn", emerging_themes.slow_burn(heard, say, **about))
    none = EmergingThemes(replace(found, themes=(), phrases=()), (), (), {})
    yield Example("C7b", "/themes, none", emerging_themes.slow_burn(none, say, **about))
    few = EmergingThemes(SlowBurn(9, 20, False, (), (), table), (), (), {})
    yield Example("C7c", "/themes, too few reviews", emerging_themes.slow_burn(few, say, **about))


def sources(language: str) -> Iterator[Example]:
    """B1 to B5."""
    say = words(language)
    outage = Outage(
        source_id=3,
        source_name="Google",
        location_name="Marktplatz",
        names_location=True,
        zone=ZONE,
        now=at(16, 5),
        since=at(14, 10),
        reason=SourceDownReason.SIGN_IN_EXPIRED,
        others=(ReadableSource("Tripadvisor", at(16, 5)),),
    )
    yield Example("B1", "Source blind", outages.source_down(outage, say))
    others = [reason for reason in SourceDownReason if reason is not outage.reason]
    for letter, reason in zip(ascii_lowercase[1:], others, strict=False):
        shown = outages.source_down(replace(outage, reason=reason, others=()), say)
        yield Example(f"B2{letter}", f"Reason: {reason.replace('_', ' ')}", shown)
    yield Example("B4", "No source at all", outages.all_sources_down(say, since=at(14, 10), now=at(14, 40)))
    place = outages.all_sources_down(say, since=at(14, 10), now=at(14, 40), location_name="Marktplatz")
    yield Example("B4b", "No source of a location", place)
    again = replace(outage, now=at(17, 20))
    caught_up = CaughtUp(reviews=6, low=1, incidents=0)
    yield Example(
        "B5", "Readable again", outages.readable_again(again, say, recovered_at=at(17, 20), caught_up=caught_up)
    )


def files(language: str) -> Iterator[Example]:
    """First imports, skipped rows and unreadable files."""
    say = words(language)
    found = imports.first_import(
        say,
        source_name="Google",
        location_name="Marktplatz",
        reviews=412,
        low=31,
        first_at=datetime(2024, 3, 3, 12, tzinfo=UTC),
        last_at=at(12, 0, 22),
    )
    yield Example("I2", "First import", found)
    many = imports.first_reads(say, mark=1795284000, location_id=1, found=found, page=2, pages=200)
    yield Example("I2c", "First reads of many places: one message, a page for each", many)
    recent = imports.recent_cluster(
        say,
        location_id=1,
        location_name="Marktplatz",
        names_location=True,
        count=9,
        since=at(18, 0, 23),
        is_date_only=False,
        now=at(8, 0),
    )
    with_offer = imports.first_reads(say, mark=1795284000, location_id=1, found=found, page=2, pages=200, offer=recent)
    yield Example("I2d", "First reads of many places, with low reviews of the last days", with_offer)
    rows = [SkippedRow(line, why) for line, why in zip((17, 33, 58), _ROW_REASONS[language], strict=True)]
    skipped = imports.skipped_rows(
        say, file_name="booking.csv", location_name="Marktplatz", imported=398, skipped=rows, skipped_count=14
    )
    yield Example("I6", "Skipped rows", skipped)
    yield Example("I7", "Unreadable file", imports.unreadable_file(say, file_name="scan.pdf"))
    offer = imports.recent_cluster(
        say,
        location_id=1,
        location_name="Marktplatz",
        names_location=False,
        count=9,
        since=at(21, 10, 23),
        is_date_only=False,
        now=at(10, 0),
    )
    yield Example("I10", "Recent cluster in a first import", offer)
    late = [
        LateLine(since=at(19, 0, 3), until=at(22, 0, 5), count=8, usual_per_day=0.15),
        LateLine(since=at(12, 0, 9), until=at(20, 0, 9), count=5, usual_per_day=0.15),
    ]
    opening = LateLine(since=at(19, 0, 3), until=at(22, 0, 21), count=10, usual_per_day=0.4, first_reviews=21)
    for code, title, clusters in (
        ("I15", "Low reviews found too late", late[:1]),
        ("I16", "Several of them", late),
        ("I17", "The tenth low review of a new place", [opening]),
        (
            "I18",
            "Ten on the first day of a new place, and others too late",
            [replace(opening, since=at(1, 0, 21)), late[0]],
        ),
        ("I19", "A cluster at a place of which too little is known", [replace(late[0], reason=Reason.UNSURE)]),
        ("I20", "The share of low reviews has slowly risen", [replace(late[1], reason=Reason.DRIFT)]),
        ("I21", "Many more reviews of the usual mix", [replace(late[0], reason=Reason.SURGE)]),
    ):
        shown = imports.late_clusters(
            say,
            location_id=1,
            location_name="Marktplatz",
            names_location=True,
            mark=1_780_000_000,
            clusters=clusters,
            seen_at=at(10, 0),
        )
        yield Example(code, title, shown)
    yield from _back_tests(language)


def _back_tests(language: str) -> Iterator[Example]:
    """Q1 and Q2."""
    say = words(language)
    waiting, food = {"en": "waiting", "de": "Wartezeit"}, {"en": "food", "de": "Essen"}
    found = BackTest(
        location_name="Marktplatz",
        names_location=True,
        reviews=405,
        is_too_small=False,
        first_at=datetime(2024, 3, 3, 12, tzinfo=UTC),
        last_at=at(12, 0, 22),
        is_weekly=False,
        alarm_count=3,
        alarms=(
            PastAlarm(datetime(2024, 6, 14, 18, tzinfo=UTC), 6, timedelta(hours=9), waiting),
            PastAlarm(datetime(2025, 1, 2, 18, tzinfo=UTC), 4, timedelta(days=2), food),
            PastAlarm(datetime(2026, 9, 20, 18, tzinfo=UTC), 9, timedelta(hours=3), is_smear=True),
        ),
        densest=(9, timedelta(hours=3)),
        rule_low=3,
        rule_hours=24,
        rule_alarms=11,
        has_picture=True,
    )
    shown = replace(backtest.back_test(found, say), rows=keyboards.budget(1, mark=1764000000, relaxed=1, words=say))
    yield Example("Q1", "Back-test", shown)
    quiet = replace(found, alarm_count=0, alarms=(), densest=(2, timedelta(days=3)))
    yield Example("Q2", "Back-test, no alarm", backtest.back_test(quiet, say))
    small = replace(quiet, reviews=18, is_too_small=True, has_picture=False)
    yield Example("Q2b", "Back-test, too few reviews", backtest.back_test(small, say))


def people(language: str) -> Iterator[Example]:
    """P1 to P7 and the language."""
    say = words(language)
    url = "https://t.me/LindeReviewBot?startgroup=Zk3vQ8"
    yield Example("P1", "Owner", pairing.owner_joined(say, business_id=1, business_name="Café Linde", group_url=url))
    yield Example("P2", "Test alert", pairing.test_alert(say, mark=1795284000))
    yield Example("P2b", "Test alert, heard", pairing.test_heard(say, by="Petra"))
    yield Example("P3", "Invitation", pairing.invitation(say, url="https://t.me/LindeReviewBot?start=Zk3vQ8"))
    yield Example("P4", "Manager joined", pairing.manager_joined(say, place="Marktplatz"))
    yield Example(
        "P4b", "Manager joined, to the owner", pairing.manager_joined_owner(say, name="Ben", place="Marktplatz")
    )
    yield Example("P5", "Invitation used or expired", pairing.code_invalid(say))
    yield Example("P5b", "Unknown person", pairing.bot_is_private(say))
    yield Example("P6", "Group", pairing.ask_for_group(say, location_id=1, place="Marktplatz", is_topic=False))
    yield Example("P6b", "Topic", pairing.ask_for_group(say, location_id=1, place="Marktplatz", is_topic=True))
    yield Example("P7", "Group connected", pairing.group_connected(say, place="Marktplatz", names=("Anna", "Ben")))
    yield Example("P7b", "Not by an owner", pairing.only_owner_connects(say))
    rows = [
        TeamRow(1, "Petra", Role.OWNER, "Café Linde", at(9, 0)),
        TeamRow(2, "Ben", Role.MANAGER, "Marktplatz", at(14, 2)),
    ]
    shown = team.team(rows, say, business_id=1, business_name="Café Linde", groups=("Linde Team",), now=at(20, 0))
    yield Example("P9", "Team, to an owner", shown)
    yield Example("P9b", "One person", team.person(rows[1:], say, now=at(20, 0), is_self=False))
    yield Example("P9c", "Removed", team.removed("Ben", "Café Linde", say, groups=(("Linde Team", True),)))
    unsaid = (("Linde Küche", None), ("Linde Bar", False))
    yield Example("P9e", "Removed, where Telegram does not say", team.removed("Ben", "Café Linde", say, groups=unsaid))
    apart = (("Linde Team", False),)
    yield Example("P9f", "Removed, in no group", team.removed("Ben", "Café Linde", say, groups=apart))
    yield Example("P9d", "Another role", team.changed(replace(rows[1], role=Role.OWNER), say))
    yield Example("P8", "Language", pairing.language_changed(say))


def deliveries(language: str) -> Iterator[Example]:
    """D1, D5 and D6; D2 and D4 are lines of a card."""
    say = words(language)
    lost = delivery_notices.chat_lost(
        say, chat_name="Linde Team", removed_at=at(14, 2), now=at(14, 2), places=("Marktplatz",)
    )
    yield Example("D1", "Chat lost", lost)
    ben = delivery_notices.chat_lost(
        say, chat_name="Ben", removed_at=at(14, 2), now=at(14, 2), places=("Marktplatz",), is_private=True
    )
    yield Example("D1b", "Private chat lost", ben)
    yield Example("D5", "Group migrated", delivery_notices.chat_migrated(say, open_incidents=1))
    yield Example("D5b", "Topic gone", delivery_notices.topic_gone(say))
    yield Example("D7", "Clock set back", delivery_notices.clock_set(say, by=-timedelta(hours=23)))
    yield Example("D7b", "Clock set ahead", delivery_notices.clock_set(say, by=timedelta(days=3)))
    yield Example("D8", "Restored from a backup", delivery_notices.restored(say, made_at=at(4, 0), now=at(14, 2)))
    yield Example("D9", "A message that was taken back", delivery_notices.erased(say))
    caught_up = CaughtUp(reviews=9, low=0, incidents=0)
    back = delivery_notices.back_after_pause(say, start=at(3, 10), end=at(5, 20), now=at(5, 20), caught_up=caught_up)
    yield Example("D6", "Back after a pause", back)
