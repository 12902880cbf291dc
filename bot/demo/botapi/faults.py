"""Faults a test can put between the bot and Telegram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

FaultKind = Literal[
    "too_many_requests",
    "blocked",
    "kicked",
    "server_error",
    "timeout_before",
    "timeout_after",
    "drop_before",
    "drop_after",
    "unauthorized",
    "malformed_json",
    "web_page",
    "chat_deleted",
    "empty_after",
]


@dataclass(slots=True)
class Fault:
    """One injected fault.

    Attributes:
        kind: "…_before": the call has no effect; "…_after": it has, but the answer is lost. "timeout_…" keeps the
            connection open without an answer, "drop_…" closes it.
            "web_page": a page with status 200, as a hotel's sign-in gives it. "chat_deleted": the group is no more.
            "empty_after": the call has its effect, and the answer is a result without a single field.
        method: Which method, "download" for the content of a file, or None for everything.
        chat_id: Only calls that name this chat, or None.
        remaining: How many calls it still hits; None for all until it is removed.
        retry_after: Seconds, for "too_many_requests".
        status: HTTP status, for "server_error".
        text: Only calls whose text contains this, or None.
        hits: How many calls it has hit.
    """

    kind: FaultKind
    method: str | None
    chat_id: int | None
    remaining: int | None
    retry_after: int
    status: int
    text: str | None = None
    hits: int = 0

    def matches(self, method: str, parameters: dict[str, Any]) -> bool:
        """Whether the call would be hit."""
        is_left = self.remaining is None or self.remaining > 0
        is_method = self.method is None or self.method == method
        is_chat = self.chat_id is None or str(parameters.get("chat_id")) == str(self.chat_id)
        return is_left and is_method and is_chat and (self.text is None or self.text in str(parameters.get("text", "")))


class Faults:
    """The injected faults, tried in the order they were added."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(
        self,
        *,
        kind: FaultKind,
        method: str | None = None,
        chat_id: int | None = None,
        times: int | None = 1,
        retry_after: int = 1,
        status: int = 502,
        text: str | None = None,
    ) -> Fault:
        """Let the next `times` matching calls fail (None: all of them until `remove` or `clear`)."""
        fault = Fault(kind, method, chat_id, times, retry_after, status, text)
        self._faults.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Take one fault away."""
        self._faults = [one for one in self._faults if one is not fault]

    def clear(self) -> None:
        """Take all faults away."""
        self._faults.clear()

    def hit(self, method: str, parameters: dict[str, Any]) -> Fault | None:
        """The fault that strikes this call; counts it."""
        for fault in self._faults:
            if fault.matches(method, parameters):
                fault.hits += 1
                if fault.remaining is not None:
                    fault.remaining -= 1
                return fault
        return None
