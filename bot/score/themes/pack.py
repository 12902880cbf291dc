"""What a review is about: food, service, waiting, price ... by lists of words in German and English.

The lists are in `bot/data/themes/`; a pack belongs to a kind of business and may build on others. Nothing is learned:
a theme is found where one of its words stands, and each find keeps the guest's own words as its quote.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from bot.errors import ConfigError
from bot.score.negation import is_denied
from bot.score.patterns import Hit, Patterns
from bot.score.quotes import quote_around, written
from bot.score.themes.complaints import Clauses
from bot.score.themes.files import ThemeWords, read_theme_file
from bot.score.words import Words, words_of
from bot.text.packaged import packaged

PACKS = ("restaurant", "hotel", "shop", "app")
"""The packs that ship, one for each kind of business."""

_PRAISE = 1.2
"""What a clause must judge to be praise where the guest's stars are low: less than "good", more than "help"."""

_KINDS = 3
_WORDS, _COMPLAINTS, _EXCEPTED = range(_KINDS)


@dataclass(frozen=True, slots=True)
class ThemeHit:
    """A theme that a review mentions.

    Attributes:
        theme: The theme's id.
        word: The word or phrase that was found, as the guest wrote it.
        quote: The clause around it with its verdict, shortened at word ends.
    """

    theme: str
    word: str
    quote: str


class ThemePack:
    """The themes of a kind of business, ready to search.

    Attributes:
        labels: Theme id -> language -> name, in the order of the files.
    """

    __slots__ = ("_patterns", "_themes", "_words", "labels")

    def __init__(self, words: Sequence[ThemeWords]) -> None:
        labels: dict[str, dict[str, str]] = {}
        for theme in words:
            labels.setdefault(theme.theme, {}).update(theme.labels)
        self.labels = labels
        self._words = tuple(words)
        self._themes = tuple(theme.theme for theme in words)
        self._patterns = Patterns(
            [entries for theme in words for entries in (theme.words, theme.complaints, theme.excepted)]
        )

    def extended(self, content: str, *, name: str) -> ThemePack:
        """This pack with the owner's file laid over it: words for known themes, and new themes.

        Args:
            content: The file's text.
            name: The file's name, for messages.

        Raises:
            ConfigError: The file has mistakes, or a new theme has no name for people.
        """
        added = read_theme_file(content, name=name)
        nameless = [
            f'{theme.where}: "{theme.theme}" is a new theme and needs a name; write label = {{ en = "...", '
            f'de = "..." }}, or take a known id: {", ".join(self.labels)}'
            for theme in added
            if theme.theme not in self.labels and set(theme.labels) != {"en", "de"}
        ]
        if nameless:
            raise ConfigError(nameless)
        return ThemePack((*self._words, *added))

    def find(self, text: str) -> tuple[ThemeHit, ...]:
        """The themes of a text, each once with its first find, in the order of the text.

        Args:
            text: Any string; the part that `bot.score.words.readable` leaves of it counts.
        """
        words = words_of(text)
        return _quoted(words, _first_of(self._finds(words)))

    def named(self, text: str) -> tuple[str, ...]:
        """The themes of a text as `find` gives them, without their quotes: a third faster."""
        return tuple(_first_of(self._finds(words_of(text))))

    def read(self, text: str, *, is_low: bool | None = None) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What `named` and `complaints` give, with one search for both."""
        words = words_of(text)
        found = self._finds(words)
        return tuple(_first_of(found)), tuple(_complaints(words, found, is_low=is_low)) if found else ()

    def complaints(self, text: str, *, is_low: bool | None = None) -> dict[str, Hit]:
        """The themes that a text complains of, each with the first such find.

        Args:
            text: Any string.
            is_low: Whether the guest's stars are low; None where they are not known. It decides for clauses that judge
                nothing ("We got our starters after the main course").
        """
        words = words_of(text)
        found = self._finds(words)
        return _complaints(words, found, is_low=is_low) if found else {}

    def find_complaints(self, text: str, *, is_low: bool | None = None) -> tuple[ThemeHit, ...]:
        """The same with the guest's own words: the clause that complains."""
        words = words_of(text)
        return _quoted(words, self.complaints(text, is_low=is_low))

    def _finds(self, words: Words) -> list[tuple[str, Hit, int]]:
        """Every find that counts: its theme, where it is, and by which list."""
        hits = self._patterns.find(words.folded)
        hiding = [hit for hit in hits if hit.group % _KINDS == _EXCEPTED]
        found = []
        for hit in hits:
            number, kind = divmod(hit.group, _KINDS)
            if kind == _EXCEPTED or (hiding and self._is_hidden(hit, self._themes[number], hiding)):
                continue
            if kind == _WORDS or not is_denied(words.folded, hit.first, hit.last):
                found.append((self._themes[number], hit, kind))
        return found

    def _is_hidden(self, hit: Hit, theme: str, hiding: Sequence[Hit]) -> bool:
        """Whether a find lies wholly inside an excepted expression of its theme."""
        return any(
            one.first <= hit.first and hit.last <= one.last and self._themes[one.group // _KINDS] == theme
            for one in hiding
        )


def _quoted(words: Words, hits: Mapping[str, Hit]) -> tuple[ThemeHit, ...]:
    clauses = Clauses(words)

    def judges(place: int) -> bool:
        return bool(clauses.of(place))

    return tuple(ThemeHit(theme, written(words, hit), quote_around(words, hit, judges)) for theme, hit in hits.items())


def _first_of(found: Sequence[tuple[str, Hit, int]]) -> dict[str, Hit]:
    first: dict[str, Hit] = {}
    for theme, hit, _ in found:
        first.setdefault(theme, hit)
    return first


def _complaints(words: Words, found: Sequence[tuple[str, Hit, int]], *, is_low: bool | None) -> dict[str, Hit]:
    clauses = Clauses(words)
    is_complaint = clauses.whole() < 0 if is_low is None else is_low
    said: dict[str, Hit] = {}
    implied: dict[str, Hit] = {}
    for theme, hit, kind in found:
        if theme in said:
            continue
        value = clauses.of(hit.first)
        bound = _PRAISE if is_low or kind == _COMPLAINTS else 0.0
        if value < 0 or (kind == _COMPLAINTS and value < bound and is_low is not False):
            said[theme] = hit
        elif (value < bound and is_low is not False) or (not value and is_complaint):
            implied.setdefault(theme, hit)
    # Who complains outright of the waiting only mentions the soup that came late.
    return said or implied


@cache
def theme_pack(name: str) -> ThemePack:
    """A pack of the package, read once.

    Args:
        name: One of `PACKS`.
    """
    return ThemePack(tuple(_listed(name)))


def _listed(name: str) -> Iterable[ThemeWords]:
    for base in packaged("themes", f"{name}.toml").get("with", ()):
        yield from _listed(base)
    content = files("bot").joinpath("data", "themes", f"{name}.toml").read_text(encoding="utf-8")
    yield from read_theme_file(content, name=f"{name}.toml")


@lru_cache(maxsize=1)
def default_pack() -> ThemePack:
    """The pack of a business that named no kind: the restaurant's."""
    return theme_pack(PACKS[0])
