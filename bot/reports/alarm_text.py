"""What is said about an alarm of a back-test, as plain text; the chat and the page say the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.reports.backtest import FEWEST, Backtest, BacktestAlarm, Kind
from bot.reports.series import densest
from bot.reports.words import ReportWords

_MONTH_DAYS = 30.44


def whole_span(backtest: Backtest, words: ReportWords) -> str:
    """How long the history is, for "in …": 33 months, 6 weeks, 3 days."""
    first, last = backtest.marks[0].at, backtest.marks[-1].at
    days = (last - first).days + 1
    if days >= 60:
        return words.say("unit.months", round(days / _MONTH_DAYS))
    return words.say("unit.weeks", round(days / 7)) if days >= 14 else words.say("unit.days", days)


def headline(backtest: Backtest, words: ReportWords) -> str:
    """3 alarms in 33 months; no alarm in 33 months; or that there is too little."""
    if not backtest.marks:
        return words.say("page.empty")
    if backtest.is_too_small and not backtest.alarms:
        return too_few(backtest, words)
    span = whole_span(backtest, words)
    count = len(backtest.alarms)
    return words.say("page.alarms", count, span=span) if count else words.say("page.no_alarm", span=span)


def too_few(backtest: Backtest, words: ReportWords) -> str:
    """18 reviews are too few for a back-test; it needs about 30."""
    return words.say("page.too_few", len(backtest.marks), fewest=FEWEST)


def densest_group(backtest: Backtest, words: ReportWords) -> str:
    """The densest group was 2 low reviews in 3 days."""
    group = densest(backtest.marks)
    if group is None:
        return words.say("page.no_low")
    return words.say("page.densest", group.count, span=words.span(group.span))


def cluster(alarm: BacktestAlarm, words: ReportWords) -> str:
    """7 low reviews in 6 h; usual here: about 1 a day."""
    count = alarm.count if alarm.n is None else alarm.n
    lasted = _lasted(alarm) if alarm.window_h is None else timedelta(hours=alarm.window_h)
    lows = words.say("alarm.low", count)
    if lasted:
        said = words.say("alarm.sentence", lows=lows, span=words.span(lasted))
    else:
        said = words.say("alarm.sentence_moment", lows=lows)
    if alarm.usual_per_day is None:
        return _ended(said)
    return _ended(f"{said}; {words.say('alarm.usual', usual=words.usual(alarm.usual_per_day))}")


def odds(alarm: BacktestAlarm, words: ReportWords) -> str:
    """By chance alone about once in 3 years; that the owner's rule raised it; or nothing."""
    if alarm.is_by_rule:
        return words.say("alarm.by_rule")
    if alarm.recurrence_years is None:
        return ""
    return words.say("alarm.odds", odds=words.odds(alarm.recurrence_years))


def later(alarm: BacktestAlarm, words: ReportWords) -> str:
    """What came after it was raised: in the end 9 low reviews in 3 days; over by quiet on 19 Jun 2024."""
    parts = []
    if alarm.n is not None and alarm.count > alarm.n:
        parts.append(words.say("alarm.in_all", alarm.count, span=words.span(_lasted(alarm))))
    if alarm.ended_at is None:
        parts.append(words.say("alarm.still_open"))
    else:
        parts.append(words.say("alarm.over", day=words.dated(alarm.ended_at, "day")))
    return " ".join(parts)


def note(alarm: BacktestAlarm, words: ReportWords) -> str:
    """What was noticed without an alarm: the share crept up, or there were many more reviews."""
    span = words.span(timedelta(hours=alarm.window_h or 0))
    if alarm.kind is Kind.SURGE:
        return words.say("note.surge", span=span)
    count = alarm.count if alarm.n is None else alarm.n
    return words.say(
        "note.drift",
        lows=words.say("alarm.low", count),
        span=span,
        expected=words.number(round(alarm.expected or 0)),
    )


def rule_name(backtest: Backtest, words: ReportWords) -> str:
    """3 low within 24 h."""
    rule = backtest.rule
    return words.say("rule.name", low=rule.low_reviews, hours=words.number(rule.within_hours))


def is_during(at: datetime, alarm: BacktestAlarm) -> bool:
    """Whether a moment lies in an alarm, or within a day of it: two rules are seldom through at the same review."""
    day = timedelta(days=1)
    begin, end = min(alarm.first_at, alarm.at), alarm.ended_at
    return begin - day <= at and (end is None or at <= end + day)


def _lasted(alarm: BacktestAlarm) -> timedelta:
    return alarm.last_at - alarm.first_at


def _ended(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
