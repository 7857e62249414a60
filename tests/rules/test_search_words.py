"""What a search means, and where its words stand in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules import search_words
from p2ptext.rules.search_words import Term


@pytest.mark.parametrize(
    ("asked", "terms"),
    [
        ("", []),
        ("  ", []),
        ("!!! - * \" 👍", []),
        ("Yes", [Term(("yes",))]),
        ("pol*", [Term(("pol",), is_beginning=True)]),
        ("-stop", [Term(("stop",), is_unwanted=True)]),
        ('"My  place"', [Term(("my", "place"))]),
        ('-"not now" yes', [Term(("not", "now"), is_unwanted=True), Term(("yes",))]),
        ("don't", [Term(("dont",))]),
        ("don’t", [Term(("dont",))]),
        ("and/or", [Term(("and", "or"))]),
        ('"open end', [Term(("open", "end"))]),
        ("ÉCOLE", [Term(("école",))]),
        ("Yes👍ok", [Term(("yes", "ok"))]),
        ("614-555-0104", [Term(("614", "555", "0104"))]),
    ],
)  # fmt: skip
def test_a_search_is_read(asked: str, terms: list[Term]) -> None:
    assert search_words.read(asked) == terms


@pytest.mark.parametrize(
    ("asked", "wanted", "unwanted"),
    [
        ("yes", "(yes)", ""),
        ("yes pol*", "(yes) & (pol:*)", ""),
        ('"my place" -stop -"no more"', "(my <-> place)", "(stop) | (no <-> more)"),
        ("a/b*", "(a <-> b:*)", ""),
    ],
)
def test_a_query_holds_letters_and_our_own_signs(asked: str, wanted: str, unwanted: str) -> None:
    terms = search_words.read(asked)
    assert (search_words.wanted(terms), search_words.unwanted(terms)) == (wanted, unwanted)


def test_an_index_is_asked_without_the_order_of_words() -> None:
    terms = search_words.read('"my place" a/b* -"no more"')
    assert search_words.together(terms) == "(my) & (place) & (a) & (b:*)"


@pytest.mark.parametrize(
    ("asked", "wanted", "unwanted"),
    [
        ("yes école", ["%yes%"], []),
        ('"my place" -"no more" -école', ["%my%", "%place%"], ["%more%", "%%"]),
    ],
)
def test_letters_tell_most_texts_apart(asked: str, wanted: list[str], unwanted: list[str]) -> None:
    terms = search_words.read(asked)
    assert search_words.letters_wanted(terms) == wanted
    assert search_words.letters_unwanted(terms) == unwanted


@pytest.mark.parametrize(
    ("text", "asked", "hits"),
    [
        ("Yes, I vote.", "yes", ["Yes"]),
        ("Don't vote? dont!", "don't", ["Don't", "dont"]),
        ("polling place, my polling-place", '"polling place"', ["polling", "place", "polling", "place"]),
        ("my own place", '"my place"', []),
        ("voting votes veto", "vot*", ["voting", "votes"]),
        ("stop it", "-stop it", ["it"]),
        ("", "yes", []),
    ],
)
def test_words_are_marked(text: str, asked: str, hits: list[str]) -> None:
    pieces = search_words.marked(text, search_words.read(asked))
    assert [piece for piece, hit in pieces if hit] == hits
    assert "".join(piece for piece, _ in pieces) == text


@given(st.text(max_size=80), st.text(max_size=40))
def test_marking_never_changes_a_text(text: str, asked: str) -> None:
    terms = search_words.read(asked)
    assert "".join(piece for piece, _ in search_words.marked(text, terms)) == text
    assert len(terms) <= search_words.MOST_TERMS
    assert all(word.isalnum() or not word.isascii() for term in terms for word in term.words)
