"""A rendered message as JSON values, for messages that are rendered when they are caused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from bot.telegram.rendered import Button, Rendered, Rows


def to_json(rendered: Rendered) -> dict[str, Any]:
    """The message as JSON values."""
    return {
        "html": str(rendered.html),
        "rows": [[asdict(button) for button in row] for row in rendered.rows],
        "reply_placeholder": rendered.reply_placeholder,
    }


def from_json(values: Mapping[str, Any]) -> Rendered:
    """The message of `to_json`."""
    return Rendered(
        html=values["html"],
        rows=tuple(tuple(Button(**button) for button in row) for row in values["rows"]),
        reply_placeholder=values["reply_placeholder"],
    )


def content_hash(rendered: Rendered) -> str:
    """Changes when anything that is shown changes."""
    return sha256(f"{rendered.html}\x1f{keyboard_hash(rendered.rows)}".encode()).hexdigest()[:24]


def keyboard_hash(rows: Rows) -> str:
    """Changes when a button changes."""
    return sha256(repr(rows).encode()).hexdigest()[:24]
