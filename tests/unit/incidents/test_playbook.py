"""Which steps an incident has, and the owner's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.i18n.catalogue import languages
from bot.incidents import playbook
from bot.incidents.playbook import OWN_PLAYBOOKS, OWN_STEPS, Playbooks, cause_of, read
from bot.model.incident import Cause
from tests.gallery.example import words


def test_every_step_of_the_program_has_its_words() -> None:
    """In each language; every cause that people give has steps."""
    for language in languages():
        assert all(words(language).has(f"play.step.{step}") for step in OWN_STEPS)
    assert {cause.value for cause in Cause} - {"false"} <= set(OWN_PLAYBOOKS)


@pytest.mark.parametrize(
    ("resolved", "themes", "is_smear", "kinds", "low", "cause"),
    [
        (None, (), False, set(), 5, "other"),
        (None, ("waiting", "food"), False, set(), 5, "waiting"),
        (None, ("waiting",), True, set(), 5, "smear"),
        (Cause.FOOD, ("waiting",), True, set(), 5, "food"),
        (None, ("waiting",), False, {"money"}, 2, "waiting"),
        (Cause.FOOD, ("waiting",), True, {"money", "threat"}, 3, "money"),
    ],
)
def test_the_cause_decides_which(
    resolved: Cause | None, themes: tuple[str, ...], is_smear: bool, kinds: set[str], low: int, cause: str
) -> None:
    """What a person said stands before the words, and a demand for money with a burst before everything."""
    assert cause_of(resolved, themes, is_smear=is_smear, kinds=kinds, low=low) == cause


def test_the_owners_file_is_laid_over() -> None:
    """The example reads; what it leaves out stays; what is stored comes back alike."""
    found = read(Path("config/playbook.example.toml").read_text(encoding="utf-8"), "playbook.toml")
    assert found.of("food")[1] == "call_chef"
    assert found.of("smear") == OWN_PLAYBOOKS["smear"]
    assert found.of("no such cause") == OWN_PLAYBOOKS["other"]
    assert found.words["fix_waiting"]["en"] == found.words["fix_waiting"]["de"]
    again = Playbooks.from_stored(found.stored())
    assert (again.of("food"), again.words, again.steps) == (found.of("food"), found.words, found.steps)
    assert Playbooks.from_stored({}).of("food") == OWN_PLAYBOOKS["food"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[steps", "playbook.example.toml"),
        ("[step]", '"step" is not known here'),
        ("steps = 3", "are tables"),
        ("[steps]\nCall = 'a'", "small letters"),
        ("[steps]\ncall = 3", "give it one text"),
        ("[steps]\ncall = ''", "give it one text"),
        ("[steps]\ncall = { fr = 'a' }", "give it one text"),
        (f"[steps]\ncall = '{'a' * 121}'", "give it one text"),
        ("[playbooks]\nfood = 'read'", "as a list"),
        ("[playbooks]\nfood = []", "one to 10 steps"),
        ("[playbooks]\nfood = ['read', 'read']", "each once"),
        ("[playbooks]\nfood = ['raed']", "there is no step raed"),
        ("[playbooks]\nFood = ['read']", "there is no such cause"),
    ],
)
def test_a_mistake_is_named_with_what_to_write(content: str, says: str) -> None:
    """The file and the place stand before it."""
    with pytest.raises(ConfigError) as caught:
        playbook.read(content, "playbook.toml")
    assert caught.value.problems[0].startswith("playbook.toml")
    assert says in str(caught.value)
