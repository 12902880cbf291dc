"""The evidence as a page that needs nothing but a browser: no script, no picture, nothing loaded from anywhere."""

from __future__ import annotations

from datetime import datetime

from bot.evidence_file.facts import PackFacts, name_in_pack
from bot.evidence_file.tables import moment, published, text_hash
from bot.messages.incident.campaign_card import against_line, sign_text
from bot.messages.incident.playbook import step_text
from bot.messages.text.formatting import Words
from bot.messages.text.message import plain_text
from bot.messages.text.sanitize import is_web
from bot.model.platforms import reportable
from bot.model.review import Rating
from bot.store.incidents.evidence_rows import KeptReview
from bot.text.signs import lines
from bot.text.template import template


def html_page(facts: PackFacts, words: Words) -> bytes:
    """index.html: the incident, its signs, its moves, and every review in full with its earlier versions."""
    words = words.in_zone(facts.place.zone)
    names = {review.platform: review.source for review in facts.reviews}
    numbers = {review.review_id: number for number, review in enumerate(facts.reviews, start=1)}

    def shown(at: datetime | None) -> str:
        return moment(at, facts.place.zone)

    def stars(rating: Rating | None) -> str:
        return "" if rating is None else plain_text(words.rating(rating))

    text = template("bot.evidence_file", "page.html").render(
        facts=facts,
        words=words,
        overview=_overview(facts, words),
        signs=[
            (sign, plain_text(sign_text(sign, names, words)), [numbers[one] for one in facts.shown[sign.id]])
            for sign in facts.smear.signs
        ],
        against=plain_text(against_line(facts.smear, words)),
        steps=[(plain_text(step_text(step, words)), step.by or "", shown(step.at)) for step in facts.steps.steps],
        notes=[(name_in_pack(one), one) for one in facts.files],
        paths=reportable(review.platform for review in facts.reviews),
        about=lambda review: _about(review, facts),
        moment=shown,
        stars=stars,
        is_web=is_web,
        text_hash=text_hash,
    )
    return f"{text}\n".encode()


def _overview(facts: PackFacts, words: Words) -> list[tuple[str, object]]:
    incident, zone = facts.incident, facts.place.zone
    state = words.text(f"pack.at.{incident.state.value}")
    if incident.cause is not None:
        state += f" ({words.text(f'cause.{incident.cause.value}')})"
    return [
        ("place", lines(f"{facts.place.name} ({facts.place.business_name})")),
        ("state", state),
        ("severity", words.text(f"severity.{incident.severity.value}")),
        ("opened", moment(incident.opened_at, zone)),
        ("reviews", len(facts.reviews)),
        ("newest", moment(facts.newest, zone)),
    ]


def _about(review: KeptReview, facts: PackFacts) -> list[tuple[str, str]]:
    zone = facts.place.zone
    return [
        ("published", published(review, zone)),
        ("counted", "" if review.low_at == review.published_at else moment(review.low_at, zone)),
        ("edited", moment(review.edited_at, zone)),
        ("seen", moment(review.first_seen_at, zone)),
        ("missing", moment(review.gone_at, zone)),
        ("language", lines(review.language)),
    ]
