"""The rules by which mails are read: data in TOML, those that come with the project and the owner's own.

A mistake in a file says the file, the line and what to write instead.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import regex
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, field_validator, model_validator

from bot.errors import ReviewBotError
from bot.model.review import Rating
from bot.part import Part

FIELDS: Final = ("rating", "text", "author", "title", "link", "place", "id")
"""What can be read from a mail."""
PATTERN_LIMIT: Final = 2000
_FILE_LIMIT: Final = 1_000_000
_KEY_LINE: Final = r"^\s*(?:\[+rules\.)?(?:\"?{}\"?)\b"

Evidence = Literal["seen", "vendor", "invented", "own"]
"""What a rule was made from: working code of others, a vendor's page or source, something unknown, the owner."""


class RulesError(ReviewBotError):
    """A file of rules has mistakes; `problems` holds one line for each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def _pattern(value: str) -> str:
    try:
        regex.compile(value)
    except regex.error as error:
        raise ValueError(f"{value!r} is no regular expression ({error}); write it in single quotes") from None
    return value


def _selector(value: str) -> str:
    if value:
        # With BeautifulSoup a tenth of a start, which only a rule that has selectors needs.
        import soupsieve

        try:
            soupsieve.compile(value)
        except (soupsieve.SelectorSyntaxError, ValueError, TypeError):
            raise ValueError(f"{value!r} is no CSS selector; write one like 'td.stars img'") from None
    return value


def _address(value: str) -> str:
    if not re.fullmatch(r"[^\s@<>\"]*@[a-z0-9-]+(\.[a-z0-9-]+)+", value.lower()):
        raise ValueError(f"{value!r} is neither an address like news@example.com nor a domain like @example.com")
    return value.lower()


Pattern = Annotated[str, Field(max_length=PATTERN_LIMIT), AfterValidator(_pattern)]
Selector = Annotated[str, Field(max_length=400), AfterValidator(_selector)]
Sender = Annotated[str, AfterValidator(_address)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str | Mapping) else value


class Finder(Part):
    """One way to find a field's value; the first that finds one counts.

    Attributes:
        where: "body" (the item of a digest) or "subject".
        pattern: a regular expression; its group `value`, else its first group, is the value.
        css: a selector in the HTML; `take` says what of the element is the value.
        take: "text", "count" (how many elements) or an attribute: "alt", "title", "src", "href", "style".
        counts: how a rating is written: "number", "stars" (filled stars are counted), "width" (per cent of the scale)
            or "words".
        words: rating for each wording, for `counts = "words"`.
    """

    where: Literal["body", "subject"] = "body"
    pattern: Pattern = ""
    css: Selector = ""
    take: Literal["text", "count", "alt", "title", "src", "href", "style"] = "text"
    counts: Literal["number", "stars", "width", "words"] = "number"
    words: Mapping[str, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _finds_something(self) -> Self:
        if not self.pattern and not self.css:
            raise ValueError("give a pattern, a css selector, or both")
        if self.pattern and regex.compile(self.pattern).groups == 0:
            raise ValueError(f"{self.pattern!r} needs a group in parentheses around the value")
        if (self.counts == "words") != bool(self.words):
            raise ValueError('counts = "words" and words = { "excellent" = 5 } belong together')
        return self


Finders = Annotated[tuple[Finder, ...], BeforeValidator(_as_list)]


class Items(Part):
    """How a digest is split: at each match of `starts` an item begins, at the first match of `ends` the last one ends;
    or each element of `css` is one."""

    starts: Pattern = ""
    ends: Pattern = ""
    css: Selector = ""

    @model_validator(mode="after")
    def _splits(self) -> Self:
        if bool(self.starts) == bool(self.css):
            raise ValueError("give either starts or css")
        return self


class MailRule(Part):
    """How the mails of one kind are recognised and read.

    Attributes:
        name: unique; an owner's rule with a built-in one's name replaces it.
        platform: where the guests wrote: "google".
        on: whether it is used without being asked for.
        evidence: how sure it is that real mails look like this.
        language: of the mail's own words, for people.
        senders: addresses, or domains with an @ in front; empty where only the owner knows them.
        header: name -> pattern that the header has to match.
        subject: one of these patterns has to be found in the subject.
        not_subject: none of these may.
        kind: "single", or "digest" for several reviews in one mail.
        part: which part is read first, "text" or "html".
        scale: the worst and the best rating.
        require: fields without which the mail counts as not read.
        text_max: the platform cuts the text at about so many characters; 0: it does not.
        link_hosts: links to other hosts are left out.
        count: pattern that finds in the subject how many reviews a digest holds.
        item: how a digest is split.
        strip: what is taken out of the body before it is stored: people's addresses.
        fields: where the values stand.
    """

    name: Name
    platform: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9 ._-]{0,39}$")]
    on: bool = True
    evidence: Evidence = "own"
    language: str = ""
    senders: Annotated[tuple[Sender, ...], BeforeValidator(_as_list)] = ()
    header: Mapping[str, Pattern] = Field(default_factory=dict)
    subject: Annotated[tuple[Pattern, ...], BeforeValidator(_as_list)]
    not_subject: Annotated[tuple[Pattern, ...], BeforeValidator(_as_list)] = ()
    kind: Literal["single", "digest"] = "single"
    part: Literal["text", "html"] = "text"
    scale: tuple[float, float] = (1, 5)
    require: tuple[Literal["rating", "text", "author"], ...] = ("rating",)
    text_max: Annotated[int, Field(ge=0)] = 0
    link_hosts: tuple[str, ...] = ()
    count: Pattern = ""
    item: Items | None = None
    strip: tuple[Pattern, ...] = ()
    fields: Mapping[Literal["rating", "text", "author", "title", "link", "place", "id"], Finders]

    @field_validator("scale")
    @classmethod
    def _rising(cls, value: tuple[float, float]) -> tuple[float, float]:
        try:
            Rating(value[0], *value)
        except ValueError:
            raise ValueError("give the worst rating first, then the best, like [1, 10]") from None
        return value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.kind == "digest") != (self.item is not None):
            raise ValueError('kind = "digest" and item = { starts = ... } belong together')
        return self

    def is_from(self, sender: str) -> bool:
        """Whether an address is one of the senders, or is at one of the domains among them."""
        return any(sender == one or (one.startswith("@") and sender.endswith(one)) for one in self.senders)


class Rules:
    """The rules of one mailbox, the owner's first, and a digest of them that changes with them."""

    def __init__(self, rules: Sequence[MailRule]) -> None:
        self.all = tuple(rules)
        self.digest = sha256("\n".join(rule.model_dump_json() for rule in rules).encode()).hexdigest()[:16]

    def of(self, sender: str) -> list[MailRule]:
        """The rules about a sender."""
        return [rule for rule in self.all if sender and rule.is_from(sender)]

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers that the rules look at."""
        return tuple(sorted({name.lower() for rule in self.all for name in rule.header}))


def chosen(
    own: Sequence[MailRule], *, on: Sequence[str], off: Sequence[str], senders: Mapping[str, Sequence[str]]
) -> Rules:
    """The rules that a mailbox uses.

    Args:
        own: the owner's rules; the later one goes first.
        on: names of built-in rules that are switched on.
        off: names of rules that are switched off.
        senders: further addresses for a rule, by its name.
    """
    names = {rule.name for rule in own}
    every = [*reversed(own), *(rule for rule in built_in() if rule.name not in names)]
    used = [rule for rule in every if rule.name not in off and (rule.on or rule.name in on)]
    return Rules([rule.model_copy(update={"senders": (*rule.senders, *senders.get(rule.name, ()))}) for rule in used])


@cache
def built_in() -> tuple[MailRule, ...]:
    """The rules that come with the project."""
    folder = files("bot") / "data" / "mail"
    found: list[MailRule] = []
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.name.endswith(".toml"):
            found += parse(entry.read_text(encoding="utf-8"), name=entry.name)
    return tuple(found)


def own_rules(path: Path | None) -> tuple[MailRule, ...]:
    """The rules in the owner's file; none while there is no file.

    Raises:
        RulesError: it cannot be read or has mistakes.
    """
    if path is None or not path.exists():
        return ()
    try:
        if path.stat().st_size > _FILE_LIMIT:
            raise RulesError([f"{path}: a file of rules may have 1 MB; take out what is no rule"])
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RulesError([f"{path}: this file cannot be read: {error}"]) from error
    return parse(text, name=str(path))


def parse(text: str, *, name: str) -> tuple[MailRule, ...]:
    """The rules in a text.

    Raises:
        RulesError: it has mistakes.
    """
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesError([f"{name}: {error}; patterns stand in single quotes: 'rated (\\d)'"]) from None
    if unknown := sorted(set(tree) - {"rules"}):
        raise RulesError([f"{name}: {unknown[0]} is unknown here; each rule begins with a line [[rules]]"])
    found: list[MailRule] = []
    wrong: list[str] = []
    for number, entry in enumerate(tree.get("rules", [])):
        try:
            found.append(MailRule.model_validate(entry))
        except ValidationError as error:
            wrong += [_mistake(text, number, problem, name=name) for problem in error.errors()]
    names = [rule.name for rule in found]
    twice = sorted({one for one in names if names.count(one) > 1})
    wrong += [f"{name}: the name {one!r} is used twice; give each rule its own" for one in twice]
    if wrong:
        raise RulesError(wrong)
    return tuple(found)


def _mistake(text: str, number: int, problem: Any, *, name: str) -> str:
    where = [str(part) for part in problem["loc"] if not isinstance(part, int)]
    said = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        said = "this key is unknown; look for a typing mistake"
    elif problem["type"] == "missing":
        said = "this key is missing"
    return f"{name}, line {_line(text, number, where)}: rule {number + 1}, {'.'.join(where) or 'as a whole'}: {said}"


def _line(text: str, number: int, keys: Sequence[str]) -> int:
    """The line of a key in the n-th rule; the rule's first line where the key is missing."""
    lines = text.split("\n")
    starts = [i for i, line in enumerate(lines) if re.match(r"\s*\[\[\s*rules\s*\]\]", line)] or [0]
    start = starts[min(number, len(starts) - 1)]
    end = next((one for one in starts if one > start), len(lines))
    for key in reversed(keys):
        for i in range(start, end):
            if re.match(_KEY_LINE.format(re.escape(key)), lines[i]):
                return i + 1
    return start + 1
