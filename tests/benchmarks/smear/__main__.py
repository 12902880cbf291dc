"""How often incidents are called a possible smear campaign: `python -m tests.benchmarks.smear`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from math import sqrt
from typing import Any

from bot.incidents.campaign.find import find_smear
from tests.benchmarks.smear.clusters import Case, campaign, campaigns, ordinary

ORDINARY = 1000
EACH = 20
_BOTH = ("google", "tripadvisor")


def interval(count: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    share, z = count / of, 1.96
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return middle - half, middle + half


def measured(cases: Iterable[Case]) -> tuple[Counter[str], Counter[str]]:
    """The verdicts, and the signs that stood out."""
    verdicts: Counter[str] = Counter()
    signs: Counter[str] = Counter()
    for case in cases:
        facts = find_smear(case.incident, case.history)
        verdicts[facts.verdict] += 1
        signs.update(sign.id for sign in facts.signs if sign.stands_out)
    return verdicts, signs


def _show(name: str, cases: Iterable[Case]) -> None:
    verdicts, signs = measured(cases)
    of = verdicts.total()
    low, high = interval(verdicts["possible"], of)
    others = ", ".join(f"{sign} {count / of:.0%}" for sign, count in signs.most_common())
    print(f"{name:34} n {of:5}  possible {verdicts['possible'] / of:7.2%} ({low:.1%} to {high:.1%})  {others}")


def _campaigns(bank: str = "campaigns.toml", **how: Any) -> Iterator[Case]:
    for which in range(len(campaigns(bank))):
        for seed in range(EACH):
            yield campaign(1000 * which + seed, which=which, bank=bank, **how)


def main() -> None:
    """Print the table."""
    for earlier in (0, 30, 150, 400):
        _show(f"ordinary, {earlier} earlier", (ordinary(seed, earlier=earlier) for seed in range(ORDINARY)))
    for earlier in (0, 30, 150, 400):
        _show(f"ten copies in 2 h, {earlier} earlier", _campaigns(earlier=earlier))
    _show("ten copies, second bank", _campaigns("campaigns_second.toml"))
    _show("ten copies, both platforms", _campaigns(platforms=_BOTH))
    _show("ten copies, an English place", _campaigns(language="en"))
    _show("six copies in 1 h", _campaigns(count=6, hours=1.0))
    _show("ten copies in 24 h", _campaigns(hours=24.0))
    for which, one in enumerate(campaigns()):
        name = f"  {one['language']}: {one['parts'][0][0]}"[:34]
        _show(name, (campaign(5000 + seed, which=which) for seed in range(EACH)))


if __name__ == "__main__":
    main()
