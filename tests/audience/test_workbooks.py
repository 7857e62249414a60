"""Workbooks are read by their values, within limits, and hurt nobody but the process that reads them."""

import struct
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from p2ptext.audience import sheet_reader
from p2ptext.audience.reading import FileFault, Limits, open_list, preview
from tests.audience.workbook_files import Error, Formula, cell, numbered, ods, sheet, write_xlsx, xlsx

LIMITS = Limits()
DATA = Path(__file__).parents[1] / "data" / "lists"
SAVE_AS = "Open it in a spreadsheet program, save the sheet as “CSV UTF-8”, then upload that file."
DAMAGED = (
    "This workbook is damaged or was cut off on its way, and cannot be read. Upload it again. If that "
    "does not help, open it in a spreadsheet program, save the sheet as “CSV UTF-8”, then upload that file."
)
TOO_LARGE = f"This workbook is too large to be read. {SAVE_AS}"
LARGER = (
    "This workbook is larger than 20 MB when it is unpacked, the most this installation takes. "
    + SAVE_AS
)
ARCHIVE = (
    "This is a packed archive, and no list can be read in it. Unpack it, then upload the list inside."
)
ROWS = [["phone", "name"], [6145550104, "José"], ["614-555-0105", "Ann"]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """As lists are stored: without an ending that tells what they are."""
    return tmp_path / "0123456789abcdef"


def fault_of(path: Path, limits: Limits = LIMITS) -> str:
    with pytest.raises(FileFault) as caught, open_list(path, limits) as opened:
        list(opened.rows())
    return caught.value.words


def test_values_come_as_text(path: Path) -> None:
    xlsx(
        path,
        [
            ["Cell", "Value"],
            [6145550104, 1e-5],
            [6145550104.0, 1234.5],
            ["7.7E+09", 7.7e9],
            [12345678901234567890, -3.0],
            [Formula("1+1", "two"), Error("#N/A")],
            [date(2026, 11, 3), datetime(2026, 11, 3, 14, 30)],  # noqa: DTZ001
            [True, False],
            [" a\nb", "=1+1"],
            [None, "e" + "\u0301" * 10_000],
        ],
    )
    with open_list(path, LIMITS) as opened:
        assert (opened.shape.kind, opened.shape.sheet) == ("workbook", "People")
        assert not opened.shape.guessed_encoding
        assert opened.header == ["Cell", "Value"]
        assert list(opened.rows()) == [
            (2, ["6145550104", "0.00001"]),
            (3, ["6145550104", "1234.5"]),
            (4, ["7.7E+09", "7700000000"]),  # as text it stays what it is, and is refused by name
            (5, ["12345678901234567000", "-3"]),
            (6, ["two"]),
            (7, ["2026-11-03", "2026-11-03 14:30:00"]),
            (8, ["TRUE", "FALSE"]),
            (9, [" a\nb", "=1+1"]),
            (10, ["", "e" + "\u0301" * 10_000]),
        ]
        assert opened.done == opened.total == 10


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1e15, "1000000000000000"),
        (1.5e300, "15" + "0" * 299),
        (0.1, "0.1"),
        (time(14, 30), "14:30:00"),
        (timedelta(days=1, hours=12, seconds=5), "36:00:05"),
        (datetime(2026, 11, 3), "2026-11-03"),  # noqa: DTZ001
    ],
)
def test_a_number_has_all_its_digits_and_a_date_is_iso(value: object, text: str) -> None:
    assert sheet_reader.shown(value) == text


@hypothesis_settings(deadline=None)
@given(st.integers(2_000_000_000, 10**15 - 1))
def test_a_telephone_is_never_rounded_or_shortened(number: int) -> None:
    assert sheet_reader.shown(float(number)) == str(number)


def test_an_old_workbook() -> None:
    """Written by xlwt: a telephone as a number, a date, an amount, a yes."""
    with open_list(DATA / "people.xls", LIMITS) as opened:
        assert opened.header == ["Cell Phone", "First Name", "Registered", "Amount", "Active"]
        assert list(opened.rows()) == [
            (2, ["6145550104", "José", "2026-11-03", "1234.5", "TRUE"]),
            (3, ["614-555-0105", "Zoë"]),
        ]


def test_a_workbook_of_libreoffice(path: Path) -> None:
    """Its sheets are padded to a million rows and 16,384 columns of nothing."""
    ods(
        path, [["phone", "name", "since"], [6145550104, "José", date(2026, 11, 3)], [], ["614-555-0105"]]
    )
    with open_list(path, LIMITS) as opened:
        assert opened.header == ["phone", "name", "since"]
        assert list(opened.rows()) == [(2, ["6145550104", "José", "2026-11-03"]), (4, ["614-555-0105"])]


def test_rows_are_numbered_as_the_spreadsheet_numbers_them(path: Path) -> None:
    rows = [(4, [None, "phone"]), (5, [None, 6145550104]), (9, [None, 6145550105]), (12, [None, " "])]
    write_xlsx(path, {"People": sheet(rows)})
    with open_list(path, LIMITS) as opened:
        assert (opened.header, list(opened.rows())) == (
            ["phone"],
            [(5, ["6145550104"]), (9, ["6145550105"])],
        )


