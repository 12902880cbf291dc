"""Secrets in the configuration: as such or in a file, and nothing in them that breaks a request."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from bot.errors import SourceRefusedError
from bot.part import one_secret
from bot.sources.contract.http import ask
from tests.contract.http_fake import Answer, HttpFake


@pytest.mark.parametrize("text", ["key-4711", "key-4711\n", "key-4711\r\n"])
def test_a_line_end_around_a_secret_does_not_count(text: str, tmp_path: Path) -> None:
    """The same secret comes of the key and of the file."""
    (tmp_path / "key").write_text(text)
    for secret in (
        one_secret(SecretStr(text), None, key="api_key"),
        one_secret(SecretStr(""), tmp_path / "key", key="api_key"),
    ):
        assert secret.get_secret_value() == "key-4711"


@pytest.mark.parametrize("text", ["key 4711", "schlüssel-4711", "key-4711\nother", "key\t4711", "\n", "key\x7f"])
def test_a_secret_that_would_break_a_header_is_refused_without_showing_it(text: str, tmp_path: Path) -> None:
    """Inline and in a file alike."""
    (tmp_path / "key").write_text(text, encoding="utf-8")
    for given, file in ((SecretStr(text), None), (SecretStr(""), tmp_path / "key")):
        with pytest.raises(ValueError, match=r"nothing else|copy it anew|is empty") as caught:
            one_secret(given, file, key="api_key")
        assert "4711" not in str(caught.value)


def test_a_password_may_have_any_sign_but_is_one_line() -> None:
    """A mail server's password never goes into a header."""
    assert one_secret(SecretStr("süß und lang"), None, key="password", has_any_sign=True)
    with pytest.raises(ValueError, match="nothing else"):
        one_secret(SecretStr("one\r\ntwo"), None, key="password", has_any_sign=True)


@pytest.mark.parametrize("value", ["secret-key-4711\n", "schlüssel-key-4711"])
async def test_a_header_that_cannot_be_written_is_not_quoted(value: str) -> None:
    """Whatever gets past the settings, the error names no header: it is stored and shown."""
    with HttpFake(lambda seen: Answer(200, b"{}")) as shop:
        async with httpx.AsyncClient(trust_env=False) as http:
            with pytest.raises(SourceRefusedError, match="cannot be written") as caught:
                await ask(http, "GET", shop.base_url, who="Shop", headers={"X-Api-Key": value})
    assert "4711" not in str(caught.value)
    assert caught.value.__suppress_context__
