"""Files of rules: mistakes say where and what, and whose rule goes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sources.mail.rules import RulesError, chosen, own_rules, parse

_GOOD = """
[[rules]]
name = "portal"
platform = "portal"
senders = ["@portal.test", "x@y.test"]
subject = '^New'
[rules.fields]
rating = { pattern = '(\\d)' }
"""


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("subject = '^New'", "subject = '^New('"), 6, "no regular expression"),
        (("rating = { pattern = '(\\d)' }", "rating = { pattern = '\\d' }"), 8, "needs a group in parentheses"),
        (("rating = { pattern = '(\\d)' }", "rating = { css = 'td[' }"), 8, "no CSS selector"),
        (("rating = { pattern = '(\\d)' }", "rating = {}"), 8, "give a pattern, a css selector, or both"),
        (('platform = "portal"', ""), 2, "this key is missing"),
        (('platform = "portal"', 'platform = "portal"\nsurprise = 1'), 5, "this key is unknown"),
        (('"x@y.test"', '"y.test"'), 5, "neither an address like"),
        (("subject =", "kind = 'digest'\nsubject ="), 2, "belong together"),
        (("subject =", "scale = [5, 1]\nsubject ="), 6, "worst rating first"),
    ],
)
def test_a_mistake_names_file_line_and_remedy(change: tuple[str, str], line: int, words: str) -> None:
    """Whoever writes rules by hand is told where to look and what to write."""
    with pytest.raises(RulesError) as caught:
        parse(_GOOD.replace(*change), name="own.toml")
    (told,) = caught.value.problems
    assert told.startswith(f"own.toml, line {line}: rule 1, ")
    assert words in told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (_GOOD + _GOOD, "the name 'portal' is used twice"),
        ("name = 1", "each rule begins with a line"),
        ("[[rules]\n", r"at line 1.*single quotes"),
        ('[[rules]]\nsubject = "\\d"', r"at line 2"),
    ],
)
def test_a_broken_file_is_explained(text: str, words: str) -> None:
    """What is no file of rules at all is said to be none."""
    with pytest.raises(RulesError, match=words):
        parse(text, name="own.toml")


def test_own_rules_go_first_and_replace_a_built_in_one(tmp_path: Path) -> None:
    """The later of two own rules goes first; one with a built-in name takes its place; a missing file is none."""
    path = tmp_path / "own.toml"
    assert own_rules(path) == own_rules(None) == ()
    path.write_text(_GOOD + _GOOD.replace('"portal"', '"google"'), encoding="utf-8")
    rules = chosen(own_rules(path), on=["yelp-example"], off=["airbnb"], senders={"portal": ["z@z.test"]})
    names = [rule.name for rule in rules.all]
    assert names[:2] == ["google", "portal"]
    assert names.count("google") == 1
    assert "yelp-example" in names
    assert "airbnb" not in names
    assert [rule.name for rule in rules.of("z@z.test")] == ["portal"]
    assert [rule.name for rule in rules.of("any@portal.test")] == ["google", "portal"]
    assert rules.of("any@sub.portal.test") == rules.of("any@xportal.test") == rules.of("") == []


def test_the_digest_of_rules_changes_with_them() -> None:
    """A changed pattern or sender is noticed."""
    first = chosen(parse(_GOOD, name="a"), on=(), off=(), senders={})
    same = chosen(parse(_GOOD, name="b"), on=(), off=(), senders={})
    other = chosen(parse(_GOOD.replace("(\\d)", "(\\d+)"), name="a"), on=(), off=(), senders={})
    assert first.digest == same.digest != other.digest
