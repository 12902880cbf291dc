"""What `make release` does to the version and the changes, and what it builds."""

from __future__ import annotations

import tarfile
import zipfile
from datetime import date
from pathlib import Path

import pytest

from bot import RELEASED
from tests.project.release import ROOT, ReleaseError, build, is_dated, version_of, with_day, with_heading, with_version
from tests.project.tree import tracked

DAY = date(2027, 1, 31)
CHANGES = "# Changes\n\n## [Unreleased]\n\n### Fixed\n\n- A thing.\n\n## [0.1.0] - 2026-12-01\n\n- All.\n"


def test_the_version_is_set_once_and_only_upwards() -> None:
    """Only the project's own version changes; an older one, or what is no version, is refused."""
    text = '[project]\nversion = "0.1.0"\nname = "x"\n[other]\nversion = "0.1.0"\n'
    assert with_version(text, "0.2.0") == text.replace('"0.1.0"', '"0.2.0"', 1)
    for wrong in ("0.0.9", "0.2", "v0.2.0", "0.2.0rc1"):
        with pytest.raises(ReleaseError):
            with_version(text, wrong)


def test_what_was_unreleased_gets_the_version_and_the_day() -> None:
    """The notes move below a dated heading, and Unreleased stays above it, empty."""
    made = with_heading(CHANGES, "0.2.0", DAY)
    assert made == CHANGES.replace("[Unreleased]\n", "[Unreleased]\n\n## [0.2.0] - 2027-01-31\n")
    assert is_dated(made, "0.2.0")
    assert not is_dated(CHANGES, "0.1.0")
    with pytest.raises(ReleaseError, match="nothing is noted"):
        with_heading(made, "0.3.0", DAY)
    with pytest.raises(ReleaseError, match=r"0\.1\.0 already"):
        with_heading(CHANGES, "0.1.0", DAY)


def test_this_projects_files_can_be_released() -> None:
    """pyproject.toml and CHANGELOG.md have the form that a release expects."""
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version = version_of((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert f"\n## [{version}] - 20" in changes
    assert f"## [{version}] - {RELEASED.isoformat()}\n" in changes
    package = (ROOT / "bot/__init__.py").read_text(encoding="utf-8")
    assert f"date({DAY.year}, {DAY.month}, {DAY.day})" in with_day(package, DAY)
    assert changes.index("## [Unreleased]") < changes.index(f"## [{version}]")


def test_the_source_archive_holds_the_project_and_gives_the_same_wheel(tmp_path: Path) -> None:
    """Program, tests, pages and licence are in the archive; a wheel built from it is the one built from the clone."""
    archive, wheel = build(tmp_path)
    with tarfile.open(archive) as source:
        held = {name.partition("/")[2] for name in source.getnames()}
    wanted = {path.relative_to(ROOT).as_posix() for path in tracked()}
    assert wanted <= held, wanted - held
    with zipfile.ZipFile(wheel) as files:
        assert "bot/cli/main.py" in files.namelist()
