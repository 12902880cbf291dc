"""A platform that answers as a case records it, and refuses what it does not know."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.contract.http_fake import Answer, HttpFake, Seen


class RecordedPlatform(HttpFake):
    """A recorded platform on a loopback port; use it with `with`.

    Attributes:
        answers: the `[[http]]` entries that hold now.
        is_loose: a pattern of a query with a `*` fits anything: for polls at other times than the case records.
        bodies: bytes that are given instead of a file's, by the file's name.
        places: parts of a path that stand for recorded ones: another account with the same reviews.
        echoes: refuse everything and quote each request, as some platforms do.
        refusals: what was refused and why, for whoever looks why a case fails.
    """

    def __init__(self, files: Path, *, headers: Mapping[str, str]) -> None:
        super().__init__(self._recorded)
        self.answers: Sequence[Mapping[str, Any]] = ()
        self.is_loose = False
        self.echoes = False
        self.bodies: dict[str, bytes] = {}
        self.places: dict[str, str] = {}
        self.refusals: list[str] = []
        self._given: set[int] = set()
        self._files = files
        self._headers = headers

    def body(self, file: str) -> bytes:
        """The bytes of an answer as they are given now."""
        return self.bodies.get(file) or (self._files / file).read_bytes()

    def entry(self, seen: Seen) -> Mapping[str, Any] | None:
        """The answer that fits a request best; None where there is none."""
        fits = [one for one in self.answers if self._fits(one, seen)]
        return max(fits, key=lambda one: len(one.get("query", {})), default=None)

    def recorded(self, seen: Seen) -> Seen:
        """A request as if it were for the recorded place."""
        return replace(seen, path="/".join(self.places.get(part, part) for part in seen.path.split("/")))

    def _recorded(self, seen: Seen) -> Answer:
        seen = self.recorded(seen)
        if self.echoes:
            said = f"not understood: {json.dumps({**seen.headers, **seen.form})}"
            return Answer(403, json.dumps({"error": {"message": said}, "message": said}).encode())
        found = self.entry(seen)
        if found is None:
            return self._refused(404, f"no [[http]] entry is for {asked(seen)}")
        needed = {name.lower(): value for name, value in found.get("headers", self._headers).items()}
        if wrong := [name for name, value in needed.items() if not _is_like(value, seen.headers.get(name, ""))]:
            return self._refused(401, f"{asked(seen)} came without the recorded header {', '.join(wrong)}")
        if wrong := [name for name, value in found.get("form", {}).items() if not _is_like(value, seen.form.get(name))]:
            return self._refused(401, f"{asked(seen)} came without the recorded form field {', '.join(wrong)}")
        self._given.add(id(found))
        return Answer(found.get("status", 200), self.body(found["file"]))

    def unasked(self, entries: Iterable[Mapping[str, Any]]) -> list[str]:
        """Those of some `[[http]]` entries that no request was for, as a person reads them."""
        return [
            f"{one.get('method', 'GET')} {one['path']} {one.get('query', '')}".rstrip()
            for one in entries
            if id(one) not in self._given
        ]

    def _refused(self, status: int, why: str) -> Answer:
        self.refusals.append(f"HTTP {status}: {why}")
        return Answer(status, json.dumps({"error": "refused"}).encode())

    def _fits(self, one: Mapping[str, Any], seen: Seen) -> bool:
        query = one.get("query", {})
        # What no entry names is no parameter of this platform: a misspelt one is ignored there, and nobody notices.
        return (
            (one.get("method", "GET"), one["path"]) == (seen.method, seen.path)
            and seen.query.keys() == query.keys()
            and all(
                (self.is_loose and "*" in value) or _is_like(value, seen.query[name]) for name, value in query.items()
            )
        )


def asked(seen: Seen) -> str:
    """A request as a person reads it: `GET /v1/reviews?page=2`."""
    query = f"?{urlencode(sorted(seen.query.items()), safe=':+/ ')}" if seen.query else ""
    return f"{seen.method} {seen.path}{query}"


def _is_like(pattern: str, value: str | None) -> bool:
    """Whether a value is what a case says, where `*` stands for anything."""
    whole = ".*".join(map(re.escape, pattern.split("*")))
    return value is not None and re.fullmatch(whole, value, re.DOTALL) is not None
