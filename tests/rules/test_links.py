"""Codes of links by person cannot be made up or changed; texts take them in; addresses are public pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from p2ptext.rules import links
from p2ptext.rules.links import LENGTH, Links, check_name, check_url, make_code, read_code

KEY = b"k" * 32
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
link_ids = some.integers(min_value=1, max_value=2**31)
contact_ids = some.integers(min_value=0, max_value=62**6 - 1)


@given(link_ids, contact_ids)
def test_a_code_says_whose_it_is(link_id: int, contact_id: int) -> None:
    assert read_code(make_code(link_id, contact_id, KEY), KEY) == (link_id, contact_id)


@given(some.integers(min_value=1, max_value=62**3 - 1), contact_ids)
def test_every_code_has_the_same_length_so_that_every_text_is_as_long(
    link_id: int, contact_id: int
) -> None:
    assert len(make_code(link_id, contact_id, KEY)) == LENGTH == 20


@given(link_ids, contact_ids, some.data())
def test_no_character_of_a_code_can_be_changed(
    link_id: int, contact_id: int, data: some.DataObject
) -> None:
    code = make_code(link_id, contact_id, KEY)
    place = data.draw(some.integers(0, len(code) - 1))
    other = data.draw(some.sampled_from(sorted(set(DIGITS) - {code[place]})))
    assert read_code(code[:place] + other + code[place + 1 :], KEY) is None


def test_each_of_all_neighbours_of_one_code_is_refused() -> None:
    code = make_code(17, 4711, KEY)
    near = [
        code[:place] + other + code[place + 1 :]
        for place in range(len(code))
        for other in DIGITS + "-_.é"
        if other != code[place]
    ]
    assert len(near) == 20 * 65
    assert [one for one in near if read_code(one, KEY) is not None] == []


@given(link_ids, contact_ids)
def test_a_code_of_another_installation_is_refused(link_id: int, contact_id: int) -> None:
    assert read_code(make_code(link_id, contact_id, b"another key"), KEY) is None


@pytest.mark.parametrize(
    "change", [lambda c: c[:-1], lambda c: c + "0", lambda c: "0" + c, str.swapcase]
)
def test_a_code_has_one_spelling(change: object) -> None:
    assert read_code(change(make_code(17, 4711, KEY)), KEY) is None  # type: ignore[operator]


@given(some.text(max_size=60))
def test_whatever_is_typed_is_read_without_an_error(code: str) -> None:
    assert read_code(code, KEY) is None


def test_a_digest_has_at_least_sixty_bits() -> None:
    assert 62**11 > 2**60


LINKS = Links("https://go.example.org/l/", {"votepage": 7}, KEY)


@pytest.mark.parametrize(
    ("template", "becomes"),
    [
        ("Vote: {vote_page}", "Vote: https://go.example.org/l/{code}"),
        ("Vote: {Vote Page|soon}", "Vote: https://go.example.org/l/{code}"),
        ("{vote_page} {vote_page}", "https://go.example.org/l/{code} https://go.example.org/l/{code}"),
        ("Hi {first_name}", "Hi {first_name}"),
        ("Hi {first_name|{vote_page}}", "Hi {first_name|https://go.example.org/l/{code}}"),
        ("no field", "no field"),
    ],
)
def test_a_name_becomes_the_contacts_address(template: str, becomes: str) -> None:
    code = make_code(7, 12, KEY)
    assert LINKS.put_in(template, 12) == becomes.replace("{code}", code)
    assert links.NONE.put_in(template, 12) == template


def test_every_text_of_a_document_takes_its_links() -> None:
    document = {
        "first": ["{vote_page}"],
        "steps": [{"key": "s1", "answers": [{"texts": ["{votepage}"]}]}],
    }
    filled = LINKS.put_in_all(document)
    page = LINKS.base + make_code(7, links.NOBODY, KEY)
    assert filled == {"first": [page], "steps": [{"key": "s1", "answers": [{"texts": [page]}]}]}
    assert document["first"] == ["{vote_page}"]


URLS = [
    ("https://www.example.org/vote?where=dayton#hours", None),
    ("https://example.org", None),
    ("https://example.org:443/", None),
    ("http://example.org/", "not_https"),
    ("javascript:alert(1)", "not_https"),
    ("https://exa mple.org/", "not_https"),
    ("https://example.org/\r\nSet-Cookie: a=b", "not_https"),
    ('https://example.org/"><script>', "not_https"),
    ("https://user:secret@example.org/", "credentials"),
    ("https://user@example.org/", "credentials"),
    ("https://localhost/", "not_public"),
    ("https://printer.local/", "not_public"),
    ("https://db.internal/", "not_public"),
    ("https://intranet/", "not_public"),
    ("https://127.0.0.1/", "not_public"),
    ("https://10.0.0.7/", "not_public"),
    ("https://[::1]/", "not_public"),
    ("https://2130706433/", "not_public"),
    ("https://0x7f.1/", "not_public"),
    ("https://example.org:8080/", "not_public"),
    ("https:///vote", "not_public"),
    ("https://-x.example.org/", "not_public"),
    ("https://bit.ly/3abc", "shortener"),
    ("https://www.tinyurl.com/abc", "shortener"),
    ("https://bitly.com.example.org/", None),
    ("https://example.org/" + "a" * 1000, "too_long"),
    ("https://example.org:x/", "bad_url"),
    ("https://[/", "bad_url"),
]


@pytest.mark.parametrize(("url", "code"), URLS)
def test_a_link_leads_to_a_public_page(url: str, code: str | None) -> None:
    fault = check_url(url)
    assert (fault.code if fault else None) == code


NAMES = [
    ("vote_page", None),
    ("v2", None),
    ("v", "bad_name"),
    ("", "bad_name"),
    ("Vote", "bad_name"),
    ("2vote", "bad_name"),
    ("vote page", "bad_name"),
    ("vote}page", "bad_name"),
    ("a" * 31, "bad_name"),
    ("first_name", "name_taken"),
    ("firstname", "name_taken"),
]


@pytest.mark.parametrize(("name", "code"), NAMES)
def test_a_name_is_short_plain_and_free(name: str, code: str | None) -> None:
    fault = check_name(name, {"firstname": None})
    assert (fault.code if fault else None) == code
