"""An incident, and what a card about it shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.model.card_lines import Aftermath, MentionedTheme, SharedFact, SmearCount
from bot.model.duty import DutyFacts
from bot.model.escalated import Escalated
from bot.model.review import Rating


class State(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def is_over(self) -> bool:
        """Whether nobody has to do anything any more."""
        return self in (State.RESOLVED, State.CLOSED)


class Severity(StrEnum):
    """How much stronger the incident is than at its start."""

    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0, 1 or 2, for comparing."""
        return list(Severity).index(self)


class Cause(StrEnum):
    """What a person says it was, when resolving."""

    FOOD = "food"
    SERVICE = "service"
    WAITING = "waiting"
    PRICE = "price"
    CLEANLINESS = "cleanliness"
    OTHER = "other"
    SMEAR = "smear"
    FALSE = "false"


class Rule(StrEnum):
    """Which rule opened an incident instead of the odds."""

    OWNER = "owner"
    FLOOR = "floor"


class Transition(StrEnum):
    """Everything that can happen to an incident. The last six are the program's own."""

    ACKNOWLEDGE = "acknowledge"
    GIVE_BACK = "give_back"
    ASSIGN = "assign"
    SNOOZE = "snooze"
    END_SNOOZE = "end_snooze"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    ACCEPT = "accept"
    NOTE = "note"
    STAY = "stay"
    OPEN = "open"
    SNOOZE_OVER = "snooze_over"
    EXPIRE = "expire"
    CLOSE = "close"
    RECUR = "recur"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Shared:
    """What the low reviews of a window have in common most of all.

    Attributes:
        theme: the theme; empty where it is a word.
        word: the word; empty where it is a theme.
        count: of the window's texts, how many have it.
        of: the window's texts.
        usual: of the earlier ones, how many have it.
        usual_of: the earlier ones.
    """

    theme: str
    word: str
    count: int
    of: int
    usual: int
    usual_of: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the detector said when it raised the alarm.

    Attributes:
        n: low reviews within the window.
        expected: low reviews that are usual in such a window.
        recurrence_years: by chance alone this happens at most once in so many years, on average.
        by_rule: the rule that opened it whatever the odds.
        is_new_place: the location's own history is too short to know what is usual.
        shared: what its reviews have in common, where that was part of the reason.
    """

    n: int
    window_h: float
    expected: float
    recurrence_years: float
    by_rule: Rule | None = None
    is_new_place: bool = False
    shared: Shared | None = None


SEVERE: Final = "severe"
"""The reason of an incident that a single severe review opened."""


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident as it is stored.

    Attributes:
        incident_id: its number in the chat, #12.
        version: counts people's moves only, not growth.
        state_before: what a snooze came from and returns to; None outside a snooze.
        holder_id: who it is assigned to or acknowledged by.
        moved_by_id: who made the last move; None when the program did.
        last_move: the last move, for the card's state line.
        first_count: low reviews when it opened (or reopened).
        opened_at: when the program opened it; moved_at: when the last move happened.
        ended_at: when it was resolved or closed; None while unresolved.
        evidence: what the detector said; None for one that was opened by hand.
        settled_at: since when it has lasted so long that it may be accepted as the new normal.
        reason: `SEVERE` when the words of one review opened it, else empty.
    """

    incident_id: int
    location_id: int
    state: State
    severity: Severity
    version: int
    opened_at: datetime
    moved_at: datetime
    last_move: Transition
    first_count: int
    state_before: State | None = None
    holder_id: int | None = None
    moved_by_id: int | None = None
    snoozed_until: datetime | None = None
    cause: Cause | None = None
    note: str = ""
    ended_at: datetime | None = None
    evidence: Evidence | None = None
    settled_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CardReview:
    """A review of an incident (low, or there for its words) as a card or a review page shows it.

    Attributes:
        low_at: when it counts: published, or for a rating that was lowered the time of that edit.
        was_rating, edited_at: the rating before the last edit that changed it, and when that happened.
        tells_replies: what gave this review would tell of an answer.
        reply_url: where the business answers it on the platform; empty where the source does not say.
        media: how many pictures and videos the guest added.
        reply_refused: the platform did not publish the business's answer.
        gone_at: since when the platform does not show it any more.
        disagrees: the words read quite differently from the stars.
        is_excerpt: the text is only the beginning of what the guest wrote.
        severe: what its words are severe for, when they made it part of the incident; is_likely: not certainly.
        hides_words: the text is kept out of the chat, and empty here.
    """

    review_id: int
    rating: Rating | None
    text: str
    low_at: datetime
    is_date_only: bool
    source_name: str
    url: str = ""
    was_rating: Rating | None = None
    edited_at: datetime | None = None
    is_replied: bool = False
    tells_replies: bool = False
    reply_url: str = ""
    media: int = 0
    reply_refused: bool = False
    gone_at: datetime | None = None
    disagrees: bool = False
    is_excerpt: bool = False
    is_low: bool = True
    severe: str = ""
    is_likely: bool = False
    hides_words: bool = False

    @property
    def tells_answer(self) -> bool:
        """Whether it is known if the business has answered."""
        return self.tells_replies or self.is_replied


