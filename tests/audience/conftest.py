"""Fixtures of audience's tests."""

import pytest
from flask import Flask

from tests.audience.browsing import Manager


@pytest.fixture
def manager(committed_app: Flask) -> Manager:
    return Manager(committed_app)
