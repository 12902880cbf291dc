"""Whether a word is denied: "not slow", "never had to wait", "kein Schimmel", "warten mussten wir nicht"."""

from __future__ import annotations

from collections.abc import Sequence

from bot.score.words import is_break

_REACH = 4
_LISTED = """
not no never without hardly barely isnt wasnt didnt dont wont havent hasnt werent arent cant couldnt neither nor none
nothing zero avoid avoided avoids nicht kein keine keinen keiner keinem keines keinerlei nie niemals ohne weder kaum
nirgends nobody noone niemand nix nichts null net
"""
_DENYING = frozenset(_LISTED.split())
_NEVER = frozenset({"never", "nie"})
_LISTED_ONLY = """
only just nur even mal einmal merely allein two three five ten fifteen twenty thirty zwei drei fuenf zehn fuenfzehn
zwanzig dreissig
"""
_ONLY = frozenset(_LISTED_ONLY.split())


def may_deny(folded: Sequence[str]) -> bool:
    """Whether a text holds any negation at all: where not, `is_denied` is False at every place of it."""
    return not _DENYING.isdisjoint(folded) or any(word.endswith("n't") for word in folded)


def is_denied(folded: Sequence[str], first: int, last: int, *, begin: int = 0) -> bool:
    """Whether a negation stands up to four words before a place, or "nicht" at the end of its clause after it.

    Args:
        folded: The pieces of the text.
        first: The place's first piece.
        last: Its last piece.
        begin: The first piece that counts.
    """
    for place in range(first - 1, max(begin - 1, first - 1 - _REACH), -1):
        word = folded[place]
        if is_break(word):
            break
        if word in _DENYING or word.endswith("n't"):
            # "not only slow", "keine fünf Minuten später" and "never been so slow" deny nothing.
            return folded[place + 1] not in _ONLY and not (word in _NEVER and "so" in folded[place + 1 : last + 1])
    for place in range(last + 1, min(len(folded), last + 1 + _REACH)):
        word = folded[place]
        if is_break(word):
            break
        if word == "nicht":
            return place + 1 == len(folded) or is_break(folded[place + 1])
    return False
