"""The picture of a history: average as a line, low reviews as dots, alarms shaded, and how many reviews there were.

Written as SVG, for a page as it is and for the chat drawn by resvg with a font that is installed with the program.
Colours are those of Okabe and Ito, which the colour-blind tell apart; each thing also has a shape of its own (line,
dot, hatching).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from html import escape
from importlib.resources import files
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from bot.i18n.speech import Plain, plain
from bot.reports.backtest import Backtest, BacktestAlarm, Mark
from bot.reports.series import Period, is_weekly, periods

WIDTH, HEIGHT = 1200, 675
"""Pixels of the PNG: 16:9, which a phone shows across its whole width."""
FEW = 5
"""An average of fewer reviews is drawn hollow."""
_LEFT, _RIGHT = 90, 1182
_STARS_TOP, _STARS_BOTTOM = 78, 450
_STARS_LOW, _STARS_HIGH = 0.5, 5.45
_VOLUME_TOP, _VOLUME_BOTTOM = 478, 591
_MOST_CIRCLES = 1000
"""Beyond, low reviews are dots of a few paths: a circle each would make a page heavy."""
_LAYERS = 6
"""Paths that the dots of a crowd are dealt to; where they lie over each other it gets darker."""
_GOLDEN = 0.618034
_NARROWEST_BAR = 0.007
_WIDEST_BAR = 90.0
"""So that the first week of a place is a bar and not a wall."""
_LABEL_ROOM = 0.03
_LETTER = 0.53
"""The width of a letter in the middle, in heights of the type: what the legend is set by."""
_STAR = "M0-7 2-2.2 7-2 3.1 1.1 4.4 6 0 3.2-4.4 6-3.1 1.1-7-2-2-2.2Z"

COLOURS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ink": "#1f2a37",
        "muted": "#5b6673",
        "grid": "#dde3ea",
        "paper": "#fefefe",
        "line": "#0072b2",
        "low": "#d55e00",
        "alarm": "#e69f01",
        "volume": "#a9b5c3",
    }
)
"""Each role has a colour of its own, so that a page can put its own in its place."""


def png(backtest: Backtest, language: str) -> bytes:
    """The picture for the chat."""
    return drawn(_History(backtest, plain(language, backtest.zone), COLOURS).drawn())


def drawn(svg: str) -> bytes:
    """An <svg> element without name space, size and font as a PNG of the picture's size."""
    # Only a worker process draws.
    import resvg_py

    fonts = files("font_lato").joinpath("files")
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="Lato"'
    found: bytes = resvg_py.svg_to_bytes(
        svg_string=svg.replace("<svg", head, 1),
        background=COLOURS["paper"],
        skip_system_fonts=True,
        font_files=[str(fonts / "Lato-Regular.ttf"), str(fonts / "Lato-Bold.ttf")],
    )
    return found


def svg(backtest: Backtest, language: str) -> str:
    """The same for a page: an <svg> element in the page's own letters, its colours the page's `--chart-<role>`."""
    colours = {role: f"var(--chart-{role}, {colour})" for role, colour in COLOURS.items()}
    text = _History(backtest, plain(language, backtest.zone), colours).drawn()
    return text.replace("<svg", '<svg class="chart" aria-hidden="true"', 1)


