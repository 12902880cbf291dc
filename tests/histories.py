"""Made-up histories for the reports: any number of reviews, with bursts of low ones, the same at every call."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model.review import Rating
from bot.reports.backtest import Backtest, BacktestAlarm, CountRule, Kind, Mark, Quote, SkippedRow

ZONE = ZoneInfo("Europe/Berlin")
END = datetime(2026, 11, 22, 20, tzinfo=UTC)
RULE = CountRule(3, 24.0)
WORDS = (
    "Waited 70 minutes for two starters and nobody said a word.",
    "Kalt, teuer, unfreundlich. Wir sind gegangen, bevor das Essen kam.",
    "The soup was cold and the bill was wrong.",
)


def history(
    reviews: int,
    *,
    days: float,
    bursts: int = 0,
    low_share: float = 0.08,
    words: tuple[str, ...] = WORDS,
    place: str = "Marktplatz",
) -> Backtest:
    """A place with `bursts` evenings on which everything went wrong, each of them an alarm."""
    chance = random.Random(7)
    begin = END - timedelta(days=days)
    marks = []
    for _ in range(reviews):
        is_low = chance.random() < low_share
        stars = chance.choice((1, 1, 2)) if is_low else chance.choice((5, 5, 5, 4, 4, 3))
        marks.append(Mark(begin + chance.random() * timedelta(days=days), float(stars), is_low))
    alarms = []
    for number in range(bursts):
        alarm, more = _burst(begin + timedelta(days=days) * (number + 0.6) / (bursts + 0.4), number, words)
        alarms.append(alarm)
        marks += more
    marks.sort(key=lambda mark: mark.at)
    beside = [begin + timedelta(days=days) * share for share in (0.1, 0.33, 0.55, 0.8)] if bursts else []
    return Backtest(
        place=place,
        zone=ZONE,
        marks=tuple(marks),
        alarms=tuple(alarms),
        rule=RULE,
        rule_alarms=tuple(sorted([*beside, *(alarm.at for alarm in alarms)])),
        notes=_notes(begin, days) if bursts else (),
        skipped=(SkippedRow("reviews.csv", 17, "no date"),) if bursts else (),
        skipped_count=14 if bursts else 0,
    )


def _burst(at: datetime, number: int, words: tuple[str, ...]) -> tuple[BacktestAlarm, list[Mark]]:
    evening = at.replace(hour=17, minute=40)
    count = 5 + number % 4
    marks = [
        Mark(evening + timedelta(minutes=55 * index), 1.0 + (index % 3 == 0), is_low=True) for index in range(count)
    ]
    alarm = BacktestAlarm(
        at=marks[3].at,
        ended_at=marks[-1].at + timedelta(days=6),
        first_at=marks[0].at,
        last_at=marks[-1].at,
        count=count,
        n=4,
        window_h=4,
        expected=0.2,
        usual_per_day=0.4,
        recurrence_years=(3.2, 0.8, 140.0)[number % 3],
        is_by_rule=number % 4 == 3,
        quotes=tuple(
            Quote(mark.at, Rating(mark.stars or 1, 1, 5), text) for mark, text in zip(marks, words, strict=False)
        ),
    )
    return alarm, marks


def _notes(begin: datetime, days: float) -> tuple[BacktestAlarm, ...]:
    middle = begin + timedelta(days=days / 2)
    return (
        BacktestAlarm(middle, None, middle, middle, 12, n=12, window_h=672, expected=5.5, kind=Kind.DRIFT),
        BacktestAlarm(middle, None, middle, middle, 80, n=80, window_h=48, expected=30, kind=Kind.SURGE),
    )
