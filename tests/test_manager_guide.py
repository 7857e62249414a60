"""What docs/manager-guide.md shows and says stands on the pages."""

import re
from html import unescape
from pathlib import Path

from scripts.guide_pictures import MOST_BYTES, named

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "images" / "guide"
GUIDE = (ROOT / "docs" / "manager-guide.md").read_text("utf-8")
TEMPLATES = [path.read_text("utf-8") for path in (ROOT / "p2ptext" / "templates").rglob("*.html")]
PROGRAM = [path.read_text("utf-8") for path in (ROOT / "p2ptext").rglob("*.py")]


def test_every_picture_is_there_and_none_is_left_over() -> None:
    """Pictures are made by scripts/screenshots --guide, which takes those the guide shows."""
    assert len(named()) >= 20
    assert {path.stem for path in PICTURES.glob("*.png")} == named()


def test_the_pictures_are_small() -> None:
    assert [path.name for path in PICTURES.glob("*.png") if path.stat().st_size > MOST_BYTES] == []


def test_every_picture_says_in_words_what_it_shows() -> None:
    shown = re.findall(r"!\[(.*?)\]\(images/guide/", GUIDE)
    shown += re.findall(r'src="images/guide/[^>]*alt="(.*?)"', GUIDE)
    assert len(shown) == len(re.findall("images/guide/", GUIDE))
    assert all(len(words) > 5 for words in shown)


def test_every_page_it_names_has_this_title() -> None:
    titles = {
        unescape(title) for text in TEMPLATES for title in re.findall(r"block title %}([^{<]+){%", text)
    }
    pages = re.findall(r"^Page: \*\*(.+)\*\*$", GUIDE, re.MULTILINE)
    assert len(pages) >= 14
    assert [page for page in pages if page not in titles] == []


def test_every_word_of_the_screen_is_one() -> None:
    """What is bold is a title, a label or a button, letter by letter."""
    bold = set(re.findall(r"\*\*(.+?)\*\*", GUIDE)) - {"bold"}
    said = "\n".join([*TEMPLATES, *PROGRAM]).replace("’", "'")
    missing = []
    for words in bold:
        plain = re.sub(r"^Open “(.+)”$", r"\1", words).replace(
            "’", "'"
        )  # the button names the page it opens
        if not re.search(rf"(?<![\w]){re.escape(plain)}(?![\w])", said):
            missing.append(words)
    assert missing == []
