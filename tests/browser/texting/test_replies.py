"""Conversations: the draft is never lost, nothing is sent by itself, opting out takes two steps."""

from datetime import UTC, datetime

from playwright.sync_api import expect

from tests.browser.texting.hands import SCREEN, THREAD, Opening, talking, until
from tests.browser.texting.stub import Stub, conversation, row, said


def test_a_suggestion_fills_the_box_and_never_sends(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    page.fill("#draft", "Hi Maria!")
    page.click("text=Thanks")
    expect(page.locator("#draft")).to_have_value("Hi Maria! Thank you so much. Every vote counts.")
    expect(page.locator("#draft")).to_be_focused()
    expect(page.locator("#left")).to_have_text("113 characters left")
    page.fill("#draft", "ő")
    expect(page.locator("#left")).to_have_text("69 characters left")
    page.fill("#draft", "a" * 161)
    expect(page.locator("#left")).to_have_text("Goes out as 2 texts, 145 characters left")
    assert stub.replies == []


def test_an_answer_goes_once_and_a_program_cannot_send_it(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    page.fill("#draft", "At the school.")
    page.evaluate("() => document.getElementById('answer').click()")
    page.focus("#draft")
    page.keyboard.down("Control")
    for _ in range(5):
        page.keyboard.down("Enter")
    expect(page.locator(".bubble-out").last).to_contain_text("At the school.")
    assert [(reply["token"], reply["text"]) for reply in stub.replies] == [("reply-2", "At the school.")]


def test_a_new_text_appears_and_the_draft_stays(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    page.fill("#draft", "At the sch")
    until(page, lambda: bool(stub.streams))
    stub.items.append(said("in", "And until when?"))
    stub.tell("reply", "31")
    expect(page.locator(".bubble-in").last).to_contain_text("And until when?")
    expect(page.locator("#draft")).to_have_value("At the sch")
    expect(page.locator("#left")).to_have_text("They wrote again. Read it before you send.")
    page.type("#draft", "ool.")
    page.click("#answer")
    expect(page.locator(".bubble-out").last).to_contain_text("At the sch")
    assert stub.replies[0]["token"] == "reply-3"


def test_a_stop_closes_the_conversation_while_it_is_open(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    page.fill("#draft", "At the school.")
    until(page, lambda: bool(stub.streams))
    words = "They wrote STOP. They will get no more texts."
    stub.conversation = conversation(state="closed", can_reply=False, closed_words=words)
    stub.items.append(said("in", "STOP"))
    stub.tell("reply", "31")
    expect(page.locator("[data-verdict]")).to_have_text(words)
    expect(page.locator("#answer")).to_be_disabled()
    expect(page.locator("#draft")).to_have_value("At the school.")


def test_a_refused_answer_keeps_the_draft(opened: Opening, stub: Stub) -> None:
    talking(stub)
    stub.refuse_reply = "They wrote again while you were typing. Read it and send again."
    page = opened(THREAD)
    page.fill("#draft", "At the school.")
    page.click("#answer")
    expect(page.get_by_role("alert").filter(has_text="They wrote again")).to_be_focused()
    expect(page.locator("#draft")).to_have_value("At the school.")


def test_without_connection_an_answer_stays_in_the_box(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    page.fill("#draft", "At the school.")
    page.context.set_offline(True)
    page.click("#answer")
    expect(page.locator("#left")).to_contain_text("No connection. Your words are still here")
    page.context.set_offline(False)
    page.click("#answer")
    expect(page.locator(".bubble-out").last).to_contain_text("At the school.")
    assert len(stub.replies) == 1


def test_opting_out_takes_two_steps_and_the_harmless_one_has_the_focus(
    opened: Opening, stub: Stub
) -> None:
    talking(stub)
    page = opened(THREAD)
    page.get_by_role("button", name="Opt out").press("Enter")
    expect(page.get_by_role("button", name="Keep the conversation")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert stub.opted_out == 0
    page.get_by_role("button", name="Opt out").click()
    page.get_by_role("button", name="Opt Maria out").click()
    expect(page.get_by_role("heading", name="Replies", exact=True)).to_be_visible()
    assert stub.opted_out == 1


def test_links_in_a_text_open_outside_and_tell_nothing(opened: Opening, stub: Stub) -> None:
    talking(stub)
    stub.items.append(
        said(
            "in",
            "<b>see</b> https://example.org/a?b=1&c=2",
            media=[{"type": "image", "url": "https://example.org/x.jpg"}],
        )
    )
    page = opened(THREAD)
    expect(page.locator(".bubble-text").last).to_have_text("<b>see</b> https://example.org/a?b=1&c=2")
    for link in page.locator(".bubble a").all():
        assert link.get_attribute("rel") == "noopener noreferrer nofollow"
        assert link.get_attribute("target") == "_blank"
    assert page.locator(".bubble img").count() == 0


def test_the_list_grows_by_itself(opened: Opening, stub: Stub) -> None:
    page = opened("/o/library/replies")
    expect(page.get_by_role("heading", name="No replies yet")).to_be_visible()
    until(page, lambda: bool(stub.streams))
    stub.waiting, stub.rows = 1, [row(31, "Maria", "Yes!", waiting_since=datetime.now(UTC), unread=True)]
    stub.tell("reply", "31")
    expect(page.get_by_role("link", name="Maria")).to_be_visible()
    expect(page).to_have_title("Replies (1) · Friends of the Library · p2ptext")


def test_a_broken_stream_is_replaced_by_slow_asking(opened: Opening, stub: Stub) -> None:
    page = opened("/o/library/not-sent")
    page.route("**/live", lambda route: route.fulfill(status=503, body=""))
    page.goto(SCREEN)
    stub.waiting = 4
    until(page, lambda: page.locator(".count").inner_text().startswith("4"))
