"""Everything that is read from a review in one go."""

from __future__ import annotations

from bot.score.reading import read_many, rules_mark, searched_text
from bot.score.score import ScoreJob, score_many
from bot.score.severe.find import find_severe
from bot.score.themes.pack import default_pack


def test_reading_is_score_themes_and_severe() -> None:
    """A reading holds what the three readers give for the same text, in the order of the jobs."""
    texts = (
        "Waited an hour, the soup was cold.",
        "",
        "We all got food poisoning.",
        "Kellner unfreundlich, Klo dreckig",
    )
    jobs = [ScoreJob(text) for text in texts]
    found = read_many(jobs)
    assert [one.score for one in found] == score_many(jobs)
    assert [one.themes for one in found] == [tuple(hit.theme for hit in default_pack().find(text)) for text in texts]
    assert [one.severe for one in found] == ["", "", "poisoning", ""]
    assert [one.loudness for one in found] == ["", "", "sound", ""]
    assert find_severe(texts[2])[0].kind == "poisoning"


def test_a_translation_is_searched_too() -> None:
    """What a platform translated counts for themes and severe statements."""
    (found,) = read_many([ScoreJob("Nous avons été malades.", translation="We had food poisoning.")])
    assert found.severe == "poisoning"
    assert searched_text("a", "b") == "a\nb"


def test_the_mark_of_the_rules_stays() -> None:
    """The mark is short and the same in every process of a release."""
    assert rules_mark() == rules_mark()
    assert len(rules_mark()) == 12
