"""What stands on a pasted list of e-mail addresses."""

import pytest

from p2ptext.rules import address_lists

LISTS = [
    ("amy@x.org", [(1, "amy@x.org")], "one"),
    (
        "amy@x.org, ben@y.org; cleo@z.org",
        [(1, "amy@x.org"), (1, "ben@y.org"), (1, "cleo@z.org")],
        "a line",
    ),
    ("amy@x.org\r\n\r\n  ben@y.org", [(1, "amy@x.org"), (3, "ben@y.org")], "lines keep their numbers"),
    ("amy@x.org ben@y.org", [(1, "amy@x.org"), (1, "ben@y.org")], "only spaces between"),
    ("Amy Adams <amy@x.org>, Ben <ben@y.org>", [(1, "amy@x.org"), (1, "ben@y.org")], "a mail program's"),
    (
        '"Adams, Amy" <amy@x.org>; "B, Ben" <ben@y.org>',
        [(1, "amy@x.org"), (1, "ben@y.org")],
        "commas in names",
    ),
    ("Adams, Amy <amy@x.org>", [(1, "amy@x.org")], "a name with a bare comma"),
    ("name,email,city\nAmy,amy@x.org,Dayton", [(1, ""), (2, "amy@x.org")], "a table and its heading"),
    ("Amy\tamy@x.org", [(1, "amy@x.org")], "copied cells"),
    (
        "amy@x.org, ben, cleo@z.org",
        [(1, "amy@x.org"), (1, ""), (1, "cleo@z.org")],
        "a slip among several",
    ),
    ("mailto:amy@x.org.", [(1, "amy@x.org")], "a copied link with a full stop"),
    ("\u200bamy@x.org\u200b", [(1, "amy@x.org")], "signs nobody sees"),
    ("Amy Adams", [(1, "")], "no address at all"),
    ("amy@@x", [(1, "amy@@x")], "whether it is an address is for others to say"),
    ("<@>", [(1, "@")], "nothing but signs"),
    (" , ;\n\t\n", [], "nothing"),
]


@pytest.mark.parametrize(("text", "expected", "why"), LISTS, ids=[row[2] for row in LISTS])
def test_lists(text: str, expected: list[tuple[int, str]], why: str) -> None:
    assert [(one.line, one.email) for one in address_lists.read(text)] == expected, why


def test_what_is_kept_of_a_line_is_short() -> None:
    (one,) = address_lists.read("x" * 5000)
    assert len(one.text) == address_lists.LONGEST
