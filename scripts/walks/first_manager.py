"""The way of a first-time manager: from an empty organization to a launched campaign and its first text.

Each function is one step as docs/manager-guide.md tells it, on the pages as they are. scripts/screenshots
takes the guide's pictures on it, and tests walk it with the keyboard and by touch.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import FilePayload, Locator, expect

from scripts.walks.hands import Hands

CAMPAIGN = "Park clean-up"
NAMES = ("Maria", "James", "Aisha", "Tom", "", "Linh", "Pedro", "Ruth", "Omar", "June", "Carl", "Ines")
LIST_ROWS = [f"{name},614-555-01{n:02},OH" for n, name in enumerate(NAMES)]
LIST = FilePayload(
    name="neighbors.csv",
    mimeType="text/csv",
    buffer="\n".join(["first name,phone,state", *LIST_ROWS, ""]).encode(),
)
ABOUT = "We clean up Elm Park on Saturday and look for people who help for an hour or two."
FIRST = (
    "Hi {first_name|there}, this is {volunteer_name} with Elm Street Neighbors. We clean up Elm Park on "
    "Saturday. Can you help? Reply STOP to opt out."
)
SECOND_FORGETFUL = (
    "Hi {first_name|there}, I am {volunteer_name} from Elm Street Neighbors. Could you lend a hand in "
    "Elm Park on Saturday?"
)
SECOND = f"{SECOND_FORGETFUL} Reply STOP to opt out."
QUESTION, FURTHER = "Will they help on Saturday?", "Will they bring gloves?"
THANKS = "Wonderful, thank you! We meet at nine at the gate. Can you bring gloves?"
GLOVES = "Great, see you on Saturday."
CANNED = ("How long does it take?", "An hour or two, as you like. Come when it suits you.")
LAST_DAY = "2030-06-01"
SAVES = 7
"""How often the script is saved on the way: three wordings, two questions, an answer, a canned reply."""
ARRIVES_MS = 30_000
"""A text goes to the carrier and its receipt comes back; a list is read and cut."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who signs in."""

    email: str
    password: str
    name: str


