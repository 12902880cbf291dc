"""The reviews of an evidence file as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.evidence_file.facts import PackFacts, name_in_pack
from bot.store.incidents.evidence_rows import KeptReview

_FORMULA: Final = re.compile(r"""((?:^|[,;\n\r\t])[\s"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])""")
"""Where a formula may begin, full-width signs included: in front of the cell, and behind anything at which a
spreadsheet splits it. German Excel reads `;` as the separator, what is pasted is split at tabs; to both our quotation
marks are signs in the middle of a cell, which hold nothing together."""


def text_hash(text: str) -> str:
    """SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def moment(at: datetime | None, zone: ZoneInfo) -> str:
    """A time with its zone's distance from UTC, or empty."""
    return "" if at is None else at.astimezone(zone).isoformat(" ", "seconds")


def published(review: KeptReview, zone: ZoneInfo) -> str:
    """When a review was published: its day alone where the platform says no more."""
    at = review.published_at.astimezone(zone)
    return at.date().isoformat() if review.is_date_only else moment(at, zone)


def csv_table(facts: PackFacts) -> bytes:
    """reviews.csv: UTF-8 with a byte order mark, for spreadsheets; no cell nor part of one is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    rows = [_row(review, facts.place.zone) for review in facts.reviews]
    writer.writerow(list(_COLUMNS))
    writer.writerows([[_harmless(str(row[column])) for column in _COLUMNS] for row in rows])
    return out.getvalue().encode("utf-8-sig", "backslashreplace")


def json_table(facts: PackFacts) -> bytes:
    """reviews.json: the texts exactly as the sources gave them, the signs and the incident's moves."""
    incident, zone = facts.incident, facts.place.zone
    tree = {
        "incident": {
            "number": incident.incident_id,
            "place": facts.place.name,
            "business": facts.place.business_name,
            "state": incident.state.value,
            "severity": incident.severity.value,
            "opened": moment(incident.opened_at, zone),
            "usual_low_reviews_per_day": facts.usual_per_day,
            "zone": zone.key,
            "newest_change": moment(facts.newest, zone),
        },
        "moves": [
            {"at": moment(move.moved_at, zone), "move": move.move.value, "state": move.to_state.value}
            for move in facts.moves
        ],
        "steps": [{"step": step.id, "done": moment(step.at, zone), "by": step.by or ""} for step in facts.steps.steps],
        "notes": [
            {
                "file": name_in_pack(file),
                "sent": moment(file.sent_at, zone),
                "by": file.by,
                "caption": file.caption,
                "bytes": file.bytes,
                "sha256": file.sha256,
            }
            for file in facts.files
        ],
        "smear": {
            "verdict": facts.smear.verdict,
            "reviews": facts.smear.reviews,
            "earlier": facts.smear.earlier,
            "signs": [
                {
                    "id": sign.id,
                    "stands_out": sign.stands_out,
                    "count": sign.count,
                    "of": sign.of,
                    "usual": round(sign.usual, 6),
                    "usual_is_own": sign.is_own,
                    "minutes": sign.minutes,
                    "names": list(sign.names),
                    "reviews": list(facts.shown[sign.id]),
                }
                for sign in facts.smear.signs
            ],
            "against": [
                {"id": one.id, "count": one.count, "of": one.of, "outweighs": one.outweighs}
                for one in facts.smear.against
            ],
        },
        "reviews": [
            {
                **_row(review, zone),
                "text": review.text,
                "versions": [
                    {
                        "until": moment(version.until, zone),
                        "stars": "" if version.rating is None else f"{version.rating.value:g}",
                        "title": version.title,
                        "text": version.text,
                        "text_sha256": text_hash(version.text),
                    }
                    for version in review.versions
                ],
            }
            for review in facts.reviews
        ],
    }
    return (json.dumps(tree, indent=1) + "\n").encode("ascii")


_COLUMNS: Final = (
    *("review", "source", "platform_id", "stars", "scale", "published", "low_since", "edited", "first_seen", "joined"),
    *(
        "not_visible_since",
        "link",
        "answer_link",
        "language",
        "title",
        "text",
        "text_sha256",
        "earlier_versions",
        "answer",
    ),
    "answered",
)


def _row(review: KeptReview, zone: ZoneInfo) -> dict[str, Any]:
    rating = review.rating
    return {
        "review": review.review_id,
        "source": review.source,
        "platform_id": review.key,
        "stars": "" if rating is None else f"{rating.value:g}",
        "scale": "" if rating is None else f"{rating.worst:g} to {rating.best:g}",
        "published": published(review, zone),
        "low_since": moment(review.low_at, zone),
        "edited": moment(review.edited_at, zone),
        "first_seen": moment(review.first_seen_at, zone),
        "joined": moment(review.joined_at, zone),
        "not_visible_since": moment(review.gone_at, zone),
        "link": review.url,
        "answer_link": review.reply_url,
        "language": review.language,
        "title": review.title,
        "text": review.text,
        "text_sha256": text_hash(review.text),
        "earlier_versions": len(review.versions),
        "answer": review.reply_text,
        "answered": moment(review.reply_at, zone),
    }


def _harmless(cell: str) -> str:
    """A cell of which no spreadsheet takes a part for a formula; NUL ends a file for some of them."""
    return _FORMULA.sub(r"\1'", cell.replace("\0", ""))
