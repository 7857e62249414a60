"""From the task list to the launch: what is asked for, by whom, and what a launch refuses."""

import re
import threading
from collections.abc import Callable
from dataclasses import fields
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from p2ptext.accounts.models import AuditEvent, Letter, Organization, Person
from p2ptext.audience import approving, launching, preflight
from p2ptext.audience.findings import Finding
from p2ptext.audience.preflight import Preflight
from p2ptext.background import transaction
from p2ptext.campaigns import arranging, linking, writing
from p2ptext.campaigns.models import Campaign
from p2ptext.desk import steps
from p2ptext.errors import Refused
from p2ptext.extensions import db
from tests import factories, world
from tests.audience.browsing import Manager
from tests.audience.lists import bring_in

GOOD = "Hi {first_name|you}, this is Olga with Ohio Votes. Reply STOP to opt out."
LIST = "phone,first name\n2025550104,Maria\n2025550105,Zoe\n"


def again(manager: Manager) -> Campaign:
    return db.session.get_one(Campaign, manager.campaign.id, populate_existing=True)


def ids(manager: Manager) -> tuple[int, int]:
    return manager.campaign.id, manager.org.id


def set_up(manager: Manager) -> None:
    """A campaign to which only the test to a phone is missing."""
    bring_in(manager.campaign, LIST)
    say(manager, GOOD)
    manager.post("purpose", name="Levy", purpose="vote", about="", sender_name="", sponsor_line="")


def say(manager: Manager, text: str) -> None:
    with transaction():
        writing.save_wordings(writing.lock(*ids(manager)), [text], manager.person.id)


def launched_checks(campaign: Campaign, contacts: int, typed: int | None) -> list[str]:
    found = Preflight([], [], contacts, None)
    return [one.code for one in launching.with_launch_checks(campaign, found, typed).blocks]


@pytest.mark.parametrize(
    ("contacts", "typed", "codes"),
    [
        (10_000, None, []),
        (10_001, None, ["count"]),
        (10_001, 10_000, ["count"]),
        (10_001, 10_001, []),
        (1, 7, []),
    ],
)
def test_above_ten_thousand_the_number_is_typed(
    manager: Manager, contacts: int, typed: int | None, codes: list[str]
) -> None:
    manager.try_out()
    assert launched_checks(again(manager), contacts, typed) == codes


def test_the_script_is_tried_as_it_is(manager: Manager) -> None:
    campaign = again(manager)
    assert launched_checks(campaign, 1, None) == ["not_tested"]
    manager.try_out()
    assert launched_checks(again(manager), 1, None) == []
    say(manager, "Hi, this is Olga with Ohio Votes. Reply STOP to opt out.")
    assert launched_checks(again(manager), 1, None) == ["not_tested"]


def test_a_test_is_no_matter_of_resuming(manager: Manager) -> None:
    set_up(manager)
    manager.try_out()
    with transaction():
        assert launching.launch(*ids(manager)).blocks == []
        launching.pause(*ids(manager))
    say(manager, "Hi, this is Olga with the Ohio org. Reply STOP to opt out.")
    with transaction():
        codes = [one.code for one in launching.resume(*ids(manager)).blocks]
    assert "not_tested" not in codes


@pytest.fixture
def second(manager: Manager) -> Person:
    """Another manager of an organization that wants a second look."""
    other = factories.person(manager.org, "manager", name="Ruth Second")
    db.session.execute(update(Organization).values(second_person=True))
    db.session.commit()
    return other


def approvals(manager: Manager) -> list[str]:
    actions = select(AuditEvent.action).where(AuditEvent.action.like("approval%"))
    return list(db.session.scalars(actions.order_by(AuditEvent.id)))


