"""Which language a review is in: by its commonest words where they settle it, else by py3langid's model.

Source of the model: M. Lui, T. Baldwin, "langid.py: An Off-the-shelf Language Identification Tool", ACL 2012 (naive
Bayes over byte sequences), as packaged by py3langid.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import Final

from bot.score.words import fold, words_of

LOOKED_AT: Final = 200
"""Characters that are looked at. Four words already name 96 % of reviews rightly and whole ones 98.7 %, so further
text would cost time and change next to nothing."""

FEW_WORDS: Final = 4
"""Up to so many words a text is too short to be trusted against the languages that the location usually gets."""

CLEAR_LEAD: Final = 10.0
"""By how much (natural logarithm of the likelihood) another language must lead in so short a text. "Rude staff" lies
within 1 between English and German, "Pizza 10/10" gives Italian 9, while "Sehr gut" leads by 13, "Great food" by 15."""

EXPECTED_LEAD: Final = 8.0
"""By how much another language must lead in a longer text: what the location expects is likelier, and no fence."""

SETTLED: Final = 3
"""So many different ones of a language's commonest words settle it where every other language has at most half as
many; a word that several languages have counts for each of them."""

_LOOKED_AT_WORDS: Final = 40

_OTHER_CODES = {"nb": "no", "iw": "he", "in": "id", "ji": "yi", "fil": "tl", "cmn": "zh"}
"""Codes that sources use, and the model's name for the same language."""

_NO_LANGUAGE = "zxx"
"""The model's label, from ISO 639-2, for text without linguistic content such as addresses and code."""

_COMMONEST = {
    "en": """
        the and with this that were they had have very our you from which there it's was is it my been would not i of to
        for in on at as but we so be are food good great nice place staff best here just all will like more what no
        really out if when only also has their taste ordered
        """,
    "de": """
        und nicht wir sehr ist auch sind mit eine einen wurde wurden aber beim zum zur war ich hatten haben hat uns der
        die das in im zu es man von auf ein gut so wie hier dem den des für noch als nur kann immer essen sich schon
        mehr wieder leider alles am an bei nach sein zimmer nett freundlich lecker
        """,
    "fr": """
        et les des une est nous avons très pas pour avec dans qui était sur ce mais c'est vous au je à été plus le la un
        de du en que on il bien tout sont a se ne cuisine
        """,
    "es": """
        el los las una y muy es nos con pero por estaba para que del está se lo todo fue hay mi más la de un en no al
        como bien a su sin buena comida
        """,
    "it": """
        il gli una e molto è non abbiamo con che per di ma sono della siamo anche ci ho nel era la le un i in si da a
        del tutto
        """,
    "nl": """
        het een en niet wij heel zeer maar voor zijn hebben van we waren ook bij werd is was met erg te goed de in op er
        dat ik als om aan die
        """,
    "tr": "ve bir çok bu için ama da de gibi daha değil olarak ile kadar ne en gayet",
    "pt": "o os as uma e muito não com para que foi mas do da em é são ao nos a de um no na se bem",
    "da": "og det er ikke vi meget med til på af men var en som jeg har god at i for den de et så kan",
    "sv": "och det är inte vi mycket med till på av men var en som jag har bra att i för den de ett så kan",
    "pl": "i w na się z do nie to jest był było bardzo że po za o ale jak dla",
    "ro": "și si este foarte cu la de nu o un mai pe din am a fost în in",
    "cs": "a je na se v to byl byla velmi že jsme i s za ale jako si",
    "hr": "i je na se u to bio bila su vrlo da smo s za ali kao nije",
    "hu": "a az és hogy nem is volt nagyon de egy meg ez csak be most",
    "fi": "ja on oli ei se että mutta hyvä myös kun me niin",
    "ca": "i la el de que un amb és molt per els les no en una",
}
_LANGUAGES_OF: dict[str, tuple[str, ...]] = {}
for _language, _listed in _COMMONEST.items():
    for _word in set(map(fold, _listed.split())):
        _LANGUAGES_OF[_word] = (*_LANGUAGES_OF.get(_word, ()), _language)


def language_code(tag: str) -> str:
    """Give the code by which languages are compared here: ISO 639-1 where it has one, without region or script.

    Args:
        tag: A language tag such as "en", "pt-BR", "zh_Hans" or "nb".
    """
    code = tag.replace("_", "-").partition("-")[0].strip().lower()
    return _OTHER_CODES.get(code, code)


@lru_cache(maxsize=256)
def _codes(tags: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(language_code, tags))


def name_language(text: str, *, expected: tuple[str, ...] = (), usual: str | None = None) -> str | None:
    """Name the language of a text, among all common ones.

    Args:
        text: Any string; its beginning counts.
        expected: Language tags that the location expects: likelier than others, but no fence.
        usual: The location's main language, taken where a text of few words fits none of the expected ones clearly
            better, and where the text gives no hint at all.

    Returns:
        A code as `language_code` gives it, or None if there is nothing to name: no letters (an empty text, digits,
        emoji), or letters in which the model sees no language while `usual` is not given.
    """
    settled = _by_commonest_words(set(words_of(text).folded[:_LOOKED_AT_WORDS]))
    if settled is not None:
        return settled
    text = text.lstrip()[:LOOKED_AT]
    if not any(map(str.isalpha, text)):
        return None
    home = language_code(usual) if usual else None
    liked = _codes(expected) | {home} if home else _codes(expected)
    # numpy, which a process that only looks at files does without.
    from bot.score.languages.language_model import language_model

    scores = dict(language_model().rank(text))
    best = max(scores, key=scores.__getitem__)
    if best == _NO_LANGUAGE or _is_without_hint(scores[best]):
        return home
    is_short = len(text.split(maxsplit=FEW_WORDS)) <= FEW_WORDS
    if is_short and home in scores and scores[best] - scores[home] < CLEAR_LEAD:
        return home
    known = [code for code in liked if code in scores]
    likeliest = max(known, key=scores.__getitem__, default=best)
    return likeliest if scores[best] - scores[likeliest] < (CLEAR_LEAD if is_short else EXPECTED_LEAD) else best


def _by_commonest_words(words: Iterable[str]) -> str | None:
    found: dict[str, int] = {}
    for language in chain.from_iterable(filter(None, map(_LANGUAGES_OF.get, words))):
        found[language] = found.get(language, 0) + 1
    if not found:
        return None
    likeliest = max(found, key=found.__getitem__)
    count = found.pop(likeliest)
    return likeliest if count >= max(SETTLED, 2 * max(found.values(), default=0)) else None


def _is_without_hint(score: float) -> bool:
    """Whether the model found none of its byte sequences: it then gives every language the lowest number it has."""
    return score < -1e30
