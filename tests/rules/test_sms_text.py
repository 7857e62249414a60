"""Characters and segments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules.sms_text import (
    GSM,
    GSM_BASIC,
    GSM_EXTENSION,
    Count,
    count,
    find_non_gsm,
    plain_typography,
)

FAMILY = "👨\u200d👩\u200d👧\u200d👦"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Count("GSM-7", 0, 1)),
        ("a" * 160, Count("GSM-7", 160, 1)),
        ("a" * 161, Count("GSM-7", 161, 2)),
        ("a" * 306, Count("GSM-7", 306, 2)),
        ("a" * 307, Count("GSM-7", 307, 3)),
        ("^" * 80, Count("GSM-7", 160, 1)),
        ("^" * 81, Count("GSM-7", 162, 2)),
        ("a" * 159 + "|", Count("GSM-7", 161, 2)),
        ("a" * 159 + "€", Count("GSM-7", 161, 2)),
        ("à" * 160, Count("GSM-7", 160, 1)),
        ("\n" * 160, Count("GSM-7", 160, 1)),
        ("a" * 152 + "^" + "a" * 152, Count("GSM-7", 306, 3)),
        ("a" * 153 + "^" + "a" * 151, Count("GSM-7", 306, 2)),
        ("ÿ" * 70, Count("UCS-2", 70, 1)),
        ("ÿ" * 71, Count("UCS-2", 71, 2)),
        ("ÿ" * 134, Count("UCS-2", 134, 2)),
        ("ÿ" * 135, Count("UCS-2", 135, 3)),
        ("à" * 70 + "ÿ", Count("UCS-2", 71, 2)),
        ("🚀" * 35, Count("UCS-2", 70, 1)),
        ("🚀" * 36, Count("UCS-2", 72, 2)),
        # 33 pairs to a part: the 34th does not fit in 67 units.
        ("🚀" * 160, Count("UCS-2", 320, 5)),
        ("🚀" * 67, Count("UCS-2", 134, 3)),
        (FAMILY, Count("UCS-2", 11, 1)),
        ("ç", Count("UCS-2", 1, 1)),
        ("Ç", Count("GSM-7", 1, 1)),
        ("™", Count("UCS-2", 1, 1)),
        ("`", Count("UCS-2", 1, 1)),
        ("\t", Count("UCS-2", 1, 1)),
    ],
)
def test_counted_by_packing(text: str, expected: Count) -> None:
    assert count(text) == expected


def test_the_alphabet_is_whole() -> None:
    # 128 places, less the escape; ten characters behind it.
    assert len(GSM_BASIC) == 127
    assert len(GSM_EXTENSION) == 10


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("“Hi” – it’s…", '"Hi" - it\'s...'),
        ("O´Brien and D‘Angelo", "O'Brien and D'Angelo"),
        ("a\u00a0b\tc\u2009d\u3000e", "a b c d e"),
        ("zero\u200bwidth\ufeff\u2060\u00ad", "zerowidth"),
        ("\u202eabc\u2069", "abc"),
        ("joi\u200dned", "joined"),
        (FAMILY, FAMILY),
        ("क्\u200dष", "क्\u200dष"),
        ("Zoë Łukasz François Muñoz", "Zoë Łukasz François Muñoz"),
        ("™ № × • `", "™ № × • `"),
        ("a\u2028b", "a\nb"),
        ("plain\nlines", "plain\nlines"),
    ],
)
def test_only_typography_is_made_plain(text: str, plain: str) -> None:
    assert plain_typography(text) == plain


@given(st.text())
def test_made_plain_twice_is_made_plain_once(text: str) -> None:
    assert plain_typography(plain_typography(text)) == plain_typography(text)


def test_what_is_not_gsm_is_named_with_its_replacement() -> None:
    found = find_non_gsm("It’s on™ …\u200b " + FAMILY)
    assert [(f.index, f.char, f.replacement) for f in found[:4]] == [
        (2, "’", "'"),
        (7, "™", None),
        (9, "…", "..."),
        (10, "\u200b", ""),
    ]
    assert found[0].name == "right single quotation mark"
    assert all(f.replacement is None for f in found[4:])
    assert find_non_gsm("Hi! [all] {of} it's GSM €5 ñ") == []


@given(st.text())
def test_a_text_is_gsm_exactly_when_nothing_is_pointed_out(text: str) -> None:
    assert (find_non_gsm(text) == []) == (count(text).encoding == "GSM-7")


@given(st.text())
def test_units_are_what_the_encoding_says(text: str) -> None:
    found = count(text)
    if found.encoding == "UCS-2":
        assert found.units == len(text.encode("utf-16-be")) // 2
    else:
        assert found.units == len(text) + sum(char in GSM_EXTENSION for char in text)


def _fits(text: str) -> list[str]:
    """The text cut into parts by trying, one character at a time."""
    gsm = set(text) <= GSM
    width = (
        (lambda c: 2 if c in GSM_EXTENSION else 1)
        if gsm
        else (lambda c: len(c.encode("utf-16-be")) // 2)
    )
    room = 153 if gsm else 67
    parts = [""]
    for char in text:
        if sum(map(width, parts[-1])) + width(char) > room:
            parts.append("")
        parts[-1] += char
    return parts


@given(st.text(alphabet=st.sampled_from("ab^€🚀ÿ"), min_size=150, max_size=330))
def test_segments_are_the_parts_one_can_cut(text: str) -> None:
    found = count(text)
    if found.units > (160 if found.encoding == "GSM-7" else 70):
        assert found.segments == len(_fits(text))
    else:
        assert found.segments == 1
