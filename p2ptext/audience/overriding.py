"""An owner lets a finding about the words of a script stand, and says why."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import delete, select

from p2ptext.accounts import auditing
from p2ptext.accounts.models import Person
from p2ptext.audience.findings import Allowed, Finding
from p2ptext.campaigns.models import Campaign
from p2ptext.campaigns.script_models import LintOverride
from p2ptext.errors import Refused
from p2ptext.extensions import db

SHORTEST_REASON = 10
LONGEST_REASON = 500


def of(campaign_id: int) -> dict[tuple[str, str], Allowed]:
    """What was let stand in a campaign, by the code and the hash of the words it is about."""
    rows = db.session.execute(
        select(LintOverride, Person.name)
        .join(Person, Person.id == LintOverride.person_id)
        .where(LintOverride.campaign_id == campaign_id)
    )
    return {(row.code, row.about_hash): Allowed(row.reason, name, row.at) for row, name in rows}


def sort_out(campaign_id: int, blocks: Iterable[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Of these findings those that still block, and those that an owner let stand."""
    known = of(campaign_id)
    still: list[Finding] = []
    let_stand: list[Finding] = []
    for one in blocks:
        allowed = known.get((one.code, one.about_hash)) if one.overridable else None
        (let_stand if allowed else still).append(replace(one, allowed=allowed))
    return still, let_stand


def allow(campaign: Campaign, finding: Finding, reason: str, person_id: int) -> None:
    """Let it stand, for exactly the words it is about. Whoever calls has made sure that an owner asks.

    Raises Refused (short_reason, long_reason, not_overridable). Nothing to do where it stands already.
    """
    if not finding.overridable:
        raise Refused("not_overridable", "This has to be put right. No reason can let it stand.")
    if len(reason) < SHORTEST_REASON:
        raise Refused("short_reason", "Say in a sentence why it may stand.")
    if len(reason) > LONGEST_REASON:
        raise Refused("long_reason", f"Say it shorter: {LONGEST_REASON} characters are the most.")
    if (finding.code, finding.about_hash) in of(campaign.id):
        return
    db.session.add(
        LintOverride(
            organization_id=campaign.organization_id,
            campaign_id=campaign.id,
            code=finding.code,
            about_hash=finding.about_hash,
            reason=reason,
            person_id=person_id,
        )
    )
    db.session.flush()
    auditing.record("finding_allowed", f"campaign {campaign.id}", code=finding.code, reason=reason)


def withdraw(campaign: Campaign, code: str, about_hash: str) -> None:
    """Let it stand no longer. Nothing to do where it did not."""
    gone = db.session.scalar(
        delete(LintOverride)
        .where(
            LintOverride.campaign_id == campaign.id,
            LintOverride.code == code,
            LintOverride.about_hash == about_hash,
        )
        .returning(LintOverride.id)
    )
    if gone is not None:
        auditing.record("finding_forbidden", f"campaign {campaign.id}", code=code)
