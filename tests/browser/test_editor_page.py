"""The script editor in a real browser: cards in place by keyboard and by touch, words that survive, two
managers, lengths counted as the server counts them, with axe."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

import p2ptext
from p2ptext.background import transaction
from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from p2ptext.rules import sms_text
from p2ptext.rules.tree import Step
from tests import factories
from tests.browser.test_questions_page import STEPS, Site, no_barriers, open_page, press, site, write

__all__ = ["site"]

SCRIPTS = Path(p2ptext.__file__).parent / "static" / "js" / "editor"

TEXTS = [
    "", "a" * 160, "a" * 161, "a" * 306, "a" * 307, "a" * 152 + "^" + "a" * 152, "€" * 80, "€" * 81,
    "Hi {first_name|there}", "[x]~|\\", "line\nline", "form\ffeed", "tab\there", "ÄÖÜ ñ Ç è É Ω", "ç á ã",
    "It’s “so”—fine…", "x" * 69 + "’", "x" * 70 + "’", "😀" * 35, "😀" * 36, "y" * 66 + "😀😀", "👩‍👩‍👧 family",
    "a\u200db", "\u200c", "soft\u00adhyphen\u200b", "\u2028\u2029\u0085", "ǅ ȷ", "‐‑‒–—―−", "￼", "Καλημέρα",
    "日本語" * 25, "\u202aleft\u202c \u2066x\u2069", "«quoted» ‹x›", "\u1680\u3000 ", "🏳️‍🌈", "`´ʼ＇＂",
]  # fmt: skip


def steps_now(site: Site) -> tuple[Step, ...]:
    db.session.expire_all()
    return writing.steps_of(db.session.get_one(Campaign, site.manager.campaign.id))


def open_answer(page: Page, label: str) -> None:
    page.get_by_role("link", name=f"Change the answer {label}", exact=True).click()
    expect(page.get_by_label("If they say")).to_be_focused()


def test_the_browser_counts_as_the_server_does(chromium: Browser, site: Site) -> None:
    page = open_page(chromium, site, "desk", "message")
    counted = page.evaluate(
        """async (texts) => {
            const {count, wide} = await import("/static/js/editor/sms.js");
            return texts.map((text) => [count(text), wide(text)]);
        }""",
        TEXTS,
    )
    for text, (found, signs) in zip(TEXTS, counted, strict=True):
        here = sms_text.count(text)
        assert (found["encoding"], found["units"], found["segments"]) == (
            here.encoding,
            here.units,
            here.segments,
        ), text
        wanted = [(one.char, one.replacement) for one in sms_text.find_non_gsm(text)]
        assert [(one["char"], one["plain"]) for one in signs] == wanted, text
        for one in signs:
            before = text.encode("utf-16-le")[: 2 * one["index"]].decode("utf-16-le")
            assert text[len(before) :].startswith(one["char"])


def test_a_script_is_written_in_place_with_the_keyboard(chromium: Browser, site: Site) -> None:
    write(site, *STEPS)
    page = open_page(chromium, site, "desk", "questions")
    press(page.get_by_role("link", name="Change the answer Yes"))
    expect(page.get_by_label("If they say")).to_be_focused()
    page.keyboard.press("Tab")
    box = page.get_by_label(re.compile("^Say"))
    expect(box).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("It’s great, ")
    expect(page.get_by_text("A segment holds 70 characters instead of 160, because of:")).to_be_visible()
    press(page.locator(".wide-signs").get_by_role("button", name="Replace with '"))
    expect(box).to_have_value("It's great, ")
    box.focus()
    page.keyboard.press("End")
    press(page.get_by_role("button", name="{first_name}"))
    expect(box).to_have_value("It's great, {first_name|there}")
    expect(box).to_be_focused()
    page.keyboard.press("ControlOrMeta+z")
    expect(box).to_have_value("It's great, ")
    page.keyboard.press("ControlOrMeta+Shift+z")
    page.keyboard.type("!")
    expect(page.get_by_label("Preview")).to_contain_text("It's great, Maria!")
    expect(page.locator("[data-count]").first).to_contain_text(
        "34 of 160 characters, 1 segment, about 0.8 to 1.2¢"
    )
    no_barriers(page)
    press(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_text("The answer is saved.").first).to_be_visible()
    expect(page.locator("#s1")).to_contain_text("It's great, Maria!")
    assert steps_now(site)[0].answers[0].texts[0] == "It's great, {first_name|there}!"
    press(page.get_by_role("button", name="Undo"))
    expect(page.get_by_text("The script says again what version")).to_be_visible()
    assert steps_now(site) == STEPS
    press(page.get_by_role("link", name="Change the answer Yes"))
    press(page.get_by_role("button", name="Move down"))
    expect(page.locator("#s1 .say-label strong")).to_have_text(
        ["Not sure, tell me more please", "Yes", "No"]
    )
    press(page.get_by_role("link", name="Change the question When will they vote?"))
    press(page.get_by_role("link", name="Ask it after another answer"))
    page.get_by_label("After which answer").select_option(
        "1. Can we count on your vote for the library levy? If they say No"
    )
    press(page.get_by_role("button", name="Move", exact=True))
    expect(page.get_by_text("The question is moved.").first).to_be_visible()
    assert [one.next for one in steps_now(site)[0].answers] == ["s3", None, "s2"]
    press(page.get_by_role("link", name="Change the answer On the day"))
    page.get_by_label("If they say").fill("Later")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Change the answer On the day")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_thumb_writes_on_a_phone_and_words_survive(chromium: Browser, site: Site, scheme: str) -> None:
    write(site, *STEPS)
    page = open_page(chromium, site, "phone", "questions", scheme)
    open_answer(page, "No")
    no_barriers(page)
    small = page.evaluate(
        """[...document.querySelectorAll(".opened :is(a, button, input, select, textarea)")]
           .filter((one) => one.offsetParent && !one.closest(".visually-hidden") && one.type !== "hidden"
             && !one.matches(".visually-hidden") && one.getBoundingClientRect().height < 44)
           .map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert small == []
    box = page.get_by_label(re.compile("^Say"))
    box.fill("Thank you, we will ask")
    expect(page.locator("[data-draft-state]")).to_contain_text("Saved as draft")
    page.context.set_offline(True)
    box.fill("Thank you, we will ask nobody twice")
    expect(page.locator("[data-draft-state]")).to_contain_text("No connection.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-draft-state]")).to_contain_text("Try again in a moment.")
    page.context.set_offline(False)
    page.reload()
    page.locator(".draft-note").get_by_role("link", name="No").click()
    expect(page.get_by_label(re.compile("^Say"))).to_have_value("Thank you, we will ask nobody twice")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The answer is saved.").first).to_be_visible()
    assert steps_now(site)[0].answers[2].texts == ("Thank you, we will ask nobody twice",)
    page.get_by_role("link", name="Change the answer No", exact=True).click()
    expect(page.get_by_label(re.compile("^Say"))).to_have_value("Thank you, we will ask nobody twice")
    expect(page.get_by_text("They are not saved yet")).to_have_count(0)


