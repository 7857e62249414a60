"""What the texting screen needs: the batch in hand, its cards, and the state of things in words."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from p2ptext.audience import batching, handing_out, setting_aside
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import cursor
from p2ptext.texting import (
    cards,
    clicking,
    frequency,
    in_review,
    pacing,
    practising,
    sending,
    shift_outlook,
    why_not,
)

LONGEST_AGE_MS = 60_000
"""A gesture older than this is not delivered late: the page drops it after a minute."""


def find_campaign(organization_id: int, campaign_id: int) -> dict[str, Any]:
    """The campaign with its script. Raises NotFound when it is absent, another's or still a draft."""
    sql = cursor()
    sql.row_factory = dict_row
    sql.execute(
        f"""SELECT a.id, a.name, a.status AS campaign_status, a.paused_because, a.pause_words,
                  a.opens, a.closes, a.sunday_opens, a.state_hours, {clicking.DATES}, a.undo_s,
                  a.plain_typography,
                  v.id AS version_id, {cards.FIRST_TEXTS} AS document,
                  p2p_now() AS now
           FROM campaign a JOIN script_version v ON v.id = a.script_version_id
           WHERE a.id = %s AND a.organization_id = %s AND a.status <> 'draft'""",
        (campaign_id, organization_id),
    )
    row = sql.fetchone()
    if row is None:
        raise NotFound
    return dict(row)


def take(organization_id: int, campaign_id: int, person_id: int) -> tuple[int | None, str]:
    """Give this person a batch of the campaign; its id, or None and why there is none, in words.

    Raises NotFound, and Refused when they hold enough of others or have to practise first.
    """
    campaign = find_campaign(organization_id, campaign_id)
    if held_batch(organization_id, campaign_id, person_id) is None:
        practising.check(organization_id, person_id)
    outlook = pacing.outlook(campaign_id)
    if outlook.opens_at is not None and campaign["campaign_status"] == "running":
        return None, outlook.words
    needs = why_not.shown_leaves_by(campaign, outlook.delay_s) - campaign["now"]
    batch_id = handing_out.hand_out(
        campaign_id,
        person_id,
        needs_s=needs.total_seconds(),
        fits=f"{frequency.FIRST_TEXT_FITS} AND NOT {in_review.HOLDS}",
    )
    return batch_id, "" if batch_id else handing_out.left_of(campaign_id, person_id).words


def held_batch(organization_id: int, campaign_id: int, person_id: int) -> int | None:
    """The batch this person has in hand in this campaign, if its lease is running."""
    sql = cursor()
    sql.execute(
        """SELECT id FROM batch WHERE organization_id = %s AND campaign_id = %s AND person_id = %s
             AND state = 'leased' AND leased_until > p2p_now()""",
        (organization_id, campaign_id, person_id),
    )
    row = sql.fetchone()
    return None if row is None else int(row[0])


def _state(
    organization_id: int, campaign_id: int, batch_id: int | None
) -> tuple[str, str, dict[str, Any]]:
    """A code and words for what the screen says, and the campaign."""
    campaign = find_campaign(organization_id, campaign_id)
    if campaign["campaign_status"] == "paused":
        words = clicking.paused_words(campaign["paused_because"], campaign["pause_words"])
        return "paused", words, campaign
    if campaign["campaign_status"] == "archived":
        return "archived", "This campaign is over. Thank you.", campaign
    if batch_id is None:
        return "no_batch", "Take a batch and the first card appears here.", campaign
    return "ready", "", campaign


