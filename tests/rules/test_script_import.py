"""Pasted scripts, and Spoke's: what is understood of them, line by line, and what is not."""

import json
import time
from typing import Any

import pytest

from p2ptext.campaigns import starting
from p2ptext.rules import languages, script_gaps, script_import, script_outline
from p2ptext.rules.script_shape import Misshapen

Tree = dict[str, Any]


def shape(document: Tree) -> Tree:
    """A document without its keys: each question by its words, with its answers below."""
    steps = {step["key"]: step for step in document.get("steps", ())}

    def below(key: str | None) -> Any:
        if key is None:
            return None
        step = steps[key]
        answers = {one["label"]: (one["texts"], below(one["next"])) for one in step["answers"]}
        return {step["question"]: answers}

    first = next(iter(steps), None)
    return {"first": document["first"], "asks": below(first)}


INDENTED = """\
Hi {first_name}, this is {volunteer_name} with Ohio Votes. Will you vote? Reply STOP to opt out.

Q: Will they vote?
  If they say Yes:
    Great! When will you vote?
    Q: When?
      - Early: Good choice.
      - Late: See you there.
  If no:
    Sorry to hear that.
"""
FLAT = """\
First message:
Hi {first_name}, will you come on Friday?

If yes: See you there!
If no: Maybe another time.
If they are not sure -> Take your time.
"""
BRACKETS = """\
Initial Text
Hi there, can you help?

Question: Can they help?
[Yes] Thank you!
[No] All right.
Or: Understood.
"""
MARKDOWN = """\
# First message
Hi, are you in?

# Questions
**Are they in?**
- **Yes**
  - Welcome.
- **No**
  - Too bad.
  - Bye.

## Canned responses
**Who are you?**
I am {volunteer_name}.
"""
SPOKE_DOC = """\
Interactions
Initial message
Hi {firstName}, it's {texterFirstName}. Can you come?
\tCan they come?
\tYes
\tGreat! Which day?
\t\tWhich day?
\t\tSaturday
\t\tSee you Saturday.
\t\tSunday
\t\tSee you Sunday.
\tNo
\tThanks anyway.
Canned Responses
Wrong number
Sorry about that.

Who is this?
I am a volunteer.
"""
YES_NO = {"Yes": (["See you there!"], None), "No": (["Maybe another time."], None)}
TEXTS: tuple[tuple[str, str, Tree], ...] = (
    (
        "indented, with Q: and If they say",
        INDENTED,
        {
            "first": [INDENTED.splitlines()[0]],
            "asks": {
                "Will they vote?": {
                    "Yes": (
                        ["Great! When will you vote?"],
                        {
                            "When?": {
                                "Early": (["Good choice."], None),
                                "Late": (["See you there."], None),
                            }
                        },
                    ),
                    "no": (["Sorry to hear that."], None),
                }
            },
        },
    ),
    (
        "flat, the question taken from the text",
        FLAT,
        {
            "first": ["Hi {first_name}, will you come on Friday?"],
            "asks": {
                "Hi {first_name}, will you come on Friday?": {
                    "yes": (["See you there!"], None),
                    "no": (["Maybe another time."], None),
                    "not sure": (["Take your time."], None),
                }
            },
        },
    ),
    (
        "answers in brackets, another wording",
        BRACKETS,
        {
            "first": ["Hi there, can you help?"],
            "asks": {
                "Can they help?": {
                    "Yes": (["Thank you!"], None),
                    "No": (["All right.", "Understood."], None),
                }
            },
        },
    ),
    (
        "Markdown, bold questions and answers",
        MARKDOWN,
        {
            "first": ["Hi, are you in?"],
            "asks": {"Are they in?": {"Yes": (["Welcome."], None), "No": (["Too bad.\nBye."], None)}},
        },
    ),
    (
        "the layout of Spoke's documents",
        SPOKE_DOC,
        {
            "first": ["Hi {first_name}, it's {volunteer_name}. Can you come?"],
            "asks": {
                "Can they come?": {
                    "Yes": (
                        ["Great! Which day?"],
                        {
                            "Which day?": {
                                "Saturday": (["See you Saturday."], None),
                                "Sunday": (["See you Sunday."], None),
                            }
                        },
                    ),
                    "No": (["Thanks anyway."], None),
                }
            },
        },
    ),
    (
        "one text and nothing else",
        "Hi: 9:00 https://a.org",
        {"first": ["Hi: 9:00 https://a.org"], "asks": None},
    ),
)


