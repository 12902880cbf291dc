"""What the second look buys: `python -m tests.benchmarks.detection.texts [FILE] [--seeds 24] [--nulls 20]`.

Each low review of a stream gets a text: the planted ones of an incident from one cause, the others from what is
usual. FILE, one JSON object a line with "place", "rating" (1 to 5) and "text", replaces the sentences of this program:
usual are then the low reviews of one half of the places, shuffled, and an incident is made from low reviews of that
half which speak of one cause. Nine of ten low reviews have a text. The same streams are judged by counts alone.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bot.detect.evidence.agreement import MOST_EARLIER, LowText, Texts
from bot.detect.rhythm import RhythmDetector
from bot.detect.types import DAY, LOW_UP_TO, Level, Review
from bot.incidents.low_texts import low_text
from bot.score.themes.pack import default_pack
from tests.benchmarks.detection.contest import poisson_interval, wilson
from tests.benchmarks.detection.streams import START, Case, Stream, make
from tests.unit.score.banks import bank

CAUSES = {
    "waiting": r"\bwait|\bslow\b|\bhours?\b|\blate\b|\bdelay|\bforever\b",
    "rude": r"\brude|behaviou?r|\battitude|\bmanner|arrogan|ill.?treat",
    "raw": r"under.?cooked|\braw\b|half.?cooked|uncooked|not cooked",
    "off": r"\bstale|\brotten|\bsmell|\bspoil|not fresh|food poison|\bvomit|stomach",
    "dirt": r"insect|cockroach|\bhair\b|\bfly\b|\bworm|unhygien|dirty",
    "cold": r"\bcold\b",
    "delivery": r"deliver",
    "bill": r"\bbill\b|overpriced|\bcharg",
    "wrong": r"wrong|missing|instead of",
}
"""Causes of a file's incidents, by words of their own and not by the program's themes."""
LEAST = 12
WITH_TEXT = 0.9
KEPT = MOST_EARLIER + 100


@dataclass(frozen=True, slots=True)
class Bank:
    """Texts to be given out: what is usual, and those of each cause."""

    usual: Sequence[LowText]
    causes: Mapping[str, Sequence[LowText]]


def own_bank(language: str) -> Bank:
    """From the sentences of this program: a usual text is two of any, one of an incident begins with its cause."""
    rows = [row for row in bank("incident.txt") if row.kind == language]
    rng = Random(language)
    labels = sorted({row.label for row in rows} - {"-"})
    usual = [_read(f"{rng.choice(rows).text} {rng.choice(rows).text}") for _ in range(600)]
    causes = {
        label: [_read(f"{row.text} {rng.choice(rows).text}") for row in rows if row.label == label] for label in labels
    }
    return Bank(usual, causes)


def bank_of(path: Path, *, half: int) -> Bank:
    """From a file: the low reviews of the places in one half, dealt by their sorted keys."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    places = sorted({row["place"] for row in rows})
    Random(5).shuffle(places)
    chosen = set(places[half::2])
    texts = [
        row["text"] for row in rows if row["place"] in chosen and row["rating"] <= LOW_UP_TO and row["text"].strip()
    ]
    read = [(text, _read(text)) for text in texts]
    causes = {
        cause: [found for text, found in read if re.search(words, text, re.IGNORECASE)]
        for cause, words in CAUSES.items()
    }
    return Bank([found for _, found in read], {cause: its for cause, its in causes.items() if len(its) >= LEAST})


def _read(text: str) -> LowText:
    return low_text(text, default_pack().complaints(text, is_low=True), at=0.0)


def pages(stream: Stream, texts: Bank, *, seed: int, reads: bool) -> list[float]:
    """The moments at which a stream pages, by counts alone or with its texts."""
    rng = Random(seed)
    usual = rng.sample(texts.usual, len(texts.usual))
    cause = texts.causes[rng.choice(sorted(texts.causes))]
    planted = rng.sample(cause, len(cause))
    detector = RhythmDetector()
    detector.reads_texts = reads
    new: list[LowText] = []
    told: list[LowText] = []
    said: list[float] = []
    last = START
    for now, found in stream.polls:
        for step in range(1, math.ceil((now - last) / DAY)):
            detector.tick(last + DAY * step)
        last = now
        had_incident = detector.episode is not None
        for review in found:
            detector.observe(review)
            if review.rating is None or review.rating > LOW_UP_TO or rng.random() >= WITH_TEXT:
                continue
            pool = planted if review in stream.planted else usual
            new.append(_dated(pool[0], review))
            pool.append(pool.pop(0))
        alarm = detector.tick(now)
        if had_incident and detector.episode is None:
            told, new = [*told, *new][-KEPT:], []
        if alarm is None and reads and detector.unread.since is not None:
            new = new[-KEPT:]
            alarm = detector.read(now, Texts(new, told))
        if alarm is not None and alarm.level is Level.PAGE:
            said.append(now)
    return said


