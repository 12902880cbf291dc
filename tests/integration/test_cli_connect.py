"""`connect google` with the real command; the test is the browser."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.sources.google.source import GoogleSettings
from tests.contract.google_server import GoogleServer
from tests.integration.cli_process import Ended


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with GoogleServer() as server:
        yield server


def connect(google: GoogleServer, folder: Path) -> Ended:
    secret = folder / "secret"
    secret.write_text(google.sign_in.client_secret + "\n")
    arguments = ["--client-id", google.sign_in.client_id, "--client-secret-file", str(secret)]
    arguments += ["--token-file", str(folder / "token"), "--no-browser"]
    urls = {"token": google.token_url, "auth": google.auth_url}
    urls |= {"accounts": google.base_url, "information": google.base_url}
    for name, url in urls.items():
        arguments += [f"--{name}-url", url]
    command = [sys.executable, "-m", "bot", "connect", "google", *arguments]
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", cwd=root, env={**os.environ}
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith(google.auth_url):
                with httpx.Client(trust_env=False) as browser:
                    browser.get(line.strip(), follow_redirects=True)
                break
        out, err = process.communicate(timeout=300)
    return Ended(process.returncode, out, err)


def test_signing_in_keeps_the_token_and_prints_a_block_to_paste(google: GoogleServer, tmp_path: Path) -> None:
    """The block is TOML that the source accepts; the token's file is private, and no secret is printed."""
    done = connect(google, tmp_path)
    assert done.code == 0, done.err
    token = tmp_path / "token"
    assert token.read_text().strip() in google.sign_in.refresh_tokens
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    block = done.out[done.out.index("[[businesses.locations.sources]]") : done.out.index("Then `reviewbot check`")]
    (source,) = tomllib.loads(block)["businesses"]["locations"]["sources"]
    settings = GoogleSettings.model_validate(source)
    assert (settings.account, settings.location) == (google.account, google.location)
    for secret in (google.sign_in.client_secret, token.read_text().strip()):
        assert secret not in done.out + done.err


def test_a_refusal_ends_with_1_and_says_what_to_do(google: GoogleServer, tmp_path: Path) -> None:
    """When the owner says no, nothing is kept."""
    google.sign_in.gives_consent = False
    done = connect(google, tmp_path)
    assert done.code == 1
    assert "Start again" in done.err
    assert not (tmp_path / "token").exists()
