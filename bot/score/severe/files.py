"""The owner's own files of severe events, laid over the list that comes with the program (`bot/data/severe.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from bot.errors import ConfigError
from bot.score.patterns import PatternError, check, entries_of
from bot.score.severe.events import EVENT_KEYS, Events, classes_of, phrases_of, problems_of, read_events, with_classes
from bot.text.packaged import packaged

_TAKEN_OUT: Final = "except"
_ADDED: Final = ("act", "unless", _TAKEN_OUT)
_REMEMBERED: Final = 32


@lru_cache(maxsize=_REMEMBERED)
def events_with(files: tuple[tuple[str, str], ...]) -> Events:
    """The program's events with the owner's files laid over them, made once in each process.

    An event with a known id gets more phrases ("act", "unless") and loses those under "except"; its other keys replace
    what the list says. A new id is a new event. A known list or class of words gets more words.

    Args:
        files: The name and the text of each file, in their order.

    Raises:
        ConfigError: A file has mistakes; each is named with the file, the event and what to write instead.
    """
    tree: Mapping[str, Any] = packaged("severe.toml")
    for name, content in files:
        tree = _laid_over(tree, content, name)
    return read_events(tree)


def _laid_over(tree: Mapping[str, Any], content: str, name: str) -> dict[str, Any]:
    try:
        own = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{name}: {error}; write it like config/severe.example.toml"]) from None
    problems = _shape_problems(own, name)
    if problems:
        raise ConfigError(problems)
    words, lists = (_longer(tree.get(part, {}), own.get(part, {})) for part in ("words", "lists"))
    problems = _phrase_problems(own, name, classes_of({"words": words}), lists)
    if problems:
        raise ConfigError(problems)
    events = {table["id"]: table for table in tree["event"]}
    for table in own.get("event", ()):
        problems += _unknown_phrases(table, events.get(table["id"], {}), lists, f"{name}, event {table['id']}")
        events[table["id"]] = _merged(events.get(table["id"], {}), table)
    merged = {"words": words, "rules": tree["rules"], "lists": lists, "event": list(events.values())}
    problems += problems_of(merged, name)
    if problems:
        raise ConfigError(problems)
    return merged


def _longer(known: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """Lists with the words of others added."""
    return {key: f"{known.get(key, '')}\n{own.get(key, '')}" for key in {**known, **own}}


def _merged(known: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    event = {**known, **own}
    for key in _ADDED:
        if key in known or key in own:
            event[key] = f"{known.get(key, '')}\n{own.get(key, '')}"
    return event


def _shape_problems(own: Mapping[str, Any], name: str) -> list[str]:
    """What keeps a file from being laid over: the parts that are not what they should be."""
    found = [
        f'{name}: "{key}" is not known here; write [[event]], [lists] or [words]'
        for key in own.keys() - {"event", "lists", "words"}
    ]
    tables = own.get("event", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        return [*found, f"{name}: write [[event]] with two brackets on each side, one for each event"]
    for part in ("lists", "words"):
        if not isinstance(own.get(part, {}), dict):
            return [*found, f'{name}: write the lists as [{part}] and people = """guest, child"""']
        found += _text_problems(own.get(part, {}), f"{name}, list ")
    for number, table in enumerate(tables, 1):
        where = f"{name}, event {table.get('id', number)}"
        if not isinstance(table.get("id"), str):
            found.append(f'{where}: an event needs an id, such as id = "stomach"')
        found += [f'{where}: "{key}" is not known here' for key in table.keys() - EVENT_KEYS]
        found += _text_problems({key: table[key] for key in _ADDED if key in table}, f"{where}, ")
        if not _is_laid_out(table):
            found.append(f'{where}: write who = ["people"], with.care = "sound" and enough = {{ silent = 2 }}')
    return found


def _is_laid_out(table: Mapping[str, Any]) -> bool:
    enough = table.get("enough", {})
    return (
        isinstance(table.get("with", {}), dict)
        and all(isinstance(table.get(key, []), list) for key in ("who", "needs", "slots"))
        and isinstance(enough, dict)
        and all(isinstance(count, int) for count in enough.values())
    )


def _text_problems(blocks: Mapping[str, object], where: str) -> list[str]:
    return [
        f'{where}{key}: write the phrases as """fell sick, threw up"""'
        for key, block in blocks.items()
        if not isinstance(block, str)
    ]


def _phrase_problems(
    own: Mapping[str, Any], name: str, classes: Mapping[str, str], lists: Mapping[str, str]
) -> list[str]:
    """The entries of a file that cannot be read."""
    blocks = [(f"{name}, list {key}", block) for part in ("lists", "words") for key, block in own.get(part, {}).items()]
    blocks += [
        (f"{name}, event {table['id']}, {key}", table.get(key, "")) for table in own.get("event", ()) for key in _ADDED
    ]
    found = []
    for where, block in blocks:
        for entry in phrases_of(block, lists):
            try:
                check(with_classes(entry, classes))
            except PatternError as error:
                found.append(f"{where}: {error}")
    return found


def _unknown_phrases(
    own: Mapping[str, Any], known: Mapping[str, Any], lists: Mapping[str, str], where: str
) -> list[str]:
    """Phrases to take out that the list does not have: a slip of the pen would leave them in force."""
    there = set(phrases_of(known.get("act", ""), lists))
    return [
        f'{where}: except has "{entry}", which is no phrase of this event; write it as `bot/data/severe.toml` does'
        for entry in entries_of(own.get(_TAKEN_OUT, ""))
        if entry not in there
    ]
