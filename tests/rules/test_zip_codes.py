"""ZIP codes as people and spreadsheets write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules.zip_codes import ZipCode, provinces_of, read_zip, zip_in


@pytest.mark.parametrize(
    ("text", "digits", "zeros"),
    [
        ("45402", "45402", 0),
        (" 45402 ", "45402", 0),
        ("45402-1234", "45402", 0),
        ("45402 - 1234", "45402", 0),
        ("45402 1234", "45402", 0),
        ("45402-", "45402", 0),
        ("45402–1234", "45402", 0),
        ("454021234", "45402", 0),
        ("45402.0", "45402", 0),
        ("454021234.0", "45402", 0),
        ("'02138", "02138", 0),
        ('="02138"', "02138", 0),
        # Spreadsheets drop zeros in front.
        ("2138", "02138", 1),
        ("2138.0", "02138", 1),
        ("2138-0001", "02138", 1),
        ("21380001", "02138", 1),
        ("601", "00601", 2),
        ("6010001", "00601", 2),
    ],
)
def test_zip_codes(text: str, digits: str, zeros: int) -> None:
    assert read_zip(text) == ZipCode(digits, zeros)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "1", "12", "123456", "1234567890", "45402-12345", "454021234-1234", "4540a"),
        *("OH", "N/A", "4.54E+04", "-45402", "K1A 0B1", "４５４０２", "45402\x00", "9" * 5000),
    ],
)
def test_what_is_no_zip_code(text: str) -> None:
    assert read_zip(text) is None


@pytest.mark.parametrize(
    ("text", "provinces"),
    [
        ("K1A 0B1", ("ON",)),
        ("k1a0b1", ("ON",)),
        ("H2X-1Y4", ("QC",)),
        ("V5K", ("BC",)),
        ("X0A 0H0", ("NT", "NU")),
        ("D1A 0B1", ()),
        ("45402", ()),
        ("SW1A 1AA", ()),
        ("", ()),
    ],
)
def test_canadian_postal_codes(text: str, provinces: tuple[str, ...]) -> None:
    assert provinces_of(text) == provinces


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("12 Main St, Dayton, OH 45402", "45402"),
        ("12 Main St Dayton OH 45402-1234", "45402-1234"),
        ("12 Main St, Dayton, Ohio, 45402", "45402"),
        ("1600 Pennsylvania Ave NW, Washington, D.C. 20500", "20500"),
        ("5 Elm, Charleston, West Virginia 25301", "25301"),
        ("5 Elm\nCharleston, WV\n25301", "25301"),
        ("12 Main St, Dayton, OH 45402, USA", "45402"),
        ("12 Main St, Dayton, OH 45402 United States of America.", "45402"),
        ("OH 45402", "45402"),
        ("45402", "45402"),
        ("111 Wellington St, Ottawa, ON K1A 0A9", "K1A 0A9"),
        ("111 Wellington St, Ottawa ON k1a0a9, Canada", "k1a0a9"),
        # Numbers that are not ZIP codes.
        ("PO Box 45402", None),
        ("Route 10001", None),
        ("10001 Main St", None),
        ("12 Main St, Dayton, OH", None),
        ("12 Main St, Dayton, OH 4540", None),
        ("", None),
        ("OH 45402 " + "x" * 5000, None),
    ],
)
def test_the_zip_code_of_an_address(address: str, code: str | None) -> None:
    assert zip_in(address) == code


@given(st.text(max_size=400))
def test_nothing_breaks_it(text: str) -> None:
    found = read_zip(text)
    assert found is None or (
        len(found.digits) == 5 and found.digits.isascii() and found.digits.isdigit()
    )
    assert provinces_of(text) == () or len(text.strip()) >= 3
    code = zip_in(text)
    assert code is None or code in text


@given(st.integers(0, 99_999), st.integers(0, 9_999))
def test_every_spelling_of_a_code_is_that_code(zip5: int, plus4: int) -> None:
    code = f"{zip5:05}"
    for text in (code, f"{code}-{plus4:04}", f"{code}{plus4:04}", f"{code}.0"):
        assert read_zip(text) == ZipCode(code)
