"""The steps of an incident's cause: which they are, and the owner's own laid over them. Pure.

A playbook is a list of steps by their ids. The program's own steps have their words in the catalogue
(`play.step.<id>`); the owner's have them in the file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from bot.errors import ConfigError
from bot.model.incident import Cause

MONEY: Final = "money"
"""The playbook of a demand for money together with a burst of low reviews, and the kind of severe words it needs."""
SMEAR: Final = "smear"
OTHER: Final = "other"
MOST_STEPS: Final = 10
LONGEST_WORDS: Final = 120
BURST: Final = 3
"""Low reviews beside a demand for money from which on it is no single guest's anger."""

OWN_PLAYBOOKS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        **{
            cause: ("read", "shift", "guests", f"fix_{cause}", "answer")
            for cause in ("food", "service", "waiting", "price", "cleanliness")
        },
        SMEAR: ("read", "screenshot", "form", "pack", "answer_once"),
        MONEY: ("no_pay", "no_answer", "screenshot", "form", "pack"),
        OTHER: ("read", "shift", "guests", "fix", "answer"),
    }
)
OWN_STEPS: Final = frozenset(step for steps in OWN_PLAYBOOKS.values() for step in steps)
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,19}", re.ASCII)
_LANGUAGES: Final = ("en", "de")
_LIKE: Final = "write it like config/playbook.example.toml"


@dataclass(frozen=True, slots=True)
class Playbooks:
    """The playbooks of a business.

    Attributes:
        by_cause: a cause -> the ids of its steps.
        words: an id -> language -> the owner's words for it; the program's own steps have none here.
    """

    by_cause: Mapping[str, Sequence[str]] = field(default_factory=lambda: OWN_PLAYBOOKS)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def steps(self) -> frozenset[str]:
        """Every step there is."""
        return OWN_STEPS | frozenset(self.words)

    def of(self, cause: str) -> tuple[str, ...]:
        """The steps of a cause; of one without its own, those of `other`."""
        return tuple(self.by_cause.get(cause) or self.by_cause[OTHER])

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        by_cause = {cause: list(steps) for cause, steps in self.by_cause.items()}
        return {"by_cause": by_cause, "words": {step: dict(words) for step, words in self.words.items()}}

    @classmethod
    def from_stored(cls, tree: Mapping[str, Any]) -> Playbooks:
        """From what `stored` gave; the program's own where there is nothing."""
        return cls({**OWN_PLAYBOOKS, **tree["by_cause"]}, tree["words"]) if tree else cls()


def read(content: str, name: str) -> Playbooks:
    """The owner's file laid over the program's playbooks.

    Wire format: TOML; `[steps]` with an id -> words (one text, or a table of `en` and `de`), `[playbooks]` with a cause
    -> a list of ids. A cause is one of `OWN_PLAYBOOKS` or a theme of the owner's own.

    Raises:
        ConfigError: the file has mistakes; each is named with what to write instead.
    """
    try:
        tree = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{name}: {error}; {_LIKE}"]) from None
    problems = [f'{name}: "{key}" is not known here; {_LIKE}' for key in tree if key not in ("steps", "playbooks")]
    steps, playbooks = tree.get("steps", {}), tree.get("playbooks", {})
    if not isinstance(steps, dict) or not isinstance(playbooks, dict):
        raise ConfigError([*problems, f"{name}: [steps] and [playbooks] are tables; {_LIKE}"])
    words = {step: _words(given) for step, given in steps.items()}
    problems += [f"{name}, step {step}: {wrong}" for step in steps if (wrong := _wrong_step(step, words[step]))]
    known = OWN_STEPS | frozenset(steps)
    problems += [
        f"{name}, playbook {cause}: {wrong}"
        for cause, its in playbooks.items()
        if (wrong := _wrong_playbook(cause, its, known))
    ]
    if problems:
        raise ConfigError(problems)
    by_cause = {**OWN_PLAYBOOKS, **{cause: tuple(its) for cause, its in playbooks.items()}}
    return Playbooks(by_cause, {step: found for step, found in words.items() if found})


def cause_of(resolved: Cause | None, themes: Sequence[str], *, is_smear: bool, kinds: Collection[str], low: int) -> str:
    """Which playbook an incident has.

    Args:
        resolved: what a person has said it was.
        themes: what its reviews mention most, the first first.
        is_smear: the signs of a smear campaign stand out.
        kinds: what its severe reviews are severe for.
        low: its low reviews.
    """
    if is_extortion(kinds, low):
        return MONEY
    if resolved is not None:
        return resolved.value
    if is_smear:
        return SMEAR
    return themes[0] if themes else OTHER


def is_extortion(kinds: Collection[str], low: int) -> bool:
    """Whether somebody demands money while low reviews pile up."""
    return MONEY in kinds and low >= BURST


def _words(given: Any) -> dict[str, str] | None:
    every = dict.fromkeys(_LANGUAGES, given) if isinstance(given, str) else given
    if not isinstance(every, dict) or not every or not set(every) <= set(_LANGUAGES):
        return None
    if not all(isinstance(text, str) and 0 < len(text.strip()) <= LONGEST_WORDS for text in every.values()):
        return None
    return {language: " ".join(text.split()) for language, text in every.items()}


def _wrong_step(step: str, words: Mapping[str, str] | None) -> str:
    if not _ID.fullmatch(step):
        return "write its name in small letters, digits and _, 20 at most, like call_guests"
    if words is None:
        return f'give it one text, or {{ en = "...", de = "..." }}, of at most {LONGEST_WORDS} characters each'
    return ""


def _wrong_playbook(cause: str, steps: Any, known: Collection[str]) -> str:
    if not _ID.fullmatch(cause):
        return f"there is no such cause; there are {', '.join(OWN_PLAYBOOKS)} and your own themes"
    if not isinstance(steps, list) or not all(isinstance(step, str) for step in steps):
        return 'write its steps as a list, like ["read", "shift", "answer"]'
    if not 0 < len(steps) <= MOST_STEPS or len(set(steps)) < len(steps):
        return f"give it one to {MOST_STEPS} steps, each once"
    if unknown := [step for step in steps if step not in known]:
        return f"there is no step {unknown[0]}; describe it under [steps], or use one of {', '.join(sorted(OWN_STEPS))}"
    return ""
