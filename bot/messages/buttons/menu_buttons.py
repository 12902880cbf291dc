"""The buttons of the menu: pages, choices, back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from bot.messages.buttons import payload
from bot.messages.buttons.payload import Verb
from bot.messages.text.formatting import Words
from bot.messages.text.message import Button, Rows, plain_text
from bot.messages.text.sanitize import safe

ANEW: Final = "anew-"
"""What the name of a page begins with where the menu is to be posted again, below everything else."""


def page(verb: Verb, target: int, name: str, words: Words, *, called: str = "") -> Button:
    """A button that opens a page of the menu."""
    return Button(called or words.text(f"menu.button.{name}"), data=payload.build(verb, target, arg=name))


def plain(verb: Verb, label: str) -> Button:
    """A button that needs nothing but its verb."""
    return Button(label, data=payload.build(verb))


def of_place(location_id: int, name: str) -> Button:
    """A button that opens a location's page."""
    return Button(label(name), data=payload.build(Verb.MENU_PLACE, location_id, arg="place"))


def back(words: Words, *, to: str = "root") -> Button:
    """A button that leads back to a page of the chat."""
    return Button(words.text("button.bak"), data=payload.build(Verb.MENU, arg=to))


def close(words: Words) -> Button:
    """A button that removes the menu."""
    return Button(words.text("button.cls"), data=payload.build(Verb.CLOSE))


def marked(text: str, *, is_now: bool) -> str:
    """A label with a dot where it is what holds now."""
    return f"• {text}" if is_now else text


def label(name: str) -> str:
    """A name as it stands on a button."""
    return plain_text(safe(name, 30))


def pairs(buttons: Sequence[Button]) -> list[tuple[Button, ...]]:
    """Two buttons in a row."""
    return [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]


def rows(every: Iterable[Iterable[Button]]) -> Rows:
    """Rows without empty ones."""
    return tuple(found for row in every if (found := tuple(row)))


def turns(name: str, at: int, pages: int) -> list[Button]:
    """Back and forward between the pages of a list; pages count from 1."""
    return [
        Button(f"‹ {to}" if to < at else f"{to} ›", data=payload.build(Verb.MENU, arg=f"{name}-{to}"))
        for to in (at - 1, at + 1)
        if 1 <= to <= pages
    ]
