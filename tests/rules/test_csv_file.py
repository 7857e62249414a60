"""Contact files as spreadsheets, databases and people write them."""

import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules.csv_file import FileFault, Limits, Shape, rows, sniff

HEADER = b"phone,name\n"


DEFAULT = Limits()


def read(data: bytes, limits: Limits = DEFAULT) -> list[tuple[int, list[str]]]:
    return list(rows(io.BytesIO(data), sniff(data[: 1 << 16]), limits))


@pytest.mark.parametrize(
    ("data", "shape"),
    [
        (b"phone,name\n1,a\n", Shape("utf-8", ",")),
        (b"\xef\xbb\xbfphone,name\n1,a\n", Shape("utf-8-sig", ",")),
        ("phone;name\n1;José\n".encode(), Shape("utf-8", ";")),
        ("phone;name\n1;José\n".encode("cp1252"), Shape("cp1252", ";")),
        ("phone\tname\n1\tJosé\n".encode("utf-16"), Shape("utf-16", "\t")),
        (b"\xfe\xff" + "phone|name\n".encode("utf-16-be"), Shape("utf-16", "|")),
        (b"phone\n1\n", Shape("utf-8", ",")),
        (b"\n\r\nphone;name\n", Shape("utf-8", ";")),
        (b'"Name, first; or nick"\tphone\n', Shape("utf-8", "\t")),
        (b"sep=;\nphone;name, nick, title\n", Shape("utf-8", ";")),
        (b"phone,name\r1,a\r", Shape("utf-8", ",")),
        # Cut in the middle of a character.
        ("phone,name\n1,José".encode()[:-1], Shape("utf-8", ",")),
        # Mostly modern, with one line pasted from elsewhere.
        ("phone,name\n1,José\n2,Zoë\n".encode() + b"3,Jos\xe9\n", Shape("utf-8", ",")),
    ],
)
def test_sniffed(data: bytes, shape: Shape) -> None:
    assert sniff(data) == shape


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"phone,name\n1,a\n2,b\n", [(1, ["phone", "name"]), (2, ["1", "a"]), (3, ["2", "b"])]),
        (b"phone,name\r\n1,a\r\n2,b", [(1, ["phone", "name"]), (2, ["1", "a"]), (3, ["2", "b"])]),
        (b"phone,name\r1,a\r2,b\r", [(1, ["phone", "name"]), (2, ["1", "a"]), (3, ["2", "b"])]),
        (b"\xef\xbb\xbfphone,name\n1,a\n", [(1, ["phone", "name"]), (2, ["1", "a"])]),
        # Blank lines and rows of nothing are no rows, but count as lines.
        (
            b"\nphone,name\n\n1,a\n  \n,,\n2,b\n,,\n\n",
            [(2, ["phone", "name"]), (4, ["1", "a"]), (7, ["2", "b"])],
        ),
        (
            b'phone,name\n1,"Smith, J\nJr"\n2,b\n',
            [(1, ["phone", "name"]), (2, ["1", "Smith, J\nJr"]), (4, ["2", "b"])],
        ),
        (b'phone,name\n1,"say ""hi"""\n', [(1, ["phone", "name"]), (2, ["1", 'say "hi"'])]),
        (b'phone,name\n1,5" nails\n', [(1, ["phone", "name"]), (2, ["1", '5" nails'])]),
        (b"phone,name\n1\n", [(1, ["phone", "name"]), (2, ["1"])]),
        (b"phone,name\n1,a,extra,,,\n", [(1, ["phone", "name"]), (2, ["1", "a"])]),
        (b"phone,name,,,\n1,a,x\n", [(1, ["phone", "name"]), (2, ["1", "a"])]),
        (b"sep=;\nphone;name\n1;a\n", [(2, ["phone", "name"]), (3, ["1", "a"])]),
        ("phone,name\n1,José\n".encode("cp1252"), [(1, ["phone", "name"]), (2, ["1", "José"])]),
        ("phone,name\n1,“José” €\n".encode("cp1252"), [(1, ["phone", "name"]), (2, ["1", "“José” €"])]),
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
            "phone,name\n1,José\n2,Zoë\n".encode() + b"3,Ren\xe9e\n",
            [(1, ["phone", "name"]), (2, ["1", "José"]), (3, ["2", "Zoë"]), (4, ["3", "Renée"])],
        ),
        (b"phone,name\n1,a\0b\n", [(1, ["phone", "name"]), (2, ["1", "a\0b"])]),
    ],
)
def test_read(data: bytes, found: list[tuple[int, list[str]]]) -> None:
    assert read(data) == found


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b" \r\n\r\n", "empty"),
        (b",,\n,,\n", "empty"),
        (b"phone,name\n", "no_rows"),
        (b"phone,name\n\n,,\n", "no_rows"),
        (b"PK\x03\x04rest of a workbook", "workbook"),
        (b"\xd0\xcf\x11\xe0rest of an old one", "workbook"),
        (b"%PDF-1.7\n", "binary"),
        (b"\x7fELF" + bytes(200), "binary"),
        ("phone,name\n1,a\n".encode("utf-16-le"), "binary"),  # without its mark
        (HEADER + b"1,a\n" * 20_000 + bytes(70_000), "binary"),
        (b",".join(b"c%d" % n for n in range(101)) + b"\n1\n", "too_many_columns"),
        (b"name," * 16_384 + b"\n1\n", "too_many_columns"),
        (HEADER + b"1," + b"a" * 1_100_000 + b"\n", "line_too_long"),
        (HEADER + b"a" * 1_100_000, "line_too_long"),
        (HEADER + b"1," + b"a" * 200_000 + b"\n", "line_too_long"),
        (HEADER + b'1,"a\n2,b\n', "unclosed_quote"),
        (HEADER + b'1,"a\n' + b"2,b\n" * 1_000 + b'3,"c"\n', "unclosed_quote"),
    ],
)
def test_refused(data: bytes, code: str) -> None:
    with pytest.raises(FileFault) as caught:
        read(data)
    assert caught.value.code == code
    assert caught.value.words.endswith(".")


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (HEADER + b'1,a\n2,"b\n3,c\n', 3),
        (HEADER + b'1,"one\ntwo","b\n3,c\n', 3),
        (HEADER + b'1,"a ""quoted"" one","b\n3,c', 2),
        (HEADER + b'1,"b\nthe ""old"" way\n3,c', 2),
        (HEADER + b'1,"","b\n3,c', 2),
        (HEADER + b'1,"""b\n3,c', 2),
        (HEADER + b'1,5" nails\n2,"b\n3,c\n', 3),
        (b'phone,name\r1,a\r2,"b\r', 3),
        (HEADER + b'\n\n1,"b' + b"\n2,c" * 500, 4),
    ],
)
def test_an_unclosed_quotation_is_found_where_it_opens(data: bytes, line: int) -> None:
    with pytest.raises(FileFault) as caught:
        read(data)
    assert caught.value.code == "unclosed_quote"
    assert f"line {line} " in caught.value.words


