"""What the egress tests run in processes of their own: an audit hook cannot be taken out of this one again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

_PRELUDE = """
import asyncio, json, socket, sys
from bot.egress import EgressRefusedError, install, install_in_worker, refusal_in

def outcome(act):
    '''What calling `act` came to: its value, or the name and text of its error.'''
    try:
        return act()
    except BaseException as error:
        return [type(error).__name__, str(error)]
"""


def run_child(
    body: str, *, script: Path | None = None, env: Mapping[str, str] | None = None, flags: tuple[str, ...] = ()
) -> Any:
    """Run `body` in a fresh interpreter and return what its last line prints, read as JSON.

    Warnings are errors in the child, so that a socket left open fails the test too.
    """
    code = _PRELUDE + textwrap.dedent(body)
    command = [sys.executable, "-W", "error", *flags, "-c", code]
    if script is not None:
        script.write_text(code, encoding="utf-8")
        command[-2:] = [str(script)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "ResourceWarning" not in done.stderr, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
