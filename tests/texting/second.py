"""Another campaign of the same organization, with the same people on its list."""

from p2ptext.accounts.models import Organization, Person
from p2ptext.audience.models import Batch, Contact, ContactImport
from p2ptext.campaigns.models import SendingNumber
from p2ptext.extensions import db
from tests import factories
from tests.texting.scene import OURS, Scene, hold


def second_campaign(made: Scene, held: bool = True) -> Scene:
    """Another campaign of the organization with the same people, in the same volunteer's hands."""
    org, who = db.session.get_one(Organization, made.org_id), db.session.get_one(Person, made.volunteer)
    number = db.session.query(SendingNumber).filter_by(phone=OURS).one()
    campaign = factories.campaign(org, who, from_=number)
    upload = factories.add(
        ContactImport(
            organization_id=org.id, campaign_id=campaign.id, file_name="list.csv", stored_as="",
            size_bytes=0, status="done", zone_sets=["America/New_York"], created_by=who.id,
        )
    )  # fmt: skip
    batch = factories.add(Batch(organization_id=org.id, campaign_id=campaign.id, position=0))
    rows = [
        factories.add(
            Contact(
                organization_id=org.id, campaign_id=campaign.id, import_id=upload.id, line=place,
                recipient_id=db.session.get_one(Contact, known).recipient_id, first_name="Maria",
                fields={"first_name": "Maria"}, zones=["America/New_York"], zone_evidence="zip",
                batch_id=batch.id, position=place,
            )
        )
        for place, known in enumerate(made.contacts)
    ]  # fmt: skip
    if held:
        hold(batch.id, who)
    other = Scene(
        made.app, made.org, made.org_id, made.volunteer, campaign.id, [row.id for row in rows],
        made.browser, made.csrf, made.carrier,
    )  # fmt: skip
    db.session.commit()
    return other


def set_caps(made: Scene, first_texts: int, texts: int) -> None:
    org = db.session.get_one(Organization, made.org_id)
    org.first_texts_a_day, org.texts_a_day = first_texts, texts
    db.session.commit()