class _History:
    """Collects the elements of one picture."""

    def __init__(self, backtest: Backtest, words: Plain, colours: Mapping[str, str]) -> None:
        self._backtest = backtest
        self._words = words
        self._colours = colours
        self._zone = backtest.zone
        self._parts: list[str] = []

    def drawn(self) -> str:
        """The whole element."""
        if self._backtest.marks:
            self._draw()
        else:
            self._text(WIDTH / 2, HEIGHT / 2, self._words.say("chart.nothing"), size=26, anchor="middle")
        return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(self._parts)}</svg>'

    def _draw(self) -> None:
        self._weekly = is_weekly(self._backtest.marks)
        self._periods = periods(self._backtest.marks, self._zone)
        self._begin = _midnight(self._periods[0].start)
        self._whole = _midnight(self._periods[-1].end) - self._begin
        self._most = max(period.count for period in self._periods)
        self._grid()
        self._bands(self._backtest.alarms)
        self._bars()
        self._dots([mark for mark in self._backtest.marks if mark.is_low and mark.stars is not None])
        self._line()
        self._numbers(self._backtest.alarms)
        self._legend()

    # -- where something stands ----------------------------------------------------------------------------------

    def _x(self, at: datetime) -> float:
        return _LEFT + (at - self._begin) / self._whole * (_RIGHT - _LEFT)

    def _y(self, stars: float) -> float:
        share = (stars - _STARS_LOW) / (_STARS_HIGH - _STARS_LOW)
        return _STARS_BOTTOM - share * (_STARS_BOTTOM - _STARS_TOP)

    def _high(self, count: float) -> float:
        """A height in the lower part, which leaves room above the tallest bar for its title."""
        return _VOLUME_BOTTOM - count / (self._most * 1.5) * (_VOLUME_BOTTOM - _VOLUME_TOP)

    # -- what there is to see ------------------------------------------------------------------------------------

    def _grid(self) -> None:
        for stars in range(1, 6):
            y = self._y(stars)
            self._rule(y)
            self._text(_LEFT - 36, y, self._words.number(stars), size=28, anchor="end")
            self._add(
                "path", d=_STAR, fill=self._colours["muted"], transform=f"translate({_LEFT - 20} {_n(y)}) scale(1.5)"
            )
        self._rule(_STARS_BOTTOM)
        self._rule(_VOLUME_BOTTOM)
        step = _nice(self._most / 2)
        for count in range(0, math.floor(self._most * 1.2) + 1, step):
            if count:
                self._rule(self._high(count))
            self._text(_LEFT - 13, self._high(count), self._words.number(count), size=28, anchor="end")
        for at, label, year in self._ticks():
            self._text(self._x(at), _VOLUME_BOTTOM + 28, label, size=28, anchor="middle")
            self._text(self._x(at), _VOLUME_BOTTOM + 61, year, size=28, anchor="middle")

    def _ticks(self) -> list[tuple[datetime, str, str]]:
        """Where on the axis of time something is written, and what; the year stands below its first mention."""
        every = self._periods
        if self._weekly:
            chosen = every[:: max(1, -(-len(every) // 7))]
            pattern = "tick_day"
        else:
            step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120, 600) if len(every) <= step * 9)
            chosen = [one for one in every if (one.start.year * 12 + one.start.month - 1) % step == 0]
            pattern = "tick_month" if step < 12 else "tick_year"
        ticks = []
        year = 0
        for one in chosen:
            below = str(one.start.year) if one.start.year != year and pattern != "tick_year" else ""
            year = one.start.year
            ticks.append((_middle(one), self._words.dated(one.start, pattern), below))
        return ticks

    def _bands(self, alarms: Sequence[BacktestAlarm]) -> None:
        if alarms:
            self._hatching()
        for alarm in alarms:
            start, end = self._span(alarm)
            for top, bottom in ((_STARS_TOP, _STARS_BOTTOM), (_VOLUME_TOP, _VOLUME_BOTTOM)):
                self._band(start, top, end - start, bottom - top)

    def _hatching(self) -> None:
        stroke = f'stroke="{self._colours["alarm"]}" stroke-width="1.8"'
        self._parts.append(
            '<defs><pattern id="chart-hatching" width="9" height="9" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><path d="M4.5 0V9" {stroke}/></pattern></defs>'
        )

    def _band(self, x: float, y: float, width: float, height: float) -> None:
        box = {"x": _n(x), "y": _n(y), "width": _n(width), "height": _n(height)}
        self._add("rect", **box, fill=self._colours["alarm"], fill_opacity="0.24")
        self._add("rect", **box, fill="url(#chart-hatching)")

    def _span(self, alarm: BacktestAlarm) -> tuple[float, float]:
        """From where to where an alarm is shaded; one of hours in a history of years is drawn wider than it was."""
        start = self._x(_local(min(alarm.first_at, alarm.at), self._zone))
        end = _RIGHT if alarm.ended_at is None else self._x(_local(alarm.ended_at, self._zone))
        half = max((end - start) / 2, (_RIGHT - _LEFT) * _NARROWEST_BAR / 2)
        return (start + end) / 2 - half, (start + end) / 2 + half

    def _numbers(self, alarms: Sequence[BacktestAlarm]) -> None:
        last = float("-inf")
        for number, alarm in enumerate(alarms, start=1):
            x = sum(self._span(alarm)) / 2
            if x - last >= _LABEL_ROOM * (_RIGHT - _LEFT):
                last = x
                paper, edge = self._colours["paper"], self._colours["alarm"]
                self._circle(x, _STARS_TOP, 17, fill=paper, stroke=edge, stroke_width="3")
                size = 24 if len(alarms) < 10 else 20 if number < 100 else 16
                self._text(x, _STARS_TOP, str(number), size=size, anchor="middle", colour="ink", font_weight="bold")

    def _dots(self, lows: Sequence[Mark]) -> None:
        # Spread by the golden ratio, so that equal ratings of one evening do not hide each other.
        places = [
            (self._x(_local(low.at, self._zone)), self._y((low.stars or 0) + ((index * _GOLDEN) % 1 - 0.5) * 0.62))
            for index, low in enumerate(lows)
        ]
        many = len(places)
        if many <= _MOST_CIRCLES:
            radius, opacity = (7.6, "0.9") if many <= 120 else (5, "0.6")
            edge = self._colours["paper"]
            for x, y in places:
                self._circle(
                    x, y, radius, fill=self._colours["low"], fill_opacity=opacity, stroke=edge, stroke_width="1.4"
                )
            return
        for layer in range(_LAYERS):
            d = "".join(f"M{_n(x)} {_n(y)}h0" for x, y in places[layer::_LAYERS])
            self._add(
                "path",
                d=d,
                stroke=self._colours["low"],
                stroke_width="5.6",
                stroke_linecap="round",
                stroke_opacity="0.35",
                fill="none",
            )

    def _line(self) -> None:
        points = [
            None if period.average is None else (self._x(_middle(period)), self._y(period.average))
            for period in self._periods
        ]
        d, is_on = "", False
        for point in points:
            d += "" if point is None else f"{'L' if is_on else 'M'}{_n(point[0])} {_n(point[1])}"
            is_on = point is not None
        line = self._colours["line"]
        self._add("path", d=d or "M0 0", fill="none", stroke=line, stroke_width="5.5", stroke_linejoin="round")
        radius = 9.2 if len(points) <= 36 else 6.4 if len(points) <= 72 else 4.2
        for period, point in zip(self._periods, points, strict=True):
            if point is not None:
                fill = self._colours["paper"] if period.count < FEW else line
                self._circle(*point, radius, fill=fill, stroke=line, stroke_width="3.4")

    def _bars(self) -> None:
        for period in self._periods:
            if period.count:
                start, end = self._x(_midnight(period.start)), self._x(_midnight(period.end))
                top = self._high(period.count)
                width = min((end - start) * 0.84, _WIDEST_BAR)
                self._add(
                    "rect",
                    x=_n((start + end - width) / 2),
                    y=_n(top),
                    width=_n(width),
                    height=_n(_VOLUME_BOTTOM - top),
                    fill=self._colours["volume"],
                )
        label = self._words.say("chart.volume_week" if self._weekly else "chart.volume_month")
        # Its ground keeps the hatching of an alarm away from the letters.
        width = len(label) * 25 * _LETTER
        box = {"x": str(_LEFT), "y": str(_VOLUME_TOP - 2), "width": _n(width), "height": "31"}
        self._add("rect", **box, fill=self._colours["paper"], fill_opacity="0.85")
        self._text(_LEFT + 4, _VOLUME_TOP + 13, label, size=25)

    def _legend(self) -> None:
        line, y, x = self._colours["line"], 33.0, 96.0
        self._add("path", d=f"M{_n(x)} {_n(y)}h38", stroke=line, stroke_width="5.5", stroke_linecap="round")
        self._circle(x + 19, y, 8.5, fill=line)
        x = self._entry(x + 52, "chart.average_week" if self._weekly else "chart.average_month")
        self._circle(x + 8, y, 8, fill=self._colours["low"])
        x = self._entry(x + 30, "chart.low")
        if self._backtest.alarms:
            self._band(x, y - 10, 36, 20)
            self._entry(x + 50, "chart.alarm")

    def _entry(self, x: float, key: str) -> float:
        text = self._words.say(key)
        self._text(x, 33, text, size=28, colour="ink")
        return x + len(text) * 28 * _LETTER + 42

    # -- elements ------------------------------------------------------------------------------------------------

    def _rule(self, y: float) -> None:
        self._add("path", d=f"M{_LEFT} {_n(y)}H{_RIGHT}", stroke=self._colours["grid"], stroke_width="1.7")

    def _circle(self, x: float, y: float, radius: float, **how: str) -> None:
        self._add("circle", cx=_n(x), cy=_n(y), r=_n(radius), **how)

    def _text(
        self, x: float, y: float, text: str, *, size: int, anchor: str = "start", colour: str = "muted", **how: str
    ) -> None:
        """Letters whose capitals have their middle at `y`."""
        if text:
            where = {"x": _n(x), "y": _n(y + size * 0.36), "font-size": str(size), "text-anchor": anchor}
            self._add("text", inside=escape(text), fill=self._colours[colour], **where, **how)

    def _add(self, tag: str, *, inside: str = "", **attributes: str) -> None:
        written = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
        self._parts.append(f"<{tag}{written}>{inside}</{tag}>" if inside else f"<{tag}{written}/>")


def _n(value: float) -> str:
    """A length with one digit at most."""
    return f"{value:.1f}".removesuffix(".0")


def _nice(least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, ... that is not below `least`."""
    power = 10 ** max(0, math.floor(math.log10(max(least, 1))))
    return int(next(step * power for step in (1, 2, 5, 10) if step * power >= least))


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    """The location's clock without its zone, which is what an axis of days needs."""
    return at.astimezone(zone).replace(tzinfo=None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _middle(period: Period) -> datetime:
    return _midnight(period.start) + timedelta(days=(period.end - period.start).days / 2)
