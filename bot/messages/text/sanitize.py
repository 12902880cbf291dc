"""Makes text from outside safe to show: it can neither format, mention, command, link nor turn the line around.

Everything here takes linear time, so that a review of many megabytes cannot stall the chat.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import takewhile
from typing import Final
from urllib.parse import urlsplit

from bot.messages.text.message import Html, utf16_length

LOCATION_LIMIT: Final = 20
PERSON_LIMIT: Final = 24
FILE_LIMIT: Final = 40
CHAT_LIMIT: Final = 40

FSI: Final = "\u2068"
PDI: Final = "\u2069"
WORD_JOINER: Final = "\u2060"
ELLIPSIS: Final = "…"

_ZWJ: Final = "\u200d"
# White space is left for folding. Zero-width joiners stay: emoji and Persian need them.
_UNWANTED: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)
_SPACE: Final = re.compile(r"\s+")
_ACTIVE: Final = re.compile(r"[@#/$]|(?<=[^\W_])\.(?=[^\W_])")
_SCHEMES: Final = ("http", "https")
_LONGEST_URL: Final = 2048
_WINDOW: Final = 64  # how many times its limit of a text is looked at before it is shortened


def escape(text: str) -> Html:
    """Escape what Telegram's HTML reads as markup, also inside a quoted attribute."""
    return Html(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;"))


def clean(text: str) -> str:
    """Drop control, direction and invisible characters and lone surrogates; fold white space to single spaces."""
    return _SPACE.sub(" ", _UNWANTED.sub("", text)).strip()


def shorten(text: str, limit: int) -> str:
    """Cut clean text to at most `limit` UTF-16 units, at a word end where one is near, with "…".

    A character made of several code points (combining marks, emoji sequences, flags) is kept whole or left out.
    """
    if len(text) <= limit and utf16_length(text) <= limit:
        return text
    cut, units = 0, 1
    for sign in text:
        units += 2 if ord(sign) > 0xFFFF else 1
        if units > limit:
            break
        cut += 1
    space = text.rfind(" ", limit // 2, cut + 1)
    if space != -1:
        cut = space
    while cut and not _may_cut(text, cut):
        cut -= 1
    return text[:cut].rstrip(" ,;:") + ELLIPSIS


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
    address = url.strip()
    if len(address) > _LONGEST_URL or _SPACE.search(address) or _UNWANTED.search(address):
        return label
    try:
        parts = urlsplit(address)
        is_web = parts.scheme in _SCHEMES and bool(parts.hostname)
    except ValueError:
        return label
    return Html(f'<a href="{escape(address)}">{label}</a>') if is_web else label


def mention(telegram_id: int, name: str) -> Html:
    """A person's name that notifies this person."""
    return Html(f'<a href="tg://user?id={telegram_id:d}">{safe(name, PERSON_LIMIT)}</a>')


def _trimmed(text: str, limit: int | None) -> str:
    if limit is None:
        return clean(text)
    window = text.lstrip()[: limit * _WINDOW]
    words = clean(window)
    if len(window) < len(text.strip()) and utf16_length(words) < limit // 2:
        return words + ELLIPSIS
    short = shorten(words, limit)
    if len(_ACTIVE.findall(short)) > limit // 4:  # nobody writes so; each of them brings a joiner of its own
        return shorten(words, limit // 2)
    return short


def _disarmed(text: str) -> Html:
    return Html(_text_escape(_ACTIVE.sub(lambda sign: sign[0] + WORD_JOINER, text)))


def _text_escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _turns(text: str) -> bool:
    return any(unicodedata.bidirectional(sign) in ("R", "AL", "AN") for sign in text)


def _may_cut(text: str, index: int) -> bool:
    if index >= len(text):
        return True
    before, after = text[index - 1], text[index]
    if before == _ZWJ or _continues(after):
        return False
    if _is_flag_half(before) and _is_flag_half(after):
        return sum(1 for _ in takewhile(_is_flag_half, reversed(text[:index]))) % 2 == 0
    return True


def _continues(sign: str) -> bool:
    """Whether the code point belongs to the one before it (a short form of Unicode's UAX 29 clusters)."""
    return (
        sign in ("\u200c", _ZWJ)
        or "\U0001f3fb" <= sign <= "\U0001f3ff"
        or "\U000e0020" <= sign <= "\U000e007f"
        or "\u1160" <= sign <= "\u11ff"
        or unicodedata.category(sign).startswith("M")
    )


def _is_flag_half(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"
