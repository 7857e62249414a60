"""A file of a million chosen conversations names its people a piece at a time, in every statement."""

import tracemalloc
from array import array

import pytest
from flask import Flask

from p2ptext.exports import copying, people, scoping
from p2ptext.exports.scoping import Scope
from p2ptext.exports.survey import survey
from tests.exports.evening import evening

PEOPLE = 200_000
MOST_MB = 10
"""Named at once, so many took 60 MB."""


def test_columns_and_questions_are_those_of_all_chosen_people(
    committed_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = evening()
    scope = Scope(found.org_id, None, array("q", sorted(found.contacts)))
    with copying.snapshot():
        whole = survey(scope)
        columns = people.contacts(scope, whole).columns
        with monkeypatch.context() as small:
            small.setattr(scoping, "PIECE", 2)
            assert [len(part or ()) for part in scope.parts()] == [2, 2, 2, 1]
            assert survey(scope) == whole
            assert people.contacts(scope, whole).columns == columns
    assert "list: city" in [one.name for one in columns]
    assert "Will you vote?" in whole.questions.values()


def test_many_are_never_named_at_once(committed_app: Flask) -> None:
    found = evening()
    scope = Scope(found.org_id, None, array("q", range(1, PEOPLE + 1)))
    with copying.snapshot():
        tracemalloc.start()
        try:
            people.contacts(scope, survey(scope))
            most = tracemalloc.get_traced_memory()[1] / 2**20
        finally:
            tracemalloc.stop()
    assert most < MOST_MB
