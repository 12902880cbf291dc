"""Prints the tables of docs/detection.md: `python -m tests.benchmarks.detection [--seeds 24] [--nulls 40]`."""

from __future__ import annotations

import argparse

from tests.benchmarks.detection import apps, launches, situations
from tests.benchmarks.detection.contest import Contestant, FixedRule, Oracle, Rhythm, Score, poisson_interval
from tests.benchmarks.detection.streams import KINDS, REGIMES, VOLUMES, Case, make

CONTESTANTS: tuple[Contestant, ...] = (Rhythm(), FixedRule(), Oracle())
WITH_INCIDENTS = (None, "high share", "deleted history", "kept history", "false alarm", "resolved at once")
"""Where the share found is measured, too."""
REGIME_VOLUMES = ("4/week", "3/day", "15/day", "80/day")


def cell(volume: str, regime: str | None, *, seeds: range, nulls: range) -> None:
    """Print the rows of one volume in one regime, and remember the false pages."""
    quiet = {c.name: Score() for c in CONTESTANTS}
    by_kind = {(c.name, kind): Score() for c in CONTESTANTS for kind in KINDS}
    for seed in nulls:
        stream = make(Case(volume, seed, regime))
        for contestant in CONTESTANTS:
            quiet[contestant.name].add(contestant, stream, counts_notes=False)
    kinds = KINDS if regime in WITH_INCIDENTS else ()
    for kind in kinds:
        for seed in seeds:
            stream = make(Case(volume, seed, regime, kind))
            for contestant in CONTESTANTS:
                by_kind[contestant.name, kind].add(contestant, stream, counts_notes=kind == "slow burn")
    for contestant in CONTESTANTS:
        score = quiet[contestant.name]
        if isinstance(contestant, Oracle):
            if not kinds:
                continue
            row = [volume, contestant.name, "-", "-", "-", "-", "-"]
        else:
            row = [
                volume,
                contestant.name,
                score.false_rate,
                f"{score.worst:.2f}",
                f"{score.notes / score.quarters:.2f}",
                str(score.at_import),
                score.open_share,
            ]
        row += [by_kind[contestant.name, kind].found for kind in kinds]
        if isinstance(contestant, Rhythm):
            seconds = score.seconds + sum(by_kind[contestant.name, kind].seconds for kind in kinds)
            reviews = score.reviews + sum(by_kind[contestant.name, kind].reviews for kind in kinds)
            row.append(f"{reviews / seconds:,.0f}")
            totals.setdefault(regime or "base", []).append((score.pages, score.quarters))
        else:
            row.append("")
        print("| " + " | ".join(row) + " |", flush=True)


totals: dict[str, list[tuple[int, float]]] = {}


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=24, help="incidents in each cell")
    parser.add_argument("--nulls", type=int, default=40, help="streams without an incident in each cell")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--volumes", nargs="*", choices=list(VOLUMES), default=list(VOLUMES))
    parser.add_argument("--regimes", nargs="*", choices=["base", *REGIMES], default=["base", *REGIMES])
    parser.add_argument("--launches", type=int, default=60, help="launches in each cell")
    parser.add_argument("--situations", type=int, default=30, help="places in each situation")
    parser.add_argument("--apps", type=int, default=12, help="made-up apps of each kind and volume")
    arguments = parser.parse_args()
    seeds = range(arguments.first, arguments.first + arguments.seeds)
    nulls = range(arguments.first, arguments.first + arguments.nulls)
    for name in arguments.regimes:
        regime = None if name == "base" else name
        kinds = KINDS if regime in WITH_INCIDENTS else ()
        head = [
            "volume",
            "detector",
            "false pages a quarter",
            "worst",
            "notes",
            "at import",
            "open",
            *kinds,
            "reviews/s",
        ]
        print(f"\n### {name}\n\n| " + " | ".join(head) + " |\n|" + "---|" * len(head))
        for volume in arguments.volumes:
            if name in ("base", "false alarm", "resolved at once") or volume in REGIME_VOLUMES:
                cell(volume, regime, seeds=seeds, nulls=nulls)
        pages = sum(count for count, _ in totals[name])
        quarters = sum(value for _, value in totals[name])
        low, high = poisson_interval(pages)
        print(
            f"\nAll volumes: {pages / quarters:.3f} ({low / quarters:.3f}-{high / quarters:.3f}) false pages a quarter."
        )
    if arguments.launches:
        launches.report(arguments.launches)
    if arguments.situations:
        situations.report(arguments.situations)
    if arguments.apps:
        apps.report(arguments.apps, [name for name in apps.BUSY if name in arguments.volumes])


if __name__ == "__main__":
    main()
