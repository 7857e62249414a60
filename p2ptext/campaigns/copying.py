"""Campaigns that begin from another one: copies, and templates kept to begin from."""

from sqlalchemy import literal, select
from sqlalchemy.dialects.postgresql import insert

from p2ptext.accounts import auditing
from p2ptext.campaigns import writing
from p2ptext.campaigns.enclosure_models import CampaignLink
from p2ptext.campaigns.models import Campaign, CampaignNumber, CampaignTeam
from p2ptext.errors import NotFound
from p2ptext.extensions import db
from p2ptext.rules.fault import Fault

_KEPT = (
    "opens", "closes", "sunday_opens", "state_hours", "territory", "days",
    "batch_size", "undo_s", "hand_out", "reply_promise_min", "plain_typography",
    "purpose", "about", "sender_name", "sponsor_line", "election_on",
)  # fmt: skip
"""What a copy takes over. Not the list, nobody's answers, no dates of opening, no test and no approval:
those are of one campaign only."""
_MOST = 200
"""Campaigns that are offered to be copied."""


def copy(
    campaign_id: int, organization_id: int, name: str, person_id: int, *, as_template: bool = False
) -> Campaign | Fault:
    """Begin a draft, or a template, with the words and settings of another campaign here.

    A Fault (name_taken) when the name is in use. Raises NotFound.
    """
    source = db.session.scalar(
        select(Campaign).filter_by(id=campaign_id, organization_id=organization_id, is_tests=False)
    )
    if source is None:
        raise NotFound
    made = writing.create(organization_id, name, person_id)
    if isinstance(made, Fault):
        return made
    for column in _KEPT:
        setattr(made, column, getattr(source, column))
    made.copied_from, made.is_template = source.id, as_template
    db.session.flush()
    _take_over(source.id, made)
    if source.script_version_id is not None:
        writing.save_document(made, writing.document_of(source), person_id, f"Copied from {source.name}")
    auditing.record(
        "campaign_copied", f"campaign {made.id}", copied_from=source.id, template=as_template
    )
    return made


def templates(organization_id: int) -> list[Campaign]:
    """The templates of an organization that are not put away, by name."""
    return _sources(organization_id, is_template=True)


def campaigns(organization_id: int) -> list[Campaign]:
    """The campaigns one may copy, the latest first."""
    return _sources(organization_id, is_template=False)


def _sources(organization_id: int, *, is_template: bool) -> list[Campaign]:
    rows = select(Campaign).filter_by(
        organization_id=organization_id, is_template=is_template, is_tests=False
    )
    if is_template:
        rows = rows.where(Campaign.status != "archived").order_by(Campaign.name)
    else:
        rows = rows.order_by(Campaign.id.desc()).limit(_MOST)
    return list(db.session.scalars(rows))


def _take_over(source_id: int, made: Campaign) -> None:
    """The numbers, teams and links of the other one, all of them its organization's."""
    for table, columns in (
        (CampaignNumber, ("number_id",)),
        (CampaignTeam, ("team_id",)),
        (CampaignLink, ("name", "url", "created_by")),
    ):
        rows = select(
            literal(made.id), literal(made.organization_id), *(getattr(table, name) for name in columns)
        ).where(table.campaign_id == source_id)
        into = ["campaign_id", "organization_id", *columns]
        db.session.execute(insert(table).from_select(into, rows))
