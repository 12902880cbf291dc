import io
import json
from typing import Any

from bot.cli.detect_lines import serve
from bot.detect.rhythm import RhythmDetector
from bot.detect.types import DAY, HOUR, as_json
from tests.unit.detect.places import START, low, run, steady


def talk(*requests: object) -> list[dict[str, object]]:
    out = io.StringIO()
    serve([request if isinstance(request, str) else json.dumps(request) for request in requests], out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_every_line_gets_one_answer() -> None:
    """Unreadable, unknown and incomplete lines too; they change nothing."""
    tick = {"op": "tick", "now": START}
    observe = {"op": "observe", "review_time": START, "observed_time": START, "rating": 1, "source": "a"}
    answers = talk(
        {"op": "reset"},
        observe,
        tick,
        "{",
        "[]",
        "3",
        "",
        {"op": "dance"},
        {"op": "tick"},
        {"op": "tick", "now": "soon"},
        {"op": "tick", "now": 1e300},
        {**observe, "rating": 9},
        {**observe, "rating": None},
    )
    assert len(answers) == 13
    assert all(answer["alert"] is None for answer in answers)
    assert ["error" in answer for answer in answers] == [False] * 3 + [True] * 9 + [False]


def test_lines_say_what_the_detector_says() -> None:
    """The same stream through the adapter and through the detector: the same alarms with all their numbers."""
    reviews = steady(per_day=3, share=0.1, first=-100, last=30)
    reviews += [low(START + 20 * DAY + index * HOUR / 2) for index in range(8)]
    requests: list[object] = [{"op": "reset"}]
    left, now = sorted(reviews, key=lambda review: review.seen), START
    while now <= START + 30 * DAY:
        while left and left[0].seen <= now:
            review = left.pop(0)
            requests.append(
                {
                    "op": "observe",
                    "review_time": review.at,
                    "observed_time": review.seen,
                    "rating": review.rating,
                    "source": review.source,
                }
            )
        requests.append({"op": "tick", "now": now})
        now += HOUR
    said = [answer["alert"] for answer in talk(*requests) if answer["alert"] is not None]
    assert said == [as_json(alarm) for alarm in run(RhythmDetector(), reviews, until=START + 30 * DAY)]
    assert said
    assert isinstance(said[0], dict)
    assert {"time", "level", "kind", "n", "window_h", "expected", "recurrence_years"} <= said[0].keys()


def test_presses_deliveries_and_late_clusters_are_taken() -> None:
    """A burst, its end, the next burst; a file with a cluster of three weeks ago; each line is answered."""
    history = [
        {"op": "observe", "review_time": one.at, "observed_time": START, "rating": one.rating, "source": "a"}
        | {"history": True, "day_only": False, "text": "fine"}
        for one in steady(per_day=2, share=0.1, first=-300, last=0)
    ]

    def lows(begin: float, count: int, *, seen: float | None = None) -> list[object]:
        return [
            {
                "op": "observe",
                "review_time": begin + 60 * number,
                "observed_time": begin + 600 if seen is None else seen,
                "rating": 1,
                "source": "a",
            }
            for number in range(count)
        ]

    now = START + 30 * DAY
    answers = talk(
        {"op": "tick", "now": START - 60}, *history, {"op": "tick", "now": START},
        {"op": "delivered", "source": "a", "until": START + DAY},
        *lows(START + DAY, 8), {"op": "tick", "now": START + DAY + 600},
        {"op": "end", "now": START + DAY + 700},
        *lows(START + DAY + 800, 8), {"op": "tick", "now": START + DAY + 1400},
        {"op": "dismiss", "now": START + DAY + 1500}, {"op": "open", "now": START + DAY + 1600},
        {"op": "accept", "now": START + DAY + 1700}, {"op": "read", "now": START + DAY + 1800},
        *lows(START + 10 * DAY + HOUR, 9, seen=now), {"op": "tick", "now": now},
        {"op": "late", "now": now}, {"op": "late", "now": now},
    )  # fmt: skip
    assert not any("error" in answer for answer in answers)
    assert sum(answer.get("alert") is not None for answer in answers) == 2
    told, again = answers[-2:]
    assert again == {"clusters": []}
    assert isinstance(told["clusters"], list)
    (cluster,) = told["clusters"]
    assert cluster["n"] == 9
    assert cluster["since"] == START + 10 * DAY + HOUR
    assert cluster["until"] == START + 10 * DAY + HOUR + 480
    assert 0 < cluster["expected"] < 1


def test_reset_forgets() -> None:
    """After a reset the next poll is a first import again."""
    burst = [
        {"op": "observe", "review_time": START + minute, "observed_time": START + 60, "rating": 1, "source": "a"}
        for minute in range(50)
    ]
    answers = talk(
        *burst, {"op": "tick", "now": START + 60}, {"op": "reset"}, *burst, {"op": "tick", "now": START + 60}
    )
    assert all(answer == {"alert": None} for answer in answers)


def test_first_low_reviews_of_a_new_place_are_asked_for_as_late_ones() -> None:
    """Ten low ones among twenty, one a day and none of them a page: one cluster of ten, asked for once."""
    requests: list[object] = [{"op": "tick", "now": START}]
    for day in range(20):
        at = START + day * DAY + 9 * HOUR
        review = {
            "op": "observe",
            "review_time": at,
            "observed_time": at + 60,
            "rating": 1 + 4 * (day % 2),
            "source": "a",
        }
        requests += [review, {"op": "tick", "now": at + 60}]
    *answers, told, again = talk(*requests, *[{"op": "late", "now": START + 20 * DAY}] * 2)
    assert all(answer == {"alert": None} for answer in answers)
    assert isinstance(told["clusters"], list)
    (cluster,) = told["clusters"]
    assert cluster["n"] == 10
    assert cluster["since"] == START + 9 * HOUR
    assert again == {"clusters": []}


def _cluster(texts: list[str] | None, *, reads: bool = True) -> list[dict[str, Any]]:
    """Four reviews a week, nearly half of them low and about the food, then some low ones within hours."""
    usual = steady(per_day=4 / 7, share=0.45, first=-300, last=40, seed=5)
    cluster = [low(START + 40 * DAY + hours * HOUR) for hours in (0.0, 5.0, 9.0, 12.0)]
    requests: list[object] = []
    for review in [*sorted(usual, key=lambda one: one.seen), *cluster]:
        asked: dict[str, object] = {
            "op": "observe",
            "review_time": review.at,
            "observed_time": review.seen,
            "rating": review.rating,
            "source": review.source,
        }
        if texts is not None:
            asked["text"] = (
                texts[cluster.index(review)] if review in cluster else "The food was bland and the soup salty."
            )
        requests += [asked, {"op": "tick", "now": review.seen}]
        if reads:
            requests.append({"op": "read", "now": review.seen + 5})
    requests.append({"op": "tick", "now": cluster[-1].seen + HOUR})
    alerts: list[Any] = [answer["alert"] for answer in talk({"op": "reset"}, *requests)]
    return [alert for alert in alerts if alert is not None and alert["level"] == "page"]


def test_texts_that_agree_page_when_they_have_been_read() -> None:
    """Counts that do not page alone do with one cause, at the time of the reading, and the alarm names the cause."""
    waited = ["We waited an hour for a table.", "Waited forever.", "The wait was endless.", "We waited and waited."]
    assert _cluster(None) == []
    assert _cluster(["The food was bland.", "Soup salty.", "The soup was bland.", "The food was salty."]) == []
    (page,) = _cluster(waited)
    assert page["time"] % 60 == 5
    assert page["shared"]["theme"] == "waiting"


def test_without_a_reading_the_count_decides() -> None:
    """A driver that sends texts and never says that they have been read hears what the counts say."""
    waited = ["We waited an hour for a table."] * 4
    assert _cluster(waited, reads=False) == _cluster(None, reads=False)


def test_a_text_must_be_one() -> None:
    """Anything else than a string changes nothing."""
    observe = {"op": "observe", "review_time": START, "observed_time": START, "rating": 1, "source": "a", "text": 5}
    assert "text" in str(talk(observe)[0]["error"])


def test_what_the_platform_has_removed_is_taken_back() -> None:
    """Four low reviews in an hour page; where the first two are removed before the others come, they do not."""
    history = [
        {"op": "observe", "review_time": one.at, "observed_time": START, "rating": one.rating, "source": "a"}
        | {"history": True, "day_only": False}
        for one in steady(per_day=2, share=0.05, first=-300, last=0)
    ]
    lows = [
        {"review_time": START + 900 * number, "observed_time": START + 5 * HOUR, "rating": 1, "source": "a"}
        | {"day_only": False}
        for number in range(4)
    ]
    for removed, is_paged in ((0, True), (2, False)):
        answers = talk(
            {"op": "reset"},
            *history,
            {"op": "tick", "now": START},
            *({"op": "observe"} | one for one in lows[:2]),
            {"op": "tick", "now": START + 5 * HOUR},
            *({"op": "removed"} | one for one in lows[:removed]),
            *({"op": "observe"} | one for one in lows[2:4]),
            {"op": "tick", "now": START + 5 * HOUR + 60},
        )
        assert (answers[-1]["alert"] is not None) is is_paged
