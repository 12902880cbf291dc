"""Values that cross to another process come back as they were, without the names of their fields."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest

from bot.model.review import OwnerReply, ParsedReview, Rating
from bot.score.reading import Reading
from bot.score.score import Score, ScoreJob

AT = datetime(2026, 3, 13, 20, 15, tzinfo=UTC)
SCORE = Score("de", -0.4, "lexicon", disagrees=False)


@pytest.mark.parametrize(
    "value",
    [
        Rating(2, 1, 5),
        OwnerReply("Danke", AT),
        ParsedReview(Rating(2, 1, 5), "Kalt", AT, author="Anna", details={"visited": "2026-03-12"}),
        ScoreJob("Kalt", stars=0.25, languages=("de",)),
        Reading(SCORE, ("food",), ""),
        SCORE,
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_comes_back_as_it_was(value: object) -> None:
    """Equal, and packed as its values alone."""
    packed = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    assert pickle.loads(packed) == value
    assert b"_dataclass_setstate" not in packed
    assert value.__reduce__()[0] is type(value)
