"""Bodies of Bot API calls: form-encoded, JSON and multipart.

Source: core.telegram.org/bots/api#making-requests.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from bot.demo.botapi.rules.refusals import bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    """A file inside a multipart body."""

    name: str
    content: bytes
    mime_type: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a call carries: `values` as sent (text, or any JSON value in a JSON body) and `files` by field name."""

    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)


def read_parameters(*, query: str, content_type: str, body: bytes) -> Parameters:
    """The parameters of a call.

    Raises:
        RefusedError: the body is not what its content type says.
    """
    values: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        values |= _json_object(body)
    elif kind == "multipart/form-data":
        fields, files = _multipart(content_type, body)
        return Parameters(values | fields, files)
    elif body:
        values |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return Parameters(values)


def _json_object(body: bytes) -> dict[str, Any]:
    refusal = bad_request("JSON object expected", source="tdlib/td, HttpReader")
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        raise refusal from None
    if not isinstance(value, dict):
        raise refusal
    return value


def _multipart(content_type: str, body: bytes) -> tuple[dict[str, str], dict[str, Upload]]:
    boundary = re.search(r'boundary="?([^";]+)"?', content_type)
    if boundary is None:
        raise bad_request("boundary not found", source="tdlib/td, HttpReader")
    values: dict[str, str] = {}
    files: dict[str, Upload] = {}
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())
    for part in parts[1:]:
        if part.startswith(b"--"):
            break
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = head.decode("utf-8", "replace")
        name = re.search(r'[ ;]name="([^"]*)"', headers)
        if name is None:
            raise bad_request("field name in multipart/form-data not found", source="tdlib/td, HttpReader")
        filename = re.search(r'filename="([^"]*)"', headers)
        if filename is None:
            values[name[1]] = content.decode("utf-8", "replace")
            continue
        mime = re.search(r"^content-type:\s*(\S+)", headers, re.IGNORECASE | re.MULTILINE)
        files[name[1]] = Upload(filename[1], content, mime[1] if mime else "application/octet-stream")
    return values, files
