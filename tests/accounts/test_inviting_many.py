"""Many people at once: lists of addresses, links on a wall."""

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from p2ptext.accounts import inviting_many
from p2ptext.accounts.models import AuditEvent, Invitation, JoinLink, Membership, Person
from p2ptext.audience import assigning
from p2ptext.clock import now
from p2ptext.extensions import db
from tests import factories
from tests.accounts.conftest import Visitor, link_in, read_mail, someone
from tests.accounts.test_inviting import House


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def open_invitations(house: House) -> list[str]:
    db.session.expire_all()
    rows = select(Invitation.email).filter_by(organization_id=house.org.id, cancelled_at=None)
    return list(db.session.scalars(rows.order_by(Invitation.email)))


def check(house: House, addresses: str, **more: object) -> str:
    path = f"{house.people}/invite-many"
    answer = house.manager.post(path, path, addresses=addresses, role="volunteer", **more)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def send(house: House, addresses: str, role: str = "volunteer", by: Visitor | None = None) -> int:
    path = f"{house.people}/invite-many"
    return (by or house.manager).post(f"{path}/send", path, addresses=addresses, role=role).status_code


LIST = """Nia <nia@example.org>
nobody at all
member@example.org, NIA@example.org
waiting@example.org
"Open, O." <open@example.org>
two@example.org, broken@, three@example.org"""


def fill(house: House) -> None:
    someone(house.org, email="Member@example.org")
    waits = someone(house.org, email="waiting@example.org")
    db.session.scalars(select(Membership).filter_by(person_id=waits.id)).one().status = "pending"
    db.session.commit()
    assert house.invite("open@example.org").status_code == 302


def test_the_check_page_says_what_would_become_of_each_and_sends_nothing(house: House) -> None:
    fill(house)
    page = check(house, LIST)
    rows = inviting_many.check(house.org.id, LIST).rows
    assert [(row.line, row.email, row.fate) for row in rows] == [
        (1, "nia@example.org", "new"),
        (2, "", "fault"),
        (3, "member@example.org", "member"),
        (3, "NIA@example.org", "twice"),
        (4, "waiting@example.org", "member"),
        (5, "open@example.org", "invited"),
        (6, "two@example.org", "new"),
        (6, "", "fault"),
        (6, "three@example.org", "new"),
    ]
    for words in (
        "nobody at all", inviting_many.NO_ADDRESS, "broken@", inviting_many.NOT_AN_ADDRESS,
        "waits for approval", "Has an open invitation", inviting_many.TWICE,
    ):  # fmt: skip
        assert words in page
    assert "3 people will be invited as a volunteer" in page
    assert open_invitations(house) == ["open@example.org"]


def test_a_list_becomes_invitations_with_a_mail_each(house: House) -> None:
    fill(house)
    assert send(house, LIST, "organizer") == 303
    assert open_invitations(house) == [
        "nia@example.org", "open@example.org", "three@example.org", "two@example.org",
    ]  # fmt: skip
    mails = {kept.to for kept in read_mail()}
    assert {"nia@example.org", "two@example.org", "three@example.org"} <= mails
    assert send(house, LIST, "organizer") == 303  # again: nobody is new any more
    assert len(open_invitations(house)) == 4
    events = db.session.scalars(select(AuditEvent).filter_by(action="invited_many")).all()
    assert [event.detail for event in events] == [{"role": "organizer", "people": 3}]


def test_a_file_is_read_as_well(house: House) -> None:
    raw = "name;email\r\nZoë;zoe@example.org\r\n".encode("cp1252")
    page = check(house, "", file=(io.BytesIO(raw), "people.csv"))
    assert "zoe@example.org" in page
    page = check(house, "", file=(io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(50)), "people.csv"))
    assert "This is a picture" in page


@pytest.mark.parametrize(
    ("addresses", "words"),
    [("", "Paste some addresses"), ("a@example.org," * 501, "Split it"), ("x" * 100_001, "Split")],
)
def test_an_empty_or_long_list_is_refused_in_words(house: House, addresses: str, words: str) -> None:
    assert words in check(house, addresses)


