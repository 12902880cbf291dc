"""Answers to commands: /status, /incidents, /help, and what a command that cannot be carried out is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.messages.buttons import keyboards
from bot.messages.buttons.keyboards import PersonChoice
from bot.messages.buttons.payload import Verb
from bot.messages.text import fragments
from bot.messages.text.formatting import COMMA, NEWLINE, Words, fitting, joined, number_sign
from bot.messages.text.fragments import incident_name
from bot.messages.text.message import Html, Rendered
from bot.messages.text.sanitize import CHAT_LIMIT, PERSON_LIMIT, code, safe
from bot.messages.text.state_line import MARKS
from bot.model.incident import Incident, State

BUDGET: Final = 800
GENERAL: Final = (
    *("menu", "incidents", "reviews", "themes", "trend", "report", "add", "files", "people", "duty"),
    "status",
)
COMMANDS: Final = (
    *GENERAL,
    *("help", "settings", "privacy"),
    *("ack", "giveback", "assign", "snooze", "unsnooze", "resolve", "reopen", "normal", "why", "note"),
    *("still", "stopasking", "quiet", "routes", "away", "region"),
)
"""Every command of the chat, in the order they are registered."""

_STATUS_SIZES: Final = ((10, 5), (8, 3), (5, 2), (3, 1))
_MOST_ROWS: Final = 8
_MOST_LOST: Final = 2


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How a source is doing.

    Attributes:
        last_at: the last successful poll; next_at: when the next one is due.
        down_since: since when it cannot be read.
        location_name: set where the name alone could mean several sources.
        paused_until: an owner has said that nothing is read until then.
        unread_files: names of files in it that could not be read.
    """

    name: str
    last_at: datetime | None
    next_at: datetime | None
    down_since: datetime | None = None
    location_name: str = ""
    paused_until: datetime | None = None
    unread_files: tuple[str, ...] = ()

    @property
    def is_readable(self) -> bool:
        """Whether new reviews there are seen."""
        return self.down_since is None and self.last_at is not None


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An unresolved incident in a list: how many of its reviews are low, and how many severe."""

    incident_id: int
    state: State
    location_name: str
    names_location: bool
    count: int
    opened_at: datetime
    holder_name: str = ""
    snoozed_until: datetime | None = None
    severe: int = 0


@dataclass(frozen=True, slots=True)
class LostChat:
    """A chat that should get incidents and cannot be reached."""

    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class LearningFacts:
    """A place or a source of which the usual is not known well yet.

    Attributes:
        name: what is being learned.
        until: about when it is known; None: when 30 reviews have come.
        is_source: a source that came later than the others of its place.
    """

    name: str
    until: datetime | None
    is_source: bool = False


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """What /status says.

    Attributes:
        undelivered: messages that wait for Telegram, the oldest since `undelivered_since`.
        lost: chats that were given up.
        unscored_since: since when reviews have not been scored; None when they are.
        learning: what cannot be judged well yet.
    """

    sources: tuple[SourceStatus, ...]
    incidents: tuple[IncidentRow, ...]
    now: datetime
    undelivered: int = 0
    undelivered_since: datetime | None = None
    lost: tuple[LostChat, ...] = ()
    unscored_since: datetime | None = None
    learning: tuple[LearningFacts, ...] = ()


def status(facts: StatusFacts, words: Words) -> Rendered:
    """Which sources are readable, what is open, whether everything was delivered."""
    html = fitting(lambda size: _status(facts, words, *size), _STATUS_SIZES, BUDGET)
    return Rendered(html, keyboards.plain_row((Verb.TRY_NOW,), 0, words, primary=Verb.TRY_NOW))


def incidents(
    rows: Sequence[IncidentRow],
    words: Words,
    *,
    now: datetime,
    ended_lately: int = 0,
    last_id: int | None = None,
    last_ended_at: datetime | None = None,
) -> Rendered:
    """The unresolved incidents.

    Args:
        rows: newest first.
        words: how the chat is spoken to.
        now: the present moment.
        ended_lately: incidents that were resolved or closed in the last 30 days.
        last_id: the last incident that ended, for when none is open.
        last_ended_at: when that was.
    """
    if not rows:
        if last_id is None or last_ended_at is None:
            return Rendered(words.say("incidents.none"))
        last = words.say("incidents.last", incident=number_sign(last_id), at=words.at(last_ended_at, now))
        return Rendered(joined((words.say("incidents.none"), last), Html(" ")))
    shown = rows[:_MOST_ROWS]
    lines = [words.say("incidents.headline", len(rows)), *(_row(row, words, now) for row in shown)]
    if len(shown) < len(rows):
        lines.append(words.say("count.more", len(rows) - len(shown)))
    if ended_lately:
        lines.append(words.say("incidents.ended", ended_lately))
    return Rendered(joined(lines, NEWLINE), keyboards.cards(row.incident_id for row in shown))


def help_text(words: Words) -> Rendered:
    """What the bot does and which commands there are."""
    lines = [words.say("help.what")]
    lines += [Html(f"/{name} {words.say(f'help.{name}')}") for name in GENERAL]
    lines += [words.say("help.file"), words.say("help.moves"), words.say("help.examples")]
    return Rendered(joined(lines, NEWLINE))


def commands(words: Words) -> tuple[tuple[str, str], ...]:
    """Command and description, for Telegram's menu (setMyCommands)."""
    return tuple((name, words.text(f"command.{name}")) for name in COMMANDS)


