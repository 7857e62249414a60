"""Lists as spreadsheets, databases and people write them, as text."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from p2ptext.rules import text_encoding
from p2ptext.rules.csv_file import FileFault, TextShape, doubtful_cells, records, survey
from p2ptext.rules.text_encoding import MIXED

HEADER = b"phone,name\n"
CHUNK = 1 << 18
"""As much as is surveyed at a time."""


def read(data: bytes) -> list[tuple[int, list[str]]]:
    stream = io.BytesIO(data)
    return list(records(stream, survey(stream)))


@pytest.mark.parametrize(
    ("data", "shape"),
    [
        (b"phone,name\n1,a\n", TextShape("utf-8", ",")),
        (b"\xef\xbb\xbfphone,name\n1,a\n", TextShape("utf-8-sig", ",")),
        ("phone;name\n1;José\n".encode(), TextShape("utf-8", ";")),
        ("phone;name\n1;José\n".encode("cp1252"), TextShape("cp1252", ";")),
        ("phone;name\n1;José".encode("cp1252"), TextShape("cp1252", ";")),
        ("phone\tname\n1\tJosé\n".encode("utf-16"), TextShape("utf-16", "\t")),
        (b"\xfe\xff" + "phone|name\n".encode("utf-16-be"), TextShape("utf-16", "|")),
        # Without the mark.
        ("phone\tname\n1\tJosé Łu\n".encode("utf-16-le"), TextShape("utf-16-le", "\t")),
        ("phone\tname\n1\tJosé Łu\n".encode("utf-16-be"), TextShape("utf-16-be", "\t")),
        # Mostly modern, with one line pasted from elsewhere.
        ("phone,name\n1,José\n2,Zoë\n".encode() + b"3,Jos\xe9\n", TextShape(MIXED, ",")),
        (b"\xef\xbb\xbfphone,name\n" + b"3,Jos\xe9\n" * 9, TextShape(MIXED, ",")),
        # What looks like UTF-8 in a Windows file stays Windows text.
        (b"name\n\x93JOS\xc9\x94\nZo\xeb\nRen\xe9e\n", TextShape("cp1252", ",")),
        # Cut off in the middle of a character, which a person had better see.
        ("phone,name\n1,José\n2,José".encode()[:-1], TextShape(MIXED, ",")),
    ],
)
def test_surveyed(data: bytes, shape: TextShape) -> None:
    assert survey(io.BytesIO(data)) == shape
    assert shape.guessed == (shape.encoding in ("cp1252", MIXED))


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("phone\n1\n", ","),
        ("\n\r\nphone;name\n", ";"),
        ("sep=;\nphone;name, nick, title\n", ";"),
        ('"sep=|"\nphone|name\n', "|"),
        ("phone,name\r1,a\r", ","),
        ('"Name, first; or nick"\tphone\n', "\t"),
        ('"Last, First",phone;mobile\n"Doe, Jo",1\n', ","),
        ("phone;name\n1;Doe, Jo\n2;Roe, Al\n", ";"),
        ("phone\tname, in full\n1\tDoe, Jo, Jr.\n2\tAl\n", "\t"),
        ("phone;lat;lon\n1;39,7;-84,1\n2;39,8;-84,2\n", ";"),
        ("phone,notes\n1,a;b;c\n2,a;b;c\n", ","),
        ("phone|notes\n1|see, there\n2\n3|x\n", "|"),
        ("phone,first,last,notes\n1,A\n2,B,C;x;y\n", ","),
        # No header: cells, or a telephone in each line.
        ("2025550104\tJo\n2025550105\tAl, Jr\n", "\t"),
        ("2025550104\n2025550105\n", ","),
        # The header has one name, the rows have more.
        ("phone\n2025550104;Jo\n2025550105;Al\n", ";"),
        ('phone,name\n1,"never closed\n' + "2,b\n" * 60_000, ","),
    ],
)
def test_the_delimiter_is_what_most_rows_agree_on(text: str, delimiter: str) -> None:
    assert survey(io.BytesIO(text.encode())).delimiter == delimiter


@pytest.mark.parametrize(
    ("bad", "shape"),
    [
        (b"\n7,Jos\xe9\n", TextShape("cp1252", ",")),
        ("\n6,Zoë\n6,Zoë\n".encode() + b"7,Jos\xe9\n", TextShape(MIXED, ",")),
        ("\n7,José\n".encode(), TextShape("utf-8", ",")),
    ],
)
@pytest.mark.parametrize("before", [0, 3 * CHUNK - 7, 3 * CHUNK - 6, 3 * CHUNK - 5])
def test_what_the_last_line_holds_decides(bad: bytes, shape: TextShape, before: int) -> None:
    """However far down it stands, and wherever a character is cut by reading in pieces."""
    assert survey(io.BytesIO(HEADER + b"1,a\n" * (before // 4) + b" " * (before % 4) + bad)) == shape


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"phone,name\n1,a\n2,b\n", [(1, ["phone", "name"]), (2, ["1", "a"]), (3, ["2", "b"])]),
        (b"phone,name\r\n1,a\r\n2,b", [(1, ["phone", "name"]), (2, ["1", "a"]), (3, ["2", "b"])]),
        (b"phone,name\r1,a\r2,b\r", [(1, ["phone", "name"]), (2, ["1", "a"]), (3, ["2", "b"])]),
        (b"\xef\xbb\xbfphone,name\n1,a\n", [(1, ["phone", "name"]), (2, ["1", "a"])]),
        (b'\xef\xbb\xbf"phone","name"\n1,a\n', [(1, ["phone", "name"]), (2, ["1", "a"])]),
        # Blank lines and rows of nothing are no rows, but count as lines.
        (
            b"\nphone,name\n\n1,a\n  \n,,\n2,b\n , \n\n",
            [(2, ["phone", "name"]), (4, ["1", "a"]), (7, ["2", "b"])],
        ),
        (
            b'phone,name\n1,"Smith, J\nJr"\n2,b\n',
            [(1, ["phone", "name"]), (2, ["1", "Smith, J\nJr"]), (4, ["2", "b"])],
        ),
        (
            b'phone,name\r\n1,"Smith, J\r\nJr"\r\n2,b\r\n',
            [(1, ["phone", "name"]), (2, ["1", "Smith, J\r\nJr"]), (4, ["2", "b"])],
        ),
        (b'phone,name\n1,"say ""hi"""\n', [(1, ["phone", "name"]), (2, ["1", 'say "hi"'])]),
        (b'phone,name\n1,5" nails\n', [(1, ["phone", "name"]), (2, ["1", '5" nails'])]),
        # A nickname in quotation marks that nobody doubled.
        (
            b'phone,name\n1,"Al" Smith\n2,"Bo" ,x\n3,c\n',
            [(1, ["phone", "name"]), (2, ["1", "Al Smith"]), (3, ["2", "Bo ", "x"]), (4, ["3", "c"])],
        ),
        (b"phone,name\n1\n", [(1, ["phone", "name"]), (2, ["1"])]),
        (b"phone,name\n1,a,extra,,,\n", [(1, ["phone", "name"]), (2, ["1", "a", "extra", "", "", ""])]),
        (b"sep=;\nphone;name\n1;a\n", [(2, ["phone", "name"]), (3, ["1", "a"])]),
        ("phone,name\n1,José\n".encode("cp1252"), [(1, ["phone", "name"]), (2, ["1", "José"])]),
        ("phone,name\n1,“José” €\n".encode("cp1252"), [(1, ["phone", "name"]), (2, ["1", "“José” €"])]),
        # The five bytes that Windows-1252 leaves open.
        (
            b"phone,name\n1,\xe9\x81\x8d\x8f\x90\x9d\n",
            [(1, ["phone", "name"]), (2, ["1", "é\x81\x8d\x8f\x90\x9d"])],
        ),
        (
            "phone,name\n1,Łu\u2028\x85\n".encode("utf-16"),
            [(1, ["phone", "name"]), (2, ["1", "Łu\u2028\x85"])],
        ),
        (
            "phone,name\n1,Łu\x0b\x0c\x1c\n".encode(),
            [(1, ["phone", "name"]), (2, ["1", "Łu\x0b\x0c\x1c"])],
        ),
        # Two lists stuck together, one in UTF-8 and one in Windows' own encoding.
        (
            "phone,name\n1,José\n2,Zoë\n".encode() + b"3,Ren\xe9e\n4,\x93JOS\xc9\x94\n",
            [
                (1, ["phone", "name"]),
                (2, ["1", "José"]),
                (3, ["2", "Zoë"]),
                (4, ["3", "Renée"]),
                (5, ["4", "“JOSÉ”"]),
            ],
        ),
        (
            b'\xef\xbb\xbf"phone",name\n1,Jos\xe9\n',
            [(1, ["phone", "name"]), (2, ["1", "José"])],
        ),
        (b"phone,name\n1,a\0b\n", [(1, ["phone", "name"]), (2, ["1", "a\0b"])]),
    ],
)
def test_read(data: bytes, found: list[tuple[int, list[str]]]) -> None:
    assert read(data) == found


