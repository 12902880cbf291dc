"""A rendered message as JSON values, for messages that are rendered when they are caused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from bot.messages.text.message import Attachment, Button, Rendered, Rows


def to_json(rendered: Rendered) -> dict[str, Any]:
    """The message as JSON values."""
    return {
        "html": str(rendered.html),
        "rows": [[asdict(button) for button in row] for row in rendered.rows],
        "reply_placeholder": rendered.reply_placeholder,
        **({} if rendered.attachment is None else attached(rendered.attachment)),
    }


def from_json(values: Mapping[str, Any]) -> Rendered:
    """The message of `to_json`."""
    return Rendered(
        html=values["html"],
        rows=tuple(tuple(Button(**button) for button in row) for row in values["rows"]),
        reply_placeholder=values["reply_placeholder"],
        attachment=attachment_in(values),
    )


def attached(attachment: Attachment) -> dict[str, Any]:
    """A file that goes along, as part of a message's args."""
    return {"file": attachment.stored, "file_kind": attachment.kind, "file_name": attachment.name}


def attachment_in(args: Mapping[str, Any]) -> Attachment | None:
    """The file of `attached`, if a message's args name one."""
    if "file" not in args:
        return None
    return Attachment(kind=args["file_kind"], stored=args["file"], name=args["file_name"])


def content_hash(rendered: Rendered) -> str:
    """Changes when anything that is shown changes."""
    file = "" if rendered.attachment is None else rendered.attachment.stored
    return sha256(f"{rendered.html}\x1f{keyboard_hash(rendered.rows)}{file}".encode()).hexdigest()[:24]


def keyboard_hash(rows: Rows) -> str:
    """Changes when a button changes."""
    return sha256(repr(rows).encode()).hexdigest()[:24]
