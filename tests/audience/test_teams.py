"""A campaign that is given to teams gives its cards to nobody else, however they ask."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask, g
from sqlalchemy import select

from p2ptext.accounts import teams as team_lists
from p2ptext.accounts.access import Org
from p2ptext.accounts.models import Membership, Organization, Person
from p2ptext.accounts.team_models import Team, TeamMember
from p2ptext.audience import assigning, batching, handing_out
from p2ptext.audience.models import Batch
from p2ptext.campaigns import teams
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.errors import NotFound, Refused
from p2ptext.extensions import db
from p2ptext.texting import queries, screen
from tests import factories
from tests.audience.hands import at_once, batch, fill


@pytest.fixture
def here(org: Organization) -> Organization:
    g.org = Org(org.id, org.slug, org.name)
    return org


def member(person: Person) -> Membership:
    return db.session.scalars(select(Membership).filter_by(person_id=person.id)).one()


def team(org: Organization, name: str, *people: Person) -> Team:
    made = factories.add(Team(organization_id=org.id, name=name))
    for person in people:
        factories.add(
            TeamMember(team_id=made.id, membership_id=member(person).id, organization_id=org.id)
        )
    return made  # type: ignore[no-any-return]


def test_only_its_teams_get_cards(
    here: Organization, campaign: Campaign, amy: Person, ben: Person
) -> None:
    fill(campaign, 3, 2)
    teams.choose(campaign, [team(here, "East", amy).id])
    assert handing_out.hand_out(campaign.id, ben.id) is None
    assert "for a team that you are not in" in handing_out.left_of(campaign.id, ben.id).words
    assert screen.take(here.id, campaign.id, ben.id)[0] is None
    assert screen.deck(here.id, campaign.id, ben.id, "Ben")["words"].startswith("The cards of this")
    assert queries.todo(here.id, ben.id) == []
    assert [found.id for found in queries.todo(here.id, amy.id)] == [campaign.id]
    assert handing_out.hand_out(campaign.id, amy.id) is not None


def test_without_teams_it_is_for_everybody_again(
    here: Organization, campaign: Campaign, amy: Person, ben: Person
) -> None:
    fill(campaign, 2, 2)
    east, west = team(here, "East", amy), team(here, "West")
    teams.choose(campaign, [east.id, west.id])
    assert [found.name for found in teams.of(campaign.id)] == ["East", "West"]
    teams.choose(campaign, [])
    assert teams.of(campaign.id) == []
    assert handing_out.hand_out(campaign.id, ben.id) is not None


def test_a_team_of_nobody_gets_nothing_out(here: Organization, campaign: Campaign, amy: Person) -> None:
    fill(campaign, 1, 2)
    teams.choose(campaign, [team(here, "Nobody yet").id])
    assert handing_out.hand_out(campaign.id, amy.id) is None


def test_another_organizations_team_is_not_found(app: Flask, campaign: Campaign, amy: Person) -> None:
    elsewhere = team(factories.organization(), "East")
    with pytest.raises(NotFound):
        teams.choose(campaign, [elsewhere.id])


def test_cards_are_given_to_nobody_outside(
    here: Organization, campaign: Campaign, amy: Person, ben: Person
) -> None:
    fill(campaign, 3, 2)
    assert assigning.give(campaign.id, here.id, ben.id, 1) == 1
    teams.choose(campaign, [team(here, "East", amy).id])
    with pytest.raises(Refused, match="in none of them"):
        assigning.give(campaign.id, here.id, ben.id, 1)
    assert handing_out.hand_out(campaign.id, ben.id) is None  # nor what was kept for him before
    assert batching.return_expired() == 1
    assert db.session.scalars(select(Batch).where(Batch.reserved_for.is_not(None))).all() == []


def test_cards_in_hand_stay_until_they_are_done(
    here: Organization, campaign: Campaign, amy: Person, ben: Person
) -> None:
    fill(campaign, 2, 2)
    held = handing_out.hand_out(campaign.id, ben.id)
    teams.choose(campaign, [team(here, "East", amy).id])
    assert [found.held for found in queries.todo(here.id, ben.id)] == [2]
    batching.give_back(held or 0, ben.id)
    assert queries.todo(here.id, ben.id) == []
    assert handing_out.hand_out(campaign.id, ben.id) is None


def suspend(person: Person) -> None:
    member(person).status = "suspended"
    db.session.flush()


@pytest.mark.parametrize("leave", ["suspended", "out of the team"])
def test_whoever_is_not_in_it_any_more_gets_no_next_batch(
    here: Organization, campaign: Campaign, amy: Person, leave: str
) -> None:
    fill(campaign, 2, 2)
    east = team(here, "East", amy)
    teams.choose(campaign, [east.id])
    if leave == "suspended":
        suspend(amy)
    else:
        assert team_lists.set_members(east.id, []) == 1
    assert handing_out.hand_out(campaign.id, amy.id) is None


def test_members_are_chosen_among_the_active_of_the_organization(
    here: Organization, amy: Person, ben: Person
) -> None:
    east = team_lists.create(here.id, "East")
    stranger = factories.person(factories.organization())
    wanted = [member(amy).id, member(ben).id, member(stranger).id, 999_999]
    assert team_lists.set_members(east.id, wanted) == 2
    assert [row.name for row in team_lists.candidates(east.id) if row.inside] == [amy.name, ben.name]
    assert [(row.name, row.members) for row in team_lists.of_organization(here.id)] == [("East", 2)]
    suspend(ben)
    assert team_lists.set_members(east.id, [member(amy).id]) == 0  # a suspended member keeps their place
    assert [row.members for row in team_lists.of_organization(here.id)] == [1]


def test_names_are_unique_and_a_team_in_use_stays(here: Organization, campaign: Campaign) -> None:
    east, west = team_lists.create(here.id, "East"), team_lists.create(here.id, "West")
    for attempt in (
        lambda: team_lists.create(here.id, "East"),
        lambda: team_lists.rename(west.id, "East"),
    ):
        with pytest.raises(Refused, match="team of this name"):
            attempt()
    team_lists.rename(west.id, "South")
    teams.choose(campaign, [east.id])
    with pytest.raises(Refused, match="given to this team"):
        team_lists.remove(east.id)
    team_lists.remove(west.id)
    assert [row.name for row in team_lists.of_organization(here.id)] == ["East"]


def test_however_fast_teams_change_nobody_outside_takes_a_batch(committed_app: Flask) -> None:
    """Twelve ask at once while a manager moves the campaign from team to team; after each of these
    moments, whoever was in no chosen team before and after it holds nothing."""
    dice = random.Random(6)
    org = factories.organization()
    people = [factories.person(org) for _ in range(12)]
    made = factories.campaign(org, people[0])
    fill(made, 60, 4)
    sides = [team(org, "Odd", *people[1::2]), team(org, "Even", *people[0::2])]
    ids, campaign_id = [person.id for person in people], made.id
    side_ids = [side.id for side in sides]
    teams.choose(made, [side_ids[1]])
    db.session.commit()

    def ask(person_id: int) -> Callable[[], int | None]:
        return lambda: handing_out.hand_out(campaign_id, person_id)

    def move(team_id: int) -> Callable[[], None]:
        def work() -> None:
            campaign = db.session.get_one(Campaign, campaign_id, with_for_update=True)
            teams.choose(campaign, [team_id])

        return work

    allowed = side_ids[1]
    for _ in range(6):
        chosen = dice.choice(side_ids)
        askers: list[Callable[[], int | None]] = [ask(person_id) for person_id in ids]
        taken = at_once(committed_app, [*askers, move(chosen)])
        for place, batch_id in enumerate(taken[:-1]):
            theirs = side_ids[1 - place % 2]
            assert batch_id is None or theirs in (allowed, chosen)
        allowed = chosen
        outside = ids[0::2] if chosen == side_ids[0] else ids[1::2]
        for person_id in outside:  # what they held from before goes back, and does not come again
            for held in db.session.scalars(
                select(Batch.id).where(Batch.person_id == person_id, Batch.state == "leased")
            ).all():
                batching.give_back(held, person_id)
        db.session.commit()
        again = at_once(committed_app, [ask(person_id) for person_id in outside])
        assert again == [None] * len(outside)


def test_a_lease_that_ran_out_comes_to_the_team(
    here: Organization, campaign: Campaign, amy: Person, ben: Person
) -> None:
    fill(campaign, 1, 2)
    held = handing_out.hand_out(campaign.id, ben.id) or 0
    teams.choose(campaign, [team(here, "East", amy).id])
    batch(held).leased_until = now() - timedelta(seconds=1)
    db.session.flush()
    assert batching.return_expired() == 1
    assert handing_out.hand_out(campaign.id, ben.id) is None
    assert handing_out.hand_out(campaign.id, amy.id) == held


def test_whoever_gives_cards_sees_which_teams_it_is_for(
    here: Organization, campaign: Campaign, amy: Person, app: Flask
) -> None:
    teams.choose(campaign, [team(here, "East <b>", amy).id])
    leads = factories.client(app, factories.person(here, "organizer"))
    path = f"/o/{here.slug}/campaigns/{campaign.id}/hands"
    db.session.commit()
    assert "<bdi>East &lt;b&gt;</bdi>. Nobody outside of it" in leads.get(path).get_data(as_text=True)
