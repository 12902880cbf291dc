"""The list of severe events (`bot/data/severe.toml`), read and made ready to search."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from bot.errors import ConfigError
from bot.score.patterns import Patterns, entries_of
from bot.score.words import word_set
from bot.text.packaged import packaged

KINDS: Final = ("poisoning", "allergy", "injury", "threat", "discrimination", "money")
"""What a review can be severe for; each has a text in every catalogue."""

Loudness = Literal["sound", "silent", "vague"]

LOUDNESSES: Final[tuple[Loudness, ...]] = ("sound", "silent", "vague")
"""The loudest first."""

RULES: Final = ("imagined", "past", "elsewhere", "spared", "merry", "blunts")
_NEVER_BETWEEN: Final = word_set("not never nicht nie kein keine almost nearly fast beinahe")
EVENT_KEYS: Final = frozenset(
    {"id", "kind", "act", "except", "who", "alone", "with", "needs", "slots", "enough", "unless", "even_if"}
)
_CLASS: Final = re.compile(r"<([a-z_]+)>")


@dataclass(frozen=True, slots=True)
class Event:
    """An event as the file lists it; lists are given by the numbers of their groups.

    Attributes:
        kind: One of `KINDS`.
        who: One of these lists must stand shortly before the act; empty where anybody may have done it.
        alone: How loud the act alone is; None where it is nothing alone.
        together: List -> how loud the act is with one of its words near.
        needs: Each of these lists must stand in the act's sentence or the one beside it.
        slots: Lists that are looked for there as well: what makes a whole story of the act.
        enough: How many of the slots must be filled for the act to be so loud.
        unless: The words that show that something else is meant.
        even_if: Whether it counts where it is only imagined or announced.
    """

    kind: str
    who: frozenset[int]
    alone: Loudness | None
    together: Mapping[int, Loudness]
    needs: frozenset[int]
    slots: frozenset[int]
    enough: Mapping[Loudness, int]
    unless: int
    even_if: bool


@dataclass(frozen=True, slots=True)
class Events:
    """Every event, ready to search.

    Attributes:
        search: The acts alone: few texts hold one, and only those are searched for all lists.
        patterns: All lists and acts in one search.
        rules: Name of a rule -> its group.
        acts: Group -> the event whose act it is, and the phrase as the file writes it. Acts have the highest numbers.
        first_act: The lowest number of an act's group.
    """

    search: Patterns
    patterns: Patterns
    rules: Mapping[str, int]
    acts: Mapping[int, tuple[Event, str]]
    first_act: int


@cache
def severe_events() -> Events:
    """The events that come with the program, read once."""
    return read_events(packaged("severe.toml"))


def read_events(tree: Mapping[str, Any]) -> Events:
    """Make the content of a list of events ready to search.

    Raises:
        ConfigError: The content has mistakes; each is named.
    """
    problems = problems_of(tree, "severe.toml")
    if problems:
        raise ConfigError(problems)
    groups: list[list[str]] = []

    def add(entries: list[str]) -> int:
        groups.append(entries)
        return len(groups) - 1

    classes = classes_of(tree)

    def entries(block: str) -> list[str]:
        return [with_classes(entry, classes) for entry in phrases_of(block, tree["lists"])]

    rules = {name: add(entries(tree["rules"][name])) for name in RULES}
    lists = {name: add(entries(block)) for name, block in tree["lists"].items()}
    unless = [add(entries(table.get("unless", ""))) for table in tree["event"]]
    first_act = len(groups)
    acts: dict[int, tuple[Event, str]] = {}
    for table, its_unless in zip(tree["event"], unless, strict=True):
        event = Event(
            kind=table["kind"],
            who=frozenset(lists[name] for name in table.get("who", ())),
            alone=table.get("alone"),
            together={lists[name]: loudness for name, loudness in table.get("with", {}).items()},
            needs=frozenset(lists[name] for name in table.get("needs", ())),
            slots=frozenset(lists[name] for name in table.get("slots", ())),
            enough=table.get("enough", {}),
            unless=its_unless,
            even_if=table.get("even_if", False),
        )
        # A group for each phrase, so that a find knows by which one it was made.
        gone = frozenset(entries_of(table.get("except", "")))
        phrases = [one for one in phrases_of(table["act"], tree["lists"]) if one not in gone]
        acts |= {add([with_classes(phrase, classes)]): (event, phrase) for phrase in phrases}
    search = Patterns([[], *groups[first_act:]], never_between=_NEVER_BETWEEN, forgiving=True)
    return Events(search, Patterns(groups, never_between=_NEVER_BETWEEN, forgiving=True), rules, acts, first_act)


def phrases_of(block: str, lists: Mapping[str, str], inside: frozenset[str] = frozenset()) -> list[str]:
    """The entries of a block, each once; one that names a list as `<ill>` stands for all of that list.

    Args:
        block: The entries, as a file writes them.
        lists: The lists that may be named.
        inside: Names that are not followed, so that a list within itself ends.
    """
    found: dict[str, None] = {}
    for entry in entries_of(block):
        named = _CLASS.fullmatch(entry)
        if named and named[1] in lists:
            if named[1] not in inside:
                found |= dict.fromkeys(phrases_of(lists[named[1]], lists, inside | {named[1]}))
        else:
            found[entry] = None
    return list(found)


def classes_of(tree: Mapping[str, Any]) -> dict[str, str]:
    """The classes of words that phrases name as `<body>`, each as the alternatives of one slot: `arm|leg|hand`."""
    return {name: "|".join(entries_of(block)) for name, block in tree.get("words", {}).items()}


def with_classes(entry: str, classes: Mapping[str, str]) -> str:
    """An entry with the words of a class where it names one; a name that is not known stays."""
    return _CLASS.sub(lambda match: classes.get(match[1], match[0]), entry)


def problems_of(tree: Mapping[str, Any], name: str) -> list[str]:
    """What is wrong with a list of events; `name` is what its file is called."""
    lists = tree.get("lists", {})
    found = [f"{name}: [rules] has no {rule}" for rule in RULES if rule not in tree.get("rules", {})]
    for number, table in enumerate(tree.get("event", ()), 1):
        where = f"{name}, event {table.get('id', number)}"
        found += [f"{where}: {key} is not known here" for key in table.keys() - EVENT_KEYS]
        if table.get("kind") not in KINDS:
            found.append(f"{where}: kind must be one of {', '.join(KINDS)}")
        if not isinstance(table.get("act"), str):
            found.append(f'{where}: write the phrases as act = """fell sick, ..."""')
        names = (*(name for key in ("who", "with", "needs", "slots") for name in table.get(key, ())),)
        found += [f"{where}: there is no list {one}; write it under [lists]" for one in names if one not in lists]
        alone = [table["alone"]] if "alone" in table else []
        loud = (*table.get("with", {}).values(), *table.get("enough", {}), *alone)
        found += [f"{where}: {one} must be one of {', '.join(LOUDNESSES)}" for one in loud if one not in LOUDNESSES]
    return found
