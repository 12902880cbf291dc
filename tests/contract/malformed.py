"""Files as nobody wants them. Each says what has to come of it: refused as a whole, bad rows, or read after all."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from .sheets import xlsx

HEADER = "Date,Rating,Text,Author\n"
GOOD = "2026-01-05 12:00:00,1,The soup was cold,Ann\n"


@dataclass(frozen=True)
class Malformed:
    """A broken file.

    Attributes:
        name: the file's name.
        body: its bytes.
        reviews: how many reviews have to be read from it.
        problems: line and a part of the reason of each problem; line None: the file as a whole.
    """

    name: str
    body: bytes
    reviews: int = 0
    problems: tuple[tuple[int | None, str], ...] = field(default=())


def malformed() -> Iterator[Malformed]:
    """All of them."""
    yield from _not_tables()
    yield from _archives()
    yield from _broken_text()
    yield from _broken_rows()
    yield from _broken_json()
    yield from _spreadsheets()


def archive(parts: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as packed:
        for name, body in parts.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = method
            packed.writestr(entry, body)
    return stream.getvalue()


def _whole(name: str, body: bytes | str, reason: str) -> Malformed:
    return Malformed(name, body.encode() if isinstance(body, str) else body, 0, ((None, reason),))


def _not_tables() -> Iterator[Malformed]:
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + zlib.compress(bytes(range(256)) * 40, 0)
    yield _whole("picture.csv", png, "not a text file")
    yield _whole("empty.csv", b"", "empty")
    yield _whole("blank.csv", b"\xef\xbb\xbf \r\n\r\n", "empty")
    yield _whole("nul.csv", b"\x00" * 5000, "empty")
    yield _whole("page.xlsx", "<!DOCTYPE html><html><body>Sign in</body></html>", "web page")
    yield _whole("paper.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF")
    yield _whole("word.xlsx", "This is no spreadsheet", "not a spreadsheet")
    yield _whole("letter.csv", "Dear team,\nplease find our reviews in the portal.\nBest\n", "no column looks like")
    yield _whole("other.csv", "SKU,Price,Stock\n1,2,3\n", "The columns are: SKU, Price, Stock")
    yield _whole("header.csv", HEADER, "no reviews below")
    wide = ",".join(f"column {number}" for number in range(5000))
    yield _whole("wide.csv", f"{wide}\n{wide}\n", "no reviews below")
    yield _whole("percent.csv", "Date,Rating,Text\n2026-01-05,80,a\n2026-01-06,95,b\n", "not clear on which scale")
    yield _whole("twoways.csv", "Date,Rating,Text\n03/04/2026,1,a\n05/06/2026,2,b\n", "2026-04-03")


def _archives() -> Iterator[Malformed]:
    table = {"reviews.csv": (HEADER + GOOD * 50).encode()}
    yield _whole("cut.zip", archive(table)[:-60], "damaged or not complete")
    yield _whole("inner.zip", archive({"a.zip": archive(table)}), "zip inside a zip")
    yield _whole("nothing.zip", archive({"readme.txt": b"hello"}), "no column looks")
    yield _whole("many.zip", archive({f"{n}.csv": b"x" for n in range(1001)}), "1,001 tables")
    yield _whole("bomb.zip", archive({"a.csv": b"0" * (30 * 2**20)}), "packed so tightly")
    yield _whole("huge.zip", archive({"a.csv": b"0" * (65 * 2**20)}), "larger than 64\u00a0MB")
    locked = bytearray(archive(table, method=zipfile.ZIP_STORED))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    yield _whole("locked.zip", bytes(locked), "password")
    wrong = bytearray(archive(table, method=zipfile.ZIP_STORED))
    wrong[60] ^= 0xFF
    yield _whole("checksum.zip", bytes(wrong), "damaged")
    yield Malformed("climb.zip", archive({"../../etc/reviews.csv": (HEADER + GOOD).encode()}), 1)


def _broken_text() -> Iterator[Malformed]:
    umlauts = HEADER + "2026-01-05,1,Grüße aus Köln,Jörg\n2026-01-06,2,„kalt“,Ü\n"
    yield Malformed("cp1252.csv", umlauts.encode("cp1252"), 2)
    yield Malformed("bare16le.csv", umlauts.encode("utf-16-le"), 2)
    yield Malformed("bare16be.csv", umlauts.encode("utf-16-be"), 2)
    yield Malformed("odd16.csv", umlauts.encode("utf-16") + b"x", 2)
    broken = umlauts.encode() * 1
    yield Malformed("broken8.csv", broken[:-3] + b"\xff\n", 2)
    yield Malformed("nuls.csv", (HEADER + GOOD).replace("cold", "co\x00ld").encode(), 1)
    yield Malformed(
        "bommid.csv", (HEADER + GOOD + "\ufeff" + HEADER + GOOD.replace("Ann", "Bo")).encode("utf-8-sig"), 2
    )
    yield Malformed("onlycr.csv", (HEADER + GOOD).replace("\n", "\r").encode(), 1)
    yield Malformed(
        "mixed.csv", (HEADER + GOOD + GOOD.strip() + "\r\n" + GOOD.replace("Ann", "Bo").strip() + "\r").encode(), 2
    )
    yield Malformed("separator.csv", ("sep=;\r\n" + (HEADER + GOOD).replace(",", ";")).encode(), 1)


def _broken_rows() -> Iterator[Malformed]:
    yield Malformed(
        "ragged.csv",
        (HEADER + "2026-01-05,1\n" + GOOD + "2026-01-05,1,x,y,z,w\n2026-01-05,1,x,y,,\n").encode(),
        3,
        ((4, "6 cells under 4 headings"),),
    )
    yield Malformed(
        "openquote.csv",
        (HEADER + GOOD + '2026-01-06,1,"never closed,Bo\n' + GOOD.replace("Ann", "Cy")).encode(),
        2,
        ((3, "never closed"),),
    )
    yield Malformed("barequote.csv", (HEADER + '2026-01-06,1,"He said "hi" twice",Bo\n' + GOOD).encode(), 2)
    yield Malformed(
        "longcell.csv",
        (HEADER + f"2026-01-06,1,{'x' * 10_000_000},Bo\n" + GOOD).encode(),
        1,
        ((2, "10,000,000 characters"),),
    )
    yield Malformed("negative.csv", (HEADER + "2026-01-06,-3,bad,Bo\n" + GOOD).encode(), 1, ((2, "outside 1–5"),))
    yield Malformed(
        "nodate.csv",
        (HEADER + "00/00/0000,1,bad,Bo\n,1,bad,Bo\n30.02.2026,1,a,b\n2926-01-01,1,a,b\n" + GOOD).encode(),
        1,
        ((2, "not a date"), (3, "missing"), (4, "not a date"), (5, "year 2926")),
    )
    yield Malformed(
        "contradict.csv",
        b"Date,Rating,Text\n25/03/2026,1,a\n03/25/2026,1,b\n03/04/2026,1,c\n",
        0,
        ((None, "no row settles it"),),
    )
    yield Malformed("twice.csv", b"Date,Rating,Rating,Text,Text\n2026-01-05,2,5,first,second\n", 1)
    yield Malformed("giant.csv", (HEADER + f"2026-01-06,{'9' * 30},x,Bo\n" + GOOD).encode(), 1, ((2, "outside"),))


def _broken_json() -> Iterator[Malformed]:
    row = {"date": "2026-01-05", "rating": 1, "text": "cold"}
    yield _whole("deep.json", "[" * 200_000 + "]" * 200_000, "nested too deeply")
    yield _whole("comma.json", '[{"date": "2026-01-05", "rating": 1,},]', "line 1, column")
    yield _whole("scalar.json", "[1, 2, 3]", "no list of reviews")
    yield _whole("nothing.json", "[]", "empty")
    yield _whole("cutoff.json", json.dumps([row, row])[:-9], "not JSON")
    yield Malformed(
        "digits.json", json.dumps([row, row]).replace("1,", "9" * 5000 + ",", 1).encode(), 1, ((1, "number"),)
    )
    yield Malformed("surrogate.json", json.dumps([{**row, "text": "x \ud83d y"}]).encode(), 1)
    yield Malformed("notanumber.json", json.dumps([{**row, "rating": float("nan")}, row]).encode(), 2)
    yield Malformed(
        "mixed.jsonl",
        (json.dumps(row) + "\n{broken\n" + "[" * 100_000 + "\n").encode(),
        1,
        ((2, "not JSON"), (3, "deep")),
    )
    own = {"type": "FeatureCollection", "features": [{"properties": {"five_star_rating_published": 5}}]}
    yield _whole("Reviews.json", json.dumps(own), "Google Business Profile")
    own_places = {"reviews": [{"placeId": "x", "rating": 5, "timestamp": 1767348000123}]}
    yield _whole("reviews-own.json", json.dumps(own_places), "that you wrote yourself")


def _spreadsheets() -> Iterator[Malformed]:
    rows = [["Date", "Rating", "Text"], ["2026-01-05", "=1+1|2", "cold"], ["2026-01-06", "=1/0|#DIV/0!", "x"]]
    yield Malformed("formula.xlsx", xlsx(rows), 1, ((3, "not a number"),))
    yield _whole("half.xlsx", xlsx(rows)[:700], "damaged")
    far = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1">'
    )
    far += '<v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    yield _whole("far.xlsx", xlsx(rows, more={"xl/worksheets/sheet1.xml": far}), "more than 3,000,000 cells")
    yield _whole("nosheet.xlsx", archive({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<"}), "damaged")
    yield _whole("noise.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 600, "damaged")
