"""Examples: the menu with its pages, and each low review told by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, time, timedelta
from typing import Any

from bot.choices import DEFAULTS, OF_CHAT, OF_LOCATION, Choice, Chosen, Origin
from bot.messages.facts import hidden_words
from bot.messages.incident import low_reviews
from bot.messages.service import privacy
from bot.messages.service.menu import chain as menu_chain
from bot.messages.service.menu import digest as menu_digest
from bot.messages.service.menu import front as menu
from bot.messages.service.menu import place as menu_place
from bot.messages.service.menu import quiet as menu_quiet
from bot.messages.service.menu.facts import MenuChat, MenuPlace, MenuSource
from bot.policy.quiet import Quiet
from tests.gallery.example import Example, at, reviews, words

NOW = at(18, 55)
_MENU_PLACE = MenuPlace(
    1,
    "Marktplatz",
    {name: Chosen(DEFAULTS[name]) for name in OF_LOCATION},
    sources=(MenuSource(4, "Google"), MenuSource(5, "Tripadvisor")),
)
_MENU_CHAT = MenuChat(
    {name: Chosen(DEFAULTS[name]) for name in OF_CHAT}, ((1, "Marktplatz"),), businesses=((1, "Café Linde"),)
)


def menus(language: str) -> Iterator[Example]:
    """M1 to M14."""
    say = words(language)
    paused = replace(
        _MENU_PLACE,
        relaxed=1,
        sources=(MenuSource(4, "Google", at(10, 0, 30)), MenuSource(5, "Tripadvisor")),
    )
    closed = replace(paused, sources=tuple(replace(one, paused_until=at(10, 0, 30)) for one in paused.sources))
    yield Example("M1", "/menu and /settings, one location", menu.root(_MENU_CHAT, _MENU_PLACE, say, now=NOW))
    yield Example("M1b", "/menu, one source paused", menu.root(_MENU_CHAT, paused, say, now=NOW))
    by_file = {
        Choice.QUOTES: Chosen("off", Origin.FILE),
        Choice.SEVERE: Chosen("silent", Origin.CHAT, 12, NOW, "Petra"),
    }
    marked = replace(_MENU_PLACE, chosen={**_MENU_PLACE.chosen, **by_file})
    yield Example("M1c", "/menu, where values come from", menu.root(_MENU_CHAT, marked, say, now=NOW))
    three = replace(
        _MENU_CHAT,
        places=((1, "Marktplatz"), (2, "Bahnhof"), (3, "Hafen")),
        businesses=((1, "Café Linde"), (2, "Anker")),
    )
    yield Example("M2", "/menu, several locations", menu.root(three, None, say, now=NOW))
    managers = replace(three, is_owner=False, businesses=())
    yield Example("M2b", "/menu of a manager", menu.root(managers, None, say, now=NOW))
    many = replace(three, places=tuple((number, f"Linde {number}") for number in range(1, 21)))
    yield Example("M2c", "/menu, many locations", menu.root(many, None, say, now=NOW))
    yield Example("M3", "Which location", menu.places(many, say, page=2))
    yield Example("M4", "Settings of one location, paused", menu_place.one_place(closed, say, now=NOW))
    chosen = Chosen("silent", Origin.CHAT, 12, at(18, 2), "Petra", "on")
    for letter, name, holds in (
        ("", Choice.SEVERE, chosen),
        ("b", Choice.EACH_LOW, Chosen("off")),
        ("c", Choice.QUOTES, Chosen("off", Origin.FILE)),
        ("d", Choice.AT_ONCE, Chosen("duty", Origin.CHAT, 12, at(18, 2), "Petra", "team")),
    ):
        place = replace(_MENU_PLACE, chosen={**_MENU_PLACE.chosen, name: holds})
        yield Example(f"M5{letter}", f"One choice: {name}", menu_place.choose(place, name, say, now=NOW, is_only=False))
    yield Example("M6", "Alarm level", menu_place.alarm_level(paused, say, is_only=True))
    yield Example("M7", "Pause a location", menu_place.pause(closed, say, now=NOW, is_only=False))
    source = paused.sources[0]
    yield Example("M7b", "Pause one source", menu_place.pause(paused, say, now=NOW, is_only=False, source=source))
    yield from _chat_pages(language, many)
    yield Example(
        "M12", "Somebody else chose meanwhile", menu.saved_over(say, name=Choice.SEVERE, chosen=chosen, now=NOW)
    )
    yield from _each_low(language)


def _chat_pages(language: str, many: MenuChat) -> Iterator[Example]:
    say = words(language)
    yield Example("M8", "When the digest comes", menu_digest.digest(_MENU_CHAT, say, now=NOW))
    for letter, value in (("b", "daily"), ("c", "monthly"), ("d", "off")):
        digest = {**_MENU_CHAT.digest, Choice.DIGEST: Chosen(value, Origin.CHAT, 13, at(9, 30), "Petra", "weekly")}
        yield Example(
            f"M8{letter}", f"The digest, {value}", menu_digest.digest(replace(_MENU_CHAT, digest=digest), say, now=NOW)
        )
    yield Example("M8e", "On which day", menu_digest.digest_day(_MENU_CHAT, say))
    yield Example("M8f", "At which hour", menu_digest.digest_hour(_MENU_CHAT, say))
    yield Example("M9", "In which language", menu.language(say))
    yield Example("M14", "Quiet hours, none", menu_quiet.page(_MENU_CHAT, say, now=NOW))
    hours = Quiet(time(22), time(8), UTC)
    yield Example(
        "M14b",
        "Quiet hours of a chat",
        menu_quiet.page(
            replace(_MENU_CHAT, quiet=hours, quiet_chosen=Chosen("", Origin.CHAT, set_at=at(18, 2), set_by="Petra")),
            say,
            now=NOW,
        ),
    )
    yield from _chain(language)
    yield Example("M10", "Whom to invite", menu.invite(many, say, page=1))
    yield Example(
        "M11", "Connect a group", menu.connect_group(say, url="https://t.me/LindeReviewBot?startgroup=Zk3vQ8")
    )


def _chain(language: str) -> Iterator[Example]:
    say = words(language)
    steps = (
        menu_chain.ChainStep(timedelta(minutes=10), "duty"),
        menu_chain.ChainStep(timedelta(minutes=20), "person", 2, "Anna"),
        menu_chain.ChainStep(timedelta(minutes=20), "routes"),
    )
    by_petra = Chosen("", Origin.CHAT, 1795539720, at(18, 2), "Petra")
    facts = menu_chain.MenuChain(
        1, "Marktplatz", steps, by_petra, Chosen("team"), team=((1, "Petra"), (2, "Anna"), (3, "Ben"))
    )
    yield Example("M19", "Escalation", menu_chain.chain(facts, say, now=NOW))
    none = replace(facts, steps=(), chosen=Chosen("", Origin.FILE), has_routes=False, is_only=False)
    yield Example("M19b", "Escalation, none", menu_chain.chain(none, say, now=NOW))
    yield Example("M19c", "One step", menu_chain.step(facts, 1, say))
    yield Example("M19d", "Escalation, to a manager", menu_chain.chain(replace(facts, is_owned=False), say, now=NOW))
    yield Example("M19e", "Somebody else changed the steps", menu_chain.changed(by_petra, say, now=NOW))


def _each_low(language: str) -> Iterator[Example]:
    say = words(language)
    about: dict[str, Any] = {"location_name": "Marktplatz", "names_location": True, "now": NOW + timedelta(minutes=5)}
    two = reviews(language)[:2]
    yield Example("M13", "A low review by itself", low_reviews.low_reviews(two[:1], say, **about))
    hidden = [hidden_words.of_review(one) for one in two]
    yield Example("M13b", "Two, with texts kept out of the chat", low_reviews.low_reviews(hidden, say, **about))


def guests_data(language: str) -> Iterator[Example]:
    """GD1 to GD5."""
    say = words(language)
    held = privacy.HeldReview(
        12, "Marktplatz", "Google", "Anna Berger", reviews(language, 1)[0].text, at(18, 2), is_by=True
    )
    other = replace(held, review_id=40, author="Nele", is_by=False)
    done = privacy.Receipt(
        3,
        at(17, 0),
        "Petra",
        {"reviews": 1, "scores": 1, "raw_items": 1, "cards": 2, "messages": 3, "backups": 7},
        at(17, 2),
    )
    open_one = replace(done, number=4, done_at=None)
    yield Example("GD1", "/privacy, with the last receipts", privacy.page([open_one, done], say, now=NOW))
    yield Example("GD2", "/privacy with a name", privacy.found([held, other], "Anna Berger", say, now=NOW))
    many = [replace(held, review_id=number) for number in range(1, 8)]
    yield Example("GD2b", "One, and more than are shown", privacy.found(many, "Berger", say, now=NOW))
    yield Example("GD2c", "One only", privacy.found([held], "Berger", say, now=NOW))
    yield Example("GD2d", "Nobody", privacy.found([], "Berger", say, now=NOW))
    yield Example("GD3", "Before it is erased", privacy.ask(held, say, now=NOW))
    yield Example("GD4", "Erased", privacy.erased(4, say))
    yield Example("GD5", "In a group", privacy.not_here(say))
