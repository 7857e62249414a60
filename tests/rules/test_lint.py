"""What the lint finds and what it leaves alone: tests/data/lint holds innocent texts, and faulty ones
with the code that must be found."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from p2ptext.rules import lint, lint_dates
from p2ptext.rules.lint import LintFacts

_DATA = Path(__file__).parents[1] / "data" / "lint"
INNOCENT = (_DATA / "innocent.txt").read_text().splitlines()
BAD = [tuple(line.split("\t")) for line in (_DATA / "faulty.tsv").read_text().splitlines()]
FACTS = LintFacts(
    organization_names=("Ohio Votes",),
    political=True,
    sponsor_line="Paid for by Ohio Votes",
    election_on=date(2026, 11, 3),
    today=date(2026, 10, 9),
)
GOOD = "Hi {first_name|there}, this is {volunteer_name} with Ohio Votes. Reply STOP to opt out."


def codes(text: str, facts: LintFacts = FACTS) -> list[str]:
    return [fault.code for fault in lint.check(text, facts)]


def test_the_corpus_is_large_enough() -> None:
    assert len(INNOCENT) >= 60
    assert len(BAD) >= 60


@pytest.mark.parametrize("text", INNOCENT)
def test_nothing_is_found_in_innocent_texts(text: str) -> None:
    assert lint.check(text, FACTS) == []


@pytest.mark.parametrize(("code", "text"), BAD)
def test_what_is_wrong_is_found(code: str, text: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(("code", "text"), BAD)
def test_a_fault_points_into_the_text_and_says_what_to_do(code: str, text: str) -> None:
    for fault in lint.check(text, FACTS):
        assert 0 <= fault.start <= fault.end <= len(text)
        assert fault.words.endswith(".")
        assert "!" not in fault.words.replace("!!", "")


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        ("Ohio Votes. Sign at bit.ly/x now. Reply STOP.", "short_link", "bit.ly/x"),
        ("Ohio Votes {city|at [PLACE]} here. Reply STOP.", "placeholder", "[PLACE]"),
        ("Élection: Ohio Votes meets Wed, Oct 15. Reply STOP.", "weekday_date", "Wed, Oct 15"),
        ("İstanbul Ohio Votes: act now please. Reply STOP.", "urgent", "act now"),
    ],
)
def test_a_fault_stands_where_the_words_are(text: str, code: str, shown: str) -> None:
    (fault,) = [one for one in lint.check(text, FACTS) if one.code == code]
    assert text[fault.start : fault.end] == shown


def test_only_first_texts_name_the_sender_and_the_way_out() -> None:
    assert codes("Great, thank you!", replace(FACTS, first=False)) == []
    assert codes("Great, thank you!") == ["no_opt_out", "no_sender"]
    assert codes("", FACTS) == []


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "Ohio Votes. Responda ALTO.", False),
        ("en", "Ohio Votes of Palo Alto. Reply stop to opt out.", False),
        ("es", "Ohio Votes. Responda alto para no recibir más.", False),
        ("es", "Ohio Votes. Para votar hay que inscribirse.", True),
        ("es", "Ohio Votes. Reply STOP to opt out.", False),
        ("fr", "Ohio Votes. Répondez arrêt pour ne plus recevoir.", False),
        ("fr", "Ohio Votes. Il faut arrêter la guerre.", True),
        ("vi", "Ohio Votes. Trả lời STOP để hủy.", False),
        ("zh", "Ohio Votes 回复STOP退订", False),
        ("zh", "Ohio Votes 你好", True),
    ],
)
def test_the_way_out_is_looked_for_in_the_language(language: str, text: str, found: bool) -> None:
    assert ("no_opt_out" in codes(text, replace(FACTS, language=language))) is found


@pytest.mark.parametrize(
    ("states", "text", "asked"),
    [
        (("FL",), "Ohio Votes. Reply STOP.", True),
        (("FL",), "Ohio Votes. Paid for by Friends of Ann. Reply STOP.", False),
        (("FL",), "Ohio Votes. https://ohiovotes.org/who Reply STOP.", False),
        (("CA",), "Hi from Ohio Votes. Reply STOP.", True),
        (("CA",), "Sam with Ohio Votes. Reply STOP.", False),
        (("WA",), "Ohio Votes. Reply ID for sponsor. Reply STOP.", False),
        (("CA", "FL"), "Sam with Ohio Votes. Reply STOP.", True),
        (("OH",), "Ohio Votes. Reply STOP.", False),
    ],
)
def test_who_pays_is_said_where_a_state_asks_for_it(
    states: tuple[str, ...], text: str, asked: bool
) -> None:
    facts = replace(FACTS, sponsor_line="", sponsor_required_states=states)
    assert ("no_sponsor" in codes(text, facts)) is asked
    assert "no_sponsor" not in codes(text, replace(facts, political=False))


def test_the_sponsor_line_of_the_campaign_is_enough_and_is_offered() -> None:
    facts = replace(FACTS, sponsor_line="Pagado por Ana", sponsor_required_states=("FL",))
    assert "no_sponsor" not in codes("Ohio Votes. (pagado por ANA) Reply STOP.", facts)
    (fault,) = [one for one in lint.check("Ohio Votes. STOP.", facts) if one.code == "no_sponsor"]
    assert "“Pagado por Ana”" in fault.words
    assert "Florida" in fault.words


def test_every_sponsor_rule_names_its_source() -> None:
    assert all(rule.source and rule.words for rule in lint.SPONSOR_RULES.values())


def test_what_blocks_comes_first_and_gaps_cannot_be_let_stand() -> None:
    found = lint.check("Act now! Meet [WHO] at bit.ly/x. Casino night. Ohio Votes. STOP", FACTS)
    assert [fault.blocks for fault in found] == sorted((one.blocks for one in found), reverse=True)
    stays = {fault.code: fault.overridable for fault in found if fault.blocks}
    assert stays["placeholder"] is False


def test_an_own_address_is_never_odd() -> None:
    text = GOOD.replace("Votes.", "Votes. https://ohio.vote.win/x")
    assert codes(text) == ["odd_link"]
    assert codes(text, replace(FACTS, own_domains=("vote.win",))) == []


@pytest.mark.parametrize(
    ("text", "past"),
    [
        ("Vote on Nov 3!", True),
        ("Come on 11/3/2026.", True),
        ("Come on Nov 24.", False),
        ("Come on December 3.", False),
        ("Thanks for your vote on Nov 3.", False),
        ("We meet every week since Nov 3.", False),
        ("Come on Nov 3, 2027.", False),
    ],
)
def test_a_day_that_is_past_is_pointed_out_unless_the_sentence_looks_back(text: str, past: bool) -> None:
    facts = LintFacts(first=False, today=date(2026, 11, 24))
    assert ("past_date" in codes(text, facts)) == past


def test_a_campaign_without_a_day_is_asked_for_it() -> None:
    text = "Ohio Votes. Election Day is Nov 4. Reply STOP."
    assert codes(text, replace(FACTS, election_on=None)) == ["no_election_date"]
    assert codes(text, replace(FACTS, election_on=None, political=False)) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("nov 3", (11, 3, None)),
        ("november 3rd, 2026", (11, 3, 2026)),
        ("3 de noviembre de 2026", (11, 3, 2026)),
        ("le 3 novembre", (11, 3, None)),
        ("1er decembre", (12, 1, None)),
        ("2026-11-03", (11, 3, 2026)),
        ("on 11/3", (11, 3, None)),
        ("11/03/26", (11, 3, 2026)),
        ("11-03-2026", (11, 3, 2026)),
        ("the 3rd of november", (11, 3, None)),
    ],
)
def test_dates_are_read_however_they_are_written(text: str, day: tuple[int, int, int | None]) -> None:
    (found,) = lint_dates.dates_in(text)
    assert (found.month, found.day, found.year) == day


@pytest.mark.parametrize("text", ["24/7", "1/2 of us", "50/50", "call 614-555-0100", "v1.2.3", "$3.50"])
def test_other_numbers_are_no_dates(text: str) -> None:
    assert lint_dates.dates_in(text) == []
