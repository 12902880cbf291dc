"""Whether the operating system holds the service's network, which the guard in Python cannot do for C code.

Only what any user may ask is asked: systemd's own view of the unit. nftables tells its rules to root alone.
"""

from __future__ import annotations

import shutil
import subprocess
from typing import Final

_UNIT: Final = "reviewbot.service"
_ALL: Final = frozenset({"any", "0.0.0.0/0", "::/0"})
_WITHIN_S: Final = 5


def is_set() -> bool:
    """Whether systemd knows the unit and denies it every address that is not allowed (systemd.resource-control)."""
    systemctl = shutil.which("systemctl")
    if systemctl is None:
        return False
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command without any input
            [systemctl, "show", _UNIT, "--property=IPAddressDeny", "--value"],
            capture_output=True,
            text=True,
            timeout=_WITHIN_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and denies_all(done.stdout)


def denies_all(shown: str) -> bool:
    """Whether what systemd shows of IPAddressDeny covers every IPv4 and IPv6 address."""
    found = _ALL.intersection(shown.split())
    return "any" in found or found >= {"0.0.0.0/0", "::/0"}
