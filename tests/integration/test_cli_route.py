"""`reviewbot route`, as a process of its own with the egress guard in place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.route_servers import smtp

CONFIG = """
[telegram]
token = "123456:abcdefghijklmnopqrstuvwxyz0123456789"
[[businesses]]
id = "linde"
name = "Linde"
[[businesses.routes]]
id = "mail"
type = "email"
host = "127.0.0.1"
port = {port}
security = "none"
sender = "bot@linde.example"
to = ["petra@linde.example"]
[[businesses.routes]]
id = "push"
type = "ntfy"
url = "http://127.0.0.1:1"
topic = "linde-alerts-Zk3vQ8xW"
[[businesses.locations]]
id = "marktplatz"
name = "Marktplatz"
"""


def run(path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "route", *words, "--config", str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_a_route_is_listed_and_tried(tmp_path: Path) -> None:
    """A mail arrives through the guard; a server that is not there is said so, without the topic."""
    path = tmp_path / "reviewbot.toml"
    with smtp() as (inbox, port):
        path.write_text(CONFIG.format(port=port), encoding="utf-8")
        tried = run(path, "test", "mail")
        assert (tried.returncode, tried.stdout.startswith("mail: the test was taken.")) == (0, True), tried
        assert len(inbox.mails) == 1
    listed = run(path, "list")
    assert "127.0.0.1" in listed.stdout
    failed = run(path, "test", "push")
    assert failed.returncode == 1
    assert "push: not sent: the server of ntfy cannot be reached" in failed.stdout
    assert "linde-alerts" not in failed.stdout + failed.stderr
    unknown = run(path, "test", "fax")
    assert "There is no route fax; there are: mail, push." in unknown.stdout
