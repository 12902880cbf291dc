"""The owner's changes to the list of severe events."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.score.packs import PackChoice, events_of
from bot.score.reading import read_many, rules_mark
from bot.score.score import ScoreJob
from bot.score.severe.find import SevereHit, find_severe

EXAMPLE = Path(__file__).parents[3] / "config/severe.example.toml"


def found(content: str, text: str) -> list[tuple[str, str]]:
    """Kind and loudness of what is found with an owner's file."""
    hits: tuple[SevereHit, ...] = find_severe(text, events=events_of(PackChoice(severe=(("own.toml", content),))))
    return [(hit.kind, hit.loudness) for hit in hits]


def test_the_example_adds_events_phrases_and_words() -> None:
    """What `config/severe.example.toml` says is found; the rest of the list stays in force."""
    content = EXAMPLE.read_text(encoding="utf-8")
    assert found(content, "My son nearly drowned in the pool.") == [("injury", "silent")]
    assert found(content, "I reversed my lunch that night.")
    assert not find_severe("I reversed my lunch that night.")
    assert not found(content, "We spent the night puking.")
    assert find_severe("We spent the night puking.")
    assert found(content, "I fell sick after the salad") == [("poisoning", "sound")]


def test_a_known_event_is_made_quiet() -> None:
    """What an owner says of a known event replaces what the list says."""
    text = "The waiter slapped me."
    assert found("", text) == [("threat", "sound")]
    assert found('[[event]]\nid = "struck"\nalone = "vague"\nwith = {}\n', text) == [("threat", "vague")]


def test_a_word_added_to_a_list_is_an_act_of_the_events_that_name_it() -> None:
    """The events name their lists, so that one word more is found by all of them; a list within itself ends."""
    text = "We yakked all night after the fish."
    assert not find_severe(text)
    assert found('[lists]\nill = "yakked"\n', text) == [("poisoning", "sound")]
    assert found('[lists]\nill = "<ill>, yakked"\n', text) == [("poisoning", "sound")]


def test_a_phrase_of_a_list_is_taken_out_of_one_event() -> None:
    """What stands under "except" may come from a list that the event names; other events keep it."""
    text = "My son was retching all night after the soup."
    assert ("poisoning", "sound") in found("", text)
    assert not found('[[event]]\nid = "vomiting"\nexcept = "retch*"\n', text)


def test_workers_read_by_the_owners_list() -> None:
    """The choice goes to another process, and readings made without it are out of date."""
    choice = PackChoice(severe=(("own.toml", EXAMPLE.read_text(encoding="utf-8")),))
    job = ScoreJob("My son nearly drowned in the pool.", 0.0, pack=pickle.loads(pickle.dumps(choice)))
    (reading,) = read_many([job])
    assert (reading.severe, reading.loudness) == ("injury", "silent")
    assert rules_mark(choice) != rules_mark()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[[event]\n", "write it like config/severe.example.toml"),
        ('[event]\nid = "x"\n', "write [[event]] with two brackets"),
        ('wrods = "x"\n', '"wrods" is not known here'),
        ('[[event]]\nact = "x"\n', "an event needs an id"),
        ('[[event]]\nid = "x"\nkind = "flood"\nact = "drowned"\n', "kind must be one of poisoning"),
        ('[[event]]\nid = "x"\nkind = "injury"\nact = ["drowned"]\n', "write the phrases as"),
        ('[[event]]\nid = "x"\nkind = "injury"\nact = "_ drowned"\n', "must begin and end with a word"),
        ('[[event]]\nid = "x"\nkind = "injury"\nact = "drowned"\nalone = "loud"\n', "must be one of sound"),
        ('[[event]]\nid = "x"\nkind = "injury"\nact = "drowned"\nwho = ["nobody"]\n', "there is no list nobody"),
        ('[[event]]\nid = "vomiting"\nexcept = "pukking"\n', 'except has "pukking"'),
        ('[[event]]\nid = "vomiting"\nloud = true\n', '"loud" is not known here'),
        ("[lists]\npeople = 3\n", "write the phrases as"),
    ],
)
def test_mistakes_name_the_file_and_what_to_write(content: str, says: str) -> None:
    """Each mistake is told with the file's name."""
    with pytest.raises(ConfigError) as raised:
        events_of(PackChoice(severe=(("own.toml", content),)))
    assert any(problem.startswith("own.toml") and says in problem for problem in raised.value.problems)
