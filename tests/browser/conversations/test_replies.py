"""Conversations: the draft is never lost, nothing is sent by itself, opting out takes two steps."""

from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.conversations.talks import REPLY_ID, conversation, question, row, said
from tests.browser.texting.hands import (
    SCREEN,
    THREAD,
    Leaving,
    Opening,
    heard,
    stand_still,
    talking,
    until,
)
from tests.browser.texting.stub import Stub

THANKS = {"title": "Thanks", "text": "Thank you so much. Every vote counts.", "offered": ""}
OTHER = "/o/library/replies/32"


def send(page: Page, words: str) -> None:
    page.fill("#draft", words)
    page.click("#answer")


def refuse(stub: Stub, deed: str, status: int, code: str = "", words: str = "") -> None:
    stub.talks.refuse[deed] = (status, {"code": code, "words": words} if words else {})


def test_a_suggestion_fills_the_box_and_never_sends(opened: Opening, stub: Stub) -> None:
    talking(stub)
    stub.talks.state["suggestions"] = [THANKS]
    page = opened(THREAD)
    page.fill("#draft", "Hi Maria!")
    page.click(".suggestion")
    expect(page.locator("#draft")).to_have_value("Hi Maria! Thank you so much. Every vote counts.")
    expect(page.locator("#draft")).to_be_focused()
    expect(page.locator("#left")).to_have_text("113 characters left")
    page.fill("#draft", "ő")
    expect(page.locator("#left")).to_have_text("69 characters left")
    page.fill("#draft", "a" * 161)
    expect(page.locator("#left")).to_have_text("Goes out as 2 texts, 145 characters left")
    until(page, lambda: bool(stub.talks.named("draft")))  # it leaves after anything else would have
    assert stub.talks.replies == []


