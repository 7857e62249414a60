"""A manager's browser, for every page of the desk."""

from tests.audience.conftest import manager

__all__ = ["manager"]
