"""The whole product in a network of its own: every address that any of its processes asks the kernel for is listed."""

from __future__ import annotations

import ipaddress
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.integration.cli_process import environment

ROOT = Path(__file__).parents[2]
_CALLS = "trace=connect,sendto,sendmsg,sendmmsg"
_IN_A_NETWORK_OF_ITS_OWN = f'ip link set lo up && exec strace -f --seccomp-bpf -qq -e {_CALLS} -o "$0" "$@"'
_ADDRESS = re.compile(r'(?:inet_addr\(|inet_pton\(AF_INET6, |&?sin6?_addr[^"]{0,30})"([0-9a-fA-F.:]+)"')
_C_CODE = """
import ctypes, socket, struct
libc = ctypes.CDLL(None, use_errno=True)
number = libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
address = struct.pack("=HH4s8x", socket.AF_INET, socket.htons(443), socket.inet_aton("192.0.2.1"))
assert libc.connect(number, address, len(address)) == -1
"""


def asked_for(log: Path, *command: str | Path) -> tuple[subprocess.CompletedProcess[str], set[str]]:
    """Run a command in a network that has nothing but its loopback; gives how it ended, and every IP address asked for.

    Skips the test, with the reason, where the machine allows no such network or no look at a program's calls.
    """
    for tool in ("unshare", "ip", "strace"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    whole: Sequence[str | Path] = ("unshare", "-n", "--", "sh", "-c", _IN_A_NETWORK_OF_ITS_OWN, log, *command)
    trial = subprocess.run([*whole[:7], "true"], capture_output=True, encoding="utf-8", timeout=60)
    if trial.returncode:
        pytest.skip(f"no network of its own here: {trial.stderr.strip()}")
    done = subprocess.run(
        whole, capture_output=True, encoding="utf-8", timeout=280, cwd=ROOT, env=environment(), stdin=subprocess.DEVNULL
    )
    return done, set(_ADDRESS.findall(log.read_text(encoding="utf-8", errors="replace")))


def outside(addresses: set[str]) -> list[str]:
    """Those that are not this machine."""
    return sorted(one for one in addresses if not ipaddress.ip_address(one).is_loopback)


def test_the_whole_product_asks_for_no_address_but_this_machine(tmp_path: Path) -> None:
    """The demo: service, workers, drawing, evidence, its Telegram on loopback. C code and children are seen as well."""
    done, found = asked_for(
        tmp_path / "calls", sys.executable, "-m", "bot", "demo", "--transcript", tmp_path / "transcript.json"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "transcript.json").read_text(encoding="utf-8"))["cards"]
    assert found, "not even its own Telegram was asked for, so the test proves nothing"
    assert outside(found) == []


def test_what_no_guard_in_python_can_hold_is_seen(tmp_path: Path) -> None:
    """C code that reaches out by itself is listed; without a rule of the machine nothing else would hold it."""
    done, found = asked_for(tmp_path / "calls", sys.executable, "-c", _C_CODE)
    assert done.returncode == 0, done.stderr
    assert outside(found) == ["192.0.2.1"]


def test_both_recipes_allow_the_same_addresses() -> None:
    """Telegram's ranges in docs/security.md are networks, and systemd's list and nftables' are the same."""
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lists = [set(re.findall(r"(?<![\w.:])[0-9a-f][0-9a-f.:]*/\d+", block)) for block in blocks]
    systemd, nftables = (found for found in lists if len(found) > 10)
    assert systemd == nftables
    assert all(ipaddress.ip_network(one) for one in systemd)
