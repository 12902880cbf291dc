"""Signs that nobody sees or that change how the rest is seen. One table, used wherever a text is shown, logged or kept.

A zero-width joiner and non-joiner are no such signs: emoji and Persian need them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

# C0 and C1 controls that are no white space (escape sequences begin with one).
_CONTROLS: Final = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
# Direction marks, embeddings, overrides and isolates; what they turn around, a reader reads wrong.
_DIRECTION: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"
# Soft hyphen, Mongolian vowel separator, zero-width space, word joiner and invisible operators, byte order mark.
_INVISIBLE: Final = "\u00ad\u034f\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\ufeff\ufff9-\ufffb\U0001d173-\U0001d17a"
# Tags and further variants, a whole hidden alphabet; with them go the parts of three flags, which stay black flags.
_TAGS: Final = "\U000e0000-\U000e0fff"
# Letters that are drawn as nothing: Hangul fillers and the empty Braille pattern. They make lines that seem empty.
_BLANK: Final = "\u115f\u1160\u2800\u3164\uffa0"
_LONE_SURROGATES: Final = "\ud800-\udfff"

UNWANTED: Final = re.compile(f"[{_CONTROLS}{_DIRECTION}{_INVISIBLE}{_TAGS}{_BLANK}{_LONE_SURROGATES}]")
"""What is never shown; white space is not among it."""

LONE_SURROGATES: Final = re.compile(f"[{_LONE_SURROGATES}]")
"""Half a character, which no encoding can write."""

SHAPELESS: Final = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe0e\ufe0f\ufeff"
    "\U0001f3fb-\U0001f3ff\U000e0000-\U000e007f]+"
)
"""What takes no part in a word when words are compared: also joiners, variants, skin tones and tags."""

_UNSTORABLE: Final = re.compile(f"[\x00{_LONE_SURROGATES}]")
_UNLOGGABLE: Final = re.compile(f"[\x09-\x0d\x1c-\x1f\x85\u2028\u2029{UNWANTED.pattern[1:]}")
_LINE_ENDS: Final = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACE: Final = re.compile(r"\s+")


def one_line(text: str) -> str:
    """The text on one line: unwanted signs dropped, white space folded to single spaces."""
    return _SPACE.sub(" ", UNWANTED.sub("", text)).strip()


def lines(text: str) -> str:
    """The text without unwanted signs, each of its lines ended by a line feed."""
    return UNWANTED.sub("", _LINE_ENDS.sub("\n", text))


def storable(text: str) -> str:
    """A text that every database takes: NUL and lone surrogates become U+FFFD, everything else stays."""
    if "\x00" not in text:
        if text.isascii():
            return text
        try:
            text.encode()
        except UnicodeEncodeError:
            pass  # half a character
        else:
            return text
    return _UNSTORABLE.sub("\ufffd", text)


def escaped(text: str, escape: Callable[[str], str]) -> str:
    """The text with every sign written out that could end a line of a log, or hide or turn around a part of it."""
    return _UNLOGGABLE.sub(lambda sign: escape(sign[0]), text)