def which_incident(command: str, words: Words) -> Rendered:
    """A command that needs an incident came without a number and not as a reply to a card."""
    return Rendered(words.say("command.which", example=_example(command, 12, words)))


def no_such_incident(incident_id: int, words: Words) -> Rendered:
    """There is no incident with this number that this chat may see."""
    return Rendered(words.say("command.no_incident", incident=number_sign(incident_id)))


def no_such_person(name: str, names: Sequence[str], incident_id: int, words: Words) -> Rendered:
    """Nobody on the team list is called so, or no name was given; who is."""
    people = joined([safe(one, PERSON_LIMIT) for one in names[:10]], COMMA)
    if not name.strip():
        return Rendered(
            words.say("command.which_person", people=people, example=_example("assign", incident_id, words))
        )
    return Rendered(words.say("command.no_person", name=safe(name, PERSON_LIMIT), people=people))


def several_people(name: str, people: Sequence[PersonChoice], incident: Incident, words: Words) -> Rendered:
    """More than one on the team list is called so: a button for each."""
    return Rendered(
        words.say("command.several_people", name=safe(name, PERSON_LIMIT)),
        keyboards.assign_to(incident, people),
    )


def not_a_time(text: str, incident_id: int, words: Words) -> Rendered:
    """The end of a snooze is missing, was not understood, or is more than seven days ahead."""
    examples = joined([code(f"/snooze {incident_id} {words.text(f'command.until.{n}')}") for n in (1, 2, 3)], COMMA)
    if not text:
        return Rendered(words.say("command.which_time", examples=examples))
    if text.isdecimal():
        return Rendered(words.say("command.bare_time", text=code(text), examples=examples))
    return Rendered(words.say("command.no_time", text=code(text), examples=examples))


def not_a_cause(text: str, incident_id: int, words: Words) -> Rendered:
    """The cause is missing or was not understood."""
    example = _example("resolve", incident_id, words)
    if not text:
        return Rendered(words.say("command.which_cause", example=example))
    return Rendered(words.say("command.no_cause", text=code(text), example=example))


def nothing_to_note(incident_id: int, words: Words) -> Rendered:
    """A note without words."""
    return Rendered(words.say("command.no_note", example=_example("note", incident_id, words)))


def _example(command: str, incident_id: int, words: Words) -> Html:
    """How a command is written for an incident, with something behind it where it takes something."""
    key = f"command.takes.{command}"
    return code(f"/{command} {incident_id} {words.text(key)}" if words.has(key) else f"/{command} {incident_id}")


