"""The walks through a review and a press in docs/architecture.md are the ways that they really take."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

from tests.house import House
from tests.project.tree import ROOT

_PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def walk(heading: str) -> list[str]:
    """The files that a section's numbered list names, in its order."""
    section = _PAGE.partition(f"\n## {heading}\n")[2].strip().partition("\n\n")[0]
    return re.findall(r"`(bot/[a-z_/]+\.py)`", section)


@contextmanager
def entered() -> Iterator[list[str]]:
    """The files of the program in the order in which their functions are called."""
    seen: list[str] = []
    beginning = f"{ROOT}/"

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            path = frame.f_code.co_filename
            name = path.removeprefix(beginning)
            if name != path and not (seen and seen[-1] == name):
                seen.append(name)

    sys.setprofile(note)
    try:
        yield seen
    finally:
        sys.setprofile(None)


def reached(names: list[str], seen: list[str]) -> list[str]:
    """How far the names are met one after the other."""
    found: list[str] = []
    for name in seen:
        if len(found) < len(names) and name == names[len(found)]:
            found.append(name)
    return found


@pytest.mark.parametrize("heading", ["The way of a review", "The way of a press"])
def test_a_walk_names_each_file_once(heading: str) -> None:
    """Every named file is there, and none is named twice."""
    names = walk(heading)
    assert len(names) > 10
    assert sorted(names) == sorted(set(names))
    assert not [name for name in names if not (ROOT / name).is_file()]


async def test_a_review_and_a_press_take_the_ways_that_are_described(house: House) -> None:
    """The named files are entered one after the other, as the page has them."""
    owner = await house.owner()
    review, press = walk("The way of a review"), walk("The way of a press")
    # What follows is done beside it, by worker processes in their own time.
    review = review[: review.index("bot/stages/analyse/score.py")]
    with entered() as seen:
        await house.low(3, text="We all got food poisoning from the chicken, my son is in hospital.")
        for _ in range(20):
            await house.step(seconds=40)
            if reached(review, seen) == review:
                break
    assert reached(review, seen) == review
    with entered() as seen:
        await house.press(owner, "Acknowledge")
    assert reached(press, seen) == press