def test_a_second_person_approves_one_version_and_the_next_needs_another(
    manager: Manager, second: Person, committed_app: Flask
) -> None:
    set_up(manager)
    manager.try_out()
    assert launched_checks(again(manager), 1, None) == ["not_approved"]
    assert "Ask a second person" in manager.get("answers").text
    assert manager.post("approval").status_code == 303
    (letter,) = db.session.scalars(select(Letter).where(Letter.kind == approving.ASKED)).all()
    assert letter.to_email == second.email
    with committed_app.test_request_context():
        assert f"/o/ohio/campaigns/{manager.campaign.id}/answers" in str(approving.write_asked(letter))
    version = again(manager).script_version_id
    own = manager.post("approve", version=version)
    assert own.status_code == 409
    assert "somebody else has to give it" in own.text
    assert launched_checks(again(manager), 1, None) == ["not_approved"]

    browser = factories.client(committed_app, second)
    token = world.csrf_token(committed_app, browser)
    db.session.commit()
    assert "asks you to look at it" in browser.get(manager.path("answers")).text
    stale = browser.post(manager.path("approve"), data={"csrf_token": token, "version": 0})
    assert stale.status_code == 409
    done = browser.post(manager.path("approve"), data={"csrf_token": token, "version": version})
    assert done.status_code == 303
    assert launched_checks(again(manager), 1, None) == []
    assert "Ruth Second has approved" in manager.get("answers").text
    assert approvals(manager) == ["approval_asked", "approval_given"]

    say(manager, "Hi, other words of the ohio group. Reply STOP to opt out.")
    manager.try_out()
    assert launched_checks(again(manager), 1, None) == ["not_approved"]
    shown = manager.get("answers").text
    assert "It has changed since it was approved" in shown
    assert "Ruth Second may approve it" in shown
    again_approved = browser.post(
        manager.path("approve"), data={"csrf_token": token, "version": again(manager).script_version_id}
    )
    assert again_approved.status_code == 303
    assert launched_checks(again(manager), 1, None) == []


def test_an_approval_that_nobody_asked_for(manager: Manager, second: Person) -> None:
    with pytest.raises(Refused, match="not_asked"), transaction():
        approving.approve(*ids(manager), second.id, again(manager).script_version_id or 0)


def test_archived_and_reopened(manager: Manager) -> None:
    set_up(manager)
    assert manager.post("reopen").status_code == 409
    manager.post("archive")
    assert manager.post("purpose", name="Other", purpose="vote").status_code == 409
    page = manager.get("setup").text
    assert "Reopen" in page
    assert "/purpose" not in page
    assert manager.post("reopen").status_code == 302
    assert again(manager).status == "draft"  # whoever never launched it, has that before them
    assert manager.post("launch").status_code == 409
    manager.try_out()
    assert manager.post("launch").status_code == 302
    manager.post("archive")
    manager.post("reopen")
    assert again(manager).status == "paused"
    assert manager.post("resume").status_code == 302
    assert again(manager).status == "running"


def test_a_template_is_never_launched(manager: Manager) -> None:
    set_up(manager)
    manager.try_out()
    kept = manager.browser.post(
        manager.path("copy?as=template"), data={"csrf_token": manager.token, "name": "Levy, kept"}
    )
    template_id = int(re.findall(r"/campaigns/(\d+)/setup", kept.location)[0])
    template = db.session.get_one(Campaign, template_id)
    assert template.is_template
    assert template.purpose == "vote"
    assert writing.wordings(template) == writing.wordings(again(manager))
    factories.tried(template)
    db.session.commit()
    with pytest.raises(Refused, match="template"), transaction():
        launching.launch(template_id, manager.org.id)
    begun = manager.browser.post(
        "/o/ohio/campaigns/new",
        data={"csrf_token": manager.token, "name": "Levy 2", "start": str(template_id)},
    )
    made = db.session.get_one(Campaign, int(re.findall(r"/campaigns/(\d+)/", begun.location)[0]))
    assert (made.status, made.is_template, made.copied_from) == ("draft", False, template_id)
    assert made.tested_version_id is None
    assert "Template" in manager.browser.get("/o/ohio/campaigns").text


def test_another_organizations_campaign_is_no_start(manager: Manager) -> None:
    other = factories.organization()
    theirs = factories.campaign(other, factories.person(other, "manager"))
    db.session.commit()
    answer = manager.browser.post(
        "/o/ohio/campaigns/new",
        data={"csrf_token": manager.token, "name": "Mine", "start": str(theirs.id)},
    )
    assert answer.status_code == 200
    assert "Choose one: Start from" in answer.text
    assert db.session.scalar(select(func.count()).select_from(Campaign).filter_by(name="Mine")) == 0


def test_the_hidden_campaign_of_tests_has_no_page(manager: Manager) -> None:
    hidden = factories.campaign(manager.org, manager.person, is_tests=True, name="Hidden one")
    db.session.commit()
    for rest in ("setup", "onward", "copy", "archive", "pause"):
        path = f"/o/ohio/campaigns/{hidden.id}/{rest}"
        answer = (
            manager.browser.post(path, data={"csrf_token": manager.token, "name": "x"})
            if rest in ("copy", "archive", "pause")
            else manager.browser.get(path)
        )
        assert answer.status_code == 404
    assert "Hidden one" not in manager.browser.get("/o/ohio/campaigns").text
    assert "Hidden one" not in manager.browser.get("/o/ohio/campaigns/new").text


