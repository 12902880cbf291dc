"""The picture of a history: average as a line, low reviews as dots, alarms shaded, and how many reviews there were.

Drawn with matplotlib into memory, to be called in a worker process: its import takes a second and 60 MB. Colours are
those of Okabe and Ito, which the colour-blind tell apart; each thing also has a shape of its own (line, dot, hatching).
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal
from zoneinfo import ZoneInfo

from bot.reports.backtest import Backtest, BacktestAlarm, Mark
from bot.reports.series import Period, is_weekly, periods
from bot.reports.words import ReportWords

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 1200, 675
"""Pixels of the PNG: 16:9, which a phone shows across its whole width."""
_DPI = 100
FEW = 5
"""An average of fewer reviews is drawn hollow."""
_MOST_VECTOR_DOTS = 3000
"""Beyond, the dots of an SVG become an image inside it, or the page would weigh megabytes."""
_GOLDEN = 0.618034
_NARROWEST_BAR = 0.007
_LABEL_ROOM = 0.03

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
"""Each role has a colour that no other has, so that a page can put its own in its place."""


# Two layers, since in an SVG a pattern takes its ground's transparency along.
_BAND: Final[tuple[dict[str, Any], ...]] = (
    {"facecolor": COLOURS["alarm"], "alpha": 0.24, "linewidth": 0},
    {"facecolor": "none", "edgecolor": COLOURS["alarm"], "hatch": "//", "linewidth": 0},
)


def png(backtest: Backtest, language: str) -> bytes:
    """The picture for the chat."""
    return _drawn(backtest, language, "png")


def svg(backtest: Backtest, language: str) -> str:
    """The same for a page: an <svg> element whose colours are the page's `--chart-<role>`, letters as outlines."""
    text = _drawn(backtest, language, "svg").decode("utf-8")
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    # One rule for every element of the page is not what a page expects of a picture.
    text = re.sub(r"<style[^>]*>\*\{[^<]*</style>", "", text)
    text = re.sub(r'<svg [^>]*?(viewBox="[^"]*")[^>]*>', r'<svg class="chart" \1 aria-hidden="true">', text, count=1)
    for role, colour in COLOURS.items():
        text = text.replace(colour, f"var(--chart-{role}, {colour})")
    return text


def _drawn(backtest: Backtest, language: str, form: Literal["png", "svg"]) -> bytes:
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    settings: Any = {
        # The family that comes with matplotlib itself.
        "font.family": "DejaVu Sans",
        "font.size": 20,
        "text.color": COLOURS["ink"],
        "axes.edgecolor": COLOURS["grid"],
        "axes.labelcolor": COLOURS["ink"],
        "xtick.color": COLOURS["muted"],
        "ytick.color": COLOURS["muted"],
        "hatch.linewidth": 1.6,
        "svg.fonttype": "path",
        "svg.hashsalt": "reviewbot",
        "path.simplify": True,
    }
    with mpl.rc_context(settings):
        figure = Figure(figsize=(WIDTH / _DPI, HEIGHT / _DPI), dpi=_DPI)
        FigureCanvasAgg(figure)
        figure.patch.set_facecolor(COLOURS["paper"] if form == "png" else "none")
        words = ReportWords(language, backtest.zone)
        if backtest.marks:
            _History(figure, backtest, words, is_vector=form == "svg").draw()
        else:
            figure.text(0.5, 0.5, words.say("chart.nothing"), ha="center", va="center", color=COLOURS["muted"])
        buffer = io.BytesIO()
        metadata = {"Software": None} if form == "png" else {"Date": None, "Creator": None}
        figure.savefig(buffer, format=form, metadata=metadata)
    return buffer.getvalue()


