"""What somebody's words mean to this program, before anything is written down."""

from dataclasses import dataclass

from p2ptext.rules import abuse, auto_replies, crisis, optout, reactions
from p2ptext.rules.optout import Verdict


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


def understand(text: str) -> Understood:
    """What `text` means. A request to stop counts before everything but a reaction, which quotes us."""
    reaction = reactions.read(text)
    if reaction is not None:
        named = reaction.emoji if reaction.kind == "emoji" and reaction.emoji else reaction.kind
        return Understood(_REACTION, "reaction", named, reaction.quoted)
    verdict = optout.classify(text)
    if verdict.tier == "none" and not verdict.kind:
        machine = auto_replies.is_auto_reply(text)
        if machine:
            return Understood(Verdict("none", "", f"{machine}."), "auto_reply")
    return Understood(verdict, abusive=abuse.is_abusive(text), crisis=crisis.read(text) or None)
