"""On which scale the ratings of a table are, and which end of it is the better one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.errors import BadRowError
from bot.model.platforms import scales, slug_of
from bot.sources.tables.headings import says, stated_scale, states_best_is_one
from bot.sources.tables.values.cells import text_of
from bot.sources.tables.values.ratings import Score, score
from bot.sources.tables.values.tone import Tone

Span = tuple[float, float]
FIVE: Final[Span] = (1.0, 5.0)
_STRAY: Final = 0.1
"""Of the ratings may lie outside a scale: slips, which are bad rows and no other scale."""
_TEXTS_WANTED: Final = 3
_AGREES: Final = 0.7
_CONTRADICTS: Final = 0.3
_TENS: Final = frozenset({10.0, 20.0, 30.0, 40.0, 50.0})


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale.

    Attributes:
        lowest_is_best: school grades, where 1 is the best.
        by_platform: scales of the rows of some platforms.
        is_stated: a person, the heading, the platform or the cells say so; else it is the usual one for such numbers.
    """

    worst: float = 1.0
    best: float = 5.0
    lowest_is_best: bool = False
    by_platform: Mapping[str, Span] | None = None
    is_stated: bool = False


@dataclass(frozen=True, slots=True)
class AskScale:
    """Which scale is it?

    Attributes:
        options: worst, best, and whether the lowest is the best; the likeliest first.
        top: the highest number in the table.
        why: "numbers" where they fit no usual scale, "words" where the reviews' words contradict it, "zero" where a
            nought may be the worst rating or none.
    """

    options: tuple[tuple[float, float, bool], ...]
    top: float
    why: str


@dataclass(frozen=True, slots=True)
class Rated:
    """The ratings of a table, before their scale is known."""

    heading: str
    raw: str
    scores: Sequence[Score | None]
    platforms: Sequence[str]

    @property
    def plain(self) -> Counter[float]:
        """Numbers that do not name their own scale."""
        return Counter(one.value for one in self.scores if one is not None and one.best is None)


def ratings_of(
    rows: Sequence[tuple[int, Sequence[Any]]], places: Sequence[int], platform: int | None, *, heading: str, raw: str
) -> Rated:
    """The ratings of all rows; what is none is left out here and reported with its row."""
    found: list[Score | None] = []
    platforms: list[str] = []
    for _, cells in rows:
        cell = next((cells[at] for at in places if at < len(cells) and cells[at] not in (None, "")), None)
        try:
            found.append(score(cell))
        except BadRowError:
            found.append(None)
        its = text_of(cells[platform])[:80] if platform is not None and platform < len(cells) else ""
        platforms.append(slug_of(its) if its else "")
    return Rated(heading, raw, found, platforms)


def settle(rated: Rated, tone: Tone, *, known: Span | None, platform: str, language: str) -> Scale | AskScale:
    """Find the scale, or say that somebody has to.

    Args:
        rated: the ratings.
        tone: what the words of the reviews say.
        known: the scale of a known kind of export.
        platform: the one platform of all rows, where it is known.
        language: of the headings and texts, as far as that can be told.
    """
    plain = rated.plain
    stated = stated_scale(rated.raw)
    if known is not None and _fits(plain, known):
        return Scale(*known, is_stated=True)
    if stated is not None:
        best = stated.best
        worst = stated.worst if stated.worst is not None else (1.0 if best <= 10 else 0.0)
        if not _fits(plain, (worst, best)):
            return _ask(plain, "numbers")
        if stated.lowest_is_best is not None:
            return Scale(worst, best, stated.lowest_is_best, is_stated=True)
        return _checked(Scale(worst, best, is_stated=True), rated, tone, language)
    if not plain:
        return Scale(is_stated=True)
    if (mixed := _by_platform(rated)) is not None:
        return mixed
    shown = scales().get(platform)
    if shown is not None and _fits(plain, shown):
        return Scale(*shown, is_stated=True)
    return _by_numbers(rated, tone, language)


def _by_platform(rated: Rated) -> Scale | AskScale | None:
    """Scales of the rows of each platform, where a table mixes them."""
    tops: dict[str, float] = defaultdict(float)
    for one, platform in zip(rated.scores, rated.platforms, strict=True):
        if one is not None and one.best is None and platform:
            tops[platform] = max(tops[platform], one.value)
    if not tops:
        return None
    if max(tops.values()) <= 5:
        return None  # a tool that puts all platforms on five stars, or only five-star platforms
    shown = scales()
    spans = {name: shown[name] for name, top in tops.items() if name in shown and top <= shown[name][1]}
    if not spans:
        return None
    others = [top for name, top in tops.items() if name not in spans]
    if any(top > 5 for top in others):
        return _ask(rated.plain, "numbers")
    return Scale(*FIVE, by_platform=spans, is_stated=True)


