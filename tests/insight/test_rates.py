"""Every number on every page of rates: counted once more from the auditor's views, and led to its rows."""

import csv
import html
import io
import re
from collections import Counter
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from p2ptext.extensions import db, redis
from p2ptext.insight import rates_tabs
from p2ptext.rules.stats import posterior, wilson
from tests import factories
from tests.insight import evening
from tests.insight.counted import counted
from tests.insight.evening import Evening, Row

GROUPS = ("list", "zone", "state", "number", "carrier", "language")
PAGES = (
    *("funnel", "time?step=hour", "time?step=day", "hours?of=replied", "hours?of=opted_out", "wordings"),
    *(f"groups?by={by}" for by in GROUPS),
    *("answers", "volunteers?of=replied", "volunteers?of=opted_out"),
)
LINK = re.compile(r'<a (?:class="\w+" )?href="([^"]*/rows/[^"]*)">(.*?)</a>', re.DOTALL)


@pytest.fixture
def made(app: Flask) -> Evening:
    return evening.evening()


def browsing(app: Flask, made: Evening) -> FlaskClient:
    browser = factories.client(app, made.organizer)
    db.session.commit()
    counted(made.campaign.id)
    return browser


def base(made: Evening) -> str:
    return f"/o/{made.org.slug}/campaigns/{made.campaign.id}"


def asked_for(href: str) -> tuple[str, str, str]:
    address = urlsplit(html.unescape(href))
    query = parse_qs(address.query, keep_blank_values=True)
    return address.path.rsplit("/", 1)[1], query.get("by", [""])[0], query.get("key", [""])[0]


def rows_of(rows: list[Row], kind: str, by: str, key: str, phones: dict[str, str]) -> list[Row]:
    if by in ("answer", "question"):
        return evening.of_question(rows, kind, key)
    return evening.expected(rows, kind, by, phones[key] if by == "number" else key)


def numbers_of(made: Evening) -> dict[str, str]:
    """The sending numbers by id: the views show the numbers themselves."""
    found = db.session.query(factories.SendingNumber).filter_by(organization_id=made.org.id)
    return {str(one.id): one.phone for one in found} | {"": ""}


def names_listed(browser: FlaskClient, href: str) -> tuple[int, Counter[str]]:
    """The number over a list, and the names on all of its pages."""
    names: Counter[str] = Counter()
    following: str | None = html.unescape(href)
    total = -1
    while following:
        page = browser.get(following)
        assert page.status_code == 200, following
        heading = re.search(r"<h1[^>]*>[^<]*: ([\d,]+)</h1>", page.text)
        assert heading
        total = int(heading[1].replace(",", ""))
        names.update(re.findall(r'<th scope="row"[^>]*>.*?<bdi>([^<]*)</bdi>', page.text, re.DOTALL))
        link = re.search(r'href="([^"]+)">Next<', page.text)
        following = html.unescape(link[1]) if link else None
    return total, names


def says(words: str) -> str:
    """The words of a link without what only screen readers hear."""
    heard = re.sub(
        r'<span class="(?:visually-hidden|stat-label|soft)[^"]*"[^>]*>[^<]*</span>', "", words
    )
    return " ".join(re.sub(r"<[^>]+>", " ", heard).replace("\xa0", " ").split())


def fits(words: str, rows: list[Row], whole: int) -> bool:
    """Whether what a link says is the number of its rows, or their share of `whole`."""
    if "%" not in words and " of " not in words:
        words = re.sub(r"[^\d,]", "", words)  # some say what they count as well
    if re.fullmatch(r"[\d,]+", words):
        return int(words.replace(",", "")) == len(rows)
    few = re.fullmatch(r"(\d+) of (\d+)", words)
    if few:
        return (int(few[1]), int(few[2])) == (len(rows), whole)
    share = re.match(r"([\d.]+)%(?: \(.*\) of (\d+))?", words)
    assert share, words
    digits = len(share[1].partition(".")[2])
    close = abs(float(share[1]) - 100 * len(rows) / whole) <= 0.5 / 10**digits + 1e-9
    return close and (share[2] is None or int(share[2]) == whole)


