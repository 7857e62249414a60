"""What a manager has typed in a script and not saved yet is kept, each person's for itself, place by place.

A draft is nobody else's, and no volunteer ever sees it: only a version counts. It is forgotten when the
place is saved, or when its owner lets it go.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from p2ptext.campaigns.models import Campaign
from p2ptext.campaigns.script_models import ScriptDraft
from p2ptext.errors import Refused
from p2ptext.extensions import db

LONGEST = 20_000
"""Characters of everything one form holds: five wordings of 1,600, with room to spare."""
LONGEST_PLACE = 100
MOST = 200
"""Drafts a person may leave open in one campaign."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Somebody's words in one place, by the names of the form's fields."""

    value: dict[str, str]
    base: int | None
    """The version that was shown when the typing began."""
    saved_at: datetime


def read(campaign_id: int, person_id: int, place: str) -> Draft | None:
    """What this person has typed here and not saved."""
    row = db.session.get(ScriptDraft, (campaign_id, person_id, place), populate_existing=True)
    return None if row is None else Draft(dict(row.value), row.base_version_id, row.saved_at)


def places(campaign_id: int, person_id: int) -> list[str]:
    """Where this person has words that are not saved."""
    mine = select(ScriptDraft.place).where(
        ScriptDraft.campaign_id == campaign_id, ScriptDraft.person_id == person_id
    )
    return list(db.session.scalars(mine.order_by(ScriptDraft.place)))


def keep(
    campaign: Campaign, person_id: int, place: str, value: Mapping[str, str], base: int | None
) -> datetime:
    """Keep what is typed now; gives the moment. Raises Refused (too_long, too_many_drafts)."""
    if len(json.dumps(dict(value))) > LONGEST or len(place) > LONGEST_PLACE:
        raise Refused("too_long", "This is too long to be kept as a draft. Shorten it.", 422)
    others = [one for one in places(campaign.id, person_id) if one != place]
    if len(others) >= MOST:
        words = "You have too many drafts in this campaign. Save or discard some of them."
        raise Refused("too_many_drafts", words, 422)
    row: dict[str, Any] = {"value": dict(value), "base_version_id": base, "saved_at": func.p2p_now()}
    statement = insert(ScriptDraft).values(
        campaign_id=campaign.id,
        person_id=person_id,
        place=place,
        organization_id=campaign.organization_id,
        **row,
    )
    keys = [ScriptDraft.campaign_id, ScriptDraft.person_id, ScriptDraft.place]
    statement = statement.on_conflict_do_update(index_elements=keys, set_=row)
    kept = db.session.scalars(
        statement.returning(ScriptDraft.saved_at), execution_options={"populate_existing": True}
    )
    return kept.one()


def forget(campaign_id: int, person_id: int, place: str) -> None:
    """The words are saved, or their owner does not want them any more."""
    db.session.execute(
        delete(ScriptDraft).where(
            ScriptDraft.campaign_id == campaign_id,
            ScriptDraft.person_id == person_id,
            ScriptDraft.place == place,
        )
    )
