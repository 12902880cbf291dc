"""What every part of the configuration is made of, and how its secrets are given: as such, or in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, SecretStr


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


def one_secret(
    given: SecretStr, file: Path | None, *, key: str, hint: str = "", has_any_sign: bool = False
) -> SecretStr:
    """The secret that stands in `key` or in the file that `key`_file names.

    A secret goes into a header or an address, where another sign than visible ASCII breaks the request in a way that
    quotes it. Line ends around it are left out, such as the one that a file or a variable ends with.

    Args:
        given: what stands in `key`.
        file: what stands in `key`_file.
        key: the key's name.
        hint: what is added when both or none are given.
        has_any_sign: it never goes into a header or an address, such as a password of IMAP.

    Raises:
        ValueError: both or none are given, the file cannot be read, or it is not one line of such signs. The secret
            itself is not in the text.
    """
    if bool(given.get_secret_value()) == (file is not None):
        raise ValueError(f"give either {key} or {key}_file{hint}")
    what = key.replace("_", " ")
    where = key if file is None else f"{key}_file {file}"
    text = given.get_secret_value().strip("\r\n") if file is None else secret_of(file, f"{key}_file")
    if len(text.splitlines()) != 1 or (file is not None and text.startswith("{")):
        raise ValueError(f"{where} has to hold the {what} and nothing else")
    if not has_any_sign and not all("!" <= sign <= "~" for sign in text):
        raise ValueError(f"{where} has a space or another sign that no {what} has; copy it anew")
    return SecretStr(text)


def secrets_in(part: BaseModel) -> list[str]:
    """Every secret of a part of the configuration, for logs and texts to leave out."""
    found: list[str] = []
    for value in (getattr(part, name) for name in type(part).model_fields):
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, SecretStr) and one.get_secret_value():
                found.append(one.get_secret_value())
            elif isinstance(one, BaseModel):
                found += secrets_in(one)
    return found


def first_causes(problems: list[Any]) -> list[Any]:
    """Without "too few items" of a list whose items are reported themselves."""
    places = [problem["loc"] for problem in problems]
    return [
        problem
        for problem in problems
        if problem["type"] != "too_short"
        or not any(p != problem["loc"] and p[: len(problem["loc"])] == problem["loc"] for p in places)
    ]
