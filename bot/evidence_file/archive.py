"""The evidence as one zip file; the same state of the database gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.evidence_file.facts import PackFacts
from bot.evidence_file.page import html_page
from bot.evidence_file.tables import csv_table, json_table
from bot.messages.text.formatting import Words

SUMS: Final = "SHA256SUMS"
_STAMP: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold: the time of making it is not part of the state."""

_PRIVATE: Final = 0o600 << 16
_UNIX: Final = 3


def pack_name(facts: PackFacts) -> str:
    """What the file is called."""
    return f"evidence-{facts.incident.incident_id}.zip"


def pack(facts: PackFacts, words: Words, notes: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """reviews.csv, reviews.json, index.html, and their hashes in the form that `sha256sum --check` reads.

    `notes` are the photos and voice notes that go along, by their names in the file.
    """
    files = {
        "index.html": html_page(facts, words),
        "reviews.csv": csv_table(facts),
        "reviews.json": json_table(facts),
        **notes,
    }
    sums = "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in (*files.items(), (SUMS, sums.encode("ascii"))):
            info = ZipInfo(name, date_time=_STAMP)
            info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, _UNIX, _PRIVATE
            archive.writestr(info, content)
    return out.getvalue()
