"""Reading values: every spelling of a rating, and patterns that would run for ever."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bot.model.review import Rating
from bot.sources.mail.fields import SlowPatternError, items_of, rating_of
from bot.sources.mail.rules import Finder, MailRule
from bot.sources.mail.text import Mail

_MAIL = Mail((("from", "a@b.test"), ("subject", "2 stars from Mia")), "Mia gave 2.\n", "")


def rule(**fields: Any) -> MailRule:
    """A rule that reads these fields."""
    return MailRule.model_validate(
        {
            "name": "x",
            "platform": "x",
            "senders": "a@b.test",
            "subject": ".",
            "fields": fields or {"text": {"css": "p"}},
        }
    )


@pytest.mark.parametrize(
    ("value", "how", "scale", "expected"),
    [
        ("4", {}, (1, 5), 4),
        ("8,5 of 10", {}, (1, 10), 8.5),
        ("7", {}, (1, 5), None),
        ("0", {}, (1, 5), None),
        ("no number", {}, (1, 5), None),
        ("★★★☆☆", {"counts": "stars"}, (1, 5), 3),
        ("⭐️⭐️", {"counts": "stars"}, (1, 5), 2),
        ("☆☆☆☆☆", {"counts": "stars"}, (1, 5), None),
        ("★★★★★★", {"counts": "stars"}, (1, 5), None),
        ("width: 80%;", {"counts": "width"}, (1, 5), 4),
        ("width:0%", {"counts": "width"}, (1, 5), None),
        ("Sehr gut", {"counts": "words", "words": {"gut": 4, "sehr gut": 5}}, (1, 5), 5),
        ("mittel", {"counts": "words", "words": {"gut": 4}}, (1, 5), None),
    ],
)
def test_a_rating_is_read_in_every_spelling(
    value: str, how: dict[str, Any], scale: tuple[float, float], expected: float | None
) -> None:
    """What is outside the scale, or no rating, is none: it is never guessed."""
    finder = Finder.model_validate({"pattern": "(.)", **how})
    assert rating_of(value, finder, scale) == (None if expected is None else Rating(expected, *scale))


@pytest.mark.parametrize(
    ("finder", "expected"),
    [
        ({"css": "img.full", "take": "count"}, 3),
        ({"css": "img.sum", "take": "alt", "pattern": r"(\d) stars"}, 4),
        ({"css": "img.file", "take": "src", "pattern": r"stars-(\d)\.png"}, 2),
        ({"css": "span.bar", "take": "style", "counts": "width"}, 4),
        ({"css": "b.words", "counts": "words", "words": {"excellent": 5}}, 5),
        ({"css": "img.none", "take": "count"}, None),
        ([{"css": "img.none", "take": "count"}, {"where": "subject", "pattern": r"(\d) stars"}], 2),
    ],
)
def test_ratings_stand_in_pictures_and_styles_too(finder: Any, expected: float | None) -> None:
    """Alternative texts, counted pictures, file names, widths and words; the first that is found counts."""
    html = (
        "<img class=full><img class=full><img class=full><img class=sum alt='4 stars'>"
        "<img class=file src='https://cdn.test/stars-2.png'><span class=bar style='width: 80%'></span>"
        "<b class=words>Excellent!</b>"
    )
    (item,) = items_of(rule(rating=finder), Mail(_MAIL.headers, "", html))
    assert (item.rating.value if item.rating else None) == expected


def test_a_digest_is_split_by_css() -> None:
    """Each element of the selector is one review."""
    its = MailRule.model_validate(
        {
            **rule(rating={"pattern": r"(\d)/5"}, author={"css": "b"}).model_dump(exclude={"kind", "item"}),
            "kind": "digest",
            "item": {"css": "td.review"},
        }
    )
    html = "<table>" + "".join(f"<tr><td class=review><b>G{n}</b> {n}/5</td></tr>" for n in (1, 2, 3)) + "</table>"
    items = items_of(its, Mail(_MAIL.headers, "", html))
    assert [(one.values["author"].value, one.rating.value if one.rating else None) for one in items] == [
        ("G1", 1),
        ("G2", 2),
        ("G3", 3),
    ]


def test_a_pattern_that_would_run_for_ever_is_stopped() -> None:
    """An owner's pattern gets a third of a second, and the error names the field."""
    hanging = rule(text={"pattern": r"((?:a|a|aa)+)$"})
    started = time.process_time()
    with pytest.raises(SlowPatternError, match="pattern for text took too long"):
        items_of(hanging, Mail(_MAIL.headers, "a" * 60 + "b", ""))
    assert time.process_time() - started < 3


def test_a_value_knows_where_it_stands() -> None:
    """For highlighting: the span of the value itself, without the space around it."""
    (item,) = items_of(rule(author={"pattern": r"^(\s*\w+ )"}), Mail(_MAIL.headers, "  Mia gave 2.", ""))
    start, end = item.values["author"].span
    assert item.text[start:end] == item.values["author"].value == "Mia"