def test_every_number_is_counted_from_the_views_and_leads_to_its_rows(app: Flask, made: Evening) -> None:
    browser = browsing(app, made)
    redis.client.flushdb()  # the test's own queue: nothing that is counted lies there
    phones = numbers_of(made)
    rows = evening.by_hand(made.campaign)
    walked: dict[str, tuple[int, Counter[str]]] = {}
    seen: Counter[str] = Counter()
    pages = [f"/o/{made.org.slug}/campaigns", base(made), *(f"{base(made)}/rates/{p}" for p in PAGES)]
    for path in pages:
        page = browser.get(path)
        assert page.status_code == 200, path
        links = LINK.findall(page.text)
        assert links, path
        for href, words in links:
            kind, by, key = asked_for(href)
            wanted = rows_of(rows, kind, by, key, phones)
            whole = (
                len(rows_of(rows, "sent", by, key, phones)) if by not in ("answer", "question") else 0
            )
            if by == "answer":
                whole = len(evening.of_question(rows, "answered", key.partition(":")[0]))
            said = says(words)
            if re.search(r"\d", said):
                assert fits(said, wanted, whole), (path, href, said, len(wanted), whole)
                seen[f"{kind} by {by}"] += 1
            if href not in walked:
                walked[href] = names_listed(browser, href)
            total, names = walked[href]
            assert total == len(wanted), (path, href)
            assert names == Counter(row["c"]["first_name"] for row in wanted), (path, href)
    for by in (
        *GROUPS,
        "person",
        "owner",
        "wording",
        "hour",
        "day",
        "time",
        "round",
        "answer",
        "question",
    ):
        assert any(name.endswith(f" by {by}") for name in seen), by


