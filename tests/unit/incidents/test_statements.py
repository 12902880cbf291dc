"""What satisfied guests say: the comparison with its quotes, from texts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.incidents.statements import find_emerging
from bot.model.incident import CardReview
from bot.model.review import Rating
from bot.score.themes.pack import default_pack

NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)


def review(number: int, text: str, days: float) -> CardReview:
    return CardReview(
        review_id=number,
        rating=Rating(4, 1, 5),
        text=text,
        low_at=NOW - timedelta(days=days),
        is_date_only=False,
        source_name="Google",
        url="",
    )


def test_quotes_are_the_newest_guests_own_words() -> None:
    """A named theme and phrase come with the two newest quotes, spelled as the newest guest spells it."""
    latest = [
        review(n, "Tolles Essen, aber LANGE gewartet!" if n % 4 == 0 else "Sehr schön hier.", n * 0.7)
        for n in range(60)
    ]
    earlier = [review(100 + n, "Sehr schön hier, alles gut.", 50 + n) for n in range(240)]
    heard = find_emerging(latest, earlier, default_pack(), now=NOW, weeks=6)
    assert {one.what for one in heard.burn.themes} == {"waiting", "food"}
    waiting = [one for one in heard.themes if one.what == "waiting"]
    assert [one.review.review_id for one in waiting] == [0, 4]
    assert waiting[0].text == "Tolles Essen, aber LANGE gewartet"
    (phrase,) = {one.what for one in heard.burn.phrases if "gewartet" in one.what}
    assert heard.spelling[phrase].endswith("gewartet")
    assert [one.review.review_id for one in heard.phrases if one.what == phrase] == [0, 4]


def test_hostile_texts_do_not_stop_it() -> None:
    """Nothing, only signs, lone surrogates and endless words are read like any other text."""
    texts = ["", "!!!", "\ud800\udfff", "a" * 100_000, "wort " * 50_000, "🍕" * 500]
    latest = [review(n, texts[n % len(texts)], n * 0.7) for n in range(60)]
    earlier = [review(100 + n, texts[n % len(texts)], 50 + n) for n in range(60)]
    assert find_emerging(latest, earlier, default_pack(), now=NOW, weeks=6).burn.themes == ()
