"""Lists the licence of every package that is installed with the program: `make licences`."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, files, metadata

from tests.project.tree import ROOT

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def licences() -> dict[str, str]:
    """Package -> its licence as it declares it; "not installed here" for what another system would get."""
    found = {}
    for name in sorted(set(_PIN.findall((ROOT / "requirements/base.txt").read_text(encoding="utf-8")))):
        try:
            about = metadata(name).json
        except PackageNotFoundError:
            found[name] = "not installed here"
            continue
        classifiers = [
            str(one).split(" :: ")[-1] for one in about.get("classifier", []) if str(one).startswith("License")
        ]
        declared = str(about.get("license_expression") or ", ".join(classifiers) or about.get("license") or "")
        declared = declared or _first_line(name)
        found[name] = f"{declared.splitlines()[0][:80]} ({about['version']})"
    return found


def _first_line(name: str) -> str:
    """How the licence's own text begins, where the package says nothing else."""
    texts = [path for path in files(name) or [] if "LICEN" in path.name.upper()]
    return next((line for path in texts for line in path.read_text().splitlines() if "icen" in line), "not declared")


if __name__ == "__main__":
    for name, licence in licences().items():
        print(f"{name:32}{licence}")
