"""Keys that the settings of several sources have: the address of an API, and a name that becomes a part of it.

A secret is read by `bot.part.one_secret`.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

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


def path_part(*, hint: str, prefix: str = "") -> BeforeValidator:
    """For a key that becomes one part of an address's path: 1 to 64 of A-Z, a-z, 0-9, "-" and "_".

    A number is taken as its digits, for that is how a person may write it in TOML.

    Args:
        hint: what it is like and where the owner finds it; ends the sentence "'x y' is not …".
        prefix: what may stand before it, and is put there if it does not ("accounts/").
    """

    def read(value: Any) -> Any:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(text, str):
            return text
        part = text.strip().removeprefix(prefix)
        if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", part) is None:
            raise ValueError(f"{text!r} is not {hint}")
        return prefix + part

    return BeforeValidator(read)