def states(manager: Manager, app: Flask) -> dict[str, str]:
    with app.test_request_context(f"/o/{manager.slug}/"):
        return {key: found.state for key, found in steps.step_states.look(again(manager)).items()}


def test_steps_are_done_by_what_is_there(manager: Manager, committed_app: Flask) -> None:
    page = manager.get("setup").text
    assert "Next: Purpose and sender" in page
    found = states(manager, committed_app)
    assert (found["purpose"], found["list"], found["message"]) == ("not_started", "not_started", "done")
    sent = manager.post("purpose", name="Levy", purpose="vote")
    then = manager.browser.get(sent.location)
    assert then.location.endswith("/list")
    bring_in(manager.campaign, LIST)
    say(manager, "Hi {nickname}. Reply STOP.")
    assert states(manager, committed_app)["message"] == "to_correct"
    say(manager, GOOD)
    manager.try_out()
    found = states(manager, committed_app)
    assert (found["list"], found["message"], found["try_out"]) == ("done", "done", "done")
    say(manager, GOOD.replace("Hi", "Hello"))
    assert states(manager, committed_app)["try_out"] == "to_correct"
    with transaction():
        again(manager).closes_on = date(2020, 1, 1)
    assert states(manager, committed_app)["hours"] == "to_correct"


@pytest.mark.parametrize(
    ("after", "ends"),
    [("purpose", "/list"), ("message", "/questions"), ("nothing", "/list"), ("try_out", "/answers")],
)
def test_saving_leads_on(manager: Manager, after: str, ends: str) -> None:
    manager.post("purpose", name="Levy", purpose="vote")
    assert manager.get(f"onward?after={after}").location.endswith(ends)


def test_what_runs_leads_back_to_the_task_list(manager: Manager) -> None:
    again(manager).status = "running"
    db.session.commit()
    assert manager.get("onward?after=purpose").location.endswith("/setup")


def test_volunteers_page_keeps_promise_teams_and_batch(manager: Manager) -> None:
    wanted = {"hand_out": "given", "batch_size": "20", "undo_s": "0", "reply_promise_min": "7"}
    assert manager.post("volunteers", **wanted).location.endswith("/onward?after=people")
    campaign = again(manager)
    assert (campaign.hand_out, campaign.batch_size, campaign.undo_s) == ("given", 20, 0)
    assert campaign.reply_promise_min == 7
    wrong = manager.post("volunteers", **(wanted | {"batch_size": "0", "teams": "99999"})).text
    assert "Enter 1 to 1,000." in wrong


def test_launch_and_save_at_once_never_leave_an_untried_script_running(manager: Manager) -> None:
    """Whichever comes first: what is launched was tried, and a save before it refuses the launch."""
    set_up(manager)
    manager.try_out()
    tried = again(manager).tested_version_id
    app = manager.browser.application
    both = threading.Barrier(2)
    seen: dict[str, object] = {}

    def at_once(name: str, work: Callable[[], object]) -> threading.Thread:
        def run() -> None:
            with app.app_context():
                both.wait(10)
                with transaction():
                    seen[name] = work()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread

    campaign_ids = ids(manager)
    person = manager.person.id

    def save() -> int | None:
        campaign = writing.lock_to_change(*campaign_ids)
        before = campaign.status
        writing.save_wordings(campaign, ["Hi, new words. Reply STOP to opt out."], person)
        return before == "running"

    def launch() -> int | None:
        found: list[Finding] = launching.launch(*campaign_ids).blocks
        return bool(found)

    threads = [at_once("save", save), at_once("launch", launch)]
    for thread in threads:
        thread.join(20)
    campaign = again(manager)
    assert set(seen) == {"save", "launch"}
    refused = seen["launch"]
    assert campaign.status == ("draft" if refused else "running")
    assert seen["save"] is (not refused)  # saved into a running one exactly when the launch was first
    assert campaign.tested_version_id == tried


def test_what_is_found_is_told_with_the_launch_refused(manager: Manager) -> None:
    answer = manager.post("launch")
    assert answer.status_code == 409
    assert "There is a problem" in answer.text
    assert "Send a test to your own phone first." in answer.text
    with transaction():
        assert not preflight.check(again(manager)).clear


