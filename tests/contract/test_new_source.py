"""`reviewbot new-source`: what it writes passes as it is, and it touches nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.main import app

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of what a contributor has."""
    for name in ("bot", "tests", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    return tmp_path


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not {"__pycache__", ".ruff_cache"} & set(path.parts)
    }


def _run(clone: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=clone, capture_output=True, text=True, check=False)


def test_a_new_source_passes_as_it_is_written(clone: Path) -> None:
    """One source file, one case, one page and the registry line; format, lint and the contract's suite pass."""
    before = _files(clone)
    done = _run(clone, "-m", "bot", "new-source", "corner_shop")
    assert done.returncode == 0, done.stderr
    after = _files(clone)
    case = "tests/contract/cases/corner_shop/plain"
    assert {name for name, text in after.items() if before.get(name) != text} == {
        "bot/sources/api/corner_shop.py",
        "bot/sources/registry.py",
        "docs/sources/corner_shop.md",
        *(f"{case}/{name}" for name in ("case.toml", "expected.json", "files/page-1.json", "files/page-2.json")),
    }
    assert len(after["bot/sources/registry.py"].splitlines()) == len(before["bot/sources/registry.py"].splitlines()) + 2
    for command in (("format", "--check"), ("check",)):
        checked = _run(clone, "-m", "ruff", *command, "bot/sources", "bot/cli")
        assert checked.returncode == 0, checked.stdout
    tested = _run(
        clone,
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/contract/test_sources.py"),
        *("-k", "corner_shop or nothing_is_missing"),
    )
    assert tested.returncode == 0, tested.stdout[-3000:]
    assert "18 passed" in tested.stdout


@pytest.mark.parametrize("name", ["My-Shop", "x", "folder", "1st", "../x"])
def test_a_name_that_cannot_be_is_refused(name: str) -> None:
    """No file is written for a name that is no module, or is taken."""
    registry = (ROOT / "bot/sources/registry.py").read_bytes()
    done = CliRunner().invoke(app, ["new-source", name])
    assert done.exit_code == 2
    assert not (ROOT / f"bot/sources/api/{name}.py").exists()
    assert (ROOT / "bot/sources/registry.py").read_bytes() == registry


def test_what_is_missing_of_a_source_is_named(clone: Path) -> None:
    """Without its case, page and registry line a source fails, and the contract's suite says each place."""
    registry = (clone / "bot/sources/registry.py").read_text(encoding="utf-8")
    _run(clone, "-m", "bot", "new-source", "corner_shop")
    shutil.rmtree(clone / "tests/contract/cases/corner_shop")
    (clone / "docs/sources/corner_shop.md").unlink()
    suite = (
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/contract/test_sources.py",
        "-k",
        "nothing_is_missing",
    )
    said = _run(clone, *suite).stdout
    assert "corner_shop: a recorded case, tests/contract/cases/corner_shop/" in said
    assert "corner_shop: a page, docs/sources/corner_shop.md" in said
    (clone / "bot/sources/registry.py").write_text(registry, encoding="utf-8")
    assert (
        "bot.sources.api.corner_shop.CornerShopSettings: a line in bot/sources/registry.py"
        in _run(clone, *suite).stdout
    )
