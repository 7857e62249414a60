"""Asking for an export, stopping one, asking again."""

from collections.abc import Mapping

from sqlalchemy import func, select

from p2ptext.accounts.auditing import record
from p2ptext.accounts.models import Organization
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.errors import NotFound, Refused
from p2ptext.exports import keeping
from p2ptext.exports.kinds import CHOSEN, KINDS, Kind
from p2ptext.exports.models import Export
from p2ptext.exports.scoping import CHOOSERS
from p2ptext.extensions import db

UNDER_WAY = ("waiting", "running")
MOST_UNDER_WAY = 5
"""Exports of one organization that wait or are made at a time: a press too many costs nobody else's time."""


def ask(
    organization_id: int,
    person_id: int,
    kind: str,
    format_: str,
    campaign_id: int | None = None,
    *,
    chosen: tuple[str, Mapping[str, str]] | None = None,
) -> Export:
    """Write down that somebody wants this file; whoever calls puts the job on the queue.

    `chosen` makes it of some conversations alone: a name in scoping.CHOOSERS and what is to be handed to
    it when the file is made. Raises NotFound for a campaign, kind or format that is not there, and Refused
    (too_many) while as many as allowed are under way.
    """
    wanted = _kind(kind, format_)
    campaign = _campaign(organization_id, campaign_id)
    if chosen is not None and (kind not in CHOSEN or chosen[0] not in CHOOSERS):
        raise NotFound
    if (wanted.of_campaign and campaign is None and chosen is None) or not (
        wanted.of_campaign or campaign is None
    ):
        raise NotFound
    _refuse_too_many(organization_id)
    row = Export(
        organization_id=organization_id,
        campaign_id=campaign.id if campaign else None,
        kind=kind,
        format=format_,
        options={"chosen": {"by": chosen[0], "with": dict(chosen[1])}} if chosen else {},
        file_name=_file_name(wanted, campaign, organization_id, format_),
        asked_by=person_id,
    )
    db.session.add(row)
    db.session.flush()
    record("export_asked", f"export {row.id}", kind=kind, format=format_, campaign=row.campaign_id)
    return row


def ask_again(export_id: int, organization_id: int, person_id: int) -> Export:
    """The same once more, as the rows are now. Raises NotFound, and Refused as `ask`."""
    row = _locked(export_id, organization_id)
    chosen = row.options.get("chosen")
    return ask(
        organization_id,
        person_id,
        row.kind,
        row.format,
        row.campaign_id,
        chosen=(chosen["by"], chosen["with"]) if chosen else None,
    )


def cancel(export_id: int, organization_id: int) -> Export:
    """Stop it. One that is being made stops within a second; one that is over stays as it is."""
    row = _locked(export_id, organization_id)
    if row.status in UNDER_WAY and row.cancel_asked_at is None:
        row.cancel_asked_at = now()
        if row.status == "waiting":
            row.status, row.finished_at = "cancelled", now()
        record("export_cancelled", f"export {row.id}", kind=row.kind)
    return row


def discard(export_id: int, organization_id: int) -> str:
    """Nobody needs the file any more. The name it is stored by, to be removed after the commit; "" when
    there is none."""
    row = _locked(export_id, organization_id)
    if row.status != "done":
        return ""
    row.status, row.expires_at = "expired", now()
    record("export_removed", f"export {row.id}", kind=row.kind)
    return row.stored_as


def downloaded(export_id: int, organization_id: int) -> Export:
    """Somebody takes the file; it is written down.

    Raises NotFound, and Refused: not_there when there is no file to take, erased_since when somebody was
    erased after its rows were read.
    """
    row = _locked(export_id, organization_id)
    if row.status != "done" or row.expires_at is None or row.expires_at <= now():
        raise Refused("not_there", "This file cannot be downloaded any more. Ask for it again.")
    if keeping.is_out_of_date(row):
        raise Refused("erased_since", keeping.OUT_OF_DATE)
    row.downloads += 1
    record("export_downloaded", f"export {row.id}", kind=row.kind, rows=row.rows_done)
    return row


def _kind(key: str, format_: str) -> Kind:
    kind = KINDS.get(key)
    if kind is None or format_ not in kind.formats:
        raise NotFound
    return kind


def _campaign(organization_id: int, campaign_id: int | None) -> Campaign | None:
    if campaign_id is None:
        return None
    wanted = select(Campaign).where(
        Campaign.id == campaign_id,
        Campaign.organization_id == organization_id,
        Campaign.is_tests.is_(False),
    )
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound
    return found


def _refuse_too_many(organization_id: int) -> None:
    # The organization's row is held, so that two presses at once are counted one after the other.
    db.session.execute(
        select(Organization.id).where(Organization.id == organization_id).with_for_update(key_share=True)
    )
    under_way = db.session.scalar(
        select(func.count()).where(
            Export.organization_id == organization_id, Export.status.in_(UNDER_WAY)
        )
    )
    if (under_way or 0) >= MOST_UNDER_WAY:
        raise Refused(
            "too_many",
            f"{MOST_UNDER_WAY} exports are under way already. Wait until one is done, or cancel one.",
        )


def _locked(export_id: int, organization_id: int) -> Export:
    wanted = select(Export).where(Export.id == export_id, Export.organization_id == organization_id)
    row = db.session.scalars(
        wanted.with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _file_name(kind: Kind, campaign: Campaign | None, organization_id: int, format_: str) -> str:
    """What the file is called when it is saved: letters, digits and hyphens, on any computer."""
    about = campaign.name if campaign else db.session.get_one(Organization, organization_id).slug
    words = "".join(one if one.isascii() and one.isalnum() else " " for one in f"{kind.label} {about}")
    return f"{'-'.join(words.lower().split())[:80].rstrip('-')}-{now():%Y-%m-%d}.{format_}"
