"""What the campaigns of the large ground say: two wordings, a second pass, two questions, canned replies."""

from typing import Any

WORDINGS = (
    "Hi {first_name}, this is {volunteer_name} with Ohio Votes. Can we count on your vote for our schools? "
    "STOP to opt out.",
    "{first_name}, {volunteer_name} from Ohio Votes here. Do you have a plan to vote in {city}? STOP to opt "
    "out.",
)
AGAIN = (
    "Hi {first_name}, {volunteer_name} with Ohio Votes once more: did you see my text? STOP to opt out."
)
ANSWERS = {
    "yes": "Wonderful, thank you. Will you vote early, by mail or on Election Day?",
    "no": "Thank you for telling me. Have a good day.",
    "undecided": "That is fine. What matters most to you this year?",
}
"""What is offered after each answer to the first question."""
OTHERWISE = "Thank you for writing back. I am a volunteer with Ohio Votes and glad to answer questions."
LATER = "Great, thank you for your time."
STOPPED = "You are opted out and will get no more texts from us."
ANSWER_KEYS = {"yes": "a1", "no": "a2", "undecided": "a3"}
FIRST_STEP, SECOND_STEP = "s1", "s2"


def document() -> dict[str, Any]:
    """As script_version.document holds it."""
    return {
        "first": list(WORDINGS),
        "rounds": {"2": [AGAIN]},
        "canned": [{"title": "Who", "text": OTHERWISE}, {"title": "Thanks", "text": LATER}],
        "steps": [
            {
                "key": FIRST_STEP,
                "question": "Can we count on their vote?",
                "answers": [
                    {
                        "key": ANSWER_KEYS[said],
                        "label": said.capitalize(),
                        "texts": [text],
                        "next": SECOND_STEP if said == "yes" else None,
                    }
                    for said, text in ANSWERS.items()
                ],
            },
            {
                "key": SECOND_STEP,
                "question": "How will they vote?",
                "answers": [
                    {"key": f"a{place}", "label": label, "texts": [LATER], "next": None}
                    for place, label in enumerate(("Early", "By mail", "On Election Day"), start=1)
                ],
            },
        ],
    }
