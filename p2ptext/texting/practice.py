"""The two-minute practice: made-up people, what they say, and what each answer to it would do.

Nothing here touches a table. It looks like the real screens so that the first real batch feels known.
"""

from dataclasses import dataclass

from p2ptext.errors import NotFound


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing somebody may press, and what is said to it."""

    key: str
    label: str
    right: bool
    feedback: str
    place: str
    """Where its button stands: send, skip, opt_out, offer or foot."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment of a shift."""

    key: str
    kind: str
    """first for a card, reply for a conversation."""
    to: str
    about: str
    lines: tuple[tuple[str, str], ...]
    """Direction (in or out) and text, oldest first. May hold {volunteer} and {organization}."""
    know: str
    """What to know at this moment."""
    choices: tuple[Choice, ...]

    @property
    def offers(self) -> tuple[Choice, ...]:
        """Texts that are offered as answers."""
        return tuple(choice for choice in self.choices if choice.place == "offer")

    def at(self, place: str) -> Choice | None:
        """The choice whose button stands there."""
        return next((choice for choice in self.choices if choice.place == place), None)


FIRST = (
    "Hi {person}, this is {volunteer} with {organization}. Can we count on your vote on Tuesday? "
    "Reply STOP to opt out."
)


def _first(key: str, to: str, about: str, know: str, sent: str, *more: Choice) -> Scene:
    send = Choice("send", f"Send to {to}", not more, sent, "send")
    return Scene(key, "first", to, about, (("out", FIRST.replace("{person}", to)),), know, (send, *more))


SCENES = (
    _first(
        "maria",
        "Maria",
        "Dayton, 2:14 pm there",
        "Every text begins like this: a name and the words your organization wrote. Read it, then press "
        "the big button. One press sends one text to one person.",
        "Sent to Maria. After each text you have a few seconds to press Undo. Nothing else is asked of "
        "you: the next card comes by itself.",
    ),
    _first(
        "james",
        "James",
        "Toledo, 2:14 pm there",
        "Again. The button is always in the same place, so that your thumb can stay where it is.",
        "Sent to James. You never see a phone number, and nobody sees yours.",
    ),
    _first(
        "odd",
        "Test Test",
        "Akron, 2:14 pm there",
        "Look at the name before you press. Lists have slips in them.",
        "That would have gone out as “Hi Test Test”. Undo takes a text back for a few seconds. When "
        "something looks odd, press Skip.",
        Choice(
            "skip",
            "Skip",
            True,
            "Right. A skipped card is not sent; somebody else looks at it later.",
            "skip",
        ),
    ),
    Scene(
        "question",
        "reply",
        "James",
        "Toledo, 2:20 pm there",
        (
            ("out", FIRST.replace("{person}", "James")),
            ("in", "Maybe. Where do I vote?"),
        ),
        "James wrote back. This is what it is all for. Answers that your organization has ready are "
        "offered to you; whatever you send, you press Send yourself.",
        (
            Choice(
                "ready",
                "You find your polling place at your county’s board of elections. Shall I look it up "
                "with you?",
                True,
                "Good: true, short, and it keeps James talking. You can change an offered answer before "
                "you send it.",
                "offer",
            ),
            Choice(
                "guess",
                "Probably the school on Main Street, like last time.",
                False,
                "A guess can cost James his vote. Send only what you know or what your organization "
                "has ready. When you do not know, press Ask an organizer.",
                "offer",
            ),
            Choice(
                "ask",
                "Ask an organizer",
                True,
                "Also right. An organizer sees your question and helps, and James stays with you.",
                "foot",
            ),
        ),
    ),
    Scene(
        "stop",
        "reply",
        "Maria",
        "Dayton, 2:23 pm there",
        (
            ("out", FIRST.replace("{person}", "Maria")),
            ("in", "please take me off your list"),
        ),
        "Maria wants no more texts. When somebody writes STOP, that happens by itself. When they say it in "
        "their own words, you do it.",
        (
            Choice(
                "sorry",
                "Sorry to bother you. I will take you off the list.",
                False,
                "She asked for no more texts, and this would be one more. Press Opt out; nothing else "
                "is needed.",
                "offer",
            ),
            Choice(
                "nothing",
                "No reply needed",
                False,
                "Then she would be texted again some day. Press Opt out, at the top.",
                "foot",
            ),
            Choice(
                "opt_out",
                "Opt out",
                True,
                "Right. From this moment on nobody in your organization can text Maria.",
                "opt_out",
            ),
        ),
    ),
    Scene(
        "hostile",
        "reply",
        "Sam",
        "Lima, 2:25 pm there",
        (
            ("out", FIRST.replace("{person}", "Sam")),
            ("in", "You people are a disgrace. Get a life."),
        ),
        "It happens. It is not about you, and you owe nobody an argument.",
        (
            Choice(
                "argue",
                "That is uncalled for. We are volunteers!",
                False,
                "It feels fair, and it never ends well: it is read aloud in somebody’s kitchen with "
                "your organization’s name on it. Let it be.",
                "offer",
            ),
            Choice(
                "nothing",
                "No reply needed",
                True,
                "Right. Take a breath; the next person may be glad that you wrote. If somebody "
                "threatens you, press Ask an organizer.",
                "foot",
            ),
            Choice(
                "opt_out",
                "Opt out",
                True,
                "Right as well. Whoever is this angry is better left alone, and a wrong opt-out harms "
                "nobody.",
                "opt_out",
            ),
        ),
    ),
)
BEGIN, END = "begin", "end"
ORDER = (BEGIN, *(scene.key for scene in SCENES), END)
_BY_KEY = {scene.key: scene for scene in SCENES}


@dataclass(frozen=True, slots=True)
class Moment:
    """One page of the practice: a scene, or what is said to a choice in it."""

    at: str
    scene: Scene | None
    """None at the beginning and at the end."""
    choice: Choice | None

    @property
    def id(self) -> str:
        return f"{self.at}.{self.choice.key if self.choice else ''}"

    @property
    def position(self) -> int:
        """From 0, for the beginning, to the number of scenes and one."""
        return ORDER.index(self.at)

    @property
    def next(self) -> str:
        return ORDER[min(self.position + 1, len(ORDER) - 1)]


def moment(at: str, choice: str) -> Moment:
    """The page of these names. Raises NotFound."""
    if at in (BEGIN, END) and not choice:
        return Moment(at, None, None)
    scene = _BY_KEY.get(at)
    chosen = next((one for one in scene.choices if one.key == choice), None) if scene else None
    if scene is None or (choice and chosen is None):
        raise NotFound
    return Moment(at, scene, chosen)


def moments() -> list[Moment]:
    """Every page, in the order of an evening."""
    found = [moment(BEGIN, "")]
    for scene in SCENES:
        found.append(Moment(scene.key, scene, None))
        found += [Moment(scene.key, scene, choice) for choice in scene.choices]
    return [*found, moment(END, "")]
