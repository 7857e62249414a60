"""Any list a campaign has is opened, looked at and read, or refused in words."""

import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from p2ptext.audience.reading import FileFault, Limits, limits_of, open_list, preview
from p2ptext.config import load
from tests.test_settings import SIMULATED

LIMITS = Limits()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "0123456789abcdef"


def put(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def fault_of(path: Path, limits: Limits = LIMITS) -> FileFault:
    with pytest.raises(FileFault) as caught, open_list(path, limits) as opened:
        list(opened.rows())
    return caught.value


def test_a_list_is_read_row_by_row(path: Path) -> None:
    content = "\n Phone ;First Name;;\tCity\u200e;;\n\n2025550104;Zoë;x;Dayton;y;z\n2025550105\n;;;\n"
    with open_list(put(path, content), LIMITS) as opened:
        assert (opened.shape.kind, opened.shape.encoding, opened.shape.delimiter) == (
            "text",
            "utf-8",
            ";",
        )
        assert (opened.shape.guessed_encoding, opened.shape.sheet) == (False, "")
        # A column without a name has one made up; beyond the header nothing is read.
        assert opened.header == ["Phone", "First Name", "column 3", "City"]
        assert opened.has_header
        assert list(opened.rows()) == [(4, ["2025550104", "Zoë", "x", "Dayton"]), (5, ["2025550105"])]
        assert opened.done == opened.total == len(content.encode())


def test_how_far_the_reading_is(path: Path) -> None:
    with open_list(put(path, "phone\n" + "2025550104\n" * 100_000), LIMITS) as opened:
        rows = opened.rows()
        done = []
        for _ in range(4):
            done.append(opened.done)
            for _ in range(25_000):
                next(rows)
        assert done[0] < 100_000
        assert done == sorted(set(done))
        assert abs(done[2] - opened.total / 2) < 100_000
        assert next(rows, None) is None
        assert opened.done == opened.total


@pytest.mark.parametrize(
    ("content", "header", "rows"),
    [
        (
            "2025550104\n2025550105\n\n2025550106",
            ["phone"],
            [(1, ["2025550104"]), (2, ["2025550105"]), (4, ["2025550106"])],
        ),
        ("202-555-0104", ["phone"], [(1, ["202-555-0104"])]),
        (
            "Ann\t(202) 555-0104\tOH\nBo\t(202) 555-0105\tMI\n",
            ["column 1", "phone", "column 3"],
            [(1, ["Ann", "(202) 555-0104", "OH"]), (2, ["Bo", "(202) 555-0105", "MI"])],
        ),
        # The second row has more than the first.
        (
            "2025550104\n2025550105, Bo\n",
            ["phone", "column 2"],
            [(1, ["2025550104"]), (2, ["2025550105", " Bo"])],
        ),
        # Two telephones: the first is called so, and both are there to choose.
        ("2025550104,2025550105\n", ["phone", "column 2"], [(1, ["2025550104", "2025550105"])]),
    ],
)
def test_pasted_text_without_a_header(
    path: Path, content: str, header: list[str], rows: list[tuple[int, list[str]]]
) -> None:
    with open_list(put(path, content), LIMITS) as opened:
        assert not opened.has_header
        assert opened.header == header
        assert list(opened.rows()) == rows


@pytest.mark.parametrize("content", ["phone,2025550104\n2025550105,x\n", "5550104\n2025550105\n"])
def test_a_first_row_with_a_columns_name_or_no_telephone_is_a_header(path: Path, content: str) -> None:
    with open_list(put(path, content), LIMITS) as opened:
        assert opened.has_header


@pytest.mark.parametrize(
    ("content", "header", "lines"),
    [
        (
            "Volunteers;;\n;as of May;\n\nName;Cell Phone;City\nAnn;2025550104;x\n",
            ["Name", "Cell Phone", "City"],
            [5],
        ),
        ("Volunteers\nphone\n2025550104\n", ["phone"], [3]),
        # No title, but a header in other words.
        ("Nom,Numer\nphone,x\nAnn,2025550104\n", ["Nom", "Numer"], [2, 3]),
        # No header at all.
        ("2025550104\nphone\n", ["phone"], [1, 2]),
        ("People\n2025550104\n2025550105\nphone\n", ["People"], [2, 3, 4]),
    ],
)
def test_titles_above_the_header_are_left_out(
    path: Path, content: str, header: list[str], lines: list[int]
) -> None:
    with open_list(put(path, content), LIMITS) as opened:
        assert (opened.header, [line for line, _ in opened.rows()]) == (header, lines)


def test_a_header_of_ours_is_read_as_it_was_before_it_was_guarded(path: Path) -> None:
    with open_list(put(path, "line,'+1 guest,phone\n2,x,2025550104\n"), LIMITS) as opened:
        assert opened.header == ["line", "+1 guest", "phone"]


EMPTY = "The file is empty. Export your list again and upload that file."
NO_ROWS = "The file has a header but no rows below it. Add your contacts and upload it again."
NO_LIST = "This is not a list. Upload a CSV file, or a workbook from a spreadsheet program."
COLUMNS = (
    "The file has {} columns, and 100 is the most. Remove the columns you do not need, then upload the "
    "file again."
)
UNCLOSED = (
    'A quotation mark (") is opened in line {} and not closed. Close it or remove it, then upload the '
    "file again."
)
TOO_LONG = (
    "Line 2 is too long to be one contact. Check that the file is a list with one contact in each line."
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", EMPTY),
        (b"\xef\xbb\xbf\r\n", EMPTY),
        (b"\n" * 100_000, EMPTY),
        (b",,\n,,\n", EMPTY),
        (b"phone,name\n", NO_ROWS),
        (b"phone,name\r\n\r\n,,\r\n", NO_ROWS),
        (b"\0" * 5_000, EMPTY),
        (b"phone\n" + b"\0" * 5_000, NO_LIST),
        (b"phone,name\n" + b"2025550104,Ann\n" * 50_000 + b"\x00\x01\x02" * 50_000, NO_LIST),
        (
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8,
            "This is a picture. Export your list as a CSV file and upload that.",
        ),
        (b"%PDF-1.7\n%\xe2\xe3", "This is a PDF. Export your list as a CSV file and upload that."),
        (b",".join(b"c%d" % n for n in range(10_000)) + b"\n1\n", COLUMNS.format("10,000")),
        (b"phone" + b"," * 9_999 + b"x\n2025550104\n", COLUMNS.format("10,000")),
        (b"2025550104\n2025550105" + b",x" * 100 + b"\n", COLUMNS.format("101")),
        (b'phone,name\n2025550104,"Ann\n' + b"2025550105,Bob\n" * 300, UNCLOSED.format(2)),
        (b'phone,"name\n2025550104,Ann\n', UNCLOSED.format(1)),
        # Cut off in the middle of a quoted cell, far down.
        (b"phone,name\n" + b"2025550104,Ann\n" * 5_000 + b'2025550105,"Bo', UNCLOSED.format("5,002")),
        (b"phone,name\n2025550104," + b"x" * 5_000_000 + b"\n", TOO_LONG),
        (b"phone,name\n2025550104," + b"x" * 500_000 + b"\n", TOO_LONG),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(path: Path, content: bytes, words: str) -> None:
    assert fault_of(put(path, content)).words == words


def test_more_rows_than_the_limit(path: Path) -> None:
    put(path, "phone\n" + "2025550104\n" * 30)
    assert fault_of(path, Limits(rows=29)).words == (
        "The file has more than 29 rows. Split it into several files and upload one after the other."
    )
    with open_list(path, Limits(rows=30)) as opened:
        assert len(list(opened.rows())) == 30


def test_the_limits_are_settings() -> None:
    environ = {
        "MAX_LIST_ROWS": "11",
        "MAX_LIST_COLUMNS": "12",
        "MAX_CELL_CHARACTERS": "13",
        "MAX_UNPACKED_MB": "14",
        "MAX_SHEET_ROWS": "15",
    }
    assert limits_of(load(SIMULATED | environ)) == Limits(11, 12, 13, 14, 15)
    assert limits_of(load(SIMULATED)) == Limits()


MEASURED = """
import resource, sys
from pathlib import Path
from p2ptext.audience.reading import FileFault, Limits, open_list
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    with open_list(Path(sys.argv[1]), Limits()) as opened:
        print(sum(1 for _ in opened.rows()))
except FileFault as fault:
    print(fault.words)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize(
    ("start", "piece", "times", "said"),
    [
        (b"phone,name\n1,", b"x" * 1_000_000, 100, TOO_LONG),
        (b"phone,name\n1,", b"x," * 500_000, 100, TOO_LONG),
        (b'phone,name\n1,"', b"x" * 999 + b"\n", 100_000, UNCLOSED.format(2)),
        (b"phone,name\n", b"2025550104,Ann\n", 1_000_000, "1000000"),
        (b"phone,name\n", b"2025550104,Jos\xe9\n", 300_000, "300000"),
    ],
)
def test_the_memory_stays_flat(path: Path, start: bytes, piece: bytes, times: int, said: str) -> None:
    with path.open("wb") as file:
        file.write(start)
        for _ in range(100):
            file.write(piece * (times // 100))
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", MEASURED, path], capture_output=True, text=True, check=True
    )
    words, growth = done.stdout.splitlines()
    assert words == said
    assert int(growth) < 16


def test_a_file_cut_in_the_middle_of_a_row_gives_a_short_row(path: Path) -> None:
    with open_list(put(path, "phone,name,city\n2025550104,Ann,Dayton\n2025550105,Bo"), LIMITS) as opened:
        assert list(opened.rows())[-1] == (3, ["2025550105", "Bo"])


HOSTILE = [
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{first_name}",
    "\u202eevil\u202c",
    "e" + "\u0301" * 10_000,
    "'; DROP TABLE contact; --",
    "../../etc/passwd",
]


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_hostile_cells_are_read_as_they_are(path: Path, delimiter: str) -> None:
    """What is dangerous in them depends on where they go; the places that use them see to it."""
    header = delimiter.join(["phone", *(f"c{at}" for at in range(len(HOSTILE)))])
    put(path, f"{header}\n{delimiter.join(['2025550104', *HOSTILE])}\n")
    with open_list(path, LIMITS) as opened:
        assert list(opened.rows()) == [(2, ["2025550104", *HOSTILE])]


def test_a_hostile_header_is_cleaned(path: Path) -> None:
    put(path, "ph\0one,\u202eName,<script>,Zoe" + "\u0301" * 10_000 + "\n2025550104,x,y,z\n")
    with open_list(path, LIMITS) as opened:
        assert opened.header == ["phone", "Name", "<script>", "Zoé" + "\u0301" * 8]


def test_a_stray_zero_byte_is_no_reason_to_refuse_a_list(path: Path) -> None:
    with open_list(put(path, b"phone,name\n2025550104,A\0nn\n"), LIMITS) as opened:
        assert list(opened.rows()) == [(2, ["2025550104", "A\0nn"])]


def test_equal_names_of_columns_are_left_to_the_choice_of_columns(path: Path) -> None:
    with open_list(put(path, "phone,name,name\n2025550104,a,b\n"), LIMITS) as opened:
        assert opened.header == ["phone", "name", "name"]


def test_a_preview(path: Path) -> None:
    rows = "2025550104,Ann,\n2025550105,Ann,\n2025550106,Zoë ,\n2025550106,Bo,\n2025550107,José,\n"
    seen = preview(put(path, f"phone,name,\n{rows}"), LIMITS)
    assert seen.header == ["phone", "name"]
    assert seen.samples == [["2025550104", "2025550105", "2025550106"], ["Ann", "Zoë", "Bo"]]
    assert seen.non_ascii == ["Zoë", "José"]
    assert (seen.has_header, seen.shape.guessed_encoding) == (True, False)
    assert seen.total == path.stat().st_size


def test_a_preview_of_a_list_without_a_header(path: Path) -> None:
    seen = preview(put(path, "2025550104\n2025550105\n"), LIMITS)
    assert (seen.header, seen.has_header) == (["phone"], False)
    assert seen.samples == [["2025550104", "2025550105"]]


@pytest.mark.parametrize(
    ("above", "encoding"),
    [
        ("", "cp1252"),
        ("2025550107,Renée\n2025550108,Zoë\n2025550108,Björn\n" * 2, "utf-8 and cp1252"),
    ],
)
def test_a_guessed_encoding_is_shown_by_what_was_guessed(path: Path, above: str, encoding: str) -> None:
    """Even when it stands far below the rows that a preview samples."""
    plain = "2025550104,Ann\n" * 50_000
    below = "2025550105,José\n2025550106,“José”\n".encode("cp1252")
    seen = preview(put(path, f"phone,name\n{plain}{above}".encode() + below), LIMITS)
    assert (seen.shape.encoding, seen.shape.guessed_encoding) == (encoding, True)
    assert seen.non_ascii == ["José", "“José”"]
    with open_list(path, LIMITS) as opened:
        names = [cells[1] for _, cells in opened.rows() if cells[1] != "Ann"]
    assert names[-2:] == ["José", "“José”"]
    assert names[:1] == (["Renée"] if above else ["José"])


@hypothesis_settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = put(tmp_path_factory.getbasetemp() / "any", content)
    try:
        seen = preview(path, LIMITS)
        said = all(seen.header) and len(seen.samples) == len(seen.header)
    except FileFault as fault:
        said = fault.words.endswith(".")
    assert said


def test_a_million_empty_cells_a_row_are_not_kept_in_memory(path: Path) -> None:
    put(path, ("x" + "," * 200_000 + "\n") * 22)
    tracemalloc.start()
    with open_list(path, LIMITS) as opened:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert opened.header == ["x"]
    assert peak < 16 * 2**20  # twenty rows of pointers alone are 32 MB
