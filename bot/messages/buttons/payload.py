"""The text behind a button: `verb:id:version[:arg]`, ASCII, at most 59 of Telegram's 64 bytes.

It proves nothing: person, role, location, chat and state are checked at every press.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.model.incident import Cause

LONGEST: Final = 59
LONGEST_SNOOZE: Final = timedelta(days=7)


class Verb(StrEnum):
    """What a button does. The values are written into cards that stay in chats for years: they never change."""

    # An incident.
    ACKNOWLEDGE = "ack"
    GIVE_BACK = "una"
    PICK_PERSON = "asg"
    ASSIGN = "asp"
    PICK_TIME = "snz"
    SNOOZE = "sns"
    END_SNOOZE = "unz"
    PICK_CAUSE = "res"
    RESOLVE = "rsc"
    REOPEN = "rop"
    ACCEPT = "nrm"
    NOT_SEVERE = "nos"
    STILL = "stl"
    STOP_ASKING = "nag"
    WHY = "why"
    SAVE_EVIDENCE = "evd"
    REVIEWS = "rev"
    SHOW_CARD = "crd"
    PLAYBOOK = "pbk"
    TICK = "tck"
    BACK = "bak"
    # Something that was offered or shown.
    OPEN_INCIDENT = "opn"
    OPEN_FOR_REVIEW = "osv"
    OPEN_LATE = "opl"
    LEAVE_LATE = "lve"
    NOT_SEVERE_REVIEW = "nor"
    BUDGET = "bts"
    TURN_PAGE = "pag"
    FILTER = "flt"
    CLOSE = "cls"
    CANCEL = "cnl"
    TRY_NOW = "try"
    FIRST_READS = "rds"
    # A file or a typed review.
    LOCATION = "loc"
    COLUMNS_RIGHT = "mok"
    CHANGE_COLUMN = "mch"
    CHOOSE_COLUMN = "mcs"
    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    STARS = "str"
    PLATFORM = "plf"
    UNDO = "und"
    SKIPPED_ROWS = "skl"
    CHANGE_READING = "chg"
    SHOW_FILE = "fil"
    SCALE = "scl"
    COUNTS = "rcy"
    COUNTS_NOT = "rcn"
    # Chats and people.
    USE_GROUP = "gry"
    USE_TOPIC = "gtp"
    LEAVE_GROUP_ALONE = "gno"
    LANGUAGE = "lng"
    SEND_TEST = "tst"
    HEARD_TEST = "tok"
    TEST_ROUTE = "rte"
    INVITE = "inv"
    SHOW_PERSON = "per"
    REMOVE_PERSON = "rmv"
    CHANGE_ROLE = "rol"
    # The menu.
    MENU = "mnu"
    MENU_PLACE = "mpl"
    MENU_SOURCE = "msr"
    SET_CHAT = "stc"
    SET_PLACE = "stp"
    SET_SOURCE = "sts"
    ROTA = "rta"
    SWITCH_ROUTE = "rts"
    SHOW_ROUTES = "rls"
    SET_CHAIN = "chn"
    INVITE_HERE = "ivh"
    CONNECT_GROUP = "cgr"
    SHOW_PEOPLE = "ppl"
    SHOW_FILES = "fls"
    SHOW_STATUS = "sta"
    # A guest's data.
    SHOW_PRIVACY = "prv"
    ASK_TO_ERASE = "era"
    ERASE = "ers"


_FORM: Final = re.compile(
    r"(?P<verb>[a-z]{3}):(?P<id>0|[1-9][0-9]{0,18}):(?P<version>0|[1-9][0-9]{0,9})(?::(?P<arg>[a-z0-9_-]{1,24}))?",
    re.ASCII,
)
_MARKED: Final = frozenset({Verb.BUDGET, Verb.OPEN_LATE, Verb.LEAVE_LATE})
"""Verbs of buttons under a back-test or what came too late: they carry its mark instead of an incident's version."""

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,11}", re.ASCII)
_MINUTES_BELOW: Final = 100_000  # anything larger is a Unix time


@dataclass(frozen=True, slots=True)
class Payload:
    """What a press says.

    Attributes:
        verb: what it does.
        target_id: the incident, location or review that the button belongs to; 0 where there is none.
        version: of the incident when the button was drawn; 0 where there is none.
        mark: of the back-test or the late clusters under which the button stands, which is written in the version's
            place; else 0.
        arg: anything else, up to 24 of a-z 0-9 _ -.
    """

    verb: Verb
    target_id: int
    version: int = 0
    arg: str = ""
    mark: int = 0


def build(verb: Verb, target_id: int = 0, version: int = 0, arg: str = "", *, mark: int = 0) -> str:
    """Write a payload.

    Raises:
        ValueError: a part does not fit; that is a mistake of the caller, never of the person in the chat.
    """
    text = f"{verb}:{target_id}:{mark if verb in _MARKED else version}" + (f":{arg}" if arg else "")
    if parse(text) is None:
        raise ValueError(f"{text!r} does not fit into a button")
    return text


def parse(text: str) -> Payload | None:
    """Read a payload; None for anything that `build` does not write."""
    match = _FORM.fullmatch(text)
    if match is None or match["verb"] not in set(Verb):
        return None
    verb, number = Verb(match["verb"]), int(match["version"])
    is_marked = verb in _MARKED
    return Payload(
        verb=verb,
        target_id=int(match["id"]),
        version=0 if is_marked else number,
        arg=match["arg"] or "",
        mark=number if is_marked else 0,
    )


def person_id(arg: str) -> int | None:
    """The person whom the incident is assigned to."""
    return int(arg) if _NUMBER.fullmatch(arg) else None


def cause(arg: str) -> Cause | None:
    """The cause that an incident is resolved with."""
    return Cause(arg) if arg in set(Cause) else None


def snooze_until(arg: str, now: datetime) -> datetime | None:
    """The end of a snooze: minutes from now or a Unix time; None when it is past or more than seven days ahead."""
    if not _NUMBER.fullmatch(arg):
        return None
    number = int(arg)
    if number >= _MINUTES_BELOW and number > now.timestamp() + LONGEST_SNOOZE.total_seconds():
        return None
    until = now + timedelta(minutes=number) if number < _MINUTES_BELOW else datetime.fromtimestamp(number, UTC)
    return until if now < until <= now + LONGEST_SNOOZE else None
