"""How a chat is spoken to: the words of `bot.i18n.speech` as HTML, and what puts pieces of HTML together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from bot.i18n.speech import Speech, Value
from bot.messages.text.message import Html, plain_text
from bot.messages.text.sanitize import safe
from bot.text.shorten import utf16_length

DOT: Final = Html(" · ")
COMMA: Final = Html(", ")
NEWLINE: Final = Html("\n")

Size = TypeVar("Size")


@dataclass(frozen=True, slots=True)
class Words(Speech[Html]):
    """How one chat is spoken to: in HTML, in which nothing from outside can act.

    Attributes:
        is_shared: others read along, so that nothing is shown that may be a guest's name.
    """

    is_shared: bool = False

    def made(self, text: str) -> Html:
        """The catalogue's own markup stays markup."""
        return Html(text)

    def put(self, text: str) -> str:
        """HTML as it is, anything else cleaned and escaped."""
        return text if isinstance(text, Html) else safe(text)

    def text(self, key: str, /, n: int | None = None, **values: Value) -> str:
        """As `say`, without markup, for buttons and the answers to a press."""
        return plain_text(self.say(key, n, **values))


def fitting(make: Callable[[Size], Html], sizes: Iterable[Size], budget: int) -> Html:
    """The first of several sizes of a message whose shown text fits the budget in UTF-16 units, else the last."""
    html = Html("")
    for size in sizes:
        html = make(size)
        if utf16_length(plain_text(html)) <= budget:
            break
    return html


def joined(parts: Iterable[Html], between: Html = DOT) -> Html:
    """Parts that are safe already, put together; empty ones are left out."""
    return Html(between.join(part for part in parts if part))


def number_sign(incident_id: int) -> Html:
    """#12, which Telegram does not make a hashtag of because it holds digits only."""
    return Html(f"#{incident_id:d}")


def capital(html: Html) -> Html:
    """With a capital first letter, for a phrase at the start of a line."""
    return Html(html[:1].upper() + html[1:])
