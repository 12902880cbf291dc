"""The lock files: every package pinned with its hash, no registry named, and all in agreement."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.project.tree import ROOT, tracked

_LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
# Put together here so that this file does not hold what it forbids.
_REGISTRIES = re.compile(
    "|".join(("python" + "hosted", "pypi" + r"\.org", "--(extra-)?index" + "-url", "/sim" + "ple/"))
)
_MACHINE_PATHS = re.compile(
    r"(?<![\w.~/*-])/(?:" + "|".join(("wo" + "rk", "ro" + "ot", "Us" + "ers", "ho" + "me")) + r")/\w"
)
_INDEX_OPTION = "--no-emit-index" + "-url"


def _pins(path: Path) -> dict[str, list[tuple[Requirement, str]]]:
    """Name -> its pins (one for each environment marker) with the lines that belong to each."""
    pins: dict[str, list[tuple[Requirement, str]]] = {}
    text = re.sub(r"^\s*#.*$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    for line in filter(str.strip, text.splitlines()):
        requirement = Requirement(line.split(" --hash", 1)[0].strip())
        pins.setdefault(canonicalize_name(requirement.name), []).append((requirement, line))
    return pins


@pytest.mark.parametrize("path", [pytest.param(path, id=path.name) for path in _LOCKS])
def test_every_requirement_is_pinned_with_a_hash(path: Path) -> None:
    """A lock file holds exact versions and at least one SHA-256 for each."""
    pins = _pins(path)
    assert pins
    for found in pins.values():
        for requirement, line in found:
            assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), line
            assert _HASH.search(line), line


def test_the_lock_satisfies_the_ranges() -> None:
    """requirements/base.txt has every dependency of pyproject.toml, in its range; build.txt what builds the wheel."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for name, wanted in (
        ("base.txt", project["project"]["dependencies"]),
        ("build.txt", project["build-system"]["requires"]),
    ):
        pins = _pins(ROOT / "requirements" / name)
        for dependency in map(Requirement, wanted):
            found = pins.get(canonicalize_name(dependency.name))
            assert found, f"{dependency} is not in {name}; run `make lock`"
            for pin, _ in found:
                version = str(pin.specifier).removeprefix("==")
                assert dependency.specifier.contains(version), (
                    f"{pin} in {name} is outside {dependency}; run `make lock`"
                )


def test_the_locks_agree() -> None:
    """What is tested is what is installed: dev.txt pins everything of base.txt and build.txt to the same versions."""
    dev = _pins(ROOT / "requirements/dev.txt")
    for name in ("base.txt", "build.txt"):
        for package, found in _pins(ROOT / "requirements" / name).items():
            assert {str(pin.specifier) for pin, _ in found} <= {str(pin.specifier) for pin, _ in dev[package]}, package


def test_no_file_names_a_registry() -> None:
    """Where packages come from is the owner's setting; no file of the project names a registry."""
    assert not [found for found in _grep(_REGISTRIES) if _INDEX_OPTION not in found]


def test_no_file_holds_a_path_of_somebodys_machine() -> None:
    """No file of the project holds a path that exists on one developer's machine only."""
    assert not _grep(_MACHINE_PATHS)


def test_the_searches_find_what_they_look_for() -> None:
    """The two searches above are not blind."""
    assert _REGISTRIES.search("https://" + "pypi" + ".org/x")
    assert _MACHINE_PATHS.search("cd /" + "home" + "/anna/reviewbot")
    assert not _MACHINE_PATHS.search("bot/" + "work" + "/heavy.py")


def _grep(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}: {line.strip()[:120]}" for line in text.splitlines() if pattern.search(line)
        ]
    return found
