"""What a template and values become."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules.script import MissingField, check, field_key, fields_in, render, text_hash, tidy

JO = {"first_name": "Jo", "city": "Dayton", "middle": ""}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Hi {first_name}", "Hi Jo"),
        ("Hi {First Name}", "Hi Jo"),
        ("Hi {FIRSTNAME}", "Hi Jo"),
        ("Hi { first-name }", "Hi Jo"),
        ("Hi {first_name|there}", "Hi Jo"),
        ("Hi {nickname|there}", "Hi there"),
        ("Hi {middle|there}", "Hi there"),
        ("Hi {middle|}, ok", "Hi, ok"),
        ("before {middle|} after", "before after"),
        ("{middle|} after", "after"),
        ("hi {first_name} , ok", "hi Jo, ok"),
        ("hi {first_name} .", "hi Jo."),
        ("see .org and ... so", "see .org and ... so"),
        ("{{first_name}}", "{Jo}"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\n\n\n\n\nb   \nc  ", "a\n\nb\nc"),
        ("  a  b  ", "a b"),
        ("“Hi” – {first_name}…", "“Hi” – Jo…"),
        ("{first_name} {first_name}", "Jo Jo"),
        ("no fields", "no fields"),
        ("{ } and {}", None),
    ],
)
def test_rendered(template: str, text: str | None) -> None:
    if text is None:
        with pytest.raises(MissingField):
            render(template, JO, plain=True)
    else:
        assert render(template, JO, plain=True) == text


@pytest.mark.parametrize(
    "value",
    [
        "{{7*7}}",
        "{last_name}",
        "{first_name}",
        "{first_name|x}",
        "{0.__class__}",
        "{0.__class__.__mro__}",
        "__proto__",
        "%s %(name)s %n",
        "${7*7}",
        "\\1 \\g<0>",
        "<script>alert(1)</script>",
        "'; drop table contact; --",
        "((evil))",
    ],
)
def test_hostile_values_come_out_as_they_are(value: str) -> None:
    assert render("Hi {name}!", {"name": value, "last_name": "EVIL"}, plain=True) == f"Hi {value}!"
    assert render("Hi {name}!", {"name": value, "last_name": "EVIL"}, plain=False) == f"Hi {value}!"


@pytest.mark.parametrize(
    "name", ["__proto__", "0", "0.__class__", "first name!r", "a:>100000000", "größe"]
)
def test_odd_names_are_only_names(name: str) -> None:
    with pytest.raises(MissingField):
        render(f"{{{name}}}", {"other": "x"}, plain=True)
    assert render(f"{{{name}}}", {name: "x"}, plain=True) == "x"


@pytest.mark.parametrize("value", [None, "", "  ", "\t\n", "\u200b", "\u00a0"])
def test_a_value_that_is_absent_or_blank_is_never_sent(value: str | None) -> None:
    values = {} if value is None else {"first_name": value}
    with pytest.raises(MissingField) as caught:
        render("Hi {First Name}", values, plain=False)
    assert caught.value.name == "First Name"


def test_typography_of_values_is_plain_only_when_asked() -> None:
    values = {"name": "D’Arcy – “Dee”\u00a0Łu"}
    assert render("“{name}”", values, plain=True) == '“D\'Arcy - "Dee" Łu”'
    assert render("“{name}”", values, plain=False) == "“D’Arcy – “Dee”\u00a0Łu”"


def test_a_default_is_the_scripts_own_word() -> None:
    assert render("Hi {name|“friend”}", {}, plain=True) == "Hi “friend”"


def test_a_values_lines_become_one() -> None:
    assert render("{name}!", {"name": "Smith, J\r\nJr"}, plain=True) == "Smith, J Jr!"


def test_fields_in_order_each_once() -> None:
    assert fields_in("{b} {First Name} {first_name|x} {a} { } {B}") == ["b", "First Name", "a"]


@pytest.mark.parametrize(
    ("template", "codes"),
    [
        ("Hi {first_name}, {polling place|your place}", []),
        ("", ["empty"]),
        (" \n ", ["empty"]),
        ("Hi {frist_name}", ["unknown_field"]),
        ("Hi {x} {y}", ["unknown_field", "unknown_field"]),
        ("Hi {x|there}", ["unknown_field"]),
        ("Hi {}", ["nameless_field"]),
        ("Hi {|there}", ["nameless_field"]),
        ("Hi {first_name", ["stray_brace"]),
        ("Hi {{first_name}}", ["stray_brace"]),
        ("Hi {first_name|a|b}", []),
        ("Hi {first\n_name}", ["stray_brace"]),
    ],
)
def test_checked(template: str, codes: list[str]) -> None:
    assert [fault.code for fault in check(template, ["first_name", "Polling Place"])] == codes


def test_a_slip_of_the_pen_is_pointed_out() -> None:
    (fault,) = check("{frist_name}", ["first_name", "last_name"])
    assert "Did you mean {first_name}?" in fault.words
    (fault,) = check("{zzz}", ["first_name", "city"])
    assert "{first_name}, {city}" in fault.words


@given(st.text(), st.text())
def test_what_is_checked_renders_and_stays(template: str, value: str) -> None:
    if check(template, fields_in(template)):
        return
    values = dict.fromkeys(fields_in(template), f"v{value}")
    text = render(template, values, plain=True)
    assert tidy(text) == text
    assert render(template, values, plain=True) == text


@given(st.text(alphabet="ab ,.\n\r\t{}|", max_size=40))
def test_tidying_twice_is_tidying_once(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.text())
def test_a_name_finds_itself_however_spaced(name: str) -> None:
    assert field_key(name) == field_key(name.replace(" ", "_")) == field_key(f" {name} ")


def test_the_hash_is_of_the_exact_text() -> None:
    assert text_hash("Hi") == "3639efcd08abb273b1619e82e78c29a7df02c1051b1820e99fc395dcaa3326b8"
    assert text_hash("Hi ") != text_hash("Hi")
