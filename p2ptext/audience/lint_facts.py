"""What the texts of one campaign are compared with: its names, its sponsor, its election, its people."""

from urllib.parse import urlsplit

from p2ptext.accounts.models import Organization
from p2ptext.campaigns import linking
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.extensions import cursor, db
from p2ptext.rules import campaign_dates
from p2ptext.rules.lint import SPONSOR_RULES, LintFacts

_VOTING = "vote"


def facts_of(campaign: Campaign) -> LintFacts:
    """The facts for its first texts in its main words."""
    organization = db.session.get_one(Organization, campaign.organization_id)
    political = is_political(campaign)
    names = (campaign.sender_name, organization.sender_name, organization.name)
    return LintFacts(
        organization_names=tuple(dict.fromkeys(name for name in names if name)),
        political=political,
        sponsor_line=sponsor_line(campaign),
        sponsor_required_states=_states(campaign) if political else (),
        election_on=campaign.election_on,
        today=campaign_dates.latest_day(now()),
        own_domains=_domains(organization),
    )


def is_political(campaign: Campaign) -> bool:
    """Whether its texts are about an election, so that states want to know who pays: it is about
    voting, names an election, or somebody has written down who pays."""
    return (
        campaign.purpose == _VOTING or campaign.election_on is not None or bool(sponsor_line(campaign))
    )


def sponsor_line(campaign: Campaign) -> str:
    """Who pays, as the campaign says it, or else its organization."""
    organization = db.session.get_one(Organization, campaign.organization_id)
    return campaign.sponsor_line or organization.sponsor_line


_STATES = """
SELECT state FROM unnest(%(states)s::text[]) AS state
WHERE state = ANY(%(territory)s) OR EXISTS (
  SELECT 1 FROM contact_import i, unnest(i.zone_sets) AS place
  WHERE i.campaign_id = %(campaign)s AND i.status = 'done' AND state = ANY(string_to_array(place, ' ')))
ORDER BY state
"""


def _states(campaign: Campaign) -> tuple[str, ...]:
    """States with a rule in which some of its people may live, or where it says it is."""
    values = {
        "states": list(SPONSOR_RULES),
        "territory": list(campaign.territory),
        "campaign": campaign.id,
    }
    return tuple(state for (state,) in cursor().execute(_STATES, values))


def _domains(organization: Organization) -> tuple[str, ...]:
    hosts = (_host(organization.website), _host(linking.address(organization.link_domain)))
    return tuple(dict.fromkeys(host for host in hosts if host))


def _host(address: str) -> str:
    """The name in an address, with or without its scheme, without "www."."""
    written = address if "//" in address else f"//{address}"
    return (urlsplit(written).hostname or "").removeprefix("www.")
