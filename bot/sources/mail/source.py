"""Reads the mails that platforms send about new reviews from the owner's mailbox, without changing anything in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, ClassVar, Final, TypeVar

from bot.errors import SourceDownReason, SourceRefusedError, SourceUnreachableError
from bot.model.ingest.poll import Parsed, Poll, RawItem, State
from bot.reasons import Reason
from bot.sources.contract.source import SourceContext
from bot.sources.mail.apart import MailReader, without_addresses
from bot.sources.mail.imap import TIMEOUT_S, Fetched, Visit, visit
from bot.sources.mail.read import KIND, LARGEST, Choice, MailOptions, choose, note, unread
from bot.sources.mail.rules import Rules, RulesError
from bot.sources.mail.settings import MailboxSettings
from bot.sources.mail.text import headers_of
from bot.threads import in_own_thread

__all__ = ["Mailbox", "MailboxSettings"]

HEADERS_AT_ONCE: Final = 2000
MAILS_AT_ONCE: Final = 500
BYTES_AT_ONCE: Final = 16 * 2**20
_CHUNK: Final = 100
_CHUNK_BYTES: Final = 4 * 2**20
_BEFORE: Final = timedelta(days=3)
"""How far before the last known mail a folder is read again after its UIDVALIDITY has changed."""
_DEADLINE_S: Final = 300.0
_IDLE_S: Final = 50.0
"""How long one IDLE lasts; a search follows. Home routers forget a silent connection after a minute or more."""
_AFTER_EMPTY_HINT_S: Final = 5.0
"""Least time between two searches that found nothing: some servers repeat the number of mails at every IDLE."""
_HEADERS: Final = ("from", "subject", "date", "message-id")
T = TypeVar("T")


@dataclass(slots=True)
class _Budget:
    """How much one poll may still read."""

    headers: int = HEADERS_AT_ONCE
    mails: int = MAILS_AT_ONCE
    size: int = BYTES_AT_ONCE

    @property
    def is_spent(self) -> bool:
        return min(self.headers, self.mails, self.size) <= 0


@dataclass(slots=True)
class _Look:
    """What one poll has found so far."""

    reading: MailOptions
    items: list[tuple[datetime, RawItem]] = field(default_factory=list)
    folders: dict[str, Any] = field(default_factory=dict)
    budget: _Budget = field(default_factory=_Budget)


class Mailbox:
    """The review mails of one mailbox.

    The state remembers for each folder its UIDVALIDITY, the number of the last mail looked at and when that arrived.
    """

    absence_means_gone: ClassVar[bool] = False

    def __init__(
        self,
        settings: MailboxSettings,
        around: SourceContext,
        *,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._settings = settings
        self._timeout_s = timeout_s
        self._reader = MailReader(settings.reading())
        self._uids: tuple[int, int] | None = None

    async def poll(self, state: State, now: datetime) -> Poll:
        """Look for new mails of the senders that rules name.

        Raises:
            SourceUnreachableError: try again later.
            SourceRefusedError: the owner has to act first.
        """
        try:
            reading = await asyncio.to_thread(self._settings.reading)
        except RulesError as error:
            raise SourceRefusedError("\n".join(error.problems), reason=SourceDownReason.RULES) from error
        if reading.digest != self._reader.how.digest:
            self._reader = MailReader(reading)
        return await self._in_thread(lambda at: self._look(at, self._known(state), state, now), limit_s=_DEADLINE_S)

    def parse(self, raw: RawItem) -> Parsed:
        """Read one mail in the process for that; where it holds no review, `Parsed.filed` says why.

        Raises:
            UnreadableFileError: it cannot be read, or ended the process.
        """
        return self._reader.read(raw)

    def unread(self, raw: RawItem, why: Reason) -> Parsed:
        """How a mail is filed whose body cannot be opened."""
        return unread(raw, self._reader.how, why)

    async def confirm(self, state: State) -> None:
        """Nothing to do: mails stay where they are, unread."""

    async def news(self) -> None:
        """Return when there is new mail in the first folder (IDLE, in slices of less than a minute).

        Raises:
            SourceUnreachableError, SourceRefusedError: as `poll`.
        """
        await self._in_thread(self._idle, limit_s=None)

    @property
    def listens(self) -> bool:
        """Whether `news` is to be waited for."""
        return self._settings.idle

    def from_file(self, body: bytes, now: datetime) -> RawItem:
        """The raw item that `poll` would give for a mail that lies in a file."""
        return _item(Fetched(0, len(body), now, body[:LARGEST]), None, folder="a file", validity=0)

    @property
    def rules(self) -> Rules:
        """The rules in use."""
        return self._reader.how.rules

    async def of_sender(self, address: str, *, at_most: int = 20) -> list[RawItem]:
        """The newest mails of a sender in the folders, for teaching a rule; nothing is stored."""

        def look(at: Visit) -> list[RawItem]:
            found: list[RawItem] = []
            for name in at.folders(self._settings.folders):
                validity = at.open(name)
                uids = at.uids_after(0, sender=address)[-at_most:]
                its = [one.uid for one in at.headers(uids, _HEADERS) if headers_of(one.body).sender == address.lower()]
                found += [_item(one, None, folder=name, validity=validity) for one in at.bodies(its, cap=LARGEST)]
            return found

        return await self._in_thread(look, limit_s=_DEADLINE_S)

    def _known(self, state: State) -> Mapping[str, Any]:
        folders: Mapping[str, Any] = state.get("folders", {}) if state.get("account") == self._account_mark() else {}
        return folders

    def _account_mark(self) -> str:
        return sha256(f"{self._settings.user}\n{self._settings.host}".lower().encode()).hexdigest()[:16]

    async def _in_thread(self, work: Callable[[Visit], T], *, limit_s: float | None) -> T:
        """Run a visit in a thread; a thread cannot be stopped, so at the end of its time its connection is cut."""
        visits: list[Visit] = []

        def run() -> T:
            with visit(self._settings.account(), timeout=self._timeout_s, opened=visits.append) as at:
                return work(at)

        try:
            async with asyncio.timeout(limit_s):
                return await in_own_thread(run)
        except TimeoutError as error:
            raise SourceUnreachableError(
                f"{self._settings.host} is too slow; it is tried again by itself", reason=SourceDownReason.NO_ANSWER
            ) from error
        finally:
            for one in visits:
                one.abort()

    def _look(self, at: Visit, known: Mapping[str, Any], state: State, now: datetime) -> Poll:
        digest = self._reader.how.digest
        is_new_reading = bool(state) and state.get("reading") != digest
        look = _Look(self._reader.how)
        for name in at.folders(self._settings.folders):
            before = known.get(name)
            if before is not None and (look.budget.is_spent or not isinstance(before, Mapping)):
                look.folders[name] = before
            elif not look.budget.is_spent:
                self._folder(at, name, before, look, now=now, anew=is_new_reading)
        is_complete = not look.budget.is_spent and all(not one.get("since") for one in look.folders.values())
        items = tuple(item for _, item in sorted(look.items, key=lambda pair: pair[0]))
        after = {"account": self._account_mark(), "reading": digest, "folders": look.folders}
        return Poll(items, after, is_complete=is_complete, has_more=look.budget.is_spent, reads_anew=is_new_reading)

    def _folder(
        self, at: Visit, name: str, before: Mapping[str, Any] | None, look: _Look, *, now: datetime, anew: bool
    ) -> None:
        """Read what is new in one folder, as far as the budget goes.

        A folder that was made anew, and one whose rules have changed, is read again from a while ago: what is known
        already has the same key.
        """
        validity = at.open(name)
        first = (now - timedelta(days=self._settings.since_days)).date()
        uid, last_at = 0, ""
        since: date | None = first
        if before is not None:
            last_at = str(before.get("at", ""))
            if before.get("validity") != validity:
                since = (datetime.fromisoformat(last_at) - _BEFORE).date() if last_at else first
            elif not anew:
                uid = int(before["uid"])
                since = date.fromisoformat(before["since"]) if before.get("since") else None
        uids = at.uids_after(uid, since=since)
        budget = look.budget
        while uids and not budget.is_spent:
            chunk, uids = uids[:_CHUNK], uids[_CHUNK:]
            done, newest = self._chunk(at, chunk, look, folder=name, validity=validity)
            uid = max(uid, done)
            last_at = max(last_at, newest)
            if done < chunk[-1]:
                uids = [one for one in (*chunk, *uids) if one > done]
        left = {"since": since.isoformat()} if uids and since is not None else {}
        look.folders[name] = {"validity": validity, "uid": uid, "at": last_at, **left}

    def _chunk(self, at: Visit, uids: list[int], look: _Look, *, folder: str, validity: int) -> tuple[int, str]:
        """Read some mails; returns the last UID that was dealt with and the newest time of arrival."""
        names = dict.fromkeys((*_HEADERS, *look.reading.rules.headers))
        seen = at.headers(uids, tuple(names))
        look.budget.headers -= len(uids)
        wanted: list[tuple[Fetched, Choice]] = []
        for one in seen:
            choice = choose(headers_of(one.body), look.reading.rules)
            if choice is not None:
                wanted.append((one, choice))
        done, newest = uids[-1], max((one.received_at.isoformat() for one in seen), default="")
        while wanted:
            if look.budget.is_spent:
                return wanted[0][0].uid - 1, newest
            batch = _some(wanted)
            wanted = wanted[len(batch) :]
            choices = {one.uid: choice for one, choice in batch}
            for one in at.bodies(list(choices), cap=LARGEST):
                look.budget.mails -= 1
                look.budget.size -= len(one.body)
                item = _item(one, choices[one.uid], folder=folder, validity=validity)
                look.items.append((one.received_at, item))
        return done, newest

    def _idle(self, at: Visit) -> None:
        """Wait in slices; after each a search finds out whether there is a new mail, whatever the server said.

        The first call returns at once: a mail that came before the first search would else wait for the next poll.
        """
        folder = at.folders(self._settings.folders)[0]
        validity = at.open(folder)
        if self._uids is None or self._uids[0] != validity:
            self._uids = (validity, max(at.uids_after(0), default=0))
            return
        not_before = 0.0
        while not (newer := at.uids_after(self._uids[1])):
            is_hinted = at.wait_for_mail(_IDLE_S, not_before=not_before)
            not_before = _AFTER_EMPTY_HINT_S if is_hinted else 0.0
        self._uids = (validity, newer[-1])


def _some(wanted: list[tuple[Fetched, Choice]]) -> list[tuple[Fetched, Choice]]:
    """As many of the mails as one command may fetch, at least one."""
    batch: list[tuple[Fetched, Choice]] = []
    size = 0
    for one in wanted:
        size += min(one[0].size, LARGEST)
        if batch and size > _CHUNK_BYTES:
            break
        batch.append(one)
    return batch


def _item(one: Fetched, choice: Choice | None, *, folder: str, validity: int) -> RawItem:
    body = one.body if choice is None or not choice.rule.strip else without_addresses(one.body, choice.rule)
    return RawItem(
        key=sha256(one.body).hexdigest(),
        name=headers_of(one.body).one("subject")[:200] or "a mail without a subject",
        body=body,
        kind=KIND,
        note=note(folder=folder, uid=one.uid, validity=validity, received_at=one.received_at, size=one.size),
    )
