"""ntfy (https://docs.ntfy.sh/publish/): a message as JSON to the server's root; the topic stands in it."""

from __future__ import annotations

import httpx

from bot.configured.route_settings import NtfyRoute
from bot.egress import refusal_in
from bot.routes.contract import TIMEOUT_S, Letter, MayHaveArrivedError, NotSentError

_URGENT, _USUAL = 5, 3
_OK = 300


class Ntfy:
    """One topic of one server."""

    def __init__(self, settings: NtfyRoute, http: httpx.AsyncClient) -> None:
        """`http` is the client for all routes."""
        self._its = settings
        self._http = http

    async def send(self, letter: Letter) -> None:
        """As `Route.send`: sent means that the server has answered with success."""
        token = self._its.token.get_secret_value()
        body = {
            "topic": self._its.topic.get_secret_value(),
            "title": letter.subject,
            "message": letter.text,
            "priority": _URGENT if letter.is_urgent else _USUAL,
        }
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            answer = await self._http.post(self._its.url, json=body, headers=headers, timeout=TIMEOUT_S)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotSentError(f"the server of ntfy cannot be reached: {_said(error)}") from error
        except httpx.HTTPError as error:
            raise MayHaveArrivedError(f"the server of ntfy gave no answer: {_said(error)}") from error
        if answer.status_code >= 500:
            raise MayHaveArrivedError(f"the server of ntfy answered {answer.status_code}")
        if answer.status_code >= _OK:
            raise NotSentError(f"the server of ntfy answered {answer.status_code}: topic or token are not right")


def _said(error: httpx.HTTPError) -> str:
    refusal = refusal_in(error)
    return str(refusal or error)[:200] or type(error).__name__