@dataclass(frozen=True, slots=True)
class SourceDown:
    """A source that cannot be read at the moment."""

    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class SevereWords:
    """What a severe review says.

    Attributes:
        kind: one of `bot.score.severe.find.KINDS`.
        quote: the guest's own words.
        is_likely: it is likely, not certainly, severe: people are asked to read it.
    """

    kind: str
    quote: str
    is_likely: bool = False


@dataclass(frozen=True, slots=True)
class StateFacts:
    """What is said of an incident where its reviews are only counted, as in the answer to a press.

    The attributes mean what they mean in `CardFacts`.
    """

    incident: Incident
    zone: ZoneInfo
    now: datetime
    holder_name: str = ""
    moved_by_name: str = ""
    review_count: int = 0
    is_severe: bool = False
    grown_by: int = 0
    escalated: Escalated | None = None


@dataclass(frozen=True, slots=True)
class CardFacts:
    """Everything a card says, already looked up.

    Attributes:
        reviews: the incident's reviews, newest first.
        names_location: the business has more than one location, so every headline names it.
        holder_name, moved_by_name: first names of the people, empty where there is none.
        usual_per_day: low reviews a day that are usual here; None where too little is known.
        open_for: how long it has been open in all, without the time between an end and a reopening.
        has_relaxed: as a false alarm it has made its location ask for more.
        grown_by: low reviews that came since `grown_since`, for the "2 new since 18:55" of an open incident.
        read_late: low reviews from the time of an incident that is over, which were read after its end.
        is_repeat: the message may arrive twice, after a restart while sending.
        delayed_from: the message should have gone out then; None when it is in time.
        theme: what the reviews mention; None until they have been read.
        shared: what the reviews have in common, where that was part of the reason for the alarm.
        smear: the signs of a smear campaign; None where they were not looked for.
        severe: the words of the severe reviews, newest first.
        hides_words: guests' words are kept out of the chat, and taken out of everything here.
        escalated: the last step of its escalation; None before the first, and where somebody has it.
        aftermath: what became of its reviews since it is over; None while there is nothing to say.
        files: photos and voice notes that are kept with it.
        quiet_until: the end of the chat's quiet hours, when it was told of the incident without sound in them.
        duty: who is on duty now, and who would be but is away; None where there is no rota or somebody has it.
    """

    incident: Incident
    location_name: str
    names_location: bool
    zone: ZoneInfo
    now: datetime
    reviews: tuple[CardReview, ...]
    holder_name: str = ""
    moved_by_name: str = ""
    usual_per_day: float | None = None
    open_for: timedelta | None = None
    has_relaxed: bool = False
    grown_by: int = 0
    grown_since: datetime | None = None
    read_late: int = 0
    sources_down: tuple[SourceDown, ...] = ()
    is_repeat: bool = False
    delayed_from: datetime | None = None
    delayed_until: datetime | None = None
    theme: MentionedTheme | None = None
    shared: SharedFact | None = None
    smear: SmearCount | None = None
    severe: tuple[SevereWords, ...] = ()
    hides_words: bool = False
    escalated: Escalated | None = None
    aftermath: Aftermath | None = None
    files: int = 0
    quiet_until: datetime | None = None
    duty: DutyFacts | None = None

    @property
    def review_count(self) -> int:
        """How many reviews belong to the incident."""
        return len(self.reviews)

    @property
    def is_severe(self) -> bool:
        """Whether the words of a review made it part of the incident."""
        return bool(self.severe)
