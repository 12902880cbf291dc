"""The wheel holds what the program needs."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

from tests.project.tree import ROOT, tracked


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    # A registry that does not exist: whatever would be fetched fails.
    environment = {**os.environ, "PIP_NO_INDEX": "1", "UV_OFFLINE": "1"}
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_every_file_of_the_program_is_in_the_wheel(wheel: Path) -> None:
    """Catalogues, column maps, the Bot API's description, migrations and modules: all of bot/, and nothing else."""
    wanted = {str(path.relative_to(ROOT)) for path in tracked() if path.is_relative_to(ROOT / "bot")}
    assert {Path(name).suffix for name in wanted} >= {".py", ".toml", ".json", ".mako", ".html", ".css"}
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if not name.split("/")[0].endswith(".dist-info")}
    assert held == wanted


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    """Name, version, Python and dependencies are those of pyproject.toml, the licence is inside, and the command."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    with zipfile.ZipFile(wheel) as archive:
        info = f"reviewbot-{project['version']}.dist-info"
        metadata = message_from_string(archive.read(f"{info}/METADATA").decode())
        scripts = archive.read(f"{info}/entry_points.txt").decode()
        assert f"{info}/licenses/LICENSE" in archive.namelist()
    assert metadata["Name"] == "reviewbot"
    assert metadata["Version"] == project["version"]
    assert metadata["Requires-Python"] == project["requires-python"]
    required = {entry.replace(" ", "").lower() for entry in metadata.get_all("Requires-Dist", [])}
    assert len(required) == len(project["dependencies"])
    assert "reviewbot = bot.cli.main:app" in scripts


def test_the_unpacked_wheel_runs(wheel: Path, tmp_path: Path) -> None:
    """Away from the clone the program says its version and finds its data."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONSAFEPATH": "1"}
    code = """
import sys
from pathlib import Path
import bot
from bot.demo.botapi.rules import spec
from bot.sources.tables.maps import known_maps
from bot.messages.text.formatting import Words
from zoneinfo import ZoneInfo
assert Path(bot.__file__).is_relative_to(sys.argv[1]), bot.__file__
assert len(known_maps()) >= 4
Words(language="de", zone=ZoneInfo("UTC"))
sys.argv = ["reviewbot", "--version"]
from bot.cli.main import app
app()
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert done.stdout == f"reviewbot {version}\n"
