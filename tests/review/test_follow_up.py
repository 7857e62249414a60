"""A follow-up list is a list like every other: its columns, its consent, and who is not on it."""

import json
from datetime import date

from flask import Flask
from sqlalchemy import select, text

from p2ptext.accounts.models import Person
from p2ptext.audience import erasing, forecasting, importing
from p2ptext.audience import jobs as list_jobs
from p2ptext.audience.models import Contact, ContactImport, Recipient
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from p2ptext.review.models import ReviewDeed
from p2ptext.texting.stopping import stop
from tests import factories
from tests.conversations.evening import Browsing, Evening, evening, reply
from tests.conversations.test_surveying import write_script
from tests.review.deeds_by_hand import STEPS, begin, do, shown


def manager(made: Evening) -> Browsing:
    """Olga runs campaigns."""
    db.session.execute(
        text("UPDATE membership SET role = 'manager' WHERE person_id = :id"), {"id": made.people["olga"]}
    )
    db.session.commit()
    return made.browser("olga")


def ground(app: Flask) -> Evening:
    """Six people with a column of their list; two answered, one opted out, one wrote a wrong number."""
    made = evening(
        app, waiting=6, fields={"first_name": "Maria", "zip": "43215", "polling_place": "Oak, “1”"}
    )
    write_script(made.campaign, STEPS)
    db.session.execute(
        text(
            "UPDATE contact_import SET consent_source = 'Fair', consent_date = '2026-05-01', "
            "consent_basis = 'opted_in'"
        )
    )
    first, second, third, fourth, *_ = made.talks
    for talk, answer in ((first, "a1"), (second, "a2")):
        contact = made.talk(talk).contact_id
        db.session.execute(
            text(
                """INSERT INTO survey_answer (organization_id, campaign_id, contact_id, step_key, answer_key,
                     script_version_id, person_id)
                   SELECT organization_id, campaign_id, :contact, 's1', :answer,
                     (SELECT script_version_id FROM campaign WHERE id = campaign_id), :person
                   FROM contact WHERE id = :contact"""
            ),
            {"contact": contact, "answer": answer, "person": made.people["amy"]},
        )
    db.session.execute(
        text("UPDATE conversation SET closed_reason = 'wrong_number' WHERE id = :id"), {"id": fourth}
    )
    db.session.commit()
    with transaction():
        stop(made.talk(third).recipient_id, "their own words", None)
    return made


def test_the_list_goes_the_way_of_every_list(committed_app: Flask) -> None:
    made = ground(committed_app)
    olga = manager(made)
    place = begin(olga, "list", campaign=str(made.campaign))
    assert olga.post(f"{place}/details", script=False, campaign="new").status_code == 422
    olga.post(f"{place}/details", script=False, campaign="new", name="Call them back")
    page = olga.get(place).get_data(as_text=True)
    assert "Make a list of the people of 4 conversations?" in page
    page = do(olga, place)
    assert "A list of 4 conversations is made." in page
    deed = db.session.scalars(select(ReviewDeed)).one()
    assert deed.left_out == {"opted_out": 1, "wrong_number": 1}
    campaign = db.session.scalars(select(Campaign).filter_by(name="Call them back")).one()
    made_list = db.session.scalars(select(ContactImport).filter_by(campaign_id=campaign.id)).one()
    assert (campaign.status, made_list.status) == ("draft", "uploaded")
    assert (made_list.consent_source, made_list.consent_date, made_list.consent_basis) == (
        "Follow-up: Fair",
        date(2026, 5, 1),
        "opted_in",
    )
    assert made_list.made_from == {
        "review_deed": deed.id,
        "filter": {"campaign": str(made.campaign)},
        "picked": False,
    }
    assert db.session.scalars(select(Contact).filter_by(campaign_id=campaign.id)).all() == []
    list_id, campaign_id = made_list.id, campaign.id
    list_jobs.check_list(list_id)
    with transaction():
        row = importing.confirm(list_id, made.org_id, made.people["olga"])
        assert row.column_map.keys() == {
            "phone",
            "first_name",
            "last_name",
            "zip",
            "polling_place",
            "answer_will_you_vote",
        }
    list_jobs.complete(list_id)
    done = db.session.get_one(ContactImport, list_id, populate_existing=True)
    assert (done.status, done.imported, done.refused, done.suppressed, done.duplicates) == (
        "done",
        4,
        0,
        0,
        0,
    )
    people = db.session.scalars(select(Contact).filter_by(campaign_id=campaign_id)).all()
    assert all(one.first_name == one.fields.pop("first_name") for one in people)
    fields = sorted(json.dumps(one.fields, sort_keys=True) for one in people)
    same = {"zip": "43215", "polling_place": "Oak, “1”"}
    assert fields == sorted(
        json.dumps(same | more, sort_keys=True)
        for more in ({"answer_will_you_vote": "Yes"}, {"answer_will_you_vote": "No"}, {}, {})
    )
    assert {one.recipient_id for one in people} == {
        made.talk(made.talks[n]).recipient_id for n in (0, 1, 4, 5)
    }


