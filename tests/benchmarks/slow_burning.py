"""How often a steady place is said to burn, and a real slow burn is found: `python -m tests.benchmarks.slow_burning`.

A draw is a place with an own mix of sentences (some guests' sentences come often, most rarely, as in real reviews),
reviews of one to four sentences, and no change over time, or with one sentence that a share of the last weeks' guests
adds.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from bot.incidents.slow_burn import PositiveReview, SlowBurn, find_slow_burn
from bot.score.phrases import phrases_of
from bot.score.themes.pack import default_pack
from bot.score.words import words_of
from tests.unit.score.banks import bank

_BANKS = ("dining.txt", "dining_second.txt", "themes.txt")
_WEEKS = 6
LATE = ("Leider lange gewartet.", "Wir haben lange gewartet.", "Man hat lange gewartet, sonst gut.")


class Places:
    """Draws places and looks at them."""

    def __init__(self, seed: int, *, without: str = "") -> None:
        """`without`: a theme that no sentence of the mix has, so that only what is added carries it."""
        self._random = random.Random(seed)
        self._pack = default_pack()
        self._sentences = [
            row.text
            for name in _BANKS
            for row in bank(name)
            if without not in {hit.theme for hit in self._pack.find(row.text)}
        ]
        self._read: dict[str, tuple[frozenset[str], frozenset[str]]] = {}

    def look(self, *, latest: int, earlier: int, says: Sequence[str] = (), now: int = 0, before: float = 0) -> SlowBurn:
        """Draw a place and look for a slow burn.

        Args:
            latest: Reviews of the last six weeks.
            earlier: Reviews before.
            says: Sentences of which one may be added to a review.
            now: How many of the latest reviews get one.
            before: The chance that an earlier review gets one.
        """
        ours = self._random.sample(self._sentences, len(self._sentences))
        weights = [1 / (rank + 5) for rank in range(len(ours))]
        with_it = set(self._random.sample(range(latest), now))
        part = [
            self._positive_review(ours, weights, says if place in with_it else (), week=True) for place in range(latest)
        ]
        past = [
            self._positive_review(ours, weights, says if self._random.random() < before else (), week=False)
            for _ in range(earlier)
        ]
        return find_slow_burn(part, past, themes=tuple(self._pack.labels), weeks=_WEEKS)

    def _positive_review(
        self, ours: list[str], weights: list[float], says: Sequence[str], *, week: bool
    ) -> PositiveReview:
        chosen = set(self._random.choices(ours, weights, k=self._random.randint(1, 4)))
        if says:
            chosen.add(self._random.choice(says))
        read = [self._sentence(text) for text in chosen]
        return PositiveReview(
            themes=frozenset().union(*(themes for themes, _ in read)),
            phrases=frozenset().union(*(phrases for _, phrases in read)),
            week=self._random.randrange(_WEEKS) if week else 0,
        )

    def _sentence(self, text: str) -> tuple[frozenset[str], frozenset[str]]:
        if text not in self._read:
            themes = frozenset(hit.theme for hit in self._pack.find(text))
            self._read[text] = themes, frozenset(phrases_of(words_of(text)))
        return self._read[text]


def main() -> None:
    """Print the figures."""
    places = Places(seed=1)
    for latest, earlier in ((20, 60), (60, 240), (200, 1000)):
        looks = 1000 if latest < 200 else 200
        named = [places.look(latest=latest, earlier=earlier) for _ in range(looks)]
        themes, phrases = sum(bool(one.themes) for one in named), sum(bool(one.phrases) for one in named)
        either = sum(bool(one.themes or one.phrases) for one in named)
        print(
            f"steady, {latest} of {latest + earlier}: {either} of {looks} looks name anything "
            f"({themes} a theme, {phrases} a phrase)"
        )
    for name, others in (("waiting 5 % before", Places(seed=2, without="waiting")), ("waiting 20-30 % before", places)):
        for latest, earlier, now in ((60, 240, 14), (60, 240, 9), (28, 120, 9), (200, 1000, 24)):
            burns = [others.look(latest=latest, earlier=earlier, says=LATE, now=now, before=0.05) for _ in range(200)]
            themes = sum(_names_theme(one) for one in burns)
            phrases = sum(_names_phrase(one) for one in burns)
            either = sum(_names_theme(one) or _names_phrase(one) for one in burns)
            beside = sum(len(one.themes) + len(one.phrases) > _names_theme(one) + _about(one) for one in burns)
            print(
                f'{name}: "lange gewartet" in {now} of {latest}, before 5 % of {earlier}: found in {either} of 200 '
                f"(theme {themes}, phrase {phrases}), something else named beside it in {beside}"
            )


def _names_theme(burn: SlowBurn) -> bool:
    return any(one.what == "waiting" for one in burn.themes)


def _names_phrase(burn: SlowBurn) -> bool:
    return any("lange gewartet" in one.what for one in burn.phrases)


def _about(burn: SlowBurn) -> int:
    return sum("gewartet" in one.what or "lange" in one.what for one in burn.phrases)


if __name__ == "__main__":
    main()
