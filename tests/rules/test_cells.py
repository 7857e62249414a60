"""What the text of a cell becomes."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules.cells import NOTHING, are_clean, clean
from p2ptext.rules.sms_text import plain_typography


@pytest.mark.parametrize(
    ("cell", "cleaned"),
    [
        ("  test2   ", "test2"),
        ("a\r\nb\rc\nd\te", "a b c d e"),
        ("a  b \n c", "a b c"),
        ("a\0b\x07\x1b[31m", "ab[31m"),
        ("\ufeffa\u200b", "a"),
        ("\u00a0a\u00a0b\u3000c", "a b c"),
        ("a\u2028b\x85c", "a b c"),
        ("a\ud800b", "ab"),
        ("\n", ""),
        # Hostile, and only text.
        ("=cmd()", "=cmd()"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("{{7*7}}", "{{7*7}}"),
        ("'; DROP TABLE contact; --", "'; DROP TABLE contact; --"),
        ("O'Neil", "O'Neil"),
        # Marks that turn the words around them, and tags nobody sees.
        ("\u202eevil\u202c", "evil"),
        ("Jo\u2066hn\u2069", "John"),
        ("\u200fDana\u200e", "Dana"),
        ("Jo\u00adhn\U000e0041\U000e007f", "John"),
        # Joiners hold emoji and letters together.
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("नमस्\u200dते", "नमस्\u200dते"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        # Nothing to see.
        ("\u200d\u200c", ""),
        ("\u3164", ""),
        ("\u2800 \u2800", ""),
        # Accents: composed, and no towers of them.
        ("Jose\u0301", "José"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("Z" + "\u0335" * 10_000 + "algo", "Z" + "\u0335" * 8 + "algo"),
        ("\u0335" * 10_000, "\u0335" * 8),
        ("שָׁלוֹם", unicodedata.normalize("NFC", "שָׁלוֹם")),
    ],
)
def test_cells_are_cleaned(cell: str, cleaned: str) -> None:
    assert clean(cell) == cleaned


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        *((word, "") for word in ("undefined", "Undefined", "UNDEFINED", "null", "NULL", "(null)")),
        *((word, "") for word in ("NaN", "nan", "#N/A", "#REF!", "#VALUE!", "\\N", " undefined ")),
        # People are called so, or it says something.
        *((word, word) for word in ("Null", "Nan", "NAN", "None", "N/A", "NA", "Na", "0", "false")),
        ("undefined behavior", "undefined behavior"),
        ("Nullmann", "Nullmann"),
    ],
)
def test_the_words_of_programs_for_no_value(cell: str, kept: str) -> None:
    assert clean(cell) == kept


_ODD = st.sampled_from(
    "aéễЙ각’ |'\u0301\u0308\u0335\u0344\u0958\ufb2c\u1100\u1161\u11a8"
    "\u200d\u200c\u202e\t\r\n\u00a0\u3164\u2800\0\ud800"
)
_CELLS = st.one_of(st.text(), st.text(_ODD), st.text(_ODD, min_size=9), st.sampled_from(sorted(NOTHING)))


@given(_CELLS)
def test_a_clean_cell_is_one_line_with_something_to_see(cell: str) -> None:
    cleaned = clean(cell)
    assert clean(cleaned) == cleaned
    assert not [c for c in cleaned if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert cleaned == " ".join(cleaned.split(" ")).strip()
    assert "  " not in cleaned
    assert cleaned.encode().decode() == cleaned
    # What is kept as a value is not blank when it is merged.
    assert not cleaned or plain_typography(cleaned).strip()


@given(st.lists(_CELLS, max_size=5))
def test_cells_called_clean_at_one_glance_are(cells: list[str]) -> None:
    if are_clean("|".join(cells)):
        assert all(clean(cell) == cell or cell in NOTHING for cell in cells)


def test_letters_called_clean_at_one_glance_stand_for_themselves() -> None:
    letters = [char for char in map(chr, range(0x20000)) if are_clean(char)]
    assert len(letters) > 30_000
    assert [char for char in letters if clean(char) != char] == []


@pytest.mark.parametrize(
    "row", ["", "a|b", "José|O’Neil|12 Main St|", "|||", "undefined|x", "Nguyễn|Ольга|李明|김"]
)
def test_usual_rows_need_no_longer_look(row: str) -> None:
    assert are_clean(row)
