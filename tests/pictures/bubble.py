"""A message of the demo's transcript as a page of HTML that looks like a chat on a phone."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
_TAGS = {"bold": "b", "italic": "i", "code": "code", "text_link": "a", "text_mention": "a", "url": "a"}
_QUOTES = ("blockquote", "expandable_blockquote")
_INVISIBLE = dict.fromkeys(map(ord, "\u2068\u2069\u2060"), None)


def page(messages: Sequence[Mapping[str, Any]], *, chat: str, members: str, day: str, language: str) -> str:
    """The chat with these messages, each as `{"version": …, "is_edited": …, "is_own": …, "from": …}`."""
    style = files("tests.pictures").joinpath("chat.css").read_text(encoding="utf-8")
    shown = "\n".join(_message(one, language) for one in messages)
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><style>{style}</style></head><body>\n'
        f'<header><span class="back">‹</span><span class="face">LT</span>'
        f"<span><b>{html.escape(chat)}</b><small>{html.escape(members)}</small></span></header>\n"
        f'<main><div class="day">{html.escape(day)}</div>\n{shown}</main>\n</body></html>\n'
    )


def _message(one: Mapping[str, Any], language: str) -> str:
    version = one["version"]
    at = datetime.fromisoformat(version["at"]).astimezone(ZONE).strftime("%H:%M")
    edited = {"en": "edited", "de": "bearbeitet"}[language]
    mark = f'<span class="time">{edited + " " if one["is_edited"] else ""}{at}</span>'
    rows = "".join(f'<div class="row">{"".join(map(_button, row))}</div>' for row in version["keyboard"])
    return (
        f'<div class="message"><div class="bubble"><div class="name">{html.escape(one["from"])}</div>'
        f'<div class="text">{_text(version)}{mark}</div></div><div class="keyboard">{rows}</div></div>'
    )


def _button(button: Mapping[str, Any]) -> str:
    return f'<span class="button {button.get("style", "")}">{html.escape(button["text"])}</span>'


def _text(version: Mapping[str, Any]) -> str:
    """Plain text and entities to HTML; offsets count UTF-16 units."""
    raw = version["text"].encode("utf-16-le")
    quotes = [one for one in version["entities"] if one["type"] in _QUOTES]
    parts: list[str] = []
    at = 0
    for quote in sorted(quotes, key=lambda one: int(one["offset"])):
        start, end = quote["offset"], quote["offset"] + quote["length"]
        parts.append(_lines(_marked(raw, at, start, version["entities"])))
        inside = _lines(_marked(raw, start, end, version["entities"]))
        fold = '<span class="fold">⌄</span>' if quote["type"] == "expandable_blockquote" else ""
        parts.append(f"<blockquote>{inside}{fold}</blockquote>")
        at = end
    parts.append(_lines(_marked(raw, at, len(raw) // 2, version["entities"])))
    return "".join(parts)


def _marked(raw: bytes, start: int, end: int, entities: Sequence[Mapping[str, Any]]) -> str:
    inside = [
        one
        for one in entities
        if one["type"] in _TAGS and one["offset"] >= start and one["offset"] + one["length"] <= end
    ]
    out: list[str] = []
    at = start
    for one in sorted(inside, key=lambda each: int(each["offset"])):
        if one["offset"] < at:
            continue
        tag, stop = _TAGS[one["type"]], one["offset"] + one["length"]
        out += [_plain(raw, at, one["offset"]), f"<{tag}>{_plain(raw, one['offset'], stop)}</{tag}>"]
        at = stop
    return "".join([*out, _plain(raw, at, end)])


def _plain(raw: bytes, start: int, end: int) -> str:
    return html.escape(raw[2 * start : 2 * end].decode("utf-16-le").translate(_INVISIBLE))


def _lines(text: str) -> str:
    return "".join(f"<p>{line}</p>" for line in text.split("\n") if line)
