"""What a message looks like before anything is sent: HTML, buttons, and the same text without markup."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_TAG = re.compile(r"<[^<>]*>")
_ENTITY = re.compile(r"&(lt|gt|quot|amp);")
_SIGNS = {"lt": "<", "gt": ">", "quot": '"', "amp": "&"}


class Html(str):
    """Text that is already valid Telegram HTML; everything else is escaped before it is put in."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Button:
    """One button; exactly one of `data`, `url` and `copy` says what a press does.

    Attributes:
        label: plain text, at most 40 characters.
        data: callback payload, see `bot.messages.buttons.payload`.
        url: opens this address; no callback comes back.
        copy: puts this text on the clipboard, at most 256 characters.
        style: "primary", "success", "danger" or empty.
    """

    label: str
    data: str = ""
    url: str = ""
    copy: str = ""
    style: str = ""


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a message brings along; the text is then its caption, at most 1024 characters.

    Attributes:
        kind: "photo" is shown in the chat (an image of at most 10 MB, width + height at most 10000, ratio at most 20);
            "document" is saved by the reader (at most 50 MB).
        stored: its name in `bot.store.delivery.attachments`.
        name: what it is called for the reader, such as "reviews.zip".
    """

    kind: Literal["photo", "document"]
    stored: str
    name: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready to send with parse_mode HTML.

    Attributes:
        html: Telegram HTML (b, i, a, code, blockquote).
        rows: the inline keyboard.
        reply_placeholder: set when the message asks for a typed answer (ForceReply), at most 64 characters.
        attachment: a picture or a document that goes along.
    """

    html: str
    rows: Rows = ()
    reply_placeholder: str = ""
    attachment: Attachment | None = None

    @property
    def plain(self) -> str:
        """The same text for sending without parse_mode."""
        return plain_text(self.html)


@dataclass(frozen=True, slots=True)
class Toast:
    """The answer to a press, at most 200 characters of plain text.

    Attributes:
        is_alert: shown as a window that has to be closed, not as a passing line.
    """

    text: str
    is_alert: bool = False


def plain_text(html: str) -> str:
    """What Telegram shows for our HTML: tags away, the four named entities resolved, in one pass each."""
    return _ENTITY.sub(lambda entity: _SIGNS[entity[1]], _TAG.sub("", html))
