"""The invariants in order, and those that are not looked at, with the reason."""

from collections.abc import Callable

from scripts.drills import (
    arriving_checks,
    client_checks,
    desk_checks,
    reply_checks,
    sending_checks,
)
from scripts.drills.evidence import Evidence
from scripts.drills.findings import Finding, together

Check = Callable[[Evidence], Finding]


def _all(*checks: Check) -> Check:
    """Several looks that make up one invariant."""
    return lambda evidence: together(*(look(evidence) for look in checks))


INVARIANTS: dict[str, tuple[str, Check]] = {
    "I1": ("a first text at most once", sending_checks.once),
    "I2": ("a click before every text", sending_checks.by_a_hand),
    "I3": ("nothing after an opt-out", _all(sending_checks.stopped, reply_checks.held_for_review)),
    "I4": (
        "every reply kept once and seen",
        _all(arriving_checks.received_once, reply_checks.visible),
    ),
    "I5": ("a contact in one hand", client_checks.in_one_hand),
    "I6": ("inside the hours of every zone", sending_checks.in_hours),
    "I7": ("nothing while paused", sending_checks.while_running),
    "I8": ("acknowledged is durable", client_checks.durable),
    "I9": ("safe to repeat", client_checks.repeatable),
    "I10": ("undone never leaves", client_checks.undone),
    "I11": ("states move forward", arriving_checks.forward_only),
    "I12": ("in doubt is not sent again", sending_checks.unknown_once),
    "I13": ("no orphans", arriving_checks.no_orphans),
    "I14": (
        "replies and survey answers are kept once",
        _all(client_checks.replies_kept, reply_checks.surveys_kept),
    ),
    "I15": (
        "replies are of the right person and number",
        _all(client_checks.same_number, reply_checks.answered_by_right),
    ),
    "I16": ("organizations are apart", _all(client_checks.tenants, reply_checks.apart)),
    "I17": ("numbers, sums and files are the rows'", desk_checks.numbers),
    "I18": ("lists whole or not at all", arriving_checks.whole_lists),
    "I19": ("within the carrier's rate", sending_checks.within_rate),
    "I20": ("opt-outs stay", arriving_checks.stays_stopped),
    "I21": ("the ledger verifies, deeds on record", arriving_checks.on_record),
    "I23": ("well again by itself", arriving_checks.recovered),
    "I24": ("clocks ten minutes off", arriving_checks.bears_clocks),
}

NOT_LOOKED_AT = {
    "I22": "no release is rolled out while the drill runs",
}


def check(evidence: Evidence) -> dict[str, Finding]:
    """Every invariant on this evidence."""
    return {name: look(evidence) for name, (_, look) in INVARIANTS.items()}