def _dated(text: LowText, review: Review) -> LowText:
    at = min(review.at, review.seen)
    return LowText(at, at + DAY if review.day_only else at, text.themes, text.words)


@dataclass(slots=True)
class _Found:
    """Of each incident that was paged, how long after its begin: by counts, and with texts."""

    by_count: dict[int, float] = field(default_factory=dict)
    with_texts: dict[int, float] = field(default_factory=dict)

    def said(self, of: int) -> str:
        both = self.by_count.keys() & self.with_texts.keys()
        later = sum(self.with_texts[seed] > self.by_count[seed] for seed in both)
        earlier = sum(self.with_texts[seed] < self.by_count[seed] for seed in both)
        lost = len(self.by_count.keys() - self.with_texts.keys())
        shares = [
            f"{100 * len(its) / of:.0f} % ({100 * low:.0f}-{100 * high:.0f})"
            for its in (self.by_count, self.with_texts)
            for low, high in [wilson(len(its), of)]
        ]
        return f"{shares[0]} -> {shares[1]}; earlier {earlier}, later {later}, lost {lost}"


def report(texts: Bank, *, seeds: range, nulls: range, volumes: Sequence[str], regimes: Sequence[str | None]) -> None:
    """Print what is found and what is said falsely, by counts alone and with the texts."""
    print("\n| volume | regime | false pages: counts | with texts | kitchen | release |\n|---|---|---|---|---|---|")
    for regime in regimes:
        for volume in volumes:
            false, quarters = [0, 0], 0.0
            for seed in nulls:
                stream = make(Case(volume, seed, regime))
                quarters += stream.quarters
                for reads in (False, True):
                    false[reads] += len(pages(stream, texts, seed=seed, reads=reads))
            row = [volume, regime or "base"]
            for count in false:
                low, high = poisson_interval(count)
                row.append(f"{count / quarters:.3f} ({low / quarters:.3f}-{high / quarters:.3f})")
            row += [_kind(Case(volume, 0, regime, kind), texts, seeds) for kind in ("kitchen", "release")]
            print("| " + " | ".join(row) + " |", flush=True)


def _kind(case: Case, texts: Bank, seeds: range) -> str:
    found = _Found()
    for seed in seeds:
        stream = make(Case(case.volume, seed, case.regime, case.kind))
        if stream.incident is None:
            continue
        begin, end = stream.incident
        for reads, kept in ((False, found.by_count), (True, found.with_texts)):
            hits = [at for at in pages(stream, texts, seed=seed, reads=reads) if begin <= at <= end + stream.grace]
            if hits:
                kept[seed] = hits[0] - begin
    return found.said(len(seeds))


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="JSON lines with place, rating and text")
    parser.add_argument("--half", type=int, choices=(0, 1), default=1, help="which half of the file's places")
    parser.add_argument("--language", choices=("en", "de"), default="en", help="of the sentences of this program")
    parser.add_argument("--seeds", type=int, default=24)
    parser.add_argument("--nulls", type=int, default=20)
    parser.add_argument("--first", type=int, default=9000, help="the first seed")
    parser.add_argument("--volumes", nargs="*", default=["4/week", "3/day"])
    parser.add_argument("--regimes", nargs="*", default=["high share"], help="base, high share ...")
    wanted = parser.parse_args()
    texts = own_bank(wanted.language) if wanted.file is None else bank_of(wanted.file, half=wanted.half)
    report(
        texts,
        seeds=range(wanted.first, wanted.first + wanted.seeds),
        nulls=range(wanted.first + 500, wanted.first + 500 + wanted.nulls),
        volumes=wanted.volumes,
        regimes=[None if name == "base" else name for name in wanted.regimes],
    )


if __name__ == "__main__":
    main()
