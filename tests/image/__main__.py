"""Builds what users install and tries it under compose's own limits: the demo, and one severe review that is scored.

    python -m tests.image install   the wheel and the lock, into a virtual environment, as the Dockerfile does
    python -m tests.image build     the Dockerfile itself, by buildah, podman or docker

Ends with 0 and "not run" where the machine lacks what it takes, with 1 where something fails. For `build` without a
registry PYTHON_IMAGE may name a base that is there; with buildah and debootstrap one is made of Debian's packages.
IMAGE_OPTIONS are further options of the build, such as `--volume` for a mirror of packages.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.demo.botapi import BotApiThread
from bot.model.people import Role
from tests.e2e.house import TOKEN, House, Line
from tests.image import limits

ROOT = Path(__file__).resolve().parents[2]
NAME = "reviewbot-tried"
BASE = "reviewbot-base"
START_S = 300
SCORED_S = 300
_SEVERE = "My daughter got food poisoning from the chicken and we spent the night in hospital."


class Clock:
    """Telegram's time is the machine's."""

    def now(self) -> datetime:
        """The present moment."""
        return datetime.now(UTC)

    def advance(self, by: timedelta) -> None:
        """Nothing: real time passes by itself."""


def main(what: str) -> int:
    """Build, weigh and try."""
    reason = limits.missing()
    if reason:
        print(f"{what}: not run ({reason})")
        return 0
    with tempfile.TemporaryDirectory(prefix="reviewbot-") as folder:
        made = _installed(Path(folder)) if what == "install" else _built(Path(folder))
        with made as found:
            if found is None:
                print(f"{what}: not run (no docker or podman; buildah would need debootstrap or PYTHON_IMAGE)")
                return 0
            root, program, weight = found
            print(f"{what}: {weight / 1e6:.0f} MB")
            _try(Path(folder) / "srv", root, program)
    return 0


# -- ways to get it --------------------------------------------------------------------------------------------------

Found = tuple[Path, str, int]
"""The root of the file system, the path of the program in it, and how many bytes it takes."""


@contextmanager
def _installed(folder: Path) -> Iterator[Found | None]:
    """The Dockerfile's own commands, but for the paths."""
    # Not below /tmp, which is another one under the limits, nor in the clone, which another user may not see.
    place = Path(tempfile.mkdtemp(prefix="reviewbot-tried-", dir="/var/tmp"))
    place.chmod(0o755)
    commands = re.findall(r"(?:/opt/(?:build|app)/bin/|find /opt)[^\n&]+", _dockerfile("build").replace("\\\n", " "))
    try:
        for name in ("build", "app"):
            _run([_python(), "-m", "venv", str(place / name)])
        for command in commands:
            line = command.replace("/opt/", f"{place}/").replace("/tmp/dist", f"{folder}/dist")
            _run(["bash", "-c", line], cwd=ROOT)
        yield Path("/"), str(place / "app/bin/reviewbot"), _weight(place / "app")
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _python() -> str:
    """A Python that other users can start too, which one below somebody's home is not."""
    for candidate in (sys.executable, "/usr/local/bin/python3", "/usr/bin/python3"):
        path = Path(candidate).resolve()
        if path.exists() and all(above.stat().st_mode & 0o001 for above in path.parents):
            return candidate
    sys.exit("install: no Python that user 10001 could start is here")


def _dockerfile(stage: str) -> str:
    return (ROOT / "Dockerfile").read_text(encoding="utf-8").partition(f"AS {stage}")[2].partition("\nFROM ")[0]


@contextmanager
def _built(folder: Path) -> Iterator[Found | None]:
    options = shlex.split(os.environ.get("IMAGE_OPTIONS", ""))
    engine = next((one for one in ("docker", "podman", "buildah") if _answers(one)), None)
    base = os.environ.get("PYTHON_IMAGE", "")
    if engine == "buildah":
        options = ["--isolation", "chroot", "--network", "host", *_trusted(folder), *options]
        if not base:
            base = _debian(folder)
        if not base:
            engine = None
    if engine is None:
        yield None
        return
    build = [engine, "build", *options, *(["--build-arg", f"PYTHON_IMAGE={base}"] if base else []), "-t", NAME, "."]
    _run(build, cwd=ROOT)
    root = folder / "root"
    root.mkdir()
    if engine == "buildah":
        container = _run(["buildah", "from", NAME]).strip()
        mounted = _run(["buildah", "mount", container]).strip()
        _run(["cp", "-a", f"{mounted}/.", str(root)])
        _run(["buildah", "rm", container])
    else:
        container = _run([engine, "create", NAME]).strip()
        _run(["bash", "-c", f"{engine} export {container} | tar -x -C {root}"])
        _run([engine, "rm", container])
    print(f"the program and its packages: {_weight(root / 'opt/app') / 1e6:.0f} MB of it")
    yield root, "/opt/app/bin/reviewbot", _weight(root)


def _trusted(folder: Path) -> list[str]:
    """The build trusts whom this machine trusts: a company's own certificates are not in the base."""
    certificates = Path("/etc/ssl/certs/ca-certificates.crt")
    if not certificates.exists():
        return []
    settings = folder / "pip.conf"
    settings.write_text(f"[global]\ncert = {certificates}\n", encoding="ascii")
    return ["--volume", f"{certificates.parent}:{certificates.parent}:ro", "--volume", f"{settings}:/etc/pip.conf:ro"]


