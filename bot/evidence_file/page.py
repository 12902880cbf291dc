"""The evidence as a page that needs nothing but a browser: no script, no picture, nothing loaded from anywhere."""

from __future__ import annotations

from html import escape
from typing import Final

from bot.evidence_file.facts import PackFacts
from bot.evidence_file.tables import moment, published, text_hash
from bot.incidents.report_paths import report_paths
from bot.messages.incident.campaign_card import against_line, sign_text
from bot.messages.text.formatting import Words
from bot.messages.text.message import Html, plain_text
from bot.messages.text.sanitize import link
from bot.model.campaign import Sign
from bot.model.review import Rating
from bot.store.incidents.evidence_rows import EarlierVersion, KeptReview
from bot.text.signs import lines

_STYLE: Final = """
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1b1b1b;background:#fff}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.2rem;border-bottom:1px solid #bbb}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ddd;
vertical-align:top}dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:.4rem 0}dt{color:#555}
dd{margin:0;overflow-wrap:anywhere}article{border:1px solid #ccc;border-radius:6px;padding:.8rem 1rem;margin:1rem 0;
break-inside:avoid}blockquote{margin:.6rem 0;padding:.4rem .8rem;background:#f4f4f1;white-space:pre-wrap;
overflow-wrap:anywhere;unicode-bidi:isolate}.small{color:#555;font-size:.9rem}code{font-size:.85rem;
overflow-wrap:anywhere}h3{margin:0;font-size:1rem}
"""


def html_page(facts: PackFacts, words: Words) -> bytes:
    """index.html: the incident, its signs, its moves, and every review in full with its earlier versions."""
    words = words.in_zone(facts.place.zone)
    title = _say(words, "title", number=facts.incident.incident_id)
    parts = (
        f'<!doctype html>\n<html lang="{words.language}">\n<head>\n<meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width">',
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>",
        f"<h1>{title}</h1>\n<p>{_say(words, 'lead')}</p>",
        _overview(facts, words),
        _signs(facts, words),
        _paths(facts, words),
        _history(facts, words),
        f"<h2>{_say(words, 'texts')}</h2>",
        *(_review(review, number, facts, words) for number, review in enumerate(facts.reviews, start=1)),
        f'<p class="small">{_say(words, "files")}</p>\n</body>\n</html>\n',
    )
    return "\n".join(parts).encode("utf-8")


def _say(words: Words, key: str, /, **values: str | int) -> str:
    return escape(words.text(f"pack.{key}", None, **values))


def _shown(text: str) -> str:
    return escape(lines(text))


