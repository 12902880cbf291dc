"""Telegram's HTML: the tags of the Bot API reference, parsed and refused as the real server does it.

Source: core.telegram.org/bots/api#html-style and the behaviour of tdlib/td `parse_html` (MessageEntity.cpp): unknown
named entities stay as they are written, offsets in error texts are bytes of UTF-8, entity offsets are UTF-16 units.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from bot.demo.botapi.rules.message_refusals import cannot_parse_entities
from bot.demo.botapi.text.links import is_link

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_CHARACTER = re.compile(rb"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([a-zA-Z]*));?")
_SPACE = b" \t\r\n\x0b\x00"
_NAME_TOKEN = re.compile(rb"[A-Za-z0-9.\-]*")
_ATTRIBUTE_NAME = re.compile(rb"[^\s\x00=>/\"']*")
_USER_LINK = re.compile(r"tg://user/?\?id=(\d+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entity:
    """One formatted stretch; `offset` and `length` in UTF-16 code units, `value` the link, language or emoji id."""

    kind: str
    offset: int
    length: int
    value: str = ""

    def as_json(self) -> dict[str, Any]:
        """The `MessageEntity` object of the Bot API."""
        out: dict[str, Any] = {"type": self.kind, "offset": self.offset, "length": self.length}
        if self.kind == "text_link":
            out["url"] = self.value
        elif self.kind == "text_mention":
            out["user"] = {"id": int(self.value), "is_bot": False, "first_name": ""}
        elif self.kind == "pre" and self.value:
            out["language"] = self.value
        elif self.kind == "custom_emoji":
            out["custom_emoji_id"] = self.value
        elif self.kind == "date_time":
            unix, _, form = self.value.partition(" ")
            out |= {"unix_time": int(unix)} | ({"date_time_format": form} if form else {})
        return out


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    value: str
    offset: int
    begins_at: int


def utf16_length(text: str) -> int:
    """Number of UTF-16 code units: what Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def parse_html(text: str) -> tuple[str, list[Entity]]:
    """Plain text and entities of a text with `parse_mode` HTML.

    Raises:
        RefusedError: the markup is one Telegram refuses; the text names the byte offset.
    """
    raw = text.encode()
    plain = bytearray()
    entities: list[Entity] = []
    stack: list[_Open] = []
    position = 0
    while position < len(raw):
        byte = raw[position]
        if byte == ord("&"):
            decoded, after = _character(raw, position)
            plain += decoded
            position = after
        elif byte != ord("<"):
            plain.append(byte)
            position += 1
        elif raw[position + 1 : position + 2] == b"/":
            position = _close(raw, position, stack=stack, plain=plain, entities=entities)
        else:
            opened, position = _open(raw, position)
            stack.append(replace(opened, offset=_units(plain), begins_at=len(plain)))
    if stack:
        raise cannot_parse_entities(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    order = {kind: number for number, kind in enumerate(("blockquote", "expandable_blockquote", "pre", "code"))}
    entities.sort(key=lambda entity: (entity.offset, -entity.length, order.get(entity.kind, len(order))))
    return _decode(plain), _without_forbidden_nesting(entities)


def _units(plain: bytearray) -> int:
    return utf16_length(plain.decode("utf-8", "surrogatepass"))


def _decode(plain: bytearray) -> str:
    try:
        return plain.decode("utf-8")
    except UnicodeDecodeError:
        reason = "Text contains invalid Unicode characters after decoding HTML entities, "
        raise cannot_parse_entities(f"{reason}check for unmatched surrogate code units") from None


def _character(raw: bytes, position: int) -> tuple[bytes, int]:
    """The character reference at `position`, or the bare ampersand."""
    found = _CHARACTER.match(raw, position)
    if found is None:
        return b"&", position + 1
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        known = _NAMED.get(name.decode())
        return (known.encode(), found.end()) if known else (b"&", position + 1)
    digits, base = (hexadecimal, 16) if hexadecimal is not None else (decimal, 10)
    number = int(digits, base) if digits else 0
    length = len(found.group().removesuffix(b";"))
    if number == 0 or number >= 0x10FFFF or length >= 10:
        return b"&", position + 1
    return chr(number).encode("utf-8", "surrogatepass"), found.end()


def _skip_space(raw: bytes, position: int) -> int:
    while position < len(raw) and raw[position] in _SPACE:
        position += 1
    return position


def _open(raw: bytes, start: int) -> tuple[_Open, int]:
    position = start + 1
    while position < len(raw) and raw[position] not in _SPACE + b">":
        position += 1
    if position >= len(raw):
        raise cannot_parse_entities(f"Unclosed start tag at byte offset {start}")
    tag = raw[start + 1 : position].decode("utf-8", "replace").lower()
    if tag not in _KINDS:
        raise cannot_parse_entities(f'Unsupported start tag "{tag}" at byte offset {start}')
    attributes: dict[str, str] = {}
    while True:
        position = _skip_space(raw, position)
        if raw[position : position + 1] == b">":
            break
        position = _attribute(raw, position, tag=tag, start=start, attributes=attributes)
    value = _value_of(tag, attributes)
    if tag == "span" and value != "spoiler":
        raise cannot_parse_entities(f'Tag "span" must have class "tg-spoiler" at byte offset {start}')
    return _Open(tag, value, 0, 0), position + 1


def _attribute(raw: bytes, position: int, *, tag: str, start: int, attributes: dict[str, str]) -> int:
    name_match = _ATTRIBUTE_NAME.match(raw, position)
    name = name_match.group().decode("utf-8", "replace") if name_match else ""
    if not name:
        raise cannot_parse_entities(f'Empty attribute name in the tag "{tag}" at byte offset {start}')
    position = _skip_space(raw, position + len(name.encode()))
    if position >= len(raw):
        raise cannot_parse_entities(f'Unclosed start tag "{tag}" at byte offset {start}')
    if raw[position : position + 1] != b"=":
        attributes[name] = "1"
        return position
    position = _skip_space(raw, position + 1)
    if position >= len(raw):
        raise cannot_parse_entities(f'Unclosed start tag "{tag}" at byte offset {start}')
    if raw[position] in b"\"'":
        value, position = _quoted(raw, position)
    else:
        token = _NAME_TOKEN.match(raw, position)
        value = token.group().decode().lower() if token else ""
        begins, position = position, position + len(value)
        if position < len(raw) and raw[position] not in _SPACE + b">":
            raise cannot_parse_entities(f"Unexpected end of name token at byte offset {begins}")
    if position >= len(raw):
        raise cannot_parse_entities(f"Unclosed start tag at byte offset {start}")
    attributes[name] = value
    return position


def _quoted(raw: bytes, position: int) -> tuple[str, int]:
    mark, position = raw[position], position + 1
    value = bytearray()
    while position < len(raw) and raw[position] != mark:
        if raw[position] == ord("&"):
            decoded, position = _character(raw, position)
            value += decoded
        else:
            value.append(raw[position])
            position += 1
    return value.decode("utf-8", "replace"), min(position + 1, len(raw))


def _value_of(tag: str, attributes: dict[str, str]) -> str:
    match tag:
        case "a":
            return attributes.get("href", "")
        case "code":
            language = attributes.get("class", "")
            return language.removeprefix("language-") if language.startswith("language-") else ""
        case "span":
            name = attributes.get("class", "")
            return name.removeprefix("tg-") if name.startswith("tg-") else ""
        case "tg-emoji":
            return attributes.get("emoji-id", "")
        case "blockquote":
            return "1" if "expandable" in attributes else ""
        case "tg-time":
            return f"{attributes.get('unix', '0')} {attributes.get('format', '')}".strip()
        case _:
            return ""


def _close(raw: bytes, start: int, *, stack: list[_Open], plain: bytearray, entities: list[Entity]) -> int:
    if not stack:
        raise cannot_parse_entities(f"Unexpected end tag at byte offset {start}")
    position = start + 2
    while position < len(raw) and raw[position] not in _SPACE + b">":
        position += 1
    name = raw[start + 2 : position].decode("utf-8", "replace").lower()
    position = _skip_space(raw, position)
    if raw[position : position + 1] != b">":
        raise cannot_parse_entities(f"Unclosed end tag at byte offset {start}")
    opened = stack.pop()
    if name and name != opened.tag:
        expected = f'expected "</{opened.tag}>", found "</{name}>"'
        raise cannot_parse_entities(f"Unmatched end tag at byte offset {start}, {expected}")
    length = _units(plain) - opened.offset
    if length > 0:
        _add(opened, length, inner=plain[opened.begins_at :].decode("utf-8", "replace"), entities=entities)
    return position + 1


def _add(opened: _Open, length: int, *, inner: str, entities: list[Entity]) -> None:
    kind, value = _KINDS[opened.tag], opened.value
    last = entities[-1] if entities else None
    is_same_place = last is not None and (last.offset, last.length) == (opened.offset, length)
    if kind == "text_link":
        url = value or inner
        mention = _USER_LINK.match(url)
        if mention:
            kind, value = "text_mention", mention[1]
        elif is_link(url):
            value = url
        else:
            return
    elif kind == "pre" and last is not None and is_same_place and last.kind == "code" and last.value:
        entities[-1] = replace(last, kind="pre")
        return
    elif kind == "blockquote":
        kind, value = ("expandable_blockquote" if value else "blockquote"), ""
    elif kind == "custom_emoji" and not (value.isdecimal() and int(value)):
        raise cannot_parse_entities("Invalid custom emoji identifier specified")
    elif kind == "date_time":
        unix = value.partition(" ")[0]
        if not unix.isdecimal() or int(unix) == 0:
            return
    elif kind == "spoiler":
        value = ""
    entities.append(Entity(kind, opened.offset, length, value))


def _without_forbidden_nesting(entities: list[Entity]) -> list[Entity]:
    """Nothing inside code and pre, no quotation inside a quotation: the inner one is dropped, as Telegram does."""
    kept: list[Entity] = []
    for entity in entities:
        outer = [one for one in kept if one.offset <= entity.offset < one.offset + one.length]
        is_quote = entity.kind.endswith("blockquote")
        if any(one.kind in ("code", "pre") or (is_quote and one.kind.endswith("blockquote")) for one in outer):
            continue
        kept.append(entity)
    return [replace(entity, value="") if entity.kind == "code" else entity for entity in kept]
