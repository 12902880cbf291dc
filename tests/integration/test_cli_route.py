"""`reviewbot route`, as a process of its own with the egress guard in place."""

from __future__ import annotations

from pathlib import Path

from tests.integration.cli_process import fresh_reviewbot, reviewbot
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


def test_a_route_is_listed_and_tried(tmp_path: Path) -> None:
    """A mail arrives through the guard; a server that is not there is said so, without the topic."""
    path = tmp_path / "reviewbot.toml"
    with smtp() as (inbox, port):
        path.write_text(CONFIG.format(port=port), encoding="utf-8")
        tried = fresh_reviewbot("route", "test", "mail", "--config", path)
        assert (tried.code, tried.out.startswith("mail: the test was taken.")) == (0, True), tried
        assert len(inbox.mails) == 1
    listed = reviewbot("route", "list", "--config", path)
    assert "127.0.0.1" in listed.out
    failed = reviewbot("route", "test", "push", "--config", path)
    assert failed.code == 1
    assert "push: not sent: the server of ntfy cannot be reached" in failed.out
    assert "linde-alerts" not in failed.out + failed.err
    unknown = reviewbot("route", "test", "fax", "--config", path)
    assert "There is no route fax; there are: mail, push." in unknown.out