# What a second person has approved, and who may.


def person_says(manager: Manager, who: Person, words: str) -> None:
    with transaction():
        writing.save_wordings(writing.lock(*ids(manager)), [words], who.id)


def asks(manager: Manager, who: Person) -> None:
    with transaction():
        approving.ask(*ids(manager), who.id)


def approves(manager: Manager, who: Person) -> None:
    with transaction():
        approving.approve(*ids(manager), who.id, again(manager).script_version_id or 0)


def refused_to(manager: Manager, who: Person) -> str:
    with pytest.raises(Refused, match="own_words") as told:
        approves(manager, who)
    db.session.rollback()
    return told.value.words


def test_whoever_wrote_since_the_last_approval_does_not_approve(
    manager: Manager, second: Person
) -> None:
    set_up(manager)
    asks(manager, manager.person)
    person_says(manager, second, GOOD + " Thank you.")
    words = refused_to(manager, second)
    assert "Nobody else may" in words
    assert "Invite another manager" in words
    third = factories.person(manager.org, "owner", name="Tom Third")
    db.session.commit()
    assert "Tom Third may approve it" in refused_to(manager, second)
    approves(manager, third)
    assert launching.is_approved(again(manager))

    person_says(manager, third, GOOD + " Thanks.")  # from the approval on, others' words count
    asks(manager, manager.person)
    assert "Ruth Second may approve it" in refused_to(manager, third)
    approves(manager, second)
    assert launching.is_approved(again(manager))


def test_who_wrote_nothing_approves_once_the_writer_asks(
    manager: Manager, second: Person, committed_app: Flask
) -> None:
    set_up(manager)
    with pytest.raises(Refused, match="Let one of them ask; then you can approve it"):
        asks(manager, second)
    db.session.rollback()
    page = factories.client(committed_app, second).get(manager.path("answers")).text
    assert "Let one of them ask; then you can approve it." in page
    assert "If you ask, Ruth Second may approve it." in manager.get("answers").text
    asks(manager, manager.person)
    approves(manager, second)
    assert launching.is_approved(again(manager))


def test_nobody_is_asked_where_nobody_may_approve(manager: Manager, second: Person) -> None:
    set_up(manager)
    person_says(manager, second, GOOD + " Thank you.")
    with pytest.raises(Refused, match="nobody_else") as told:
        asks(manager, manager.person)
    assert "ask an owner to switch the second look off" in told.value.words
    db.session.rollback()
    assert "Invite another manager" in manager.get("answers").text


LINK = "https://www.example.org/vote"


def approved(manager: Manager, second: Person) -> None:
    """Tried, and approved by the second person, with a link."""
    set_up(manager)
    with transaction():
        linking.add(*ids(manager), "vote_page", LINK, manager.person.id, {})
    manager.try_out()
    asks(manager, manager.person)
    approves(manager, second)
    assert launched_checks(again(manager), 1, None) == []


def lead_to(manager: Manager, url: str) -> None:
    (link,) = linking.all_of(manager.campaign.id)
    linking.change(*ids(manager), link.id, url)


def take_link_away(manager: Manager) -> None:
    (link,) = linking.all_of(manager.campaign.id)
    linking.remove(*ids(manager), link.id)


def aim(manager: Manager, **changes: object) -> None:
    campaign = writing.lock_to_change(*ids(manager))
    kept = {field.name: getattr(campaign, field.name) for field in fields(arranging.Aim)}
    arranging.change_aim(campaign, arranging.Aim(**(kept | changes)))


def test_an_election_day_that_is_past_is_not_written_down_anew(manager: Manager) -> None:
    said = {"name": "Levy", "purpose": "vote", "about": "", "sender_name": "", "sponsor_line": ""}
    answer = manager.post("purpose", **said, election_on="2020-01-01")
    assert "This day is past" in answer.text
    assert again(manager).election_on is None
    aim(manager, election_on=date(2020, 1, 1))
    db.session.commit()
    # It stood there before: the rest of the page can still be changed.
    assert (
        manager.post("purpose", **(said | {"name": "Other"}), election_on="2020-01-01").status_code
        == 302
    )
    assert again(manager).name == "Other"


