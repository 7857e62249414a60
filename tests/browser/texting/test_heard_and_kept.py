"""What a screen reader hears, what stays on the phone, what the page costs."""

import gzip

from playwright.sync_api import expect

from tests.browser.texting.hands import SCREEN, Opening, heard, until
from tests.browser.texting.stub import HERE, Stub


def test_each_event_is_announced_once(opened: Opening, stub: Stub) -> None:
    page = opened()
    page.evaluate(
        """() => {
            window.heard = [];
            for (const region of document.querySelectorAll("[data-live]"))
                new MutationObserver(() => { if (region.textContent) window.heard.push(region.textContent) })
                    .observe(region, {childList: true, characterData: true, subtree: true});
        }"""
    )

    def said() -> list[str]:
        page.clock.run_for(4000)
        found = page.evaluate("() => window.heard.splice(0)")
        return list(found)

    page.click("#send")
    until(page, lambda: len(stub.sent) == 1)
    assert said() == []  # a text a second would drown everything else
    stub.faults = [(409, {"code": "opted_out", "words": "They opted out."})]
    page.click("#send")
    expect(page.locator("#tray-open")).to_be_visible()
    assert said() == ["Not sent to Ana. They opted out."]
    stub.waiting = 2
    stub.tell("reply", "31")
    stub.tell("reply", "32")
    expect(page.locator(".count")).to_have_text("2 waiting")
    assert said() == ["2 replies wait"]
    page.context.set_offline(True)
    page.click("#send")
    expect(page.locator("#trouble")).to_be_visible()
    assert said() == ["No connection. 1 text waits and leaves by itself when it is back."]
    page.context.set_offline(False)
    until(page, lambda: len(stub.sent) == 2)
    expect(page.locator("#trouble")).to_be_hidden()
    assert said() == ["Connected again."]


def test_cards_are_read_out_for_those_who_ask(opened: Opening, stub: Stub) -> None:
    page = opened()
    page.keyboard.press("Control+Slash")
    page.get_by_label("Read each card to my screen reader").check()
    page.keyboard.press("Escape")
    page.click("#send")
    page.clock.run_for(1000)
    expect(page.locator("[data-live=polite]")).to_contain_text("1 of 50. To Ana: Hi Ana")


EVERYTHING_KEPT = """async () => {
    const found = [{...localStorage}, {...sessionStorage}, await caches.keys(), document.cookie];
    for (const {name} of await indexedDB.databases()) {
        const open = indexedDB.open(name);
        await new Promise((done) => { open.onsuccess = done });
        for (const store of open.result.objectStoreNames) {
            const rows = open.result.transaction(store).objectStore(store).getAll();
            await new Promise((done) => { rows.onsuccess = done });
            found.push(...rows.result);
        }
        open.result.close();
    }
    return found;
}"""


def test_of_a_text_that_waits_only_its_token_stays_on_the_phone(opened: Opening, stub: Stub) -> None:
    page = opened()
    page.context.set_offline(True)
    for _ in range(3):
        page.click("#send")
    expect(page.locator("#trouble")).to_contain_text("3 texts wait")
    heard(lambda: len(page.evaluate(EVERYTHING_KEPT)) == 7)  # it is written a moment after the tap
    *elsewhere, first, second, third = page.evaluate(EVERYTHING_KEPT)
    assert elsewhere == [{}, {}, [], ""]
    assert {"id", "token", "hash", "whose", "server", "wall"} == set(first)
    assert [first["token"], second["token"], third["token"]] == [f"token-{n}-0" for n in (1, 2, 3)]
    assert not [word for word in ("Maria", "Ana", "José", "Dayton", "Hi ", "555") if word in str(first)]
    page.context.set_offline(False)
    until(page, lambda: len(stub.sent) == 3)
    until(page, lambda: page.evaluate(EVERYTHING_KEPT) == [{}, {}, [], ""])


def test_what_a_screen_costs_to_load(opened: Opening) -> None:
    page = opened("/o/library/not-sent")
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url.partition("?")[0]))
    page.goto(SCREEN, wait_until="load")
    names = [url.partition("/static/")[2] for url in addresses if url.endswith((".js", ".mjs"))]
    weight = sum(len(gzip.compress((HERE / "static" / name).read_bytes())) for name in names)
    assert len(names) == len(set(names))  # nothing is fetched twice under two addresses
    assert {"js/app.js", "js/live.js", "js/texting/main.mjs"} < set(names)
    assert weight < 60_000


def test_every_module_is_asked_for_with_the_page(opened: Opening) -> None:
    """None waits until another one has come and names it."""
    page = opened("/o/library/texting/7", java_script_enabled=False)
    asked = page.eval_on_selector_all("link[rel=modulepreload]", "links => links.map(one => one.href)")
    modules = {path.name for path in (HERE / "static" / "js" / "texting").glob("*.mjs")}
    assert {address.rsplit("/", 1)[1] for address in asked} == modules
