"""One message as the terminal shows it: formatting from its entities, quotes with a bar, buttons below."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from bot.demo.botapi.model import Version

_STYLES: Final = {
    "bold": "bold",
    "italic": "italic",
    "code": "cyan",
    "text_link": "underline",
    "url": "underline",
    "text_mention": "bold cyan",
    "bot_command": "cyan",
}
_QUOTES: Final = ("blockquote", "expandable_blockquote")
_BUTTONS: Final = {
    "primary": "bold #ffffff on dodger_blue2",
    "success": "bold #ffffff on green4",
    "danger": "bold #ffffff on red3",
}
# The bot isolates guests' words with signs nobody sees; some terminals draw them as boxes.
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u2068\u2069\u2060"), None)
_GAP: Final = 1
Number = Callable[[Mapping[str, Any]], int | None]


@dataclass(frozen=True, slots=True)
class Barred:
    """Something with a bar along its left side."""

    inside: RenderableType
    style: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw every line behind the bar."""
        bar = Segment("▎ ", Style.parse(self.style))
        for line in console.render_lines(self.inside, options.update(width=options.max_width - 2), pad=False):
            yield bar
            yield from line
            yield Segment.line()


def visible(text: str) -> str:
    """The text without signs that only steer the reading direction."""
    return text.translate(_INVISIBLE)


def body(version: Version) -> RenderableType:
    """Text with its formatting."""
    quotes = [(one.offset, one.offset + one.length) for one in version.entities if one.kind in _QUOTES]
    parts: list[RenderableType] = []
    at = 0
    for start, end in sorted(quotes):
        parts += _piece(version, at, start)
        parts += [Barred(piece, "bright_black") for piece in _piece(version, start, end)]
        at = end
    parts += _piece(version, at, len(version.text.encode("utf-16-le")) // 2)
    return Group(*parts)


def _piece(version: Version, start: int, end: int) -> list[Text]:
    """The stretch from `start` to `end`, both in UTF-16 units, without line breaks at its ends."""
    raw = version.text.encode("utf-16-le")
    units = raw[2 * start : 2 * end].decode("utf-16-le")
    if not units.strip("\n"):
        return []
    piece = Text()
    at = start
    for sign in units:
        shown = visible(sign)
        if shown:
            piece.append(shown, style=_style_at(version, at))
        at += len(sign.encode("utf-16-le")) // 2
    return [Text("\n").join(line for line in piece.split("\n") if line.plain)]


def _style_at(version: Version, at: int) -> str:
    styles = [
        _STYLES[one.kind]
        for one in version.entities
        if one.kind in _STYLES and one.offset <= at < one.offset + one.length
    ]
    return " ".join(dict.fromkeys(styles))


def keyboard(rows: Iterable[Iterable[Mapping[str, Any]]], number: Number) -> RenderableType:
    """The buttons, every row as wide as the widest one, with the numbers to press them by."""
    labelled = [[(f"[{_label(button, number)}]", _style_of(button)) for button in row] for row in rows]
    widths = [max(cell_len(label) for label, _ in row) * len(row) + _GAP * (len(row) - 1) for row in labelled]
    return Group(*(_row(row, max(widths, default=0)) for row in labelled))


def _row(row: list[tuple[str, str]], width: int) -> Text:
    line = Text()
    free = width - _GAP * (len(row) - 1)
    for index, (label, style) in enumerate(row):
        its = free // len(row) + (index < free % len(row))
        inside = label[1:-1]
        left = (its - 2 - cell_len(inside)) // 2
        line.append(" " * _GAP if index else "")
        line.append("[" + " " * left + inside + " " * (its - 2 - cell_len(inside) - left) + "]", style=style)
    return line


def _label(button: Mapping[str, Any], number: Number) -> str:
    given = number(button)
    return f" {'' if given is None else f'{given} '}{visible(str(button['text']))} "


def _style_of(button: Mapping[str, Any]) -> str:
    return _BUTTONS.get(str(button.get("style", "")), "#1c1c1c on grey85")
