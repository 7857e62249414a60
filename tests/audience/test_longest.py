"""The longest text and the missing values are those that rendering every text for everybody finds."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import insert

from p2ptext.accounts.models import Membership, Organization, Person
from p2ptext.audience.longest import (
    Measures,
    longest_text,
    measure,
    people_of,
    signing_names,
)
from p2ptext.audience.merging import merge_values
from p2ptext.audience.models import Contact, ContactImport, Recipient
from p2ptext.audience.sizing import Bounds, Group, Layout
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from p2ptext.rules import script, sms_text
from p2ptext.rules.cells import clean
from tests import factories

PHONES = [f"+1202555{line:04d}" for line in range(100, 108)]
COLUMNS = {name: {"column": place, "header": name} for place, name in enumerate(("a", "b", "c"))}
SIGNS = "xy éíïΔ,.`^[€…’–“\u00a0\u00ad\u200b\u200c\u200d🚀👩ü\u3000\u2800ไ"


@pytest.fixture
def manager(org: Organization) -> Person:
    return factories.person(org, "manager")


@pytest.fixture
def crowd(org: Organization) -> list[Recipient]:
    return [factories.recipient(org, phone) for phone in PHONES]


def campaign_with(
    org: Organization, by: Person, crowd: list[Recipient], rows: list[dict[str, str]], **values: Any
) -> Campaign:
    """A campaign with a contact for each of these rows."""
    made = factories.campaign(org, by, from_=factories.number(org, f"+1614555{100 + len(rows):04d}"))
    upload = factories.add(
        ContactImport(
            organization_id=org.id,
            campaign_id=made.id,
            file_name="list.csv",
            stored_as="",
            size_bytes=0,
            status="done",
            zone_sets=[],
            created_by=by.id,
            column_map=COLUMNS,
        )
    )
    contacts = [
        {
            "organization_id": org.id,
            "campaign_id": made.id,
            "recipient_id": recipient.id,
            "import_id": upload.id,
            "line": place + 2,
            "fields": row,
            "zones": ["America/New_York"],
            "zone_evidence": "zip",
            "position": place,
        }
        | values
        for place, (recipient, row) in enumerate(zip(crowd, rows, strict=False))
    ]
    if contacts:
        db.session.execute(insert(Contact), contacts)
    return made


def by_rendering(
    texts: list[str], rows: list[dict[str, str]], names: list[str], plain: bool
) -> tuple[tuple[int, int] | None, dict[str, int]]:
    """The same by rendering every text with every name for every row."""
    sizes = []
    blank: dict[str, int] = {}
    for text in texts:
        for row in rows:
            for name in names:
                try:
                    count = sms_text.count(script.render(text, merge_values(row, name), plain=plain))
                    sizes.append((count.segments, count.units))
                except script.MissingField:
                    pass
    needed = {name for text in texts for name in script.fields_in(text) if f"{{{name}}}" in text}
    for name in needed - {"volunteer_name"}:
        count_of = sum(name not in row for row in rows)
        if count_of:
            blank[name] = count_of
    return max(sizes, default=None), blank


def size_of(found: Measures) -> tuple[int, int] | None:
    return found.longest.size if found.longest else None


signs = st.text(st.sampled_from(SIGNS), max_size=12)
lengths = st.sampled_from([0, 0, 0, 1, 30, 60, 66, 67, 68, 130, 140, 147, 152, 153, 154, 295, 450])
values = st.builds(
    lambda before, letter, times, after: clean(before + letter * times + after),
    signs,
    st.sampled_from("xx^í"),
    lengths,
    signs,
)
rows_of_values = st.lists(
    st.dictionaries(st.sampled_from(sorted(COLUMNS)), values).map(
        lambda row: {name: value for name, value in row.items() if value}
    ),
    max_size=len(PHONES),
)
pieces = st.sampled_from(
    ["{a}", "{a}", "{b}", "{b|}", "{c| y }", "{c|ë}", "{volunteer_name}", "Hello ", *"x,.[í^🚀’"]
) | (st.sampled_from([" ", "  ", "\n", "\n\n", "\t", " .", " , ", "\u200d"]))
templates = st.lists(
    st.builds(
        lambda parts, filling: "".join(parts) + "x" * filling, st.lists(pieces, max_size=9), lengths
    ),
    min_size=1,
    max_size=3,
)
names = st.lists(
    st.sampled_from(["Amy", "Zoë", "Mary Ann", "Ana’s", "José", "Noor."]), min_size=1, max_size=2
)


@given(templates, rows_of_values, names, st.booleans())
@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_measures_are_what_rendering_everything_finds(
    org: Organization,
    manager: Person,
    crowd: list[Recipient],
    texts: list[str],
    rows: list[dict[str, str]],
    signed: list[str],
    plain: bool,
) -> None:
    with db.session.begin_nested() as attempt:
        campaign = campaign_with(org, manager, crowd, rows)
        found = measure(people_of(campaign.id), texts, signed, plain=plain)
        attempt.rollback()
    size, blank = by_rendering(texts, rows, signed, plain)
    assert (size_of(found), found.blank) == (size, blank)
    if found.longest:
        assert sms_text.count(found.longest.text) == found.longest.count


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize(
    ("text", "longest", "other"),
    [
        pytest.param("{a}", "………", "x" * 8, id="dots become three"),
        pytest.param("{a}", "^^^^", "x" * 7, id="escaped signs count twice"),
        pytest.param("{a}", "🚀🚀🚀", "ïxxxx", id="emoji count twice"),
        pytest.param("{a}{a}", "xxxx", "x", id="a field that stands there twice"),
        pytest.param("{a}", "[[[[\u200d", "xxxxxx", id="an idle joiner goes and leaves escaped signs"),
        pytest.param("{a}", "Δ" * 40 + "\u200d" + "Δ" * 40, "x" * 100, id="a joiner of letters stays"),
        pytest.param("{a}", "’" * 80, "x" * 70, id="quotation marks are plain or wide"),
        pytest.param("{a}{b|" + "y" * 100 + "}", "", "x" * 90, id="a default longer than a value"),
        pytest.param("🚀 {a}", "^" * 20, "í" * 19, id="a wide message makes all values so"),
    ],
)
def test_what_a_value_adds(
    org: Organization,
    manager: Person,
    crowd: list[Recipient],
    text: str,
    longest: str,
    other: str,
    plain: bool,
) -> None:
    rows = [
        {"a": other, "b": "y"} if longest else {"a": other},
        {"a": longest, "b": "y"} if longest else {"a": "x", "b": "y"},
    ]
    campaign = campaign_with(org, manager, crowd, rows)
    found = measure(people_of(campaign.id), [text], ["Amy"], plain=plain)
    assert size_of(found) == by_rendering([text], rows, ["Amy"], plain)[0]


@pytest.mark.parametrize(
    ("value", "doubles", "kind"),
    [
        ("x" * 152 + "^" + "x" * 152, 1, 0),
        ("x" * 152 + "^" + "x" * 151 + "^" + "x" * 152, 2, 0),
        ("ï" * 66 + "🚀" + "ï" * 66, 1, 1),
        ("x" * 160, 0, 0),
        ("x" * 161, 0, 0),
        ("ï" * 70, 0, 1),
        ("ï" * 71, 0, 1),
    ],
)
def test_what_does_not_fit_into_a_segment_moves_whole_to_the_next(
    value: str, doubles: int, kind: int
) -> None:
    count = sms_text.count(value)
    group = Group(kind, len(value), doubles, (False,), 1, 1)
    assert Bounds("{a}", Layout.of("{a}"), "Amy", plain=True).most(group) == (
        count.segments,
        count.units,
    )


def test_only_who_waits_in_this_round_is_measured(
    org: Organization, manager: Person, crowd: list[Recipient]
) -> None:
    campaign = campaign_with(org, manager, crowd, [{"a": "x"}, {"a": "xx"}, {"a": "xxx"}, {"a": "xxxx"}])
    rows = {row.line: row for row in db.session.query(Contact).filter_by(campaign_id=campaign.id)}
    rows[5].state, rows[4].round = "texted", 2
    db.session.flush()
    first = measure(people_of(campaign.id), ["{a}"], ["Amy"], plain=True).longest
    second = measure(people_of(campaign.id, 2), ["{a}"], ["Amy"], plain=True).longest
    assert first is not None
    assert (first.line, first.text) == (3, "xx")
    assert second is not None
    assert (second.line, second.contact_id) == (4, rows[4].id)


def test_many_values_that_are_shorter_than_they_seem(
    org: Organization, manager: Person, crowd: list[Recipient]
) -> None:
    """The point takes the space before it away: what is one unit shorter to look at is longer."""
    rows = [{"a": "xxxx ."}, {"a": "yyyy ."}, {"a": "xxxxx"}, {"a": "zzzz ."}]
    campaign = campaign_with(org, manager, crowd, rows)
    found = longest_text(campaign.id, "{a}", "Amy", plain=True)
    assert found is not None
    assert found.count.units == 5


def test_the_longest_name_and_the_widest_sign_texts(org: Organization) -> None:
    for name in ("Amy", "Mary Ann", "Zoë", "Chloë M"):
        factories.person(org, name=name)
    for member in org_members(org):
        member.texting_name = db.session.get_one(Person, member.person_id).name
    left = org_members(org)[-1]
    left.status = "removed"
    db.session.flush()
    assert sorted(signing_names(org.id)) == ["Mary Ann", "Zoë"]


def org_members(org: Organization) -> list[Any]:
    return db.session.query(Membership).filter_by(organization_id=org.id).order_by(Membership.id).all()