def _status(facts: StatusFacts, words: Words, most_sources: int, most_incidents: int) -> Html:
    asked = [one for one in facts.sources if one.paused_until is None]
    readable = sum(1 for one in asked if one.is_readable)
    order = (
        sorted(facts.sources, key=lambda one: one.is_readable) if len(facts.sources) > most_sources else facts.sources
    )
    unread = sum(len(one.unread_files) for one in asked)
    lines = [words.say("status.headline", len(asked), readable=readable)]
    if unread:
        lines = [
            words.say(
                "status.headline_files", unread, sources=words.say("status.sources", len(asked), readable=readable)
            )
        ]
    lines += [_source(one, words, facts.now) for one in order[:most_sources]]
    if len(order) > most_sources:
        lines.append(words.say("count.more_sources", len(order) - most_sources))
    lines += [_learning(one, words, facts.now) for one in facts.learning[:most_incidents]]
    lines.append(_open(facts, words, most_incidents))
    if facts.undelivered and facts.undelivered_since is not None:
        since = words.moment(facts.undelivered_since, facts.now)
        lines.append(words.say("status.undelivered", facts.undelivered, since=since))
    else:
        lines.append(words.say("status.delivered"))
    if facts.unscored_since is not None:
        lines.append(words.say("status.unscored", since=words.moment(facts.unscored_since, facts.now)))
    for chat in facts.lost[:_MOST_LOST]:
        since = words.moment(chat.since, facts.now)
        lines.append(words.say("status.lost", chat=safe(chat.name, CHAT_LIMIT), since=since))
    if len(facts.lost) > _MOST_LOST:
        lines.append(words.say("count.more", len(facts.lost) - _MOST_LOST))
    return joined(lines, NEWLINE)


def _source(source: SourceStatus, words: Words, now: datetime) -> Html:
    line = _read(source, words, now)
    if not source.unread_files:
        return line
    more = len(source.unread_files) - 1
    unread = words.say("status.unread_file", file=code(source.unread_files[0]))
    return joined((line, unread, words.say("count.more", more) if more else Html("")))


def _read(source: SourceStatus, words: Words, now: datetime) -> Html:
    name = Html(
        fragments.source(source.name) + fragments.place_suffix(source.location_name, bool(source.location_name))
    )
    if source.paused_until is not None:
        return words.say("status.paused", source=name, until=words.moment(source.paused_until, now))
    if source.down_since is not None:
        return words.say("status.blind", source=name, since=words.moment(source.down_since, now))
    if source.last_at is None:
        return words.say("status.not_yet", source=name)
    last = words.moment(source.last_at, now)
    if source.next_at is None:
        return words.say("status.read", source=name, last=last)
    return words.say("status.read_next", source=name, last=last, next=words.moment(source.next_at, now))


def _learning(one: LearningFacts, words: Words, now: datetime) -> Html:
    name = fragments.source(one.name)
    if one.until is None:
        return words.say("status.learning_new", name=name)
    key = "status.learning_source" if one.is_source else "status.learning_place"
    return words.say(key, name=name, until=words.day(one.until, now))


def _open(facts: StatusFacts, words: Words, most: int) -> Html:
    if not facts.incidents:
        return words.say("incidents.none")
    parts = [
        Html(f"{incident_name(one.incident_id, one.location_name, one.names_location)} ({_who(one, words)})")
        for one in facts.incidents[:most]
    ]
    if len(facts.incidents) > most:
        parts.append(words.say("count.more", len(facts.incidents) - most))
    return words.say("status.open", incidents=joined(parts, COMMA))


def _row(row: IncidentRow, words: Words, now: datetime) -> Html:
    who = _who(row, words)
    if row.state is State.SNOOZED and row.snoozed_until is not None:
        who = words.say("incidents.snoozed", until=words.moment(row.snoozed_until, now))
    return words.say(
        "incidents.row",
        mark=Html(MARKS[row.state]),
        incident=incident_name(row.incident_id, row.location_name, row.names_location),
        low=joined(_counts(row, words), COMMA),
        duration=words.about(now - row.opened_at),
        who=who,
    )


def _counts(row: IncidentRow, words: Words) -> list[Html]:
    severe = words.say("severe.few", row.severe) if row.severe else Html("")
    return [words.say("count.low", row.count) if row.count or not row.severe else Html(""), severe]


def _who(row: IncidentRow, words: Words) -> Html:
    return safe(row.holder_name, PERSON_LIMIT) or words.say("person.nobody")
