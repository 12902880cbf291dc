"""Writing files that only their owner can read."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import typer

from bot.cli.terminal.setup import EXIT_FAILED
from bot.cli.terminal.show import warn


def write_private(path: Path, content: bytes, option: str = "--out") -> None:
    """Write beside the place and move it there, so that an earlier file is replaced whole or not at all.

    A file that cannot be written ends the command with a sentence that names the option for another place.
    """
    half = path.with_name(f".{path.name}.part")
    try:
        half.unlink(missing_ok=True)
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        half.replace(path)
    except OSError as error:
        warn(f"{path} cannot be written: {error.strerror or error}. Give another place with {option}.")
        raise typer.Exit(EXIT_FAILED) from error
    finally:
        # Where it could not be written there is nothing to take away, and the path may not even be one.
        with suppress(OSError):
            half.unlink()
