"""The organizers' pages: who may see them, what an empty one says, and that names stay names."""

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from p2ptext.accounts.models import Person
from p2ptext.audience.models import Contact
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from p2ptext.insight import rates_tabs
from p2ptext.review.excerpts import LONGEST, excerpt
from tests import factories, world
from tests.insight.counted import counted
from tests.insight.histories import Setting, Story, setting

HOSTILE = "<script>alert(1)</script>'\"&{{7*7}}"
TABS = tuple(f"/rates/{tab}" for tab in rates_tabs.TABS)
PATHS = ("", "/numbers-now", "/rows/contacts", "/rows/sent", *TABS)
NAMELESS = "/numbers-now"
"""The part that carries nobody's name."""


@dataclass
class Scene:
    """One campaign with a conversation, and browsers."""

    made: Setting
    base: str
    talk: int

    def paths(self) -> list[str]:
        return [self.base + path.format(talk=self.talk) for path in PATHS]


@pytest.fixture
def scene(app: Flask) -> Scene:
    made = setting([Story(alive="delivered", replies=1, waiting=True, outcomes=["accepted"]), Story()])
    talk = db.session.query(world.Conversation).filter_by(campaign_id=made.campaign.id).one()
    return Scene(made, f"/o/{made.org.slug}/campaigns/{made.campaign.id}", talk.id)


def browsing(app: Flask, who: Person) -> FlaskClient:
    """A browser whose sign-in outlives a page that answers no and rolls back; all is counted."""
    browser = factories.client(app, who)
    db.session.commit()
    counted(0)
    return browser


def everywhere(scene: Scene) -> list[str]:
    org = f"/o/{scene.made.org.slug}"
    return [f"{org}/campaigns", f"{org}/inbox", *scene.paths()]


def test_organizers_see_every_page(app: Flask, scene: Scene) -> None:
    browser = browsing(app, scene.made.organizer)
    for path in everywhere(scene):
        assert browser.get(path).status_code == 200, path


def test_a_number_leads_to_its_people_where_there_are_some(app: Flask, scene: Scene) -> None:
    page = browsing(app, scene.made.organizer).get(scene.base).text
    assert re.search(r'<a class="stat" href="[^"]*/rows/delivered"', page)
    assert not re.search(r'<a class="stat" href="[^"]*/rows/opted_out"', page)
    assert "<strong>1</strong> of 1" in page


def test_volunteers_see_none(app: Flask, scene: Scene) -> None:
    browser = browsing(app, scene.made.volunteers[0])
    for path in everywhere(scene):
        assert browser.get(path).status_code == 403, path


def test_a_foreign_campaign_is_absent(app: Flask, scene: Scene) -> None:
    """Its id under one's own organization, and its conversation under one's own campaign."""
    own = setting([Story(alive="sending")])
    browser = browsing(app, own.organizer)
    theirs = scene.made.campaign.id
    for path in PATHS:
        address = f"/o/{own.org.slug}/campaigns/{theirs}{path.format(talk=scene.talk)}"
        assert browser.get(address).status_code == 404, address


def test_an_old_address_of_a_conversation_leads_on(app: Flask, scene: Scene) -> None:
    browser = browsing(app, scene.made.organizer)
    answer = browser.get(f"{scene.base}/conversations/{scene.talk}")
    assert answer.status_code == 308
    assert answer.headers["Location"].endswith(f"/review/{scene.talk}")
    other = factories.campaign(scene.made.org, scene.made.manager)
    mixed = f"/o/{scene.made.org.slug}/campaigns/{other.id}/conversations/{scene.talk}"
    assert browser.get(mixed).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/rows/nonsense",
        "/rows/sent?after=0",
        "/rows/sent?after=999999999999999999-1",
        "/rows/sent?after=1-9999999999999999999999",
        "/rows/sent?by=nonsense&key=1",
        "/rows/sent?by=list&key=x",
        "/rows/sent?by=list&key=99999999999999999999",
        "/rows/sent?by=owner&key=1",
        "/rows/not_texted?by=hour&key=2-18",
        "/rows/sent?by=hour&key=8-18",
        "/rows/sent?by=day&key=2026-02-30",
        "/rows/sent?by=time&key=yesterday",
        "/rows/sent?by=wording&key=1:xyz",
        "/rows/chosen?by=answer&key=s1",
        "/rows/chosen?by=answer&key=s1:a1",
        "/rows/sent?by=question&key=s1",
        "/rates/nonsense",
        "/rates/funnel?format=xml",
        "/rates/time?step=year",
        "/rates/groups?by=name",
        "/rates/volunteers?of=names",
    ],
)
def test_pages_that_are_not_there(app: Flask, scene: Scene, path: str) -> None:
    assert browsing(app, scene.made.organizer).get(scene.base + path).status_code == 404


