"""Whether day or month comes first: settled once for a table, by all of its dates together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bot.sources.tables.values.dates import LONGEST, NUMERIC, YMD, year_of

_SWAPPED_FROM: Final = 3


@dataclass(frozen=True, slots=True)
class Order:
    """What all dates of a table together say about day and month.

    Attributes:
        order: "dmy", "mdy", "ydm", or None where the table does not settle it.
        example: a date with two readings, where no row settles it; then somebody has to.
        swapped: a spreadsheet program has taken day and month of its own dates for each other.
        open: the cells contradict each other: a spreadsheet's own dates may be swapped, or days come in both orders.
    """

    order: str | None
    example: str = ""
    swapped: bool = False
    is_open: bool = False


def order_of(cells: Iterable[Any]) -> Order:
    """Settle once for a table whether 03/04/2026 is in April or in March; one part above 12 is enough.

    A spreadsheet program that expects the other order takes day and month for each other wherever that gives a date,
    and leaves the rest as text: then every real date has a day up to 12 and every text one above.
    """
    day_first = month_first = year_day = year_month = False
    both_fit = False
    texts = real = 0
    real_is_small = True
    example = ""
    real_example = ""
    short_years: tuple[set[int], set[int]] = (set(), set())
    for cell in cells:
        if isinstance(cell, date):
            real += 1
            real_is_small &= cell.day <= 12
            real_example = real_example or (cell.isoformat()[:10] if cell.day != cell.month else "")
            continue
        if not isinstance(cell, str) or len(cell) > LONGEST:
            continue
        text = cell.strip()
        if text[4:5] in ("-", "/") and text[:4].isdecimal():
            if text[5:7] <= "12" and text[7:8] in ("-", "/") and (year_month or text[8:10] <= "12"):
                continue  # 2026-03-04 says nothing new, and is what most files are full of
            if match := YMD.match(text):
                year_day |= int(match[3]) > 12 >= int(match[4])
                year_month |= int(match[4]) > 12 >= int(match[3])
            continue
        match = NUMERIC.fullmatch(text)
        if match is None:
            continue
        first, second = int(match[2]), int(match[4])
        texts += 1
        if len(match[5]) == 2:
            short_years[0].add(first)
            short_years[1].add(int(match[5]))
        day_first |= first > 12 >= second
        month_first |= second > 12 >= first
        both_fit |= first <= 12 and second <= 12
        if match[3] != "." and not example and first != second and first <= 12 and second <= 12:
            example = text
    if short_years[0] and min(short_years[0]) >= 13 and len(short_years[0]) < len(short_years[1]):
        # 26/03/13 and 26/03/14: one year and several days, not one day in several years.
        return Order("ymd")
    if year_day and not year_month:
        return Order("ydm")
    if real and texts and real_is_small and not both_fit and day_first is not month_first and real_example:
        order = "dmy" if day_first else "mdy"
        if real >= _SWAPPED_FROM:
            return Order(order, swapped=True)
        return Order(order, real_example, is_open=True)
    if day_first and month_first:
        return Order(None, example, is_open=bool(example))
    if day_first or month_first:
        return Order("dmy" if day_first else "mdy")
    return Order(None, example)


def two_readings(example: str) -> tuple[str, str]:
    """The day-first and the month-first reading of an ambiguous date, as ISO dates."""
    if match := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", example):
        # A spreadsheet's own date: as it stands there, and with day and month changed back.
        return example, f"{match[1]}-{match[3]}-{match[2]}"
    match = NUMERIC.fullmatch(example)
    if match is None:
        raise ValueError(f"{example!r} has no two readings")
    year = year_of(match[5])
    first, second = int(match[2]), int(match[4])
    return f"{year}-{second:02}-{first:02}", f"{year}-{first:02}-{second:02}"
