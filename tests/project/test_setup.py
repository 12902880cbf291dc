"""The set-up: Dockerfile, compose file, systemd unit, Makefile."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.project.tree import ROOT, tracked

_UNIT = ROOT / "docs/systemd/reviewbot.service"
_ANALYZE = shutil.which("systemd-analyze")
_needs_systemd = pytest.mark.skipif(_ANALYZE is None, reason="systemd-analyze is not installed here")


def _instructions(stage: int) -> list[tuple[str, str]]:
    """The instructions of one stage of the Dockerfile, lines joined; stage 0 is before the first FROM."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    joined = re.sub(r"\\\n\s*", "", text)
    stages: list[list[tuple[str, str]]] = [[]]
    for line in filter(None, joined.splitlines()):
        name, _, rest = line.partition(" ")
        if name == "FROM":
            stages.append([])
        stages[-1].append((name, rest))
    return stages[stage]


def _only(name: str) -> str:
    (found,) = [rest for instruction, rest in _instructions(-1) if instruction == name]
    return found


def test_the_image_is_small_and_harmless() -> None:
    """The last stage runs as a numbered user that is not root, holds no build tools, and stores in one volume."""
    assert _instructions(0) == [("ARG", "PYTHON_IMAGE=python:3.11-slim-bookworm")]
    user, _, group = _only("USER").partition(":")
    assert int(user) > 0
    assert int(group) > 0
    assert _only("VOLUME") == "/data"
    assert "PYTHONDONTWRITEBYTECODE=1" in _only("ENV")
    assert "REVIEWBOT_DATA_DIR=/data" in _only("ENV")
    assert not [rest for name, rest in _instructions(-1) if name == "RUN" and re.search(r"\b(pip|apt|curl)\b", rest)]


def test_the_image_runs_the_bot() -> None:
    """Entry point, command, health check and stop signal are those of the service."""
    assert json.loads(_only("ENTRYPOINT")) == ["reviewbot"]
    assert json.loads(_only("CMD")) == ["run"]
    assert _only("STOPSIGNAL") == "SIGTERM"
    options, _, command = _only("HEALTHCHECK").partition(" CMD ")
    assert json.loads(command) == ["reviewbot", "check", "--health"]
    assert "--start-period" in options


def test_the_image_installs_hashed_wheels_only() -> None:
    """Whatever the build fetches has a hash and is not built from source."""
    installs = [
        command
        for name, rest in _instructions(1)
        if name == "RUN"
        for command in rest.split("&&")
        if "pip install" in command
    ]
    assert len(installs) == 3
    for command in installs:
        assert ("--require-hashes" in command and "--only-binary :all:" in command) or "--no-index --no-deps" in command


def test_what_the_image_copies_is_let_in() -> None:
    """Everything that the Dockerfile copies exists and is let in by .dockerignore, which keeps all else out."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    allowed = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    copied = {
        source
        for name, rest in _instructions(1)
        if name == "COPY"
        for source in rest.split()[:-1]
        if not source.startswith("--")
    }
    assert copied == allowed
    assert all((ROOT / source).exists() for source in copied)


def test_the_dockerfile_is_clean() -> None:
    """hadolint finds nothing to say, not even as a hint."""
    hadolint = Path(sys.executable).parent / "hadolint"
    if not hadolint.exists():
        pytest.skip("hadolint is not installed here")
    done = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_compose_gives_away_nothing() -> None:
    """The container has a read-only root, no capabilities, no new privileges, and the token as a secret file."""
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    for wanted in (
        "    read_only: true\n",
        "    cap_drop:\n      - ALL\n",
        "      - no-new-privileges:true\n",
        "    restart: unless-stopped\n",
        "      - /tmp:",
        "      - data:/data\n",
        "      - ./config:/config:ro\n",
        "      - ./exports:/exports:ro\n",
        "      REVIEWBOT_TELEGRAM__TOKEN_FILE: /run/secrets/telegram_token\n",
        "\nsecrets:\n  telegram_token:\n    file: ./secrets/telegram_token\n",
    ):
        assert wanted in text, wanted
    assert "privileged: true" not in text
    assert not re.search(r"^\s*ports:", text, re.MULTILINE)
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"image: reviewbot:{version}\n" in text


@_needs_systemd
def test_the_unit_has_no_mistake(tmp_path: Path) -> None:
    """systemd knows every key and value of the unit; for an unknown one it only prints a line."""
    unit = tmp_path / _UNIT.name
    text = _UNIT.read_text(encoding="utf-8")
    unit.write_text(text.replace("/opt/reviewbot/bin/reviewbot", shutil.which("true") or ""), encoding="utf-8")
    assert _verify(unit) == (0, "")
    unit.write_text(unit.read_text(encoding="utf-8").replace("ProtectSystem=strict", "ProtectSytem=strict"))
    assert "ProtectSytem" in _verify(unit)[1]


def _verify(unit: Path) -> tuple[int, str]:
    assert _ANALYZE is not None
    done = subprocess.run([_ANALYZE, "verify", unit], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@_needs_systemd
def test_the_unit_is_hardened() -> None:
    """systemd rates the unit's exposure at most 2.0 of 10."""
    assert _ANALYZE is not None
    done = subprocess.run(
        [_ANALYZE, "security", "--offline=true", "--threshold=20", "--no-pager", _UNIT],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_unit_fits_the_program() -> None:
    """The unit does not start again after exit code 3, and waits longer for the end than the program takes."""
    from bot.cli.terminal.setup import EXIT_CONFIG
    from bot.work.service import STOP_WITHIN_S

    text = _UNIT.read_text(encoding="utf-8")
    assert f"\nRestartPreventExitStatus={EXIT_CONFIG}\n" in text
    wait = re.search(r"^TimeoutStopSec=(\d+)$", text, re.MULTILINE)
    grace = re.search(r"stop_grace_period: (\d+)s", (ROOT / "compose.yaml").read_text(encoding="utf-8"))
    assert wait is not None
    assert grace is not None
    assert min(int(wait[1]), int(grace[1])) > STOP_WITHIN_S + 10


def test_ci_runs_what_people_run() -> None:
    """.ci/run can be executed, and runs `make check`; every target that pages name exists."""
    script = ROOT / ".ci/run"
    assert script.stat().st_mode & stat.S_IXUSR
    lines = script.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("make ")] == ["make check"]
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        target
        for path in tracked()
        if path.suffix == ".md"
        for target in re.findall(r"(?:^|`)make ([a-z]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert "setup" in named
    assert not named - targets
