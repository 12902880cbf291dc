"""`reviewbot new-source`: what it writes passes as it is, and it touches nothing else."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.main import app
from tests.contract.planted import PLANTED, Planted

ROOT = Path(__file__).parents[2]
_SUITE = ("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "tests/contract/test_sources.py", "-k")


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


@pytest.mark.parametrize(
    "how",
    [
        pytest.param((), id="newest first"),
        pytest.param(
            ("--header", "X-Api-Key", "--since", "updated_since"), id="changes since", marks=pytest.mark.proof
        ),
    ],
)
def test_a_new_source_passes_as_it_is_written(clone: Path, how: tuple[str, ...]) -> None:
    """One source file, one case, one page and the places that name it; format, lint and the contract's suite pass."""
    before = _files(clone)
    done = _run(clone, "-m", "bot", "new-source", "corner_shop", *how)
    assert done.returncode == 0, done.stderr
    after = _files(clone)
    case = "tests/contract/cases/corner_shop/plain"
    pages = [f"files/{name}.json" for name in ("page-1", "page-2", "then-page-1", "then-page-2")]
    named = {"bot/sources/registry.py": 2, "docs/configuration.md": 0, "README.md": 0}
    new = {
        "bot/sources/api/corner_shop.py",
        "docs/sources/corner_shop.md",
        *(f"{case}/{name}" for name in ("case.toml", "expected.json", *pages)),
    }
    assert {name for name, text in after.items() if before.get(name) != text} == new | set(named)
    assert all(name in done.stdout for name in (*new, *named, "README.md's table", "CHANGELOG.md"))
    for name, more in named.items():
        assert len(after[name].splitlines()) == len(before[name].splitlines()) + more
        assert b"corner_shop" in after[name]
    for command in (("format", "--check"), ("check",)):
        checked = _run(clone, "-m", "ruff", *command, "bot/sources", "bot/cli")
        assert checked.returncode == 0, checked.stdout
    tested = _run(clone, *_SUITE, "corner_shop or nothing_is_missing")
    assert tested.returncode == 0, tested.stdout[-3000:]
    assert "27 passed" in tested.stdout


@pytest.mark.parametrize("name", ["My-Shop", "x", "folder", "1st", "../x"])
def test_a_name_that_cannot_be_is_refused(name: str) -> None:
    """No file is written for a name that is no module, or is taken."""
    registry = (ROOT / "bot/sources/registry.py").read_bytes()
    done = CliRunner().invoke(app, ["new-source", name])
    assert done.exit_code == 2
    assert not (ROOT / f"bot/sources/api/{name}.py").exists()
    assert (ROOT / "bot/sources/registry.py").read_bytes() == registry


@pytest.mark.parametrize("how", [("--header", "X Api"), ("--since", "a=b")])
def test_a_header_or_parameter_that_cannot_be_is_refused(how: tuple[str, ...]) -> None:
    """Nothing is written for it."""
    done = CliRunner().invoke(app, ["new-source", "corner_shop", *how])
    assert done.exit_code == 2
    assert not (ROOT / "bot/sources/api/corner_shop.py").exists()


def test_what_is_missing_of_a_source_is_named(clone: Path) -> None:
    """Without its case, page and registry line a source fails, and the contract's suite says each place."""
    registry = (clone / "bot/sources/registry.py").read_text(encoding="utf-8")
    _run(clone, "-m", "bot", "new-source", "corner_shop")
    shutil.rmtree(clone / "tests/contract/cases/corner_shop")
    (clone / "docs/sources/corner_shop.md").unlink()
    said = _run(clone, *_SUITE, "nothing_is_missing").stdout
    assert "corner_shop: a recorded case, tests/contract/cases/corner_shop/" in said
    assert "corner_shop: a page, docs/sources/corner_shop.md" in said
    (clone / "bot/sources/registry.py").write_text(registry, encoding="utf-8")
    assert (
        "bot.sources.api.corner_shop.CornerShopSettings: a line in bot/sources/registry.py"
        in _run(clone, *_SUITE, "nothing_is_missing").stdout
    )


def _plant(clone: Path, mistake: Planted) -> None:
    path = clone / mistake.file
    text = path.read_text(encoding="utf-8")
    for old, new in mistake.changes:
        assert text.count(old) == 1, f"{mistake.what}: its text stands {text.count(old)} times in {mistake.file}"
        text = text.replace(old, new)
    ast.parse(text)
    path.write_text(text, encoding="utf-8")


def _with_a_source(clone: Path) -> None:
    made = _run(clone, "-m", "bot", "new-source", "corner_shop", "--header", "X-Api-Key", "--since", "updated_since")
    assert made.returncode == 0, made.stderr


def test_each_mistake_can_be_planted(clone: Path) -> None:
    """Its text stands once in what `new-source` writes, and what it becomes is Python."""
    _with_a_source(clone)
    for mistake in PLANTED:
        before = (clone / mistake.file).read_text(encoding="utf-8")
        _plant(clone, mistake)
        (clone / mistake.file).write_text(before, encoding="utf-8")
    assert len(PLANTED) >= 24
    assert sum(bool(mistake.argument) for mistake in PLANTED) <= 2


@pytest.mark.proof
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "mistake",
    [
        pytest.param(
            one, id=one.what, marks=[pytest.mark.xfail(reason=one.argument, strict=True)] if one.argument else []
        )
        for one in PLANTED
    ],
)
def test_the_suite_notices_the_mistake(clone: Path, mistake: Planted) -> None:
    """A source with it fails the contract's suite."""
    _with_a_source(clone)
    _plant(clone, mistake)
    tested = _run(clone, *_SUITE, "corner_shop or nothing_is_missing")
    assert tested.returncode == 1, tested.stdout[-2000:]