def _list(rows: list[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows if value) + "</dl>"


def _overview(facts: PackFacts, words: Words) -> str:
    incident, zone = facts.incident, facts.place.zone
    state = words.text(f"pack.at.{incident.state.value}")
    if incident.cause is not None:
        state += f" ({words.text(f'cause.{incident.cause.value}')})"
    rows = [
        (_say(words, "place"), f"{_shown(facts.place.name)} ({_shown(facts.place.business_name)})"),
        (_say(words, "state"), escape(state)),
        (_say(words, "severity"), escape(words.text(f"severity.{incident.severity.value}"))),
        (_say(words, "opened"), moment(incident.opened_at, zone)),
        (_say(words, "reviews"), str(len(facts.reviews))),
        (_say(words, "newest"), moment(facts.newest, zone)),
    ]
    return f'{_list(rows)}\n<p class="small">{_say(words, "zone", zone=zone.key)}</p>'


def _signs(facts: PackFacts, words: Words) -> str:
    smear = facts.smear
    numbers = {review.review_id: number for number, review in enumerate(facts.reviews, start=1)}
    names = {review.platform: review.source for review in facts.reviews}
    rows = "\n".join(_sign(sign, names, [numbers[one] for one in facts.shown[sign.id]], words) for sign in smear.signs)
    heads = "".join(f"<th>{_say(words, key)}</th>" for key in ("sign", "out", "usual", "texts"))
    checked = _say(
        words,
        "checked",
        count=smear.standing_out,
        of=len(smear.signs),
        reviews=smear.reviews,
        earlier=smear.earlier,
        verdict=words.text(f"pack.{smear.verdict}"),
    )
    against = escape(plain_text(against_line(smear, words)))
    return (
        f"<h2>{_say(words, 'signs')}</h2>\n<p>{checked}</p>\n<table><tr>{heads}</tr>\n{rows}\n</table>"
        f"\n<p>{against}</p>\n<p>{escape(plain_text(words.say('smear.hint')))}</p>"
    )


def _sign(sign: Sign, names: dict[str, str], numbers: list[int], words: Words) -> str:
    usual = (
        f"{words.number(round(100 * sign.usual, 2))} % ({words.text('pack.own' if sign.is_own else 'pack.general')})"
    )
    cells = (
        escape(plain_text(sign_text(sign, names, words))),
        _say(words, "yes" if sign.stands_out else "no"),
        escape(usual),
        ", ".join(map(str, numbers)),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _paths(facts: PackFacts, words: Words) -> str:
    found = report_paths(review.platform for review in facts.reviews)
    lines = [f"<li>{escape(path.name)}: {escape(' '.join(path.told(words.language)))}</li>" for path in found]
    return f"<h2>{_say(words, 'paths')}</h2>\n<ul>{''.join(lines)}</ul>" if lines else ""


def _history(facts: PackFacts, words: Words) -> str:
    lines = []
    for move in facts.moves:
        what = words.text(f"pack.move.{move.move.value}")
        if "count" in move.detail:
            what += f" ({words.text('count.low_reviews', int(move.detail['count']))})"
        lines.append(f"<tr><td>{moment(move.moved_at, facts.place.zone)}</td><td>{escape(what)}</td></tr>")
    return f"<h2>{_say(words, 'history')}</h2>\n<table>{''.join(lines)}</table>"


def _review(review: KeptReview, number: int, facts: PackFacts, words: Words) -> str:
    zone = facts.place.zone
    address = link(review.url, Html(_shown(review.url))) if review.url else ""
    rows = [
        (_say(words, "published"), published(review, zone)),
        (_say(words, "counted"), "" if review.low_at == review.published_at else moment(review.low_at, zone)),
        (_say(words, "edited"), moment(review.edited_at, zone)),
        (_say(words, "seen"), moment(review.first_seen_at, zone)),
        (_say(words, "missing"), moment(review.gone_at, zone)),
        (_say(words, "link"), address),
        (_say(words, "language"), _shown(review.language)),
        (_say(words, "hash"), f"<code>{text_hash(review.text)}</code>"),
    ]
    head = f"{number} · {_stars(review.rating, words)} {_shown(review.source)}"
    parts = [f"<article>\n<h3>{head}</h3>", _text(review.title, review.text, words), _list(rows)]
    parts += [_version(version, facts, words) for version in review.versions]
    if review.reply_text:
        answered = f"{_say(words, 'answer')} {moment(review.reply_at, zone)}"
        parts.append(
            f'<p class="small">{answered}</p>\n<blockquote dir="auto">{_shown(review.reply_text)}</blockquote>'
        )
    return "\n".join((*parts, "</article>"))


def _version(version: EarlierVersion, facts: PackFacts, words: Words) -> str:
    until = _say(words, "earlier", at=moment(version.until, facts.place.zone))
    stars = _stars(version.rating, words)
    return f'<p class="small">{until} · {stars}</p>\n{_text(version.title, version.text, words)}'


def _text(title: str, text: str, words: Words) -> str:
    if not title and not text:
        return f'<p class="small">{_say(words, "no_text")}</p>'
    said = f"<b>{_shown(title)}</b>\n{_shown(text)}" if title else _shown(text)
    return f'<blockquote dir="auto">{said}</blockquote>'


def _stars(rating: Rating | None, words: Words) -> str:
    return "" if rating is None else escape(plain_text(words.rating(rating)))
