"""Makes text from outside safe to show: it can neither format, mention, command, link nor turn the line around.

Everything here takes linear time, so that a review of many megabytes cannot stall the chat.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

from bot.messages.text.message import Html
from bot.text.shorten import short_line, shorten
from bot.text.signs import UNWANTED, one_line

LOCATION_LIMIT: Final = 20
PERSON_LIMIT: Final = 24
FILE_LIMIT: Final = 40
CHAT_LIMIT: Final = 40

FSI: Final = "\u2068"
PDI: Final = "\u2069"
WORD_JOINER: Final = "\u2060"

_SPACE: Final = re.compile(r"\s+")
_ACTIVE: Final = re.compile(r"[@#/$]|(?<=[^\W_])\.(?=[^\W_])")
_SCHEMES: Final = ("http", "https")
_LONGEST_URL: Final = 2048


def escape(text: str) -> Html:
    """Escape what Telegram's HTML reads as markup, also inside a quoted attribute."""
    return Html(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;"))


def safe(text: str, limit: int | None = None) -> Html:
    """A name or a line from outside, for the middle of a sentence.

    It is isolated only where it holds right-to-left letters, so that an ordinary name stays an ordinary word.
    """
    words = _trimmed(text, limit)
    html = _disarmed(words)
    return Html(f"{FSI}{html}{PDI}") if _turns(words) else html


def quote(text: str, limit: int) -> Html:
    """A guest's words, cut to `limit` UTF-16 units, disarmed and isolated; empty stays empty."""
    words = _trimmed(text, limit)
    return Html(f"{FSI}{_disarmed(words)}{PDI}") if words else Html("")


def code(text: str, limit: int = FILE_LIMIT) -> Html:
    """A file name, command or column, which Telegram would otherwise turn into a link."""
    return Html(f"<code>{escape(_trimmed(text, limit))}</code>")


def link(url: str, label: Html) -> Html:
    """The label as a link, or the label alone where the address is not plain http or https."""
    return Html(f'<a href="{escape(url.strip())}">{label}</a>') if is_web(url) else label


def is_web(url: str) -> bool:
    """Whether an address is plain http or https, short, and without spaces or unwanted signs."""
    address = url.strip()
    if len(address) > _LONGEST_URL or _SPACE.search(address) or UNWANTED.search(address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in _SCHEMES and bool(parts.hostname)
    except ValueError:
        return False


def mention(telegram_id: int, name: str) -> Html:
    """A person's name that notifies this person."""
    return Html(f'<a href="tg://user?id={telegram_id:d}">{safe(name, PERSON_LIMIT)}</a>')


def _trimmed(text: str, limit: int | None) -> str:
    if limit is None:
        return one_line(text)
    short = short_line(text, limit)
    if len(_ACTIVE.findall(short)) > limit // 4:  # nobody writes so; each of them brings a joiner of its own
        return shorten(short, limit // 2)
    return short


def _disarmed(text: str) -> Html:
    return Html(_text_escape(_ACTIVE.sub(lambda sign: sign[0] + WORD_JOINER, text)))


def _text_escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _turns(text: str) -> bool:
    return any(unicodedata.bidirectional(sign) in ("R", "AL", "AN") for sign in text)
