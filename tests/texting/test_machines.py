"""Whoever owns the phone is heard, even where their words look like a machine's."""

import pytest
from flask import Flask

from p2ptext.texting.understanding import understand
from tests.conversations.talking import talk, waiting_scene

PEOPLE = [
    "I'm driving right now, but yes I will vote for her! What is the address?",
    "The office is closed, where do I go to vote?",
    "Are you an auto reply?",
    "I have received your message, where do I sign?",
    "I'm out of the office but I want to volunteer",
    "I'm driving right now and I want to kill myself",
    "I'm driving right now. Yes, count me in",
    "I am on leave and I need a ride to the polls",
    "Estoy manejando ahora, pero quiero ayudar",
]


@pytest.mark.parametrize("words", PEOPLE)
def test_who_adds_something_is_no_machine(words: str) -> None:
    assert understand(words).kind == "text"


def test_danger_is_read_in_what_looks_like_a_machine() -> None:
    assert understand("I'm driving right now and I want to kill myself").crisis


@pytest.mark.parametrize(
    "words",
    [
        "I'm driving right now and will see your message later.",
        "(I’m not receiving notifications. If this is urgent, reply “urgent”.)",
        "Thanks for contacting Riverside Dental! Someone will reply within one day. Text STOP to opt out.",
        "You asked “Can we count on you?” This is an automated message.",
        "This is an automated message. See https://example.org/?hours=1 for our hours.",
        "This number is not monitored. Reply YES to get alerts.",
    ],
)
def test_a_machine_is_still_one(words: str) -> None:
    assert understand(words).kind == "auto_reply"


def test_a_machines_answer_is_listed_and_waits_for_nobody(app: Flask) -> None:
    words = "I'm driving right now and will see your message later."
    made = waiting_scene(app, words)
    found = talk(made)
    assert found.waiting_since is None
    page = made.browser.get(f"/o/{made.org}/replies").get_data(as_text=True)
    assert f"/replies/{found.id}" in page
