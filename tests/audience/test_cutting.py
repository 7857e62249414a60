"""Batches are a fair mix of zones, hold everybody once, and never split a household."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from psycopg import Cursor
from sqlalchemy import select, text

from p2ptext.audience import cutting, jobs
from p2ptext.audience.models import Batch, Contact
from p2ptext.background import transaction
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import cursor, db
from tests import factories
from tests.audience.lists import bring_in

EASTERN, PACIFIC, HAWAII = "43215", "90012", "96813"


def draft(size: int) -> Campaign:
    org = factories.organization()
    made = factories.campaign(org, factories.person(org), status="draft", batch_size=size)
    db.session.commit()
    return made


def phones() -> list[str]:
    return [f"{area}555{line:04d}" for area in (202, 614, 216, 312) for line in range(100, 200)]


def content(rows: Sequence[tuple[str, str, str]]) -> str:
    lines = [f"{phone},{zip_code},{address}" for phone, zip_code, address in rows]
    return "\n".join(["phone,zip,address", *lines, ""])


def batches_of(campaign: Campaign) -> list[list[Contact]]:
    held: dict[int | None, list[Contact]] = {}
    rows = (
        select(Contact)
        .join(Batch, Batch.id == Contact.batch_id)
        .where(Contact.campaign_id == campaign.id)
        .order_by(Batch.position, Contact.position)
    )
    for contact in db.session.scalars(rows):
        held.setdefault(contact.batch_id, []).append(contact)
    return [*held.values()]


def test_every_batch_has_of_each_zone_what_the_list_has(committed_app: Flask) -> None:
    """The list is sorted by zone, as lists from databases are."""
    campaign = draft(20)
    zips = [EASTERN] * 200 + [PACIFIC] * 100 + [HAWAII] * 100
    bring_in(campaign, content([(p, z, "") for p, z in zip(phones(), zips, strict=True)]))
    batches = batches_of(campaign)
    assert [len(batch) for batch in batches] == [20] * 20
    for batch in batches:
        mix = Counter(tuple(contact.zones) for contact in batch)
        assert {zone: count for (zone,), count in mix.items()} == {
            "America/New_York": 10, "America/Los_Angeles": 5, "Pacific/Honolulu": 5,
        }  # fmt: skip
    sets = db.session.scalars(select(Batch.zone_sets)).all()
    assert {frozenset(one or ()) for one in sets} == {
        frozenset({"America/New_York OH", "America/Los_Angeles CA", "Pacific/Honolulu HI"})
    }


def test_a_household_lies_in_one_batch_also_when_half_of_it_comes_later(committed_app: Flask) -> None:
    campaign = draft(3)
    rows = [(phone, EASTERN, f"{at % 10} Main Street") for at, phone in enumerate(phones()[:40])]
    bring_in(campaign, content(rows))
    homes = {contact.household: batch[0].batch_id for batch in batches_of(campaign) for contact in batch}
    assert len(homes) == 10
    assert len(set(homes.values())) == 10  # four people each: a batch of its own
    done, *_ = db.session.scalars(select(Batch).order_by(Batch.position))
    with transaction():
        for contact in db.session.scalars(select(Contact).where(Contact.batch_id == done.id)):
            contact.state = "texted"
        done.state = "done"
    later = [(phone, EASTERN, f"{at % 10} MAIN ST.") for at, phone in enumerate(phones()[40:60])]
    bring_in(campaign, content([*later, (phones()[60], EASTERN, "77 Oak Ave")]))
    db.session.expire_all()
    for batch in batches_of(campaign):
        assert len({contact.household for contact in batch}) == 1
        assert {homes.get(batch[0].household, batch[0].batch_id)} == {c.batch_id for c in batch}
    assert db.session.get_one(Batch, done.id).state == "open"
    assert len(batches_of(campaign)) == 11


def test_a_dormitory_is_no_household(committed_app: Flask) -> None:
    campaign = draft(5)
    bring_in(campaign, content([(phone, EASTERN, "1 College Hall") for phone in phones()[:50]]))
    assert [len(batch) for batch in batches_of(campaign)] == [5] * 10


def test_the_batch_size_is_the_campaigns(committed_app: Flask) -> None:
    campaign = draft(7)
    bring_in(campaign, content([(phone, EASTERN, "") for phone in phones()[:50]]))
    assert [len(batch) for batch in batches_of(campaign)] == [7] * 7 + [1]


def test_somebody_who_opts_out_between_sorting_and_cutting_is_not_left_ready(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = draft(5)
    real = cutting.cut_list

    def opted_out_meanwhile(row: object) -> None:
        with db.engine.begin() as elsewhere:
            elsewhere.execute(
                text("UPDATE recipient SET suppressed_at = p2p_now() WHERE phone = '+12025550101'")
            )
        real(row)  # type: ignore[arg-type]

    monkeypatch.setattr(cutting, "cut_list", opted_out_meanwhile)
    bring_in(campaign, content([(phone, EASTERN, "") for phone in phones()[:3]]))
    states = db.session.scalars(select(Contact.state).order_by(Contact.line)).all()
    assert states == ["ready", "ended", "ready"]
    assert db.session.scalars(select(Batch.state)).all() == ["open"]


def test_a_batch_of_people_who_all_opted_out_meanwhile_is_done(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = draft(5)
    real = cutting.cut_list

    def all_opted_out(row: object) -> None:
        with db.engine.begin() as elsewhere:
            elsewhere.execute(text("UPDATE recipient SET suppressed_at = p2p_now()"))
        real(row)  # type: ignore[arg-type]

    monkeypatch.setattr(cutting, "cut_list", all_opted_out)
    bring_in(campaign, content([(phone, EASTERN, "") for phone in phones()[:3]]))
    assert db.session.scalars(select(Contact.state)).all() == ["ended"] * 3
    assert db.session.scalars(select(Batch.state)).all() == ["done"]


@pytest.fixture
def campaign(app: Flask) -> Campaign:
    org = factories.organization()
    return factories.campaign(org, factories.person(org), status="draft")


_PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "A B", "C"]),
        st.one_of(st.none(), st.integers(0, 5).map(str)),
    ),
    min_size=1,
    max_size=60,
)


@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(people=_PEOPLE, size=st.integers(1, 9))
def test_everybody_has_one_place_and_every_stretch_its_share(
    campaign: Campaign, people: list[tuple[str, str | None]], size: int
) -> None:
    campaign.batch_size = size
    db.session.flush()
    sql = cursor()
    sql.execute("CREATE TEMPORARY TABLE to_place (key int, who bigint, zone_set text, household text)")
    for key, (zones, home) in enumerate(people):
        sql.execute("INSERT INTO to_place VALUES (%s, %s, %s, %s)", (key, key + 1000, zones, home))
    cutting.make_batches(sql, campaign)
    placed = sql.execute("SELECT key, who, place, batch FROM placed ORDER BY place").fetchall()
    sql.execute("DROP TABLE to_place, placed")
    assert [place for _, _, place, _ in placed] == [*range(len(people))]
    assert sorted(key for key, *_ in placed) == [*range(len(people))]
    batch_of = {key: batch for key, _, _, batch in placed}
    for home in {home for _, home in people if home}:
        members = [key for key, (_, other) in enumerate(people) if other == home]
        if len(members) <= cutting.MOST_IN_A_HOUSEHOLD:
            assert len({batch_of[key] for key in members}) == 1
    heads = Counter(home for _, home in people if home)
    if all(count == 1 or count > cutting.MOST_IN_A_HOUSEHOLD for count in heads.values()):
        assert all(batch == place // size for _, _, place, batch in placed)
        for zones, share in Counter(zones for zones, _ in people).items():
            so_far = 0
            for at, (key, *_) in enumerate(placed, 1):
                so_far += people[key][0] == zones
                # Never further from its share of the stretch than one for each kind of zones.
                assert abs(so_far - share * at / len(people)) <= 4


def test_cutting_again_after_it_is_done_changes_nothing(committed_app: Flask) -> None:
    campaign = draft(5)
    row = bring_in(campaign, content([(phone, EASTERN, "") for phone in phones()[:12]]))
    before = [[c.id for c in batch] for batch in batches_of(campaign)]
    jobs.cut_batches(row.id)
    assert [[c.id for c in batch] for batch in batches_of(campaign)] == before


def test_batches_in_hand_are_not_held_while_a_long_list_is_cut(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A click, a STOP and the dispatcher lock the batch of their contact: they must not wait for it."""
    campaign = draft(3)
    bring_in(campaign, content([(phones()[0], EASTERN, "1 Main Street")]))
    make = cutting.make_batches

    def made_while_somebody_texts(sql: Cursor[Any], of: Campaign) -> int:
        with db.engine.connect() as other:
            other.execute(text("SELECT 1 FROM batch FOR UPDATE NOWAIT"))
        return make(sql, of)

    monkeypatch.setattr(cutting, "make_batches", made_while_somebody_texts)
    later = [(phones()[1], EASTERN, "1 Main Street"), (phones()[2], EASTERN, "2 Main Street")]
    assert bring_in(campaign, content(later)).imported == 2
    assert sorted(len(batch) for batch in batches_of(campaign)) == [1, 2]
