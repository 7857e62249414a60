"""A list comes in whole or not at all, and every row is accounted for."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from p2ptext.audience.models import Batch, Contact, RefusedRow
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from tests import factories
from tests.audience.lists import bring_in


@pytest.fixture
def campaign(committed_app: Flask) -> Campaign:
    org = factories.organization()
    made = factories.campaign(org, factories.person(org, "manager"), batch_size=2)
    db.session.commit()
    return made


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_list_becomes_contacts_and_batches(campaign: Campaign) -> None:
    done = bring_in(
        campaign,
        "Phone,First Name,State,Polling Place\n"
        "202-555-0104,Maria,OH,Grange Hall\n"
        "(614) 555-0105,José,,\n"
        "call me,Ann,OH,\n"
        "1 202 555 0104,Mary,OH,\n"
        "312.555.0106,Lee,AZ,School\n",
    )
    assert (done.status, done.rows_read, done.imported) == ("done", 5, 3)
    assert (done.duplicates, done.suppressed, done.refused) == (1, 0, 1)
    made = db.session.scalars(select(Contact).order_by(Contact.position)).all()
    assert [c.first_name for c in made] == ["Maria", "José", "Lee"]
    assert made[0].fields == {"first_name": "Maria", "state": "OH", "polling_place": "Grange Hall"}
    assert (made[0].zones, made[0].zone_evidence) == (["America/New_York"], "state")
    assert made[1].zone_evidence == "area_code"
    assert [c.line for c in made] == [2, 3, 6]
    assert count(Batch) == 2
    assert made[0].batch_id == made[1].batch_id != made[2].batch_id
    refused = db.session.scalars(select(RefusedRow)).one()
    assert (refused.line, refused.code, refused.row[1]) == (4, "letters", "Ann")
