"""Every part of the pages, in a real browser: in both themes, on a phone and a desk, with axe."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import styleguide
from tests.browser.barriers import faults, settled
from tests.serving import serving

PHONE, DESK = (390, 844), (1280, 800)


@pytest.fixture(scope="module")
def guide() -> Iterator[str]:
    with serving(styleguide.create_app()) as url:
        yield f"{url}/"


def opened(browser: Browser, url: str, size: tuple[int, int] = PHONE, **wishes: str) -> Page:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, **wishes)  # type: ignore[arg-type]
    page.goto(url)
    settled(page)
    return page


@pytest.mark.parametrize("size", [PHONE, DESK])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("query", ["", "?faults=1"])
def test_no_part_breaks_an_accessibility_rule(
    guide: str, chromium: Browser, size: tuple[int, int], theme: str, query: str
) -> None:
    page = opened(chromium, guide + query, size, color_scheme=theme)
    page.evaluate("document.querySelectorAll('details:not(.menu)').forEach(one => { one.open = true })")
    found = faults(page)
    page.close()
    assert found == []


@pytest.mark.parametrize(("width", "text"), [(320, "100%"), (390, "200%"), (1280, "200%")])
def test_nothing_sticks_out_sideways(guide: str, chromium: Browser, width: int, text: str) -> None:
    page = opened(chromium, guide + "?faults=1", (width, 800))
    page.evaluate("size => { document.documentElement.style.fontSize = size }", text)
    settled(page)
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert wide <= width


def test_the_chosen_tab_is_in_sight_where_the_row_is_too_long(guide: str, chromium: Browser) -> None:
    page = opened(chromium, guide, (320, 800))
    chosen, row = page.locator(".tabs [aria-current]"), page.locator(".tabs ul")
    here, whole = chosen.bounding_box(), row.bounding_box()
    hidden = row.evaluate("row => row.scrollWidth - row.clientWidth")
    page.close()
    assert here
    assert whole
    assert hidden > 0
    assert whole["x"] <= here["x"]
    assert here["x"] + here["width"] <= whole["x"] + whole["width"] + 1


def test_what_a_thumb_must_hit_is_44_px(guide: str, chromium: Browser) -> None:
    """Rows of ticks and of tasks answer all over, so their box is the row; words in a sentence may be small."""
    page = opened(chromium, guide)
    small = page.evaluate(
        """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
        .map((part) => [part.outerHTML.slice(0, 60),
            (part.closest(".check, .task-list > li") || part).getBoundingClientRect(), part])
        .filter(([, box, part]) => box.width && !part.matches("p a, .skip-link, th a"))
        .filter(([, box]) => box.width < 43.5 || box.height < 43.5).map(([name]) => name)"""
    )
    page.close()
    assert small == []


def test_faults_are_announced_in_the_title_and_take_the_focus(guide: str, chromium: Browser) -> None:
    page = opened(chromium, guide + "?faults=1")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert page.title().startswith("Error: Style guide")
    page.get_by_role("link", name="Fill in: Password").click()
    expect(page.get_by_label("Password")).to_be_focused()
    page.close()


def test_a_message_stays_until_the_reader_closes_it(guide: str, chromium: Browser) -> None:
    page = opened(chromium, guide)
    page.get_by_role("status").filter(has_text="Your changes are saved").get_by_role("button").click()
    expect(page.get_by_text("Your changes are saved")).to_have_count(0)
    expect(page.get_by_role("alert").filter(has_text="The carrier is slow")).to_be_visible()
    expect(page.locator("#main")).to_be_focused()
    page.close()


def test_a_form_goes_out_once_until_the_page_is_shown_again(guide: str, chromium: Browser) -> None:
    page = opened(chromium, guide)
    went = page.evaluate(
        """() => {
            const form = document.querySelector("form[data-once]");
            const how = {bubbles: true, cancelable: true};
            const press = () => form.dispatchEvent(new SubmitEvent("submit", how));
            const twice = [press(), press()];
            window.dispatchEvent(new PageTransitionEvent("pageshow"));
            return [...twice, press()];
        }"""
    )
    page.close()
    assert went == [True, False, True]


def test_menus_close_with_escape_and_give_the_focus_back(guide: str, chromium: Browser) -> None:
    page = opened(chromium, guide)
    account = page.locator("summary", has_text="Your account: Amy Okafor")
    account.click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(account).to_be_focused()
    page.close()
