"""Made-up review streams with a known truth, the same for the same case."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, field
from random import Random

from bot.detect.types import DAY, HOUR, Review

VOLUMES = {"1/week": 1 / 7, "4/week": 4 / 7, "3/day": 3.0, "15/day": 15.0, "80/day": 80.0, "300/day": 300.0}
DAYS = {"1/week": 700, "4/week": 700, "3/day": 360, "15/day": 360, "80/day": 220, "300/day": 150}
KINDS = ("kitchen", "smear", "slow burn", "release")
REGIMES = (
    "high share",
    "growth",
    "late source",
    "sale",
    "level shift",
    "mixed sources",
    "parties",
    "deleted history",
    "kept history",
    "weekly files",
    "weekly files, 12 h late",
    "files every 14 days",
    "uploads now and then",
    "outages",
    "winter",
    "changed delay",
    "campaign",
    "new platform",
    "import day",
    "false alarm",
    "resolved at once",
)
FILES = {
    "weekly files": (7.0, 0.0),
    "weekly files, 12 h late": (7.0, 0.5),
    "files every 14 days": (14.0, 0.0),
    "uploads now and then": (0.0, 0.0),
}
"""Days between two files (0: at random, nine on average), and how many days after it was made a file arrives."""
PRESSED = {"false alarm": "dismiss", "resolved at once": "end"}
"""What a person presses ten minutes after every page, in the streams of the base."""
ARRIVES = {"new platform": 1.0, "import day": 5.0}
"""How many times as busy as the other source the one is that arrives: without a past, or with all of it on one day."""
EARLY = ("deleted history", "kept history")
"""Here the incident comes within the first weeks, when the history is all there is."""
START = 1_704_067_200.0  # Monday 2024-01-01
POLL = 600.0


@dataclass(frozen=True, slots=True)
class Case:
    """One stream to be made."""

    volume: str
    seed: int
    regime: str | None = None
    kind: str | None = None


@dataclass(slots=True)
class Stream:
    """A stream with its truth.

    Attributes:
        delivered: what each file says of its sources at its moment: source, complete up to.
        press: what a person does about every page: dismiss, end, or nothing.
        polls: moment of each poll and the reviews it found.
        incident: start and end.
        grace: seconds after the end within which a page still counts.
        shift: moment at which the level shifted for good.
        low_per_day: true usual low reviews a day, day by day from `START`.
        hours: true profile of the day, mean 1.
        bad: moments of discovery of low reviews written during the incident.
        written: moments at which low reviews with stars were written, sorted.
        planted: the low reviews that the incident brought, beyond what is usual.
    """

    days: int
    polls: list[tuple[float, list[Review]]] = field(default_factory=list)
    delivered: dict[float, list[tuple[str, float]]] = field(default_factory=dict)
    press: str | None = None
    incident: tuple[float, float] | None = None
    grace: float = 2 * DAY
    shift: float | None = None
    low_per_day: list[float] = field(default_factory=list)
    hours: list[float] = field(default_factory=list)
    bad: list[float] = field(default_factory=list)
    written: list[float] = field(default_factory=list)
    planted: set[Review] = field(default_factory=set)

    @property
    def quarters(self) -> float:
        return self.days / 91

    @property
    def size(self) -> int:
        return sum(len(found) for _, found in self.polls)

    def usual_low(self, begin: float, end: float) -> float:
        """True mean of low reviews between two moments, the incident left out."""
        total, at = 0.0, begin
        while at < end:
            stop = min(end, (math.floor(at / HOUR) + 1) * HOUR)
            day = int((at - START) // DAY)
            rate = self.low_per_day[min(max(day, 0), self.days - 1)]
            total += rate * self.hours[int(at % DAY // HOUR)] * (stop - at) / DAY
            at = stop
        return total


def poisson(rng: Random, mean: float) -> int:
    """A Poisson number."""
    if mean > 60:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def _hours(rng: Random) -> list[float]:
    """Two meals and a night; one place in five is reviewed around the clock."""
    if rng.random() < 0.2:
        return [1.0] * 24
    lunch, dinner = rng.uniform(11, 15), rng.uniform(18, 22)
    value = [
        0.12
        + 0.8 * math.exp(-(((hour - lunch) / 2.2) ** 2))
        + rng.uniform(0.8, 1.6) * math.exp(-(((hour - dinner) / 2.5) ** 2))
        for hour in range(24)
    ]
    mean = sum(value) / 24
    return [v / mean for v in value]


def _pick_hour(rng: Random, hours: list[float]) -> float:
    return rng.choices(range(24), hours)[0] + rng.random()


def make(case: Case) -> Stream:
    """The stream of a case."""
    regime = None if case.regime in PRESSED else case.regime
    rng = Random(f"{case.volume}/{regime}/{case.kind}/{case.seed}")
    days = DAYS[case.volume]
    rate = VOLUMES[case.volume] * math.exp(rng.gauss(0, 0.3))
    share = math.exp(rng.uniform(math.log(0.03), math.log(0.30)))
    if case.regime == "high share":
        share = rng.uniform(0.3, 0.6)
    stream = Stream(days, hours=_hours(rng), press=PRESSED.get(case.regime or ""))
    names = ["a", "b", "c"][: rng.randint(1, 3)]
    if case.regime in ("late source", "mixed sources", *ARRIVES):
        names = ["a", "b"]
    shares = dict.fromkeys(names, share)
    if case.regime == "mixed sources":
        shares["b"] = min(0.7, share * 3)
    weekend = rng.uniform(1.0, 2.0)
    season, phase = rng.uniform(0, 0.3), rng.uniform(0, 6.3)
    history = rng.choice((0, 60, 200, 400)) if rate < 20 else rng.choice((0, 30, 60))
    if case.regime in EARLY:
        history = rng.choice((200, 400))
    shift = days * rng.uniform(0.35, 0.55)
    sales = [rng.uniform(0.1, 0.95) * days for _ in range(3)] if case.regime == "sale" else []
    campaigns = [rng.uniform(0.1, 0.9) * days for _ in range(3)] if case.regime == "campaign" else []
    festivals = {rng.randrange(days) for _ in range(poisson(rng, days / 150))}
    if case.regime == "level shift":
        stream.shift = START + shift * DAY
    begin = end = -1.0
    if case.kind is not None:
        begin = START + (days * rng.uniform(0.5, 0.85)) * DAY
        if case.regime in EARLY:
            begin = START + rng.uniform(3, 45) * DAY
        length = {"kitchen": rng.uniform(6, 72), "smear": 2.0, "slow burn": 42 * 24.0, "release": rng.uniform(24, 72)}
        end = begin + length[case.kind] * HOUR
        stream.incident = (begin, end)
        stream.grace = 7 * DAY if case.kind == "slow burn" else 2 * DAY
    written: list[tuple[float, bool, str, bool]] = []
    for day in range(-history, days):
        weekday = (1.0, 1.0, 1.0, 1.0, 1.1, weekend, weekend**0.7)[day % 7]
        mean = rate * weekday * (1 + season * math.sin(day / 58 + phase)) * rng.gammavariate(14, 1 / 14)
        mean *= 3.0 if day in festivals else 1.0
        if case.regime == "growth":
            mean *= 8 ** min(1.0, max(0.0, day / days))
        if case.regime == "level shift" and day >= shift:
            mean *= 4
        if any(sale <= day < sale + 3 for sale in sales):
            mean *= 6
        if case.regime == "winter" and 100 <= day % 360 < 190:
            mean = 0.0
        collected = case.regime == "campaign" and any(begun <= day < begun + 14 for begun in campaigns)
        low = 0.0
        for name in names:
            of_source = mean / len(names)
            if case.regime == "late source" and name == "b":
                of_source *= min(1.0, max(0.0, (day - shift) / 20))
            if name == "b" and case.regime in ARRIVES:
                of_source *= ARRIVES[case.regime] if case.regime == "import day" or day >= shift else 0.0
            p = shares[name] + (0.15 if case.regime == "level shift" and day >= shift else 0.0)
            low += of_source * p
            for _ in range(poisson(rng, of_source)):
                at = START + day * DAY + _pick_hour(rng, stream.hours) * HOUR
                q = p
                if begin <= at <= end and case.kind == "slow burn":
                    q = p * (1 + min(1.0, (at - begin) / (21 * DAY)))
                if begin <= at <= end and case.kind == "release":
                    q = min(0.9, 4 * p)
                luck = rng.random()
                written.append((at, luck < q, name, p <= luck < q))
                if case.regime == "parties" and rng.random() < 0.04:
                    # one table, one opinion: two more within minutes; they are part of what is usual here
                    opinion = rng.random() < q
                    written += [(at + rng.uniform(60, 900), opinion, name, False) for _ in range(1)]
            if collected and name == "a":
                # ratings that guests are asked for at the table: many, and few low ones
                for _ in range(poisson(rng, max(10.0, 2 * rate))):
                    at = START + day * DAY + _pick_hour(rng, stream.hours) * HOUR
                    written.append((at, rng.random() < 0.4 * p, name, False))
        if day >= 0:
            stream.low_per_day.append(low)
    if case.kind in ("kitchen", "smear", "release"):
        base = rate * share * (end - begin) / DAY
        factor = rng.uniform(3, 15) if case.kind == "kitchen" else rng.uniform(1.5, 3)
        extra = 10 if case.kind == "smear" else max(poisson(rng, base * (factor - 1)), rng.randint(3, 8))
        written += [(rng.uniform(begin, end), True, rng.choice(names), True) for _ in range(extra)]
    if case.regime == "deleted history":
        written = [one for one in written if one[0] >= START or not one[1] or rng.random() < 0.5]
    _discover(stream, written, rng, case.regime, imported=START + int(shift) * DAY + 12 * HOUR)
    return stream


def _discover(
    stream: Stream,
    written: list[tuple[float, bool, str, bool]],
    rng: Random,
    regime: str | None,
    *,
    imported: float,
) -> None:
    """When the polls find what was written: late platforms, day-only dates, an outage, texts without stars."""
    is_late, is_day_only, without_stars = rng.random() < 0.3, rng.random() < 0.2, rng.choice((0.0, 0.1))
    outage = START + rng.uniform(0.2, 0.9) * stream.days * DAY
    outage_end = outage + (rng.uniform(1, 4) * DAY if rng.random() < 0.25 else 0.0)
    outages = [(outage, outage_end)]
    if regime == "outages":
        begins = [START + rng.uniform(0.05, 0.95) * stream.days * DAY for _ in range(5)]
        outages = [(begin, begin + rng.uniform(2, 8) * DAY) for begin in begins]
    changed = START + rng.uniform(0.3, 0.6) * stream.days * DAY if regime == "changed delay" else math.inf
    files = _files(rng, stream.days, *FILES[regime]) if regime in FILES else []
    found: dict[float, list[Review]] = {}
    for at, is_low, name, is_planted in sorted(written):
        day_only = is_day_only and name == "a"
        seen = at + (rng.expovariate(1 / (5 * HOUR)) if is_late else 0.0)
        if at > changed:
            seen = at + rng.expovariate(1 / DAY)
        if day_only:
            seen = (at // DAY + 1) * DAY + 4 * HOUR
        seen = math.ceil(seen / POLL) * POLL
        for begin, end in outages:
            if begin <= seen < end:
                seen = math.ceil(end / POLL) * POLL
        seen = max(seen, START)
        if files and seen > START:
            index = bisect_left(files, (seen, 0.0))
            if index == len(files):
                continue
            made, seen = files[index][0], files[index][0] + files[index][1]
            stream.delivered.setdefault(seen, []).append((name, min(at, made)))
        rating = rng.choice((1, 1, 2)) if is_low else rng.choice((3, 4, 4, 5, 5, 5))
        stars = None if rng.random() < without_stars else rating
        is_past = regime == "import day" and name == "b" and at < imported
        if is_past:
            seen = imported
        published = at // DAY * DAY if day_only else float(int(at))
        review = Review(published, seen, stars, name, day_only, is_past)
        found.setdefault(seen, []).append(review)
        if is_planted:
            stream.planted.add(review)
        if is_low and stars is not None:
            stream.written.append(at)
            if stream.incident is not None and at >= stream.incident[0]:
                stream.bad.append(seen)
    if stream.incident is not None and outage_end > outage:
        stream.grace += 4 * DAY
    stream.polls = sorted(found.items())


def _files(rng: Random, days: int, every: float, late: float) -> list[tuple[float, float]]:
    """When each file is made, and how many seconds later it arrives."""
    files, at = [], START
    while at < START + days * DAY:
        at += (every or rng.expovariate(1 / 9)) * DAY
        files.append((at, late * DAY))
    return files
