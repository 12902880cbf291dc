"""Plants each fault in a copy of the program and runs the tests that should notice it.

    python -m tests.mutants             all; ends with 1 when too many are not noticed
    python -m tests.mutants WORD        those with the word in their description

Where named tests are all green with a fault in place, nobody would have noticed it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutants.fault import Fault
from tests.mutants.faults import FAULTS

ROOT = Path(__file__).resolve().parents[2]
LEAST = 0.95
"""The share of all faults that tests have to notice."""
LONGEST_S = 900
AT_ONCE = 2


def main(word: str) -> int:
    """Try them; gives the exit code."""
    chosen = [fault for fault in FAULTS if word in fault.what]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        noticed = list(pool.map(_tried, chosen))
    missed = [fault for fault, is_it in zip(chosen, noticed, strict=True) if not is_it]
    print(f"{sum(noticed)} of {len(chosen)} faults were noticed")
    for fault in missed:
        print(f"  not noticed: {fault.what} ({fault.file}){': ' if fault.argument else ''}{fault.argument}")
    is_enough = sum(noticed) >= LEAST * len(chosen) and all(fault.argument for fault in missed)
    return 0 if is_enough else 1


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
