"""Redaction: text goes in, the same text without secrets comes out.

Two things are taken out: the secrets of this installation, which the program names when it reads them, and whatever
is shaped like a secret, named or not. A named secret is found in every spelling that it takes on its way into a text:
as it is, percent-encoded in whole or in part (also twice), and escaped by JSON or by `repr`.

Shapes: a Telegram bot token (`123456789:` and at least 30 characters of A-Z a-z 0-9 _ -), a bearer token (RFC 6750), a
value behind a name such as refresh_token, client_secret or password, the password of a URL, a PEM private key.

Every repetition in the patterns is bounded or stops at the next candidate, so that no hostile text makes the search
slower than linear.
"""

from __future__ import annotations

import json
import re
import threading
from typing import Final

MASK: Final = "***"
# A shorter secret is taken out of values only: in a finished line it would hit the line's own words and signs.
_LINE_MINIMUM: Final = 8
# The shortest line of a secret of several lines, such as a PEM key, that is a secret by itself.
_PART_MINIMUM: Final = 16

_TOKEN: Final = re.compile(r"\d{6,12}(?::|%(?:25){0,3}3[Aa])[A-Za-z0-9_-]{30,}")
_PEM: Final = re.compile(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[A-Za-z0-9+/=\s\\]{0,9000}")
_BEARER: Final = re.compile(r"(?i)\b(bearer(?:\s|%20|\+){1,4})[A-Za-z0-9._~+/=%-]+")
_USERINFO: Final = re.compile(r"""(://[^\s/:@"']{0,64}:)[^\s/@"']{1,256}@""")
_NAMES: Final = r"(?i:token|secret|password|passwd|api[_-]?key|private_key|authorization|client_assertion)"
_QUOTE: Final = r"""(?:\\{0,4}["'])"""
_PAIR: Final = re.compile(
    rf"({_NAMES}(?:{_QUOTE}?\s{{0,3}}(?:=|:|%3[Dd]|%3[Aa])\s{{0,3}}(?:b?{_QUOTE})?|{_QUOTE}\s?,\s?b?{_QUOTE}))"
    r"""((?i:(?:basic|bearer)\s{1,3})?[^\s"'&,;)}\]\\]+)"""
)
_SECRET_KEY: Final = re.compile(rf".*{_NAMES}", re.DOTALL)


class Redactor:
    """Knows the secrets of this process; threads may share it."""

    def __init__(self) -> None:
        self._secrets: frozenset[str] = frozenset()
        self._in_values: re.Pattern[str] | None = None
        self._in_lines: re.Pattern[str] | None = None
        self._lock = threading.Lock()

    def add(self, value: str) -> None:
        """Take `value` out of every text from now on; white space around it does not count, an empty one is ignored."""
        whole = value.strip()
        parts = [part.strip() for part in whole.splitlines()]
        new = {whole, *(part for part in parts if len(part) >= _PART_MINIMUM)} - {""}
        with self._lock:
            self._secrets |= new
            self._in_values = _any_of(self._secrets)
            self._in_lines = _any_of({secret for secret in self._secrets if len(secret) >= _LINE_MINIMUM})

    def value(self, text: str) -> str:
        """A text of its own, such as a message or one logged value, without secrets."""
        text = _known(self._in_values, text)
        return _PAIR.sub(rf"\1{MASK}", _USERINFO.sub(rf"\1{MASK}@", text))

    def sentence(self, text: str) -> str:
        """A sentence for people without the named secrets and without tokens; its other words stay as they are."""
        return _known(self._in_values, text)

    def line(self, text: str) -> str:
        """A finished line of the log without secrets; JSON stays JSON, and all values are already without them."""
        return _known(self._in_lines, text)


def names_secret(key: str) -> bool:
    """Whether a value under this key is a secret by its name, such as `refresh_token` or `password`."""
    return _SECRET_KEY.fullmatch(key) is not None


def _known(secrets: re.Pattern[str] | None, text: str) -> str:
    if secrets is not None:
        text = secrets.sub(MASK, text)
    return _BEARER.sub(rf"\1{MASK}", _PEM.sub(MASK, _TOKEN.sub(MASK, text)))


def _any_of(secrets: set[str] | frozenset[str]) -> re.Pattern[str] | None:
    if not secrets:
        return None
    longest_first = sorted(secrets, key=lambda secret: (-len(secret), secret))
    return re.compile("|".join("".join(map(_spellings, secret)) for secret in longest_first))


def _spellings(sign: str) -> str:
    """A pattern for every way in which one character of a secret is written."""
    ways = [
        re.escape(sign),
        "".join(f"(?i:%(?:25){{0,3}}{byte:02x})" for byte in sign.encode("utf-8", "surrogatepass")),
    ]
    if sign in "\"'/\\":
        ways[0] = r"\\{0,4}" + ways[0]
    elif sign == " ":
        ways.append(r"\+")
    elif not (sign.isascii() and sign.isprintable()):
        for escaped in {json.dumps(sign)[1:-1], ascii(sign)[1:-1], repr(sign)[1:-1], f"\\u{ord(sign):04x}"}:
            ways.append("(?i:" + re.escape(escaped).replace(r"\\", r"\\{1,4}") + ")")
    return f"(?:{'|'.join(reversed(ways))})"  # the longest first: the plain sign may begin the encoded one
