"""Where the buttons of a launch, a pause and a second look stand, and where they lead."""

from p2ptext.accounts.models import Person
from tests.audience.browsing import Manager
from tests.desk.test_launching import approvals, say, second, set_up

__all__ = ["second"]


def test_a_second_person_is_asked_after_the_phone_test_and_launch_waits_for_them(
    manager: Manager, second: Person
) -> None:
    set_up(manager)
    shown = manager.get("answers").text
    assert "Ask a second person" not in shown
    assert ">Launch<" not in shown
    manager.post("approval")
    assert approvals(manager) == []
    manager.try_out()
    manager.post("approval")
    assert approvals(manager) == ["approval_asked"]
    waiting = manager.get("answers").text
    assert ">Launch<" not in waiting
    assert "tell them to open it" in waiting  # no mail server is set in tests


def test_a_button_leads_back_to_the_page_it_was_pressed_on(manager: Manager) -> None:
    set_up(manager)
    manager.try_out()
    manager.post("launch")
    running = manager.get("setup").text
    results = f"/o/ohio/campaigns/{manager.campaign.id}"
    assert "What comes next" in running
    assert f'href="{results}"' in running
    for deed in ("pause", "resume", "archive"):
        assert manager.post(deed, back="results").location == results
        if deed == "pause":
            assert 'name="back" value="results"' in manager.browser.get(results).text
    assert manager.post("pause").location != results


def test_why_it_does_not_go_on_stands_at_the_top(manager: Manager) -> None:
    set_up(manager)
    manager.try_out()
    manager.post("launch")
    manager.post("pause")
    say(manager, "Hi {shoe_size}, this is Ohio Votes.")
    refused = manager.post("resume")
    assert refused.status_code == 409
    assert refused.text.index("There is a problem") < refused.text.index("<h1>")
    assert "shoe_size" in refused.text.split("<h1>")[0]