@pytest.mark.parametrize(("why", "text", "expected"), TEXTS, ids=[one[0] for one in TEXTS])
def test_a_pasted_script_is_understood(why: str, text: str, expected: Tree) -> None:
    understood = script_import.read(text)
    assert shape(understood.document) == expected, why
    assert understood.lost == []


def test_canned_replies_are_found_below_their_heading() -> None:
    assert script_import.read(MARKDOWN).document["canned"] == [
        {"title": "Who are you?", "text": "I am {volunteer_name}."}
    ]
    assert script_import.read(SPOKE_DOC).document["canned"] == [
        {"title": "Wrong number", "text": "Sorry about that."},
        {"title": "Who is this?", "text": "I am a volunteer."},
    ]


def test_what_was_guessed_is_said_with_its_line() -> None:
    (note,) = script_import.read(FLAT).notes
    assert note.line == 4
    assert "taken from the text" in note.words


def test_what_leads_nowhere_is_said_with_its_line() -> None:
    text = "Hi?\nQ: What?\nYes: Good\n  Go to question 9\nNo: Bad\n  Go to question 1"
    understood = script_import.read(text)
    assert [(note.line, note.words) for note in understood.lost] == [
        (4, "There is no question “question 9” to go to.")
    ]
    assert understood.document["steps"][0]["answers"][1]["next"] == "s1"


PASTED = """\
FOOD DRIVE SCRIPT v3 (DRAFT!!)
Owner: Jane

Initial:  Hi [First Name], it's [Your name] with Ohio Votes. Can you come, {FirstName}? On [DATE]!

if yes: Great!
if maybe:
   Ok, let us know
* Wrong number - Sorry about that!

FAQ
Q: Who is this?
A: I'm a volunteer.
- How did you get my number from anybody? From the voter file
"""


def test_a_document_with_a_title_keeps_its_first_message_and_says_what_is_left_out() -> None:
    understood = script_import.read(PASTED)
    assert understood.document["first"] == [
        "Hi {first_name|there}, it's {volunteer_name} with Ohio Votes. Can you come, {first_name}? "
        "On [DATE]!"
    ]
    assert [note.line for note in understood.lost] == [1, 2]
    assert "FOOD DRIVE SCRIPT v3 (DRAFT!!)" in understood.lost[0].words
    told = {note.words: note.line for note in understood.notes}
    assert told["“[First Name]” became {first_name|there}."] == 4
    assert told["“[Your name]” became {volunteer_name}."] == 4
    assert told["“{FirstName}” became {first_name}."] == 4
    assert told["“[DATE]” is a gap. Fill it in before the launch."] == 4


def test_what_may_come_at_any_time_and_a_faq_become_replies_kept_ready() -> None:
    understood = script_import.read(PASTED)
    assert [(one["title"], one["text"]) for one in understood.document["canned"]] == [
        ("Wrong number", "Sorry about that!"),
        ("Who is this?", "I'm a volunteer."),
        ("How did you get my number from anybody?", "From the voter file"),
    ]
    (step,) = understood.document["steps"]
    assert [one["texts"] for one in step["answers"]] == [["Great!"], ["Ok, let us know"]]
    assert any(note.line == 9 and "kept ready" in note.words for note in understood.notes)


def test_a_dash_in_a_list_of_answers_is_an_answer_and_elsewhere_it_is_said() -> None:
    understood = script_import.read("Hi?\nQ: Will you?\n- Sure thing - Good\n- Wrong number - Sorry")
    (step,) = understood.document["steps"]
    assert [one["label"] for one in step["answers"]] == ["Sure thing", "Wrong number"]
    understood = script_import.read("Hi, we need:\n- Bread - two loaves\n- Milk")
    assert understood.document["first"] == ["Hi, we need:\nBread - two loaves\nMilk"]
    assert [note.line for note in understood.notes] == [2]


