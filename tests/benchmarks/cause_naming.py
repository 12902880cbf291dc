"""How often the cause of an incident is named, rightly and wrongly: `python -m tests.benchmarks.cause_naming`.

A draw is a place with a history of mixed sentences of guests (good and bad, each one review) and an incident of k
sentences of one theme; with noise, a share of the k is about something else or about nothing.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from bot.incidents.cause import find_cause
from bot.score.themes.pack import default_pack
from tests.unit.score.banks import Labelled, bank

HISTORY = 200
HISTORY_BANKS = ("dining.txt", "dining_second.txt", "themes.txt")


@dataclass(frozen=True, slots=True)
class Naming:
    """What came of the draws: shares of all of them."""

    draws: int
    right: float
    wrong: float

    @property
    def unclear(self) -> float:
        """Where no cause was named."""
        return 1 - self.right - self.wrong


class Draws:
    """Draws incidents against histories and applies the rule."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._pack = default_pack()
        self._themes = tuple(self._pack.labels)
        self._history = [self._read(row, is_low=None) for name in HISTORY_BANKS for row in bank(name)]
        self._sentences: dict[str, list[set[str]]] = {}
        for row in bank("incident.txt"):
            self._sentences.setdefault(row.label, []).append(self._read(row, is_low=True))

    def measure(self, k: int, *, noise: float, each: int) -> dict[str, Naming]:
        """Name the cause of `each` incidents of every theme.

        Args:
            k: Reviews of an incident.
            noise: Share of them, rounded down, that is about something else.
            each: Incidents of each theme.
        """
        return {theme: self._theme(theme, k, int(noise * k), each) for theme in self._sentences if theme != "-"}

    def _theme(self, theme: str, k: int, noisy: int, each: int) -> Naming:
        others = [found for other, rows in self._sentences.items() if other != theme for found in rows]
        right = wrong = 0
        for _ in range(each):
            history = self._random.choices(self._history, k=HISTORY)
            incident = self._random.sample(self._sentences[theme], k - noisy) + self._random.sample(others, noisy)
            named = find_cause(incident, history, themes=self._themes).theme
            right += named == theme
            wrong += named not in (theme, None)
        return Naming(each, right / each, wrong / each)

    def _read(self, row: Labelled, *, is_low: bool | None) -> set[str]:
        return set(self._pack.complaints(row.text, is_low=is_low))


def together(namings: Sequence[Naming]) -> Naming:
    """The mean over themes that were drawn equally often."""
    return Naming(
        sum(one.draws for one in namings),
        sum(one.right for one in namings) / len(namings),
        sum(one.wrong for one in namings) / len(namings),
    )


def main() -> None:
    """Print the figures."""
    draws = Draws(seed=1)
    for noise in (0.0, 0.4):
        for k in (3, 5, 8):
            found = draws.measure(k, noise=noise, each=1000)
            for name, one in (*found.items(), ("together", together(list(found.values())))):
                print(
                    f"k={k} noise={noise:.0%} {name:12} n={one.draws} right {one.right:.3f} wrong {one.wrong:.3f} "
                    f"unclear {one.unclear:.3f}"
                )


if __name__ == "__main__":
    main()
