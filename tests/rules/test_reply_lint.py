"""What a volunteer is asked to look at again before an answer leaves."""

import pytest

from p2ptext.rules import reply_lint

NAMES = ("Maria", "Lopez", "Amy")

TABLE = [
    # text, codes, why
    ("Hi Maria, thanks for writing back.", [], "an ordinary answer"),
    ("Great! Your polling place is the main library, 7 am to 8 pm.", [], "hours are no phone number"),
    ("The vote is on 11/03/2026 at 1200 Main Street.", [], "dates and addresses have few digits"),
    ("It passed with 2,345,678,901 votes.", [], "commas do not stand in phone numbers"),
    ("Look it up at https://example.org/vote/6145550100", [], "digits in an address are part of it"),
    ("Call me at 614-555-0100", ["phone"], "as it is written here"),
    ("My cell is (614) 555-0100.", ["phone"], "with brackets"),
    ("text 6145550100 instead", ["phone"], "in one piece"),
    ("+1 614 555 0100", ["phone"], "with the country"),
    ("Write to amy.adams@example.org", ["email"], "a person's own address"),
    ("Write to info@example.org", [], "an office's address"),
    ("Write to volunteer-team@example.org", [], "an office's address of two words"),
    ("Look here: bit.ly/3xYz", ["short_link"], "no scheme"),
    ("https://www.tinyurl.com/abc", ["short_link"], "with scheme and www"),
    ("See https://example.org/bit.ly/about", [], "its name inside another address"),
    ("Hi {first_name}, thanks!", ["gap"], "a field"),
    ("Hi [NAME], thanks!", ["gap"], "brackets"),
    ("The event is on [date].", ["gap"], "a small gap"),
    ("Hello NAME, thank you", ["gap"], "capitals alone"),
    ("See you at ___", ["gap"], "a line to fill in"),
    ("What is your name? I like the name.", [], "the word alone"),
    ("Hi John, thanks for writing back.", ["other_name"], "left over from another conversation"),
    ("hey Sarah!", ["other_name"], "without capitals before it"),
    ("Hi Amy here again", [], "the volunteer's own name"),
    ("Hello there, thanks", [], "no name"),
    ("Thanks Maria", [], "the person's name"),
    ("Thank you Lopez family", [], "the last name"),
    ("Hi MARIA, thanks", [], "their name in capitals"),
    ("Thanks so much for that", [], "no name after it"),
    ("PLEASE VOTE ON TUESDAY", ["capitals"], "shouting"),
    ("OK", [], "a short word"),
    ("The NAACP and the AFL-CIO both say so today.", [], "abbreviations"),
    ("This is bullshit", ["curse"], "a word that offends"),
    ("The Scunthorpe class is at the assessor's office", [], "words that hold others"),
    ("No mames, esto es una mierda", ["curse"], "Spanish"),
    ("YOU SHIT, CALL 614-555-0100", ["curse", "phone", "capitals"], "several, the worst first"),
]


@pytest.mark.parametrize(("text", "codes", "why"), TABLE, ids=[row[2] for row in TABLE])
def test_what_is_told(text: str, codes: list[str], why: str) -> None:
    assert [fault.code for fault in reply_lint.check(text, NAMES)] == codes


def test_nobodys_name_is_known() -> None:
    """Where the list has no names a greeting cannot be wrong."""
    assert reply_lint.check("Hi John, thanks", ("", "")) == []


def test_what_was_told_is_not_told_again() -> None:
    found = reply_lint.check("CALL ME AT 614-555-0100 NOW", NAMES)
    assert [fault.code for fault in reply_lint.still_to_tell(found, {"phone"})] == ["capitals"]
    assert reply_lint.still_to_tell(found, {"phone", "capitals"}) == []
