"""Finds the values of a review in a mail by a rule's finders, and reads ratings in all their spellings.

A rating that is not found, or lies outside the scale, is none; it is never guessed. Patterns may come from the owner
and run over hostile text, so each has a third of a second (`regex`, which can be stopped, unlike `re`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Final

import regex

from bot.errors import SkipError
from bot.model.review import Rating
from bot.reasons import reason
from bot.sources.mail.rules import Finder, MailRule
from bot.sources.mail.text import TEXT_CAP, Mail, plain, text_of, tree_of

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

TIME_LIMIT: Final = 0.3
"""Seconds that one search may take."""
ITEMS_AT_MOST: Final = 500
Tree = Callable[[], "BeautifulSoup"]
_FILLED: Final = frozenset("★⭐🌟✭✮⚫●")
_NUMBER: Final = re.compile(r"\d{1,3}(?:[.,]\d{1,2})?")
_WIDTH: Final = re.compile(r"(?:^|[^\d.])(\d{1,3}(?:\.\d{1,2})?)\s*%")


class SlowPatternError(SkipError):
    """A pattern took too long on a mail, and was stopped."""

    def __init__(self, field: str) -> None:
        """`field` is what it was to find."""
        self.why = reason("mail_slow", field=field)
        super().__init__(self.why)


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A value, and where it stands in the text of its item; (-1, -1) where it stands elsewhere."""

    value: str
    span: tuple[int, int] = (-1, -1)


@dataclass(frozen=True, slots=True)
class Item:
    """One review's part of a mail, with the values that were found."""

    text: str
    values: Mapping[str, FieldValue]
    rating: Rating | None


@cache
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern)


def search(pattern: str, text: str, *, what: str) -> regex.Match[str] | None:
    """The first match of a pattern, within a limit of time.

    Raises:
        SlowPatternError: it took longer.
    """
    try:
        return _compiled(pattern).search(text[:TEXT_CAP], timeout=TIME_LIMIT)
    except TimeoutError:
        raise SlowPatternError(what) from None


def strip(text: str, rule: MailRule) -> str:
    """A body without what the rule's `strip` patterns match; a pattern's group stays."""
    for pattern in rule.strip:
        try:
            text = _compiled(pattern).sub(
                lambda found: (found.group(1) or "") if found.re.groups else "", text[:TEXT_CAP], timeout=TIME_LIMIT
            )
        except TimeoutError:
            raise SlowPatternError("strip") from None
    return text


def items_of(rule: MailRule, mail: Mail) -> list[Item]:
    """The reviews in a mail: one, or those of a digest.

    Raises:
        SlowPatternError: a pattern took too long.
    """
    subject = mail.one("subject")
    if rule.item is None:
        return [_item(rule, subject, mail.body(rule.part), lambda: mail.soup)]
    if rule.item.css:
        parts = map(str, mail.soup.select(rule.item.css, limit=ITEMS_AT_MOST))
        return [_item(rule, subject, text_of(part), partial(tree_of, part)) for part in parts]
    return [_item(rule, subject, text, None) for text in _split(rule, mail.body(rule.part))]


def wanted_count(rule: MailRule, mail: Mail) -> int | None:
    """How many reviews a digest holds, by its subject."""
    found = search(rule.count, mail.one("subject"), what="count") if rule.count else None
    return int(_value(found)) if found is not None and _value(found).isdecimal() else None


def _split(rule: MailRule, text: str) -> list[str]:
    assert rule.item is not None
    try:
        starts = [one.start() for one in _compiled(rule.item.starts).finditer(text[:TEXT_CAP], timeout=TIME_LIMIT)]
    except TimeoutError:
        raise SlowPatternError("item.starts") from None
    end = len(text)
    if starts and rule.item.ends:
        tail = search(rule.item.ends, text[starts[-1] :], what="item.ends")
        end = starts[-1] + tail.start() if tail is not None else end
    return [text[a:b].strip() for a, b in zip(starts, [*starts[1:], end], strict=True)][:ITEMS_AT_MOST]


def _item(rule: MailRule, subject: str, text: str, soup: Tree | None) -> Item:
    values: dict[str, FieldValue] = {}
    rating: Rating | None = None
    for field, finders in rule.fields.items():
        for finder in finders:
            found = _find(finder, subject, text, soup, what=field)
            if found is None:
                continue
            if field == "rating":
                rating = rating_of(found.value, finder, rule.scale)
                if rating is None:
                    continue
            values[field] = found
            break
    return Item(text, values, rating)


def _find(finder: Finder, subject: str, text: str, soup: Tree | None, *, what: str) -> FieldValue | None:
    if not finder.css:
        where = subject if finder.where == "subject" else text
        match = search(finder.pattern, where, what=what)
        if match is None or not _value(match).strip():
            return None
        return FieldValue(_value(match).strip(), _span(match) if finder.where == "body" else (-1, -1))
    if soup is None:
        return None
    elements = soup().select(finder.css, limit=ITEMS_AT_MOST)
    if finder.take == "count":
        return FieldValue(str(len(elements))) if elements else None
    for element in elements:
        taken = element.get_text(" ") if finder.take == "text" else str(element.get(finder.take) or "")
        taken = plain(taken).strip()
        match = search(finder.pattern, taken, what=what) if finder.pattern else None
        value = (_value(match) if match is not None else "" if finder.pattern else taken).strip()
        if value:
            at = text.find(value) if finder.take == "text" else -1
            return FieldValue(value, (at, at + len(value)) if at >= 0 else (-1, -1))
    return None


def rating_of(value: str, finder: Finder, scale: Sequence[float]) -> Rating | None:
    """The rating that a text means on a scale; None where it means none."""
    worst, best = scale
    number: float | None = None
    match finder.counts:
        case "stars":
            number = float(sum(sign in _FILLED for sign in value)) or None
        case "width":
            found = _WIDTH.search(value)
            number = float(found[1]) / 100 * best if found and float(found[1]) > 0 else None
        case "words":
            low = value.casefold()
            fits = [word for word in sorted(finder.words, key=len, reverse=True) if word.casefold() in low]
            number = finder.words[fits[0]] if fits else None
        case "number":
            whole = _NUMBER.fullmatch(value.strip()) or _NUMBER.search(value)
            number = float(whole[0].replace(",", ".")) if whole else None
    if number is None or not worst <= number <= best:
        return None
    return Rating(number, worst, best)


def _group(match: regex.Match[str]) -> str | int:
    return "value" if "value" in match.re.groupindex else 1 if match.re.groups else 0


def _value(match: regex.Match[str]) -> str:
    return match.group(_group(match)) or ""


def _span(match: regex.Match[str]) -> tuple[int, int]:
    start, end = match.span(_group(match))
    value = match.string[start:end]
    return start + len(value) - len(value.lstrip()), end - (len(value) - len(value.rstrip()))
