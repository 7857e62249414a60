"""From contacts to the goal: every step of a campaign with its share, and whoever left on the way."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from p2ptext.counting.reading import Sums
from p2ptext.insight import kinds
from p2ptext.insight.queries import Numbers, Part, Share, goal_rate, opt_out_rate, reply_rate, share


@dataclass(frozen=True, slots=True)
class Line:
    """One value of a dimension: a list, a volunteer, a wording, an hour."""

    key: str
    label: str
    sums: Sums

    @property
    def sent(self) -> int:
        return self.sums.sent

    @property
    def reply_rate(self) -> Share:
        return reply_rate(self.sums)

    @property
    def opt_out_rate(self) -> Share:
        return opt_out_rate(self.sums)

    @property
    def goal_rate(self) -> Share:
        return goal_rate(self.sums)

    @property
    def delivery_rate(self) -> Share:
        return share(self.sums.delivered, self.sums.sent)

    @property
    def failure_rate(self) -> Share:
        return share(self.sums.failed_of_sent, self.sums.sent)


def together(parts: Iterable[Sums]) -> Sums:
    """The sums of several lines as one."""
    names = [one.name for one in fields(Sums)]
    found = dict.fromkeys(names, 0)
    for part in parts:
        for name in names:
            found[name] += getattr(part, name)
    return Sums(**found)


@dataclass(frozen=True, slots=True)
class Exit:
    """People who went no further, or not yet."""

    kind: str
    count: int
    share: Share | Part | None
    """Of the contacts, or of those whose text was sent; None where some of them are not among these."""

    @property
    def label(self) -> str:
        return kinds.KINDS[self.kind].label


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel."""

    kind: str
    label: str
    count: int
    share: Share | Part | None
    """None for the first step."""
    of: str
    """The kind of which that is the share."""
    exits: list[Exit]
    """Who is not in the next step."""


def funnel(numbers: Numbers, goal: str | None) -> list[Step]:
    """The steps of a campaign in their order; the last one only where it has a goal, `goal` in words."""

    def of(kind: str, whole: str) -> Share | Part | None:
        if not whole:
            return None
        # Where everybody stands is known; how people and their phones answer to a text is a sample.
        known = whole == "contacts" or kind == "no_receipt"
        return (Part if known else share)(numbers.of(kind), numbers.of(whole))

    def step(kind: str, label: str, whole: str, exits: Iterable[tuple[str, str]] = ()) -> Step:
        mine = [Exit(one, numbers.of(one), of(one, its_whole)) for one, its_whole in exits]
        return Step(kind, label, numbers.of(kind), of(kind, whole), whole, mine)

    not_sent = [(kind, "contacts") for kind in kinds.PLACES if kind != "sent"]
    not_delivered = [("failed_of_sent", "sent"), ("no_receipt", "sent")]
    # By a volunteer's press or another campaign one is opted out without a reply, so these need not add up.
    gone = [("opted_out_of_sent", "sent"), ("wrong_number", "")]
    steps = [
        step("contacts", "Contacts", "", not_sent),
        step("sent", "Texted", "contacts", not_delivered),
        step("delivered", "Delivered", "sent"),
        step("replied_to_sent", "Replied", "sent", gone),
        step("answered_of_sent", "Answered a question", "sent"),
    ]
    return [*steps, step("goal_of_sent", goal, "sent")] if goal else steps
