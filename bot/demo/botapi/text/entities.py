"""What Telegram itself finds in a text: links, mentions, hashtags, commands, addresses.

A text sent by a bot gets these entities without asking, so a quoted review can mention, link or command unless its
writer prevented it. Simplified from the behaviour of tdlib/td `find_entities`; every two-letter ending counts as a top
level domain here, so this finds rather too many links than too few.
"""

from __future__ import annotations

import re

from bot.demo.botapi.rules import message_refusals, refusals
from bot.demo.botapi.text.html import Entity, parse_html, utf16_length

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_RAW_LIMIT = 1 << 15

_TOP_LEVEL = (
    "app|biz|blog|cafe|club|cloud|com|dev|edu|gov|info|live|menu|mobi|mov|name|net|online|org|page|pizza|pro|restaurant|"
    "reviews|shop|site|store|tech|top|website|wiki|work|world|xyz|zip|[a-z]{2}"
)
_FOUND = re.compile(
    r"(?P<email>(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    rf"|(?P<url>(?:https?|tg)://[^\s<>\u2060-\u206f]+|(?<![\w.@-])(?:[\w-]+\.)+(?:{_TOP_LEVEL})(?![\w-])(?:[/?#][^\s<>\u2060-\u206f]*)?)"
    r"|(?P<mention>(?<![\w@/])@[A-Za-z]\w{2,31}\b)"
    r"|(?P<hashtag>(?<![\w#&])#(?=\w*[^\W\d])\w{1,256})"
    r"|(?P<cashtag>(?<![\w$])\$(?-i:[A-Z]{1,8})(?!\w))"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{2,31})?(?![\w/]))",
    re.IGNORECASE,
)


def find_entities(text: str, formatted: list[Entity]) -> list[Entity]:
    """`formatted` plus what Telegram finds outside code and links."""
    closed = [one for one in formatted if one.kind in ("code", "pre", "text_link", "text_mention")]
    found = []
    for match in _FOUND.finditer(text):
        offset, length = utf16_length(text[: match.start()]), utf16_length(match.group())
        if not any(one.offset < offset + length and offset < one.offset + one.length for one in closed):
            found.append(Entity(match.lastgroup or "", offset, length))
    return sorted([*formatted, *found], key=lambda one: (one.offset, -one.length))


def formatted_text(text: str, *, parse_mode: str, limit: int) -> tuple[str, tuple[Entity, ...]]:
    """The text as readers see it, and its entities.

    Args:
        text: As sent.
        parse_mode: "HTML" in any case, or empty. The other modes are not used by the product and are refused.
        limit: In UTF-16 code units after parsing; the reference says characters, apps count UTF-16.

    Raises:
        RefusedError: markup, length or emptiness that Telegram refuses.
    """
    if len(text.encode()) > _RAW_LIMIT:
        raise message_refusals.text_too_long()
    plain, entities = text, list[Entity]()
    match parse_mode.lower():
        case "" | "none":
            pass
        case "html":
            plain, entities = parse_html(text)
        case "markdown" | "markdownv2":
            raise refusals.stricter(f"parse_mode {parse_mode} is not used by this bot")
        case _:
            raise message_refusals.unsupported_parse_mode()
    plain, entities = _trimmed(plain, entities)
    if utf16_length(plain) > limit:
        raise message_refusals.message_too_long() if limit == TEXT_LIMIT else message_refusals.caption_too_long()
    return plain, tuple(find_entities(plain, entities))


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without surrounding spaces and newlines, as Telegram stores it; entities move along."""
    start = len(text) - len(text.lstrip(" \n"))
    if entities:
        start = min(start, entities[0].offset)
    plain = text[start:].rstrip()
    end = utf16_length(plain)
    kept = []
    for one in entities:
        offset = one.offset - start
        length = min(one.length, end - offset)
        if length > 0:
            kept.append(Entity(one.kind, offset, length, one.value))
    return plain, kept
