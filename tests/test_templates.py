"""Templates keep the promises that every page depends on."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

import p2ptext

TEMPLATES = Path(p2ptext.__file__).parent / "templates"
INLINE = re.compile(
    r"""<style\b|\sstyle\s*=\s*["']|<script(?![^>]*\s(?:src=|type="application/json"))[^>]*>|<[^>]*\son[a-z]+\s*=\s*["']|javascript:""",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    "markup", ["<p style='a'>", "<script>", "<b onclick='x()'>", '<a href="javascript:x">']
)
def test_the_search_for_inline_code_finds_it(markup: str) -> None:
    assert INLINE.search(markup)


def test_no_template_holds_inline_styles_or_scripts() -> None:
    """The content security policy would make the browser ignore them, silently for the reader."""
    found = [
        f"{path.relative_to(TEMPLATES)}: {match.group()}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for match in INLINE.finditer(path.read_text("utf-8"))
    ]
    assert found == []


class Broken:
    """What a session or a person is while the database is away."""

    def __getattr__(self, name: str) -> None:
        raise AssertionError(name)


@pytest.mark.parametrize("name", sorted(p.name for p in (TEMPLATES / "errors").glob("[0-9r]*.html")))
def test_error_pages_need_no_session_no_person_and_no_database(name: str) -> None:
    env = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    env.globals["url_for"] = lambda endpoint, filename: f"/{endpoint}/{filename}"
    away = {name: Broken() for name in ("nav", "org", "membership", "current_user", "session", "g")}
    page = env.get_template(f"errors/{name}").render(
        code="form_expired", words="Because <it> is so.", **away
    )
    heading = re.search(r"<h1>(.+?)</h1>", page)
    assert heading is not None
    assert f"<title>{heading.group(1)}" in page
    assert 'href="/"' in page
    assert "<it>" not in page
