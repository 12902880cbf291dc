"""A source on the local Google, and what the pipeline would have stored of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from bot.model.review import ParsedReview
from bot.sources.contract.source import Poll, SourceContext, State
from bot.sources.google.source import Google, GoogleSettings
from tests.contract.google_server import GoogleServer

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


def make(google: GoogleServer, http: httpx.AsyncClient, **other: Any) -> Google:
    settings = GoogleSettings.model_validate({"id": "g", **google.settings(**other)})
    return Google(settings, SourceContext(zone=ZoneInfo("Europe/Berlin"), http=http))


class Shelf:
    """What the pipeline would have stored: each key once, each review in the version that came last."""

    def __init__(self, source: Google) -> None:
        self.source = source
        self.state: State = {}
        self.keys: set[str] = set()
        self.reviews: dict[str, ParsedReview] = {}

    async def poll(self, now: datetime = NOW) -> Poll:
        poll = await self.source.poll(self.state, now)
        self.state = json.loads(json.dumps(dict(poll.state)))
        for item in poll.items:
            parsed = self.source.parse(item)
            assert parsed.problems == ()
            if item.key not in self.keys:
                self.keys.add(item.key)
                self.reviews |= {str(review.external_id): review for review in parsed.reviews}
        await self.source.confirm(self.state)
        return poll

    def stars(self) -> dict[str, float | None]:
        return {name: r.rating.value if r.rating else None for name, r in self.reviews.items()}


def stars_of(google: GoogleServer) -> dict[str, float | None]:
    numbers = {"ONE": 1.0, "TWO": 2.0, "THREE": 3.0, "FOUR": 4.0, "FIVE": 5.0}
    return {review["reviewId"]: numbers.get(review["starRating"]) for review in google.reviews()}
