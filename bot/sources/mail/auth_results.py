"""The grammar of the Authentication-Results header (RFC 8601, section 2.2).

Read strictly where it matters: a header with anything in it that is not a result is not read at all, for what follows
might have been slipped in by the sender. Results of unknown methods and properties without a type are let pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 8192
"""Characters of a header; no provider writes nearly as many."""
_DEEPEST: Final = 20
"""Comments inside comments."""

_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
_PIECE: Final = re.compile(rf"(?P<quoted>{_QUOTED})|(?P<plain>[^\"();]+)|(?P<end>;)", re.DOTALL)
_IN_COMMENT: Final = re.compile(r"[^()\\]+|\\.", re.DOTALL)
_ID: Final = re.compile(rf"\s*(?P<id>{_QUOTED}|[^\s;\"=]+)(?:\s+\d+)?\s*", re.DOTALL)
_METHOD: Final = re.compile(r"\s*(?P<method>[\w.-]+)(?:\s*/\s*\d+)?\s*=\s*(?P<result>[\w.-]+)(?=\s|$)", re.ASCII)
_PROPERTY: Final = re.compile(
    rf"\s+(?:(?P<type>[\w-]+)\s*\.\s*)?(?P<name>[\w.-]+)\s*=\s*(?P<value>{_QUOTED}(?:@[^\s\"]+)?|[^\s\"]*)(?=\s|$)",
    re.ASCII | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Result:
    """One check that a provider made.

    Attributes:
        method: "dmarc", "dkim", "spf", ... in lower case.
        result: "pass", "fail", "none", ... in lower case.
        properties: type ("header", "smtp", "policy", ...), name and value, all in lower case.
    """

    method: str
    result: str
    properties: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """A header: who checked (authserv-id), and what was found."""

    authserv_id: str
    results: tuple[Result, ...]


def read(value: str) -> AuthenticationResults | None:
    """A header's value; None when it does not keep to the grammar."""
    statements = _statements(value) if len(value) <= LONGEST else None
    if statements is None:
        return None
    server = _ID.fullmatch(statements[0])
    if server is None:
        return None
    results = []
    for statement in statements[1:]:
        if statement.strip().lower() in ("", "none"):
            continue
        result = _result(statement.rstrip())
        if result is None:
            return None
        results.append(result)
    return AuthenticationResults(_unquoted(server["id"]), tuple(results))


def _statements(value: str) -> list[str] | None:
    """What stands between the semicolons, each comment made a blank; None when a comment or a quote has no end."""
    statements, depth, at = [""], 0, 0
    while at < len(value):
        if value[at] == "(":
            depth += 1
            at += 1
        elif depth:
            inside = _IN_COMMENT.match(value, at)
            if value[at] == ")":
                depth -= 1
                statements[-1] += " "
                at += 1
            elif inside is None:
                return None
            else:
                at = inside.end()
        else:
            piece = _PIECE.match(value, at)
            if piece is None:
                return None
            if piece["end"]:
                statements.append("")
            else:
                statements[-1] += piece[0]
            at = piece.end()
        if depth > _DEEPEST:
            return None
    return None if depth else statements


def _result(statement: str) -> Result | None:
    head = _METHOD.match(statement)
    if head is None:
        return None
    properties, at = [], head.end()
    while at < len(statement):
        one = _PROPERTY.match(statement, at)
        if one is None:
            return None
        if one["type"] is not None:
            properties.append((one["type"].lower(), one["name"].lower(), _unquoted(one["value"]).lower()))
        at = one.end()
    return Result(head["method"].lower(), head["result"].lower(), tuple(properties))


def _unquoted(value: str) -> str:
    quoted = re.match(_QUOTED, value, re.DOTALL)
    if quoted is None:
        return value
    return re.sub(r"\\(.)", r"\1", quoted[0][1:-1], flags=re.DOTALL) + value[quoted.end() :]