def file_of(browser: FlaskClient, made: Evening, tab: str) -> list[dict[str, str]]:
    mark = "&" if "?" in tab else "?"
    answer = browser.get(f"{base(made)}/rates/{tab}{mark}format=csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


KEYS = {"time?step=hour": "hour", "time?step=day": "day", "volunteers": "person"} | {
    f"groups?by={by}": by for by in GROUPS
}
BY = {"time?step=hour": "time", "time?step=day": "day", "volunteers": "person"}
SUMS = (
    "sent",
    "delivered",
    "failed",
    "replied",
    "opted_out",
    "wrong_number",
    "waiting",
    "answered",
    "goal",
)
RATES = {
    "reply_rate": "replied_to_sent",
    "opt_out_rate": "opted_out_of_sent",
    "goal_rate": "goal_of_sent",
}


@pytest.mark.parametrize("tab", [*KEYS, "hours"])
def test_every_cell_of_a_file_is_counted_from_the_views(app: Flask, made: Evening, tab: str) -> None:
    browser = browsing(app, made)
    phones = numbers_of(made)
    rows = evening.by_hand(made.campaign)
    lines = file_of(browser, made, tab)
    by = "hour" if tab == "hours" else BY.get(tab, KEYS.get(tab, ""))
    texted = 0
    for line in lines:
        key = f"{line['weekday']}-{line['hour']}".strip("-") if tab == "hours" else line[KEYS[tab]]
        if tab == "time?step=hour":
            at = evening.datetime.fromisoformat(key).astimezone(evening.UTC)
            key = at.strftime("%Y-%m-%dT%H")
        for name in SUMS:
            assert int(line[name]) == len(rows_of(rows, name, by, key, phones)), (line, name)
        sent = len(rows_of(rows, "sent", by, key, phones))
        texted += sent
        for name, kind in RATES.items():
            known = len(rows_of(rows, kind, by, key, phones))
            low, high = wilson(known, sent)
            cells = [line[name], line[f"{name}_low"], line[f"{name}_high"]]
            assert cells == ([f"{one:.6f}" for one in (known / sent, low, high)] if sent else [""] * 3)
    whole = evening.OF_TEXTS if by in evening.OF_TEXTS else ()
    assert (
        texted
        == len(evening.expected(rows, "sent", "round", "1"))
        + len(evening.expected(rows, "sent", "round", "2"))
        if whole
        else texted == len(evening.expected(rows, "sent"))
    )


def test_the_files_of_funnel_wordings_and_answers(app: Flask, made: Evening) -> None:
    browser = browsing(app, made)
    rows = evening.by_hand(made.campaign)
    for line in file_of(browser, made, "funnel"):
        assert int(line["people"]) == len(evening.expected(rows, line["kind"])), line
        if not line["of"]:
            continue
        people, of = int(line["people"]), int(line["of"])
        assert line["share"] == f"{people / of:.6f}"
        # Where everybody on the lists stands is counted; only what became of the texts is a sample.
        known = of == len(evening.expected(rows, "contacts")) or line["kind"] == "no_receipt"
        ends = ["", ""] if known else [f"{end:.6f}" for end in wilson(people, of)]
        assert [line["share_low"], line["share_high"]] == ends, line
    wordings = file_of(browser, made, "wordings")
    assert [(one["round"], one["language"], one["wording"]) for one in wordings] == [
        ("1", "", "A"), ("1", "", "B"), ("1", "", "C"), ("1", "Spanish", "A"), ("1", "Spanish", "B"),
        ("2", "", "A"),
    ]  # fmt: skip
    for line in wordings:
        digest = evening.md5(line["text"].encode(), usedforsecurity=False).hexdigest()
        key = f"{line['round']}:{digest}"
        assert line["interval"] == "beta-binomial"
        sent = len(evening.expected(rows, "sent", "wording", key))
        assert int(line["sent"]) == sent > 0
        for column, rate, kind in (
            ("replied", "reply_rate", "replied_to_sent"),
            ("opted_out", "opt_out_rate", "opted_out_of_sent"),
            ("goal", "goal_rate", "goal_of_sent"),
        ):
            known = len(evening.expected(rows, kind, "wording", key))
            assert int(line[column]) == known
            interval = posterior(known, sent)
            assert line[f"{rate}_low"] == f"{interval.low:.6f}"
            assert line[f"{rate}_high"] == f"{interval.high:.6f}"
    for line in file_of(browser, made, "answers"):
        question, answer = line["question_key"], line["answer_key"]
        assert int(line["asked"]) == len(evening.of_question(rows, "asked", question))
        assert int(line["answered"]) == len(evening.of_question(rows, "answered", question))
        assert int(line["people"]) == len(evening.of_question(rows, "chosen", f"{question}:{answer}"))


def test_every_tab_has_a_page_a_part_and_a_file(app: Flask, made: Evening) -> None:
    browser = browsing(app, made)
    for tab in rates_tabs.TABS:
        page = browser.get(f"{base(made)}/rates/{tab}").text
        part = browser.get(f"{base(made)}/rates/{tab}?format=part").text
        stamp = re.compile(r"<time[^>]*data-stamp>[^<]*</time>")
        assert stamp.sub("", part).strip() in stamp.sub("", page), tab
        assert f"/rates/{tab}?" in page
        assert file_of(browser, made, tab)


def test_a_carrier_that_reports_failures_alone_is_not_judged(app: Flask, made: Evening) -> None:
    """A text's carrier is known only from a receipt: who got one there, and replied, nobody knows."""
    failed = text(
        "UPDATE message SET network = '310004' WHERE state = 'undeliverable' AND kind = 'first'"
    )
    db.session.execute(failed)
    browser = browsing(app, made)
    told = {line["carrier"]: line for line in file_of(browser, made, "groups?by=carrier")}
    assert told["310004"]["receipts"] == "with a receipt, failures only"
    assert int(told["310004"]["failed"]) > 0
    assert {told["310004"][rate] for rate in RATES} == {""}
    assert told["310260"]["receipts"] == "with a receipt"
    assert told["310260"]["reply_rate"] != ""
    assert told[""]["receipts"] == "no carrier named"
    page = browser.get(f"{base(made)}/rates/groups?by=carrier").text
    assert page.count("Only failures were reported") == 1
    assert page.count("of those with a receipt") == len(told) - 1
