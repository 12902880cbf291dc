"""Single lines of an incident's card: the theme, what its reviews share, the signs of a campaign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MentionedTheme:
    """The theme line of a card.

    Attributes:
        labels: the name of each named theme in each language: one, two that stand out together, or none.
        count: reviews of the incident that complain of it.
        of: the incident's reviews with text.
    """

    labels: tuple[Mapping[str, str], ...]
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class SharedFact:
    """The line of a card that says what its reviews have in common, against what is usual at the place.

    Attributes:
        label: the theme's name in each language; empty where it is a word.
        word: the word as a guest wrote it.
        count: reviews that have it, of `of` with text, when the incident opened.
        usual: earlier low reviews that have it, of `usual_of`.
    """

    label: Mapping[str, str]
    word: str
    count: int
    of: int
    usual: int
    usual_of: int


@dataclass(frozen=True, slots=True)
class SmearCount:
    """How many signs of a smear campaign stand out, of those that could be checked.

    Attributes:
        copies: so many texts are nearly identical, whatever else is seen; 0 where none stand out.
        copies_minutes: from the first of them to the last.
    """

    is_possible: bool
    count: int
    of: int
    copies: int = 0
    copies_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What became of the reviews of an incident that is over.

    Attributes:
        answerable: of how many of them it is known whether they were answered.
        raised: stars that a guest gave instead -> how many did, the highest first.
        gone: how many the platform does not show any more.
        is_down: the average that platforms show is lower than before the incident.
        back_after: days until it was back; None where it never went down or is not back.
    """

    total: int
    answered: int
    answerable: int
    raised: tuple[tuple[int, int], ...]
    gone: int
    is_down: bool
    back_after: int | None
