"""The guest's own words around a find."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.score.patterns import Hit
from bot.score.words import Words, ends_sentence, is_break, word_set

LONGEST_QUOTE = 120
"""Characters of a quote; the longest in the chat's design are a little shorter."""

TURNS = word_set(
    """
    but however although though yet while whereas except unfortunately sadly aber jedoch doch sondern obwohl allerdings
    nur leider dafuer trotzdem
    """
)
"""Words, folded, that begin another thought."""

_UNFINISHED = word_set("und sehr so zu and very too really wirklich viel oder or")
"""Words, folded, that no clause ends with: "loud and very, very dirty"."""

_SHORTEST_CLAUSE = 4
"""Words; a shorter clause says little alone and is quoted with the rest of its sentence."""


def written(words: Words, hit: Hit) -> str:
    """What was found, as the guest wrote it."""
    return words.text[words.start(hit.first) : words.end(hit.last)][:LONGEST_QUOTE]


def quote_around(words: Words, hit: Hit, judges: Callable[[int], bool] | None = None) -> str:
    """The clause around a find, or its sentence where the clause is short, shortened at word ends.

    Args:
        words: The text in pieces.
        hit: The find.
        judges: Whether the part of a sentence that a piece stands in says good or bad; with it, a quote goes on over
            commas until it holds a verdict ("the mojito, which I had ordered, was the worst").
    """
    first, last = _reach(words.folded, hit, is_break)
    if judges is not None:
        judged = _with_verdict(words.folded, hit, last, judges)
        if words.end(judged) - words.start(first) <= LONGEST_QUOTE - 2:
            last = judged
    if last - first + 1 < _SHORTEST_CLAUSE:
        first, last = _reach(words.folded, hit, ends_sentence)
    cut_before = cut_after = False
    while words.end(last) - words.start(first) > LONGEST_QUOTE - 2 and (first < hit.first or last > hit.last):
        # What stands before a word says more about it than what follows, so the end goes first.
        if last > hit.last and (last - hit.last >= hit.first - first or first == hit.first):
            last, cut_after = last - 1, True
        else:
            first, cut_before = first + 1, True
    quote = " ".join(words.text[words.start(first) : words.end(last)].split())[:LONGEST_QUOTE]
    return f"{'…' if cut_before else ''}{quote}{'…' if cut_after else ''}"


def _with_verdict(folded: Sequence[str], hit: Hit, last: int, judges: Callable[[int], bool]) -> int:
    """The last piece of the part that judges; `last` where none of the sentence does, or another thought begins."""
    end, is_judged = last, judges(hit.first)
    while not is_judged or folded[end] in _UNFINISHED:
        following = end + 2
        if following >= len(folded) or folded[end + 1] != "," or folded[following] in TURNS:
            return end if is_judged else last
        end = following
        while end + 1 < len(folded) and not is_break(folded[end + 1]):
            end += 1
        is_judged = is_judged or judges(following)
    return end


def _reach(folded: Sequence[str], hit: Hit, stops: Callable[[str], bool]) -> tuple[int, int]:
    first, last = hit.first, hit.last
    while first and not stops(folded[first - 1]) and hit.first - first < LONGEST_QUOTE:
        first -= 1
    while last + 1 < len(folded) and not stops(folded[last + 1]) and last - hit.last < LONGEST_QUOTE:
        last += 1
    return first, last
