"""Examples: the signs of a smear campaign, and the evidence as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.evidence_file.waiting import pack_message
from bot.messages.incident.campaign_card import SmearCard, smear_card
from bot.messages.text.fragments import incident_name
from bot.messages.text.message import Rendered, Toast
from bot.model.campaign import Against, Sign, SmearFacts
from tests.gallery.example import Example, at, facts, incident, words

_SMEAR = {
    "en": ("Never again, worst place in town", "Worst place in town, never again"),
    "de": ("Nie wieder, schlechtester Laden der Stadt", "Schlechtester Laden der Stadt, nie wieder"),
}


def smear(language: str) -> Iterator[Example]:
    """E3, with and without a platform whose way to report is known, and the file with the evidence."""
    say = words(language)
    opened = facts(language, incident(incident_id=14), count=9, now=at(21, 10))
    signs = (
        Sign("copies", True, 4, 9, 0.0005, True),
        Sign("tempo", True, 6, 9, 0.04, True, minutes=22),
        Sign("no_detail", True, 8, 9, 0.31, True),
        Sign("no_text", False, 1, 9, 0.2, True),
        Sign("sources", False, 0, 9, 0.1, True, names=("google",)),
    )
    contra = (Against("detail", 1, 9, False, day=date(2026, 11, 21)),)
    found = SmearFacts("possible", signs, contra, (0, 1), reviews=9, earlier=212)
    first, second = (
        replace(opened.reviews[0], text=text, low_at=at(20, minute))
        for text, minute in zip(_SMEAR[language], (51, 58), strict=True)
    )
    shown = SmearCard(opened, found, quotes=(first, second), sources={"google": "Google"})
    yield Example("E3", "Possible smear campaign", smear_card(shown, say))
    also = (
        *signs[:4],
        Sign("sources", True, 4, 9, 0.1, True, names=("google", "tripadvisor")),
        Sign("no_history", True, 8, 9, 0.335, False),
        Sign("language", False, 1, 9, 0.05, True, names=("es",)),
        Sign("competitor", False, 1, 9, 0.01, True),
        Sign("demand", True, 1, 9, 0.0, True),
    )
    others = (
        Against("one_visit", 4, 9, False, minutes=10),
        Against("detail", 2, 9, False),
        Against("spread", 3, 9, False),
        Against("verified", 1, 9, False),
        Against("replied", 1, 9, False),
    )
    every = SmearCard(
        opened,
        replace(found, signs=also, against=others),
        sources={"google": "Google", "tripadvisor": "Tripadvisor"},
        platforms=("google",),
    )
    yield Example("E3b", "Every sign, and where to report", smear_card(every, say))
    yield Example("E4", "The evidence as a file", pack_message(say, incident_name(14, "Marktplatz", True)))
    yield Example("E4b", "Asked for in a group", Toast(say.text("pack.to_private")))
    yield Example("E4c", "Without a private chat", Toast(say.text("pack.no_private"), is_alert=True))
    yield Example("E4d", "Too large", Rendered(say.say("pack.too_large", number=14)))