def checked_list(made: Evening, olga: Browsing) -> int:
    """A list of everybody in the campaign, made and checked."""
    place = begin(olga, "list", campaign=str(made.campaign))
    olga.post(f"{place}/details", script=False, campaign="new", name="Call them back")
    do(olga, place)
    (list_id,) = db.session.scalars(select(ReviewDeed)).one().result["lists"]
    list_jobs.check_list(list_id)
    return int(list_id)


def test_whoever_stops_after_the_list_was_made_does_not_come_in(committed_app: Flask) -> None:
    made = ground(committed_app)
    olga = manager(made)
    list_id = checked_list(made, olga)
    with transaction():
        stop(made.talk(made.talks[0]).recipient_id, "their own words", None)
    with transaction():
        importing.confirm(list_id, made.org_id, made.people["olga"])
    list_jobs.complete(list_id)
    done = db.session.get_one(ContactImport, list_id, populate_existing=True)
    assert (done.imported, done.suppressed) == (3, 1)


def test_whoever_is_erased_after_the_list_was_made_does_not_come_back(committed_app: Flask) -> None:
    """Nor when their number is known again for another reason: what our file says of them is erased."""
    made = ground(committed_app)
    olga = manager(made)
    list_id = checked_list(made, olga)
    erased, back_again = (made.talk(made.talks[n]).recipient_id for n in (0, 1))
    with transaction():
        phone = db.session.get_one(Recipient, back_again).phone
        for recipient_id in (erased, back_again):
            assert erasing.erase(recipient_id, "asked by mail", made.people["olga"])
        db.session.get_one(Recipient, back_again, populate_existing=True).phone = phone
    with transaction():
        row = importing.confirm(list_id, made.org_id, made.people["olga"])
        assert (
            forecasting.forecast(row, db.session.get_one(Campaign, row.campaign_id))["suppressed"] == 2
        )
    list_jobs.complete(list_id)
    done = db.session.get_one(ContactImport, list_id, populate_existing=True)
    assert (done.imported, done.suppressed, done.duplicates) == (2, 2, 0)
    here = set(db.session.scalars(select(Contact.recipient_id).filter_by(campaign_id=done.campaign_id)))
    assert here == {made.talk(made.talks[n]).recipient_id for n in (4, 5)}
    assert db.session.get_one(Recipient, erased, populate_existing=True).phone is None


def test_two_reasons_make_two_lists(app: Flask) -> None:
    """Nobody stands under another's consent."""
    made = ground(app)
    by = db.session.get_one(Person, made.people["amy"])
    campaign = db.session.get_one(Campaign, made.campaign)
    (contact,) = factories.contacts(campaign, by, ["+16145550199"])
    members = db.session.get_one(ContactImport, contact.import_id)
    members.consent_source, members.consent_basis = "Members", "member"
    reply(contact, campaign, by)
    db.session.commit()
    olga = manager(made)
    place = begin(olga, "list", campaign=str(made.campaign))
    olga.post(f"{place}/details", script=False, campaign="new", name="Call them back")
    assert "There are 2 lists" in do(olga, place)
    found = db.session.execute(
        select(ContactImport.consent_basis, ContactImport.consent_source)
        .where(ContactImport.made_from.is_not(None))
        .order_by(ContactImport.consent_basis)
    ).all()
    assert [tuple(one) for one in found] == [
        ("member", "Follow-up: Members"),
        ("opted_in", "Follow-up: Fair"),
    ]


def test_somebody_with_two_conversations_is_one_row(app: Flask) -> None:
    made = evening(app, waiting=2)
    twin, other = made.talk(made.talks[0]), made.talk(made.talks[1])
    other.recipient_id = twin.recipient_id
    db.session.commit()
    olga = manager(made)
    place = begin(olga, "list", *made.talks)
    olga.post(f"{place}/details", script=False, campaign="new", name="Once")
    assert shown(olga, place)["number"] == "1"
    do(olga, place)
    assert db.session.scalars(select(ReviewDeed)).one().left_out == {"twice": 1}


def test_a_launched_campaign_takes_none(app: Flask) -> None:
    made = evening(app, waiting=1)
    olga = manager(made)
    draft = factories.add(
        Campaign(organization_id=made.org_id, name="Draft", created_by=made.people["olga"])
    )
    draft_id = draft.id
    db.session.commit()
    place = begin(olga, "list", *made.talks)
    bad = olga.post(f"{place}/details", script=False, campaign=str(made.campaign))
    assert bad.status_code == 422
    olga.post(f"{place}/details", script=False, campaign=str(draft_id))
    db.session.execute(text("UPDATE campaign SET status = 'running' WHERE id = :id"), {"id": draft_id})
    db.session.commit()
    assert "The campaign was launched meanwhile." in do(olga, place)
    assert db.session.scalars(select(ContactImport).filter_by(campaign_id=draft_id)).all() == []
