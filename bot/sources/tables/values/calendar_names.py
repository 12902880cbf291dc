"""Names of months, days and time zones as people write them; months and days out of CLDR (the Babel package)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

from babel.dates import get_day_names, get_month_names

LANGUAGES: Final = ("en", "de", "fr", "es", "it", "nl", "pt")
_MORE_MONTHS: Final = MappingProxyType(
    {"jän": 1, "jänner": 1, "mrz": 3, "maerz": 3, "mär": 3, "sept": 9, "set": 9, "mrt": 3, "okt": 10, "dez": 12}
)
_WIDTHS: Final[tuple[Literal["wide", "abbreviated"], ...]] = ("wide", "abbreviated")
_CONTEXTS: Final[tuple[Literal["format", "stand-alone"], ...]] = ("format", "stand-alone")

ZONES: Final[Mapping[str, timedelta]] = MappingProxyType(
    {
        name: timedelta(hours=hours)
        for hours, names in {
            0: ("z", "utc", "gmt", "wet"),
            1: ("cet", "mez", "bst", "west"),
            2: ("cest", "mesz", "eet", "oez"),
            3: ("eest", "oesz", "msk"),
            -4: ("edt",),
            -5: ("est", "cdt"),
            -6: ("cst", "mdt"),
            -7: ("mst", "pdt"),
            -8: ("pst",),
        }.items()
        for name in names
    }
)
"""Abbreviations whose meaning is usual in Europe and North America -> how far ahead of UTC."""


@cache
def months() -> Mapping[str, int]:
    """Folded name, long or short, without a dot -> 1 to 12."""
    found = {
        name.casefold().rstrip("."): number
        for language in LANGUAGES
        for width in _WIDTHS
        for context in _CONTEXTS
        for number, name in get_month_names(width, context, language).items()
    }
    return {**found, **_MORE_MONTHS}


@cache
def weekdays() -> frozenset[str]:
    """Folded names of days, long and short, without a dot."""
    return frozenset(
        name.casefold().rstrip(".")
        for language in LANGUAGES
        for width in _WIDTHS
        for context in _CONTEXTS
        for name in get_day_names(width, context, language).values()
    )
