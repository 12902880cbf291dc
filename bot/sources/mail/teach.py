"""Makes a rule from one mail and the values that the owner says it holds.

Each value is looked up in the mail; what stands around it becomes the pattern. Other values and all numbers in those
surroundings are left open, for they change from mail to mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from bot.errors import SkipError
from bot.sources.mail.fields import search
from bot.sources.mail.rules import MailRule
from bot.sources.mail.text import Mail

_AROUND: Final = 40
_LINES_AROUND: Final = 3
_RATING_NEAR: Final = re.compile(
    r"(?i)star|stern|rating|rated|bewert|score|punkt|point|note|bubble|sonne|/\s*\d|\bvon\b|\bof\b"
)
_STARS: Final = re.compile(r"[★⭐🌟●][★⭐🌟●☆○\ufe0f ]*")


class TeachError(SkipError):
    """A value cannot be learned from this mail; the text says why."""


def make_rule(
    mail: Mail,
    *,
    name: str,
    platform: str,
    subject: str,
    values: Mapping[str, str],
    best: float = 5,
    ends_with: str = "",
) -> MailRule:
    """A rule that reads these values from this mail.

    Args:
        mail: the mail.
        name: the rule's name.
        platform: where the guests wrote.
        subject: pattern for the subject, as `subject_pattern` suggests it.
        values: field -> value as it stands in the mail; of a long text its first words are enough, with `ends_with`.
        best: the best rating of the platform's scale.
        ends_with: the last words of the text.

    Raises:
        TeachError: a value does not stand in the mail, or cannot be told from the rest.
    """
    part = "text" if mail.text.strip() else "html"
    body = mail.body(part)
    whole = {field: _whole(field, value, body, ends_with) for field, value in values.items() if value}
    fields: dict[str, Any] = {}
    for field, value in whole.items():
        others = [one for name_, one in whole.items() if name_ != field]
        finder = _rating(value, mail, body, others) if field == "rating" else _finder(field, value, mail, body, others)
        fields[field] = finder
    if not fields:
        raise TeachError("nothing of the mail was named, so there is nothing to learn")
    return MailRule.model_validate(
        {
            "name": name,
            "platform": platform,
            "senders": [mail.sender],
            "subject": [subject],
            "part": part,
            "scale": [1, best],
            "require": ["rating"] if "rating" in fields else [one for one in ("author", "text") if one in fields][:1],
            "fields": fields,
        }
    )


def subject_pattern(mail: Mail, values: Iterable[str]) -> str:
    """The part of a subject that stays when names and numbers change."""
    return f"^{_open(mail.one('subject'), [one for one in values if one])}$"


def as_toml(rule: MailRule) -> str:
    """A rule as TOML, for the owner's file."""
    lines = ["[[rules]]"]
    plain: dict[str, Any] = rule.model_dump(mode="json", exclude_defaults=True, exclude={"fields"})
    lines += [f"{key} = {_toml(value)}" for key, value in plain.items()]
    lines += ["", "[rules.fields]"]
    for field, finders in rule.fields.items():
        one = finders[0].model_dump(mode="json", exclude_defaults=True)
        lines.append(f"{field} = {_toml(one)}")
    return "\n".join(lines) + "\n"


def _whole(field: str, value: str, body: str, ends_with: str) -> str:
    if field != "text" or not ends_with:
        return value.strip()
    start = _at(body, value)
    end = _at(body[start[0] :], ends_with) if start else None
    if start is None or end is None:
        raise TeachError(f"these words do not stand in the mail: {(value if start is None else ends_with)[:80]!r}")
    return body[start[0] : start[0] + end[1]]


def _at(text: str, value: str) -> tuple[int, int] | None:
    words = r"\s+".join(map(re.escape, value.split()))
    found = re.search(words, text) or re.search(words, text, re.IGNORECASE)
    return found.span() if found and words else None


def _finder(field: str, value: str, mail: Mail, body: str, others: Sequence[str]) -> dict[str, Any]:
    span = _at(body, value)
    if span is not None:
        return {"pattern": _checked(_around(body, span, others, r"(.*?)"), body, value, field)}
    subject = mail.one("subject")
    span = _at(subject, value)
    if span is None:
        raise TeachError(f"{field}: {value[:80]!r} does not stand in the mail; copy it as it stands there")
    return {"where": "subject", "pattern": _checked(_around(subject, span, others, r"(.+?)"), subject, value, field)}


