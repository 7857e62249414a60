"""What the check of a list promises is what the import then does, and what rendering everything finds."""

import itertools
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import insert

from p2ptext.accounts.models import Organization, Person
from p2ptext.audience import forecasting, importing, preflight
from p2ptext.audience.models import Contact, ContactImport, RefusedRow, incoming_row
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.errors import Refused
from p2ptext.extensions import db
from p2ptext.rules import script, sms_text
from p2ptext.rules.states import CONTIGUOUS_US
from tests import factories
from tests.audience.lists import check, decide

PHONES = [f"+1202555{line:04d}" for line in range(100, 150)]
MESSAGE = "Hi {first_name}, this is {volunteer_name}. Reply STOP to opt out."
COLUMNS = {
    name: {"column": place, "header": name}
    for place, name in enumerate(("phone", "first_name", "state", "town"))
}
EASTERN, CENTRAL = "America/New_York", "America/Chicago"


@pytest.fixture
def manager(org: Organization) -> Person:
    return factories.person(org, "manager")


@pytest.fixture
def campaign(org: Organization, manager: Person) -> Campaign:
    return factories.campaign(org, manager, first=MESSAGE)


def staged(campaign: Campaign, rows: list[dict[str, Any]]) -> ContactImport:
    """A checked list with these rows; what is not said of a row is ordinary."""
    row = ContactImport(
        organization_id=campaign.organization_id,
        campaign_id=campaign.id,
        file_name="list.csv",
        stored_as="",
        size_bytes=0,
        status="checked",
        staged=len(rows),
        column_map=COLUMNS,
        created_by=campaign.created_by,
    )
    factories.add(row)
    lines = itertools.count(2)
    made = []
    for given_row in rows:
        phone = given_row.get("phone", PHONES[len(made) % len(PHONES)])
        fields = given_row.get("fields", {"first_name": "Maria"})
        made.append(
            {
                "import_id": row.id,
                "line": given_row.get("line") or next(lines),
                "phone": phone,
                "phone_hash": factories.hash_for(campaign.organization_id, phone),
                "person_key": given_row.get("person_key", ""),
                "household": None,
                "first_name": fields.get("first_name", ""),
                "fields": fields,
                "zones": given_row.get("zones", [EASTERN]),
                "zone_evidence": given_row.get("zone_evidence", "zip"),
            }
        )
    if made:
        db.session.execute(insert(incoming_row), made)
    return row


def known(campaign: Campaign, phone: str, *, here: bool = False, **values: Any) -> None:
    """A recipient the organization knows; `here` makes them a contact of the campaign."""
    recipient = factories.recipient(db.session.get_one(Organization, campaign.organization_id), phone)
    for name, value in values.items():
        setattr(recipient, name, value)
    if here:
        upload = staged(campaign, [])
        upload.status, upload.zone_sets = "done", []
        db.session.flush()
        factories.add(
            Contact(
                organization_id=campaign.organization_id,
                campaign_id=campaign.id,
                recipient_id=recipient.id,
                import_id=upload.id,
                line=2,
                fields={"first_name": "Ana"},
                zones=[EASTERN],
                zone_evidence="zip",
                position=0,
            )
        )
    db.session.flush()


def test_each_row_is_counted_once(campaign: Campaign) -> None:
    suppressed, here, both, texted, fresh = PHONES[:5]
    known(campaign, suppressed, suppressed_at=now())
    known(campaign, here, here=True)
    known(campaign, both, here=True, suppressed_at=now())
    known(campaign, texted, last_texted_at=now() - timedelta(days=29))
    row = staged(
        campaign,
        [
            {"phone": suppressed},
            {"phone": suppressed},
            {"phone": here},
            {"phone": here, "person_key": "ana lee"},
            {"phone": both},
            {"phone": texted},
            {"phone": fresh, "person_key": "maria lee"},
            {"phone": fresh, "person_key": "maria lee"},
            {"phone": fresh},
            {"phone": fresh, "person_key": "juan lee"},
        ],
    )
    found = forecasting.forecast(row, campaign)
    assert {name: found[name] for name in ("good", "suppressed", "already_here")} == {
        "good": 2,
        "suppressed": 2,
        "already_here": 1,
    }
    assert (found["same_person"], found["household"]) == (4, 1)
    assert found["recent"] == {"days": 30, "count": 1}


