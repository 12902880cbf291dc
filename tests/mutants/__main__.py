"""Plants each fault in a copy of the program and runs the tests that should notice it.

    python -m tests.mutants             all; ends with 1 when too many are not noticed
    python -m tests.mutants WORD        those with the word in their description
    python -m tests.mutants 13-24       the thirteenth to the twenty-fourth

Where named tests are all green with a fault in place, nobody would have noticed it. Each writes its row of
docs/proofs/mutants.md.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutants.fault import Fault
from tests.mutants.faults import FAULTS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "proofs" / "mutants.md"
LEAST = 0.95
"""The share of all faults that tests have to notice."""
LONGEST_S = 900
AT_ONCE = 2


def main(word: str) -> int:
    """Try them; gives the exit code."""
    chosen = _chosen(word)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        noticed = list(pool.map(_tried, chosen))
    _report({fault.what: _seen(fault, is_it) for fault, is_it in zip(chosen, noticed, strict=True)})
    missed = [fault for fault, is_it in zip(chosen, noticed, strict=True) if not is_it]
    print(f"{sum(noticed)} of {len(chosen)} faults were noticed")
    for fault in missed:
        print(f"  not noticed: {fault.what} ({fault.file}){': ' if fault.argument else ''}{fault.argument}")
    is_enough = sum(noticed) >= LEAST * len(chosen) and all(fault.argument for fault in missed)
    return 0 if is_enough else 1


def _chosen(word: str) -> Sequence[Fault]:
    if part := re.fullmatch(r"(\d+)-(\d+)", word):
        return FAULTS[int(part[1]) - 1 : int(part[2])]
    return [fault for fault in FAULTS if word in fault.what]


def _seen(fault: Fault, is_noticed: bool) -> str:
    test = fault.noticed_by[0].rpartition("::")[2]
    return f"noticed by `{test}`" if is_noticed else f"**not noticed**: {fault.argument or 'no test yet'}"


def _report(seen: Mapping[str, str]) -> None:
    """Write the rows of what was tried, and keep those of what was not."""
    old = DOCUMENT.read_text(encoding="utf-8").splitlines() if DOCUMENT.exists() else []
    rows = {line.split(" | ")[1]: line.removesuffix(" |").split(" | ")[2] for line in old if line[2:3].isdigit()}
    rows.update(seen)
    lines = [
        f"| {number} | {fault.what} | {rows.get(fault.what, 'not tried')} |"
        for number, fault in enumerate(FAULTS, start=1)
    ]
    noticed = sum(rows.get(fault.what, "").startswith("noticed") for fault in FAULTS)
    head = _HEAD.format(faults=len(FAULTS), noticed=noticed)
    DOCUMENT.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


_HEAD = """# Planted faults

Written by `make mutants` (`tests/mutants`): one mistake after the other is made in a copy of the program, and the tests
that should notice it are run. {noticed} of {faults} were noticed.

| | what is wrong | seen |
|---|---|---|
"""


def planted(fault: Fault, text: str) -> str:
    """The text of the fault's file with the fault in it."""
    if text.count(fault.old) != 1:
        raise ValueError(f"{fault.what}: its text stands {text.count(fault.old)} times in bot/{fault.file}")
    return text.replace(fault.old, fault.new)


def _tried(fault: Fault) -> bool:
    with tempfile.TemporaryDirectory(prefix="reviewbot-fault-") as folder:
        root = Path(folder)
        for name in ("bot", "tests"):
            shutil.copytree(ROOT / name, root / name)
        shutil.copy2(ROOT / "pyproject.toml", root)
        path = root / "bot" / fault.file
        path.write_text(planted(fault, path.read_text(encoding="utf-8")), encoding="utf-8")
        is_noticed, last = _fails(root, fault.noticed_by)
    print(f"{'noticed' if is_noticed else 'NOT noticed':<12} {fault.what}  [{last}]", flush=True)
    return is_noticed


def _fails(root: Path, tests: tuple[str, ...]) -> tuple[bool, str]:
    """Whether one of the tests fails; and the last line that pytest wrote."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", "not postgres", *tests]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    try:
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=LONGEST_S)
    except subprocess.TimeoutExpired:
        return False, f"no end in {LONGEST_S} s: too many tests, or a busy machine"
    if done.returncode not in (0, 1):
        raise RuntimeError(f"pytest could not run {tests}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == 1, done.stdout.strip().rpartition("\n")[2]


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
