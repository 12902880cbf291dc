"""What `check` takes for a hold on the network."""

from __future__ import annotations

import pytest

from bot.cli.network_hold import denies_all


@pytest.mark.parametrize(
    ("shown", "held"),
    [("::/0 0.0.0.0/0\n", True), ("any", True), ("\n", False), ("0.0.0.0/0", False), ("10.0.0.0/8 ::/0", False)],
)
def test_only_both_families_count(shown: str, held: bool) -> None:
    """One address family left open is no hold."""
    assert denies_all(shown) is held
