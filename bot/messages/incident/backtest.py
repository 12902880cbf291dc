"""The back-test in the chat: the alarms that a location's own history would have raised, with or without a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.messages.incident.evidence import theme_label
from bot.messages.text import fragments
from bot.messages.text.formatting import NEWLINE, Words, joined
from bot.messages.text.message import Html, Rendered

_FEWEST: Final = 30


@dataclass(frozen=True, slots=True)
class PastAlarm:
    """An alarm that would have been raised.

    Attributes:
        at: when.
        count: how many low reviews,
        lasted: in what time.
        theme: what they mention, by the rule of the card; None where that is unclear.
        is_smear: they may be a smear campaign, which is said in place of the theme.
    """

    at: datetime
    count: int
    lasted: timedelta
    theme: Mapping[str, str] | None = None
    is_smear: bool = False


@dataclass(frozen=True, slots=True)
class BackTest:
    """What the message is about.

    Attributes:
        alarms: the newest alarms; `alarm_count` is how many there are in all.
        densest: the most low reviews close together, and how close; None without a low review.
        rule_low: the fixed rule for comparison alarms at so many low reviews,
        rule_hours: within so many hours,
        rule_alarms: and would have alarmed so often.
        has_picture: the message comes with a picture.
    """

    location_name: str
    names_location: bool
    reviews: int
    is_too_small: bool
    first_at: datetime
    last_at: datetime
    is_weekly: bool
    alarm_count: int
    alarms: Sequence[PastAlarm]
    densest: tuple[int, timedelta] | None
    rule_low: int
    rule_hours: float
    rule_alarms: int
    has_picture: bool


def back_test(found: BackTest, words: Words) -> Rendered:
    """The caption, or the message where there is no picture; `words` in the location's zone."""
    if not found.alarm_count:
        return Rendered(joined((_nothing(found, words), _picture(found, words)), NEWLINE))
    where = fragments.place_suffix(found.location_name, found.names_location)
    lines = [
        words.say(
            "backtest.headline", found.alarm_count, span=words.history(found.first_at, found.last_at), where=where
        )
    ]
    period = _period(found, words)
    lines.append(words.say("backtest.found", reviews=words.say("count.reviews", found.reviews), period=period))
    lines += [_line(alarm, words) for alarm in found.alarms]
    more = found.alarm_count - len(found.alarms)
    if more:
        lines.append(words.say("backtest.earlier", more))
    hours = words.say("unit.hours", hours=words.number(found.rule_hours))
    rule = words.say("backtest.rule_name", low=found.rule_low, hours=hours)
    lines.append(
        words.say("backtest.rule", found.rule_alarms, rule=rule)
        if found.rule_alarms
        else words.say("backtest.rule_never", rule=rule)
    )
    return Rendered(joined((*lines, _picture(found, words)), NEWLINE))


def _nothing(found: BackTest, words: Words) -> Html:
    if found.is_too_small:
        return words.say("backtest.too_few", found.reviews, fewest=_FEWEST)
    span = words.history(found.first_at, found.last_at)
    if found.densest is None:
        return words.say("backtest.quiet_no_low", span=span)
    count, lasted = found.densest
    if count == 1:
        return words.say("backtest.quiet_single", span=span)
    return words.say("backtest.quiet", count, span=span, group_span=words.about(lasted, dative=True))


def _picture(found: BackTest, words: Words) -> Html:
    if not found.has_picture:
        return Html("")
    average = words.say("backtest.average_week" if found.is_weekly else "backtest.average_month")
    return words.say("backtest.picture" if found.alarm_count else "backtest.picture_quiet", average=average)


def _line(alarm: PastAlarm, words: Words) -> Html:
    day, lows = words.full_date(alarm.at), words.say("count.low", alarm.count)
    if alarm.lasted:
        line = words.say("backtest.alarm", day=day, lows=lows, span=words.about(alarm.lasted, dative=True))
    else:
        line = words.say("backtest.alarm_at_once", day=day, lows=lows)
    if alarm.is_smear:
        return words.say("backtest.smear", alarm=line)
    if alarm.theme is not None:
        return words.say("backtest.mostly", alarm=line, theme=theme_label(alarm.theme, words))
    return line


def _period(found: BackTest, words: Words) -> Html:
    start, end = words.dated(found.first_at, "month"), words.dated(found.last_at, "month")
    return start if start == end else Html(f"{start} – {end}")
