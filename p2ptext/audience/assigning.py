"""Managers give batches to volunteers, take them back, and decide who may take one without asking."""

from sqlalchemy import select

from p2ptext.accounts import auditing, joining
from p2ptext.accounts.models import JoinLink, Membership
from p2ptext.audience import batching
from p2ptext.campaigns import teams, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor, db

MOST_AT_ONCE = 100
"""Batches given with one press: a slip of the hand shall not give one person the whole list."""
POLICIES = ("anyone", "given")
"""Who gets a batch: whoever asks, or only who was given one."""
SHARED_USES = 200
"""People who may come by one campaign's join link: a full phone bank."""
SHARED_DAYS = 7


def give(campaign_id: int, organization_id: int, person_id: int, batches: int) -> int:
    """Reserve up to `batches` open batches for an active member; nobody else gets them.

    Returns how many it became: fewer when no more are free. They are in the member's hand only when
    they ask, one after another, and wait until then without a lease. Raises NotFound, Refused.
    """
    _open_campaign(campaign_id, organization_id)
    _active_member(organization_id, person_id)
    if not teams.is_inside(campaign_id, person_id):
        words = "This campaign is given to teams, and this person is in none of them."
        raise Refused("other_team", words)
    if not 1 <= batches <= MOST_AT_ONCE:
        raise Refused("bad_number", f"Enter how many batches, from 1 to {MOST_AT_ONCE}.", 400)
    batching.lock_hand(person_id)
    sql = cursor()
    sql.execute(
        """WITH free AS MATERIALIZED (
             SELECT id FROM batch WHERE campaign_id = %(campaign)s AND state = 'open'
               AND reserved_for IS NULL
             ORDER BY position LIMIT %(most)s FOR UPDATE SKIP LOCKED
           )
           UPDATE batch SET reserved_for = %(person)s FROM free WHERE batch.id = free.id""",
        {"person": person_id, "campaign": campaign_id, "most": batches},
    )
    given = sql.rowcount
    if given:
        auditing.record("cards_given", f"campaign {campaign_id}", person=person_id, batches=given)
    return given


def take_back(campaign_id: int, organization_id: int, person_id: int) -> int:
    """End at once what this person holds, and what is reserved for them. Returns how many batches.

    Raises NotFound for somebody who was never in the organization.
    """
    _campaign(campaign_id, organization_id)
    if _membership(organization_id, person_id) is None:
        raise NotFound
    taken = batching.take_back(campaign_id, person_id)
    if taken:
        auditing.record("cards_taken_back", f"campaign {campaign_id}", person=person_id, batches=taken)
    return taken


def set_policy(campaign_id: int, organization_id: int, policy: str) -> None:
    """Decide who may take a batch; batches in hand stay there. Raises NotFound, Refused."""
    campaign = writing.lock_to_change(campaign_id, organization_id)
    if policy not in POLICIES:
        raise Refused("bad_request", "Choose who may take cards.", 400)
    if campaign.hand_out != policy:
        campaign.hand_out = policy
        db.session.flush()
        auditing.record("hand_out_changed", f"campaign {campaign_id}", policy=policy)


def share(campaign_id: int, organization_id: int, by_person: int, path: str) -> JoinLink:
    """A join link that leads newcomers to `path`, the campaign's texting page.

    Raises NotFound, and Refused for a campaign that is over.
    """
    name = _open_campaign(campaign_id, organization_id).name
    return joining.new_link(by_person, organization_id, SHARED_USES, SHARED_DAYS, path, name)


def _campaign(campaign_id: int, organization_id: int) -> Campaign:
    rows = select(Campaign).filter_by(id=campaign_id, organization_id=organization_id, is_tests=False)
    found = db.session.scalars(rows).one_or_none()
    if found is None:
        raise NotFound
    return found


def _open_campaign(campaign_id: int, organization_id: int) -> Campaign:
    found = _campaign(campaign_id, organization_id)
    if found.status == "archived":
        raise Refused("archived", "This campaign is over. Nobody texts in it any more.")
    return found


def _membership(organization_id: int, person_id: int) -> Membership | None:
    rows = select(Membership).filter_by(organization_id=organization_id, person_id=person_id)
    return db.session.scalars(rows).one_or_none()


def _active_member(organization_id: int, person_id: int) -> None:
    member = _membership(organization_id, person_id)
    if member is None:
        raise NotFound
    if member.status != "active":
        raise Refused("not_active", "This person cannot text here just now, so they get no cards.")