def test_a_row_keeps_its_line_number_far_down() -> None:
    data = HEADER + b"1,a\n" * 499 + b"bad,z\n"
    assert read(data)[-1] == (501, ["bad", "z"])


def test_more_rows_than_the_limit() -> None:
    with pytest.raises(FileFault) as caught:
        read(HEADER + b"1,a\n" * 123, Limits(rows=10))
    assert caught.value.code == "too_many_rows"
    assert len(read(HEADER + b"1,a\n" * 10, Limits(rows=10))) == 11


def test_ten_thousand_trailing_commas_keep_one_cell() -> None:
    found = read(b"phone" + b"," * 10_000 + b"\n" + (b"1" + b"," * 10_000 + b"\n") * 20)
    assert [cells for _, cells in found] == [["phone"]] + [["1"]] * 20


class Endless(io.RawIOBase):
    """A list without end, which counts what was taken from it."""

    def __init__(self) -> None:
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        self.taken += size
        return (b"2025550104,Jo\n" * (size // 14 + 1))[: size // 14 * 14]


def test_rows_come_one_by_one() -> None:
    source = Endless()
    found: Iterator[tuple[int, list[str]]] = rows(source, Shape("utf-8", ","))  # type: ignore[arg-type]
    for _ in range(10_000):
        next(found)
    assert source.taken < 400_000


class Pieces(io.RawIOBase):
    """A stream that gives a few bytes at a time, whatever is asked."""

    def __init__(self, data: bytes, size: int) -> None:
        self.data, self.size = data, size

    def read(self, size: int = -1) -> bytes:
        piece, self.data = self.data[: self.size], self.data[self.size :]
        return piece


CELLS = st.text(alphabet=st.sampled_from('ab é"€,;\n\r\t'), max_size=6)


@given(
    st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.integers(1, 7),
)
def test_what_is_written_is_read(
    table: list[tuple[str, str]], end: str, delimiter: str, encoding: str, size: int
) -> None:
    quoted = [
        [f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in [("h1", "h2"), *table]
    ]
    data = "".join(delimiter.join(row) + end for row in quoted).encode(encoding)
    kept = [list(row) for row in table if any(cell.strip() for cell in row)]
    if not kept:
        return
    stream = Pieces(data, size)
    assert [cells for _, cells in rows(stream, Shape(encoding, delimiter))] == [["h1", "h2"], *kept]  # type: ignore[arg-type]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    try:
        found: list[tuple[int, list[str]]] | str = read(data)
    except FileFault as fault:
        found = fault.words
    assert found
