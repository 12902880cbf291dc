"""A strict Google on loopback: the sign-in, the list of reviews, accounts and locations, and faults on demand.

    with GoogleServer() as google:
        review = google.add_review(stars=1, comment="Cold soup")
        google.edit_review(review, stars=2)
        google.fail(GoogleFault.QUOTA_ZERO, times=1)
        settings = GoogleSettings(id="g", **google.settings())

What Google would refuse is refused in Google's own shape: an unknown query parameter, another order, no bearer, a wrong
code verifier. Times may be set with `at`; without it each change is a second after the one before.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from tests.contract.google_sign_in import LocalSignIn
from tests.contract.google_wire import (
    FAULTS,
    TRATTORIA,
    GoogleFault,
    RefusedError,
    error,
    offset_of,
    page_of,
    page_token,
)
from tests.contract.http_fake import Answer, Fault, HttpFake, Seen

__all__ = ["Fault", "GoogleFault", "GoogleServer"]
STARS = (None, "ONE", "TWO", "THREE", "FOUR", "FIVE")
START = datetime(2026, 11, 1, 12, tzinfo=UTC)


class GoogleServer(HttpFake):
    """Google on a loopback port, in its own threads; use it with `with`.

    Attributes:
        account: the account's resource name.
        location: the location's resource name.
        page_cap: the most reviews on one page, at most 50; Google may give fewer than asked for.
        on_page: called with the page's number (from 0) after it was made and before it is sent: change the list here.
        sign_in: consent and tokens.
    """

    account = "accounts/101"
    location = "locations/202"

    def __init__(self, *, page_cap: int = 50) -> None:
        super().__init__(self._answer_of, answers=FAULTS)
        self.page_cap = page_cap
        self.on_page: Callable[[int], None] = lambda number: None
        self.sign_in = LocalSignIn()
        self.places: dict[str, list[dict[str, Any]]] = {
            self.account: [{"name": self.location, **TRATTORIA}],
            "accounts/102": [],
        }
        self._now = START
        self._reviews: dict[str, dict[str, Any]] = {}
        self._hidden: dict[str, dict[str, Any]] = {}
        self._count = 0
        self._endless = 0

    @property
    def token_url(self) -> str:
        """The token endpoint."""
        return f"{self.base_url}/token"

    @property
    def auth_url(self) -> str:
        """Where the browser signs in."""
        return f"{self.base_url}/o/oauth2/v2/auth"

    def settings(self, **other: Any) -> dict[str, Any]:
        """The keys of a source in the configuration (without its id) that lead to this server."""
        tree = {
            "type": "google",
            "account": self.account,
            "location": self.location,
            "client_id": self.sign_in.client_id,
            "client_secret": self.sign_in.client_secret,
            "refresh_token": "1//test-refresh",
            "base_url": self.base_url,
            "token_url": self.token_url,
            "auth_url": self.auth_url,
            "accounts_url": self.base_url,
            "information_url": self.base_url,
        }
        return {key: value for key, value in (tree | other).items() if value is not None}

    def add_review(
        self,
        *,
        stars: int | None = 5,
        comment: str | None = None,
        author: str | None = "Ada Guest",
        at: datetime | None = None,
        review_id: str | None = None,
    ) -> str:
        """Publish a review and return its id; no author means an anonymous one."""
        with self._lock:
            self._count += 1
            name = review_id or f"AbFvOq{self._count:06}"
            moment = _stamp(self._moment(at))
            reviewer = {"displayName": author} if author else {"displayName": "A Google user", "isAnonymous": True}
            self._reviews[name] = {
                "name": f"{self.account}/{self.location}/reviews/{name}",
                "reviewId": name,
                "reviewer": {"profilePhotoUrl": "https://lh3.googleusercontent.com/a/x", **reviewer},
                "starRating": STARS[stars] if stars else "STAR_RATING_UNSPECIFIED",
                **({} if comment is None else {"comment": comment}),
                "createTime": moment,
                "updateTime": moment,
            }
            return name

    def edit_review(
        self, review_id: str, *, stars: int | None = None, comment: str | None = None, at: datetime | None = None
    ) -> None:
        """Let the guest change a review, which moves it to the top of the list."""
        with self._lock:
            review = self._reviews[review_id]
            if stars is not None:
                review["starRating"] = STARS[stars]
            if comment is not None:
                review["comment"] = comment
            review["updateTime"] = _stamp(self._moment(at))

    def reply(self, review_id: str, text: str, *, state: str = "APPROVED", at: datetime | None = None) -> None:
        """Let the owner answer; the review itself does not move."""
        with self._lock:
            moment = _stamp(self._moment(at))
            self._reviews[review_id]["reviewReply"] = {
                "comment": text,
                "updateTime": moment,
                "reviewReplyState": state,
            }

    def remove_review(self, review_id: str) -> None:
        """Let a review vanish."""
        with self._lock:
            self._hidden[review_id] = self._reviews.pop(review_id)

    def restore_review(self, review_id: str) -> None:
        """Let a vanished review come back as it was."""
        with self._lock:
            self._reviews[review_id] = self._hidden.pop(review_id)

    def change_raw(self, review_id: str, **fields: Any) -> None:
        """Set fields of a review as they travel; None removes one."""
        with self._lock:
            review = self._reviews[review_id]
            review.update(fields)
            for key in [key for key, value in review.items() if value is None]:
                del review[key]

    def reviews(self) -> list[dict[str, Any]]:
        """The list as Google orders it: the latest change first."""
        with self._lock:
            reviews = copy.deepcopy(list(self._reviews.values()))
        return sorted(reviews, key=lambda r: (r.get("updateTime", ""), r["name"]), reverse=True)

    def fail(self, fault: StrEnum, *, times: int | None = None, on: str = "/reviews", after: int = 0) -> None:
        """Let requests whose path ends with `on` fail from the one after `after` on, `times` times or until `heal`."""
        super().fail(fault, times=times, on=on, after=after)

    def expire_access_tokens(self) -> None:
        """Forget every access token, as if their hour were over."""
        with self._lock:
            self.sign_in.access_tokens.clear()

    def revoke(self) -> None:
        """Let every refresh and access token die."""
        with self._lock:
            self.sign_in.refresh_tokens.clear()
            self.sign_in.access_tokens.clear()

    def requests(self, ending: str = "/reviews") -> list[Seen]:
        """The requests so far whose path ends like this."""
        return super().requests(ending)

    def change(self, answer: Answer, fault: StrEnum) -> Answer:
        """Lists that do not end, beside what any platform's answers suffer."""
        if fault in (GoogleFault.SAME_TOKEN, GoogleFault.NEW_TOKENS):
            page = json.loads(answer.body)
            self._endless += 1
            page["nextPageToken"] = page_token(0 if fault is GoogleFault.SAME_TOKEN else self._endless)
            answer.body = json.dumps(page).encode()
        return super().change(answer, fault)

    def _moment(self, at: datetime | None) -> datetime:
        self._now = at or self._now + timedelta(seconds=1)
        return self._now

    def _answer_of(self, seen: Seen) -> Answer:
        try:
            return self._route(seen)
        except RefusedError as refused:
            return refused.answer

    def _route(self, seen: Seen) -> Answer:
        if seen.path == "/token" and seen.method == "POST":
            return self.sign_in.token(seen.form)
        if seen.path == "/o/oauth2/v2/auth" and seen.method == "GET":
            return self.sign_in.consent(seen.query)
        if seen.method != "GET":
            raise RefusedError(error(404, "NOT_FOUND", "Method not found."))
        if seen.bearer not in self.sign_in.access_tokens:
            raise RefusedError(FAULTS[Fault.UNAUTHENTICATED])
        if seen.path == f"/v4/{self.account}/{self.location}/reviews":
            return self._list(seen.query)
        listing, _, one = seen.path.rpartition("/")
        if listing == f"/v4/{self.account}/{self.location}/reviews" and not seen.query:
            with self._lock:
                review = self._reviews.get(one)
            if review is None:
                raise RefusedError(error(404, "NOT_FOUND", "Requested entity was not found."))
            return Answer(200, json.dumps(review).encode())
        if seen.path.startswith("/v4/"):
            raise RefusedError(FAULTS[Fault.NOT_FOUND])
        if seen.path == "/v1/accounts":
            accounts = [{"name": name, "accountName": f"Account {name[-3:]}"} for name in self.places]
            return page_of("accounts", accounts, query=seen.query, cap=20, allowed={"pageSize", "pageToken"})
        account = seen.path.removeprefix("/v1/").removesuffix("/locations")
        if seen.path == f"/v1/{account}/locations" and account in self.places:
            if "readMask" not in seen.query:
                raise RefusedError(error(400, "INVALID_ARGUMENT", "Request contains an invalid argument."))
            allowed = {"pageSize", "pageToken", "readMask", "filter", "orderBy"}
            return page_of("locations", self.places[account], query=seen.query, cap=100, allowed=allowed)
        raise RefusedError(FAULTS[Fault.NOT_FOUND])

    def _list(self, query: Mapping[str, str]) -> Answer:
        if query.get("orderBy", "updateTime desc") != "updateTime desc":
            raise RefusedError(error(400, "INVALID_ARGUMENT", f"Invalid order_by: {query['orderBy']}"))
        ordered = self.reviews()
        cap = min(self.page_cap, 50)
        allowed = {"pageSize", "pageToken", "orderBy"}
        number = offset_of(query.get("pageToken", ""))
        answer = page_of("reviews", ordered, query=query, cap=cap, allowed=allowed)
        page = json.loads(answer.body)
        if ordered:
            stars = [STARS.index(r["starRating"]) for r in ordered if r.get("starRating") in STARS[1:]]
            page |= {"averageRating": sum(stars) / (len(stars) or 1), "totalReviewCount": len(ordered)}
        answer.body = json.dumps(page, ensure_ascii=False, indent=2).encode()
        self.on_page(number // cap)
        return answer


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
