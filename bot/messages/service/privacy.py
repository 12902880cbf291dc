"""/privacy: what is held of a guest, the question before it is erased, and the receipts; for owners, in private."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.messages.buttons import payload
from bot.messages.buttons.payload import Verb
from bot.messages.text import fragments
from bot.messages.text.formatting import DOT, NEWLINE, Words, joined
from bot.messages.text.message import Button, Html, Rendered
from bot.messages.text.sanitize import PERSON_LIMIT, quote, safe

SHOWN: Final = 5
RECEIPTS: Final = 3
_TEXT: Final = 120
_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class HeldReview:
    """A review that is held.

    Attributes:
        is_by: the guest has the name that was looked for; else the words stand in the text.
    """

    review_id: int
    place: str
    platform: str
    author: str
    text: str
    published_at: datetime
    is_by: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was erased: when, by whom, how many rows of what; done_at is None while it goes on."""

    number: int
    asked_at: datetime
    by: str
    counts: Mapping[str, int]
    done_at: datetime | None


_KINDS: Final = MappingProxyType(
    {
        "reviews": "reviews",
        "messages": "messages",
        "waiting messages": "messages",
        "outbox": "messages",
        "inbox": "messages",
        "cards": "cards",
        "backups": "backups",
    }
)
"""What the places of a receipt are to a person; any other is a copy of his words, or what was read from them."""


def page(receipts: Sequence[Receipt], words: Words, *, now: datetime) -> Rendered:
    """How to find somebody, and the last receipts."""
    lines = [words.say("privacy.title"), words.say("privacy.how")]
    lines += [_receipt(one, words, now) for one in receipts[:RECEIPTS]]
    return Rendered(joined([*lines, words.say("privacy.rest")], NEWLINE))


def found(rows: Sequence[HeldReview], wanted: str, words: Words, *, now: datetime) -> Rendered:
    """The reviews with a name or words, each with a button that asks before it is erased."""
    if not rows:
        return Rendered(words.say("privacy.none", wanted=safe(wanted, _NAME)))
    lines = [words.say("privacy.found", len(rows), wanted=safe(wanted, _NAME))]
    lines += [_line(row, words, now) for row in rows[:SHOWN]]
    if len(rows) > SHOWN:
        lines.append(words.say("count.more", len(rows) - SHOWN))
    lines.append(words.say("privacy.look_twice"))
    buttons = [
        Button(
            words.text("button.era", number=str(row.review_id)), data=payload.build(Verb.ASK_TO_ERASE, row.review_id)
        )
        for row in rows[:SHOWN]
    ]
    return Rendered(joined(lines, NEWLINE), tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)))


def ask(row: HeldReview, words: Words, *, now: datetime) -> Rendered:
    """Whether a review is to be erased for good."""
    lines = (words.say("privacy.ask"), _line(row, words, now), words.say("privacy.what_goes"))
    erase = Button(words.text("button.ers"), data=payload.build(Verb.ERASE, row.review_id))
    back = Button(words.text("button.bak"), data=payload.build(Verb.SHOW_PRIVACY))
    return Rendered(joined(lines, NEWLINE), ((erase, back),))


def erased(number: int, words: Words) -> Rendered:
    """It is done as far as anybody can see; the rest follows."""
    return Rendered(words.say("privacy.erased", number=str(number)))


def not_here(words: Words) -> Rendered:
    """In a group others would read it."""
    return Rendered(words.say("privacy.not_here"))


def _line(row: HeldReview, words: Words, now: datetime) -> Html:
    line = words.say(
        "privacy.line" if row.is_by else "privacy.mentions",
        number=str(row.review_id),
        author=safe(row.author, _NAME) or words.say("person.somebody"),
        place=fragments.place(row.place),
        source=fragments.source(row.platform),
        day=words.day(row.published_at, now),
    )
    text = quote(row.text, _TEXT)
    return Html(f"{line}\n<blockquote>{text}</blockquote>") if text else line


def _receipt(one: Receipt, words: Words, now: datetime) -> Html:
    by_kind: Counter[str] = Counter()
    for name, count in one.counts.items():
        by_kind[_KINDS.get(name, "copies")] += count
    counts = joined([words.say(f"privacy.kinds.{kind}", count) for kind, count in by_kind.items()], DOT)
    return words.say(
        "privacy.receipt" if one.done_at is not None else "privacy.receipt_open",
        number=str(one.number),
        at=words.moment(one.asked_at, now),
        by=safe(one.by, PERSON_LIMIT) or words.say("person.somebody"),
        counts=counts,
    )
