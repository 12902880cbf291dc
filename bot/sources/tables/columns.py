"""What the cells of a column look like: dates, small numbers within few values, long texts, repeated names."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.errors import BadRowError
from bot.model import platforms
from bot.sources.tables.maps import header
from bot.sources.tables.values.dates import DateReader, clock_of, is_relative
from bot.sources.tables.values.ratings import score, yes_or_no

LOOKED_AT: Final = 300
"""Rows whose cells tell what a column is: the first ones and some of the rest."""
_ANY_ZONE: Final = ZoneInfo("UTC")
_MOST_LEVELS: Final = 41
_SERIALS: Final = (34_700, 73_500)
_FIRST_SHOWN: Final = 120
_LONG: Final = 25
_VAGUE: Final = ("date_month_only", "date_relative")
_SAME_DAY: Final = 0.9
_CLOCK_LONGEST: Final = 14
_SERIAL_TEXT: Final = re.compile(r"\d{5}(?:[.,]\d+)?")
_STARS: Final = re.compile(
    r"\d\s*(?:stars?|sterne?n?|étoiles?|estrellas?|stell[ae]|sterren|ster|[★⭐*])", re.IGNORECASE
)
_DAY_ONLY: Final = re.compile(r"(?<=\d)[T ,]+(?=\d{1,2}[:.]\d\d)")
Rows = Sequence[tuple[int, Sequence[Any]]]


@dataclass(slots=True)
class Column:
    """A column and what is in it; all counts are of the rows that were looked at.

    Attributes:
        place: its number.
        name: how it is called in a mapping and in a message: its heading, or "#3" where it has none of its own.
        heading: the heading's words, folded.
        first: what stands in its first row that has something.
        filled: cells that hold something.
        dates: cells that are a day or a moment.
        numbers: cells that are a plain number.
        scores: cells that a rating can be read from, numbers among them.
        written: scores that are written as ratings are: stars, "4/5", "sehr gut".
        drawn: scores that name their own scale, or are drawn as signs: no other number is.
        worded: scores that are a word or a face out of five.
        answers: cells that say yes or no.
        clocks: cells that are a time of day.
        vague: cells that are a month, a week or "three weeks ago", which is no day.
        length: characters of text in a filled cell, on average.
        spaced: texts of several words.
        distinct: how many different texts there are.
        platforms: cells that name a platform.
        days: of each row how the day is written, empty where there is none: columns of one moment write the same.
        levels: the numbers and how often each occurs.
    """

    place: int
    name: str
    heading: str
    raw: str = ""
    first: str = ""
    rows: int = 0
    filled: int = 0
    dates: int = 0
    numbers: int = 0
    scores: int = 0
    written: int = 0
    drawn: int = 0
    worded: int = 0
    answers: int = 0
    clocks: int = 0
    vague: int = 0
    serials: int = 0
    length: float = 0.0
    spaced: int = 0
    long: int = 0
    distinct: int = 0
    platforms: int = 0
    days: list[str] = field(default_factory=list)
    levels: Counter[float] = field(default_factory=Counter)

    def share(self, count: int) -> float:
        """Of the cells that hold something."""
        return count / self.filled if self.filled else 0.0

    @property
    def is_dated(self) -> bool:
        """Most cells are dates."""
        return self.share(self.dates) > 0.5

    @property
    def is_vague(self) -> bool:
        """Most cells are months or "three weeks ago", and none a day."""
        return self.dates == 0 and self.share(self.vague) > 0.5

    @property
    def is_serial(self) -> bool:
        """Every cell is a whole number that a spreadsheet takes for a day."""
        return self.filled > 0 and self.serials == self.filled

    @property
    def is_clock(self) -> bool:
        """Most cells are times of day."""
        return self.share(self.clocks) > 0.7

    @property
    def is_rating_like(self) -> bool:
        """Small numbers within few values, or stars and words; never a running number or a day."""
        return self._rates(0.7) and not self.is_running and len(self.levels) <= _MOST_LEVELS

    @property
    def may_rate(self) -> bool:
        """As `is_rating_like`, for a column whose heading says so already: slips are bad rows."""
        return self._rates(0.3) and (self.numbers > 0 or self._rates(0.7))

    @property
    def is_drawn(self) -> bool:
        """Cells like "4 von 6" or four stars, whatever the heading says."""
        return self.is_rating_like and self.share(self.drawn) > 0.9

    @property
    def is_worded(self) -> bool:
        """Words or faces out of five, of both sides, whatever the heading says."""
        return self.share(self.worded) > 0.9 and len(self.levels) > 1 and max(self.levels) > 3 > min(self.levels)

    def is_same_day_as(self, other: Column) -> bool:
        """Whether two columns of dates are of the same day in nearly every row that has both."""
        pairs = [(mine, its) for mine, its in zip(self.days, other.days, strict=True) if mine and its]
        return bool(pairs) and sum(mine == its for mine, its in pairs) >= _SAME_DAY * len(pairs)

    def _rates(self, least: float) -> bool:
        if self.is_dated or self.is_clock:
            return False
        return self.share(sum(count for value, count in self.levels.items() if 0 <= value <= 100)) >= least

    @property
    def is_small(self) -> bool:
        """Whole numbers around nought, some below it."""
        return (
            bool(self.levels)
            and self.share(self.numbers) > 0.7
            and -10 <= min(self.levels) < 0 < max(self.levels) <= 10
        )

    @property
    def is_running(self) -> bool:
        """The cells count the rows: 1, 2, 3, ... or backwards."""
        found = sorted(self.levels)
        if not all(map(math.isfinite, found)) or len(found) < 4 or len(found) < self.filled or self.written:
            return False
        return all(after - before == 1 for before, after in itertools.pairwise(found))

    @property
    def is_texty(self) -> bool:
        """Words of people rather than dates, numbers or names."""
        return not self.is_dated and self.share(self.numbers) < 0.5 and self.length > 0


def profiles(head: Sequence[Any], rows: Rows) -> list[Column]:
    """Look at every column below a heading row."""
    looked_at = sample(rows)
    reader = DateReader(_ANY_ZONE)
    found: list[Column] = []
    taken: set[str] = set()
    for place, cell in enumerate(head):
        raw = "" if cell is None else " ".join(str(cell).split())
        heading = header(cell)
        name = raw[:60] if heading and heading not in taken else f"#{place + 1}"
        taken.add(heading)
        column = Column(place, name, heading, raw)
        _look(column, [cells[place] if place < len(cells) else None for _, cells in looked_at], reader)
        found.append(column)
    return found


def sample(rows: Rows) -> Rows:
    """The rows that are looked at."""
    if len(rows) <= LOOKED_AT:
        return rows
    half = LOOKED_AT // 2
    step = max((len(rows) - half) // half, 1)
    return [*rows[:half], *rows[half::step][:half]]


def _look(column: Column, cells: Sequence[Any], reader: DateReader) -> None:
    texts: set[str] = set()
    total = 0
    column.rows = len(cells)
    for cell in cells:
        text = cell.strip() if isinstance(cell, str) else "" if cell is None else str(cell)
        if not text:
            column.days.append("")
            continue
        column.filled += 1
        column.first = column.first or text[:_FIRST_SHOWN]
        texts.add(text[:200])
        total += len(text)
        column.spaced += " " in text
        column.long += len(text) >= _LONG
        column.clocks += (isinstance(cell, float | time | timedelta) or len(text) <= _CLOCK_LONGEST) and (
            clock_of(cell) is not None
        )
        is_date = _count_date(column, cell, text, reader)
        column.days.append(_DAY_ONLY.split(text, maxsplit=1)[0] if is_date else "")
        _count_score(column, cell)
        if isinstance(cell, str):
            column.answers += yes_or_no(cell) is not None
            column.platforms += len(text) <= 40 and platforms.slug_of(text) in platforms.known()
        elif isinstance(cell, bool):
            column.answers += 1
    column.distinct = len(texts)
    column.length = total / column.filled if column.filled else 0.0


def _count_score(column: Column, cell: Any) -> None:
    try:
        found = score(cell)
    except BadRowError:
        return
    if found is None:
        column.scores += 1
        return
    column.scores += 1
    is_plain = isinstance(cell, int | float) or (
        isinstance(cell, str)
        and cell.strip().strip('="').replace(",", ".").lstrip("+-").replace(".", "", 1).isdecimal()
    )
    column.numbers += is_plain
    column.written += not is_plain
    is_sign = isinstance(cell, str) and (cell.strip()[:1] in "★⭐☆●○" or _STARS.search(cell) is not None)
    column.drawn += not is_plain and not found.is_word and (is_sign or (found.best is not None and found.worst is None))
    column.worded += found.is_word
    column.levels[found.value] += 1
    number = str(cell).strip()
    column.serials += is_plain and _SERIALS[0] <= found.value <= _SERIALS[1] and bool(_SERIAL_TEXT.fullmatch(number))


def _count_date(column: Column, cell: Any, text: str, reader: DateReader) -> bool:
    if isinstance(cell, date):
        is_date = getattr(cell, "year", 0) > 1900
    elif isinstance(cell, bool) or len(text) > 64:
        return False
    elif not any(sign.isdigit() for sign in text):
        column.vague += is_relative(text)
        return False
    else:
        is_date = _reads(column, cell, reader)
    column.dates += is_date
    return is_date


def _reads(column: Column, cell: Any, reader: DateReader) -> bool:
    try:
        reader.read(cell)
    except BadRowError as error:
        code = getattr(error.reason, "code", "")
        column.vague += code in _VAGUE
        return code == "date_two_ways"
    return True
