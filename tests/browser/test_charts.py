"""Charts are drawn from their tables, and say nothing that the tables do not say."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import chart_samples, styleguide
from tests.browser.visiting import DESK, PHONE, Visitor, until
from tests.serving import serving

DRAWN = ["by-day", "volunteers", "money", "clicks"]
IN_THEIR_TABLE = ["wordings", "funnel", "hours"]
SMALL = {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def guide() -> Iterator[str]:
    with serving(styleguide.create_app()) as url:
        yield url


@pytest.fixture
def visitor(guide: str, chromium: Browser) -> Iterator[Visitor]:
    """Somebody at a desk; whatever their browser complains of, the policy's refusals too, fails the test."""
    one = Visitor(chromium, guide, DESK)
    one.page.goto("/")
    drawn(one.page)
    yield one
    one.close()


def drawn(page: Page) -> None:
    """Every chart stands, in the page's own letters."""
    expect(page.locator("#clicks canvas")).to_be_visible()
    page.evaluate("document.fonts.ready")


def colours(page: Page, figure: str) -> list[str]:
    """The full colours of a canvas, from the commonest on."""
    found: list[str] = page.evaluate(
        """name => {
            const canvas = document.querySelector(`#${name} .chart-canvas canvas`);
            const copy = new OffscreenCanvas(canvas.width, canvas.height)
                .getContext("2d", {willReadFrequently: true});
            copy.drawImage(canvas, 0, 0);
            const dots = copy.getImageData(0, 0, canvas.width, canvas.height).data;
            const counts = {};
            for (let place = 0; place < dots.length; place += 4) {
                if (dots[place + 3] < 255) continue;
                const colour = `${dots[place]} ${dots[place + 1]} ${dots[place + 2]}`;
                counts[colour] = (counts[colour] || 0) + 1;
            }
            return Object.keys(counts).sort((one, other) => counts[other] - counts[one]);
        }""",
        figure,
    )
    return found


def test_a_line_is_drawn_and_its_numbers_are_one_press_away(visitor: Visitor) -> None:
    figure = visitor.page.locator("#by-day")
    said = "Replied: last 15.1% (12.9–17.5%) of 930 (Nov 2), lowest 7% (2–18%) of 44 (Nov 1)"
    expect(figure.get_by_role("img")).to_have_attribute("aria-label", re.compile(re.escape(said)))
    until(lambda: {"0 86 174", "232 80 10"} <= set(colours(visitor.page, "by-day")))
    expect(figure.get_by_role("table")).to_be_hidden()
    figure.get_by_text("Show the numbers").click()
    expect(figure.get_by_role("table")).to_be_visible()


@pytest.mark.parametrize(
    ("unit", "most", "lines"),
    [
        ("share", 0.67, ["0%", "20%", "40%", "60%", "80%"]),
        ("share", 0.6, ["0%", "20%", "40%", "60%"]),
        ("share", 1, ["0%", "20%", "40%", "60%", "80%", "100%"]),
        ("share", 0.034, ["0%", "1%", "2%", "3%", "4%"]),
        ("share", 0.012, ["0.0%", "0.5%", "1.0%", "1.5%"]),
        ("share", 0.0004, ["0.00%", "0.01%", "0.02%", "0.03%", "0.04%"]),
        ("count", 1, ["0", "1"]),
        ("count", 23, ["0", "5", "10", "15", "20", "25"]),
        ("money", 2.52, ["$0.00", "$1.00", "$2.00", "$3.00"]),
    ],
)
def test_an_axis_ends_on_a_line_that_nothing_stands_above(
    visitor: Visitor, unit: str, most: float, lines: list[str]
) -> None:
    found = visitor.page.evaluate(
        """async ([name, most]) => {
            const { linesOf, writer } = await import("/static/js/charts/look.mjs");
            const unit = { unit: name, currency: "USD" };
            const lines = linesOf(unit, most);
            return lines.map(writer(unit, lines));
        }""",
        [unit, most],
    )
    assert found == lines


def test_the_words_at_the_pointer_are_those_of_the_table(visitor: Visitor) -> None:
    figure = visitor.page.locator("#by-day")
    figure.locator(".u-over").hover(position={"x": 3, "y": 40})
    expect(figure.locator(".chart-tip")).to_have_text(
        "Oct 20Replied: 11.9% (9.9–14.4%) of 812Opted out: 2.0% (1.2–3.2%) of 812"
    )
    visitor.page.mouse.move(2, 2)
    expect(figure.locator(".chart-tip")).to_be_hidden()


def test_a_chart_follows_its_table(visitor: Visitor) -> None:
    """A page that renews itself changes cells and rows; the drawing is never ahead of them or behind."""
    page = visitor.page
    page.evaluate(
        """() => {
            const rows = document.querySelector("#clicks tbody");
            const next = rows.lastElementChild.cloneNode(true);
            next.cells[0].textContent = "7:25 pm";
            next.cells[1].dataset.value = "112";
            next.cells[1].textContent = "112";
            rows.append(next);
        }"""
    )
    expect(page.locator("#clicks .chart-now")).to_have_text("112")
    label = re.compile(r"last 112 \(7:25 pm\), lowest 14 \(7:01 pm\), highest 112 \(7:25 pm\)")
    expect(page.locator("#clicks").get_by_role("img")).to_have_attribute("aria-label", label)
    page.evaluate("document.querySelector('#clicks tbody').replaceChildren()")
    expect(page.locator("#clicks [data-chart-place]")).to_be_hidden()