@pytest.mark.parametrize("by", ["person", "list", "number", "zone"])
def test_a_list_of_what_is_not_there_is_empty(app: Flask, scene: Scene, by: str) -> None:
    page = browsing(app, scene.made.organizer).get(f"{scene.base}/rows/sent?by={by}&key=2147483647")
    assert page.status_code == 200
    assert "Nobody is here now" in page.text


def made_base(made: Setting) -> str:
    return f"/o/{made.org.slug}/campaigns/{made.campaign.id}"


def test_an_empty_campaign_says_what_comes_next(app: Flask) -> None:
    made = setting([])
    page = browsing(app, made.organizer).get(f"/o/{made.org.slug}/campaigns/{made.campaign.id}")
    assert "No list has come in yet." in page.text
    assert "No first text has been sent yet." in page.text
    assert "nan" not in page.text.lower().split("<main")[1]
    for tab, words in {
        "funnel": "No list has come in yet",
        "time": "No text has left yet",
        "hours": "No text has left yet",
        "wordings": "No text has left yet",
        "groups": "No text has left yet",
        "answers": "The script of this campaign asks none",
        "volunteers": "Nobody has texted yet",
    }.items():
        found = browsing(app, made.organizer).get(f"{made_base(made)}/rates/{tab}")
        assert words in found.text, tab
        assert (
            browsing(app, made.organizer).get(f"{made_base(made)}/rates/{tab}?format=csv").status_code
            == 200
        )


def test_no_campaign_at_all(app: Flask) -> None:
    org = factories.organization()
    for role, words in (
        ("manager", "A campaign is a list of people"),
        ("organizer", "When a manager has begun one"),
    ):
        page = browsing(app, factories.person(org, role)).get(f"/o/{org.slug}/campaigns")
        assert words in page.text


def manages(browser: FlaskClient, scene: Scene) -> list[bool]:
    listed = browser.get(f"/o/{scene.made.org.slug}/campaigns").text
    page = browser.get(scene.base).text
    return [
        f"{scene.base}/setup" in listed,
        "/campaigns/new" in listed,
        f"{scene.base}/setup" in page,
        f"{scene.base}/pause" in page,
        f"{scene.base}/archive" in page,
    ]


def test_only_managers_are_offered_to_change_a_campaign(app: Flask, scene: Scene) -> None:
    assert all(manages(browsing(app, scene.made.manager), scene))
    assert not any(manages(browsing(app, scene.made.organizer), scene))


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        ("draft", []),
        ("running", ["pause", "archive"]),
        ("paused", ["resume", "archive"]),
        ("archived", []),
    ],
)
def test_what_can_be_done_goes_with_the_status(
    app: Flask, scene: Scene, status: str, offered: list[str]
) -> None:
    db.session.get_one(Campaign, scene.made.campaign.id).status = status
    db.session.flush()
    page = browsing(app, scene.made.manager).get(scene.base).text
    assert re.findall(rf'action="{scene.base}/(\w+)"', page) == offered