def _by_numbers(rated: Rated, tone: Tone, language: str) -> Scale | AskScale:
    plain = rated.plain
    values = _without_strays(plain)
    top = max(values, default=0.0)
    if top > 10 or (values and top <= 1 and any(value % 1 for value in values)):
        if top <= 20 and language == "fr" and says(rated.heading, "grades"):
            return Scale(0.0, 20.0)
        return _ask(values, "numbers")
    if states_best_is_one(rated.raw):
        return Scale(1.0, 6.0 if top > 5 else 5.0, lowest_is_best=True, is_stated=True)
    is_grade = says(rated.heading, "grades") and language in ("de", "") and top <= 6
    if is_grade:
        return _grades(rated, tone, top)
    if top > 5:
        if top <= 7:
            return _ask(values, "numbers")
        has_noughts = plain[0.0] > 0
        if has_noughts and says(rated.heading, "recommends_of_ten"):
            return Scale(0.0, 10.0)
        if has_noughts:
            return _ask(values, "zero")
        if says(rated.heading, "recommends_of_ten"):
            return Scale(0.0, 10.0)
        return _checked(Scale(1.0, 10.0), rated, tone, language)
    if plain[0.0] and tone.of(0.0) < -tone.CLEAR and says(rated.heading, "recommends_of_ten"):
        return _ask(values, "zero")
    if says(rated.heading, "recommends_of_ten") and not says(rated.heading, "stars"):
        return _ask(values, "numbers")
    return _checked(Scale(*FIVE, is_stated=says(rated.heading, "stars")), rated, tone, language)


def _grades(rated: Rated, tone: Tone, top: float) -> Scale | AskScale:
    """A German "Note": 1 is usually the best, and sometimes it is not."""
    best = 6.0
    agreement = tone.agreement()
    if "schulnote" in rated.heading and (agreement is None or agreement < 0.5):
        return Scale(1.0, best, lowest_is_best=True)
    if agreement is not None and agreement <= _CONTRADICTS:
        return Scale(1.0, best, lowest_is_best=True)
    if agreement is not None and agreement >= _AGREES and top <= 5:
        return Scale(*FIVE)
    return AskScale(
        ((1.0, 6.0, True), (1.0, 5.0, True), (1.0, 5.0, False), (1.0, 6.0, False), (1.0, 10.0, False)), top, "words"
    )


def _checked(scale: Scale, rated: Rated, tone: Tone, language: str) -> Scale | AskScale:  # noqa: ARG001
    """The scale, unless the words of the reviews say the opposite of it."""
    agreement = tone.agreement()
    plain = rated.plain
    if agreement is not None and agreement <= _CONTRADICTS:
        return _ask(
            plain, "words", first=(scale.worst, 6.0 if max(plain) > 5 and scale.best == 6 else scale.best, True)
        )
    if tone.praise_at(scale.worst + (scale.best - scale.worst) / 4, below=True):
        return _ask(plain, "words", first=(scale.worst, scale.best, True))
    if tone.complaints_at(scale.worst + (scale.best - scale.worst) * 3 / 4):
        return _ask(plain, "words", first=(scale.worst, scale.best, True))
    if plain[0.0] >= 2 and scale.worst > 0 and tone.of(0.0) <= -tone.CLEAR:
        return _ask(plain, "zero", first=(0.0, scale.best, False))
    return scale


def _fits(values: Mapping[float, int], span: Span) -> bool:
    total = sum(values.values())
    outside = sum(count for value, count in values.items() if value != 0 and not span[0] <= value <= span[1])
    return outside <= _STRAY * total or (outside == 1 and total > 1)


def _without_strays(plain: Counter[float]) -> Counter[float]:
    """Without the few that are far above all others: slips, which are bad rows."""
    total = sum(plain.values())
    usual = Counter({value: count for value, count in plain.items() if 0 <= value <= 10})
    strays = total - sum(usual.values())
    if usual and (strays <= _STRAY * total or strays == 1):
        return usual
    return Counter({value: count for value, count in plain.items() if 0 <= value < float("inf")})


def _ask(values: Counter[float], why: str, first: tuple[float, float, bool] | None = None) -> AskScale:
    top = max(values, default=5.0)
    options: list[tuple[float, float, bool]] = [first] if first else []
    if _TENS.issuperset(values) and values:
        options.append((10.0, 50.0, False))
    if top <= 1 and any(value % 1 for value in values):
        options.append((0.0, 1.0, False))
    usual = [(1.0, 5.0), (1.0, 6.0), (1.0, 10.0), (0.0, 10.0), (0.0, 20.0), (0.0, 100.0)]
    if why == "zero":
        usual = [(0.0, 10.0), (1.0, 10.0), (1.0, 5.0), (0.0, 5.0), (0.0, 20.0), (0.0, 100.0)]
    options += [(worst, best, False) for worst, best in usual if best >= top]
    if top <= 6:
        options += [(1.0, 6.0, True), (1.0, 5.0, True)] if top <= 5 else [(1.0, 6.0, True)]
    if top <= 7 and top > 6:
        options.insert(0, (1.0, 7.0, False))
    kept = list(dict.fromkeys(options))[:8]
    return AskScale(tuple(kept) or ((1.0, 5.0, False), (0.0, max(top, 1.0), False)), top, why)
