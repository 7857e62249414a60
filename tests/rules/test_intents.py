"""What replies are about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules import script, sms_text
from p2ptext.rules.intents import MOST, SUGGESTIONS, TITLES, language, read


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("who is this?", "who_is_this"),
        ("Who's this", "who_is_this"),
        ("who r u", "who_is_this"),
        ("Are you a bot?", "who_is_this"),
        ("new phone who dis", "who_is_this"),
        ("¿Quién es?", "who_is_this"),
        ("Qui êtes-vous ?", "who_is_this"),
        ("How did you get my number?", "how_got_number"),
        ("who gave you my number", "how_got_number"),
        ("¿De dónde sacó mi número?", "how_got_number"),
        ("Comment avez-vous eu mon numéro ?", "how_got_number"),
        ("Wrong number", "wrong_number"),
        ("you have the wrong person", "wrong_number"),
        ("This is not Maria", "wrong_number"),
        ("I'm not Robert", "wrong_number"),
        ("número equivocado", "wrong_number"),
        ("mauvais numéro", "wrong_number"),
        ("I moved to Texas last year", "moved"),
        ("I don't live there anymore", "moved"),
        ("me mudé a Florida", "moved"),
        ("I already voted", "already_voted"),
        ("Mailed my ballot last week", "already_voted"),
        ("ya voté", "already_voted"),
        ("j'ai déjà voté", "already_voted"),
        ("where do I vote?", "where_to_vote"),
        ("what is my polling place", "where_to_vote"),
        ("¿dónde voto?", "where_to_vote"),
        ("What time does it start?", "when_where"),
        ("when is the rally", "when_where"),
        ("¿A qué hora es?", "when_where"),
        ("can't talk right now", "cannot_talk"),
        ("I'm at work", "cannot_talk"),
        ("text me later", "cannot_talk"),
        ("fuck you", "angry"),
        ("I'm so sick of these texts", "angry"),
        ("Are you kidding me? It's dinner time", "angry"),
        ("Seriously? Again?", "angry"),
        ("Is this a joke?", "angry"),
        ("Do you know what time it is?", "angry"),
        ("What is wrong with you? When is this over?", "angry"),
        ("¿Es una broma?", "angry"),
        ("Vous vous moquez de moi ?", "angry"),
        ("I am sick today, what time do the polls close?", "when_where"),
        ("“Can we count on you?” no", "not_interested"),
        ("You asked “Can we count on you to vote on Tuesday?” I already voted", "already_voted"),
        ("Bless you all", "thanks"),
        ("Do you know what time the polls close?", "when_where"),
        ("Is dinner included?", "question"),
        ("You guys always do great work, thanks", "thanks"),
        ("I seriously support her", "supportive"),
        ("not interested", "not_interested"),
        ("no thanks", "not_interested"),
        ("no me interesa", "not_interested"),
        ("pas intéressé", "not_interested"),
        ("Yes!", "supportive"),
        ("you have my vote", "supportive"),
        ("cuente conmigo", "supportive"),
        ("thank you", "thanks"),
        ("is it raining in Akron?", "question"),
        ("no hablo inglés", "other_language_es"),
    ],
)
def test_the_first_intent(text: str, first: str) -> None:
    assert read(text)[0] == first


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "👍",
        "I am not registered",
        "I am not sure",
        "hmm let me think",
        "“Can we count on your vote?”",
        "“Who is this?”",
        '"Where do I vote?" hmm',
        "“Hi Maria, can we count on…",
        "« Qui est-ce ? »",
        "On a Sunday?!",
        "I take my ballot seriously",
    ],
)
def test_nothing_in_particular(text: str) -> None:
    assert read(text) == ()


def test_whoever_moved_does_not_join_in() -> None:
    assert read("I don't live there now, I'm in Denver") == ("moved",)


@pytest.mark.parametrize("text", ["Are you kidding me?", "Really?? At dinner time?!"])
def test_anger_is_no_question(text: str) -> None:
    assert read(text) == ("angry",)


@pytest.mark.parametrize(
    ("text", "tongue"),
    [
        ("who is this", "en"),
        ("no", "en"),
        ("ok gracias por escribirme", "es"),
        ("¿quién es usted?", "es"),
        ("merci, je vais voter", "fr"),
        ("Maria la reina", "en"),
        ("los angeles", "en"),
        ("", "en"),
    ],
)
def test_language(text: str, tongue: str) -> None:
    assert language(text) == tongue


@given(st.text())
def test_any_text_gets_at_most_three_known_intents(text: str) -> None:
    found = read(text)
    assert len(found) <= MOST
    assert set(found) <= set(TITLES)


def test_every_intent_has_an_answer_in_english() -> None:
    assert set(SUGGESTIONS) == set(TITLES)
    assert all("en" in answers for answers in SUGGESTIONS.values())


@pytest.mark.parametrize("text", [text for answers in SUGGESTIONS.values() for text in answers.values()])
def test_answers_are_one_text_of_plain_characters(text: str) -> None:
    fields = {"volunteer_name": "Maximiliana", "organization": "Ohio Neighbors Vote"}
    assert not script.check(text, fields)
    size = sms_text.count(script.render(text, fields, plain=True))
    assert (size.encoding, size.segments) == ("GSM-7", 1)
    assert "!" not in text
