"""The privacy policy and the terms: what everybody reads, what reviewers look for, and no markup ever."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from p2ptext.accounts.models import Organization, Person
from p2ptext.registry import publishing
from p2ptext.rules import public_page
from p2ptext.rules.public_page import About, Block
from tests import factories

OHIO = About("Ohio Votes", "https://ohiovotes.example", "hello@ohiovotes.example", False)


@pytest.fixture
def org(app: Flask) -> Organization:
    return factories.organization(slug="ohio", name="Ohio Votes")


@pytest.fixture
def owner(org: Organization) -> Person:
    return factories.person(org, "owner")


BODIES = [
    ("", []),
    ("One\ntwo\n\nthree", [Block("words", ("One", "two")), Block("words", ("three",))]),
    ("# Head\nwords", [Block("heading", ("Head",)), Block("words", ("words",))]),
    ("- a\n- b\nend", [Block("list", ("a", "b")), Block("words", ("end",))]),
    ("- a\n\n- b", [Block("list", ("a",)), Block("list", ("b",))]),
    ("# A\n# B", [Block("heading", ("A",)), Block("heading", ("B",))]),
    ("#hash -dash", [Block("words", ("#hash -dash",))]),
    ("<b>x</b>", [Block("words", ("<b>x</b>",))]),
]


@pytest.mark.parametrize(("body", "expected"), BODIES)
def test_how_a_page_is_written(body: str, expected: list[Block]) -> None:
    assert public_page.blocks(body) == expected


@pytest.mark.parametrize("kind", public_page.TITLES)
@pytest.mark.parametrize("links", [False, True])
def test_what_we_begin_with_lacks_nothing(kind: str, links: bool) -> None:
    about = About("Ohio Votes", "", "hello@ohiovotes.example", links)
    body = public_page.TEMPLATES[kind](about)
    assert public_page.lacks(kind, body, about) == []
    assert ("Links in our texts" in body) is (links and kind == "privacy")


LACKING = [
    ("privacy", "Ohio Votes: Reply STOP.", False, ["not shared"]),
    ("privacy", "Ohio Votes shares nothing. Numbers are never shared. STOP", False, []),
    ("privacy", "Ohio Votes. Numbers are never shared. STOP", True, ["counted by person"]),
    ("terms", "Ohio Votes", False, ["how often", "rates may apply", "Reply STOP", "Reply HELP"]),
    (
        "privacy",
        "We never share numbers. STOP. [your e-mail address]",
        False,
        ["name Ohio", "how to reach"],
    ),
]


@pytest.mark.parametrize(("kind", "body", "links", "words"), LACKING)
def test_what_reviewers_would_miss(kind: str, body: str, links: bool, words: list[str]) -> None:
    found = public_page.lacks(kind, body, About("Ohio Votes", "", "", links))
    assert len(found) == len(words)
    for one, expected in zip(found, words, strict=True):
        assert expected in one


def test_a_page_is_read_by_everybody_once_it_is_published(
    app: Flask, org: Organization, owner: Person
) -> None:
    stranger = factories.client(app, None)
    assert stranger.get("/p/ohio/privacy").status_code == 404
    publishing.save(org.id, "privacy", "We never share numbers.", owner.id, publish=False)
    assert stranger.get("/p/ohio/privacy").status_code == 404
    publishing.save(org.id, "privacy", "We never share numbers.", owner.id, publish=True)
    shown = stranger.get("/p/ohio/privacy")
    assert shown.status_code == 200
    assert "We never share numbers." in shown.text
    assert stranger.get("/p/ohio/terms").status_code == 404
    publishing.save(org.id, "privacy", "We never share numbers.", owner.id, publish=False)
    assert stranger.get("/p/ohio/privacy").status_code == 404


def test_a_public_page_may_be_kept_and_knows_no_session(
    app: Flask, org: Organization, owner: Person
) -> None:
    publishing.save(org.id, "privacy", "Words.", owner.id, publish=True)
    pages = [factories.client(app, who).get("/p/ohio/privacy") for who in (None, owner)]
    assert pages[0].text == pages[1].text
    for shown in pages:
        assert shown.headers["Cache-Control"] == "public, max-age=300"
        assert "Set-Cookie" not in shown.headers
        assert "csrf" not in shown.text
        assert owner.name not in shown.text
    missing = factories.client(app, None).get("/p/ohio/terms")
    assert missing.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "# <img src=x onerror=alert(1)>",
        "- </li></ul><svg onload=alert(1)>",
        "{{ config }} {% for x in y %}",
        "[link](javascript:alert(1))",
        "&lt;b&gt; \"' `",
    ],
)
def test_nothing_in_a_page_is_markup(app: Flask, org: Organization, owner: Person, evil: str) -> None:
    publishing.save(org.id, "terms", f"{evil}\n\n{evil}", owner.id, publish=True)
    shown = factories.client(app, None).get("/p/ohio/terms").text
    article = shown[shown.index("<article") : shown.index("</article>")]
    tags = set(re.findall(r"<(/?\w+)", article))
    assert tags <= {"article", "h1", "h2", "/h2", "/h1", "p", "/p", "ul", "/ul", "li", "/li", "br"}
    words = public_page.blocks(evil)[0].lines[0]
    assert article.count(str(escaped(words))) == 2


def test_an_owner_publishes_and_takes_down(app: Flask, org: Organization, owner: Person) -> None:
    browser = factories.client(app, owner)
    fresh = browser.get("/o/ohio/public-pages/privacy").text
    assert "Not published" in fresh
    assert "Put an address in place of the brackets." in fresh
    send(browser, "/o/ohio/public-pages/reach", contact_email="hello@ohiovotes.example", website="")
    assert "hello@ohiovotes.example" in browser.get("/o/ohio/public-pages/privacy").text
    body = public_page.privacy(OHIO)
    shown = send(browser, "/o/ohio/public-pages/privacy", body=body.replace("\n", "\r\n"), publish="1")
    assert "/p/ohio/privacy" in shown
    kept = publishing.page_of(org.id, "privacy")
    assert kept is not None
    assert kept.body == body.strip()
    assert "Reply STOP to any of our texts." in browser.get("/p/ohio/privacy").text
    send(browser, "/o/ohio/public-pages/privacy", body=body, keep="1")
    assert browser.get("/p/ohio/privacy").status_code == 404


GAPS = [
    ("Write to [your e-mail address].", ["[your e-mail address]"]),
    ("[] and [ ] and []", ["[]", "[ ]"]),
    ("See [Your street] or [our list].", ["[Your street]"]),
    ("We [Ohio Votes] text. [link](https://ohiovotes.example)", []),
]


@pytest.mark.parametrize(("body", "expected"), GAPS)
def test_brackets_that_wait_for_words(body: str, expected: list[str]) -> None:
    assert public_page.gaps(body) == expected


def test_a_page_with_empty_brackets_is_not_published(
    app: Flask, org: Organization, owner: Person
) -> None:
    browser = factories.client(app, owner)
    body = public_page.privacy(publishing.about(org.id))
    refused = press(browser, body=body, publish="1")
    assert "Enter the address that people write to." in refused
    assert 'name="contact_email"' in refused
    assert publishing.page_of(org.id, "privacy") is None
    assert "Put words in place of “[your street]” first." in press(
        browser, body="[your street]", publish="1"
    )
    press(browser, body=body, publish="1", contact_email="hello@ohiovotes.example")
    shown = browser.get("/p/ohio/privacy").text
    assert "Write to hello@ohiovotes.example to see" in shown
    assert "/help" not in shown  # it is for volunteers
    assert publishing.about(org.id).contact_email == "hello@ohiovotes.example"


def press(browser: FlaskClient, **fields: str) -> str:
    """Send the page's form as it is, and return what is shown then."""
    path = "/o/ohio/public-pages/privacy"
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)
    assert found
    return browser.post(path, data={"csrf_token": found[1], **fields}, follow_redirects=True).text


WEBSITES = [
    ("ohiovotes.example", True),
    ("https://ohiovotes.example/about?x=1", True),
    ("foo", False),
    ("javascript:alert(1)", False),
    ("hello@ohiovotes.example", False),
    ("two words.example", False),
    ("", True),
]


@pytest.mark.parametrize(("website", "good"), WEBSITES)
def test_where_people_reach_us_says_all_faults_at_once(
    app: Flask, org: Organization, owner: Person, website: str, good: bool
) -> None:
    browser = factories.client(app, owner)
    path = "/o/ohio/public-pages/reach"
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)
    assert found
    sent = browser.post(
        path, data={"csrf_token": found[1], "website": website, "contact_email": "nobody"}
    ).text
    assert "Enter an e-mail address." in sent
    assert ("Enter the address of a website" not in sent) is good


def send(browser: FlaskClient, path: str, **fields: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)
    assert found
    sent = browser.post(path, data={"csrf_token": found[1], **fields}, follow_redirects=True)
    assert sent.status_code == 200
    assert "There is a problem" not in sent.text
    return sent.text


def escaped(words: str) -> str:
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;")):
        words = words.replace(sign, name)
    return words