EXPORT = "Export your list as a CSV file and upload that."
NO_LIST = "This is not a list. Upload a CSV file, or a workbook from a spreadsheet program."
TOO_LONG = "is too long to be one contact. Check that the file is a list with one contact in each line."


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty. Export your list again and upload that file."),
        (b"\xef\xbb\xbf", "The file is empty. Export your list again and upload that file."),
        (b" \r\n\r\n", "The file is empty. Export your list again and upload that file."),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), f"This is a picture. {EXPORT}"),
        (b"\xff\xd8\xff\xe0" + bytes(500), f"This is a picture. {EXPORT}"),
        (b"GIF89a" + bytes(500), f"This is a picture. {EXPORT}"),
        (b"%PDF-1.7\n", f"This is a PDF. {EXPORT}"),
        (b"{\\rtf1 phone}", f"This is a text document. {EXPORT}"),
        (
            b"\n <HTML><table><tr><td>phone</td></tr></table>",
            "This is a web page, whatever its name says. Open it in a spreadsheet program, save it as "
            "“CSV UTF-8”, then upload that file.",
        ),
        (
            b"BEGIN:VCARD\nFN:Jo\n",
            "These are contact cards (vCard). Export your contacts as a CSV file and upload that.",
        ),
        (
            b"\x1f\x8brest of an archive",
            "This is a packed archive, and no list can be read in it. Unpack it, then upload the list inside.",
        ),
        (b"\x7fELF" + bytes(200), NO_LIST),
        (HEADER + b"1,a\n" * 100_000 + bytes(70_000), NO_LIST),
        (HEADER + b"1," + b"a" * 1_100_000 + b"\n", f"Line 2 {TOO_LONG}"),
        (HEADER + b"a" * 1_100_000, f"Line 2 {TOO_LONG}"),
        (HEADER + b"1,a\r\n" * 200_000 + b"2," + b"a" * 1_100_000, f"Line 200,002 {TOO_LONG}"),
        ((HEADER + b"1," + b"a" * 1_100_000).decode().encode("utf-16"), f"Line 2 {TOO_LONG}"),
        (("phone\n" + "ਊ" * 400_000).encode("utf-16"), f"Line 2 {TOO_LONG}"),
        (HEADER + b"1," + b"a" * 200_000 + b"\n", f"Line 2 {TOO_LONG}"),
    ],
)
def test_refused(data: bytes, words: str) -> None:
    with pytest.raises(FileFault) as caught:
        read(data)
    assert caught.value.words == words


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (HEADER + b'1,"a\n2,b\n', "2"),
        (HEADER + b'1,"a\n' + b"2,b\n" * 1_000 + b'3,"c"\n', "2"),
        (HEADER + b'1,a\n2,"b\n3,c\n', "3"),
        (HEADER + b'1,"one\ntwo","b\n3,c\n', "3"),
        (HEADER + b'1,"a ""quoted"" one","b\n3,c', "2"),
        (HEADER + b'1,"b\nthe ""old"" way\n3,c', "2"),
        (HEADER + b'1,"","b\n3,c', "2"),
        (HEADER + b'1,"""b\n3,c', "2"),
        (HEADER + b'1,5" nails\n2,"b\n3,c\n', "3"),
        (b'phone,name\r1,a\r2,"b\r', "3"),
        (HEADER + b'\n\n1,"b' + b"\n2,c" * 500, "4"),
        # It would end in the next quotation and take the rows in between along.
        (HEADER + b'1,"a\n2,b\n3,"c"\n4,d\n', "2"),
        (HEADER + b'1,"Al" S,"a\n2,b\n', "2"),
        (HEADER + b'1,"' + b"a" * 200 + b"\n2,b" * 90_000, "2"),
        (HEADER + b"1,a\n" * 1_500 + b'2,"cut off in the mid', "1,502"),
    ],
)
def test_an_unclosed_quotation_is_found_where_it_opens(data: bytes, line: str) -> None:
    with pytest.raises(FileFault) as caught:
        read(data)
    assert caught.value.code == "unclosed_quote"
    assert caught.value.words == (
        f'A quotation mark (") is opened in line {line} and not closed. '
        "Close it or remove it, then upload the file again."
    )