class _History:
    def __init__(self, figure: Figure, backtest: Backtest, words: ReportWords, *, is_vector: bool) -> None:
        self._backtest = backtest
        self._words = words
        self._zone = backtest.zone
        self._is_vector = is_vector
        self._weekly = is_weekly(backtest.marks)
        self._periods = periods(backtest.marks, backtest.zone)
        self._begin = _midnight(self._periods[0].start)
        self._end = _midnight(self._periods[-1].end)
        grid = figure.add_gridspec(
            2, 1, height_ratios=(3.3, 1), left=0.075, right=0.985, top=0.885, bottom=0.125, hspace=0.12
        )
        self._figure = figure
        self._stars: Axes = figure.add_subplot(grid[0])
        self._volume: Axes = figure.add_subplot(grid[1], sharex=self._stars)

    def draw(self) -> None:
        self._frame()
        self._bands(self._backtest.alarms)
        self._dots([mark for mark in self._backtest.marks if mark.is_low and mark.stars is not None])
        self._line()
        self._bars()
        self._legend()

    def _frame(self) -> None:
        from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

        for axes in (self._stars, self._volume):
            axes.set_facecolor("none")
            for side in ("top", "right", "left"):
                axes.spines[side].set_visible(False)
            axes.grid(axis="y", color=COLOURS["grid"], linewidth=1.2)
            axes.set_axisbelow(True)
            axes.tick_params(length=0, pad=8)
        self._stars.set_xlim(*self._numbers((self._begin, self._end)))
        self._stars.set_ylim(0.5, 5.45)
        self._stars.yaxis.set_major_locator(FixedLocator([1, 2, 3, 4, 5]))
        self._stars.yaxis.set_major_formatter(
            FuncFormatter(lambda value, _: self._words.say("unit.stars", value=f"{value:.0f}"))
        )
        self._volume.yaxis.set_major_locator(MaxNLocator(2, integer=True))
        self._volume.yaxis.set_major_formatter(FuncFormatter(lambda value, _: self._words.number(value)))
        ticks, labels = self._ticks()
        self._volume.set_xticks(self._numbers(ticks), labels)
        self._stars.tick_params(labelbottom=False)

    def _ticks(self) -> tuple[list[datetime], list[str]]:
        """Where on the axis of time something is written, and what; the year stands below its first mention."""
        every = self._periods
        if self._weekly:
            chosen = every[:: max(1, -(-len(every) // 7))]
            pattern = "tick_day"
        else:
            step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120, 600) if len(every) <= step * 9)
            chosen = [one for one in every if (one.start.year * 12 + one.start.month - 1) % step == 0]
            pattern = "tick_month" if step < 12 else "tick_year"
        labels = []
        year = 0
        for one in chosen:
            below = str(one.start.year) if one.start.year != year and pattern != "tick_year" else ""
            year = one.start.year
            labels.append(f"{self._words.dated(one.start, pattern)}\n{below}")
        return [_middle(one) for one in chosen], labels

    def _bands(self, alarms: Sequence[BacktestAlarm]) -> None:
        whole = self._end - self._begin
        last_label = -1.0
        for number, alarm in enumerate(alarms, start=1):
            start = _local(min(alarm.first_at, alarm.at), self._zone)
            end = _local(alarm.ended_at, self._zone) if alarm.ended_at is not None else self._end
            middle = start + (end - start) / 2
            half = max((end - start) / 2, whole * _NARROWEST_BAR / 2)
            for axes in (self._stars, self._volume):
                for style in _BAND:
                    axes.axvspan(*self._numbers((middle - half, middle + half)), **style, zorder=0.6)
            place = (middle - self._begin) / whole
            if place - last_label >= _LABEL_ROOM:
                last_label = place
                self._stars.annotate(
                    str(number),
                    (self._numbers((middle,))[0], 5.45),
                    ha="center",
                    va="center",
                    fontsize=17 if len(alarms) < 10 else 14,
                    fontweight="bold",
                    color=COLOURS["ink"],
                    bbox={"boxstyle": "circle,pad=0.22", "fc": COLOURS["paper"], "ec": COLOURS["alarm"], "lw": 2.2},
                    annotation_clip=False,
                    zorder=6,
                )

    def _dots(self, lows: Sequence[Mark]) -> None:
        # Spread by the golden ratio, so that equal ratings of one evening do not hide each other.
        spread = [((index * _GOLDEN) % 1 - 0.5) * 0.62 for index in range(len(lows))]
        many = len(lows)
        self._stars.plot(
            self._numbers([_local(low.at, self._zone) for low in lows]),
            [(low.stars or 0) + by for low, by in zip(lows, spread, strict=True)],
            linestyle="none",
            marker="o",
            markersize=11 if many <= 120 else 7 if many <= 1000 else 4,
            markerfacecolor=COLOURS["low"],
            markeredgecolor=COLOURS["paper"] if many <= 1000 else "none",
            markeredgewidth=1,
            alpha=0.9 if many <= 120 else 0.6 if many <= 1000 else 0.35,
            rasterized=self._is_vector and many > _MOST_VECTOR_DOTS,
            clip_on=False,
            zorder=2,
        )

    def _line(self) -> None:
        middles = self._numbers([_middle(period) for period in self._periods])
        averages = [float("nan") if period.average is None else period.average for period in self._periods]
        self._stars.plot(middles, averages, color=COLOURS["line"], linewidth=4, solid_capstyle="round", zorder=3)
        size = 13 if len(self._periods) <= 36 else 9 if len(self._periods) <= 72 else 6
        for is_few in (False, True):
            chosen = [index for index, period in enumerate(self._periods) if (period.count < FEW) == is_few]
            self._stars.plot(
                [middles[index] for index in chosen],
                [averages[index] for index in chosen],
                linestyle="none",
                marker="o",
                markersize=size,
                markerfacecolor=COLOURS["paper"] if is_few else COLOURS["line"],
                markeredgecolor=COLOURS["line"],
                markeredgewidth=2.6,
                clip_on=False,
                zorder=4,
            )

    def _bars(self) -> None:
        starts = self._numbers([_midnight(period.start) for period in self._periods])
        widths = [(period.end - period.start).days for period in self._periods]
        self._volume.bar(
            [start + width * 0.08 for start, width in zip(starts, widths, strict=True)],
            [period.count for period in self._periods],
            width=[width * 0.84 for width in widths],
            align="edge",
            color=COLOURS["volume"],
            zorder=1,
        )
        self._volume.set_ylim(0, max(period.count for period in self._periods) * 1.5)
        label = self._words.say("chart.volume_week" if self._weekly else "chart.volume_month")
        self._volume.text(
            0.004,
            0.97,
            label,
            transform=self._volume.transAxes,
            va="top",
            fontsize=18,
            color=COLOURS["muted"],
            zorder=5,
        )

    def _legend(self) -> None:
        from matplotlib.lines import Line2D
        from matplotlib.patches import Patch

        handles: list[Line2D | tuple[Patch, ...]] = [
            Line2D([], [], color=COLOURS["line"], linewidth=4, marker="o", markersize=11),
            Line2D([], [], color=COLOURS["low"], linestyle="none", marker="o", markersize=11),
        ]
        keys = ["chart.average_week" if self._weekly else "chart.average_month", "chart.low"]
        if self._backtest.alarms:
            handles.append(tuple(Patch(**style) for style in _BAND))
            keys.append("chart.alarm")
        self._figure.legend(
            handles=handles,
            labels=[self._words.say(key) for key in keys],
            loc="upper left",
            bbox_to_anchor=(0.06, 1.005),
            ncol=len(handles),
            frameon=False,
            fontsize=20,
            handlelength=1.3,
            handletextpad=0.5,
            columnspacing=1.6,
        )

    def _numbers(self, moments: Sequence[datetime]) -> list[float]:
        """Days since the first one's midnight, which is the unit of the axis of time."""
        return [(moment - self._begin) / timedelta(days=1) for moment in moments]


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    """The location's clock without its zone, which is what an axis of days needs."""
    return at.astimezone(zone).replace(tzinfo=None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _middle(period: Period) -> datetime:
    return _midnight(period.start) + timedelta(days=(period.end - period.start).days / 2)
