"""Workbooks for tests, written by hand so that they can also be written wrongly."""

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/>'
    '<xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>'
)
_STATES = ("visible", "hidden")
_DAY, _MOMENT = 1, 2
"""Styles: a date, and a date with a time."""


@dataclass(frozen=True)
class Formula:
    """A formula and the value it had when the workbook was saved."""

    text: str
    value: str


@dataclass(frozen=True)
class Error:
    """A cell that shows an error, as #N/A."""

    text: str


def column(index: int) -> str:
    """A, B, ... Z, AA, ..."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell(at: str, value: object) -> str:
    """One cell of a sheet."""
    match value:
        case None:
            return ""
        case bool():
            return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
        case int() | float():
            return f'<c r="{at}"><v>{value!r}</v></c>'
        case datetime():
            days = (value - datetime(1899, 12, 30)).total_seconds() / 86400  # noqa: DTZ001
            return f'<c r="{at}" s="{_MOMENT}"><v>{days!r}</v></c>'
        case date():
            return f'<c r="{at}" s="{_DAY}"><v>{(value - date(1899, 12, 30)).days}</v></c>'
        case Formula():
            return f'<c r="{at}" t="str"><f>{escape(value.text)}</f><v>{escape(value.value)}</v></c>'
        case Error():
            return f'<c r="{at}" t="e"><v>{value.text}</v></c>'
        case _:
            text = escape(str(value))
            return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def sheet(rows: Iterable[tuple[int, Sequence[object]]]) -> Iterable[str]:
    """The pieces of a sheet's XML."""
    yield f'<worksheet xmlns="{_MAIN}"><sheetData>'
    for number, values in rows:
        cells = "".join(cell(f"{column(at)}{number}", value) for at, value in enumerate(values))
        yield f'<row r="{number}">{cells}</row>'
    yield "</sheetData></worksheet>"


def numbered(rows: Iterable[Sequence[object]]) -> Iterable[tuple[int, Sequence[object]]]:
    return enumerate(rows, 1)


def write_xlsx(
    path: Path, sheets: dict[str, Iterable[str]], hidden: Sequence[str] = (), extra: Sequence[str] = ()
) -> Path:
    """A workbook of these sheets, each given as the pieces of its XML."""
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" r:id="r{at}" state="{_STATES[name in hidden]}"/>'
        for at, name in enumerate(sheets, 1)
    )
    related = "".join(
        f'<Relationship Id="r{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    styles = f'<Relationship Id="s" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types"/>')
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">{related}{styles}</Relationships>',
        )
        archive.writestr("xl/styles.xml", _STYLES)
        for at, pieces in enumerate(sheets.values(), 1):
            with archive.open(f"xl/worksheets/sheet{at}.xml", "w") as part:
                for piece in pieces:
                    part.write(piece.encode())
        for name in extra:
            archive.writestr(name, "")
    return path


def xlsx(path: Path, rows: Iterable[Sequence[object]]) -> Path:
    """A workbook of one sheet, "People"."""
    return write_xlsx(path, {"People": sheet(numbered(rows))})


def _ods_cell(value: object) -> str:
    match value:
        case None:
            return "<table:table-cell/>"
        case bool():
            said = str(value).lower()
            return f'<table:table-cell office:value-type="boolean" office:boolean-value="{said}"/>'
        case int() | float():
            return f'<table:table-cell office:value-type="float" office:value="{value!r}"/>'
        case date():
            return (
                f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
            )
        case time():
            return (
                f'<table:table-cell office:value-type="time" office:time-value="{value:PT%HH%MM%SS}"/>'
            )
        case _:
            text = f"<text:p>{escape(str(value))}</text:p>"
            return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'


def ods(path: Path, rows: Iterable[Sequence[object]], manifest: str = "") -> Path:
    """A workbook of one sheet as LibreOffice writes it, padded to the sheet's edges."""
    body = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, values))}"
        '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        for values in rows
    )
    space = "urn:oasis:names:tc:opendocument:xmlns"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED
        )
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content xmlns:office="{space}:office:1.0" '
            f'xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0"><office:body>'
            f'<office:spreadsheet><table:table table:name="People">{body}'
            '<table:table-row table:number-rows-repeated="1048000">'
            '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{space}:manifest:1.0">{manifest}'
            "</manifest:manifest>",
        )
    return path
