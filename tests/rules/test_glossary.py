"""Every word that a page explains is in the table, and each explanation is short and plain."""

import re
from pathlib import Path

import pytest

import p2ptext
from p2ptext.rules import glossary

TEMPLATES = Path(p2ptext.__file__).parent / "templates"
ASKED = re.compile(r"""\bterm\(\s*["']([^"']+)["']""")


def test_templates_ask_only_for_words_that_are_explained() -> None:
    asked = {
        word for page in TEMPLATES.rglob("*.html") for word in ASKED.findall(page.read_text("utf-8"))
    }
    assert "segment" in asked  # the search finds what the style guide uses
    assert asked <= set(glossary.GLOSSARY)


def test_a_word_that_is_not_there_is_a_fault_of_the_page() -> None:
    with pytest.raises(KeyError):
        glossary.explain("segmant")


@pytest.mark.parametrize("term", sorted(glossary.GLOSSARY))
def test_each_is_one_or_two_plain_sentences(term: str) -> None:
    words = glossary.explain(term)
    assert words[0].isupper() or words[0].isdigit()
    assert words.endswith(".")
    assert "!" not in words
    assert "  " not in words
    assert len(re.findall(r"[.:](?: |$)", words)) <= 3
    assert len(words) <= 260


def test_words_are_listed_by_letters() -> None:
    listed = [term.lower() for term, _ in glossary.in_order()]
    assert listed == sorted(listed)
