"""Fixtures of audience's tests."""

import pytest
from flask import Flask

from p2ptext.accounts.models import Organization, Person
from p2ptext.campaigns.models import Campaign
from tests import factories
from tests.audience.browsing import Manager


@pytest.fixture
def org(app: Flask) -> Organization:
    return factories.organization()


@pytest.fixture
def amy(org: Organization) -> Person:
    return factories.person(org)


@pytest.fixture
def ben(org: Organization) -> Person:
    return factories.person(org)


@pytest.fixture
def campaign(org: Organization, amy: Person) -> Campaign:
    return factories.campaign(org, amy)


@pytest.fixture
def manager(committed_app: Flask) -> Manager:
    return Manager(committed_app)
