"""The first evening after a launch: a volunteer joins, practises and texts; the manager pauses."""

from playwright.sync_api import expect

from p2ptext.texting.practice import SCENES
from scripts.walks.first_manager import (
    ARRIVES_MS,
    CAMPAIGN,
    Account,
    Walk,
    accept_terms,
    make_a_join_link,
)


def join(walk: Walk, address: str, account: Account) -> None:
    """A volunteer makes an account by the link, and waits for a manager's approval."""
    walk.hands.page.goto(address)
    expect(walk.hands.page.get_by_role("heading", level=1)).to_contain_text("Join ")
    walk.field("Your name", account.name)
    walk.field("Texting name", account.name.split()[0])
    walk.field("E-mail", account.email)
    walk.field("Password", account.password)
    walk.seen("join")
    walk.button("Join")
    walk.at("Your organizations")
    walk.told("has to approve you first")


def approve(walk: Walk, account: Account) -> None:
    walk.menu("People")
    walk.at("People", "approve")
    walk.button(f"Approve {account.name}")
    expect(walk.hands.page.get_by_role("region", name="Waiting for you")).to_have_count(0)


def practise(walk: Walk) -> None:
    """Every scene with what is best; nothing leaves."""
    walk.hands.page.goto("/")
    accept_terms(walk)
    walk.at("Texting", "texting")
    walk.link("Practise")
    walk.button("Begin")
    for scene in SCENES:
        right = next(choice for choice in scene.choices if choice.right)
        if scene == SCENES[0]:
            expect(walk.hands.page.get_by_role("heading", name=f"A card for {scene.to}")).to_be_visible()
            walk.seen("practice")
        walk.button(f"Send: “{right.label}”" if right.place == "offer" else right.label)
        expect(walk.hands.page.get_by_role("heading", name="Good", exact=True)).to_be_visible()
        walk.button("Go on")
    walk.button("I am ready to text")
    walk.at("Texting")


def send_one(walk: Walk) -> None:
    """A batch is taken, and one text leaves by one press."""
    page = walk.hands.page
    walk.button("Start texting")
    expect(page.locator("#send")).to_be_enabled()
    walk.seen("card")
    walk.hands.press(page.locator("#send"))
    expect(page.locator("#count")).to_contain_text("1 of", timeout=ARRIVES_MS)


def pause(walk: Walk) -> None:
    """The manager stops it for the night."""
    walk.menu("Campaigns")
    walk.at("Campaigns", "running")
    walk.link(f"Set up {CAMPAIGN}")
    walk.at(CAMPAIGN)
    walk.button("Pause")
    walk.told("No text leaves until you resume.")
    walk.seen("paused")


def first_evening(manager: Walk, volunteer: Walk, account: Account) -> None:
    """From the invitation to the pause; `account` is the volunteer's."""
    join(volunteer, make_a_join_link(manager), account)
    approve(manager, account)
    practise(volunteer)
    send_one(volunteer)
    pause(manager)