def test_the_sheet_with_telephones_is_read_and_the_others_are_named(path: Path) -> None:
    write_xlsx(
        path,
        {
            "Empty": sheet([]),
            "Notes": sheet(numbered([["Read me first"], ["Thanks"]])),
            "Old": sheet(numbered(ROWS)),
            "Volunteers": sheet(numbered([["Volunteers"], [], ["Name", "Mobile"], ["Ann", 6145550104]])),
            "More": sheet(numbered(ROWS)),
        },
        hidden=["Old"],
    )
    with open_list(path, LIMITS) as opened:
        assert opened.shape.sheet == "Volunteers"
        assert opened.shape.other_sheets == ("Empty", "Notes", "More")
        assert list(opened.rows()) == [(4, ["Ann", "6145550104"])]


def test_without_such_a_sheet_the_first_with_rows_is_read(path: Path) -> None:
    rows = [["Ann", 6145550104], ["Bo", 6145550105]]
    write_xlsx(
        path, {"Empty": sheet([]), "Pasted": sheet(numbered(rows)), "Z": sheet(numbered([["x"]]))}
    )
    with open_list(path, LIMITS) as opened:
        assert (opened.shape.sheet, opened.has_header) == ("Pasted", False)
        assert list(opened.rows()) == [(1, ["Ann", "6145550104"]), (2, ["Bo", "6145550105"])]


def test_the_content_tells_what_a_file_is_not_its_name(tmp_path: Path) -> None:
    with open_list(xlsx(tmp_path / "list.csv", ROWS), LIMITS) as opened:
        assert opened.shape.kind == "workbook"
        assert len(list(opened.rows())) == 2
    text = tmp_path / "list.xlsx"
    text.write_text("phone,name\n6145550104,Ann\n")
    with open_list(text, LIMITS) as opened:
        assert opened.shape.kind == "text"


def test_a_preview(path: Path) -> None:
    seen = preview(xlsx(path, ROWS), LIMITS)
    assert (seen.header, seen.samples) == (
        ["phone", "name"],
        [["6145550104", "614-555-0105"], ["José", "Ann"]],
    )
    assert (seen.non_ascii, seen.total) == (["José"], 3)


def refused_workbooks() -> Iterable[tuple[str, str]]:
    for kind in ("password", "old_password", "ods_password"):
        yield kind, "This workbook is protected by a password. Save a copy without it, then upload that."
    yield "half", DAMAGED
    yield "half_old", DAMAGED
    yield "garbled", DAMAGED
    yield (
        "word",
        (
            "This is a text document. Put the list into a spreadsheet, save it as a workbook, then upload it."
        ),
    )
    yield (
        "numbers",
        ("This is a document of Apple’s Numbers. Export it there as CSV, then upload that file."),
    )
    yield "zip", ARCHIVE
    yield "empty_zip", ARCHIVE
    yield "no_rows", "The file has a header but no rows below it. Add your contacts and upload it again."
    yield "empty", "The workbook is empty. Export your list again and upload that file."
    yield "hidden", "The workbook is empty. Export your list again and upload that file."
    yield (
        "wide",
        (
            "The file has 10,000 columns, and 100 is the most. Remove the columns you do not need, then "
            "upload the file again."
        ),
    )
    yield (
        "long",
        (
            "Row 2 is too long to be one contact. Check that the file is a list with one contact in each line."
        ),
    )
    yield "sparse", TOO_LARGE
    yield "many_parts", TOO_LARGE


