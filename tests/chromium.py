"""A headless Chromium for pages that have to be seen in a real browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
DARK = "--blink-settings=preferredColorScheme=0"
MISSING = "Chromium is missing; install it with: apt-get install chromium"


def find() -> str:
    """The browser's path; empty where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), "")


def wanted() -> str:
    """The browser's path for a test: without one it is skipped, where CI_NEEDS_CHROMIUM=1 says so it fails."""
    path = find()
    if not path:
        if os.environ.get("CI_NEEDS_CHROMIUM") == "1":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return path


def run(browser: str, page: Path, *options: str) -> str:
    """Open a page with a profile of its own; gives what the browser printed."""
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, *FLAGS, f"--user-data-dir={profile}", *options, page.as_uri()]
        done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", timeout=120)
    return done.stdout
