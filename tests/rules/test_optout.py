"""What replies ask for."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules import optout_words
from p2ptext.rules.optout import classify

FCC = ["stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"]


@pytest.mark.parametrize("word", FCC)
@pytest.mark.parametrize(
    "written",
    [
        "{}",
        "  {}  ",
        "{}.",
        "{}!!!",
        "“{}”",
        "'{}'",
        "({})",
        "*{}*",
        "{} please",
        "Please {}",
        "{}, thank you",
        "\u200b{}\ufeff",
        "{} {}",
        "{}\n",
    ],
)
def test_the_seven_words_always_stop(word: str, written: str) -> None:
    for text in (word, word.upper(), word.title()):
        found = classify(written.format(text, text))
        assert (found.tier, found.kind) == ("auto", "stop")


@given(
    st.sampled_from(FCC),
    st.lists(st.booleans(), min_size=12, max_size=12),
    st.sampled_from(["", " ", ".", "-", " - ", "\u200b", "\u00ad", "\u2060"]),
    st.text(alphabet=" \n.,!?*-_~\u200b\u00a0", max_size=5),
    st.text(alphabet=" \n.,!?*-_~\u200b\u00a0", max_size=5),
)
def test_the_seven_words_however_spelled(
    word: str, capitals: list[bool], between: str, before: str, after: str
) -> None:
    letters = between.join(c.upper() if big else c for c, big in zip(word, capitals, strict=False))
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in letters)
    for text in (letters, wide):
        assert classify(before + text + after).tier == "auto"


AUTO = """
please stop
opt out opt out
Please stop texting me
pls stop texting
take me off your list
Take me off of this list
Take my number off of your list
please take me off
I want off this list
Please delete my number
Remove me
Remove me from this list please
please remove my number
do not contact me
do not text this number
Don't text me
Don’t ever text me again
never contact me again
don't call or text me
Do not send me any more messages
I don't want these texts
I dont want to receive any more texts
I no longer wish to receive messages
I do not want to hear from you
No more texts please
no more
stop messaging
stop messaging me
stop sending me messages
stop with the texts
stop all
stop it
STOP STOP STOP
stop stop
stooooop
stpo
sotp
st0p
STOPALL
STOP2END
stop to end
I said stop
I asked you to stop
Can you please stop?
I replied STOP three times
I already opted out
Stop. I already voted.
I already voted. Stop
STOP\\n\\nSent from my phone
Thanks but please stop
not interested, please remove me
wrong number, stop texting me
quit texting me
stop spamming me
fuck off and stop texting me
Stop texting me before I call the police
Cease and desist
leave me alone
LOSE MY NUMBER
lose this number
unsuscribe
unsubscibe
Please unsubscribe me
how do I opt out?
opt me out
I want to opt out
withdraw my consent
Put me on your do not call list
ЅТОР
ｓｔｏｐ
🛑
🛑🛑
no más
No Mas
no me escriban más
por favor no me manden mas mensajes
dejen de escribirme
déjenme en paz
quítenme de la lista
borren mi número
no quiero más mensajes
quiero darme de baja
ALTO
basta
arret
Arrêtez
arrêtez de m'écrire
ne me contactez plus
ne m'écrivez plus
désabonnez-moi
laissez-moi tranquille
je ne veux plus recevoir vos messages
"""

REVIEW = """
this is harassment, my lawyer will call you
I'm reporting you to the FCC
I'm blocking this number
I never signed up for this
not interested
fuck off
go to hell
enough already
you never stop texting me
you people won't stop texting me
don't text me at night
don't call me, text my wife
Omg. Stop. lol
STOP I voted already
I already voted stop
I am on the DNC registry
He passed away in May
Why do you keep texting me
I am so tired of these texts
para
🖕
"""

NONE = """
don't stop
Don't stop believing
We will never stop fighting
I can't stop laughing
she can't be stopped
non stop rain here
stop by the office
I'll stop by tomorrow
the bus stop is near
stop the steal
We need to stop Trump
Can she stop the war?
Liked “Hi Maria, this is Amy. Reply STOP to opt out”
Loved "Vote! Reply STOP to quit."
Disliked “Please stop by our office. Reply STOP to end”
Reacted 👎 to “Reply STOP to opt out”
Liked “STOP”
👍 to “Reply STOP to opt out”
Le gustó “Responda ALTO para salir”
It says "Reply STOP to opt out" at the end, is this a robot?
para mi hija
es para el alcalde
para siempre
alto a la violencia
no me digas
YES
Yes
yes please
No
no thanks
ok
I voted already
who is this?
can you text me the address
Why don't you text me the link
please contact me
please text me more info
Thanks for texting me
how did you get my number
call me
I will text my friends
Don't forget to vote!
I'm at the end of my shift
when does voting end?
end the filibuster
I support the end of gerrymandering
is the event cancelled?
My flight got cancelled
cancel student debt
I quit smoking lol
revoke the permit
remove the senator
Take me to the polls?
Don't take me off the list
please don't remove me
opt in
I'm a lawyer and I support her
How can I help?
I need help finding my polling place
Where do I start?
I start work at 5
👍
...
"""


def _lines(table: str) -> list[str]:
    return [line.replace("\\n", "\n") for line in table.strip("\n").split("\n") if line]


@pytest.mark.parametrize("text", _lines(AUTO))
def test_clear_requests_are_acted_on_at_once(text: str) -> None:
    found = classify(text)
    assert (found.tier, found.kind) == ("auto", "stop")
    assert found.reason


@pytest.mark.parametrize("text", _lines(REVIEW))
def test_probable_requests_go_to_a_person(text: str) -> None:
    found = classify(text)
    assert (found.tier, found.kind) == ("review", "stop")


@pytest.mark.parametrize("text", ["", " ", *_lines(NONE)])
def test_ordinary_replies_are_left_alone(text: str) -> None:
    found = classify(text)
    assert (found.tier, found.kind) == ("none", "")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("HELP", "help"),
        ("help!", "help"),
        ("Info.", "help"),
        ("ayuda", "help"),
        ("aide", "help"),
        ("START", "start"),
        ("unstop", "start"),
        ("Unstop.", "start"),
        ("please start", ""),
        ("YES", ""),
        ("yes start", ""),
    ],
)
def test_help_and_start_are_whole_messages(text: str, kind: str) -> None:
    found = classify(text)
    assert (found.tier, found.kind) == ("none", kind)


@pytest.mark.parametrize(
    "text",
    [
        "wrong number",
        "Wrong number!!",
        "You have the wrong person",
        "I think you've got the wrong number",
        "this is not Maria's phone",
        "Nobody here by that name",
        "I just got this number",
        "número equivocado",
        "mauvais numéro",
    ],
)
def test_wrong_numbers_go_to_a_person(text: str) -> None:
    found = classify(text)
    assert (found.tier, found.kind) == ("review", "wrong_number")


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    found = classify(text)
    assert found.tier in ("auto", "review", "none")
    assert found.kind in ("stop", "help", "start", "wrong_number", "")
    assert found.reason


def test_only_the_first_two_thousand_characters_count() -> None:
    assert classify("a " * 995 + ". stop").tier == "auto"
    assert classify("a " * 1000 + ". stop").tier == "none"


@pytest.mark.parametrize(
    "piece", ["stop ", "dont ", '"', "“", "no me ", "\u0301", "ﷺ", "not interested", "a.", "-"]
)
def test_a_megabyte_is_the_same_as_its_beginning(piece: str) -> None:
    long = piece * (1_000_000 // len(piece))
    assert classify(long) == classify(long[:2000])


def _patterns() -> list[str]:
    tables = (optout_words.AUTO, optout_words.COMPLAINTS, optout_words.REVIEW)
    whole = (optout_words.NEGATED, optout_words.WRONG_NUMBER, optout_words.TAPBACK, optout_words.JOKING)
    return [pattern for table in tables for _, pattern in table] + [pattern.pattern for pattern in whole]


@pytest.mark.parametrize("pattern", _patterns())
def test_no_pattern_repeats_a_repeat_without_end(pattern: str) -> None:
    # "(a+)*" takes forever on hostile text; a group may repeat only a few times, or hold no repeat.
    assert not re.search(r"[*+]\)[*+]|[*+]\)\{\d*,\}", pattern)