def test_only_this_list_is_counted(campaign: Campaign, org: Organization, manager: Person) -> None:
    elsewhere = factories.campaign(org, manager)
    staged(elsewhere, [{}, {}, {}])
    known(elsewhere, PHONES[0], here=True)
    other = factories.organization()
    strangers = factories.campaign(other, factories.person(other, "manager"))
    known(strangers, PHONES[1], suppressed_at=now(), last_texted_at=now())
    found = forecasting.forecast(staged(campaign, [{}, {}]), campaign)
    assert (found["good"], found["recent"]["count"]) == (2, 0)


def test_the_reasons_of_refused_rows_are_counted(campaign: Campaign) -> None:
    row = staged(campaign, [{}])
    for line, code in enumerate(("missing", "too_short", "missing"), 3):
        factories.add(
            RefusedRow(
                organization_id=row.organization_id,
                import_id=row.id,
                line=line,
                code=code,
                words=f"It is {code}.",
                row=["x"],
            )
        )
    assert forecasting.forecast(row, campaign)["refused"] == [
        {"code": "missing", "words": "It is missing.", "count": 2},
        {"code": "too_short", "words": "It is too_short.", "count": 1},
    ]


def test_zones_and_states_are_shown_largest_first_and_few(campaign: Campaign) -> None:
    states = ["OH", "Ohio", "ohio", "TX", "TX", "Oz", None, "NY", "CA", "NV", "UT", "WA", "OR", "ID"]
    states += ["MT", "WY", "ND"]
    rows: list[dict[str, Any]] = [{"fields": {"state": state} if state else {}} for state in states]
    for at, zones in enumerate([[CENTRAL], [CENTRAL, EASTERN], ["Pacific/Honolulu"], ["Asia/Tokyo"]]):
        rows[at] |= {"zones": zones, "zone_evidence": "state"}
    rows[4] |= {"zones": list(CONTIGUOUS_US), "zone_evidence": "nothing"}
    found = forecasting.forecast(staged(campaign, rows), campaign)
    assert found["zones"] == [
        {"label": "Eastern", "count": 12},
        {"label": "Anywhere on the mainland", "count": 1},
        {"label": "Central", "count": 1},
        {"label": "Eastern or Central", "count": 1},
        {"label": "Hawaii", "count": 1},
        {"label": "Tokyo", "count": 1},
    ]
    assert found["states"][:3] == [
        {"label": "OH", "count": 3},
        {"label": "TX", "count": 2},
        {"label": "CA", "count": 1},
    ]
    assert found["states"][-2:] == [{"label": "Others", "count": 3}, {"label": "Not given", "count": 1}]
    assert len(found["states"]) == 12
    assert sum(one["count"] for one in found["states"]) == len(rows)
    assert found["no_zone"] == 1
    assert found["evidence"] == [
        {"label": "ZIP code", "count": 12},
        {"label": "State", "count": 4},
        {"label": "Nothing", "count": 1},
    ]


def test_a_list_without_states_has_no_chart_of_them(campaign: Campaign) -> None:
    assert forecasting.forecast(staged(campaign, [{}]), campaign)["states"] == []


def test_a_list_nobody_of_which_is_good(campaign: Campaign) -> None:
    known(campaign, PHONES[0], suppressed_at=now())
    found = forecasting.forecast(staged(campaign, [{"phone": PHONES[0]}]), campaign)
    assert (found["good"], found["zones"], found["longest"], found["blank"]) == (0, [], None, [])


