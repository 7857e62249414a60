"""People's pages in a real browser: the practice by keys, by touch and without script; all of them with axe."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from sqlalchemy import select

from p2ptext.accounts.models import Invitation, JoinLink, Membership, Person
from p2ptext.accounts.team_models import Team, TeamMember
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.texting import practice, presence
from p2ptext.texting.shift_models import Shift, ShiftPlace
from tests import factories, world
from tests.browser.barriers import CONTRAST, faults, settled
from tests.browser.visiting import PATIENCE_MS
from tests.serving import serving

SIZES = {"phone": (390, 844), "desk": (1280, 800)}
CHECKED = "main button, main a.btn, main summary, main input[type=checkbox]"
SMALL = """(checked) => [...document.querySelectorAll(checked)].filter((one) => one.checkVisibility())
  .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, box]) => box.height && box.height < 23.5).map(([words]) => words)"""


@dataclass
class Site:
    url: str
    org: str
    cookies: dict[str, dict[str, str]]
    values: dict[str, int]


@pytest.fixture
def site(committed_app: Flask) -> Iterator[Site]:
    """An organization with a newcomer, a volunteer who has texted, a manager, a team and shifts."""
    with serving(committed_app) as url:
        org = factories.organization(name="Ohio Votes")
        people = {
            "newcomer": factories.person(org, name="Nia Brooks"),
            "amy": factories.person(org, name="Amy Adams"),
            "manager": factories.person(org, "manager", name="Mona Manager"),
        }
        places = {
            name: db.session.scalars(select(Membership).filter_by(person_id=person.id)).one()
            for name, person in people.items()
        }
        places["newcomer"].practised_at = None
        campaign = factories.campaign(org, people["manager"], name="Library levy")
        values = furnish(org.id, campaign, people, places)
        cookies = {}
        name = committed_app.config["SESSION_COOKIE_NAME"]
        for who, person in people.items():
            browser = factories.client(committed_app, person)
            kept = browser.get_cookie(name)
            assert kept is not None
            cookies[who] = {"name": name, "value": kept.value, "url": url}
        db.session.commit()
        presence.write({(org.id, people["amy"].id)}, set())
        yield Site(url, f"/o/{org.slug}", cookies, values)


def furnish(
    org_id: int, campaign: Campaign, people: dict[str, Person], places: dict[str, Membership]
) -> dict[str, int]:
    rows = factories.contacts(campaign, people["manager"], [f"+1614555{n:04d}" for n in range(100, 150)])
    for place, contact in enumerate(rows[:12]):
        contact.state = "texted"
        sent_at = now() - timedelta(minutes=20 - place)
        world.first_text(contact, campaign, people["amy"], created_at=sent_at)
    team = factories.add(Team(organization_id=org_id, name="Phone bank Dayton"))
    factories.add(TeamMember(team_id=team.id, membership_id=places["amy"].id, organization_id=org_id))
    shift_ids = [
        factories.add(
            Shift(
                organization_id=org_id,
                starts_at=now() + timedelta(hours=hours),
                ends_at=now() + timedelta(hours=hours + 2),
                zone="America/New_York",
                places=4,
                note=note,
                campaign_id=campaign.id if note else None,
                created_by=people["manager"].id,
            )
        ).id
        for hours, note in ((5, "Room 4, bring a charger"), (29, ""))
    ]
    factories.add(
        ShiftPlace(shift_id=shift_ids[0], membership_id=places["amy"].id, organization_id=org_id)
    )
    until = now() + timedelta(days=3)
    link = factories.add(
        JoinLink(
            organization_id=org_id,
            created_by=people["manager"].id,
            expires_at=until,
            most_uses=200,
            leads_to=f"/o/x/texting/{campaign.id}",
            about=campaign.name,
        )
    )
    for number, ends in enumerate((until, now() - timedelta(days=1))):
        factories.add(
            Invitation(
                organization_id=org_id,
                email=f"guest{number}@example.org",
                role="volunteer",
                token_digest=f"digest {number}".encode(),
                created_by=people["manager"].id,
                expires_at=ends,
            )
        )
    return {"team": team.id, "shift": shift_ids[0], "link": link.id}


def context(chromium: Browser, site: Site, who: str, **options: object) -> BrowserContext:
    made = chromium.new_context(base_url=site.url, reduced_motion="reduce", **options)  # type: ignore[arg-type]
    made.add_cookies([site.cookies[who]])  # type: ignore[list-item]
    made.set_default_timeout(PATIENCE_MS)
    return made


def no_barriers(page: Page) -> None:
    """At both sizes, in the light and in the dark."""
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        assert page.evaluate(SMALL, CHECKED) == [], page.url
    page.emulate_media(color_scheme="light")
    assert faults(page) == [], page.url
    page.emulate_media(color_scheme="dark")
    assert faults(page, **CONTRAST) == [], page.url


def press(page: Page, name: str) -> None:
    """By keyboard alone."""
    page.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press("Enter")


def test_the_practice_by_keyboard_asks_the_server_for_nothing(chromium: Browser, site: Site) -> None:
    page = context(chromium, site, "newcomer").new_page()
    page.goto(f"{site.org}/texting")
    page.get_by_role("link", name="Practise").click()
    asked: list[Request] = []
    page.wait_for_load_state("networkidle")
    page.on("request", lambda request: asked.append(request))
    no_barriers(page)
    press(page, "Begin")
    for scene in practice.SCENES:
        heading = ("A card for " if scene.kind == "first" else "An answer from ") + scene.to
        expect(page.get_by_role("heading", name=heading)).to_be_focused()
        wrong = next((choice for choice in scene.choices if not choice.right), None)
        if wrong:
            press(page, f"Send: “{wrong.label}”" if wrong.place == "offer" else wrong.label)
            expect(page.get_by_role("heading", name="Better not")).to_be_focused()
            no_barriers(page)
            press(page, "Try again")
        right = next(choice for choice in scene.choices if choice.right)
        no_barriers(page)
        press(page, f"Send: “{right.label}”" if right.place == "offer" else right.label)
        expect(page.get_by_role("heading", name="Good")).to_be_focused()
        press(page, "Go on")
    no_barriers(page)
    assert [request.url for request in asked if "/o/" in request.url] == []
    page.go_back()  # the browser's own way back works as everywhere
    expect(page.get_by_role("heading", name="Good")).to_be_focused()
    page.go_forward()
    press(page, "I am ready to text")
    expect(page.get_by_text("Well done.")).to_be_visible()
    expect(page.get_by_text("Practise for two minutes")).to_have_count(0)


def test_the_practice_by_touch_without_script(chromium: Browser, site: Site) -> None:
    width, height = SIZES["phone"]
    phone = context(
        chromium,
        site,
        "newcomer",
        java_script_enabled=False,
        has_touch=True,
        viewport={"width": width, "height": height},
    )
    page = phone.new_page()
    page.goto(f"{site.org}/practice")
    page.get_by_role("button", name="Begin").tap()
    for scene in practice.SCENES:
        right = next(choice for choice in scene.choices if choice.right)
        label = f"Send: “{right.label}”" if right.place == "offer" else right.label
        page.get_by_role("button", name=label, exact=True).tap()
        page.get_by_role("button", name="Go on").tap()
    page.get_by_role("button", name="I am ready to text").tap()
    expect(page.get_by_text("Well done.")).to_be_visible()


PAGES = {
    "amy": ("/texting", "/shifts", "/what-you-did", "/people/roles"),
    "newcomer": ("/texting", "/what-you-did"),
    "manager": (
        "/people", "/people/invite-many", "/people/links/{link}", "/teams", "/teams/{team}", "/shifts",
        "/shifts/new", "/shifts/{shift}",
    ),
}  # fmt: skip


def test_every_page_is_without_barriers(chromium: Browser, site: Site) -> None:
    for who, paths in PAGES.items():
        page = context(chromium, site, who).new_page()
        for path in paths:
            answer = page.goto(site.org + path.format(**site.values))
            assert answer
            assert answer.status == 200, path
            no_barriers(page)
    page.goto(f"{site.org}/people/invite-many")
    page.get_by_label("E-mail addresses").fill("new@example.org\nnobody\nguest0@example.org")
    page.get_by_role("button", name="Check the list").click()
    expect(page.get_by_text("1 person will be invited")).to_be_visible()
    no_barriers(page)
