"""Public holidays by region, such as DE-BW, by the library `holidays`; it is loaded when the first region is asked for.

A region is a country's code (ISO 3166-1) or, after a hyphen, the code of a part of it (ISO 3166-2).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache


def is_known(region: str) -> bool:
    """Whether the holidays of a region are known."""
    country, _, part = region.partition("-")
    parts = _countries().get(country)
    return parts is not None and (not part or part in parts) and region == region.strip()


def parts_of(country: str) -> dict[str, str]:
    """The parts of a country that have holidays of their own: code -> name; empty where nothing is known of it."""
    if country not in _countries():
        return {}
    import holidays

    names = holidays.country_holidays(country).get_subdivision_aliases()
    return {code: (names.get(code) or [code])[0] for code in _countries()[country]}


def days(region: str, years: Iterable[int]) -> frozenset[date]:
    """The public holidays of a region in some years; none where the region is empty or not known any more."""
    return frozenset().union(*(_of_year(region, year) for year in years)) if region else frozenset()


@lru_cache(maxsize=1024)
def _of_year(region: str, year: int) -> frozenset[date]:
    if not is_known(region):
        return frozenset()
    import holidays

    country, _, part = region.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year, expand=False))


@lru_cache(maxsize=1)
def _countries() -> dict[str, list[str]]:
    import holidays

    return holidays.list_supported_countries(include_aliases=False)
