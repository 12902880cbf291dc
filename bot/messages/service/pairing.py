"""Messages about who may use the bot and where it speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.i18n import catalogue
from bot.messages.buttons import keyboards
from bot.messages.buttons.payload import Verb
from bot.messages.text.formatting import COMMA, Words, joined
from bot.messages.text.message import Html, Rendered, Rows
from bot.messages.text.sanitize import PERSON_LIMIT, safe

_NAME_LIMIT = 40
_MOST_NAMES = 8


def owner_joined(words: Words, *, business_id: int, business_name: str, group_url: str) -> Rendered:
    """The private chat of the owner.

    Args:
        words: how the chat is spoken to.
        business_id: for the button that makes an invitation.
        business_name: whose owner this is.
        group_url: a t.me/NAME?startgroup=CODE address.
    """
    (invite,) = keyboards.plain_row((Verb.INVITE,), business_id, words)
    (group,) = keyboards.link_row(words.text("button.grp"), group_url)
    return Rendered(
        words.say("pair.owner", business=safe(business_name, _NAME_LIMIT)),
        (
            *keyboards.plain_row((Verb.SEND_TEST,), 0, words, primary=Verb.SEND_TEST),
            (*invite, *group),
            *language_rows(words),
        ),
    )


def test_alert(words: Words, *, mark: int) -> Rendered:
    """A message that buzzes like an incident would; `mark` tells it from other test alerts in the chat."""
    rows = keyboards.plain_row((Verb.HEARD_TEST,), mark, words, primary=Verb.HEARD_TEST)
    return Rendered(words.say("pair.test"), rows)


def test_heard(words: Words, *, by: str) -> Rendered:
    """What a test alert becomes once somebody says that they heard it."""
    return Rendered(words.say("pair.test_heard", name=_person(by, words)))


def invitation(words: Words, *, url: str, hours: int = 24) -> Rendered:
    """A link for one person; the only message that shows an address as it is."""
    html = words.say("pair.invitation", duration=words.say("unit.hours", hours=hours), url=_bare(url))
    return Rendered(html, keyboards.copy_row(url, words))


def manager_joined(words: Words, *, place: str) -> Rendered:
    """Somebody has joined as a manager, told to the manager."""
    return Rendered(words.say("pair.manager", place=safe(place, _NAME_LIMIT)))


def manager_joined_owner(words: Words, *, name: str, place: str) -> Rendered:
    """Somebody has joined as a manager, told to the owner."""
    return Rendered(words.say("pair.manager_owner", name=_person(name, words), place=safe(place, _NAME_LIMIT)))


def code_invalid(words: Words) -> Rendered:
    """The invitation was used before or has expired."""
    return Rendered(words.say("pair.code_invalid"))


def bot_is_private(words: Words) -> Rendered:
    """The answer to a person who is not on the team list."""
    return Rendered(words.say("pair.private"))


def ask_for_group(words: Words, *, location_id: int, place: str, is_topic: bool) -> Rendered:
    """May incidents be posted in this group, or in this topic only?"""
    verbs = (Verb.USE_TOPIC, Verb.LEAVE_GROUP_ALONE) if is_topic else (Verb.USE_GROUP, Verb.LEAVE_GROUP_ALONE)
    return Rendered(
        words.say("pair.group_ask", place=safe(place, _NAME_LIMIT)),
        keyboards.plain_row(verbs, location_id, words, primary=verbs[0]),
    )


def group_connected(words: Words, *, place: str, names: Sequence[str]) -> Rendered:
    """Incidents arrive in this group now; who may press buttons."""
    shown = [safe(name, PERSON_LIMIT) for name in names[:_MOST_NAMES]]
    if len(names) > _MOST_NAMES:
        shown.append(words.say("count.more", len(names) - _MOST_NAMES))
    head = words.say("pair.group_connected", place=safe(place, _NAME_LIMIT))
    people = joined(shown, COMMA)
    return Rendered(joined((head, words.say("pair.group_people", people=people) if people else Html("")), Html(" ")))


def only_owner_connects(words: Words) -> Rendered:
    """Somebody else tried to connect the group."""
    return Rendered(words.say("pair.group_owner_only"))


def in_language(words: Words, language: str) -> Words:
    """The same clock in another language."""
    return replace(words, language=language)


def language_changed(words: Words) -> Rendered:
    """The chat is held in the language of `words` from now on."""
    return Rendered(words.say("pair.language", language=words.say(f"language.{words.language}")))


def language_rows(words: Words) -> Rows:
    """One button for each language there is a catalogue for."""
    return keyboards.languages(words, catalogue.languages())


def _person(name: str, words: Words) -> Html:
    return safe(name, PERSON_LIMIT) or words.say("person.somebody")


def _bare(url: str) -> Html:
    return Html(url.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
