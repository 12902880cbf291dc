"""From a replayed history to what a report shows of it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.detect.fixed_rule import FixedRule
from bot.incidents.replay import PastIncident
from bot.model.review import Rating
from bot.reports.backtest import Backtest, BacktestAlarm, Mark, Quote, Rule, SkippedRow
from bot.stages.past import Past

QUOTES = 3
_ROWS = 10
_WORDS_KEPT = 2000


def backtest_of(past: Past, *, place: str, zone: ZoneInfo, rule: FixedRule) -> Backtest:
    """What a report shows of a history.

    Args:
        past: the history and what it would have raised.
        place: the location's name; empty where none is known.
        zone: its clock.
        rule: the fixed rule that the alarms are compared with.
    """
    return Backtest(
        place=place,
        zone=zone,
        marks=tuple(Mark(one.published_at, stars_of(one.rating), one.is_low) for one in past.reviews),
        alarms=tuple(_alarm(incident, past) for incident in past.incidents),
        rule=Rule(rule.low_reviews, rule.window.total_seconds() / 3600),
        rule_alarms=tuple(incident.opened_at for incident in past.incidents),
        is_by_rhythm=False,
        skipped=tuple(SkippedRow(one.name, one.line, one.reason) for one in past.problems[:_ROWS]),
        skipped_count=len(past.problems),
    )


def stars_of(rating: Rating | None) -> float | None:
    """A rating of any scale on that of 1 to 5 stars."""
    return None if rating is None else 1 + 4 * rating.share


def _alarm(incident: PastIncident, past: Past) -> BacktestAlarm:
    members = [past.reviews[place] for place in incident.review_ids]
    with_words = [one for one in members if one.text][:QUOTES]
    return BacktestAlarm(
        at=incident.opened_at,
        ended_at=incident.ended_at,
        first_at=members[0].published_at,
        last_at=members[-1].published_at,
        count=incident.count,
        usual_per_day=incident.usual_per_day,
        quotes=tuple(Quote(one.published_at, one.rating, one.text[:_WORDS_KEPT]) for one in with_words),
    )