def test_a_quotation_over_many_long_lines_does_not_fill_the_memory() -> None:
    line = b'x\ny"' + b",a" * 400_000 + b',"'
    with pytest.raises(FileFault) as caught:
        read(HEADER + b'1,"' + line * 40 + b'x"\n')
    assert caught.value.code == "unclosed_quote"


@pytest.mark.parametrize("before", [0, 100_000, CHUNK - 1, CHUNK, CHUNK + 1])
@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_a_line_may_have_a_million_bytes_and_not_one_more(before: int, end: bytes) -> None:
    start = b"x" * before + end
    survey(io.BytesIO(start + b"y" * 1_000_000 + end + b"z"))
    for after in (end + b"z", b""):
        with pytest.raises(FileFault) as caught:
            survey(io.BytesIO(start + b"y" * 1_000_001 + after))
        assert caught.value.words == f"Line 2 {TOO_LONG}"


def test_a_row_keeps_its_line_number_far_down() -> None:
    data = HEADER + b'1,"a\nb"\n' * 40 + b"1,a\n" * 419 + b"bad,z\n"
    assert read(data)[-1] == (501, ["bad", "z"])


class Counted(io.BytesIO):
    """A list that counts what was taken from it."""

    taken = 0

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        self.taken += len(piece)
        return piece

    def read1(self, size: int | None = -1) -> bytes:
        piece = super().read1(size)
        self.taken += len(piece)
        return piece


