"""Landlines are looked up for money: each phone once, answers kept, and every landline left out."""

import dataclasses
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from p2ptext.audience import erasing, jobs, line_type_asking, line_type_jobs, line_types
from p2ptext.audience.line_type_models import LineTypeLookup, line_type
from p2ptext.audience.models import Contact, ContactImport, Recipient, RefusedRow
from p2ptext.background import transaction
from p2ptext.clock import now
from p2ptext.errors import Refused
from p2ptext.extensions import db
from p2ptext.sms.line_types import Barred, LineType, LookUpResult, Lost, NotAsked, VonageLineTypes
from p2ptext.texting import sweeping
from tests import factories
from tests.audience.browsing import Manager
from tests.audience.lists import decide, fresh
from tests.audience.test_interrupted import environment
from tests.simulator.rig import Simulator, simulator
from tests.sms import wire

HEADER = "phone,first_name\n"


def phone(ending: int, area: int = 614) -> str:
    return f"+1{area}555{100 + ending:04d}"


def rows(*endings: int) -> str:
    return HEADER + "".join(f"{phone(ending)},Name{ending}\n" for ending in endings)


class Told:
    """Answers as told, mobile by default, and notes who was asked."""

    def __init__(self, **answers: list[LookUpResult]) -> None:
        self.asked: list[str] = []
        self._answers = {f"+1614555{ending[1:]}": list(said) for ending, said in answers.items()}

    def look_up(self, e164: str) -> LookUpResult:
        self.asked.append(e164)
        said = self._answers.get(e164)
        return said.pop(0) if said else LineType.MOBILE


Answering = Callable[[Any], None]


