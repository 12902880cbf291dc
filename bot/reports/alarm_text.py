"""What is said about an alarm of a back-test, as plain text; the chat and the page say the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.i18n.speech import Plain
from bot.reports.backtest import FEWEST, Backtest, BacktestAlarm, Kind
from bot.reports.series import densest
from bot.text.rounding import rounded


def headline(backtest: Backtest, words: Plain) -> str:
    """3 alarms in 33 months; no alarm in 33 months; or that there is too little."""
    if not backtest.marks:
        return words.say("report.page.empty")
    if backtest.is_too_small and not backtest.alarms:
        return too_few(backtest, words)
    span = words.history(backtest.marks[0].at, backtest.marks[-1].at)
    count = len(backtest.alarms)
    return words.say("report.page.alarms", count, span=span) if count else words.say("report.page.no_alarm", span=span)


def too_few(backtest: Backtest, words: Plain) -> str:
    """18 reviews are too few for a back-test; it needs about 30."""
    return words.say("backtest.too_few", len(backtest.marks), fewest=FEWEST)


def densest_group(backtest: Backtest, words: Plain) -> str:
    """The densest group was 2 low reviews in 3 days."""
    group = densest(backtest.marks)
    if group is None:
        return words.say("report.page.no_low")
    return words.say("report.page.densest", group.count, span=words.about(group.span, dative=True))


def cluster(alarm: BacktestAlarm, words: Plain) -> str:
    """7 low reviews in 6 h; usual here: about 1 a day."""
    count = alarm.count if alarm.n is None else alarm.n
    lasted = _lasted(alarm) if alarm.window_h is None else timedelta(hours=alarm.window_h)
    lows = words.say("count.low_reviews", count)
    if lasted:
        said = words.say("report.alarm.sentence", lows=lows, span=words.about(lasted, dative=True))
    else:
        said = words.say("report.alarm.sentence_moment", lows=lows)
    if alarm.usual_per_day is None:
        return _ended(said)
    return _ended(f"{said}; {words.say('card.usual', usual=words.usual(alarm.usual_per_day))}")


def odds(alarm: BacktestAlarm, words: Plain) -> str:
    """By chance alone about once in 3 years; that the owner's rule raised it; or nothing."""
    if alarm.is_by_rule:
        return words.say("report.alarm.by_rule")
    if alarm.recurrence_years is None:
        return ""
    return _ended(words.say("odds.chance", odds=words.odds(alarm.recurrence_years)))


def later(alarm: BacktestAlarm, words: Plain) -> str:
    """What came after it was raised: in the end 9 low reviews in 3 days; over by quiet on 19 Jun 2024."""
    parts = []
    if alarm.n is not None and alarm.count > alarm.n:
        parts.append(words.say("report.alarm.in_all", alarm.count, span=words.about(_lasted(alarm), dative=True)))
    if alarm.ended_at is None:
        parts.append(words.say("report.alarm.still_open"))
    else:
        parts.append(words.say("report.alarm.over", day=words.full_date(alarm.ended_at)))
    return " ".join(parts)


def note(alarm: BacktestAlarm, words: Plain) -> str:
    """What was noticed without an alarm: the share crept up, or there were many more reviews."""
    span = words.about(timedelta(hours=alarm.window_h or 0), dative=True)
    if alarm.kind is Kind.SURGE:
        return words.say("report.note.surge", span=span)
    count = alarm.count if alarm.n is None else alarm.n
    return words.say(
        "report.note.drift",
        lows=words.say("count.low_reviews", count),
        span=span,
        expected=words.number(rounded(alarm.expected or 0)),
    )


def rule_name(backtest: Backtest, words: Plain) -> str:
    """3 low within 24 h."""
    rule = backtest.rule
    return words.say("report.rule.name", low=rule.low_reviews, hours=words.number(rule.within_hours))


def is_during(at: datetime, alarm: BacktestAlarm) -> bool:
    """Whether a moment lies in an alarm, or within a day of it: two rules are seldom through at the same review."""
    day = timedelta(days=1)
    begin, end = min(alarm.first_at, alarm.at), alarm.ended_at
    return begin - day <= at and (end is None or at <= end + day)


def _lasted(alarm: BacktestAlarm) -> timedelta:
    return alarm.last_at - alarm.first_at


def _ended(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