def test_an_empty_faq_and_a_title_without_a_heading_below_it_are_said() -> None:
    understood = script_import.read("MY TITLE\nOwner: Jane\n\nHi there, can you come?\nFAQ\n")
    assert [note.line for note in understood.lost] == [5]
    assert [note.line for note in understood.notes] == [1, 2]


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("<<first name>>", "{first_name|there}"),
        ("{{FirstName}}", "{first_name|there}"),
        ("*|FNAME|*", "{first_name|there}"),
        ("%LAST_NAME%", "{last_name}"),
        ("{first_name}", "{first_name}"),
        ("{first_name|friend}", "{first_name|friend}"),
        ("[https://example.org]", "[https://example.org]"),
    ],
)
def test_gaps_of_other_tools_become_fields(text: str, becomes: str) -> None:
    filled, told = script_gaps.filled(text)
    assert filled == becomes
    assert bool(told) == (text != becomes)


@pytest.mark.parametrize("starter", starting.starters(), ids=[one.key for one in starting.starters()])
def test_what_people_read_can_be_pasted_again(starter: starting.Starter) -> None:
    """All but the other languages, which are said to be left out."""
    understood = script_import.read(script_outline.write(starter.document))
    assert shape(understood.document) == shape(dict(starter.document))
    assert understood.document["canned"] == starter.document["canned"]
    spanish = languages.document_in(starter.document, "es")
    assert any(spanish["first"][0] == note.words for note in understood.lost)


def test_a_deep_script_and_one_whose_answers_meet_are_written_and_read() -> None:
    steps = [
        {
            "key": f"s{n}",
            "question": f"Question {n} of many?",
            "answers": [
                {
                    "key": "a1",
                    "label": "Yes",
                    "texts": [f"Text {n}."],
                    "next": f"s{n + 1}" if n < 300 else None,
                },
                {
                    "key": "a2",
                    "label": "No",
                    "texts": ["Bye."],
                    "next": "s300" if n in (1, 150) else None,
                },
            ],
        }
        for n in range(1, 301)
    ]
    understood = script_import.read(
        script_outline.write({"first": ["Hi"], "canned": [], "steps": steps})
    )
    assert understood.lost == []

    def leads(found: Tree) -> dict[str, list[str]]:
        words = {step["key"]: step["question"] for step in found["steps"]}
        return {
            step["question"]: [words.get(answer["next"], "") for answer in step["answers"]]
            for step in found["steps"]
        }

    assert leads(understood.document) == leads({"steps": steps})


STEPS = [
    {
        "id": "1",
        "questionText": "Coming?",
        "script": "Hi {firstName}",
        "answerOption": "",
        "parentInteractionId": None,
    },
    {
        "id": "2",
        "questionText": "",
        "script": "Great, {texterFirstName}",
        "answerOption": "Yes",
        "parentInteractionId": "1",
    },
    {
        "id": "3",
        "questionText": "Why?",
        "script": "Oh",
        "answerOption": "No",
        "parentInteractionId": "1",
    },
    {
        "id": "4",
        "questionText": "",
        "script": "I see",
        "answerOption": "Busy",
        "parentInteractionId": "3",
    },
    {"id": "5", "script": "gone", "answerOption": "Old", "parentInteractionId": "1", "isDeleted": True},
]
SPOKE = {
    "first": ["Hi {first_name}"],
    "asks": {
        "Coming?": {
            "Yes": (["Great, {volunteer_name}"], None),
            "No": (["Oh"], {"Why?": {"Busy": (["I see"], None)}}),
        }
    },
}


def nested() -> Tree:
    """As the editor of one fork holds them: children within, several wordings."""
    leaf = {"id": "4", "scriptOptions": ["I see"], "answerOption": "Busy", "interactionSteps": []}
    return {
        "data": {
            "campaign": {
                "interactionSteps": [
                    {
                        "id": "1",
                        "questionText": "Coming?",
                        "scriptOptions": ["Hi {firstName}"],
                        "interactionSteps": [
                            {
                                "id": "2",
                                "scriptOptions": ["Great, {texterAliasOrFirstName}"],
                                "answerOption": "Yes",
                            },
                            {
                                "id": "3",
                                "question": {"text": "Why?"},
                                "scriptOptions": ["Oh"],
                                "answerOption": "No",
                                "interactionSteps": [leaf],
                            },
                        ],
                    }
                ],
                "cannedResponses": [{"title": "Who?", "text": "{texterFirstName}"}],
            }
        }
    }