def test_rows_come_one_by_one() -> None:
    source = Counted(b"2025550104,Jo\n" * 100_000)
    found = records(source, TextShape("utf-8", ","))
    for _ in range(10_000):
        next(found)
    assert 140_000 <= source.taken < 400_000


def test_the_cells_by_which_a_guess_is_judged() -> None:
    lines = ["1,Ann", "2,José", '3,"Zoë, or so"', "4,José", "5,Łuc", "6,Renée,Müller"]
    windows = b"\n".join(line.encode("cp1252", "replace") for line in lines)
    shape = survey(io.BytesIO(windows))
    assert doubtful_cells(io.BytesIO(windows), shape, 8) == ["José", "Zoë, or so", "Renée"]
    assert doubtful_cells(io.BytesIO(windows), shape, 2) == ["José", "Zoë, or so"]
    mixed = "\n".join(lines).encode() + b"\n7,Bj\xf6rn\n"
    assert doubtful_cells(io.BytesIO(mixed), survey(io.BytesIO(mixed)), 8) == ["Björn"]


LETTERS = "ab7 é\"€,;|\t\n\r'"
LINE_ENDS = ["\n", "\r", "\r\n"]
TABLES = st.lists(
    st.lists(st.text(st.sampled_from(LETTERS), max_size=6), min_size=2, max_size=4),
    min_size=1,
    max_size=6,
)


def lines_of(text: str) -> int:
    return len(io.StringIO(text, newline="").readlines())


@hypothesis_settings(deadline=None)
@given(
    TABLES,
    st.sampled_from(LINE_ENDS),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
    st.booleans(),
)
def test_what_is_written_is_read(
    table: list[list[str]], end: str, delimiter: str, encoding: str, bare: bool
) -> None:
    """With the number of the line in which each row begins."""
    # The writer leaves a lone CR without quotation marks, so it is told to put them around everything.
    bare = bare and not any(sign in cell for row in table for cell in row for sign in "\r\n")
    written = io.StringIO(newline="")
    quoting = csv.QUOTE_MINIMAL if bare else csv.QUOTE_ALL
    writer = csv.writer(written, delimiter=delimiter, lineterminator=end, quoting=quoting)
    expected = []
    for row in table:
        line = 1 + lines_of(written.getvalue())
        writer.writerow(row)
        if any(cell.strip() for cell in row):
            expected.append((line, row))
    stream = io.BytesIO(written.getvalue().encode(encoding))
    assert list(records(stream, TextShape(encoding, delimiter))) == expected


@hypothesis_settings(deadline=None)
@given(TABLES, st.integers(1, 40), st.data())
def test_it_makes_no_difference_where_reading_is_cut(
    table: list[list[str]], size: int, data: st.DataObject
) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator=data.draw(st.sampled_from(LINE_ENDS))).writerows(table)
    content = written.getvalue().encode()
    whole = list(records(io.BytesIO(content), TextShape("utf-8", ",")))
    assert list(records(InPieces(content, size), TextShape("utf-8", ","))) == whole


class InPieces(io.BytesIO):
    """Gives a few bytes at a time, whatever is asked."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(content)
        self._size = size

    def read1(self, size: int | None = -1) -> bytes:
        return super().read(self._size)


@hypothesis_settings(deadline=None)
@given(
    st.lists(st.sampled_from([b"a", b"\xc3", b"\xa9", "é".encode(), "🗳".encode()]), max_size=30),
    st.integers(1, 9),
)
def test_a_survey_in_pieces_finds_the_same_encoding(pieces: list[bytes], size: int) -> None:
    content = b"name\n" + b"".join(pieces)
    whole = survey(io.BytesIO(content))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_encoding, "_CHUNK", size)
        assert survey(io.BytesIO(content)) == whole


@hypothesis_settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    try:
        found: list[tuple[int, list[str]]] | str = read(data)
    except FileFault as fault:
        found = fault.words
        assert found.endswith(".")
    assert isinstance(found, list | str)
