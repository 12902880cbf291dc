"""The measuring adapter: one answer a line, whatever the line holds."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bot.cli.score_lines import Lines
from tests.benchmarks.understanding.corpora import starred_reviews


def ask(lines: Lines, **asked: object) -> dict[str, object]:
    return lines.answer(json.dumps(asked).encode())


def test_scores_carry_language_source_themes_and_severity() -> None:
    """A German text is scored by the lexicon and an English one by VADER, each with its themes."""
    lines = Lines()
    assert ask(lines, op="reset", languages=["de", "en"]) == {}
    german = ask(lines, op="score", text="Das Schnitzel war kalt und der Kellner sehr unfreundlich.")
    assert (german["language"], german["source"], german["severe"]) == ("de", "lexicon", None)
    assert german["themes"] == ["food", "service"]
    assert float(str(german["score"])) < 0
    english = ask(lines, op="score", text="My wife got food poisoning from the clams, but the view was nice.")
    assert (english["language"], english["source"], english["severe"]) == ("en", "vader", "sound")
    text = "My wife got food poisoning from the clams, but the view was nice."
    assert ask(lines, op="score", text=text, rating=5)["severe"] == "silent"
    assert ask(lines, op="score", text="My stomach ached a little, I had a stomach ache.")["severe"] == "vague"


def test_a_language_is_learned_and_forgotten() -> None:
    """Spanish is unknown, learned after the fit, and unknown again after a reset."""
    lines = Lines()
    blame = "La sopa estaba frío y el camarero fue maleducado. No vuelvo más."
    assert ask(lines, op="reset", languages=["es"]) == {}
    before = ask(lines, op="score", text=blame)
    assert (before["language"], before["source"], before["score"]) == ("es", "unknown", None)
    for one in starred_reviews("es", 300, low=0.3, seed=1):
        assert ask(lines, op="learn", text=one.text, rating=one.stars) == {}
    assert ask(lines, op="learn", text="Regular.", rating=3) == {}
    assert ask(lines, op="score", text=blame)["source"] == "unknown"
    assert ask(lines, op="fit") == {}
    after = ask(lines, op="score", text=blame)
    assert after["source"] == "learned"
    assert float(str(after["score"])) < 0
    assert ask(lines, op="score", text="Lovely food, friendly staff and a great view.")["source"] == "vader"
    ask(lines, op="reset", languages=["es"])
    assert ask(lines, op="score", text=blame)["source"] == "unknown"


def test_a_fit_without_reviews_changes_nothing() -> None:
    """Too little to learn from is no error."""
    lines = Lines()
    assert ask(lines, op="fit") == {}
    ask(lines, op="learn", text="Cold soup", rating=1)
    assert ask(lines, op="fit") == {}
    assert ask(lines, op="score", text="The soup was cold and nobody came.")["source"] == "vader"


def test_lines_that_arrive_together_are_answered_in_order() -> None:
    """Texts are scored together, whatever stands between them, and each line has its own answer."""
    asked: list[dict[str, object]] = [{"op": "score", "text": "Great food"}, {"op": "score"}]
    asked += [{"op": "score", "text": "🪑"}]
    asked += [{"op": "reset", "languages": ["de"]}, {"op": "score", "text": "Das Essen war kalt."}]
    lines = [json.dumps(one).encode() for one in asked]
    together = Lines().answers([*lines, b"nonsense"])
    alone = Lines()
    assert together == [alone.answer(line) for line in (*lines, b"nonsense")]
    assert [one.get("source", "error" in one) for one in together] == ["vader", True, "unknown", False, "lexicon", True]


def test_cause_of_an_incident() -> None:
    """Waiting in every text of the incident and hardly before is the cause; too little to tell is unclear."""
    waited, usual = ["We waited an hour"] * 5, ["The soup was good", "Lovely waiter", "Nice view"] * 10
    answer = ask(Lines(), op="cause", incident=[*waited, "", "  "], history=usual)
    assert (answer["cause"], answer["reviews"], answer["history"]) == ("waiting", 5, 30)
    assert ask(Lines(), op="cause", incident=["Bad", "Cold soup"], history=usual)["cause"] == "unclear"
    assert ask(Lines(), op="cause")["cause"] == "unclear"


def test_signs_of_a_smear_campaign() -> None:
    """Near-copies are possible with their signs; guests that tell what happened are not; no reviews are "no"."""
    copied = ("Never again, worst place in town!", "Worst place in town, never again.")
    told = (
        "We waited fifty minutes for two pizzas on Saturday and the waitress forgot our drinks.",
        "Our soup was cold, and the second bottle of wine for 30 euros never came to table 4.",
        "On Saturday the kitchen was so slow that my daughter fell asleep before her pasta.",
        "The waiter spilled a beer over my coat and brought the wrong steak.",
        "Came with six people at 7 pm, the main course came after 9 and the fish was dry.",
        "My salad had no dressing and nobody came back for our order of dessert.",
    )
    kind = {"rating": 1, "author": "", "source": "google"}
    attack = [{**kind, "text": copied[n % 2], "time": 1_780_000_000 + 600 * n} for n in range(10)]
    evening = [{**kind, "text": text, "time": 1_780_000_000 + 3000 * n} for n, text in enumerate(told)]
    history = [{**kind, "rating": None, "text": "Lovely", "time": 1_770_000_000 + 90_000 * n} for n in range(30)]
    found = ask(Lines(), op="smear", incident=attack, history=history)
    assert found["verdict"] == "possible"
    assert isinstance(found["signs"], list)
    first = found["signs"][0]
    assert (first["id"], first["stands_out"], first["count"], first["of"]) == ("copies", True, 10, 10)
    assert ask(Lines(), op="smear", incident=evening, history=history)["verdict"] != "possible"
    assert ask(Lines(), op="smear")["verdict"] == "no"


@pytest.mark.parametrize(
    "line",
    [
        *(b"", b"x", b"[]", b"{}", b'{"op": 1}', b'{"op": "dance"}', b'{"op": "score"}', b'{"op": "score", "text": 1}'),
        *(b'{"op": "learn"}', b'{"op": "learn", "text": "a"}', b'{"op": "learn", "text": "a", "rating": 6}'),
        *(b'{"op": "learn", "text": 1, "rating": 1}', b'{"op": "learn", "text": "a", "rating": true}'),
        *(b'{"op": "cause", "incident": "a"}', b'{"op": "reset", "languages": [1]}', b"\xff\xfe", b"[" * 100_000),
        *(b'{"op": "smear", "incident": 1}', b'{"op": "smear", "incident": [1]}', b'{"op": "smear", "history": [{}]}'),
        b'{"op": "smear", "incident": [{"text": "a", "rating": "x", "time": 1}]}',
        b'{"op": "smear", "incident": [{"text": 5, "rating": 1, "time": 1}]}',
        b'{"op": "smear", "incident": [{"text": "a", "rating": 1, "time": NaN}]}',
    ],
)  # fmt: skip
def test_a_bad_line_is_an_error(line: bytes) -> None:
    """What cannot be answered is told, and nothing is raised."""
    assert set(Lines().answer(line)) == {"error"}


@pytest.mark.parametrize("text", ["", "\ud800", "👎" * 1000, "<b>x</b>", "\u202eabc", "\u200b", "a" * 1_000_000])
def test_any_text_is_answered(text: str) -> None:
    """Odd texts get an answer that can be written as a line."""
    assert "error" not in json.loads(json.dumps(ask(Lines(), op="score", text=text)))


def test_the_process_answers_line_by_line() -> None:
    """Started as a program it gives one line for each it was given."""
    asked = b'{"op": "reset", "languages": ["en"]}\nnonsense\n{"op": "score", "text": "Great food"}'
    done = subprocess.run([sys.executable, "-m", "bot.cli.score_lines"], input=asked, capture_output=True, check=True)
    first, second, third = map(json.loads, done.stdout.splitlines())
    assert first == {}
    assert "error" in second
    assert (third["themes"], third["source"]) == (["food"], "vader")
