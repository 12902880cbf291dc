"""Examples: what was read from the texts, on the card and as evidence, and severe reviews."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.incidents.cause import Cause, SharedWord, ThemeCount
from bot.incidents.circumstances import Circumstances, Share
from bot.messages.facts import hidden_words
from bot.messages.incident import notes
from bot.messages.incident.cards import card
from bot.messages.incident.evidence import EvidenceFacts, ThemeQuote, evidence
from bot.messages.incident.read_this import ReadThis, read_this
from bot.model.campaign import Against, Sign, SmearFacts
from bot.model.card_lines import MentionedTheme, SmearCount
from bot.model.incident import SEVERE, SevereWords, Severity
from bot.model.review import Rating
from tests.gallery.example import Example, at, facts, incident, reviews, words

LABELS = {
    "waiting": {"en": "waiting", "de": "Wartezeit"},
    "service": {"en": "service", "de": "Service"},
    "food": {"en": "food", "de": "Essen"},
    "price": {"en": "price", "de": "Preis"},
    "cleanliness": {"en": "cleanliness", "de": "Sauberkeit"},
}
_QUOTES = {
    "en": ("Waited 70 minutes for two starters", "left before the main course came"),
    "de": ("70 Minuten auf zwei Vorspeisen gewartet", "vor dem Hauptgang gegangen"),
}
_SEVERE = {
    "en": ("my wife got food poisoning from the clams", "Nice terrace, but my wife got food poisoning from the clams."),
    "de": (
        "meine Frau hatte danach eine Lebensmittelvergiftung",
        "Schöne Terrasse, aber meine Frau hatte danach eine Lebensmittelvergiftung.",
    ),
}
_VAGUE = {
    "en": (("poisoning", "I had a stomach ache"), ("poisoning", "they served spoiled food")),
    "de": (("poisoning", "ich hatte Bauchschmerzen"), ("poisoning", "das Fleisch war verdorben")),
}
_SHARED = {"en": ("sauna", "towels"), "de": ("sauna", "handtücher")}


def found(language: str) -> Iterator[Example]:
    """The theme line, severe reviews, E1 and E2."""
    say = words(language)
    theme = MentionedTheme((LABELS["waiting"],), count=5, of=7)
    yield Example("S22", "With the theme", card(facts(language, incident(), theme=theme), say))
    unclear = facts(language, incident(), theme=MentionedTheme((), count=0, of=7))
    yield Example("S23", "Cause unclear", card(unclear, say))
    both = MentionedTheme((LABELS["waiting"], LABELS["food"]), count=6, of=7)
    yield Example("S23b", "Two themes stand out together", card(facts(language, incident(), theme=both), say))
    smear = facts(language, incident(), theme=theme, smear=SmearCount(is_possible=True, count=3, of=5))
    copied = SmearCount(is_possible=False, count=1, of=5, copies=4, copies_minutes=110)
    yield Example("S24b", "Nearly identical texts", card(facts(language, incident(), theme=theme, smear=copied), say))
    yield Example("S24", "Possible smear campaign", card(smear, say))
    quote, text = _SEVERE[language]
    one = replace(reviews(language)[0], rating=Rating(3, 1, 5), is_low=False, severe="poisoning", text=text)
    poisoning = SevereWords("poisoning", quote)
    alone = facts(
        language,
        incident(severity=Severity.HIGH, reason=SEVERE, first_count=1),
        severe=(poisoning,),
        reviews=(one,),
    )
    yield Example("S25", "One severe review", card(alone, say))
    joined = facts(language, incident(severity=Severity.HIGH), severe=(poisoning,), reviews=(one, *reviews(language)))
    yield Example("S26", "A severe review among low ones", card(joined, say))
    yield Example("N1b", "A severe review joins", notes.severe_review(joined, say))
    likely = replace(poisoning, is_likely=True)
    beside = facts(language, incident(), severe=(likely,), reviews=(replace(one, is_likely=True), *reviews(language)))
    yield Example("S27", "A likely severe review among low ones", card(beside, say))
    asked = ReadThis(one, likely, location_name="Marktplatz", names_location=True)
    yield Example("N1c", "Read this one", read_this(asked, say, now=at(19, 0)))
    yield Example("N1d", "Read this one: opened", read_this(replace(asked, incident_id=12), say, now=at(19, 0)))
    yield Example("N1e", "Read this one: not severe", read_this(replace(asked, is_forgiven=True), say, now=at(19, 0)))
    yield Example("E1", "Why? Clear", evidence(_clear(language), say))
    yield Example("E1b", "Why? What else the reviews have in common", evidence(_common(language), say))
    hints = tuple(SevereWords(kind, said) for kind, said in _VAGUE[language])
    yield Example(
        "E1c", "Why? Something severe may lie behind it", evidence(replace(_clear(language), vague=hints), say)
    )
    kept_out = hidden_words.of_evidence(replace(_clear(language), vague=hints))
    kept_out = replace(kept_out, card=hidden_words.of_card(kept_out.card))
    yield Example("E1e", "Why? With texts kept out of the chat", evidence(kept_out, say))
    yield Example(
        "N1k", "Read this one, its text kept out", read_this(hidden_words.of_read_this(asked), say, now=at(19, 0))
    )
    one_hint = replace(_unclear(language), vague=hints[:1])
    yield Example("E2c", "Why? Unclear, and one guest may have been ill", evidence(one_hint, say))
    yield Example("E2", "Why? Unclear", evidence(_unclear(language), say))
    yield Example("E2b", "Why? Not read yet", evidence(EvidenceFacts(card=facts(language, incident())), say))


def theme_table(*lines: tuple[str, int, int, float]) -> tuple[ThemeCount, ...]:
    return tuple(ThemeCount(theme=theme, count=count, usual=usual, signed_g2=g2) for theme, count, usual, g2 in lines)


def _clear(language: str) -> EvidenceFacts:
    shown = facts(language, incident(), smear=SmearCount(is_possible=False, count=0, of=5))
    table = theme_table(
        ("waiting", 5, 40, 12.0), ("service", 2, 120, -0.1), ("food", 1, 160, -2.0), ("price", 0, 30, -1.0),
        ("cleanliness", 0, 10, -0.3),
    )  # fmt: skip
    return EvidenceFacts(
        card=shown,
        cause=Cause(named=("waiting",), count=5, reviews=7, earlier=400, silent=1, table=table),
        labels=LABELS,
        quotes=tuple(map(ThemeQuote, _QUOTES[language], shown.reviews)),
        smear=SmearFacts("no", (), (), (), reviews=7, earlier=400),
    )


def _common(language: str) -> EvidenceFacts:
    clear = _clear(language)
    assert clear.cause is not None
    return replace(
        clear,
        cause=replace(clear.cause, table=theme_table(("waiting", 5, 40, 12.0), ("cleanliness", 1, 10, -0.3))),
        shared=tuple(SharedWord(word, count, 0) for word, count in zip(_SHARED[language], (6, 4), strict=True)),
        around=Circumstances(
            visit=(at(12, 0, 21).date(), Share(4, 5)),
            version=("3.2", Share(4, 7)),
            staff=(("waiter", 4), ("manager", 2)),
            burst=(4, at(18, 50) - at(18, 40)),
        ),
        smear=SmearFacts(
            "unclear",
            (Sign("tempo", True, 5, 7, 0.02, False, minutes=40), Sign("copies", True, 3, 7, 0.0005, False)),
            (Against("detail", 4, 7, True),),
            (),
            reviews=7,
            earlier=400,
        ),
    )


def _unclear(language: str) -> EvidenceFacts:
    shown = facts(
        language,
        incident(incident_id=13),
        count=4,
        smear=SmearCount(is_possible=False, count=1, of=5),
    )
    saturday = tuple(replace(one, low_at=at(20 - index, 15, 21)) for index, one in enumerate(shown.reviews))
    return EvidenceFacts(
        card=replace(shown, reviews=saturday),
        cause=Cause(
            named=(),
            count=0,
            reviews=4,
            earlier=400,
            silent=2,
            table=theme_table(("food", 1, 160, -0.1), ("service", 1, 120, 0.0), ("waiting", 0, 40, -0.4)),
        ),
        labels=LABELS,
    )