def test_the_message_is_tried_on_good_rows_only(campaign: Campaign) -> None:
    known(campaign, PHONES[0], here=True)
    row = staged(
        campaign,
        [
            {"phone": PHONES[0], "fields": {"first_name": "x" * 600}},
            {"phone": PHONES[1], "fields": {"first_name": "Maria"}},
            {"phone": PHONES[2], "fields": {"first_name": "Ed"}},
            {"phone": PHONES[3], "fields": {}},
        ],
    )
    found = forecasting.forecast(row, campaign)
    text = "Hi Maria, this is Amy. Reply STOP to opt out."
    assert found["longest"] == {
        "line": 3,
        "text": text,
        "segments": 1,
        "encoding": "GSM-7",
        "units": len(text),
    }
    assert found["blank"] == [{"field": "first_name", "count": 1}]
    assert found["no_message"] is False


def test_a_field_no_column_supplies_is_missing_for_everybody(org: Organization, manager: Person) -> None:
    campaign = factories.campaign(org, manager, first="Hi {nickname}, {town|neighbor}. STOP")
    found = forecasting.forecast(staged(campaign, [{}, {}]), campaign)
    assert found["blank"] == [{"field": "nickname", "count": 2}]
    assert found["longest"] is None


def test_without_a_message_nothing_is_rendered(org: Organization, manager: Person) -> None:
    campaign = factories.campaign(org, manager, first="")
    found = forecasting.forecast(staged(campaign, [{}]), campaign)
    assert (found["no_message"], found["longest"], found["blank"]) == (True, None, [])


rows_of_lists = st.lists(
    st.fixed_dictionaries(
        {
            "phone": st.sampled_from(PHONES[:6]),
            "person_key": st.sampled_from(["", "maria lee", "juan lee"]),
            "fields": st.fixed_dictionaries(
                {},
                optional={
                    "first_name": st.sampled_from(["Maria", "José", "Zoë", "Ed"]),
                    "state": st.sampled_from(["OH", "ohio", "Oz"]),
                    "town": st.sampled_from(["Dayton", "x" * 140, "Española"]),
                },
            ),
            "zones": st.sampled_from([[EASTERN], [CENTRAL], [CENTRAL, EASTERN]]),
            "zone_evidence": st.sampled_from(["zip", "nothing"]),
        }
    ),
    max_size=9,
)
known_before = st.dictionaries(
    st.sampled_from(PHONES[:6]),
    st.fixed_dictionaries(
        {"here": st.booleans(), "suppressed": st.booleans(), "days": st.sampled_from([None, 2, 40])}
    ),
    max_size=4,
)


@given(
    rows_of_lists,
    known_before,
    st.randoms(use_true_random=False),
    st.sampled_from([MESSAGE, "{town} {first_name|you}"]),
)
@hypothesis_settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_forecast_is_what_the_import_then_does(
    org: Organization,
    manager: Person,
    rows: list[dict[str, Any]],
    before: dict[str, Any],
    random: Any,
    text: str,
) -> None:
    lines = list(range(2, len(rows) + 2))
    random.shuffle(lines)
    for given_row, line in zip(rows, lines, strict=True):
        given_row["line"] = line
    with db.session.begin_nested() as attempt:
        campaign = factories.campaign(org, manager, first=text, from_=factories.number(org))
        for phone, facts in before.items():
            texted = facts["days"] and now() - timedelta(days=facts["days"])
            suppressed = now() if facts["suppressed"] else None
            known(campaign, phone, here=facts["here"], suppressed_at=suppressed, last_texted_at=texted)
        row = staged(campaign, rows)
        found = forecasting.forecast(row, campaign)
        against = [one.code for one in forecasting.stands_against(row, campaign)]
        importing.make_recipients(row)
        importing.sort_out(row)
        done = (row.imported, row.duplicates, row.households, row.suppressed)
        attempt.rollback()
    duplicates = found["same_person"] + found["household"] + found["already_here"]
    assert (found["good"], duplicates, found["household"], found["suppressed"]) == done
    assert sum(done[:2]) + done[3] == len(rows)
    _check_good_rows(found, _good(rows, before), before, text)
    assert against == (["blank_value"] if found["blank"] else []) + (
        ["too_long"]
        if found["longest"] and found["longest"]["segments"] > preflight.MOST_SEGMENTS
        else []
    )


