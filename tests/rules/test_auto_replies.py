"""Answers of machines."""

import pytest

from p2ptext.rules.auto_replies import is_auto_reply


@pytest.mark.parametrize(
    "text",
    [
        "I’m driving with Do Not Disturb While Driving turned on. I’ll see your message when I get "
        "where I’m going.",
        "I'm driving right now, talk soon",
        "(I’m not receiving notifications. If this is urgent, reply “urgent”.)",
        "Thank you for your text. I am currently out of the office until Monday.",
        "Our office is currently closed. Hours are 9 to 5.",
        "This is an automated message. Reply STOP to unsubscribe.",
        "Auto-reply: back at noon",
        "This number is not monitored. Please call us.",
        "This inbox is unmonitored",
        "This number does not accept text messages",
        "Your message has been received and someone will be with you shortly.",
        "Thanks for contacting Riverside Dental! Someone will reply within one day. Text STOP to opt "
        "out.",
        "You have been unsubscribed and will receive no more messages. Reply HELP for help.",
        "Msg&data rates may apply. Reply STOP to cancel, HELP for help",
        "Estoy manejando ahora, le contesto luego",
        "Esta es una respuesta automática",
        "Ceci est une réponse automatique",
        "Ce numéro n'est pas surveillé",
    ],
)
def test_machines(text: str) -> None:
    assert is_auto_reply(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "stop",
        "I am driving people to the polls",
        "Driving me crazy, stop texting",
        "thanks for texting me",
        "Thanks for contacting me but I am not interested",
        "Is this an automated message?",
        "are you automated",
        "I will get back to you",
        "the office is where I work",
        "please stop, I replied STOP already",
    ],
)
def test_people(text: str) -> None:
    assert is_auto_reply(text) == ""
