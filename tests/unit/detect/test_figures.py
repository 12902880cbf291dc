import pytest

from tests.benchmarks.detection.contest import FixedRule, Oracle, Rhythm, Score, poisson_interval, wilson
from tests.benchmarks.detection.streams import Case, make

# A few seeds of the benchmark: they do not measure quality, they fail when it drops.
SEEDS = range(500, 506)
QUIET_SEEDS = range(506, 512)


def figures(volume: str, kind: str | None, *, regime: str | None = None, seeds: range = SEEDS) -> Score:
    score = Score()
    for seed in seeds:
        score.add(Rhythm(), make(Case(volume, seed, regime, kind)), counts_notes=kind == "slow burn")
    return score


@pytest.mark.parametrize(
    ("volume", "kind", "least"),
    [
        ("1/week", "kitchen", 4),
        ("4/week", "kitchen", 4),
        ("3/day", "smear", 5),
        ("15/day", "smear", 5),
        ("15/day", "release", 4),
    ],
)
def test_incidents_are_found(volume: str, kind: str, least: int) -> None:
    """Of six incidents so many are paged, at half of them with ten low reviews or fewer."""
    score = figures(volume, kind)
    assert len(score.delays) >= least
    assert sorted(score.lows)[len(score.lows) // 2] <= 10


def test_slow_burn_is_noticed() -> None:
    """A share that doubles within three weeks is noticed at fifteen a day."""
    assert len(figures("15/day", "slow burn").delays) >= 4


@pytest.mark.parametrize(
    ("volume", "regime", "most"),
    [("4/week", None, 3), ("15/day", None, 3), ("3/day", "growth", 3), ("3/day", "sale", 3)],
)
def test_quiet_places_stay_quiet(volume: str, regime: str | None, most: int) -> None:
    """Six places without an incident: few false pages, none at import, bounded notes."""
    score = figures(volume, None, regime=regime, seeds=QUIET_SEEDS)
    assert score.pages <= most
    assert score.at_import == 0
    assert score.notes / score.quarters <= 1.2


def test_oracle_and_fixed_rule_are_what_they_say() -> None:
    """The oracle finds nearly every smear, the fixed rule is never silent at eighty a day."""
    oracle, fixed = Score(), Score()
    for seed in SEEDS:
        oracle.add(Oracle(), make(Case("3/day", seed, None, "smear")), counts_notes=False)
    fixed.add(FixedRule(), make(Case("80/day", 1)), counts_notes=False)
    assert len(oracle.delays) == len(SEEDS)
    assert fixed.pages / fixed.quarters > 10


def test_streams_are_the_same_each_time() -> None:
    """A case is its seed: the same reviews each time, other ones with another seed."""
    case = Case("4/week", 3, "late source", None)
    assert make(case).polls == make(case).polls
    assert make(case).polls != make(Case("4/week", 4, "late source", None)).polls


def test_intervals() -> None:
    """Textbook values."""
    assert wilson(20, 24) == pytest.approx((0.641, 0.933), abs=0.002)
    assert poisson_interval(3) == pytest.approx((0.60, 8.77), abs=0.05)
    assert poisson_interval(0)[0] == 0
