"""/files: the last files that were imported or wait for an answer; each can be shown, undone and asked about again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.messages.buttons import payload
from bot.messages.text.formatting import NEWLINE, Words, joined
from bot.messages.text.message import Button, Html, Rendered
from bot.messages.text.sanitize import code

_IN_A_ROW = 5


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file.

    Attributes:
        state: "done", "asking", "undone", "cancelled", "refused" or "going".
        reviews: how many it holds; for "done" only.
        files: how many small files were stored together with it, it included.
    """

    upload_id: int
    name: str
    at: datetime
    state: str
    reviews: int = 0
    files: int = 1


def files(rows: Sequence[FileRow], words: Words, *, now: datetime) -> Rendered:
    """The last files, newest first, with a button for each."""
    if not rows:
        return Rendered(words.say("files.none"))
    lines = [words.say("files.headline")]
    for number, row in enumerate(rows, start=1):
        at, file = words.moment(row.at, now), code(row.name)
        if row.files > 1:
            file = words.say("files.several", row.files - 1, file=file)
        if row.state == "done":
            line = words.say("files.line.done", at=at, file=file, reviews=words.say("files.reviews", row.reviews))
        else:
            line = words.say(f"files.line.{row.state}", at=at, file=file)
        lines.append(Html(f"{number}. {line}"))
    buttons = [
        Button(str(number), data=payload.build(payload.Verb.SHOW_FILE, row.upload_id))
        for number, row in enumerate(rows, start=1)
    ]
    rows_of_buttons = tuple(tuple(buttons[at : at + _IN_A_ROW]) for at in range(0, len(buttons), _IN_A_ROW))
    return Rendered(joined(lines, NEWLINE), rows_of_buttons)
