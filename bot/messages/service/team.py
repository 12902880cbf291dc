"""/people: who is on the team, with a button for each; and what became of a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.messages.buttons import keyboards, payload
from bot.messages.buttons.payload import Verb
from bot.messages.text.formatting import COMMA, NEWLINE, Words, joined
from bot.messages.text.message import Button, Html, Rendered
from bot.messages.text.sanitize import CHAT_LIMIT, PERSON_LIMIT, safe
from bot.model.people import Role

_IN_A_ROW = 5
_SHOWN = 20
_NAME_LIMIT = 40
_MOST_GROUPS = 5


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A person with one role.

    Attributes:
        place: the location, or the business where it is all of them.
        since: when the role was given.
    """

    person_id: int
    name: str
    role: Role
    place: str
    since: datetime


def team(
    rows: Sequence[TeamRow],
    words: Words,
    *,
    business_id: int,
    business_name: str,
    groups: Sequence[str],
    now: datetime,
) -> Rendered:
    """Everybody with a role in a business, and the groups in which its incidents are read."""
    lines = [words.say("team.headline", business=safe(business_name, _NAME_LIMIT))]
    lines += [Html(f"{number}. {_line(row, words, now)}") for number, row in enumerate(rows[:_SHOWN], start=1)]
    if len(rows) > _SHOWN:
        lines.append(words.say("count.more", len(rows) - _SHOWN))
    if groups:
        lines.append(words.say("team.reads", groups=_groups(groups)))
    buttons = [
        Button(str(number), data=payload.build(Verb.SHOW_PERSON, row.person_id))
        for number, row in enumerate(rows[:_SHOWN], start=1)
    ]
    numbers = tuple(tuple(buttons[at : at + _IN_A_ROW]) for at in range(0, len(buttons), _IN_A_ROW))
    return Rendered(joined(lines, NEWLINE), (*numbers, *keyboards.plain_row((Verb.INVITE,), business_id, words)))


def person(rows: Sequence[TeamRow], words: Words, *, now: datetime, is_self: bool) -> Rendered:
    """One person's roles, with what an owner may do about them; nobody removes oneself."""
    shown = joined([_line(row, words, now) for row in rows], NEWLINE)
    verbs = (Verb.REMOVE_PERSON, Verb.CHANGE_ROLE)
    return Rendered(shown, () if is_self else keyboards.plain_row(verbs, rows[0].person_id, words))


def removed(name: str, business_name: str, words: Words, *, groups: Sequence[tuple[str, bool | None]]) -> Rendered:
    """A person's roles were taken; in which groups the person still reads along, and of which that is not known.

    Args:
        name: the person.
        business_name: of what.
        words: the chat's.
        groups: those that get its incidents, each with whether the person is a member; None where nobody knows.
    """
    who, where = safe(name, PERSON_LIMIT), safe(business_name, _NAME_LIMIT)
    lines = [words.say("team.removed", name=who, business=where)]
    for key, state in (("team.still", True), ("team.unknown", None)):
        if its := [title for title, is_member in groups if is_member is state]:
            lines.append(words.say(key, groups=_groups(its), name=who))
    if groups and not any(is_member in (True, None) for _, is_member in groups):
        lines.append(words.say("team.in_none", name=who))
    return Rendered(joined(lines, NEWLINE))


def changed(row: TeamRow, words: Words) -> Rendered:
    """A person has another role now."""
    return Rendered(
        words.say(
            "team.changed",
            name=safe(row.name, PERSON_LIMIT),
            role=words.say(f"team.role.{row.role}"),
            place=safe(row.place, _NAME_LIMIT),
        )
    )


def _line(row: TeamRow, words: Words, now: datetime) -> Html:
    return words.say(
        "team.line",
        name=safe(row.name, PERSON_LIMIT),
        role=words.say(f"team.role.{row.role}"),
        place=safe(row.place, _NAME_LIMIT),
        since=words.moment(row.since, now),
    )


def _groups(names: Sequence[str]) -> Html:
    return joined([safe(name, CHAT_LIMIT) for name in names[:_MOST_GROUPS]], COMMA)