def _rating(value: str, mail: Mail, body: str, others: Sequence[str]) -> dict[str, Any]:
    digits = re.compile(rf"(?<![\d.,]){re.escape(value)}(?![\d]|[.,]\d)")
    for where, text in (("body", body), ("subject", mail.one("subject"))):
        spans = [found.span() for found in digits.finditer(text)]
        spans.sort(key=lambda span: not _RATING_NEAR.search(text[max(0, span[0] - 25) : span[1] + 25]))
        for span in spans:
            pattern = _around(text, span, others, r"(\d{1,2}(?:[.,]\d{1,2})?)")
            if _finds(pattern, text, value):
                return {"pattern": pattern} if where == "body" else {"where": where, "pattern": pattern}
    for found in _STARS.finditer(body):
        if value.isdecimal() and sum(sign in "★⭐🌟●" for sign in found[0]) == int(value):
            return {"pattern": r"(?m)^[^\S\n]*([★⭐🌟●][★⭐🌟●☆○\uFE0F ]*)", "counts": "stars"}
    for image in mail.soup.select("img[alt]", limit=200) if mail.html else []:
        alt = str(image["alt"])
        if span_ := digits.search(alt):
            return {"css": "img[alt]", "take": "alt", "pattern": _around(alt, span_.span(), others, r"(\d(?:[.,]\d)?)")}
    raise TeachError(
        f"the rating {value} stands in this mail neither as a number nor as stars; answer - and the review counts "
        "without a rating"
    )


def _around(text: str, span: tuple[int, int], others: Sequence[str], value: str) -> str:
    """A pattern for what stands there, held by the rest of its line or, where it fills its lines, by those around."""
    before, after = text[: span[0]], text[span[1] :]
    head, tail = before.rpartition("\n")[2], after.partition("\n")[0]
    if head.strip() or tail.strip():
        left = _open(head[-_AROUND:].lstrip(), others)
        right = _open(tail[:_AROUND].rstrip(), others)
        start = r"^[^\S\n]*" if len(head) <= _AROUND else ""
        end = r"[^\S\n]*$" if len(tail) <= _AROUND else ""
        return f"(?m){start}{left}{value}{right}{end}"
    above = [line.strip() for line in before.split("\n") if line.strip()]
    below = [line.strip() for line in after.split("\n") if line.strip()]
    left = _lines(list(reversed(above)), others, reverse=True)
    right = _lines(below, others, reverse=False)
    first = rf"^[^\S\n]*{left}\s*\n\s*" if left else r"\A\s*"
    last = rf"\s*\n\s*{right}" if right else r"\s*\Z"
    return f"(?ms){first}{value}{last}"


def _lines(lines: Sequence[str], others: Sequence[str], *, reverse: bool) -> str:
    """The neighbouring lines, up to one that is the same in every mail."""
    parts: list[str] = []
    for line in lines[:_LINES_AROUND]:
        changes = line in others or len(line) > 100
        parts.append(r"[^\n]+" if changes else _open(line, others))
        if not changes:
            break
    return r"\s*\n\s*".join(reversed(parts) if reverse else parts)


def _open(text: str, others: Iterable[str]) -> str:
    """A text as a pattern in which other values and numbers may be anything."""
    known = sorted({one for one in others if len(one) > 1 and "\n" not in one}, key=len, reverse=True)
    splitter = re.compile("|".join([r"https?://\S+", *map(re.escape, known), _STARS.pattern, r"\d+(?:[.,]\d+)*"]))
    pieces: list[str] = []
    at = 0
    for found in splitter.finditer(text):
        pieces += [_literal(text[at : found.start()]), _stand_in(found[0])]
        at = found.end()
    return "".join([*pieces, _literal(text[at:])])


def _stand_in(changing: str) -> str:
    if "://" in changing:
        return r"https?://\S+"
    if changing[0].isdigit():
        return r"\d+(?:[.,]\d+)*"
    return r"[★⭐🌟●☆○\uFE0F ]+" if _STARS.fullmatch(changing) else ".+?"


def _literal(text: str) -> str:
    return re.sub(r"(?:\\ |\\\t)+", lambda _: r"[^\S\n]+", re.escape(text))


def _finds(pattern: str, text: str, value: str) -> bool:
    found = search(pattern, text, what="this value")
    return (
        found is not None and " ".join((found.group(1) or "").split()).casefold() == " ".join(value.split()).casefold()
    )


def _checked(pattern: str, text: str, value: str, field: str) -> str:
    if not _finds(pattern, text, value):
        raise TeachError(f"{field}: {value[:80]!r} cannot be told from the rest of this mail; write this rule by hand")
    return pattern


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:g}"
    return f"'{value}'" if "'" not in value and value.isprintable() else _quoted(value)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in escaped) + '"'
