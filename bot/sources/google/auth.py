"""Signing in to Google: the app, the refresh token in its file, the access token in memory.

Wire format: developers.google.com/identity/protocols/oauth2/native-app and RFC 6749, sections 4.1.3 and 6.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeGuard

import httpx
from pydantic import SecretStr

from bot.errors import ConfigError, SourceDownReason, SourceRefusedError
from bot.sources.contract.answers import json_object, strange_answer
from bot.sources.contract.http import ATTEMPTS, ask
from bot.sources.google.errors import CONNECT, token_error

SCOPE: Final = "https://www.googleapis.com/auth/business.manage"
_EARLY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class GoogleApp:
    """The owner's OAuth app (type Desktop) and where Google is.

    Attributes:
        client_id: from the Google Cloud console.
        client_secret: from the Google Cloud console.
        auth_url: where the browser goes.
        token_url: where codes and refresh tokens are traded for access tokens.
        accounts_url: the Account Management API.
        information_url: the Business Information API.
    """

    client_id: str
    client_secret: SecretStr
    auth_url: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token_url: str = "https://oauth2.googleapis.com/token"  # noqa: S105 -- an address
    accounts_url: str = "https://mybusinessaccountmanagement.googleapis.com"
    information_url: str = "https://mybusinessbusinessinformation.googleapis.com"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An OAuth access token, kept in memory only.

    Attributes:
        value: the token.
        ends_at: when it has to be replaced, a little before Google's own end.
    """

    value: SecretStr
    ends_at: datetime

    @property
    def headers(self) -> dict[str, str]:
        """The Authorization header with the token."""
        return {"Authorization": f"Bearer {self.value.get_secret_value()}"}


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens in an answer of the token endpoint."""

    access: AccessToken
    refresh: SecretStr | None
    scopes: frozenset[str]


class SignIn:
    """The sign-in of one source.

    The refresh token is read again for each renewal, so that a new sign-in works without a restart.
    """

    def __init__(self, app: GoogleApp, *, http: httpx.AsyncClient, refresh_token: Callable[[], SecretStr]) -> None:
        self._app = app
        self._http = http
        self._refresh_token = refresh_token
        self._access: AccessToken | None = None

    async def access(self, now: datetime) -> AccessToken:
        """An access token that is valid at `now`, renewed where it has ended.

        Raises:
            SourceUnreachableError: Google does not answer.
            SourceRefusedError: the owner has to sign in again, or the app is unknown.
        """
        if self._access is None or now >= self._access.ends_at:
            form = {"grant_type": "refresh_token", "refresh_token": self._refresh_token().get_secret_value()}
            self._access = (await trade(self._app, form, http=self._http, now=now)).access
        return self._access

    def forget(self) -> None:
        """Drop the access token that Google refused, so that the next request gets another one."""
        self._access = None


async def trade(
    app: GoogleApp, form: Mapping[str, str], *, http: httpx.AsyncClient, now: datetime, attempts: int = ATTEMPTS
) -> Tokens:
    """Trade a code or a refresh token (`form`) for tokens.

    Raises:
        SourceUnreachableError: Google does not answer, or not as documented.
        SourceRefusedError: the code, the refresh token or the app is not accepted.
    """
    whole = {**form, "client_id": app.client_id, "client_secret": app.client_secret.get_secret_value()}
    answer = await ask(http, "POST", app.token_url, who="Google's sign-in", form=whole, attempts=attempts)
    if answer.status != 200:
        raise token_error(answer, now=now)
    found = json_object(answer.body) or {}
    value, seconds = found.get("access_token"), found.get("expires_in", 3600)
    if not _is_token(value) or not isinstance(seconds, int | float) or not 0 < seconds < 10**7:
        raise strange_answer("something else than an access token", who="Google")
    refresh, scope = found.get("refresh_token"), found.get("scope")
    return Tokens(
        access=AccessToken(SecretStr(value), now + timedelta(seconds=seconds) - _EARLY),
        refresh=SecretStr(refresh) if _is_token(refresh) else None,
        scopes=frozenset(scope.split()) if isinstance(scope, str) else frozenset(),
    )


def _is_token(value: Any) -> TypeGuard[str]:
    # A token goes into a header, where anything else than printable ASCII would break the request.
    return isinstance(value, str) and bool(value) and value.isascii() and value.isprintable() and " " not in value


def read_token(path: Path) -> SecretStr:
    """The refresh token that `save_token` wrote.

    Raises:
        SourceRefusedError: the file is missing, empty or not readable.
    """
    try:
        text = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise _no_sign_in(f"{path} does not exist") from error
    except (OSError, UnicodeDecodeError) as error:
        raise _no_sign_in(f"{path} cannot be read: {error}") from error
    if not text:
        raise _no_sign_in(f"{path} is empty")
    return SecretStr(text)


def save_token(path: Path, token: SecretStr) -> None:
    """Write the refresh token to a file that only its owner may read; the old file is replaced in one step.

    Raises:
        ConfigError: the file cannot be written.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(token.get_secret_value() + "\n")
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                draft.unlink()
    except OSError as error:
        raise ConfigError([f"refresh_token_file {path} cannot be written: {error}"]) from error


def _no_sign_in(what: str) -> SourceRefusedError:
    return SourceRefusedError(
        f"There is no sign-in to Google yet ({what}): {CONNECT}.", reason=SourceDownReason.SIGN_IN_EXPIRED
    )