def deck(organization_id: int, campaign_id: int, person_id: int, texting_name: str) -> dict[str, Any]:
    """Everything the screen shows, ready to become JSON.

    Contacts whose card cannot be written are set aside, so that the batch can be finished.
    """
    batch_id = held_batch(organization_id, campaign_id, person_id)
    code, words, campaign = _state(organization_id, campaign_id, batch_id)
    answer: dict[str, Any] = {
        "campaign": {"id": campaign["id"], "name": campaign["name"]},
        "now": campaign["now"].isoformat(),
        "progress": {"sent": 0, "total": 0},
        "closes_at": None,
        "minutes_left": None,
        "cards": [],
        "state": code,
        "words": words,
        "opens_at": None,
        "held_back": {},
    }
    if batch_id is None:
        if code == "no_batch":
            answer |= _without_batch(campaign_id, person_id)
        return answer
    found = cards.deck(
        organization_id,
        batch_id,
        person_id,
        sending.script_of(campaign, texting_name),
        campaign,
    )
    answer["progress"] = {"sent": found.sent, "total": found.total}
    if code == "ready":
        if found.missing:
            setting_aside.set_aside(found.missing)
        answer["held_back"] = dict(found.held_back)
        answer |= _with_cards(found, campaign["now"]) or _finished(
            organization_id, found.sent, campaign_id, person_id
        )
    return answer


def _without_batch(campaign_id: int, person_id: int) -> dict[str, str]:
    left = handing_out.left_of(campaign_id, person_id)
    if left.nothing:
        return {"state": "list_finished", "words": left.words}
    if left.ask_a_manager:
        return {"words": left.words}
    return {}


def _with_cards(found: cards.Deck, now: datetime) -> dict[str, Any]:
    if found.cards and found.closes_at is not None:
        return {
            "cards": [asdict(card) for card in found.cards],
            "closes_at": found.closes_at.isoformat(),
            "minutes_left": int((found.closes_at - now).total_seconds() // 60),
        }
    if found.why_none is not None:
        why = found.why_none
        opens = why.opens_at.isoformat() if why.opens_at else None
        return {"state": why.code, "words": why.words, "opens_at": opens}
    return {}


def _finished(organization_id: int, sent: int, campaign_id: int, person_id: int) -> dict[str, str]:
    """The batch is done: whether there is another one for this person."""
    left = handing_out.left_of(campaign_id, person_id)
    if left.inside and (left.reserved or (left.free and left.anyone)):
        outlook = shift_outlook.in_words(organization_id, campaign_id, person_id)
        words = f"{sent} sent. This batch is finished. {outlook}".rstrip()
        return {"state": "batch_finished", "words": words}
    if left.free:
        return {"state": "list_finished", "words": f"{sent} sent. Ask a manager for more cards."}
    words = f"{sent} sent. Everybody else on this list has been texted, or is with other volunteers."
    return {"state": "list_finished", "words": words}


def same_card(
    organization_id: int, campaign_id: int, person_id: int, texting_name: str, token: str
) -> cards.Card | None:
    """The present card for the contact of an outdated one; None when it cannot be texted now."""
    claims = cards.read_token(token)
    batch_id = held_batch(organization_id, campaign_id, person_id)
    if batch_id is None or claims.person_id != person_id:
        return None
    campaign = find_campaign(organization_id, campaign_id)
    found = cards.deck(
        organization_id,
        batch_id,
        person_id,
        sending.script_of(campaign, texting_name),
        campaign,
    )
    wanted = f"{claims.contact_id}:{claims.round}"
    return next((card for card in found.cards if card.id == wanted), None)


def skip(organization_id: int, campaign_id: int, person_id: int, token: str) -> None:
    """Pass a card on. Raises NotFound unless its batch is in this person's hands."""
    claims = cards.read_token(token)
    if (claims.organization_id, claims.person_id) != (organization_id, person_id):
        raise NotFound
    batch_id = held_batch(organization_id, campaign_id, person_id)
    if batch_id is None:
        raise Refused(
            "not_yours", "This card went back to the others while you were away. Take new ones."
        )
    batching.skip(claims.contact_id, person_id)


def age(value: object) -> int:
    """Milliseconds between gesture and request as the page measured them. Raises Refused when too old."""
    try:
        milliseconds = int(str(value))
    except ValueError:
        raise Refused("bad_request", "Reload the page and try again.", 400) from None
    if milliseconds > LONGEST_AGE_MS:
        raise Refused("click_expired", "That tap is more than a minute old, so nothing was sent.")
    return max(0, milliseconds)


def row_id(value: object) -> int:
    """A row's number from a request. Raises NotFound for anything else."""
    try:
        return int(str(value))
    except ValueError:
        raise NotFound from None