def test_hostile_words_on_a_list_are_shown_as_words(house: House) -> None:
    page = check(
        house, '<script>alert(1)</script>\n"><img src=x onerror=alert(1)>@evil.example, a@b.example'
    )
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_7_no_manager_invites_owners_and_no_organizer_anybody(house: House) -> None:
    assert send(house, "nia@example.org", "owner") == 403
    organizer = Visitor(house.app, someone(house.org, "organizer"))
    assert organizer.get(f"{house.people}/invite-many").status_code == 403
    assert open_invitations(house) == []
    assert send(house, "nia@example.org", "owner", by=house.owner) == 303


def test_60_an_organization_sends_so_many_a_day(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inviting_many, "PER_ORGANIZATION", "3 per day")
    assert send(house, "a@example.org, b@example.org") == 303
    assert send(house, "c@example.org, d@example.org") == 429
    assert open_invitations(house) == ["a@example.org", "b@example.org"]
    assert send(house, "c@example.org") == 303


def test_sending_once_more_ends_the_first_link(house: House, visitor: Visitor) -> None:
    first = house.invited()
    row = db.session.scalars(select(Invitation)).one()
    path = f"{house.people}/invitations/{row.id}/resend"
    assert house.manager.post(path, house.people).status_code == 303
    second = link_in(read_mail()[0].text)
    assert second != first
    assert visitor.get(first).status_code == 410
    assert visitor.get(second).status_code == 200
    assert house.manager.post(path, house.people).status_code == 409, "the first is over"


def test_what_ran_out_can_be_sent_again(house: House) -> None:
    house.invited()
    row = db.session.scalars(select(Invitation)).one()
    row.expires_at = now() - timedelta(minutes=1)
    db.session.commit()
    page = house.manager.get(house.people).get_data(as_text=True)
    assert "Invitations that ran out (1)" in page
    assert (
        house.manager.post(f"{house.people}/invitations/{row.id}/resend", house.people).status_code
        == 303
    )
    assert "ran out" not in house.manager.get(house.people).get_data(as_text=True)


@pytest.fixture
def link_row(house: House) -> JoinLink:
    owner = db.session.scalars(
        select(Person).join(Membership, Membership.person_id == Person.id)
    ).first()
    campaign = factories.campaign(house.org, owner, name="Vote <b>early</b>")
    with house.app.test_request_context("/"):
        row = assigning.share(
            campaign.id, house.org.id, owner.id, f"/o/{house.org.slug}/texting/{campaign.id}"
        )
    db.session.commit()
    return row


def test_a_link_on_the_wall_says_where_it_leads(
    house: House, link_row: JoinLink, visitor: Visitor
) -> None:
    page = house.manager.get(f"{house.people}/links/{link_row.id}").get_data(as_text=True)
    address = re.search(r'class="mono join-address">([^<]+)<', page)
    picture = re.search(r'src="data:image/svg\+xml[^,]*,([^"]+)"', page)
    assert address
    assert picture
    assert "Vote &lt;b&gt;early&lt;/b&gt;" in page
    joined = visitor.get(address[1].removeprefix("http://localhost")).get_data(as_text=True)
    assert f"Join {house.org.name}" in joined
    assert "Vote &lt;b&gt;early&lt;/b&gt;" in joined


def test_a_link_that_is_over_is_not_shown(house: House, link_row: JoinLink) -> None:
    path = f"{house.people}/links/{link_row.id}"
    assert house.manager.get(path).status_code == 200
    link_row.revoked_at = now()
    db.session.commit()
    assert house.manager.get(path).status_code == 404


def test_everybody_may_read_what_each_role_may(house: House) -> None:
    volunteer = Visitor(house.app, someone(house.org))
    page = volunteer.get(f"{house.people}/roles").get_data(as_text=True)
    assert "You are a volunteer here" in page
    assert "launch and pause campaigns" in page
