"""Which teams a campaign is for. Nobody outside of them gets cards of it; without any it is for everybody."""

from collections.abc import Iterable

from sqlalchemy import delete, select

from p2ptext.accounts import auditing
from p2ptext.accounts.team_models import Team
from p2ptext.campaigns.models import Campaign, CampaignTeam
from p2ptext.errors import NotFound
from p2ptext.extensions import cursor, db

INSIDE = """(
  NOT EXISTS (SELECT 1 FROM campaign_team k WHERE k.campaign_id = {campaign})
  OR EXISTS (SELECT 1 FROM campaign_team k
             JOIN team_member w ON w.team_id = k.team_id
             JOIN membership x ON x.id = w.membership_id
             WHERE k.campaign_id = {campaign} AND x.person_id = {person} AND x.status = 'active'))"""
"""SQL: whether a campaign's cards are for a person; format it with columns or values."""


def choose(campaign: Campaign, team_ids: Iterable[int]) -> None:
    """Have the campaign be for exactly these teams; for everybody when there are none.

    The campaign is locked by this transaction. Cards in hand stay there; it counts from the next batch
    on, and what was reserved for somebody outside goes back to the others. Raises NotFound for a team
    that is absent or another organization's.
    """
    wanted = set(team_ids)
    known = select(Team.id).where(Team.organization_id == campaign.organization_id, Team.id.in_(wanted))
    if set(db.session.scalars(known)) != wanted:
        raise NotFound
    before = {team.id for team in of(campaign.id)}
    if before == wanted:
        return
    db.session.execute(
        delete(CampaignTeam).where(
            CampaignTeam.campaign_id == campaign.id, CampaignTeam.team_id.not_in(wanted)
        )
    )
    for team_id in sorted(wanted - before):
        db.session.add(
            CampaignTeam(
                campaign_id=campaign.id, team_id=team_id, organization_id=campaign.organization_id
            )
        )
    db.session.flush()
    auditing.record(
        "campaign_teams", f"campaign {campaign.id}", before=sorted(before), after=sorted(wanted)
    )


def of(campaign_id: int) -> list[Team]:
    """The teams a campaign is for, by name; none when it is for everybody."""
    return list(
        db.session.scalars(
            select(Team)
            .join(CampaignTeam, CampaignTeam.team_id == Team.id)
            .where(CampaignTeam.campaign_id == campaign_id)
            .order_by(Team.name)
        )
    )


def is_inside(campaign_id: int, person_id: int) -> bool:
    """Whether the campaign's cards are for this person."""
    inside = INSIDE.format(campaign="%(campaign)s", person="%(person)s")
    row = cursor().execute(f"SELECT {inside}", {"campaign": campaign_id, "person": person_id}).fetchone()
    return bool(row and row[0])