PEOPLE_READ: dict[str, Callable[[Manager], object]] = {
    "where a link leads": lambda manager: lead_to(manager, LINK + "/other"),
    "a link more": lambda manager: linking.add(*ids(manager), "event_page", LINK, manager.person.id, {}),
    "a link less": take_link_away,
    "sender": lambda manager: aim(manager, sender_name="Other People"),
    "sponsor": lambda manager: aim(manager, sponsor_line="Paid for by others"),
    "purpose": lambda manager: aim(manager, purpose="fundraising"),
    "election": lambda manager: aim(manager, election_on=date(2027, 5, 4)),
    "typography": lambda manager: aim(manager, plain_typography=True),
}


@pytest.mark.parametrize("change", PEOPLE_READ.values(), ids=PEOPLE_READ)
def test_test_and_approval_lapse_with_everything_that_people_read(
    manager: Manager, second: Person, change: Callable[[Manager], object]
) -> None:
    approved(manager, second)
    with transaction():
        change(manager)
    assert launched_checks(again(manager), 1, None) == ["not_tested", "not_approved"]
    with pytest.raises(Refused, match="not_asked"):
        approves(manager, second)  # it is asked for anew, for what it is now


def test_what_people_do_not_read_leaves_test_and_approval(manager: Manager, second: Person) -> None:
    approved(manager, second)
    with transaction():
        lead_to(manager, LINK)
        aim(manager, about="For volunteers")
    assert launched_checks(again(manager), 1, None) == []


CHANGES = PEOPLE_READ | {"words": lambda manager: say_now(manager, GOOD + " Thank you.")}
del CHANGES["a link less"]  # never once it was launched


def say_now(manager: Manager, words: str) -> None:
    writing.save_wordings(writing.lock(*ids(manager)), [words], manager.person.id)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_was_approved_runs_as_it_is_until_it_is_paused(
    manager: Manager, second: Person, change: Callable[[Manager], object]
) -> None:
    approved(manager, second)
    with transaction():
        assert launching.launch(*ids(manager)).blocks == []
    with pytest.raises(Refused, match="second_look") as told, transaction():
        change(manager)
    assert "Pause it first" in told.value.words
    with transaction():
        launching.pause(*ids(manager))
        change(manager)
    with transaction():
        codes = [one.code for one in launching.resume(*ids(manager)).blocks]
    assert codes == ["not_approved"]
    assert again(manager).status == "paused"
    asks(manager, manager.person)
    approves(manager, second)
    with transaction():
        assert launching.resume(*ids(manager)).blocks == []
    assert again(manager).status == "running"


def test_a_refused_change_is_told_on_a_page_and_the_way_on_is_there(
    manager: Manager, second: Person, committed_app: Flask
) -> None:
    approved(manager, second)
    with transaction():
        assert launching.launch(*ids(manager)).blocks == []
    told = manager.post("message", text=GOOD + " Thank you.", action="save")
    assert told.status_code == 409
    assert "Pause it first" in told.text
    manager.post("pause")
    assert manager.post("message", text=GOOD + " Thank you.", action="save").status_code == 302
    told = manager.post("resume")
    assert told.status_code == 409
    assert "Ask a second person" in told.text
    assert manager.post("approval").status_code == 303
    letter = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    with committed_app.test_request_context():
        assert letter is not None
        assert "before it goes on" in str(approving.write_asked(letter))


def test_without_a_second_look_words_change_while_it_runs(manager: Manager) -> None:
    set_up(manager)
    manager.try_out()
    with transaction():
        assert launching.launch(*ids(manager)).blocks == []
        say_now(manager, GOOD + " Thank you.")
    with transaction():
        launching.pause(*ids(manager))
        assert launching.resume(*ids(manager)).blocks == []


def test_switching_the_second_look_off_is_written_down(
    manager: Manager, second: Person, committed_app: Flask
) -> None:
    owner = factories.person(manager.org, "owner")
    browser = factories.client(committed_app, owner)
    token = world.csrf_token(committed_app, browser)
    db.session.commit()
    kept = {"name": "Ohio Votes", "stop_confirmation": "You get no more.", "help_text": "Reply STOP."}
    sent = {"csrf_token": token, "first_texts_a_day": "1", "texts_a_day": "3", **kept}
    assert browser.post("/o/ohio/settings", data=sent).status_code == 302
    event = db.session.scalars(select(AuditEvent).filter_by(action="second_person")).one()
    assert (event.person_id, event.detail) == (owner.id, {"on": False})