def _good(rows: list[dict[str, Any]], before: dict[str, Any]) -> list[dict[str, Any]]:
    """By going through the rows one after the other."""
    seen: set[str] = set()
    good = []
    for row in sorted(rows, key=lambda one: one["line"]):
        facts = before.get(row["phone"], {"here": False, "suppressed": False})
        if row["phone"] not in seen and not facts["here"] and not facts["suppressed"]:
            good.append(row)
        seen.add(row["phone"])
    return good


def _check_good_rows(
    found: dict[str, Any], good: list[dict[str, Any]], before: dict[str, Any], text: str
) -> None:
    recent = [row for row in good if before.get(row["phone"], {}).get("days") == 2]
    assert found["recent"]["count"] == len(recent)
    assert found["no_zone"] == sum(row["zone_evidence"] == "nothing" for row in good)
    assert sum(one["count"] for one in found["zones"]) == len(good)
    states = Counter(row["fields"].get("state") for row in good)
    if states["OH"] + states["ohio"]:
        assert {"label": "OH", "count": states["OH"] + states["ohio"]} in found["states"]
        assert sum(one["count"] for one in found["states"]) == len(good)
    sizes, blank = [], 0
    for row in good:
        try:
            values = {**row["fields"], "volunteer_name": "Amy"}
            count = sms_text.count(script.render(text, values, plain=True))
            sizes.append((count.segments, count.units))
        except script.MissingField:
            blank += 1
    longest = found["longest"]
    assert (longest and (longest["segments"], longest["units"])) == max(sizes, default=None)
    assert sum(one["count"] for one in found["blank"]) == blank


def test_a_running_campaign_takes_no_list_whose_cards_cannot_be_sent(
    campaign: Campaign, manager: Person
) -> None:
    row = staged(campaign, [{}, {"fields": {}}, {"fields": {}}])
    decide = (row.id, campaign.organization_id, manager.id)
    with pytest.raises(Refused, match=r"2 contacts have no \{first_name\}") as refused:
        importing.confirm(*decide)
    assert refused.value.code == "cannot_be_sent"
    assert row.status == "checked"
    assert forecasting.stands_against(row, campaign)[0].samples == [
        "line 3 of list.csv",
        "line 4 of list.csv",
    ]
    writing.save_wordings(campaign, [MESSAGE.replace("name}", "name|there}")], manager.id)
    assert importing.confirm(*decide).status == "waiting"


def test_a_paused_campaign_takes_no_list_with_a_text_too_long(
    campaign: Campaign, manager: Person
) -> None:
    campaign.status = "paused"
    row = staged(campaign, [{"fields": {"first_name": "x" * 500}}])
    with pytest.raises(Refused, match="needs 4 segments"):
        importing.confirm(row.id, campaign.organization_id, manager.id)


def test_a_draft_takes_any_list_for_it_is_checked_before_its_launch(
    campaign: Campaign, manager: Person
) -> None:
    campaign.status = "draft"
    row = staged(campaign, [{"fields": {}}])
    assert importing.confirm(row.id, campaign.organization_id, manager.id).status == "waiting"


def test_a_file_is_forecast_by_its_check_and_comes_in_as_forecast(committed_app: Flask) -> None:
    org = factories.organization()
    campaign = factories.campaign(org, factories.person(org, "manager"), first=MESSAGE)
    db.session.commit()
    row = check(
        campaign,
        "Phone,First Name,Last Name,State\n"
        "202-555-0104,Maria,Lee,OH\n"
        "202-555-0105,José,Lee,Texas\n"
        "call me,Ann,Lee,OH\n"
        "1 202 555 0104,Maria,Lee,OH\n"
        "202.555.0105,Ana,Lee,TX\n",
    )
    found = row.forecast
    assert (found["good"], found["same_person"], found["household"]) == (2, 1, 1)
    assert found["states"] == [{"label": "OH", "count": 1}, {"label": "TX", "count": 1}]
    assert [reason["code"] for reason in found["refused"]] == ["letters"]
    assert found["longest"]["text"] == "Hi Maria, this is Amy. Reply STOP to opt out."
    done = decide(campaign, row)
    assert (done.status, done.imported, done.duplicates, done.households) == ("done", 2, 2, 1)