SPOKE_CSV = """\
id,parent_interaction_id,question,script,answer_option,is_deleted
1,,Coming?,Hi {firstName},,false
2,1,,"Great, {texterFirstName}",Yes,false
3,1,Why?,Oh,No,false
4,3,,I see,Busy,false
5,1,,gone,Old,true
"""


@pytest.mark.parametrize(
    "text", [json.dumps(STEPS), json.dumps(nested()), SPOKE_CSV], ids=["flat", "nested", "csv"]
)
def test_interaction_steps_of_spoke_are_understood(text: str) -> None:
    understood = script_import.read(text)
    assert shape(understood.document) == SPOKE
    assert "Spoke" in understood.kind
    assert understood.lost == []


def test_canned_responses_of_spoke_are_understood() -> None:
    assert script_import.read(json.dumps(nested())).document["canned"] == [
        {"title": "Who?", "text": "{volunteer_name}"}
    ]
    understood = script_import.read('Title;Text;Tags\nWho?;"I am {texterFirstName}";x\n')
    assert understood.document["canned"] == [{"title": "Who?", "text": "I am {volunteer_name}"}]


def test_what_spoke_has_and_we_do_not_is_said() -> None:
    steps = [
        {"id": 1, "script": "Hi [https://a.org/x.png] {cv:date} {texterLastName}", "questionText": "Q?"}
    ]
    understood = script_import.read(json.dumps(steps))
    assert understood.document["first"] == ["Hi  [DATE] {texterLastName}"]
    assert any("https://a.org/x.png" in note.words for note in understood.lost)
    assert any("no answers" in note.words for note in understood.lost)
    assert len(understood.notes) == 2


REFUSED = (
    ("", "nothing to read"),
    (" \n ", "nothing to read"),
    ('{"a": 1}', "neither a script of p2ptext nor"),
    ('{"a": 1,\n "b" 2}', "Line 2: this is not valid JSON"),
    ("[" * 100_000, "JSON"),
    ("Canned replies:", "No text and no question"),
    ("x" * 1_000_001, "1,000,000 characters"),
    (
        json.dumps(
            [
                {"id": 1, "script": "a", "parentInteractionId": 2},
                {"id": 2, "script": "b", "parentInteractionId": 1},
            ]
        ),
        "none of them is the first",
    ),
    ('{"format": "p2ptext script", "version": 9, "script": {}}', "another release"),
)


@pytest.mark.parametrize(("text", "says"), REFUSED, ids=[one[1] for one in REFUSED])
def test_what_cannot_be_read_is_refused_in_words(text: str, says: str) -> None:
    with pytest.raises(Misshapen) as refused:
        script_import.read(text)
    assert says in refused.value.words


def test_nothing_of_a_text_is_lost_unsaid() -> None:
    """Every word is in the document or in what was left over."""
    long = "x" * 70
    text = f"Hi?\nQ: What?\nA: {long}\nWell\n" + "\n".join(f"If n{n}:\n t{n}" for n in range(14))
    understood = script_import.read(text)
    kept = json.dumps(understood.document) + " ".join(note.words for note in understood.lost)
    assert all(f"n{n}" in kept for n in range(14))
    assert "x" * 10 in " ".join(note.words for note in understood.lost)


@pytest.mark.parametrize(
    "text",
    [
        "Hi " + "a" * 190_000 + "\nIf yes: b",
        "Hi\nquestion" + " " * 150_000 + "x",
        "Hi\nif " + " " * 150_000 + "x",
        "Hi " + "[http://a" * 20_000,
        "Hi\na" + "\u0300\u0323" * 90_000,
        "Hi\n" + "".join(" " * n + "If a:\n" for n in range(500)) + "x\n" * 9_000,
    ],
    ids=["no question", "gap in a question", "gap in an answer", "pictures", "marks", "indents"],
)
def test_no_text_takes_longer_than_its_length(text: str) -> None:
    """Each would take minutes, did its time grow with the square of its length."""
    before = time.process_time()
    script_import.read(text)
    assert time.process_time() - before < 10


def test_many_questions_are_read_in_a_moment() -> None:
    before = time.process_time()
    with pytest.raises(Misshapen, match="2000 are the most"):
        script_import.read("Hi\n" + "Go to 9\n" * 4_900 + "Q1: a?\n" * 4_900)
    assert time.process_time() - before < 10