def test_a_ready_answer_is_found_by_its_words(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    page.focus("#draft")
    page.keyboard.press("Control+/")
    expect(page.get_by_label("Find an answer")).to_be_focused()
    page.keyboard.type("number regis")
    expect(page.locator("#canned-list > li:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#draft")).to_have_value("It is on the public list of registered voters.")
    expect(page.get_by_role("dialog")).to_be_hidden()


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
    assert [(reply["token"], reply["text"]) for reply in stub.talks.replies] == [
        ("reply-2", "At the school.")
    ]


def test_what_was_sent_can_be_taken_back_and_is_in_the_box_again(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    stand_still(page)
    send(page, "At the school.")
    expect(page.locator("#went")).to_contain_text("Sent to Maria")
    expect(page.locator("#draft")).to_have_value("")
    page.click("#undo")
    expect(page.locator("#went")).to_contain_text("Taken back. Maria got nothing.")
    expect(page.locator("#draft")).to_have_value("At the school.")
    expect(page.locator(".bubble-out")).to_have_count(1)
    assert stub.undone == [REPLY_ID]


def test_undo_keeps_what_was_begun_since(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    stand_still(page)
    send(page, "At the school.")
    expect(page.locator("#went")).to_contain_text("Sent to Maria")
    page.type("#draft", "And bring")
    page.click("#undo")
    expect(page.locator("#went")).to_contain_text("Taken back. Maria got nothing.")
    expect(page.locator("#draft")).to_have_value("At the school.\n\nAnd bring")


def test_an_older_text_of_the_same_words_is_no_proof_that_this_one_was_sent(
    opened: Opening, stub: Stub
) -> None:
    talking(stub)
    stub.talks.items.append(said("out", "Thank you!"))
    refuse(stub, "reply", 503)
    page = opened(THREAD)
    send(page, "Thank you!")
    expect(page.locator("#trouble")).to_contain_text("Your words are kept here.")
    stub.talks.items.append(said("in", "Hello?"))
    until(page, lambda: bool(stub.streams))
    stub.tell("reply", "31")
    expect(page.locator(".bubble-in").last).to_contain_text("Hello?")
    page.reload()
    expect(page.locator("#draft")).to_have_value("Thank you!")
    stub.talks.items.append(said("out", "Thank you!"))
    until(page, lambda: bool(stub.streams))
    stub.tell("reply", "31")
    expect(page.locator("#draft")).to_have_value("")


def test_after_sending_the_next_comes_up_with_the_way_back(opened: Opening, stub: Stub) -> None:
    talking(stub)
    stub.talks.next_id = 32
    page = opened(THREAD)
    stand_still(page)
    send(page, "At the school.")
    page.wait_for_url("**" + OTHER)
    expect(page.locator("#whom")).to_be_focused()
    expect(page.locator("#went")).to_contain_text("Sent to Maria")
    expect(page.locator("#draft")).to_have_value("")
    page.get_by_role("button", name="Undo the text to Maria").click()
    page.wait_for_url("**" + THREAD)
    expect(page.locator("#draft")).to_have_value("At the school.")


def test_undo_ends_when_the_text_leaves(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    stand_still(page)
    send(page, "At the school.")
    expect(page.locator("#undo")).to_be_visible()
    page.focus("#undo")
    page.clock.run_for(5500)
    expect(page.locator("#undo")).to_be_hidden()
    expect(page.locator("#draft")).to_be_focused()


def test_what_came_before_the_stream_was_open_appears(opened: Opening, stub: Stub) -> None:
    """Its hint found nobody."""
    talking(stub)

    def comes_between(route: Route) -> None:
        stub.talks.items.append(said("in", "And until when?"))
        route.continue_()

    page = opened(THREAD)
    page.route("**/live", comes_between, times=1)
    page.reload()
    expect(page.locator(".bubble-in").last).to_contain_text("And until when?")


def test_what_came_while_the_stream_was_broken_appears(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    until(page, lambda: bool(stub.streams))

    def comes_between(route: Route) -> None:
        stub.talks.items.append(said("in", "And until when?"))
        route.continue_()

    page.route("**/live", comes_between, times=1)
    stub.hang_up()
    until(page, lambda: "And until when?" in page.locator(".bubble-in").last.inner_text())


def test_a_new_text_appears_and_the_draft_stays(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    page.fill("#draft", "At the sch")
    until(page, lambda: bool(stub.streams))
    stub.talks.items.append(said("in", "And until when?"))
    stub.tell("reply", "31")
    expect(page.locator(".bubble-in").last).to_contain_text("And until when?")
    expect(page.locator("#draft")).to_have_value("At the sch")
    expect(page.locator("#trouble")).to_contain_text("They wrote again. Read it before you send.")
    page.type("#draft", "ool.")
    page.click("#answer")
    expect(page.locator(".bubble-out").last).to_contain_text("At the sch")
    assert stub.talks.replies[0]["token"] == "reply-3"


def test_a_stop_closes_the_conversation_while_it_is_open(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    page.fill("#draft", "At the school.")
    until(page, lambda: bool(stub.streams))
    words = "They wrote STOP. They will get no more texts."
    stub.talks.conversation = conversation(state="closed", can_reply=False, closed_words=words)
    stub.talks.items.append(said("in", "STOP"))
    stub.tell("reply", "31")
    expect(page.locator("[data-verdict]")).to_have_text(words)
    expect(page.locator("#answer")).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#draft")).to_have_value("At the school.")
    left = Leaving(page, "/reply")
    page.focus("#draft")
    page.keyboard.press("Control+Enter")
    assert left.now() == []


def test_what_is_newer_is_shown_and_the_draft_stays(opened: Opening, stub: Stub) -> None:
    talking(stub)
    refuse(stub, "reply", 409, "newer_reply", "They have written again. Read it first.")
    page = opened(THREAD)
    page.fill("#draft", "At the school.")
    stub.talks.items.append(said("in", "Never mind"))
    page.click("#answer")
    expect(page.locator("#trouble")).to_contain_text("They have written again. Read it first.")
    expect(page.locator(".bubble-in").last).to_contain_text("Never mind")
    expect(page.locator("#draft")).to_have_value("At the school.")
    stub.talks.refuse.clear()
    page.click("#answer")
    expect(page.locator(".bubble-out").last).to_contain_text("At the school.")
    assert [reply["token"] for reply in stub.talks.replies] == ["reply-2", "reply-3"]


def test_a_broken_server_is_tried_again_with_the_same_token(opened: Opening, stub: Stub) -> None:
    talking(stub)
    refuse(stub, "reply", 503)
    page = opened(THREAD)
    send(page, "At the school.")
    expect(page.locator("#trouble")).to_contain_text("Your words are kept here.")
    stub.talks.refuse.clear()
    stub.talks.items.append(said("in", "And where do I park?"))
    until(page, lambda: bool(stub.streams))
    stub.tell("reply", "31")
    expect(page.locator(".bubble-in").last).to_contain_text("park")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".bubble-out").last).to_contain_text("At the school.")
    assert [reply["token"] for reply in stub.talks.replies] == ["reply-2", "reply-2"]


def test_without_connection_an_answer_stays_in_the_box(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    page.fill("#draft", "At the school.")
    page.context.set_offline(True)
    expect(page.locator("#trouble")).to_contain_text("No connection. Your words are kept here")
    page.focus("#draft")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#draft")).to_have_value("At the school.")
    page.context.set_offline(False)
    expect(page.locator("#trouble")).to_be_hidden()
    page.click("#answer")
    expect(page.locator(".bubble-out").last).to_contain_text("At the school.")
    assert len(stub.talks.replies) == 1


KEPT = """() => {
  const { text, saved = false } = JSON.parse(sessionStorage.getItem("reply-draft 31") ?? "{}");
  return { text, saved };
}"""
"""The words that this tab keeps, and whether it knows that the server has them."""


def test_a_draft_is_saved_and_survives_a_reload(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    stand_still(page)
    page.type("#draft", "At the sch")
    until(page, lambda: page.evaluate(KEPT) == {"text": "At the sch", "saved": True})
    assert stub.talks.named("draft") == [{"text": "At the sch"}]
    page.reload()
    expect(page.locator("#draft")).to_have_value("At the sch")
    stub.talks.draft = "Written on a phone since"
    page.reload()
    expect(page.locator("#draft")).to_have_value("Written on a phone since")
    stub.person, stub.talks.draft = 2, ""
    page.goto(OTHER)
    page.goto(THREAD)
    expect(page.locator("#draft")).to_have_value("")


def test_opting_out_takes_two_steps_and_the_harmless_one_has_the_focus(
    opened: Opening, stub: Stub
) -> None:
    talking(stub)
    page = opened(THREAD)
    page.get_by_role("button", name="Opt out").press("Enter")
    expect(page.get_by_role("button", name="Keep the conversation")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert stub.talks.named("opt_out") == []
    page.get_by_role("button", name="Opt out").click()
    page.get_by_role("button", name="Opt Maria out").click()
    expect(page.get_by_role("heading", name="Replies", exact=True)).to_be_visible()
    assert len(stub.talks.named("opt_out")) == 1


def test_one_press_saves_an_answer_and_offers_the_next_words(opened: Opening, stub: Stub) -> None:
    talking(stub)
    stub.talks.state["question"] = question()
    page = opened(THREAD)
    yes = page.get_by_role("button", name="Yes", exact=True)
    yes.click()
    expect(yes).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#draft")).to_have_value("Great! Your polling place is the main library.")
    expect(yes).to_be_focused()
    yes.click()
    expect(yes).to_have_attribute("aria-pressed", "false")
    heard(lambda: len(stub.talks.named("answer")) == 2)  # pressed before the server knows of it
    assert stub.talks.named("answer") == [
        {"step": "s1", "answer": "a1"},
        {"step": "s1", "answer": ""},
    ]
    page.click("#answer")
    expect(page.locator(".bubble-out").last).to_contain_text("Great!")
    assert stub.talks.replies[0]["offered"] == "s1.a1.0"


def test_an_answer_that_is_not_saved_goes_back_in_words(opened: Opening, stub: Stub) -> None:
    talking(stub)
    stub.talks.state["question"] = question("a2")
    refuse(stub, "answer", 409, "question_gone", "The script was changed. Look again.")
    page = opened(THREAD)
    page.fill("#draft", "Mine")
    page.get_by_role("button", name="Yes", exact=True).click()
    expect(page.locator(".saved")).to_have_text("Not saved. The script was changed. Look again.")
    expect(page.get_by_role("button", name="No", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#draft")).to_have_value("Mine")


def test_typed_words_are_never_replaced_by_an_offer(opened: Opening, stub: Stub) -> None:
    talking(stub)
    stub.talks.state["question"] = question()
    page = opened(THREAD)
    page.fill("#draft", "My own words")
    stub.talks.items.append(said("out", "Hello?"))
    page.get_by_role("button", name="Yes", exact=True).click()
    expect(page.locator(".bubble-out").last).to_contain_text("Hello?")  # it came after the offer
    expect(page.get_by_role("button", name="Yes", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#draft")).to_have_value("My own words")


def test_a_lead_is_asked_and_the_page_stays(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    page.click("#foot >> text=Ask an organizer")
    page.get_by_label("What would you like to know?").fill("Is the library open on Sunday?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".notices")).to_contain_text("An organizer has been asked.")
    expect(page.locator("#went")).to_be_hidden()
    assert stub.talks.named("ask")[0]["text"] == "Is the library open on Sunday?"


def test_no_reply_needed_goes_on_and_says_so(opened: Opening, stub: Stub) -> None:
    talking(stub)
    stub.talks.next_id = 32
    page = opened(THREAD)
    stand_still(page)
    page.keyboard.press("Alt+d")
    page.wait_for_url("**" + OTHER)
    expect(page.locator("#went")).to_contain_text("Closed: Maria.")
    page.get_by_role("button", name="Undo closing Maria").click()
    page.wait_for_url("**" + THREAD)
    expect(page.locator("#went")).to_contain_text("Open again: Maria.")
    expect(page.locator("#undo")).to_be_hidden()
    assert stub.talks.named("reopen") == [{"undo": "closed-31"}]


def test_no_letter_alone_does_anything(opened: Opening, stub: Stub) -> None:
    talking(stub)
    stub.talks.state["question"] = question()
    page = opened(THREAD)
    page.evaluate("document.activeElement.blur()")
    for key in "abcdefghijklmnopqrstuvwxyz ;/?.,":
        page.keyboard.press(key)
    page.fill("#draft", "My own words")
    until(page, lambda: bool(stub.talks.named("draft")))  # it leaves after anything else would have
    assert page.url.endswith(THREAD)
    assert stub.talks.replies == []
    assert {name for name, _ in stub.talks.posts} == {"looking", "draft"}
    expect(page.get_by_role("dialog")).to_be_hidden()


def hurtful(number: int) -> dict[str, Any]:
    return said("in", f"hurtful words {number}", abusive=True, id=number, at=datetime.now(UTC))


def test_hurtful_words_are_covered_and_after_three_a_break_is_offered(
    opened: Opening, stub: Stub
) -> None:
    talking(stub)
    stub.talks.items += [hurtful(11), hurtful(12)]
    stub.talks.state["pass_on"] = True
    page = opened(THREAD)
    expect(page.get_by_text("hurtful words 11")).to_be_hidden()
    page.get_by_text("Show", exact=True).first.click()
    expect(page.get_by_text("hurtful words 11")).to_be_visible()
    expect(page.locator("#nudge")).to_be_hidden()
    until(page, lambda: bool(stub.streams))
    stub.talks.items.append(hurtful(13))
    stub.tell("reply", "31")
    expect(page.locator("#nudge")).to_contain_text("hard to read")
    page.get_by_role("button", name="Take five minutes").click()
    expect(page.get_by_text("5 minutes left")).to_be_visible()
    page.get_by_role("button", name="I am back").click()
    expect(page.locator("#nudge")).to_be_hidden()
    page.get_by_role("button", name="Pass on", exact=True).click()
    page.wait_for_url("**/replies")
    assert stub.talks.named("pass_on")[0]["reason"] == "abusive"


def test_a_picture_comes_only_when_asked_for(opened: Opening, stub: Stub) -> None:
    talking(stub)
    shown = {"type": "image/jpeg", "show": "/o/library/replies/31/picture", "caption": ""}
    stub.talks.items.append(said("in", "", media=[shown]))
    page = opened(THREAD)
    expect(page.locator(".bubble img")).to_have_count(0)
    page.get_by_role("link", name="Show picture").click()
    expect(page.get_by_role("img", name="The picture they sent")).to_be_visible()


def test_who_else_writes_is_seen(opened: Opening, stub: Stub) -> None:
    talking(stub)
    stub.talks.others = ["Ben is writing"]
    page = opened(THREAD)
    page.type("#draft", "At")
    expect(page.locator("#others")).to_have_text("Ben is writing")
    until(page, lambda: any(post.get("writes") for post in stub.talks.named("looking")))


def test_links_in_a_text_open_outside_and_tell_nothing(opened: Opening, stub: Stub) -> None:
    talking(stub)
    stub.talks.items.append(
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
    expect(page.locator(".bubble img")).to_have_count(0)


def test_the_list_grows_by_itself(opened: Opening, stub: Stub) -> None:
    page = opened("/o/library/replies")
    expect(page.get_by_role("heading", name="No replies yet")).to_be_visible()
    until(page, lambda: bool(stub.streams))
    stub.waiting, stub.rows = 1, [row(31, "Maria", "Yes!", waiting_since=datetime.now(UTC), unread=True)]
    stub.tell("reply", "31")
    expect(page.get_by_role("link", name="Maria")).to_be_visible()
    expect(page).to_have_title("Replies (1) · Friends of the Library · p2ptext")


def test_on_a_wide_screen_the_list_stands_beside(opened: Opening, stub: Stub) -> None:
    talking(stub)
    stub.waiting, stub.rows = 1, [row(31, "Maria", "Yes!", waiting_since=datetime.now(UTC), unread=True)]
    page = opened(THREAD, (1280, 800))
    link = page.locator("#beside").get_by_role("link", name="Maria")
    expect(link).to_have_attribute("aria-current", "true")


def test_a_broken_stream_is_replaced_by_slow_asking(opened: Opening, stub: Stub) -> None:
    page = opened("/o/library/not-sent")
    page.route("**/live", lambda route: route.fulfill(status=503, body=""))
    page.goto(SCREEN)
    stub.waiting = 4
    until(page, lambda: page.locator(".count").inner_text().startswith("4"))


def test_what_was_done_with_the_last_one_is_told_in_the_list(opened: Opening, stub: Stub) -> None:
    talking(stub)
    page = opened(THREAD)
    stand_still(page)
    page.get_by_role("button", name="No reply needed").click()
    page.wait_for_url("**/replies")
    expect(page.locator("#went")).to_contain_text("Closed: Maria.")
    page.get_by_role("button", name="Undo closing Maria").click()
    page.wait_for_url("**" + THREAD)
    expect(page.locator("#went")).to_contain_text("Open again: Maria.")
    page.goto(OTHER)
    expect(page.locator("#went")).to_be_hidden()


def test_a_refused_answer_that_was_warned_of_goes_the_second_time(opened: Opening, stub: Stub) -> None:
    talking(stub)
    warning = {"code": "capitals", "words": "All in capital letters."}
    told = {"code": "look_again", "words": f"{warning['words']} Look again.", "warnings": [warning]}
    stub.talks.refuse["reply"] = (409, told)
    page = opened(THREAD)
    send(page, "AT THE SCHOOL")
    expect(page.locator("#trouble")).to_contain_text("All in capital letters. Look again.")
    stub.talks.refuse.clear()
    page.click("#answer")
    expect(page.locator(".bubble-out").last).to_contain_text("AT THE SCHOOL")
    assert [reply["despite"] for reply in stub.talks.replies] == ["", "capitals"]


def test_a_picture_that_cannot_be_shown_says_why(opened: Opening, stub: Stub) -> None:
    talking(stub)
    path = "/o/library/replies/31/picture"
    picture = {"type": "image/jpeg", "show": path, "caption": ""}
    stub.talks.items.append(said("in", "", id=7, media=[picture]))
    page = opened(THREAD)
    words = "This picture is larger than 5 MB and is not shown. Ask them to describe it."
    page.route("**" + path, lambda route: route.fulfill(json={"words": words}))
    page.click("[data-picture]")
    expect(page.locator(".media")).to_have_text(words)
