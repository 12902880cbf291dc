"""What a typed or forwarded review is answered with; all of it without sound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.messages.buttons import payload
from bot.messages.buttons.payload import Verb
from bot.messages.text import fragments
from bot.messages.text.formatting import NEWLINE, Words, joined
from bot.messages.text.message import Button, Html, Rendered, plain_text
from bot.messages.text.sanitize import safe
from bot.model.platforms import name_of
from bot.model.review import Rating

_QUOTE: Final = 120
_STARS: Final = (1, 2, 3, 4, 5)


def which_location(upload_id: int, words: Words, *, text: str, places: Sequence[tuple[int, str]]) -> Rendered:
    """Which of the sender's locations it is about."""
    buttons = [
        Button(plain_text(fragments.place(name)), data=payload.build(Verb.LOCATION, upload_id, arg=str(location_id)))
        for location_id, name in places[:20]
    ]
    return _question(words.say("typed.which"), text, buttons, upload_id, words)


def how_many_stars(upload_id: int, words: Words, *, text: str, place: str) -> Rendered:
    """How many stars the guest gave."""
    buttons = [Button(f"{stars}★", data=payload.build(Verb.STARS, upload_id, arg=str(stars))) for stars in _STARS]
    html = words.say("typed.stars", place=fragments.place(place))
    return _question(html, text, buttons, upload_id, words, in_a_row=len(_STARS))


def which_platform(upload_id: int, words: Words, *, text: str, platforms: Sequence[str]) -> Rendered:
    """Where the guest wrote it."""
    buttons = [
        Button(name_of(name), data=payload.build(Verb.PLATFORM, upload_id, arg=str(n)))
        for n, name in enumerate(platforms)
    ]
    return _question(words.say("typed.platform"), text, buttons, upload_id, words)


def added(upload_id: int, words: Words, *, place: str, rating: Rating, platform: str, is_new: bool) -> Rendered:
    """It is stored, or was known already."""
    key = "typed.added" if is_new else "typed.known"
    name = safe(name_of(platform), 24)
    html = words.say(key, place=fragments.place(place), rating=words.rating(rating), platform=name)
    if not is_new:
        return Rendered(html)
    undo = Button(words.text("button.und"), data=payload.build(Verb.UNDO, upload_id))
    return Rendered(html, ((undo,),))


def taken_back(words: Words) -> Rendered:
    """It was undone."""
    return Rendered(words.say("typed.undone"))


def cancelled(words: Words) -> Rendered:
    """Nothing was added."""
    return Rendered(words.say("typed.cancelled"))


def nothing_typed(words: Words) -> Rendered:
    """/add without anything."""
    return Rendered(words.say("typed.how"))


def _question(
    html: Html, text: str, buttons: Sequence[Button], upload_id: int, words: Words, *, in_a_row: int = 2
) -> Rendered:
    cancel = Button(words.text("button.cnl"), data=payload.build(Verb.CANCEL, upload_id, arg="upload"))
    rows = tuple(tuple(buttons[at : at + in_a_row]) for at in range(0, len(buttons), in_a_row))
    quote = [Html(f"<blockquote>{safe(text, _QUOTE)}</blockquote>")] if text else []
    return Rendered(joined([html, *quote], NEWLINE), (*rows, (cancel,)))
