"""Writes the examples as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from bot.i18n import catalogue
from bot.messages.text.message import Rendered, Rows
from bot.messages.text.sanitize import FSI, PDI, WORD_JOINER
from tests.gallery import (
    digests,
    escalation,
    evidence,
    files_as_notes,
    incidents,
    mail,
    menus,
    others,
    playbooks,
    rota,
    routes,
    sent,
    smear,
    variants,
)
from tests.gallery.example import Example

_SECTIONS: Final = (
    ("The incident card", incidents.cards),
    ("Steps of an incident", incidents.steps),
    ("What to do about it", playbooks.playbooks),
    ("Photos and voice notes as notes", files_as_notes.files_as_notes),
    ("So that somebody takes it", escalation.escalations),
    ("The second way", routes.told),
    ("Who is on duty", rota.rota),
    ("What the texts say", evidence.found),
    ("Signs of a smear campaign", smear.smear),
    ("Pickers", incidents.pickers),
    ("Answers to a press", incidents.presses),
    ("Reviews and commands", others.lists),
    ("Sources", others.sources),
    ("Reviews by mail", mail.by_mail),
    ("Folders and first imports", others.files),
    ("Files sent to the chat", sent.sent),
    ("Reviews typed in", sent.typed),
    ("The menu", menus.menus),
    ("The rota in the menu", rota.rota_menu),
    ("Digests", digests.digests),
    ("A guest's data", menus.guests_data),
    ("Pairing", others.people),
    ("Delivery", others.deliveries),
    ("Rarer cards", variants.cards),
    ("Rarer steps and answers", variants.steps),
    ("Rarer findings", variants.found),
    ("Rarer lists", variants.lists),
    ("Rarer files", variants.files),
    ("Rarer back-tests", variants.back_tests),
    ("Rarer notices", variants.deliveries),
)
_INVISIBLE: Final = str.maketrans("", "", FSI + PDI + WORD_JOINER)
_INTRO: Final = """\
# Every message of the chat

Written by `python -m tests.gallery` from the catalogues in `bot/i18n/catalogue/`; a test holds this page
equal to its output. The facts are those of one evening at a café with several locations.

- One card per incident and chat, edited in place. Short messages are replies to it.
- One mark per message, and a word says the same: 🔴 nobody has it, 🔵 somebody has it, ⏸ snoozed, ✅ done,
  ⚪ closed without a cause, ⚠️ trouble with the bot itself.
- "Low review" means 1-2 stars, or the lowest quarter of another scale. Guests are never named.
- Times are on the location's clock. A location is named as soon as the business has more than one.
- Review text is disarmed: direction and control characters are dropped, the rest is isolated (U+2068 … U+2069) and
  cannot mention, command or link (U+2060). These invisible characters are left out on this page.
- Buttons are shown as `[label](payload)`. A payload is `verb:id:version[:arg]`, at most 59 bytes; it proves nothing,
  every press is checked on the server.
"""


@cache
def examples(language: str) -> tuple[Example, ...]:
    """Every message in one language."""
    return tuple(example for _, make in _SECTIONS for example in make(language))


def markdown() -> str:
    """The whole page."""
    return _INTRO + "".join(_section(title, make) for title, make in _SECTIONS)


def _section(title: str, make: Callable[[str], Iterator[Example]]) -> str:
    by_language = {language: tuple(make(language)) for language in ("en", *_other_languages())}
    parts = [f"\n## {title}\n"]
    for index, example in enumerate(by_language["en"]):
        parts.append(f"\n### {example.row} {example.title}\n")
        parts += [_block(language, shown[index]) for language, shown in by_language.items()]
    return "".join(parts)


def _other_languages() -> Iterator[str]:
    return (language for language in catalogue.languages() if language != "en")


def _block(language: str, example: Example) -> str:
    shown = example.shown
    if not isinstance(shown, Rendered):
        window = " (window)" if shown.is_alert else ""
        return f"\n{language.upper()}{window}\n```text\n{_visible(shown.text)}\n```\n"
    lines = [f"\n{language.upper()}\n```html\n{_visible(shown.html)}\n```\n"]
    if shown.reply_placeholder:
        lines.append(f"Asks for a typed answer: `{shown.reply_placeholder}`\n")
    if shown.rows:
        lines.append(_buttons(shown.rows))
    return "".join(lines)


def _buttons(rows: Rows) -> str:
    lines = []
    for row in rows:
        cells = []
        for button in row:
            action = button.data or button.url or f"copies {button.copy}"
            style = f" {button.style}" if button.style else ""
            cells.append(f"`[{_visible(button.label)}]({action}){style}`")
        lines.append(" ".join(cells))
    return "\n" + "  \n".join(lines) + "\n"


def _visible(text: str) -> str:
    return text.translate(_INVISIBLE)
