"""The demo's terminal as a picture: what it prints between two moments of the evening."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from bot.demo import evening, script

WIDTH = 78
_INK = (34, 40, 49)
_COLOURS = [_INK, (200, 60, 60), (40, 140, 80), (170, 120, 20), (40, 110, 200), (140, 80, 170), (20, 130, 150)]
_THEME = TerminalTheme((252, 252, 250), _INK, [*_COLOURS, (120, 130, 140)], [*_COLOURS, (240, 240, 240)])
# Without the web fonts that Rich would load from another host.
_FORMAT = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: {char_height}px;
  line-height: {line_height}px; font-variant-east-asian: full-width; }}
.{unique_id}-title {{ font: 600 17px "DejaVu Sans", Helvetica, Arial, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


async def draw() -> str:
    """An SVG of the evening from the second export to the acknowledged card."""
    stream = io.StringIO()
    options: dict[str, Any] = {"force_terminal": True, "color_system": "truecolor", "width": WIDTH, "highlight": False}
    with tempfile.TemporaryDirectory() as folder:
        await script.play(
            Console(file=stream, **options),
            folder=Path(folder),
            bodies=evening.read(evening.bundled()),
            language="en",
            by_hand=False,
            write_to=None,
            keeps=False,
            program="reviewbot",
        )
    lines = Text.from_ansi(stream.getvalue()).split("\n")
    plain = [line.plain for line in lines]
    start = next(index for index, line in enumerate(plain) if evening.EVENING[-1].name in line)
    end = next(index for index, line in enumerate(plain) if "Resolve” (" in line)
    recorder = Console(record=True, file=io.StringIO(), **options)
    for line in lines[start : end - 1]:
        recorder.print(line)
    svg = recorder.export_svg(title="reviewbot demo", theme=_THEME, code_format=_FORMAT, unique_id="demo")
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"
