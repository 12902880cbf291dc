"""The list of planted faults fits the program as it is now."""

from __future__ import annotations

import ast

import pytest

from tests.mutants.__main__ import planted
from tests.mutants.fault import Fault
from tests.mutants.faults import FAULTS
from tests.project.tree import ROOT


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what.replace(" ", "-"))
def test_each_fault_can_be_planted_and_names_tests_that_exist(fault: Fault) -> None:
    """Its text stands once, what it becomes is Python, and each test that should notice it is there."""
    text = planted(fault, (ROOT / "bot" / fault.file).read_text(encoding="utf-8"))
    ast.parse(text)
    for name in fault.noticed_by:
        path, _, test = name.partition("::")
        assert f"def {test}" in (ROOT / path).read_text(encoding="utf-8"), name


def test_there_are_enough_of_them() -> None:
    """Sixty at least, each described in words of its own."""
    assert len(FAULTS) >= 60
    assert len({fault.what for fault in FAULTS}) == len(FAULTS)
