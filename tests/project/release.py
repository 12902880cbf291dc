"""Makes a release: `make release VERSION=0.2.0` sets the version, dates the changes, checks, and builds into dist/.

Nothing is committed, tagged or uploaded; the last lines say how.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NUMBER = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_HEADING = re.compile(r"^## \[(?P<name>[^\]]+)\](?P<rest>.*)$", re.MULTILINE)


class ReleaseError(Exception):
    """There can be no release like this; the text says what to do."""


def number_of(text: str) -> tuple[int, int, int]:
    """A version's three numbers.

    Raises:
        ReleaseError: it is not like 1.2.3.
    """
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise ReleaseError(f"{text!r} is not a version; write it like 1.2.3")
    return int(found[1]), int(found[2]), int(found[3])


def version_of(pyproject: str) -> str:
    """The version that pyproject.toml has."""
    return str(tomllib.loads(pyproject)["project"]["version"])


def with_version(pyproject: str, version: str) -> str:
    """pyproject.toml with another version.

    Raises:
        ReleaseError: the version does not come after the present one.
    """
    now = version_of(pyproject)
    if number_of(version) < number_of(now):
        raise ReleaseError(f"{version} does not come after {now}")
    return pyproject.replace(f'version = "{now}"', f'version = "{version}"', 1)


def with_heading(changes: str, version: str, day: date) -> str:
    """CHANGELOG.md with what stood under Unreleased now under the version and the day.

    Raises:
        ReleaseError: there is nothing under Unreleased, or the version has its heading already.
    """
    headings = list(_HEADING.finditer(changes))
    if not headings or headings[0]["name"] != "Unreleased":
        raise ReleaseError("CHANGELOG.md has to begin with ## [Unreleased]")
    if version in [heading["name"] for heading in headings]:
        raise ReleaseError(f"CHANGELOG.md has {version} already")
    end = headings[1].start() if len(headings) > 1 else len(changes)
    if not changes[headings[0].end() : end].strip():
        raise ReleaseError("nothing is noted under Unreleased in CHANGELOG.md")
    at = headings[0].end()
    return f"{changes[:at]}\n\n## [{version}] - {day.isoformat()}{changes[at:]}"


def with_day(package: str, day: date) -> str:
    """bot/__init__.py with another day of release."""
    return re.sub(r"date\(\d+, \d+, \d+\)", f"date({day.year}, {day.month}, {day.day})", package, count=1)


def is_dated(changes: str, version: str) -> bool:
    """Whether a version stands under Unreleased with its day, and nothing waits under Unreleased."""
    headings = list(_HEADING.finditer(changes))[:2]
    return (
        [heading["name"] for heading in headings] == ["Unreleased", version]
        and re.fullmatch(r" - \d{4}-\d\d-\d\d", headings[1]["rest"]) is not None
        and not changes[headings[0].end() : headings[1].start()].strip()
    )


def build(into: Path) -> list[Path]:
    """A wheel and a source archive; the wheel that the source archive gives is the same.

    Raises:
        ReleaseError: the two differ.
    """
    _run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel", "-d", str(into))
    (archive,), (wheel,) = into.glob("*.tar.gz"), into.glob("*.whl")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with tarfile.open(archive) as source:
            source.extractall(folder, filter="data")
        (unpacked,) = folder.iterdir()
        _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "again"), at=unpacked)
        (again,) = (folder / "again").glob("*.whl")
        if _contents(again) != _contents(wheel):
            raise ReleaseError("the source archive gives another wheel than the clone")
    return [archive, wheel]


def release(version: str, day: date) -> list[Path]:
    """Set the version, date the changes, run every check, and build.

    Raises:
        ReleaseError: something is not ready.
    """
    if _output("git", "status", "--porcelain"):
        raise ReleaseError("there are changes that are not committed")
    pyproject, changes = ROOT / "pyproject.toml", ROOT / "CHANGELOG.md"
    text, said = pyproject.read_text(encoding="utf-8"), changes.read_text(encoding="utf-8")
    if version_of(text) != version or not is_dated(said, version):
        pyproject.write_text(with_version(text, version), encoding="utf-8")
        changes.write_text(with_heading(said, version, day), encoding="utf-8")
        package = ROOT / "bot/__init__.py"
        package.write_text(with_day(package.read_text(encoding="utf-8"), day), encoding="utf-8")
    _run("make", "setup", "check")
    dist = ROOT / "dist"
    for old in dist.glob("reviewbot-*"):
        old.unlink()
    return build(dist)


def _contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _output(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def _run(*command: str, at: Path = ROOT) -> None:
    if (code := subprocess.run(command, cwd=at, check=False).returncode) != 0:
        raise ReleaseError(f"`{' '.join(command)}` failed with {code}")


def main() -> None:
    """Make the release that the command line names."""
    try:
        if len(sys.argv) != 2:
            raise ReleaseError("name the version: make release VERSION=1.2.3")
        version = sys.argv[1]
        number_of(version)
        built = release(version, datetime.now(UTC).date())
    except ReleaseError as error:
        sys.exit(f"No release: {error}")
    for path in built:
        print(f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(ROOT)}")
    print(f"Now: git commit -am 'Release {version}' && git tag -s v{version}. Nothing was uploaded.")


if __name__ == "__main__":
    main()
