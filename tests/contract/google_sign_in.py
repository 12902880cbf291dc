"""The sign-in of the local Google: consent in the browser, codes, refresh and access tokens."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.contract.google_wire import FAULTS, GoogleFault
from tests.contract.http_fake import Answer

SCOPE = "https://www.googleapis.com/auth/business.manage"


class LocalSignIn:
    """What Google knows about one OAuth app.

    Attributes:
        grants_scope: whether the owner leaves the box ticked when signing in.
        gives_consent: whether the owner says yes when signing in.
        refresh_tokens: the live ones.
        access_tokens: the live ones.
    """

    client_id = "123-test.apps.googleusercontent.com"
    client_secret = "GOCSPX-test-secret"

    def __init__(self) -> None:
        self.grants_scope = self.gives_consent = True
        self.refresh_tokens = {"1//test-refresh"}
        self.access_tokens: set[str] = set()
        self._codes: dict[str, Mapping[str, str]] = {}
        self._count = 0

    def consent(self, query: Mapping[str, str]) -> Answer:
        """The owner's browser asks for permission; the owner decides at once."""
        wanted = {
            "client_id": self.client_id,
            "response_type": "code",
            "scope": SCOPE,
            "code_challenge_method": "S256",
            "access_type": "offline",
            "prompt": "consent",
        }
        redirect = urlsplit(query.get("redirect_uri", ""))
        is_right = all(query.get(key) == value for key, value in wanted.items())
        if not is_right or redirect.hostname != "127.0.0.1" or len(query.get("code_challenge", "")) != 43:
            return Answer(400, b"<html>Error 400: invalid_request</html>", "text/html")
        back = {"state": query["state"]}
        if self.gives_consent:
            code = f"4/0test-{len(self._codes)}"
            self._codes[code] = query
            back |= {"code": code, "scope": SCOPE if self.grants_scope else "openid"}
        else:
            back |= {"error": "access_denied"}
        return Answer(302, b"", headers={"Location": f"{query['redirect_uri']}?{urlencode(back)}"})

    def token(self, form: Mapping[str, str]) -> Answer:
        """A code or a refresh token is traded."""
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            return FAULTS[GoogleFault.INVALID_CLIENT]
        found: dict[str, Any] = {"expires_in": 3599, "token_type": "Bearer", "scope": SCOPE}
        if form.get("grant_type") == "authorization_code":
            asked = self._codes.pop(form.get("code", ""), None)
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if asked is None or proof != asked["code_challenge"] or form.get("redirect_uri") != asked["redirect_uri"]:
                return Answer(400, b'{"error": "invalid_grant", "error_description": "Malformed auth code."}')
            found["refresh_token"] = f"1//test-refresh-{len(self.refresh_tokens)}"
            found["scope"] = SCOPE if self.grants_scope else "openid"
            self.refresh_tokens.add(found["refresh_token"])
        elif form.get("grant_type") != "refresh_token":
            return Answer(400, b'{"error": "unsupported_grant_type"}')
        elif form.get("refresh_token") not in self.refresh_tokens:
            return FAULTS[GoogleFault.INVALID_GRANT]
        self._count += 1
        found["access_token"] = f"ya29.test-access-{self._count}"
        self.access_tokens.add(found["access_token"])
        return Answer(200, json.dumps(found).encode())
