"""What is learned from, and what came of it, as plain data: no library for learning is loaded to know it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """A review to learn from.

    Attributes:
        text: Its words.
        is_high: Whether it has four or five stars of five; one or two otherwise.
    """

    text: str
    is_high: bool


@dataclass(frozen=True, slots=True)
class Lesson:
    """What came of learning one language.

    Attributes:
        language: The language.
        low: How many different low reviews there were.
        high: How many high ones.
        missing_low: How many more low reviews are needed before it can be tried.
        missing_high: How many more high ones.
        before: Area under the curve of what the language has without learning, or None.
        learned: The same on held-out reviews for what was learned, or None if it was not tried.
        saved: What was learned, as `Model.to_bytes` gives it; None if it was not tried or is not proven better.
        held_out: For each example its score by parts that did not know it; empty without a model.
    """

    language: str
    low: int
    high: int
    missing_low: int = 0
    missing_high: int = 0
    before: float | None = None
    learned: float | None = None
    saved: bytes | None = None
    held_out: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Taught:
    """A lesson and the reviews that it was learned from.

    Attributes:
        lesson: What came of it.
        places: Which of the given reviews, in the order of `lesson.held_out`.
    """

    lesson: Lesson
    places: tuple[int, ...]
