"""What every part of the configuration is made of."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A frozen part of the configuration; unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def secret_of(path: Path, key: str) -> str:
    """The secret that a file holds and nothing else.

    Raises:
        ValueError: it cannot be read or is empty; the text names the key.
    """
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{key} cannot be read: {error}") from error
    if not text:
        raise ValueError(f"{key} {path} is empty")
    return text
