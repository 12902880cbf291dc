"""Answers as no platform should give them, made from the recorded ones."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.sources.contract.values import time_of

Place = tuple[str, ...]

VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, -1, 0, 3.5, 99, 1e308, float("nan"), float("inf"), 10**30),
    *(
        "",
        " ",
        "\x00",
        "a\x00b",
        "\ud83d",
        "x" * 50_000,
        "\u202eabc",
        "javascript:alert(1)",
        "https://[",
        "-5",
        "1e999",
    ),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z", "2026-11-30", "20261130"),
    *([], [[]], ["a"], {}, {"a": {"b": []}}),
)
"""What may stand at any place of a review, or instead of one."""

NO_NEXT_PAGE: Final[tuple[Any, ...]] = (True, -1, 1, 1.5, 10**30, "x", " ", "\x00", [], [2], {}, {"page": 2})
"""What may stand where a platform says whether there is more; null, 0 and empty texts are a list's proper end."""


def page_of(body: bytes) -> tuple[dict[str, Any], str] | None:
    """An answer with a list of reviews, and the name of that list; None for another answer."""
    try:
        page = json.loads(body)
    except ValueError:
        return None
    for name, value in page.items() if isinstance(page, dict) else ():
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
            return page, name
    return None


def leaves(value: Any, path: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every place of an object, those in objects inside it included, that is not inside a list."""
    for name, inner in value.items():
        yield (*path, name), inner
        if isinstance(inner, dict):
            yield from leaves(inner, (*path, name))


def with_value(whole: Mapping[str, Any], path: Place, value: Any) -> dict[str, Any]:
    """A copy with another value at a place."""
    made = copy.deepcopy(dict(whole))
    at = made
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = value
    return made


def with_hostile_reviews(body: bytes, ids: set[str], only: Place | None = None) -> tuple[bytes, list[Place]]:
    """A page whose reviews stand behind broken copies of them; and the places that were broken.

    Each copy has an id of its own, unless that is what is broken, and one value of VALUES at one place.

    Args:
        body: the page.
        ids: the ids of the reviews that it has.
        only: break this place only.
    """
    found = page_of(body)
    assert found is not None, "this is no page with a list of reviews"
    page, name = found
    places = {path: entry for entry in reversed(page[name]) for path, _ in leaves(entry)}
    broken: list[Any] = [] if only else list(VALUES)
    for path, entry in places.items():
        if only in (None, path):
            for value in VALUES:
                broken.append(with_value(_renamed(entry, ids, len(broken)), path, value))
    return json.dumps({**page, name: [*broken, *page[name]]}).encode(), list(places)


def in_the_future(body: bytes) -> bytes:
    """The same answer, everything in it a thousand years later."""

    def later(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: later(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [later(one) for one in value]
        return f"3{value[1:]}" if isinstance(value, str) and time_of(value) is not None else value

    return json.dumps(later(json.loads(body))).encode()


def _renamed(value: Any, ids: set[str], number: int) -> Any:
    """A review under another id, wherever that stands: as a number, a text, or the end of a longer name."""
    if isinstance(value, dict):
        return {name: _renamed(inner, ids, number) for name, inner in value.items()}
    if isinstance(value, int) and str(value) in ids:
        return 10_000_000 + number
    if isinstance(value, str) and value.rpartition("/")[2] in ids:
        return f"{value}-{number}"
    return value