@pytest.fixture
def answering(committed_app: Flask) -> Iterator[Answering]:
    """Switches the look-up on, with somebody to ask."""
    settings = committed_app.config["SETTINGS"]
    switched = dataclasses.replace(settings, line_type_lookup="vonage", line_types_per_second=50)

    def switch(asker: Any) -> None:
        committed_app.config["SETTINGS"] = switched
        committed_app.extensions["line_type_look_up"] = asker

    yield switch
    committed_app.config["SETTINGS"] = settings
    committed_app.extensions["line_type_look_up"] = None


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses the worker would have made, in seconds."""
    made: list[float] = []
    monkeypatch.setattr(line_type_jobs, "_wait", made.append)
    return made


def begin(row: ContactImport) -> int:
    with transaction():
        return line_types.begin(row.id, row.organization_id, row.created_by).id


def run(lookup_id: int) -> LineTypeLookup:
    """Work on a look-up to its end, as workers do, and on what follows for its list."""
    for number in range(100):
        line_type_jobs.look_up(lookup_id, number)
        lookup = seen(lookup_id)
        if lookup.status != "asking":
            if fresh(lookup.import_id).status == "uploaded":
                jobs.check_list(lookup.import_id)
            return seen(lookup_id)
    raise AssertionError("the look-up does not end")


def seen(lookup_id: int) -> LineTypeLookup:
    db.session.rollback()
    return db.session.get_one(LineTypeLookup, lookup_id, populate_existing=True)


def known(row: ContactImport) -> dict[bytes, str]:
    found = db.session.execute(
        select(line_type.c.phone_hash, line_type.c.type).where(
            line_type.c.organization_id == row.organization_id
        )
    )
    return dict(found.all())  # type: ignore[arg-type]


def refused(import_id: int) -> list[tuple[int, str, list[str]]]:
    found = db.session.execute(
        select(RefusedRow.line, RefusedRow.code, RefusedRow.row)
        .where(RefusedRow.import_id == import_id)
        .order_by(RefusedRow.line)
    )
    return [(line, code, cells) for line, code, cells in found]


def adds_up(row: ContactImport) -> bool:
    return row.rows_read == row.imported + row.duplicates + row.suppressed + row.refused


# Over real HTTP.


@pytest.fixture(scope="module")
def carrier() -> Iterator[Simulator]:
    with simulator() as running:
        yield running


def test_a_list_is_looked_up_and_its_landlines_are_left_out(
    manager: Manager, answering: Answering, carrier: Simulator
) -> None:
    answering(VonageLineTypes(wire.settings(carrier.url)))
    row = manager.agreed(rows(1, 93, 95, 97, 98, 99, 96))
    assert row.forecast["unknown_lines"] == 7
    lookup = run(begin(row))
    assert (lookup.status, lookup.answered, lookup.landlines, lookup.unanswered) == ("done", 7, 2, 0)
    row = fresh(row.id)
    assert (row.status, row.staged, row.refused, row.rows_read) == ("checked", 5, 2, 7)
    assert row.forecast["good"] == 5
    assert row.forecast["unknown_lines"] == 0
    assert row.forecast["refused"] == [
        {"code": "landline", "words": "This is a landline. It cannot receive texts.", "count": 2}
    ]
    row = decide(manager.campaign, row)
    assert (row.status, row.imported, row.refused) == ("done", 5, 2)
    assert adds_up(row)
    assert refused(row.id) == [
        (4, "landline", [phone(95), "Name95"]),
        (8, "landline", [phone(96), "Name96"]),
    ]
    assert carrier.get("/ledger/summary")["look_ups"] == {"answered": 7, "most_of_one": 1}


def test_wrong_credentials_end_it_in_words(
    manager: Manager, answering: Answering, carrier: Simulator
) -> None:
    answering(VonageLineTypes(wire.settings(carrier.url, vonage_application_id="another")))
    lookup = run(begin(manager.agreed(rows(1, 2))))
    assert (lookup.status, lookup.answered) == ("failed", 0)
    assert lookup.fault == (
        "Vonage answered 401. The account may not look numbers up: whoever runs this installation has "
        "to check its keys and its credit."
    )
    page = manager.look(lookup.import_id, "check").text
    assert "The look-up of landlines stopped" in page
    assert "Not looked up yet: 2 phones." in page


# Each once.


def test_what_is_known_is_not_paid_for_again(manager: Manager, answering: Answering) -> None:
    asker = Told(_0102=[LineType.LANDLINE], _0103=[LineType.UNKNOWN])
    answering(asker)
    run(begin(manager.agreed(rows(1, 2, 3))))
    row = manager.agreed(rows(1, 2, 3, 4, 4))
    # The landline is left out by the first check already.
    assert (row.forecast["good"], row.forecast["unknown_lines"], row.refused) == (3, 1, 1)
    run(begin(row))
    assert asker.asked == [phone(1), phone(2), phone(3), phone(4)]


def test_another_organization_learns_nothing_of_it(manager: Manager, answering: Answering) -> None:
    answering(Told(_0102=[LineType.LANDLINE]))
    run(begin(manager.agreed(rows(1, 2))))
    stranger = Manager(manager.browser.application, "utah")
    row = stranger.agreed(rows(1, 2))
    assert (row.refused, row.forecast["unknown_lines"]) == (0, 2)


def test_after_a_year_it_is_asked_about_again(manager: Manager, answering: Answering) -> None:
    asker = Told(_0101=[LineType.LANDLINE])
    answering(asker)
    row = manager.agreed(rows(1, 2))
    run(begin(row))
    assert fresh(row.id).refused == 1
    db.session.execute(update(line_type).values(at=now() - timedelta(days=366)))
    db.session.commit()
    row = manager.agreed(rows(1, 2))
    assert (row.refused, row.forecast["unknown_lines"]) == (0, 2)
    run(begin(row))
    assert asker.asked == [phone(1), phone(2)] * 2
    assert set(known(row).values()) == {"mobile"}


def test_nobody_pays_for_people_who_would_not_be_added(manager: Manager, answering: Answering) -> None:
    asker = Told()
    answering(asker)
    stopped = factories.recipient(manager.org, phone(1))
    stopped.suppressed_at, stopped.suppressed_reason = now(), "stop"
    factories.contacts(manager.campaign, manager.person, [phone(2)])
    db.session.commit()
    row = manager.agreed(rows(1, 2, 3, 3))
    assert row.forecast["unknown_lines"] == 1
    lookup = run(begin(row))
    assert asker.asked == [phone(3)]
    assert (lookup.total, lookup.answered) == (1, 1)


def test_only_what_was_not_asked_for_sure_is_asked_again(manager: Manager, answering: Answering) -> None:
    wait: list[LookUpResult] = [NotAsked("later", 2.0), NotAsked("later"), LineType.LANDLINE]
    asker = Told(_0101=wait, _0102=[Lost("no answer")])
    answering(asker)
    lookup = run(begin(manager.agreed(rows(1, 2, 3))))
    assert Counter(asker.asked) == {phone(1): 3, phone(2): 1, phone(3): 1}
    assert (lookup.status, lookup.answered, lookup.landlines, lookup.unanswered) == ("done", 2, 1, 1)
    # It says so, and offers the one that is still unknown.
    page = manager.look(lookup.import_id, "check").text
    assert "Phones looked up: 2. Landlines among them: 1." in page
    assert "Without an answer: 1." in page
    assert fresh(lookup.import_id).forecast["unknown_lines"] == 1
    run(begin(fresh(lookup.import_id)))
    assert Counter(asker.asked)[phone(2)] == 2


@pytest.mark.parametrize("silence", [Lost("Nothing came."), NotAsked("Vonage answered 429.", 99.0)])
def test_silence_ends_it(manager: Manager, answering: Answering, silence: LookUpResult) -> None:
    asker = Told(**{f"_{100 + n:04d}": [silence] * 30 for n in range(70)})
    answering(asker)
    lookup = run(begin(manager.agreed(rows(*range(70)))))
    assert lookup.status == "failed"
    assert lookup.fault == f"20 questions in a row stayed without an answer. {silence.words} Try later."
    assert known(fresh(lookup.import_id)) == {}


def test_a_barred_account_keeps_what_was_answered(manager: Manager, answering: Answering) -> None:
    answering(Told(_0101=[LineType.LANDLINE], _0102=[Barred("Vonage answered 402.")]))
    row = manager.agreed(rows(1, 2))
    lookup = run(begin(row))
    assert lookup.status == "failed"
    assert fresh(row.id).refused == 1


def test_questions_keep_to_the_pace_and_to_the_carriers_wishes(
    manager: Manager, answering: Answering, committed_app: Flask, waits: list[float]
) -> None:
    answering(Told(_0101=[NotAsked("later", 3.0)], _0103=[NotAsked("much later", 99.0)]))
    slow = dataclasses.replace(committed_app.config["SETTINGS"], line_types_per_second=2)
    committed_app.config["SETTINGS"] = slow
    run(begin(manager.agreed(rows(1, 2, 3, 4, 5))))
    # Two at a time: wait as told, the rest of the second, wait no longer than ten seconds, and so on.
    first, pace, second, pace_again, last = waits
    assert (first, second) == (3.0, 10.0)
    assert all(0 < rest <= 1 for rest in (pace, pace_again, last))


def test_two_lists_of_an_organization_do_not_pay_for_the_same_phones(
    manager: Manager, answering: Answering
) -> None:
    asker = Told()
    answering(asker)
    first, second = manager.agreed(rows(1, 2)), manager.agreed(rows(1, 2, 3))
    lookup_id = begin(first)
    assert manager.press(second.id, "landlines").status_code == 302
    assert "Phones of another list are being looked up" in manager.look(second.id, "check").text
    run(lookup_id)
    lookup = run(begin(second))
    assert asker.asked == [phone(1), phone(2), phone(3)]
    assert (lookup.answered, fresh(second.id).forecast["unknown_lines"]) == (1, 0)


# Several telephones of one row.


def test_a_row_with_another_phone_keeps_it(manager: Manager, answering: Answering) -> None:
    asker = Told(_0101=[LineType.LANDLINE], _0102=[LineType.LANDLINE], _0112=[LineType.LANDLINE])
    answering(asker)
    head = "phone,phone2,first_name\n"
    lines = [f"{phone(one)},{phone(other)},Name{one}\n" for one, other in ((1, 11), (2, 12), (3, 13))]
    row = manager.agreed(head + "".join(lines))
    run(begin(row))
    row = fresh(row.id)
    assert (row.refused, row.forecast["good"], row.forecast["unknown_lines"]) == (0, 3, 2)
    run(begin(row))
    row = fresh(row.id)
    assert (row.refused, row.forecast["good"], row.forecast["unknown_lines"]) == (1, 2, 0)
    assert refused(row.id) == [(3, "landline", [phone(2), phone(12), "Name2"])]
    row = decide(manager.campaign, row)
    phones = db.session.scalars(
        select(Recipient.phone)
        .join(Contact, Contact.recipient_id == Recipient.id)
        .order_by(Contact.line)
    )
    assert list(phones) == [phone(11), phone(3)]
    assert asker.asked == [phone(1), phone(2), phone(3), phone(11), phone(12)]


# Import and forecast agree.


def test_a_landline_learned_after_the_check_does_not_come_in(
    manager: Manager, answering: Answering
) -> None:
    answering(Told(_0102=[LineType.LANDLINE]))
    first = manager.agreed(rows(1, 2, 3))
    run(begin(manager.agreed(rows(2))))
    row = decide(manager.campaign, fresh(first.id))
    assert (row.status, row.imported, row.refused) == ("done", 2, 1)
    assert adds_up(row)
    assert refused(row.id) == [(3, "landline", [phone(2), "Name2"])]


def test_known_landlines_stay_out_when_nobody_is_asked_any_more(
    manager: Manager, answering: Answering, committed_app: Flask
) -> None:
    answering(Told(_0102=[LineType.LANDLINE]))
    run(begin(manager.agreed(rows(2))))
    off = dataclasses.replace(committed_app.config["SETTINGS"], line_type_lookup="off")
    committed_app.config["SETTINGS"] = off
    row = manager.agreed(rows(1, 2))
    assert (row.refused, row.forecast["good"]) == (1, 1)
    assert "unknown_lines" not in row.forecast


# A person stops, decides, or asks for what cannot be.


def test_it_can_be_stopped_and_what_was_found_counts(manager: Manager, answering: Answering) -> None:
    class Stopped(Told):
        def look_up(self, e164: str) -> LookUpResult:
            if len(self.asked) == 0:
                manager_stops()
            return super().look_up(e164)

    engine = db.engine

    def manager_stops() -> None:
        with engine.begin() as connection:
            connection.execute(text("UPDATE line_type_lookup SET stop_asked_at = p2p_now()"))

    asker = Stopped(**{f"_{100 + n:04d}": [LineType.LANDLINE] for n in range(70)})
    answering(asker)
    row = manager.agreed(rows(*range(70)))
    lookup = run(begin(row))
    assert (lookup.status, len(asker.asked)) == ("stopped", 50)
    assert fresh(row.id).refused == 50
    assert fresh(row.id).forecast["unknown_lines"] == 20


@pytest.mark.parametrize("decision", ["confirm", "cancel", "columns"])
def test_a_decision_on_the_list_ends_it(manager: Manager, answering: Answering, decision: str) -> None:
    asker = Told()
    answering(asker)
    row = manager.agreed(rows(1, 2))
    lookup_id = begin(row)
    if decision == "confirm":
        assert manager.confirm(row).status_code == 302
    elif decision == "cancel":
        manager.press(row.id, "cancel")
    else:
        manager.choose(row, "phone", "custom")
    status = fresh(row.id).status
    assert status != "checked"
    line_type_jobs.look_up(lookup_id, 0)
    assert seen(lookup_id).status == "stopped"
    assert asker.asked == []
    assert fresh(row.id).status == status


def test_the_page_offers_it_by_its_price_and_says_how_far_it_is(
    manager: Manager, answering: Answering
) -> None:
    answering(Told(_0102=[LineType.LANDLINE]))
    row = manager.agreed(rows(1, 2, 3))
    page = manager.look(row.id, "check").text
    assert "Your Vonage account pays for up to 3 phones." in page
    assert manager.press(row.id, "landlines").status_code == 302
    page = manager.look(row.id, "check").text
    assert "0 of 3 phones, landlines so far: 0" in page
    assert "Pay and look up" not in page
    # A second press pays for nothing.
    manager.press(row.id, "landlines")
    assert "are being looked up just now" in manager.look(row.id, "check").text
    manager.press(row.id, "landlines/stop")
    assert "Stopping" in manager.look(row.id, "check").text
    (lookup_id,) = db.session.scalars(select(LineTypeLookup.id))
    run(lookup_id)
    assert "Phones looked up: 0. Landlines among them: 0." in manager.look(row.id, "check").text
    actions = db.session.execute(text("SELECT action, detail->>'phones' FROM audit_event ORDER BY id"))
    assert [tuple(one) for one in actions if one[0].startswith("landlines")] == [
        ("landlines_looked_up", "3"),
        ("landlines_stopped", None),
    ]


def test_nothing_is_offered_where_it_is_off(manager: Manager) -> None:
    row = manager.agreed(rows(1))
    assert "Look up landlines" not in manager.look(row.id, "check").text
    with pytest.raises(Refused, match="switched off"):
        line_types.begin(row.id, row.organization_id, row.created_by)
    manager.press(row.id, "landlines")
    assert db.session.scalars(select(LineTypeLookup)).all() == []


def test_a_list_that_was_checked_before_it_was_switched_on_is_left_alone(
    manager: Manager, answering: Answering
) -> None:
    row = manager.agreed(rows(1))
    answering(Told())
    assert "Landlines" not in manager.look(row.id, "check").text


def test_nothing_to_ask_or_to_decide_is_refused(manager: Manager, answering: Answering) -> None:
    answering(Told())
    row = manager.agreed(rows(1))
    run(begin(row))
    with pytest.raises(Refused, match="have been looked up"), transaction():
        line_types.begin(row.id, row.organization_id, row.created_by)
    decide(manager.campaign, fresh(row.id))
    with pytest.raises(Refused, match="does not wait"), transaction():
        line_types.begin(row.id, row.organization_id, row.created_by)


def test_switched_off_in_the_middle_it_ends(
    manager: Manager, answering: Answering, committed_app: Flask
) -> None:
    answering(Told())
    lookup_id = begin(manager.agreed(rows(1)))
    committed_app.extensions["line_type_look_up"] = None
    assert run(lookup_id).fault == "Looking up landlines was switched off in this installation."


# Workers come and go.


def test_it_goes_on_where_the_last_stint_ended(
    manager: Manager, answering: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_type_jobs, "STINT_S", 0.0)
    monkeypatch.setattr(line_type_asking, "WINDOW", 60)
    asker = Told()
    answering(asker)
    row = manager.agreed(rows(*range(100)) + rows(*range(100)).removeprefix(HEADER))
    lookup_id = begin(row)
    line_type_jobs.look_up(lookup_id, 0)
    assert len(asker.asked) == 50
    line_type_jobs.look_up(lookup_id, 0)  # a stint that somebody had
    assert len(asker.asked) == 50
    assert run_from(lookup_id, 1).status == "done"
    assert Counter(asker.asked) == Counter(phone(n) for n in range(100))


def run_from(lookup_id: int, number: int) -> LineTypeLookup:
    while seen(lookup_id).status == "asking":
        line_type_jobs.look_up(lookup_id, number)
        number += 1
    return seen(lookup_id)


def test_a_killed_worker_leaves_the_rest_to_the_next(
    manager: Manager, answering: Answering, committed_app: Flask
) -> None:
    asker = Told(_0160=[LineType.LANDLINE])
    answering(asker)
    row = manager.agreed(rows(*range(70)))
    lookup_id = begin(row)
    settings = committed_app.config["SETTINGS"]
    slow = environment(settings) | {"LINE_TYPE_LOOKUP": "vonage", "LINE_TYPES_PER_SECOND": "5"}
    killed = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "tests.audience.line_type_interrupted", str(lookup_id)],
        env=slow,
        check=False,
        timeout=200,
    )
    assert killed.returncode == -signal.SIGKILL
    lookup = seen(lookup_id)
    assert (lookup.status, lookup.answered, lookup.stints) == ("asking", 10, 1)
    # Nobody is at it for a minute: the sweep finds it, at the stint that is next.
    assert line_type_asking.standing_still() == []
    db.session.execute(update(LineTypeLookup).values(moved_at=now() - timedelta(seconds=61)))
    db.session.commit()
    assert line_type_asking.standing_still() == [(lookup_id, 1)]
    db.session.rollback()
    assert sweeping.sweep()["look_ups"] == 1
    assert run_from(lookup_id, 1).status == "done"
    assert asker.asked == [phone(n) for n in range(10, 70)]
    jobs.check_list(row.id)
    assert fresh(row.id).refused == 1


def test_an_erased_persons_line_is_forgotten(manager: Manager, answering: Answering) -> None:
    answering(Told())
    row = manager.agreed(rows(1, 2))
    run(begin(row))
    decide(manager.campaign, fresh(row.id))
    someone = db.session.scalars(select(Recipient).where(Recipient.phone == phone(1))).one()
    gone = someone.phone_hash
    with transaction():
        erasing.erase(someone.id, "asked", manager.person.id)
    assert set(known(row)) == {factories.hash_for(row.organization_id, phone(2))} != {gone}
