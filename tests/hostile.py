"""Small files that unpack or repeat to far more than a table of reviews: made here, opened only by the worker."""

from __future__ import annotations

import io
import zipfile
from typing import Final

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_ROW: Final = '<row r="{0}"><c r="A{0}"><v>46000</v></c><c r="B{0}"><v>1</v></c>{1}</row>'


def packed(parts: dict[str, str | bytes]) -> bytes:
    """A zip of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


def xlsx(sheets: list[str], *, shared: str = "", named: int = 0) -> bytes:
    """A workbook of these rows; with `named`, so many sheets that are all the first part."""
    count = named or len(sheets)
    listed = "".join(f'<sheet name="s{n}" sheetId="{n + 1}" r:id="r{n}"/>' for n in range(count))
    targets = [f"worksheets/sheet{0 if named else n}.xml" for n in range(count)]
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="{target}"/>' for n, target in enumerate(targets)
    )
    if shared:
        links += f'<Relationship Id="shared" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>',
    }
    for number, rows in enumerate(sheets):
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
    if shared:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{_MAIN}"><si><t>{shared}</t></si></sst>'
    return packed(parts)


def ods(rows: str) -> bytes:
    """A spreadsheet of one sheet with these rows."""
    content = (
        '<?xml version="1.0"?>'
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="s">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def _cell(columns: int) -> str:
    return (
        f'<table:table-cell table:number-columns-repeated="{columns}" office:value-type="string">'
        "<text:p>x</text:p></table:table-cell>"
    )


REPEATED: Final = f'<table:table-row table:number-rows-repeated="999">{_cell(999) * 16}</table:table-row>' * 60

HOSTILE: Final = {
    "repeats.ods": ods(REPEATED),
    "edge.ods": ods(f'<table:table-row table:number-rows-repeated="1000000">{_cell(5)}</table:table-row>'),
    "far-cell.xlsx": xlsx([_ROW.format(1, "") + '<row r="1048576"><c r="K1048576"><v>1</v></c></row>']),
    "sheets.xlsx": xlsx([_ROW.format(1, "") + '<row r="200000"><c r="C200000"><v>1</v></c></row>'] * 8),
    "one-part.xlsx": xlsx([_ROW.format(1, "") + '<row r="100000"><c r="C100000"><v>1</v></c></row>'], named=40),
    "shared.xlsx": xlsx(
        ["".join(_ROW.format(n, f'<c r="C{n}" t="s"><v>0</v></c>') for n in range(1, 2000))], shared="A" * 200_000
    ),
}
"""By name: refused by what they say of themselves, before a cell is made."""

UNCOUNTED: Final = xlsx(
    ["".join(_ROW.format(n, f'<c r="C{n}" t="s"><f>A1</f><v>0</v></c>') for n in range(1, 3000))], shared="A" * 200_000
)
"""A text that is used again behind a formula, where no counting looks: only the limits of the process end it."""
