"""Runs a command as compose.yaml does, where no engine is needed: by the kernel's own means, as root on Linux.

Read-only root, /tmp of 64 MB in memory, user 10001 without capabilities or new privileges, 1 GB of memory.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import IO

USER = 10001
TMP_BYTES = 64 * 1024**2
MEMORY_BYTES = 1024**3
LEFT_WITHIN_S = 10.0
_numbers = count()

# $1 the root, $2 a folder that is shown at /srv, then the command. The mounts end with the name space.
_SCRIPT = f"""
set -e
root=$1; shown=$2; shift 2
mount --rbind "$root" /mnt
mount -o remount,bind,ro /mnt
mount -t tmpfs -o size={TMP_BYTES},mode=1777 tmpfs /mnt/tmp
mount --bind "$shown" /mnt/srv
mountpoint -q /mnt/proc || mount -t proc proc /mnt/proc
mountpoint -q /mnt/dev || mount --rbind /dev /mnt/dev
cd /
exec chroot /mnt setpriv --reuid {USER} --regid {USER} --clear-groups --bounding-set=-all --inh-caps=-all \
  --no-new-privs "$@"
"""


def missing() -> str:
    """Why a command cannot be run with these limits here; empty when it can."""
    if os.geteuid() != 0:
        return "it takes root"
    lacks = [tool for tool in ("unshare", "setpriv", "chroot", "mount") if shutil.which(tool) is None]
    if lacks:
        return f"not installed: {', '.join(lacks)}"
    tried = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
        capture_output=True,
        check=False,
    )
    return "" if tried.returncode == 0 else "the kernel lets nothing be mounted here"


@contextmanager
def started(
    root: Path, shown: Path, command: Sequence[str], environment: Mapping[str, str], *, log: IO[bytes] | int
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command with the limits; it is killed at the end of the block if it still runs.

    Args:
        root: the root of its file system.
        shown: a folder that it sees as /srv; what it is to write must belong to user 10001.
        command: what to run, as seen inside.
        environment: all its variables.
        log: where its output goes.
    """
    inside = ["env", "-i", *(f"{name}={value}" for name, value in environment.items()), *command]
    with _group() as group:
        process = subprocess.Popen(
            [
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-c",
                _SCRIPT,
                "sh",
                str(root),
                str(shown),
                *inside,
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
            preexec_fn=None if group is None else lambda: _join(group),
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def memory_used() -> str:
    """How the limit of memory is held here, for the report."""
    return "" if _memory_root() is not None else " (memory not limited: no control group can be made here)"


def _memory_root() -> Path | None:
    for folder in (Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")):
        if (folder / "memory.limit_in_bytes").exists() or "memory" in _controllers(folder):
            return folder if os.access(folder, os.W_OK) else None
    return None


def _controllers(folder: Path) -> str:
    path = folder / "cgroup.subtree_control"
    return path.read_text() if path.exists() else ""


@contextmanager
def _group() -> Iterator[Path | None]:
    above = _memory_root()
    if above is None:
        yield None
        return
    # Of its own for each command: the health check runs beside the service.
    group = above / f"reviewbot-{os.getpid()}-{next(_numbers)}"
    group.mkdir()
    try:
        limit = "memory.limit_in_bytes" if (group / "memory.limit_in_bytes").exists() else "memory.max"
        (group / limit).write_text(str(MEMORY_BYTES))
        yield group
    finally:
        _leave(group, above)


def _leave(group: Path, above: Path) -> None:
    """Take the group away; what is just ending holds it for a moment."""
    until = time.monotonic() + LEFT_WITHIN_S
    while True:
        for pid in (group / "cgroup.procs").read_text().split():
            with suppress(ProcessLookupError):
                (above / "cgroup.procs").write_text(pid)
        try:
            group.rmdir()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def _join(group: Path) -> None:
    (group / "cgroup.procs").write_text(str(os.getpid()))
