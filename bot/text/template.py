"""HTML pages from Jinja templates that lie beside the module which fills them in.

Whatever is put into a page is escaped by Jinja; only `Markup` is not, and nothing from outside ever becomes that.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.text.shorten import short_line
from bot.text.signs import lines, one_line

if TYPE_CHECKING:
    from jinja2 import Environment, Template


def _line(text: str, limit: int | None = None) -> str:
    return one_line(text) if limit is None else short_line(text, limit)


@cache
def _environment() -> Environment:
    # A page is made now and then; a start need not wait for it.
    from jinja2 import Environment, StrictUndefined

    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters.update(line=_line, lines=lines)
    return made


@cache
def template(package: str, name: str) -> Template:
    """A package's template. Filters: `line(limit)` gives one short line, `lines` keeps the lines."""
    return _environment().from_string(files(package).joinpath(name).read_text("utf-8"))
