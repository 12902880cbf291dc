"""What was understood of a file, in words: which column is what, on which scale, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.i18n.speech import reason_text
from bot.messages.text.formatting import Words, joined
from bot.messages.text.message import Html
from bot.messages.text.sanitize import safe
from bot.reasons import restored

_MOST_TABLES: Final = 3
_MOST_COLUMNS: Final = 6
_MOST_LEFT_OUT: Final = 4
_NAME_LIMIT: Final = 40
_REASON_LIMIT: Final = 160
_MOST_TEXTS: Final = 3
_WORDS: Final = ("title", "text", "positive", "negative")
_ORDERS: Final = ("dmy", "mdy", "swapped")


def understood_lines(words: Words, understood: Mapping[str, Any]) -> list[Html]:
    """One line for each table, then what was counted, what was not used and what was left out."""
    tables: Sequence[Mapping[str, Any]] = understood.get("tables", ())
    lines = [_table(words, table) for table in tables[:_MOST_TABLES]]
    if tables:
        lines.append(_counts(words, tables))
    unused = [name for table in tables for name in table["unused"]]
    if unused:
        names = joined([_name(name) for name in dict.fromkeys(unused[:_MOST_COLUMNS])], Html(", "))
        more = Html(" …") if len(unused) > _MOST_COLUMNS else Html("")
        lines.append(words.say("understood.unused", columns=Html(f"{names}{more}")))
    left_out = [
        reason_text(found, words.language, hides_cells=words.is_shared)
        for one in understood.get("left_out", ())
        if (found := restored(one))
    ]
    if left_out:
        shown = joined([safe(one, _REASON_LIMIT) for one in left_out[:_MOST_LEFT_OUT]], Html("; "))
        lines.append(words.say("understood.left_out", what=shown))
    return lines


def _table(words: Words, table: Mapping[str, Any]) -> Html:
    columns: Mapping[str, Sequence[str]] = table["columns"]
    parts: list[Html] = []
    rating = columns.get("rating") or (columns.get("recommended") if table["scale"] else None)
    if rating and table["scale"]:
        worst, best = table["scale"]
        key = "understood.grades" if table["lowest_is_best"] else "understood.rating"
        parts.append(words.say(key, column=_name(rating[0]), worst=words.number(worst), best=words.number(best)))
    else:
        parts.append(words.say("understood.no_rating"))
    if columns.get("date"):
        date = [words.say("understood.date", column=_name(columns["date"][0]))]
        date += [words.say(f"understood.{table['order']}")] if table["order"] in _ORDERS else []
        parts.append(joined(date, Html(", ")))
    if texts := [name for field in _WORDS for name in columns.get(field, ())]:
        parts.append(
            words.say("understood.text", columns=joined([_name(one) for one in texts[:_MOST_TEXTS]], Html(", ")))
        )
    if table["sheet"]:
        # A release before this one kept no platform.
        key = "understood.sheet_platform" if table.get("platform") else "understood.sheet"
        parts.append(words.say(key, sheet=_name(table["sheet"])))
    return Html(f"{joined(parts, Html('; '))}.")


def _counts(words: Words, tables: Sequence[Mapping[str, Any]]) -> Html:
    reviews, low, without = (sum(int(table[name]) for table in tables) for name in ("reviews", "low", "without_rating"))
    return words.say("understood.counts", reviews, low=words.number(low), without=words.number(without))


def _name(text: str) -> Html:
    return Html(f"<i>{safe(text, _NAME_LIMIT)}</i>")
