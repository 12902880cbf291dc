"""/menu and /settings: one message that shows what is chosen, and is edited through its pages by buttons alone."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.choices import Choice, Chosen
from bot.i18n import catalogue
from bot.messages.buttons import keyboards, menu_buttons, payload
from bot.messages.buttons.payload import Verb
from bot.messages.service.menu import chosen as wording
from bot.messages.service.menu import digest as menu_digest
from bot.messages.service.menu import place as menu_place
from bot.messages.service.menu import quiet as menu_quiet
from bot.messages.service.menu.facts import MenuChat, MenuPlace
from bot.messages.text.formatting import NEWLINE, Words, joined
from bot.messages.text.message import Button, Html, Rendered, Toast
from bot.messages.text.sanitize import LOCATION_LIMIT, PERSON_LIMIT, safe

PLACES_A_PAGE: Final = 8


def root(chat: MenuChat, place: MenuPlace | None, words: Words, *, now: datetime) -> Rendered:
    """The first page; `place` is the only location of the chat, None where there are several."""
    lines = [
        words.say("menu.title"),
        words.say("menu.language", value=words.say(f"language.{words.language}")),
        words.say(
            "menu.digest", value=_marked(menu_digest.when(chat.digest, words), chat.digest[Choice.DIGEST], words)
        ),
        words.say("menu.quiet", value=_marked(menu_quiet.value(chat, words), chat.quiet_chosen, words)),
    ]
    if place is not None:
        lines += menu_place.lines(place, words, now)
    else:
        lines.append(words.say("menu.places", len(chat.places)))
    actions = [
        menu_buttons.plain(Verb.SEND_TEST, words.text("button.tst")),
        menu_buttons.page(Verb.MENU, 0, "lang", words),
        menu_buttons.page(Verb.MENU, 0, "digest", words),
        menu_buttons.page(Verb.MENU, 0, "quiet", words),
        Button(words.text("button.sta"), data=payload.build(Verb.SHOW_STATUS)),
        Button(words.text("button.fls"), data=payload.build(Verb.SHOW_FILES)),
    ]
    if chat.is_owner:
        actions.append(Button(words.text("button.ppl"), data=payload.build(Verb.SHOW_PEOPLE)))
        if chat.is_private:
            actions += [
                Button(words.text("button.prv"), data=payload.build(Verb.SHOW_PRIVACY)),
                menu_buttons.page(Verb.MENU, 0, "invite", words),
                *_groups(chat, words),
            ]
    if place is not None:
        rest = menu_place.buttons(place, words)
    elif len(chat.places) <= PLACES_A_PAGE:
        rest = [menu_buttons.of_place(*one) for one in chat.places]
    else:
        rest = [menu_buttons.page(Verb.MENU, 0, "places-1", words, called=words.text("menu.button.places"))]
    return Rendered(joined(lines, NEWLINE), (*menu_buttons.pairs([*actions, *rest]), (menu_buttons.close(words),)))


def _marked(value: Html, chosen: Chosen, words: Words) -> Html:
    return Html(value + wording.origin_mark(chosen, words))


def places(chat: MenuChat, words: Words, *, page: int) -> Rendered:
    """One page of many locations."""
    pages = max(1, -(-len(chat.places) // PLACES_A_PAGE))
    page = min(max(page, 1), pages)
    shown = chat.places[(page - 1) * PLACES_A_PAGE : page * PLACES_A_PAGE]
    turns = menu_buttons.turns("places", page, pages)
    text = words.say("menu.which_place", len(chat.places))
    return Rendered(
        text,
        menu_buttons.rows(
            [*menu_buttons.pairs([menu_buttons.of_place(*one) for one in shown]), turns, [menu_buttons.back(words)]]
        ),
    )


def language(words: Words) -> Rendered:
    """In which language the chat is held."""
    return Rendered(
        words.say("menu.which_language"),
        menu_buttons.rows([*keyboards.languages(words, catalogue.languages()), [menu_buttons.back(words)]]),
    )


def invite(chat: MenuChat, words: Words, *, page: int) -> Rendered:
    """Whom the invitation is for: a whole business, or one location."""
    every = [
        Button(
            menu_buttons.label(words.text("menu.everywhere", business=safe(name, LOCATION_LIMIT))),
            data=payload.build(Verb.INVITE, one),
        )
        for one, name in chat.businesses
    ]
    if len(chat.places) > 1 or not every:
        start = (page - 1) * PLACES_A_PAGE
        every += [
            Button(menu_buttons.label(name), data=payload.build(Verb.INVITE_HERE, one))
            for one, name in chat.places[start : start + PLACES_A_PAGE]
        ]
    turns = menu_buttons.turns("invite", page, -(-len(chat.places) // PLACES_A_PAGE))
    return Rendered(
        words.say("menu.which_team"), menu_buttons.rows([*menu_buttons.pairs(every), turns, [menu_buttons.back(words)]])
    )


def connect_group(words: Words, *, url: str) -> Rendered:
    """The link that opens the list of groups."""
    return Rendered(words.say("menu.connect"), keyboards.link_row(words.text("button.grp"), url))


def saved_over(words: Words, *, name: Choice, chosen: Chosen, now: datetime) -> Toast:
    """The answer to a press whose page was drawn before somebody else chose: what that was, and who."""
    text = words.text(
        "toast.saved_over",
        value=wording.value_text(name, chosen.value, words) or safe(chosen.value, 20),
        by=safe(chosen.set_by, PERSON_LIMIT) or words.say("person.somebody"),
        at=words.at(chosen.set_at or now, now),
    )
    return Toast(text)


def _groups(chat: MenuChat, words: Words) -> list[Button]:
    is_one = len(chat.businesses) == 1
    return [
        Button(
            words.text("button.grp")
            if is_one
            else menu_buttons.label(words.text("menu.group_of", business=safe(name, LOCATION_LIMIT))),
            data=payload.build(Verb.CONNECT_GROUP, one),
        )
        for one, name in chat.businesses[:3]
    ]