def test_hostile_names_and_texts_are_only_words(app: Flask, scene: Scene) -> None:
    made = scene.made
    db.session.get_one(Campaign, made.campaign.id).name = HOSTILE
    for volunteer in made.volunteers:
        db.session.get_one(Person, volunteer.id).name = HOSTILE
    for contact in db.session.query(Contact).filter_by(campaign_id=made.campaign.id):
        contact.first_name = HOSTILE
        contact.fields = {"first_name": HOSTILE, "last_name": HOSTILE}
    talk = db.session.get_one(world.Conversation, scene.talk)
    talk.review_reason = HOSTILE
    db.session.query(world.InboundText).filter_by(conversation_id=talk.id).one().text = HOSTILE
    world.provider_event(organization_id=made.org.id, note=HOSTILE, raw=HOSTILE.encode())
    db.session.flush()
    browser = browsing(app, made.organizer)
    for path in everywhere(scene):
        page = browser.get(path).text
        assert "<script>alert" not in page, path
        assert "49&#" not in page, path
        assert "&lt;script&gt;alert(1)" in page or path.endswith(NAMELESS), path


def test_no_page_shows_a_whole_phone(app: Flask, scene: Scene) -> None:
    made = scene.made
    world.provider_event(
        organization_id=made.org.id, note="Strange.", raw=b'{"from": "16145550100", "to": 16145550101}'
    )
    browser = browsing(app, made.organizer)
    for path in everywhere(scene):
        page = browser.get(path).text.split("<main")[-1]
        assert not re.search(r"555[\s.-]?01\d\d", page), path
    assert "•••• 0100" in browser.get(f"{scene.base}/rows/contacts").text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b'{"from": "16145550104"}', '{"from": "•••• 0104"}'),
        (b'{"from": "\\u0031\\u0036\\u0031\\u0034\\u0035\\u0035\\u0035\\u0030\\u0031\\u0030\\u0034"}',
         '{"from": "•••• 0104"}'),
        (b"call +1 (614) 555-0104 now", "call •••• 0104 now"),
        (b"\xff\x00\x1b[31mred", "��[31mred".replace("��", "�  ")),
        ("\u202eevil\u2066".encode(), " evil "),
        (b"", ""),
        (b"[" * 30_000, "[" * LONGEST + " …"),
        (b"code 123456", "code 123456"),
    ],
    ids=["json", "escaped digits", "spaced", "control", "direction", "empty", "deep", "short number"],
)  # fmt: skip
def test_an_excerpt_is_short_and_plain(raw: bytes, shown: str) -> None:
    assert excerpt(raw) == shown


def test_a_phone_at_the_edge_of_an_excerpt_is_masked_before_the_cut() -> None:
    raw = b"x" * (LONGEST - 8) + b" 16145550104"
    assert "614555" not in excerpt(raw)


def test_the_part_that_is_fetched_again_is_what_the_page_shows(app: Flask, scene: Scene) -> None:
    browser = browsing(app, scene.made.organizer)
    stamp = re.compile(r"<time[^>]*data-stamp>[^<]*</time>")
    part = stamp.sub("", browser.get(f"{scene.base}/numbers-now").text).strip()
    assert part in stamp.sub("", browser.get(scene.base).text)


def test_the_operator_alone_sees_what_nobody_claims(app: Flask, scene: Scene) -> None:
    world.provider_event(note="Nobody's.", raw=b'{"from": "16145550104", "x": "<b>"}')
    world.provider_event(organization_id=scene.made.org.id, note="Somebody's.")
    page = browsing(app, factories.person(is_operator=True)).get("/operator/events")
    assert "Nobody&#39;s." in page.text
    assert "Somebody&#39;s." not in page.text
    assert "•••• 0104" in page.text
    assert "<b>" not in page.text
    assert browsing(app, scene.made.manager).get("/operator/events").status_code == 404
    inbox = browsing(app, scene.made.organizer).get(f"/o/{scene.made.org.slug}/inbox").text
    assert "Somebody&#39;s." in inbox
    assert "Nobody&#39;s." not in inbox