def test_a_chart_follows_theme_room_and_paper(visitor: Visitor) -> None:
    page = visitor.page
    page.emulate_media(color_scheme="dark")
    until(lambda: "102 213 255" in colours(page, "by-day"))
    page.emulate_media(color_scheme="dark", media="print")
    until(lambda: "0 86 174" in colours(page, "by-day"))
    expect(page.locator("#by-day").get_by_role("table")).to_be_visible()
    page.emulate_media(color_scheme="light", media="screen")
    page.set_viewport_size({"width": 500, "height": 800})
    for figure in DRAWN:
        page.wait_for_function(
            """name => {
                const figure = document.getElementById(name);
                const drawing = figure.querySelector(".chart-canvas canvas, .volunteers-plot");
                return drawing.getBoundingClientRect().right <= figure.getBoundingClientRect().right;
            }""",
            arg=figure,
        )


def test_a_chart_that_was_hidden_or_taken_away_is_drawn_when_it_is_seen(visitor: Visitor) -> None:
    page = visitor.page
    for figure in DRAWN:
        place = page.locator(f"#{figure} [data-chart-place]")
        page.evaluate(
            """async name => {
                const figure = document.getElementById(name);
                figure.hidden = true;
                figure.querySelector("td[data-n], td[data-value]").append(" ");
                await new Promise(requestAnimationFrame);
            }""",
            figure,
        )
        expect(place.locator("canvas, svg")).to_have_count(0)
        page.evaluate("name => { document.getElementById(name).hidden = false }", figure)
        expect(place.locator("canvas, .volunteers-plot").last).to_be_visible()
    page.evaluate("document.getElementById('volunteers').remove()")
    page.evaluate("new Promise(requestAnimationFrame)")


def test_volunteers_are_walked_through_with_the_arrows(visitor: Visitor) -> None:
    page = visitor.page
    points = page.locator("#volunteers .point[tabindex]")
    expect(points).to_have_count(len(chart_samples.VOLUNTEERS))
    expect(page.locator("#volunteers .point[tabindex='0']")).to_have_count(1)
    page.locator("#volunteers .point[tabindex='0']").focus()
    expect(page.locator("#volunteers .chart-tip")).to_contain_text("Ruth Abebe")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#volunteers .chart-tip")).to_contain_text(
        "Tess NguyenOpted out: 1% (0–6%) of 87"
    )
    page.evaluate("document.querySelector('#volunteers td').dataset.n = '9'")
    expect(page.locator("#volunteers .point:focus")).to_have_attribute(
        "aria-label", re.compile("Tess Nguyen")
    )
    page.keyboard.press("End")
    expect(page.locator("#volunteers .chart-tip")).to_contain_text("Carlos Medina")
    named = page.locator("#volunteers .volunteers-plot .name").all_text_contents()
    assert named == ["Ruth Abebe", "Jonas Bergström", "Dana Whitfield", "Walter Pike"]
    beyond = page.get_by_role("link", name=re.compile("Dana Whitfield.*beyond the solid line"))
    expect(beyond).to_have_class("point beyond-2")


def test_nobody_is_judged_by_fewer_texts_than_the_lines_begin_with(visitor: Visitor) -> None:
    """Limits of more texts are narrower: half of twelve would lie beyond those of twenty by luck alone."""
    page = visitor.page
    page.evaluate(
        """() => {
            const row = [...document.querySelectorAll("#volunteers tbody tr")]
                .find((one) => one.cells[0].textContent.trim() === "Ruth Abebe");
            Object.assign(row.cells[1].dataset, {n: "12", value: "0.5"});
        }"""
    )
    point = page.locator("#volunteers .point[data-head='Ruth Abebe']")
    expect(point).to_have_attribute("aria-label", re.compile("Ruth Abebe.*, too few to say$"))
    expect(point).to_have_class("point few")
    expect(page.locator("#volunteers .chart-legend")).to_contain_text("too few to say")


@pytest.mark.parametrize("wishes", [SMALL, PHONE, {**DESK, "forced_colors": "active"}])
def test_charts_are_in_nobodys_way(guide: str, chromium: Browser, wishes: dict[str, object]) -> None:
    one = Visitor(chromium, guide, wishes)
    one.page.goto("/")
    drawn(one.page)
    one.look()
    one.page.evaluate(
        "document.querySelectorAll('[data-chart-numbers]').forEach(part => { part.open = true })"
    )
    one.look()
    one.close()


def test_without_script_every_number_stands_there(guide: str, chromium: Browser) -> None:
    context = chromium.new_context(
        base_url=guide, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto("/")
    for figure in DRAWN + IN_THEIR_TABLE:
        expect(page.locator(f"#{figure}").get_by_role("table").first).to_be_visible()
    expect(page.locator("#money").get_by_role("cell", name="$10.66")).to_be_visible()
    dots = page.locator("#wordings svg .dot")
    expect(dots).to_have_count(6)  # of eight shares two are of fewer than ten people
    context.close()
