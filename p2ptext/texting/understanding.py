"""What somebody's words mean to this program, before anything is written down."""

import re
from dataclasses import dataclass

from p2ptext.rules import abuse, auto_replies, crisis, optout, reactions
from p2ptext.rules.optout import Verdict
from p2ptext.rules.plain_words import any_of, flatten, without_additions, without_quotations


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood of a text."""

    verdict: Verdict
    """Whether they ask for the texts to stop, for help, or to begin again; and by which rule."""
    kind: str = "text"
    """"text"; "reaction": a phone's "Liked ..."; "auto_reply": a machine's answer."""
    reaction: str = ""
    """What was done to a text of ours: the name that rules.reactions has for it, or the sign itself."""
    quoted: str = ""
    """The beginning of the text that a reaction is about."""
    abusive: bool = False
    crisis: str | None = None
    """Why somebody should look at once, in words."""

    @property
    def is_plain(self) -> bool:
        """Whether one statement does all that follows: nothing is stopped, begun again or answered."""
        return self.verdict.tier != "auto" and self.verdict.kind not in ("help", "start")


_REACTION = Verdict("none", "", "It is a reaction to a text, which phones send by themselves.")


# What no machine says in its owner's name. A person taken for a machine is heard by nobody; a machine
# taken for a person costs one look.
_A_PERSON_ADDS = re.compile(
    r"\?(?!\S*\w)|"  # not within an address
    + any_of(
        "but",
        "(?<!reply )(?<!respond )(?<!text )(?<!send )(?<!type )(?:yes|yeah|yep)",
        r"(?:i|ill|id|ive) (?:\w+ ){0,2}?(?:want|wanna|need|love|like|hate|vote|voted|voting|support"
        "|supporting|volunteer|sign|signed|donate|donated|died|hurt|moved)",
        "(?:i am|im) (?:voting|supporting|for|against|with|in favor|interested|scared|afraid|sorry)",
        r"pero|(?:yo )?(?:quiero|necesito|votare|voy a votar)|mais|je (?:veux|voudrais|vote|voterai)",
        "mas eu|eu (?:quero|preciso|voto|vou votar)",
    )
)


def _a_person_speaks(text: str) -> bool:
    """Whether whoever owns the phone says something, beside what looks like a machine's answer."""
    own = without_quotations(without_additions(flatten(text)))
    return _A_PERSON_ADDS.search(own) is not None


def understand(text: str) -> Understood:
    """What `text` means. A request to stop counts before everything but a reaction, which quotes us.

    Danger, abuse and whatever a person adds count before what looks like a machine's answer.
    """
    reaction = reactions.read(text)
    if reaction is not None:
        named = reaction.emoji if reaction.kind == "emoji" and reaction.emoji else reaction.kind
        return Understood(_REACTION, "reaction", named, reaction.quoted)
    verdict, abusive, danger = optout.classify(text), abuse.is_abusive(text), crisis.read(text)
    if verdict.tier == "none" and not verdict.kind and not abusive and not danger:
        machine = auto_replies.is_auto_reply(text)
        if machine and not _a_person_speaks(text):
            return Understood(Verdict("none", "", f"{machine}."), "auto_reply")
    return Understood(verdict, abusive=abusive, crisis=danger or None)
