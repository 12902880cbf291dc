"""Reads the reviews in a mail, or says why it holds none."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

import regex

from bot.model.ingest import stub
from bot.model.ingest.poll import Filed, Outcome, Parsed, RawItem
from bot.model.review import ParsedReview
from bot.reasons import Reason, reason
from bot.sources.mail.auth import Verdict, verdict
from bot.sources.mail.fields import Item, SlowPatternError, items_of, search, wanted_count
from bot.sources.mail.rules import MailRule, Rules
from bot.sources.mail.text import Mail, headers_of, take_apart
from bot.text.fold import fold

KIND: Final = "mail"
"""`RawItem.kind` of a mail."""
LARGEST: Final = 512 * 1024
"""Most bytes of a mail that are read; a notification of a review is far smaller."""
_REVIEW_LIKE: Final = regex.compile(
    r"(?i)review|rating|\bstars?\b|bewertung|rezension|\bsterne?\b|\bavis\b|rese[nñ]a|recensi|opini|evaluaci|⭐|★"
)
_CLOCK_OFF: Final = timedelta(minutes=10)
_ON_THE_WAY: Final = timedelta(days=2)
_ID_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class MailOptions:
    """What decides how mails are read.

    Attributes:
        rules: the rules in use.
        trusted: the ids of the owner's mail provider in Authentication-Results.
        unverified_counts: names of rules whose mails count without proof of the sender.
        places: what the platforms call the place, folded; empty: every mail is about it.
    """

    rules: Rules
    trusted: tuple[str, ...] = ()
    unverified_counts: tuple[str, ...] = ()
    places: frozenset[str] = frozenset()

    @property
    def digest(self) -> str:
        """A hash that changes when the same mail would be read differently."""
        rest = json.dumps([self.trusted, self.unverified_counts, sorted(self.places)])
        return sha256(f"{self.rules.digest}{rest}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Choice:
    """The rule that is about a mail; `fits` is False when only its sender is known and its subject looks like one."""

    rule: MailRule
    fits: bool


def choose(mail: Mail, rules: Rules) -> Choice | None:
    """The rule for a mail, by its headers alone; None for private mail, of which nothing is stored."""
    about = rules.of(mail.sender)
    subject = mail.one("subject")
    try:
        for rule in about:
            if _fits(rule, mail, subject):
                return Choice(rule, fits=True)
        refused = any(search(one, subject, what="not_subject") for rule in about for one in rule.not_subject)
    except SlowPatternError:
        refused = False
    if not about or refused or not _REVIEW_LIKE.search(subject):
        return None
    return Choice(about[0], fits=False)


def _fits(rule: MailRule, mail: Mail, subject: str) -> bool:
    return (
        all(any(search(p, v, what=name) for v in mail.every(name)) for name, p in rule.header.items())
        and any(search(one, subject, what="subject") for one in rule.subject)
        and not any(search(one, subject, what="not_subject") for one in rule.not_subject)
    )


def note(*, folder: str, uid: int, validity: int, received_at: datetime, size: int) -> str:
    """`RawItem.note` of a mail, as JSON: where it lay, its size and when it arrived."""
    values = {"folder": folder, "uid": uid, "validity": validity, "at": received_at.isoformat(), "size": size}
    return json.dumps(values)


def read(raw: RawItem, how: MailOptions) -> Parsed:
    """Read one mail; it is always filed, whatever it holds."""
    notes = json.loads(raw.note)
    received_at = datetime.fromisoformat(notes["at"]).astimezone(UTC)
    mail = take_apart(raw.body)
    choice = choose(mail, how.rules)
    rule = choice.rule if choice is not None else None

    def filed(outcome: Outcome, why: Reason | None = None, reviews: tuple[ParsedReview, ...] = ()) -> Parsed:
        about = Filed(
            outcome=outcome,
            rule=rule.name if rule else "",
            platform=rule.platform if rule else "",
            sender=mail.sender[:200],
            subject=mail.one("subject")[:300],
            sent_at=received_at,
            why=why,
        )
        return Parsed(reviews, filed=about)

    if choice is None or rule is None:
        return filed(Outcome.IGNORED, reason("mail_no_rule"))
    proof = verdict(mail, how.trusted)
    if proof is Verdict.FAILED:
        return filed(Outcome.FAILED, reason("mail_forged"))
    if proof is Verdict.UNVERIFIED and rule.name not in how.unverified_counts:
        return filed(Outcome.UNVERIFIED, reason("mail_unproved"))
    if not choice.fits:
        return filed(Outcome.UNREAD, reason("mail_subject"))
    try:
        items, promised = items_of(rule, mail), wanted_count(rule, mail)
    except SlowPatternError as error:
        return filed(Outcome.UNREAD, error.why)
    except RecursionError:
        return filed(Outcome.UNREAD, reason("mail_deep"))
    if how.places and any(_is_elsewhere(item, how.places) for item in items):
        return filed(Outcome.ELSEWHERE, reason("mail_elsewhere"))
    times = _Times.of(mail, received_at)
    whole = [one for one in items if not _missing(one, rule)]
    reviews = tuple(
        _review(item, rule, mail, times, proof=proof, key=raw.key, number=number)
        for number, item in enumerate(whole, start=1)
    )
    wanted = promised if promised is not None else max(len(items), 1)
    if len(reviews) == wanted:
        return filed(Outcome.READ, reviews=reviews)
    if rule.kind == "digest":
        return filed(Outcome.UNREAD, reason("mail_part", count=len(reviews), wanted=wanted), reviews)
    if notes["size"] > LARGEST:
        return filed(Outcome.UNREAD, reason("mail_long", most=LARGEST >> 10))
    lacks = _missing(items[0], rule)[0]
    if lacks in ("rating", "text"):
        return filed(Outcome.UNREAD, reason("mail_no_rating" if lacks == "rating" else "mail_no_text"))
    return filed(Outcome.UNREAD, reason("mail_no", field=lacks))


def unread(raw: RawItem, how: MailOptions, why: Reason) -> Parsed:
    """How a mail is filed whose body cannot be opened: its headers are read, and nothing else."""
    mail = headers_of(raw.body)
    choice = choose(mail, how.rules)
    filed = Filed(
        outcome=Outcome.UNREAD,
        rule=choice.rule.name if choice else "",
        platform=choice.rule.platform if choice else "",
        sender=mail.sender[:200],
        subject=mail.one("subject")[:300],
        sent_at=datetime.fromisoformat(json.loads(raw.note)["at"]).astimezone(UTC),
        why=why,
    )
    return Parsed((), filed=filed)


def _missing(item: Item, rule: MailRule) -> list[str]:
    return [name for name in rule.require if name not in item.values]


def _is_elsewhere(item: Item, places: Collection[str]) -> bool:
    found = item.values.get("place")
    return found is not None and fold(found.value) not in places


@dataclass(frozen=True, slots=True)
class _Times:
    """When the notification was written and when it arrived, aware UTC."""

    notified_at: datetime
    received_at: datetime

    @classmethod
    def of(cls, mail: Mail, received_at: datetime) -> _Times:
        """A Date header counts unless it lies after the arrival or more than two days before it."""
        try:
            at = parsedate_to_datetime(mail.one("date"))
            at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            return cls(received_at, received_at)
        if not received_at - _ON_THE_WAY <= at <= received_at + _CLOCK_OFF:
            return cls(received_at, received_at)
        return cls(at, received_at)


def message_id(mail: Mail, key: str) -> str:
    """The Message-ID, or `key`, the SHA-256 of the bytes, where there is none."""
    text = mail.one("message-id").strip().strip("<>")
    if not text:
        return key
    return text if len(text) <= _ID_LIMIT else sha256(text.encode()).hexdigest()


def _review(
    item: Item, rule: MailRule, mail: Mail, times: _Times, *, proof: Verdict, key: str, number: int
) -> ParsedReview:
    value = {name: found.value for name, found in item.values.items()}
    its_id = message_id(mail, key)
    details: dict[str, str] = {
        stub.VIA: "mail",
        stub.NOTIFIED_AT: times.notified_at.isoformat(),
        stub.RECEIVED_AT: times.received_at.isoformat(),
        stub.MESSAGE_ID: its_id,
        stub.RULE: rule.name,
        stub.VERDICT: proof.value,
    }
    if rule.text_max and _may_be_cut(value.get("text", ""), rule.text_max):
        details[stub.EXCERPT] = str(rule.text_max)
    if rule.kind == "digest":
        details[stub.TIME_INEXACT] = "1"
    if "place" in value:
        details[stub.PLACE] = value["place"]
    if "id" in value:
        details[stub.PLATFORM_ID] = value["id"]
    # An unproved mail must not pass for another one by copying its id.
    mark = "" if proof is Verdict.VERIFIED else "unverified:"
    own: dict[str, Any] = {"external_id": value["id"]} if "id" in value and not mark else {}
    return ParsedReview(
        rating=item.rating,
        text=value.get("text", ""),
        title=value.get("title", ""),
        author=value.get("author", ""),
        published_at=times.notified_at,
        platform=rule.platform,
        language=None,
        url=_link(value.get("link", ""), rule),
        details=details,
        **{"external_id": f"{stub.PROVISIONAL}{mark}{its_id}:{number}", **own},
    )


def _may_be_cut(text: str, limit: int) -> bool:
    return len(text) >= limit or text.endswith(("...", "…"))


def _link(url: str, rule: MailRule) -> str:
    """A link to show; only to a host that the rule names, and only by HTTPS or HTTP."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    return url if parts.scheme in ("https", "http") and host in rule.link_hosts and len(url) <= 1000 else ""