@dataclass(frozen=True, slots=True)
class Walk:
    """One person before one page."""

    hands: Hands
    seen: Callable[[str], None] = lambda name: None
    """Called on every page with the name of its picture; with "" where it is none of the guide's."""

    def at(self, heading: str, name: str = "") -> None:
        """On the page with this heading."""
        expect(self.hands.page.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible()
        self.seen(name)

    def link(self, name: str) -> None:
        self.hands.press(self.hands.page.get_by_role("link", name=name, exact=True))

    def menu(self, name: str) -> None:
        """A link of the main menu, at the top of every page."""
        menu = self.hands.page.get_by_role("navigation", name="Main")
        self.hands.press(menu.get_by_role("link", name=name, exact=True))

    def button(self, name: str) -> None:
        self.hands.press(self.hands.page.get_by_role("button", name=name, exact=True))

    def field(self, label: str, text: str) -> None:
        self.hands.write(self.labelled(label), text)

    def labelled(self, label: str) -> Locator:
        """A field by how its label begins: optional ones say so behind it."""
        return self.hands.page.get_by_label(re.compile(f"^{re.escape(label)}"))

    def told(self, words: str) -> None:
        """The page says so."""
        expect(self.hands.page.get_by_text(words).first).to_be_visible(timeout=ARRIVES_MS)


def sign_in(walk: Walk, account: Account) -> None:
    walk.hands.page.goto("/sign-in")
    walk.at("Sign in")
    walk.field("E-mail", account.email)
    walk.field("Password", account.password)
    walk.seen("sign-in")
    walk.button("Sign in")


def accept_terms(walk: Walk) -> None:
    walk.at("Before your first text", "terms")
    walk.button("I agree")


def begin_from_a_starter(walk: Walk) -> None:
    """A script of the library, taken as it is into a campaign of its own."""
    walk.at("Campaigns", "campaigns")
    walk.link("New campaign")
    walk.at("New campaign", "new-campaign")
    walk.field("Name", "Say thank you")
    walk.hands.choose(walk.labelled("Start from"), "A starter script")
    walk.button("Begin")
    walk.at("Starter scripts", "starters")
    walk.hands.press(walk.hands.page.get_by_role("link", name=re.compile("^Look at it.*Thank-you$")))
    walk.at("Thank-you", "starter")
    walk.button("Take this script")
    walk.at("First message")


def begin(walk: Walk) -> None:
    """An empty campaign."""
    walk.menu("Campaigns")
    walk.at("Campaigns")
    walk.link("New campaign")
    walk.at("New campaign")
    walk.field("Name", CAMPAIGN)
    walk.button("Begin")
    walk.at(CAMPAIGN, "task-list")


def say_the_purpose(walk: Walk) -> None:
    walk.link("Go on")
    walk.at("Purpose and sender")
    walk.hands.press(walk.hands.page.get_by_role("radio", name="Find volunteers"))
    walk.field("What volunteers should know", ABOUT)
    walk.field("Who texts", "Elm Street Neighbors")
    walk.seen("purpose")
    walk.button("Save and continue")


def bring_the_list(walk: Walk) -> None:
    page = walk.hands.page
    walk.at("List of people")
    walk.hands.file(page.locator("input[type=file]"), LIST)
    walk.hands.choose(
        walk.labelled("Why may you text them?"), "They asked for our texts (a form, a sign-up sheet)"
    )
    walk.field("Where is the list from?", "Sign-up sheets at the street fair")
    walk.hands.date(walk.labelled("From which day is it?"), "2026-09-12")
    walk.seen("list")
    walk.button("Upload")
    expect(page.get_by_role("heading", name="What do the columns hold?")).to_be_visible(
        timeout=ARRIVES_MS
    )
    walk.seen("columns")
    walk.button("Go on")
    walk.at("What would happen", "what-would-happen")
    walk.button(f"Import {len(NAMES)} people")
    expect(page.get_by_role("heading", name="The list is in")).to_be_visible(timeout=ARRIVES_MS)
    walk.seen("list-is-in")
    walk.link("Continue")


def write_the_first_message(walk: Walk) -> None:
    """Two wordings; the second one lacks something."""
    page = walk.hands.page
    walk.at("First message")
    walk.field("First message", FIRST)
    expect(page.get_by_role("region", name="Preview")).to_contain_text("Hi Maria, this is")
    walk.seen("first-message")
    walk.button("Save")
    walk.at("Questions and answers")
    walk.link(CAMPAIGN)
    walk.at(CAMPAIGN)
    walk.link("First message")
    walk.at("First message")
    walk.link("Add another wording")
    expect(page.get_by_role("link", name="New wording")).to_be_visible()
    walk.field("First message", SECOND_FORGETFUL)
    walk.button("Save")
    walk.at("First message")
    walk.link(CAMPAIGN)
    walk.at(CAMPAIGN)
    walk.link("Questions and answers")


def write_a_question(walk: Walk) -> None:
    """A question with two answers, what is said to the first, and a question after it."""
    page = walk.hands.page
    walk.at("Questions and answers")
    walk.link("Write the first question")
    walk.at("New question")
    walk.field("Question", QUESTION)
    walk.field("Answers, one a line", "Yes\nNo")
    walk.seen("question")
    walk.button("Save")
    walk.at("Questions and answers")
    walk.link("Change the answer Yes")
    walk.field("Say", THANKS)
    walk.hands.choose(walk.labelled("This text asks"), "A new question")
    expect(page.get_by_role("region", name="Preview")).to_contain_text(THANKS)
    walk.seen("answer")
    walk.button("Save")
    walk.field("Question", FURTHER)
    walk.field("Answers, one a line", "Yes\nNo")
    walk.button("Save")
    expect(page.get_by_role("heading", name=re.compile(FURTHER))).to_be_visible()
    walk.seen("questions")


def play(walk: Walk) -> None:
    """Be the person who is texted."""
    page = walk.hands.page
    walk.link("Play")
    walk.at("Play the script")
    walk.link("Yes")
    walk.told(THANKS)
    walk.seen("play")
    walk.link("No")
    walk.told("The conversation ends here.")
    walk.link("Back to the script")
    walk.at("Questions and answers")
    expect(page).to_have_url(re.compile("/questions"))
    walk.link("Continue")


def keep_an_answer_ready(walk: Walk) -> None:
    page = walk.hands.page
    walk.at("Answers kept ready")
    walk.hands.write(page.get_by_label("Short name").first, CANNED[0])
    walk.hands.write(page.get_by_label("Answer", exact=True).first, CANNED[1])
    walk.seen("answers-kept-ready")
    walk.button("Save")
    walk.told("saved")
    walk.link("Continue")


def skip_what_is_optional(walk: Walk) -> None:
    """Other languages and links are looked at and left; then the hours, which are set already."""
    walk.at("Other languages")
    walk.link("Continue")
    walk.at("Links")
    walk.link("Continue")
    walk.at("Numbers")
    walk.link(CAMPAIGN)
    walk.at(CAMPAIGN)


def set_the_hours(walk: Walk) -> None:
    walk.link("Hours, days and dates")
    walk.at("Hours, days and dates")
    walk.hands.choose(walk.labelled("From"), "10:00 am")
    walk.hands.date(walk.labelled("Last day"), LAST_DAY)
    walk.seen("hours")
    walk.button("Save and continue")


def choose_the_number(walk: Walk) -> None:
    walk.at("Numbers")
    walk.hands.press(walk.hands.page.get_by_role("checkbox").first)
    walk.seen("numbers")
    walk.button("Save and continue")


def say_who_texts(walk: Walk) -> None:
    walk.at("Check everything")
    walk.link(CAMPAIGN)
    walk.at(CAMPAIGN)
    walk.link("Volunteers and batches")
    walk.at("Volunteers and batches")
    walk.field("Contacts in a batch", "25")
    walk.field("Seconds to undo", "0")
    walk.seen("volunteers-and-batches")
    walk.button("Save and continue")


def be_stopped_and_put_it_right(walk: Walk) -> None:
    """The second wording says nothing of opting out: the check finds it and leads there."""
    walk.at("Check everything", "check-stops")
    walk.link("Open “First message”")
    walk.at("First message")
    walk.link("Wording 2")
    expect(walk.labelled("First message")).to_have_value(SECOND_FORGETFUL)
    walk.field("First message", SECOND)
    walk.button("Save")
    walk.at("Other languages")
    walk.link(CAMPAIGN)
    walk.at(CAMPAIGN)
    walk.link("Check everything")
    walk.at("Check everything")
    walk.told("Nothing stands against a launch.")
    walk.seen("check-passes")
    walk.link("Continue")


def try_it_out(walk: Walk, phone: str) -> None:
    """The page itself says that the text has arrived."""
    accept_terms(walk)
    walk.at("Test to your phone")
    walk.field("Number of your own mobile phone", phone)
    walk.button("This is my phone")
    walk.button("Send to my phone")
    tests = walk.hands.page.get_by_role("region", name="Tests sent")
    expect(tests.get_by_text("Delivered.")).to_be_visible(timeout=ARRIVES_MS)
    walk.told("The script was tried as it is now.")
    walk.seen("test")
    walk.link("Continue")


def launch(walk: Walk) -> None:
    walk.at("Check your answers and launch", "check-your-answers")
    walk.button("Launch")
    walk.told("The campaign is launched.")
    walk.seen("launched")


def make_a_join_link(walk: Walk) -> str:
    """Returns the address that volunteers get."""
    walk.menu("People")
    walk.at("People")
    walk.button("Make a link")
    address = walk.labelled("Your link")
    expect(address).to_be_visible()
    walk.seen("join-link")
    return address.input_value()


def from_idea_to_launch(walk: Walk, account: Account, phone: str) -> None:
    """Every step; `phone` is the manager's own."""
    sign_in(walk, account)
    begin_from_a_starter(walk)
    begin(walk)
    say_the_purpose(walk)
    bring_the_list(walk)
    write_the_first_message(walk)
    write_a_question(walk)
    play(walk)
    keep_an_answer_ready(walk)
    skip_what_is_optional(walk)
    set_the_hours(walk)
    choose_the_number(walk)
    say_who_texts(walk)
    be_stopped_and_put_it_right(walk)
    try_it_out(walk, phone)
    launch(walk)
