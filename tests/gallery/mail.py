"""Examples: mails that could not be read, and an excerpt that came by mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.messages.incident import review_pages
from bot.messages.incident.review_pages import ReviewPage
from bot.messages.service import unread_mails
from bot.messages.service.unread_mails import UnreadMails
from bot.model.ingest.poll import Outcome
from tests.gallery.example import Example, at, reviews, words

_SUBJECTS = {"en": "Ajay has reviewed Café Linde", "de": "Ajay hat Café Linde bewertet"}


def by_mail(language: str) -> Iterator[Example]:
    """B6, B7 and V3."""
    say = words(language)
    found = UnreadMails(
        outcome=Outcome.UNREAD,
        platform="Google",
        location_name="Marktplatz",
        names_location=True,
        count=1,
        sender="businessprofile-noreply@google.com",
        subject=_SUBJECTS[language],
        sent_at=at(16, 2),
    )
    yield Example("B6", "A mail that could not be read", unread_mails.unread(found, say, now=at(16, 5)))
    yield Example("B6b", "Several of one day", unread_mails.unread(replace(found, count=3), say, now=at(16, 5)))
    shared = replace(say, is_shared=True)
    yield Example(
        "B6c", "In a group, where a subject may name the guest", unread_mails.unread(found, shared, now=at(16, 5))
    )
    unproved = replace(found, outcome=Outcome.UNVERIFIED)
    yield Example("B7", "A sender that is not proved", unread_mails.unread(unproved, say, now=at(16, 5)))
    yield Example("B7b", "Several of one day", unread_mails.unread(replace(unproved, count=3), say, now=at(16, 5)))
    first = reviews(language, 1)[0]
    stub = replace(first, text=f"{first.text.rstrip('.')}...", is_excerpt=True)
    page = ReviewPage((stub,), first=1, total=1)
    shown = review_pages.incident_reviews(
        page, say, incident_id=12, location_name="Marktplatz", names_location=True, now=at(18, 55)
    )
    yield Example("V3", "An excerpt that came by mail", shown)
