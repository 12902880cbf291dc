"""Google Business Profile: the reviews of a listing that the business owns, through Google's own API.

Wire format: developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews/list.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, ClassVar, Final, Literal, Self
from urllib.parse import quote

from pydantic import Field, SecretStr, model_validator

from bot.configured.keeping import Terms
from bot.errors import BadRowError, UnreadableFileError
from bot.model.ingest.poll import problem
from bot.model.review import ParsedReview
from bot.part import one_secret
from bot.reasons import reason
from bot.settings import SourceSettings
from bot.sources.contract.answers import json_object, strange_answer
from bot.sources.contract.changes import Known
from bot.sources.contract.http import Answer, ask
from bot.sources.contract.settings import ApiUrl, host_of, path_part
from bot.sources.contract.source import Parsed, Poll, Problem, RawItem, SourceContext, State
from bot.sources.google.auth import GoogleApp, SignIn, read_token
from bot.sources.google.errors import api_error
from bot.sources.google.pages import PAGE_SIZE, Page, read_page, walk
from bot.sources.google.review import read_rating, read_review, review_id

_WHO: Final = "Google"
_PLACE_HINT: Final = "`reviewbot connect google` shows the right one"


class GoogleSettings(SourceSettings):
    """A listing on Google.

    Attributes:
        account: "accounts/123" or "123"; `reviewbot connect google` shows it.
        location: "locations/456" or "456".
        client_id: the OAuth app's id (Google Cloud console, an app of type Desktop).
        client_secret: the app's secret; or give `client_secret_file`.
        client_secret_file: a file with the secret and nothing else.
        refresh_token: what the sign-in gave; or give `refresh_token_file`.
        refresh_token_file: where `reviewbot connect google` keeps it; it may not exist yet.
        base_url: the API with the reviews.
        token_url: where the sign-in is renewed.
        auth_url: where the browser goes for the sign-in.
        accounts_url: the API that lists accounts; used by `reviewbot connect google`.
        information_url: the API that lists locations; used by `reviewbot connect google`.
    """

    terms: ClassVar[Terms] = Terms(
        "Google's policies for this API name no number of days; its general terms forbid permanent copies (5e)",
        "https://developers.google.com/terms#e_prohibitions_on_content",
    )

    type: Literal["google"] = "google"
    platform: str = "google"
    account: Annotated[str, path_part(prefix="accounts/", hint=f"like accounts/123; {_PLACE_HINT}")]
    location: Annotated[str, path_part(prefix="locations/", hint=f"like locations/123; {_PLACE_HINT}")]
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: SecretStr = SecretStr("")
    client_secret_file: Path | None = None
    refresh_token: SecretStr = SecretStr("")
    refresh_token_file: Path | None = None
    base_url: ApiUrl = "https://mybusiness.googleapis.com"
    token_url: ApiUrl = "https://oauth2.googleapis.com/token"  # noqa: S105 -- an address
    auth_url: ApiUrl = "https://accounts.google.com/o/oauth2/v2/auth"
    accounts_url: ApiUrl = "https://mybusinessaccountmanagement.googleapis.com"
    information_url: ApiUrl = "https://mybusinessbusinessinformation.googleapis.com"

    @model_validator(mode="after")
    def _has_secrets(self) -> Self:
        secret = one_secret(self.client_secret, self.client_secret_file, key="client_secret")
        object.__setattr__(self, "client_secret", secret)
        # The file may not be there yet, so it is read when it is needed.
        if self.refresh_token_file is None or self.refresh_token.get_secret_value():
            hint = "; `reviewbot connect google` writes the file"
            token = one_secret(self.refresh_token, self.refresh_token_file, key="refresh_token", hint=hint)
            object.__setattr__(self, "refresh_token", token)
        return self

    def hosts(self) -> tuple[str, ...]:
        """The API with the reviews and the renewal of the sign-in."""
        return tuple(dict.fromkeys(map(host_of, (self.base_url, self.token_url))))

    def app(self) -> GoogleApp:
        """The OAuth app, for signing in."""
        return GoogleApp(
            client_id=self.client_id,
            client_secret=self.client_secret,
            auth_url=self.auth_url,
            token_url=self.token_url,
            accounts_url=self.accounts_url,
            information_url=self.information_url,
        )

    def sign_in_token(self) -> SecretStr:
        """The refresh token as it is now.

        Raises:
            SourceRefusedError: its file is not there yet.
        """
        return self.refresh_token if self.refresh_token_file is None else read_token(self.refresh_token_file)


class Google:
    """The reviews of one listing.

    A poll reads from the newest change back to what is known, with an overlap; once a week the whole list is read.
    """

    absence_means_gone: ClassVar[bool] = True

    def __init__(self, settings: GoogleSettings, around: SourceContext) -> None:
        assert around.http is not None, "this source needs a client"
        self._http = around.http
        self._place = f"{settings.account}/{settings.location}"
        self._url = f"{settings.base_url}/v4/{self._place}/reviews"
        self._sign_in = SignIn(settings.app(), http=around.http, refresh_token=settings.sign_in_token)

    async def poll(self, state: State, now: datetime) -> Poll:
        """Look for new, changed and, once a week, vanished reviews.

        Raises:
            SourceUnreachableError: try again later.
            SourceRefusedError: the owner has to act first.
        """
        known = Known.of(state, place=self._place)
        until = known.since(now)

        async def fetch(token: str) -> Page:
            return read_page(await self._page(token, now))

        reading = await walk(fetch, until=until)
        ids = {one for page in reading.pages for one in page.ids}
        known.refuse_empty(len(ids), who=_WHO)
        if reading.is_steady:
            known = known.after(
                (page.newest for page in reading.pages),
                now=now,
                swept=len(ids) if until is None else None,
                is_endless=reading.is_endless,
            )
        count = len(reading.pages)
        return Poll(
            items=tuple(
                RawItem(key=page.key, name=f"Google reviews, page {count - i} of {count}", body=page.body)
                for i, page in enumerate(reading.pages)
            ),
            state=known.state(place=self._place),
            is_complete=until is None and reading.is_steady and not reading.is_endless,
            problems=_endless(count) if reading.is_endless else (),
        )

    def parse(self, raw: RawItem) -> Parsed:
        """Read one page.

        Raises:
            UnreadableFileError: it is not a page of reviews.
        """
        page = json_object(raw.body)
        entries = page.get("reviews", []) if page is not None else None
        if not isinstance(entries, list):
            raise UnreadableFileError(reason("api_list"))
        reviews: dict[str, ParsedReview] = {}
        problems = []
        for line, entry in enumerate(entries, start=1):
            try:
                review = read_review(entry)
                before = reviews.get(review.external_id or "")
                if before is None or _changed_at(before) <= _changed_at(review):
                    reviews[review.external_id or ""] = review
                read_rating(entry)
            except BadRowError as error:
                problems.append(problem(raw.name, line, error))
        return Parsed(reviews=tuple(reviews.values()), problems=tuple(problems))

    async def ask_for(self, external_id: str, now: datetime) -> RawItem | None:
        """One review, as a page that holds it alone (accounts.locations.reviews.get); None where Google shows none.

        Raises:
            SourceUnreachableError: try again later.
            SourceRefusedError: the owner has to act first.
        """
        url = f"{self._url}/{quote(external_id, safe='')}"
        answer = await self._ask(url, {}, now)
        if answer.status == 401:
            self._sign_in.forget()
            answer = await self._ask(url, {}, now)
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise api_error(answer, now=now)
        entry = json_object(answer.body)
        if entry is None or review_id(entry) != external_id:
            raise strange_answer("something else than the review that was asked for", who=_WHO)
        page = read_page(json.dumps({"reviews": [entry]}).encode())
        return RawItem(key=f"one:{page.key}", name="Google review", body=page.body)

    async def confirm(self, state: State) -> None:
        """Nothing to do: Google is not told what is stored."""

    async def _page(self, token: str, now: datetime) -> bytes:
        params = {"pageSize": str(PAGE_SIZE), "orderBy": "updateTime desc"}
        if token:
            params["pageToken"] = token
        # Lists are known to answer 404 now and then for a listing that is there.
        answer = await self._ask(self._url, params, now, retry_also=(404,))
        if answer.status == 401:
            # The access token may have been withdrawn before its end.
            self._sign_in.forget()
            answer = await self._ask(self._url, params, now, retry_also=(404,))
        if answer.status != 200:
            raise api_error(answer, now=now)
        return answer.body

    async def _ask(
        self, url: str, params: Mapping[str, str], now: datetime, *, retry_also: Collection[int] = ()
    ) -> Answer:
        headers = (await self._sign_in.access(now)).headers
        return await ask(self._http, "GET", url, who=_WHO, params=params, headers=headers, retry_also=retry_also)


def _changed_at(review: ParsedReview) -> datetime:
    return review.edited_at or review.published_at


def _endless(pages: int) -> tuple[Problem, ...]:
    return (problem("Google reviews", None, reason("api_endless", who=_WHO, pages=pages)),)
