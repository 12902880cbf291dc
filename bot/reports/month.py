"""A month as one HTML file that prints: figures, a picture and tables; as `bot.reports.page`, it asks for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.i18n.speech import plain
from bot.reports import chart
from bot.reports.backtest import Backtest
from bot.reports.page import POLICY
from bot.text.template import template


@dataclass(frozen=True, slots=True)
class Table:
    """A heading with a table below; one without rows is left out."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Month:
    """What the page shows, worded already.

    Attributes:
        start: the first moment of the month; `last` is in its last day.
        facts: value and what it is.
        drawn: what the picture shows; without marks there is none.
        notes: sentences at the end.
    """

    title: str
    headline: str
    start: datetime
    last: datetime
    facts: Sequence[tuple[str, str]]
    drawn: Backtest
    tables: Sequence[Table]
    notes: Sequence[str]


def page(shown: Month, language: str, zone: ZoneInfo, *, made_at: datetime) -> str:
    """The whole file."""
    words = plain(language, zone)
    picture = Markup(chart.svg(shown.drawn, language)) if shown.drawn.marks else ""  # noqa: S704 -- holds no text from outside
    return template("bot.reports", "month.html").render(
        shown=shown,
        words=words,
        made_at=made_at,
        policy=POLICY,
        picture=picture,
        style=Markup(files("bot.reports").joinpath("page.css").read_text("utf-8")),  # noqa: S704 -- our own file
    )
