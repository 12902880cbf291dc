"""A rule learned from one mail reads the next one."""

from __future__ import annotations

import pytest

from bot.sources.mail.fields import items_of
from bot.sources.mail.read import choose
from bot.sources.mail.rules import Rules, parse
from bot.sources.mail.teach import TeachError, as_toml, make_rule, subject_pattern
from bot.sources.mail.text import Mail, take_apart
from tests.mail_server import mail

_LAYOUTS = {
    "labels": "Hallo Petra,\n\nGast: {author}\nNote: {rating} von 5 Sternen\n\nKommentar:\n{text}\n\nJetzt antworten\n",
    "lines": "Neue Bewertung für Café Linde\n\n{author}\n{stars}\n\n{text}\n\nAntworten: https://portal.test/r/{id}\n",
    "sentence": "{author} hat Ihnen am 3.11. {rating} Sterne gegeben und schreibt:\n\n{text}\n\nIhr Portal\n",
}


def _mail(layout: str, author: str, rating: int, text: str) -> Mail:
    body = _LAYOUTS[layout].format(author=author, rating=rating, text=text, stars="★" * rating, id=rating * 7)
    return take_apart(mail(sender="Portal <neu@portal.test>", subject=f"{author} hat Sie bewertet", text=body))


@pytest.mark.parametrize("layout", list(_LAYOUTS))
def test_what_was_learned_from_one_mail_reads_another(layout: str) -> None:
    """Names, numbers and words change; what stands around them is what was learned. It survives the file."""
    first = _mail(layout, "Mia Kern", 2, "Lange gewartet.\n\nSuppe kalt.")
    values = {"author": "Mia Kern", "rating": "2", "text": "Lange gewartet"}
    made = make_rule(
        first,
        name="portal-own",
        platform="portal",
        subject=subject_pattern(first, values.values()),
        values=values,
        ends_with="Suppe kalt.",
    )
    (rule,) = parse(as_toml(made), name="own.toml")
    assert rule == made
    second = _mail(layout, "Özgür d'Arc", 4, "Sehr gut (wirklich)!\nGerne wieder, 5 von 5 Leuten sagen das.")
    choice = choose(second, Rules([rule]))
    assert choice is not None
    assert choice.fits
    (item,) = items_of(rule, second)
    assert item.rating is not None
    assert item.rating.value == 4
    assert item.values["author"].value == "Özgür d'Arc"
    assert item.values["text"].value == "Sehr gut (wirklich)!\nGerne wieder, 5 von 5 Leuten sagen das."


def test_what_does_not_stand_in_the_mail_cannot_be_learned() -> None:
    """A value that was typed wrongly, or a rating that is only a picture without words, is refused with the reason."""
    first = _mail("labels", "Mia", 2, "Kalt.")
    for values, words in (
        ({"author": "Ben"}, "author: 'Ben' does not stand in the mail"),
        ({"rating": "4"}, "neither as a number nor as stars"),
        ({"text": "Warm"}, "does not stand in the mail"),
        ({}, "nothing to learn"),
    ):
        with pytest.raises(TeachError, match=words):
            make_rule(first, name="x", platform="x", subject=".", values=values)


def test_a_rating_in_a_pictures_text_is_learned() -> None:
    """Where the stars are pictures, their alternative text is read."""
    html = "<p>Mia</p><img alt='logo'><img alt='3 of 5 stars'><p>Fine</p>"
    first = take_apart(mail(sender="neu@portal.test", subject="New", html=html))
    rule = make_rule(first, name="x", platform="x", subject="^New$", values={"rating": "3"})
    other = take_apart(mail(sender="neu@portal.test", subject="New", html=html.replace("3 of", "1 of")))
    (item,) = items_of(rule, other)
    assert item.rating is not None
    assert item.rating.value == 1