def test_two_managers_see_each_other_and_lose_nothing(
    chromium: Browser, site: Site, committed_app: Flask
) -> None:
    write(site, *STEPS)
    mona = factories.person(site.manager.org, "manager", name="Mona Diaz")
    db.session.commit()
    browser = factories.client(committed_app, mona)
    db.session.commit()
    kept = browser.get_cookie(committed_app.config["SESSION_COOKIE_NAME"])
    assert kept is not None
    other = Site(site.url, {**site.cookie, "value": kept.value}, site.manager)
    first = open_page(chromium, site, "desk", "questions")
    open_answer(first, "Yes")
    second = open_page(chromium, other, "desk", "questions")
    expect(second.locator("[data-looking-words]")).to_have_text("Olga Petrova is editing another place.")
    expect(second.locator('[data-row="s1.a1"]')).to_have_attribute(
        "data-with", "Olga Petrova is editing this"
    )
    open_answer(second, "Yes")
    second.get_by_label(re.compile("^Say")).fill("Great, will you vote early?")
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.get_by_text("The answer is saved.").first).to_be_visible()
    expect(first.locator("[data-overtaken]")).to_contain_text("Mona Diaz has saved this in the meantime")
    first.get_by_label(re.compile("^Say")).fill("Great, will you vote today?")
    first.get_by_role("button", name="Save", exact=True).click()
    expect(first.get_by_role("heading", name="Mona Diaz has saved this in the meantime")).to_be_visible()
    expect(first.locator(".clash del")).to_contain_text(["early"])
    expect(first.get_by_label(re.compile("^Say"))).to_have_value("Great, will you vote today?")
    no_barriers(first)
    assert steps_now(site)[0].answers[0].texts[0] == "Great, will you vote early?"
    first.get_by_role("button", name="Save", exact=True).click()
    expect(first.get_by_text("The answer is saved.").first).to_be_visible()
    assert steps_now(site)[0].answers[0].texts[0] == "Great, will you vote today?"
    expect(second.locator("#s1")).to_contain_text("Great, will you vote today?")


@pytest.mark.parametrize(
    ("size", "scheme"), [("phone", "light"), ("phone", "dark"), ("desk", "light"), ("desk", "dark")]
)
def test_history_play_and_moves_have_no_barriers(
    chromium: Browser, site: Site, size: str, scheme: str
) -> None:
    write(site, *STEPS)
    with transaction():
        campaign = writing.lock(site.manager.campaign.id, site.manager.org.id)
        writing.save_wordings(
            campaign, ["Hello {first_name}. Ohio Votes. Reply STOP."], site.manager.person.id
        )
    page = open_page(chromium, site, size, "versions", scheme)
    for rest in ("versions", "versions/difference?a=1&b=3", "play?said=s1.a1", "questions/s2/move"):
        page.goto(site.manager.path(rest))
        no_barriers(page)


def test_the_editor_s_scripts_stay_under_15_kb() -> None:
    files = list(SCRIPTS.glob("*.js"))
    assert files
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < 15_000