def _answers(engine: str) -> bool:
    """Whether an engine is there and runs; a client without its engine builds nothing."""
    return shutil.which(engine) is not None and subprocess.run([engine, "info"], capture_output=True).returncode == 0


def _debian(folder: Path) -> str:
    """A base of Debian's own packages with Python 3.11, much like the official slim one; "" where it cannot be made."""
    if shutil.which("debootstrap") is None:
        return ""
    root = folder / "base"
    _run(["debootstrap", "--variant=minbase", "--include=python3,python3-venv,ca-certificates", "bookworm", str(root)])
    (root / "usr/bin/python").symlink_to("python3")
    for waste in ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale", "usr/share/man"):
        shutil.rmtree(root / waste, ignore_errors=True)
    container = _run(["buildah", "from", "scratch"]).strip()
    _run(["buildah", "add", "-q", container, str(root), "/"])
    _run(["buildah", "commit", "-q", container, BASE])
    _run(["buildah", "rm", container])
    shutil.rmtree(root)
    return f"localhost/{BASE}"


# -- trying it -------------------------------------------------------------------------------------------------------


def _try(shown: Path, root: Path, program: str) -> None:
    environment = {
        "PATH": f"{Path(program).parent}:/usr/local/bin:/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "REVIEWBOT_CONFIG": "/srv/reviewbot.toml",
        "REVIEWBOT_DATA_DIR": "/srv/data",
    }
    (shown / "data").mkdir(parents=True)
    os.chown(shown / "data", limits.USER, limits.USER)
    shown.parent.chmod(0o755)
    log = shown / "log"
    clock = Clock()
    with log.open("wb") as stream:
        at = time.monotonic()
        with limits.started(root, shown, [program, "demo", "--auto"], environment, log=stream) as demo:
            _expect(demo.wait(START_S) == 0, "the demo", log)
        print(f"the demo played in {time.monotonic() - at:.0f} s{limits.memory_used()}")
        with BotApiThread(token=TOKEN, now=clock.now) as telegram:
            house = House(shown, telegram, clock)  # type: ignore[arg-type]
            house.configure(
                [{"id": "mitte", "name": "Mitte", "sources": [house.folder("exports", every_minutes=1)]}], level="info"
            )
            at = time.monotonic()
            with limits.started(root, shown, [program, "run"], environment, log=stream) as service:
                telegram.wait_for(lambda t: t.world.updates.is_polled, timeout=START_S)
                _severe(house, service, log)
                print(f"one severe review was scored and told {time.monotonic() - at:.0f} s after the start")
                _health(root, shown, program, environment)
                at = time.monotonic()
                service.terminate()
                _expect(service.wait(20) == 0, "the end", log)
                print(f"SIGTERM ended it in {time.monotonic() - at:.1f} s")


def _severe(house: House, service: subprocess.Popen[bytes], log: Path) -> None:
    owner = house.person(501, "Anna")
    _own(house)
    house.join(owner, Role.OWNER)
    _own(house)
    old = [Line(f"old{n}", 5, house.ago(60 * 24 * n), "Lovely evening.") for n in range(1, 30)]
    house.export("exports", "old.csv", old)
    house.poll_now()
    _until(lambda: house.value("SELECT count(*) FROM reviews") == len(old), service, log)
    # Written after the folder was connected: what is older is history and opens nothing.
    house.export("exports", "new.csv", [Line("new", 3, house.ago(0), _SEVERE)])
    house.poll_now()
    _until(lambda: house.value("SELECT count(*) FROM scores") == len(old) + 1, service, log)
    house.wait_for_card(owner.user_id, "", timeout=SCORED_S)


def _own(house: House) -> None:
    """What this process wrote beside the service belongs to the service's user."""
    for path in house.database.parent.iterdir():
        os.chown(path, limits.USER, limits.USER)


def _health(root: Path, shown: Path, program: str, environment: dict[str, str]) -> None:
    with tempfile.TemporaryFile() as out:
        with limits.started(root, shown, [program, "check", "--health"], environment, log=out) as asked:
            code = asked.wait(START_S)
        out.seek(0)
        text = out.read().decode().strip()
    print(f"check --health: {text}")
    if code != 0:
        sys.exit("the health check fails")


def _until(is_true: object, service: subprocess.Popen[bytes], log: Path) -> None:
    assert callable(is_true)
    until = time.monotonic() + SCORED_S
    while True:
        try:
            if is_true():
                return
        except sqlite3.OperationalError:
            pass
        _expect(service.poll() is None and time.monotonic() < until, "the review", log)
        time.sleep(0.2)


def _expect(is_well: bool, what: str, log: Path) -> None:
    if not is_well:
        print(log.read_text(errors="replace")[-4000:])
        sys.exit(f"{what} failed under the limits, see above")


def _weight(folder: Path) -> int:
    done = subprocess.run(["du", "-sb", str(folder)], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[0])


def _run(command: list[str], *, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{shlex.join(command)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


if __name__ == "__main__":
    if sys.argv[1:] not in (["install"], ["build"]):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
