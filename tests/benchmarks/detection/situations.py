"""Presses, deliveries, a platform that is new, a sudden volume: what is paged or told in each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from bot.detect.types import DAY, HOUR, Alarm, Level
from tests.benchmarks.detection.contest import poisson_interval, wilson
from tests.unit.detect.places import START, low, run, steady
from tests.unit.detect.test_situations import deliveries, evening, known, page_at

VOLUMES = {"4/week": (0.57, 0.14), "3/day": (3.0, 0.1)}


def second_incident(seed: int, volume: str, *, is_resolved: bool) -> bool:
    """Five low reviews eight days after an incident of seven: found?"""
    per_day, share = VOLUMES[volume]
    detector, rest = known(seed, per_day=per_day, share=share)
    first = evening(START + 20 * DAY, 7, minutes=50)
    middle = START + 20.5 * DAY
    run(detector, [*(one for one in rest if one.seen < middle), *first], until=middle)
    if is_resolved:
        detector.end(middle)
    second = evening(START + 28.3 * DAY, 5, minutes=50)
    left = [one for one in rest if middle < one.seen < START + 30 * DAY]
    found = run(detector, [*left, *second], since=middle + HOUR, until=START + 30 * DAY)
    return _pages(found, after=START + 28 * DAY) > 0


def told(seed: int, every: float, late: float) -> tuple[bool, bool]:
    """Eight low reviews of two hours somewhere in the time that a file covers: paged, told silently?"""
    detector, rest = known(seed)
    begin = START + 6 * every + Random(seed).random() * (every - DAY)
    bad = [low(begin + 900 * number) for number in range(8)]
    arriving = deliveries([*rest, *bad], every=every, late=late)
    found = run(detector, arriving, until=START + 7 * every + late + HOUR)
    is_late = any(begin - DAY < one.since < begin + DAY for one in detector.take_late())
    return _pages(found, after=START + 7 * every - 1) > 0, is_late


def pages_with_files(seed: int, every: float, late: float) -> int:
    """False pages in 98 days at three a day."""
    detector, rest = known(seed, per_day=3, share=0.15)
    return _pages(run(detector, deliveries(rest, every=every, late=late), until=START + 98 * DAY))


def heard_at(seed: int, share: float) -> bool:
    """Ten low reviews in two hours on a platform that is new: paged by the fifth?"""
    detector, rest = known(seed, share=share)
    run(detector, [one for one in rest if one.seen < START + 40 * DAY], until=START + 40 * DAY)
    number = page_at(detector, evening(START + 40 * DAY + HOUR, 10, source="tripadvisor", minutes=12))
    return number is not None and number <= 5


def import_day(seed: int) -> bool:
    """The past of a platform five times as busy comes on day 20, in the same poll as that day: a false page then?"""
    detector, rest = known(seed)
    now = START + 20 * DAY
    run(detector, [one for one in rest if one.seen < now], until=now - HOUR)
    busier = steady(per_day=10, share=0.1, first=-300, last=21, seed=seed, source="booking")
    for review in busier:
        if review.at < now:
            detector.observe(replace(review, seen=now, is_history=True))
    found = [detector.tick(now), *run(detector, [one for one in busier if one.at >= now], since=now, until=now + DAY)]
    return _pages([alarm for alarm in found if alarm is not None]) > 0


def extra_reviews(seed: int) -> bool:
    """Sixty extra reviews of the usual mix within three days at four a week: a false page?"""
    detector, rest = known(seed, per_day=0.57, share=0.2)
    extra = steady(per_day=20, share=0.2, first=30, last=33, seed=seed + 2000)
    return _pages(run(detector, [*rest, *extra], until=START + 40 * DAY), after=START + 30 * DAY) > 0


def campaign(seed: int) -> bool:
    """Two weeks of ten collected ratings a day, 5 % low, at one review a day; then five low ones in a day: found?"""
    detector, rest = known(seed, per_day=1, share=0.12)
    collected = steady(per_day=10, share=0.05, first=30, last=46, seed=seed + 1000)
    begin = START + 44.3 * DAY
    bad = [low(begin + Random(seed * 10 + number).random() * DAY) for number in range(5)]
    return _pages(run(detector, [*rest, *collected, *bad], until=START + 47 * DAY), after=begin) > 0


def report(places: int) -> None:
    """Print what came of each."""
    print("\n### situations\n")
    for volume in VOLUMES:
        for is_resolved in (False, True):
            how = "resolved" if is_resolved else "ended by itself"
            _share(
                f"second incident after one that {how}, {volume}",
                [second_incident(seed, volume, is_resolved=is_resolved) for seed in range(places)],
            )
    for every, late in ((7, 0), (7, 12), (14, 0)):
        outcomes = [told(seed, every * DAY, late * HOUR) for seed in range(places)]
        _share(f"file every {every} d + {late} h, paged", [paged for paged, _ in outcomes])
        _share(f"file every {every} d + {late} h, paged or told silently", [paged or said for paged, said in outcomes])
        pages = sum(pages_with_files(seed, every * DAY, late * HOUR) for seed in range(places))
        quarters = places * 98 / 91
        begin, end = (bound / quarters for bound in poisson_interval(pages))
        print(f"file every {every} d + {late} h, false pages a quarter: {pages / quarters:.3f} ({begin:.3f}-{end:.3f})")
    for share in (0.05, 0.1, 0.2):
        by_fifth = [heard_at(seed, share) for seed in range(places)]
        _share(f"new platform, paged by the fifth, {share:.0%} low", by_fifth)
    _each("a busier platform is imported, false page on that day", import_day, places)
    _each("sixty extra reviews of the usual mix, false page", extra_reviews, places)
    _each("five in a day after two weeks of collected ratings, found", campaign, places)


def _each(name: str, of_place: Callable[[int], bool], places: int) -> None:
    _share(name, [of_place(seed) for seed in range(places)])


def _share(name: str, outcomes: list[bool]) -> None:
    low_end, high_end = wilson(sum(outcomes), len(outcomes))
    print(f"{name}: {sum(outcomes)} of {len(outcomes)} ({100 * low_end:.0f}-{100 * high_end:.0f} %)", flush=True)


def _pages(found: list[Alarm], *, after: float = 0.0) -> int:
    return sum(alarm.level is Level.PAGE and alarm.time > after for alarm in found)
