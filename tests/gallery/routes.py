"""Examples: the second way, as it is shown in the chat and as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.messages.service import second_way
from bot.messages.service.second_way import RouteFacts, Told
from bot.messages.text.message import Rendered
from bot.messages.text.sanitize import escape
from bot.model.incident import State, Transition
from tests.gallery.example import Example, at, facts, incident, words


def told(language: str) -> Iterator[Example]:
    """D3, what else is told on a route, and /routes."""
    say = words(language)
    later = facts(language, incident(), now=at(19, 35))
    yield Example(
        "D3",
        "Second way: Telegram fails",
        _shown(second_way.undelivered(later, say, since=at(19, 25), error="Bad Gateway")),
    )
    yield Example("D3b", "Second way: nobody takes it", _shown(second_way.escalated(later, say)))
    yield Example("D3c", "Second way: no chat", _shown(second_way.unreached(later, say)))
    taken = incident(state=State.ACKNOWLEDGED, last_move=Transition.ACKNOWLEDGE, moved_at=at(19, 41))
    by_anna = replace(later, incident=taken, holder_name="Anna")
    yield Example("D3d", "Second way: taken", _shown(second_way.taken(by_anna, say)))
    yield Example("D3e", "Second way: the account is lost", _shown(second_way.account(say)))
    trial = second_way.test(say, name="E-Mail")
    yield Example("D3f", "Second way: a test", _shown(trial))
    yield Example("D3g", "Second way: a possible repeat", _shown(second_way.repeated(trial, say)))
    rows = [
        RouteFacts(1, "E-Mail"),
        RouteFacts(2, "ntfy", at(14, 10), "503"),
        RouteFacts(3, "SMS", None, "", at(18, 2), "Petra"),
    ]
    yield Example("C10", "/routes", second_way.routes(rows, say, now=at(19, 0)))
    yield Example("C10b", "/routes, none", second_way.routes([], say, now=at(19, 0)))
    yield Example("C10c", "/routes, of a manager", second_way.for_owners(say))
    yield Example("C10d", "A test was taken", second_way.test_sent(say, name="E-Mail"))
    yield Example("C10e", "A test was not taken", second_way.test_failed(say, name="ntfy", error="403"))


def _shown(one: Told) -> Rendered:
    """Subject and text, of which neither has any markup."""
    return Rendered(escape(f"{one.subject}\n\n{one.text}"))