class Made:
    """The workbooks of `refused_workbooks`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def password(self) -> None:
        self.path.write_bytes((DATA / "protected.xlsx").read_bytes())

    def old_password(self) -> None:
        """The record after the first says that all that follows is encrypted."""
        content = bytearray((DATA / "people.xls").read_bytes())
        after = content.index(b"\x09\x08\x10\x00\x00\x06\x05\x00") + 20
        content[after : after + 2] = b"\x2f\x00"
        self.path.write_bytes(content)

    def ods_password(self) -> None:
        ods(
            self.path,
            ROWS,
            manifest="<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>",
        )

    def half(self) -> None:
        xlsx(self.path, ROWS * 500)
        self._halve()

    def half_old(self) -> None:
        self.path.write_bytes((DATA / "people.xls").read_bytes())
        self._halve()

    def _halve(self) -> None:
        content = self.path.read_bytes()
        self.path.write_bytes(content[: len(content) // 2])

    def garbled(self) -> None:
        write_xlsx(self.path, {"People": ["<worksheet><sheetData><row r='1'><c r='A1'><v>"]})

    def word(self) -> None:
        self._archive("word/document.xml")

    def numbers(self) -> None:
        self._archive("Index/Document.iwa")

    def zip(self) -> None:
        self._archive("list.csv")

    def empty_zip(self) -> None:
        self._archive()

    def _archive(self, *names: str) -> None:
        with zipfile.ZipFile(self.path, "w") as archive:
            for name in names:
                archive.writestr(name, "phone\n6145550104\n")

    def no_rows(self) -> None:
        xlsx(self.path, ROWS[:1])

    def empty(self) -> None:
        write_xlsx(self.path, {"A": sheet([]), "B": sheet([(3, [" "])])})

    def hidden(self) -> None:
        write_xlsx(self.path, {"A": sheet(numbered(ROWS))}, hidden=["A"])

    def wide(self) -> None:
        xlsx(self.path, [["phone", *map(str, range(9_999))], [6145550104]])

    def long(self) -> None:
        xlsx(self.path, [["phone"], ["x" * 2_000_000]])

    def sparse(self) -> None:
        """Two cells, so far apart that all between them would take 400 GB."""
        corners = f'<row r="1">{cell("A1", "phone")}</row><row r="1048576">{cell("XFD1048576", 1)}</row>'
        write_xlsx(self.path, {"People": [f"<worksheet><sheetData>{corners}</sheetData></worksheet>"]})

    def many_parts(self) -> None:
        write_xlsx(self.path, {"A": sheet(numbered(ROWS))}, extra=[f"x{at}" for at in range(5_000)])


@pytest.mark.parametrize(("name", "words"), list(refused_workbooks()))
def test_a_workbook_that_cannot_be_used_is_refused_in_words(path: Path, name: str, words: str) -> None:
    getattr(Made(path), name)()
    assert fault_of(path) == words


def test_more_rows_than_a_workbook_may_have(path: Path) -> None:
    xlsx(path, ROWS)
    assert fault_of(path, Limits(sheet_rows=1)) == (
        f"The sheet “People” has 3 rows. Workbooks are read up to 1 rows, CSV files much further. {SAVE_AS}"
    )
    with open_list(path, Limits(sheet_rows=2)) as opened:
        assert len(list(opened.rows())) == 2


def bomb(path: Path) -> int:
    """A small file that holds 30 MB of nothing in its sheet; returns that size."""
    nothing = "<row/>" * 5_000_000
    write_xlsx(path, {"People": ["<worksheet><sheetData>", nothing, "</sheetData></worksheet>"]})
    assert path.stat().st_size < 100_000
    with zipfile.ZipFile(path) as archive:
        return archive.getinfo("xl/worksheets/sheet1.xml").file_size


def test_a_workbook_that_unpacks_to_more_than_the_limit(path: Path) -> None:
    bomb(path)
    assert fault_of(path, Limits(unpacked_mb=20)) == LARGER


def test_a_workbook_that_lies_about_its_size(path: Path) -> None:
    size = bomb(path)
    honest = path.read_bytes()
    lying = honest.replace(struct.pack("<L", size), struct.pack("<L", 1_000))
    assert lying != honest
    path.write_bytes(lying)
    assert fault_of(path, Limits(unpacked_mb=20)) == LARGER


def readers() -> list[psutil.Process]:
    found = psutil.Process().children()
    return [child for child in found if any("sheet_reader" in word for word in child.cmdline())]


def test_the_process_that_reads_knows_no_secret_and_goes_when_the_list_is_closed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "s" * 32)
    xlsx(path, [["phone"], *([6145550104] for _ in range(50_000))])
    with open_list(path, LIMITS) as opened:
        next(opened.rows())
        (reader,) = readers()
        assert "SECRET_KEY" not in reader.environ()
        assert reader.rlimit(psutil.RLIMIT_AS) == (1_000 << 20, 1_000 << 20)
    assert readers() == []


def test_a_reader_that_dies_halfway_refuses_the_list(path: Path) -> None:
    xlsx(path, [["phone"], *([6145550104] for _ in range(50_000))])
    with open_list(path, LIMITS) as opened:
        rows = opened.rows()
        next(rows)
        readers()[0].kill()
        with pytest.raises(FileFault) as caught:
            list(rows)
    assert caught.value.words == TOO_LARGE
    assert readers() == []


TABLES = st.lists(
    st.lists(
        st.one_of(
            st.none(),
            st.text(st.sampled_from("ab é<&\"'\n€🗳,"), max_size=5),
            st.integers(0, 10**12),
            st.booleans(),
        ),
        max_size=4,
    ),
    min_size=1,
    max_size=5,
)


@hypothesis_settings(deadline=None)
@given(TABLES, st.sampled_from([xlsx, ods]))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[object]], write: object
) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    write(path, [["phone", "b", "c", "d"], *table])  # type: ignore[operator]
    expected = []
    for line, values in enumerate(table, 2):
        cells = ["" if value is None else sheet_reader.shown(value) for value in values]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            expected.append((line, cells))
    found = list(sheet_reader.read(path, 100))[1:-1]
    assert [row for piece in found for row in piece] == [(1, ["phone", "b", "c", "d"]), *expected]
