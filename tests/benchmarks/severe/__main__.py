"""How well severe reviews are found: `python -m tests.benchmarks.severe [--reviews FILE ...]`.

Without a file: statements written for this project (`events.toml`), each set into a text of 20 to 200 words of praise
and ordinary complaints (`around.toml`); and whole reviews of our own in unusual words, severe and misleading
(`told.toml`). With files of real reviews (JSON lines with `text` and `rating`, 1 to 5), which are no part of the
project: how often a review is taken for severe, and how many that a person read as severe are found.
`readings.toml` holds those readings by the hash of the text.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.score.severe.find import KINDS, find_severe, loudest

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "de")
SHORTEST, LONGEST = 20, 200
LOW, HIGH = 2.5, 4.0


@dataclass(frozen=True, slots=True)
class Example:
    """A text; `kind` is empty where it is not severe."""

    text: str
    kind: str
    language: str


def examples(seed: int = 1) -> Iterator[Example]:
    """Every written statement in a text of its own, 20 to 200 words long."""
    dice = random.Random(seed)
    events, around = (
        tomllib.loads((FOLDER / name).read_text(encoding="utf-8")) for name in ("events.toml", "around.toml")
    )
    for language in LANGUAGES:
        for kind in (*KINDS, "ordinary"):
            for statement in events[language][kind]:
                text = _within(statement, around[language]["sentences"], dice)
                yield Example(text, "" if kind == "ordinary" else kind, language)


def told() -> Iterator[tuple[str, Example]]:
    """The whole reviews that were written in goes, each with the name of its go."""
    for go, languages in tomllib.loads((FOLDER / "told.toml").read_text(encoding="utf-8")).items():
        for language, kinds in languages.items():
            for kind, texts in kinds.items():
                for text in texts:
                    yield go, Example(text, "" if kind == "misleading" else kind, language)


def _within(statement: str, sentences: list[str], dice: random.Random) -> str:
    wanted = round(SHORTEST * (LONGEST / SHORTEST) ** dice.random())
    others = dice.sample(sentences, len(sentences))
    chosen: list[str] = []
    while others and len(" ".join((statement, *chosen)).split()) < max(SHORTEST, wanted - 18):
        chosen.append(others.pop())
    chosen.insert(dice.randrange(len(chosen) + 1), statement)
    return " ".join(chosen)


def mark(text: str) -> str:
    """By what a reading is kept: the review itself is no part of the project."""
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()[:16]


def readings() -> dict[str, str]:
    """What a person read in real reviews: mark -> "severe" or "not severe"."""
    tree = tomllib.loads((FOLDER / "readings.toml").read_text(encoding="utf-8"))
    return {one: verdict for verdict in ("severe", "not severe") for one in tree[verdict]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reviews", type=Path, nargs="*", default=(), metavar="FILE")
    arguments = parser.parse_args()
    _written()
    _told()
    for path in arguments.reviews:
        _real(path)


def _written() -> None:
    every = list(examples())
    found = {
        is_severe: Counter(loudest(find_severe(one.text)) for one in every if bool(one.kind) is is_severe)
        for is_severe in (True, False)
    }
    severe, ordinary = found[True], found[False]
    print(f"written for this project, severe, of {severe.total()}: {severe['sound']} sound, {severe['silent']} silent")
    print(f"  only looking so, of {ordinary.total()}: {ordinary['sound']} sound, {ordinary['silent']} silent")
    for one in every:
        if one.kind and loudest(find_severe(one.text)) not in ("sound", "silent"):
            print(f"  missed ({one.kind}): {one.text[:160]}")


def _told() -> None:
    every = list(told())
    for go in dict.fromkeys(go for go, _ in every):
        for name, is_severe in (("severe", True), ("misleading", False)):
            its = [one.text for its_go, one in every if its_go == go and bool(one.kind) is is_severe]
            found = Counter(loudest(find_severe(text)) for text in its)
            print(f"told in other words, {go}, {name}, of {len(its)}: {found['sound']} sound, {found['silent']} silent")


def _real(path: Path) -> None:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    read = readings()
    for name, first, last in (("low", 0.0, LOW), ("four and five stars", HIGH, 5.0)):
        its = [row["text"] for row in rows if row["rating"] is not None and first <= row["rating"] <= last]
        if not its:
            continue
        louds = [(loudest(find_severe(text)), read.get(mark(text), "not read")) for text in its]
        print(f"{path.name}, {name}: {len(its)} reviews")
        for loudness in ("sound", "silent", "vague"):
            hits = Counter(verdict for loud, verdict in louds if loud == loudness)
            wrong = hits.total() - hits["severe"]
            print(f"  {loudness}: {dict(hits)}; {1000 * wrong / len(its):.1f} of 1,000 that are not read as severe")
        severe = [loud for loud, verdict in louds if verdict == "severe"]
        print(f"  read as severe: {len(severe)}, {sum(one in ('sound', 'silent') for one in severe)} at least silent")


if __name__ == "__main__":
    main()
