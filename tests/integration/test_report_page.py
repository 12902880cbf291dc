"""The back-test page in a real browser: it renders, asks for nothing, and guests' words stay words."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.reports.page import page
from tests import chromium
from tests.histories import history

HOSTILE = (
    "<script>document.title='hacked'</script><img src=x onerror=\"document.title='hacked'\">",
    "</bdi></p></blockquote><svg onload=\"document.title='hacked'\"><style>@import 'http://evil.example/a.css'</style>",
    '<iframe src="http://evil.example/"></iframe><link rel="stylesheet" href="http://evil.example/b.css">'
    '<meta http-equiv="refresh" content="0;url=http://evil.example/c">',
)
BROWSERS_OWN = re.compile(
    rb"//[\w.-]*\.(google|googleapis|gvt1|gstatic)\.com[:/]|^CONNECT [\w.-]*\.(google|googleapis)\.com:"
)
"""What a fresh profile asks its maker whatever page is open; the page names no such host."""
PROBE = '<!doctype html><title>probe</title><img src="http://probe.example/picture.png"><p>probe</p>'


@contextmanager
def proxy() -> Iterator[tuple[int, list[bytes]]]:
    """A proxy that takes every request of the browser, notes its first line, and refuses it."""
    seen: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                seen.append(connection.recv(4096).partition(b"\r\n")[0])
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1], seen
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


def test_page_in_a_browser(tmp_path: Path) -> None:
    """Rendered by Chromium: the alarms and the picture are there, no request leaves, no word of a guest runs."""
    browser = chromium.wanted()
    case = history(400, days=1000, bursts=3, words=HOSTILE, place=HOSTILE[0])
    case = replace(case, skipped=tuple(replace(case.skipped[0], name=words) for words in HOSTILE))
    file, probe = tmp_path / "page.html", tmp_path / "probe.html"
    file.write_text(page(case, "en", made_at=datetime(2026, 11, 25, tzinfo=UTC)), encoding="utf-8")
    probe.write_text(PROBE, encoding="utf-8")
    with proxy() as (port, seen):
        through = (f"--proxy-server=http://127.0.0.1:{port}", "--proxy-bypass-list=<-loopback>", "--dump-dom")
        chromium.run(browser, probe, *through)
        # The proxy does see what a page asks for, so that its silence means something.
        assert any(b"probe.example" in line for line in seen), seen
        before = len(seen)
        dom = chromium.run(browser, file, *through)
        assert [line for line in seen[before:] if not BROWSERS_OWN.search(line)] == []
    assert "<title>Back-test: &lt;script&gt;document.title=" in dom
    assert "3 alarms in 33&nbsp;months" in dom
    assert dom.count('<svg class="chart"') == 1
    assert "<title>hacked" not in dom
    for tag in ("<script", "<iframe", "<img", "<link"):
        assert tag not in dom
    assert dom.count("<meta") == file.read_text(encoding="utf-8").count("<meta")
