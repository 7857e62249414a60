"""The same pages where no script runs."""

from playwright.sync_api import expect

from tests.browser.conversations.talks import conversation, said
from tests.browser.texting.hands import THREAD, Opening
from tests.browser.texting.stub import Stub


def test_without_script_the_same_token_goes_by_a_form(opened: Opening, stub: Stub) -> None:
    page = opened(java_script_enabled=False)
    page.get_by_role("button", name="Send to Maria").click()
    expect(page.get_by_role("button", name="Send to Ana")).to_be_visible()
    page.get_by_role("button", name="Skip").click()
    expect(page.get_by_role("button", name="Send to José")).to_be_visible()
    assert [(post["token"], post["hash"]) for post in stub.posts] == [("token-1-0", "hash-1")]
    assert stub.skipped == ["token-2-0"]


def test_without_script_opting_out_still_takes_two_steps(opened: Opening, stub: Stub) -> None:
    stub.talks.conversation, stub.talks.items = conversation(), [said("in", "Please stop")]
    page = opened(THREAD, java_script_enabled=False)
    expect(page.get_by_role("button", name="Opt Maria out")).to_be_hidden()
    page.get_by_role("link", name="Opt out").click()
    page.get_by_role("button", name="Opt Maria out").click()
    page.wait_for_url("**/replies")
    assert len(stub.talks.named("opt_out")) == 1
