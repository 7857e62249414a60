"""The people of everyday life, each as one kind of answer."""

from dataclasses import replace

from p2ptext.simulator import sayings
from p2ptext.simulator.people import Persona, failed

YES = Persona("yes", ("Yes", "Yes!", "yes i will be there", "Count me in", "Yep, you can count on me"))
NO = Persona(
    "no",
    ("No", "No thanks", "not interested", "I already decided, no"),
    then=sayings.OPPOSED,
    patience=2,
)
UNDECIDED = Persona(
    "undecided",
    ("Not sure yet", "Maybe. What is it about?", "I haven't decided", "what does the levy pay for?"),
    then=sayings.UNDECIDED,
)
QUESTION = Persona(
    "question",
    (
        "Where is my polling place?",
        "What time do the polls close?",
        "Can I bring my sister? She can't drive.",
        "When is this?",
        "Do I need to bring ID?",
    ),
    then=sayings.ASKED,
)
WHO = Persona("who is this", ("Who is this?", "who dis", "Who are you with?"), then=sayings.ASKED)
NUMBER = Persona(
    "how did you get my number",
    ("How did you get my number?", "where did you get this number from", "Who gave you my number??"),
    then=sayings.ASKED,
)
LONG = Persona(
    "long reply",
    (
        "I appreciate you reaching out. I have lived on this street for thirty-one years and I have "
        "never seen the bus come on time. If your people can fix that, you have my vote and my "
        "husband's too. If not, please tell us honestly what you can do and when.",
        "Honestly I'm torn. The schools matter most to us: my daughter's class has 34 children and one "
        "teacher. My neighbor says your side wants to help with that, but I read the opposite in the "
        "paper last week. Which one is it? I would like to read the plan myself.",
    ),
    then=sayings.UNDECIDED,
)
STOP = Persona("stop", goodbyes=("STOP", "Stop", "stop.", "STOP "), leaves_at=1)
STOP_WORDS = Persona(
    "stop in words",
    leaves_at=1,
    goodbyes=("please stop texting me", "Take me off your list", "Stop texting me", "Remove me please"),
)
PLEASE_STOP = Persona(
    "stop politely",
    leaves_at=1,
    goodbyes=(
        "Please stop",
        "take me off",
        "No more texts please, thank you",
        "Please don't text me again",
    ),
)
PERHAPS_STOP = Persona(
    "perhaps stop",
    leaves_at=1,
    goodbyes=(
        "I get ten of these a day. Enough already",
        "why do I keep getting these",
        "Not interested, leave me alone",
        "How do I make this stop",
    ),
)
STOP_LATER = replace(
    YES, name="stop in the middle", leaves_at=2, goodbyes=("STOP", "Ok stop now please")
)
COMES_BACK = replace(STOP, name="stop, then start", goodbyes=("STOP",), returns=("START",))
WRONG = Persona(
    "wrong number",
    ("Wrong number", "You have the wrong person", "Sorry, this isn't her number anymore"),
    then=sayings.SORRY,
    patience=2,
)
MOVED = Persona(
    "moved",
    (
        "I moved to Texas last year",
        "We don't live in Ohio anymore",
        "I don't live there now, I'm in Denver",
    ),
    then=sayings.SORRY,
    patience=2,
)
VOTED = Persona(
    "already voted",
    ("Already voted!", "I voted last week by mail", "Done, I voted early", "my ballot is already in 🗳️"),
)
ANGRY = Persona(
    "angry",
    (
        "Are you kidding me? It's dinner time",
        "You people never do anything for us",
        "This is so annoying",
        "Go to hell",
    ),
    then=sayings.CURT,
    patience=2,
)
ABUSIVE = Persona(
    "abusive",
    ("What a moron you are", "get lost you idiot", "You are a stupid damn liar", "shut up moron"),
    then=sayings.SILENT,
)
CRISIS = Persona(
    "crisis",
    ("I don't see a reason to go on anymore. Sorry, I know you only asked about the vote.",),
    then={"other": ("Thank you for asking. I will call them.",), "closing": ("Thank you.",)},
)
THANKS = Persona("thanks", ("Thank you for what you do!", "Thanks for the reminder", "Bless you all"))
EMOJI = Persona("emoji", ("👍", "🎉🎉", "❤️", "🙄", "👍🏽"), then={"closing": ("🙏",), "other": ("👍",)})
TWICE = Persona(
    "two in a row",
    ("Hi Amy", "Yes", "Oh hey", "Sure"),
    second=(
        "Actually can you tell me where I vote?",
        "and my husband too",
        "wait, which election is this",
    ),
    then=sayings.ASKED,
)
SLOW = replace(YES, name="slow", delay_s=(240.0, 900.0))
IPHONE = Persona(
    "tapback of an iPhone",
    (
        "Liked “{whole}”",
        "Loved “{whole}”",
        "Liked “{quote}”",
        "Emphasized “{whole}”",
        "Disliked “{whole}”",
    ),
    then=sayings.SILENT,
    delay_s=(5.0, 20.0),
)
GOOGLE = Persona(
    "reaction of Google Messages",
    ("\u200a\u200b👍\u200b to “\u200a{quote}\u200a” ", "\u200a\u200b❤️\u200b to “\u200a{whole}\u200a” "),
    then=sayings.SILENT,
    delay_s=(5.0, 20.0),
)
DRIVING = Persona(
    "driving",
    (
        "I’m driving with Do Not Disturb While Driving turned on. I’ll see your message when I get where "
        "I’m going.",
        "I'm driving right now - I'll get back to you later.",
    ),
    delay_s=(1.0, 3.0),
    then=sayings.SILENT,
)
BUSINESS = Persona(
    "business line",
    (
        "Thank you for contacting Miller Auto Repair! This line is not monitored. Msg & data rates may "
        "apply. Reply STOP to unsubscribe.",
        "This is an automated message. Our office hours are Mon-Fri 9-5. Text HELP for help, STOP to "
        "cancel.",
    ),
    delay_s=(1.0, 3.0),
    then=sayings.SILENT,
)
SILENT = Persona("silent")
PICTURE = Persona("picture message", ("Here is my yard sign",), picture="yard-sign.jpg")
HUGE_STORY = (
    "Let me tell you a story about that library. My mother learned to read English there when she was "
    "forty, two evenings a week, with me doing my homework at the next table. When they cut the hours the "
    "class was gone. So yes, I will vote for it. But tell whoever runs it that the doors have to be open in "
    "the evening, when working people can come, and that I will be watching. Also the elevator is broken."
)
LONG_PARTS = Persona("long reply in parts", (HUGE_STORY,), parts="out of order", then=sayings.ASKED)

LANGUAGES = {
    language: Persona(language, openings, then=then)
    for language, (openings, then, _) in sayings.LANGUAGES.items()
}
LEAVING = {
    language: Persona(f"stop in {language}", leaves_at=1, goodbyes=goodbyes)
    for language, (_, _, goodbyes) in sayings.LANGUAGES.items()
}
UNREACHABLE = replace(SILENT, name="phone unreachable", receipts=failed(1180, "undeliverable"))
LANDLINE = replace(SILENT, name="landline", receipts=failed(1300))
RARE_LANGUAGES = tuple(person for name, person in LANGUAGES.items() if name != "spanish")
