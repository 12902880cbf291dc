"""Keys that the settings of several sources have: the address of an API, and a secret in a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


def _api_url(text: str) -> str:
    url = urlsplit(text)
    if url.scheme not in ("https", "http") or not url.hostname or url.query or url.fragment:
        raise ValueError(f"{text!r} is not an address like https://host")
    if url.scheme == "http" and url.hostname not in _LOOPBACK:
        raise ValueError("the address has to begin with https://, since the sign-in travels with each request")
    return text.rstrip("/")


ApiUrl = Annotated[str, AfterValidator(_api_url)]
"""An address without a query; https, or http on this machine."""


def host_of(url: str) -> str:
    """The host of an `ApiUrl`, for `SourceSettings.hosts`."""
    return urlsplit(url).hostname or ""


def one_secret(given: SecretStr, file: Path | None, *, key: str) -> SecretStr:
    """The secret that stands in `key` or in the file that `key`_file names.

    Raises:
        ValueError: both or none are given, the file cannot be read, or it holds something else than one line.
    """
    if bool(given.get_secret_value()) == (file is not None):
        raise ValueError(f"give either {key} or {key}_file")
    if file is None:
        return given
    try:
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{key}_file cannot be read: {error}") from error
    if not text or "\n" in text or text.startswith("{"):
        raise ValueError(f"{key}_file {file} has to hold the {key.replace('_', ' ')} and nothing else")
    return SecretStr(text)
