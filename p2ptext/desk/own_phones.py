"""Where texts to managers' own phones hang: one hidden campaign of each organization, "Tests".

It is like any other to whatever sends, receives and proves texts, and in no list and no count. Its hours
are the widest there are, every day, and nothing but the tester's own number says where the phone may be.
"""

from sqlalchemy import select

from p2ptext.accounts.models import Membership
from p2ptext.background import settings
from p2ptext.campaigns import numbers
from p2ptext.desk import phone_changes
from p2ptext.errors import Refused
from p2ptext.extensions import cursor, db
from p2ptext.rules.fault import Fault
from p2ptext.rules.phone import Phone, hash_phone, normalize
from p2ptext.rules.zones import Evidence, zones_for

_NAME = "Tests"
_ERASED = "This number was erased here, because its owner asked for it. Use another phone."


def keep(person_id: int, organization_id: int, typed: str) -> Fault | None:
    """Note a member's own phone as they typed it; a Fault says what is wrong with it."""
    phone = normalize(typed)
    if isinstance(phone, Fault):
        return phone
    own = {number.phone for number in numbers.numbers_of(organization_id)}
    if phone.e164 in own:
        return Fault(
            "own_number", "Your organization sends from this number. Type that of your own phone."
        )
    if _was_erased(phone.e164, organization_id):
        return Fault("erased", _ERASED)
    membership = _membership(person_id, organization_id, lock=True)
    if membership.own_phone == phone.e164:
        return None
    fault = phone_changes.refuse(membership.id, organization_id)
    if fault is None:
        phone_changes.note(membership.id, changed=membership.own_phone is not None)
        membership.own_phone = phone.e164
        db.session.flush()
    return fault


def _was_erased(e164: str, organization_id: int) -> bool:
    sql = cursor()
    sql.execute(
        "SELECT 1 FROM recipient WHERE organization_id = %s AND phone_hash = %s AND phone IS NULL",
        (organization_id, hash_phone(e164, settings().phone_hash_key_for(organization_id))),
    )
    return sql.fetchone() is not None


def phone_of(person_id: int, organization_id: int) -> str | None:
    """The member's own phone, E.164; None until they said it."""
    return _membership(person_id, organization_id).own_phone


def _membership(person_id: int, organization_id: int, *, lock: bool = False) -> Membership:
    rows = select(Membership).filter_by(organization_id=organization_id, person_id=person_id)
    if lock:
        rows = rows.with_for_update(key_share=True).execution_options(populate_existing=True)
    return db.session.scalars(rows).one()


def evidence(e164: str) -> Evidence:
    """Every zone the phone may be in, as its own number tells."""
    found = normalize(e164)
    return zones_for(npa=found.npa if isinstance(found, Phone) else None)


def tests_campaign(organization_id: int, person_id: int) -> int:
    """The id of the hidden campaign; it is begun if there is none yet."""
    sql = cursor()
    sql.execute(
        """INSERT INTO campaign (organization_id, name, status, opens, closes, sunday_opens, state_hours,
             undo_s, is_tests, created_by, launched_at)
           SELECT %(org)s, CASE WHEN EXISTS (SELECT 1 FROM campaign
                                             WHERE organization_id = %(org)s AND name = %(name)s)
                                THEN %(name)s || ' ' || gen_random_uuid() ELSE %(name)s END,
             'running', '08:00', '21:00', '08:00', false, 0, true, %(person)s, p2p_now()
           ON CONFLICT (organization_id) WHERE is_tests DO NOTHING""",
        {"org": organization_id, "name": _NAME, "person": person_id},
    )
    sql.execute("SELECT id FROM campaign WHERE organization_id = %s AND is_tests", (organization_id,))
    (campaign_id,) = sql.fetchone() or (0,)
    return int(campaign_id)


def contact_of(campaign_id: int, organization_id: int, e164: str, name: str) -> int:
    """The id of the contact that this phone is in the hidden campaign. Its recipient is locked after.

    Raises Refused for a number that was erased: no press brings it back.
    """
    sql = cursor()
    sql.execute(
        """INSERT INTO recipient (organization_id, phone_hash, phone) VALUES (%s, %s, %s)
           ON CONFLICT (organization_id, phone_hash) DO UPDATE SET phone = recipient.phone
           RETURNING id, phone""",
        (organization_id, hash_phone(e164, settings().phone_hash_key_for(organization_id)), e164),
    )
    recipient_id, phone = sql.fetchone() or (0, None)
    if phone is None:
        raise Refused("erased", _ERASED)
    where = evidence(e164)
    sql.execute(
        """INSERT INTO contact (organization_id, campaign_id, recipient_id, import_id, line, first_name, fields,
             zones, zone_evidence, position)
           VALUES (%(org)s, %(campaign)s, %(recipient)s, %(list)s, 1, %(name)s,
             jsonb_build_object('first_name', %(name)s::text), %(zones)s, %(source)s, 1)
           ON CONFLICT (recipient_id, campaign_id) DO UPDATE
             SET first_name = excluded.first_name, fields = excluded.fields, zones = excluded.zones,
                 zone_evidence = excluded.zone_evidence
           RETURNING id""",
        {
            "org": organization_id,
            "campaign": campaign_id,
            "recipient": recipient_id,
            "list": _list_of(campaign_id, organization_id),
            "name": name,
            "zones": list(where.zones),
            "source": where.source,
        },
    )
    (contact_id,) = sql.fetchone() or (0,)
    return int(contact_id)


def _list_of(campaign_id: int, organization_id: int) -> int:
    """Every contact belongs to a list: the hidden campaign has an empty one, of whoever began it."""
    sql = cursor()
    sql.execute("SELECT id FROM contact_import WHERE campaign_id = %s", (campaign_id,))
    found = sql.fetchone()
    if found is None:
        sql.execute(
            """INSERT INTO contact_import (organization_id, campaign_id, file_name, stored_as, size_bytes,
                 status, zone_sets, created_by)
               SELECT %s, id, '', '', 0, 'done', '{}', created_by FROM campaign WHERE id = %s RETURNING id""",
            (organization_id, campaign_id),
        )
        found = sql.fetchone()
    return int((found or (0,))[0])
