"""What a drill tells: tables, the page of figures, what came of the races, and what is left for whom looks."""

import json
from pathlib import Path

import pytest

from scripts.drills import __main__ as command
from scripts.drills import evidence as evidences
from scripts.drills import invariants, race_facts, report
from scripts.drills.acts import full, spring
from scripts.drills.faults import FAULTS, Struck
from scripts.drills.histories import Clock, History
from scripts.drills.report import Run
from scripts.drills.stage import PLACES, WORDS, first_message
from tests.drills import fabricated as made
from tests.drills.fabricated import NOON, OURS, PHONES, TEXT, kept_promises, operation


def a_run(seed: int = 7, breach: bool = False) -> Run:
    found = kept_promises()
    if breach:
        found.leaks.append("/o/north/texting")
    return Run(seed, 10.0, found, invariants.check(found))


def test_the_words_hold_the_seed_every_fault_and_every_invariant() -> None:
    words = report.in_words(a_run())
    assert "Seed 7, 10.0 minutes" in words
    assert "clock of web" in words
    assert all(f"| {name} " in words for name in invariants.INVARIANTS)
    assert all(f"{name} is not looked at" in words for name in invariants.NOT_LOOKED_AT)
    assert "BREACH" not in words


def test_a_breach_is_said_and_counted() -> None:
    broken = a_run(breach=True)
    assert broken.breaches == 1
    assert "I16 BREACH: a word of another organization stands in /o/north/texting" in report.in_words(
        broken
    )


def test_a_fault_that_was_not_survived_is_not_counted_as_survived() -> None:
    found = kept_promises()
    found.struck = [Struck("kill web", NOON, NOON + 1, 2.0), Struck("kill web", NOON, NOON + 1, None)]
    words = report.in_words(Run(1, 1.0, found, invariants.check(found)))
    assert "| kill web | 2     | 1        | inf s      |" in words


def test_the_page_of_figures_keeps_what_it_held(tmp_path: Path) -> None:
    page = tmp_path / "BENCHMARKS.md"
    page.write_text("# Benchmarks\n\n| work | measured |\n", "utf-8")
    report.write_section(page, [a_run(7)], "2026-11-24")
    first = page.read_text("utf-8")
    assert first.startswith("# Benchmarks\n\n| work | measured |\n")
    assert "seed 7 for 10 minutes" in first
    page.write_text(first + "\nAfter it.\n", "utf-8")
    report.write_section(page, [a_run(8), a_run(9)], "2026-11-25")
    second = page.read_text("utf-8")
    assert "seed 7" not in second
    assert "20 minutes under fire in all" in second
    assert second.count(report.BEGIN) == second.count(report.END) == 1
    assert second.endswith("After it.\n")


def test_the_races_are_told_from_the_evidence() -> None:
    found = kept_promises()
    assert race_facts.in_words(found) == []
    found.operations += [
        *(operation("send", 10, token=made.token(1), message=1, card="1:1", race="same instant") for _ in "12"),
        operation("stop", 34.9, phone=PHONES[1], ours=OURS, word="STOP", uuid="in-2", race="against stop"),
    ]  # fmt: skip
    same, stop = race_facts.in_words(found)
    assert same.startswith("2 identical sends")
    assert same.endswith("1 messages for 1 cards, 0 doubled")
    assert stop == (
        "1 STOPs into texts on their way: 0 texts were held back, 1 attempts had committed before the "
        "opt-out, 0 after it"
    )
    found.ledger.append(made.taken(1, PHONES[0], TEXT, 12))
    found.views["qa_suppression"] = [{**found.views["qa_suppression"][0], "at": made.at(5)}]
    same, stop = race_facts.in_words(found)
    assert same.endswith("1 doubled")
    assert stop.endswith("0 attempts had committed before the opt-out, 1 after it")


def test_everything_that_was_seen_can_be_read_again(tmp_path: Path) -> None:
    history = History(Clock())
    with history.doing("somebody", "send", card="1:1") as send:
        send.result = "ok"
    found = kept_promises()
    evidences.save(found, history, tmp_path)
    (line,) = (tmp_path / "operations.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["about"] == {"card": "1:1"}
    assert len((tmp_path / "ledger.jsonl").read_text("utf-8").splitlines()) == len(found.ledger)
    clicks = (tmp_path / "qa_click.jsonl").read_text("utf-8").splitlines()
    assert len(clicks) == len(found.views["qa_click"])


def test_an_operation_that_ends_in_an_error_is_unknown() -> None:
    history = History(Clock())
    with pytest.raises(TimeoutError), history.doing("somebody", "send"):
        raise TimeoutError
    assert [done.result for done in history.operations] == ["unknown"]


@pytest.mark.parametrize(
    ("words", "acts"),
    [
        (["--ci"], ["under fire", "evening of summer time"]),
        (["--quick"], ["under fire"]),
        (["--faults", "kill web"], ["under fire"]),
        ([], [act.name for act in full(10, [])]),
    ],
)
def test_what_is_asked_for_is_planned(words: list[str], acts: list[str]) -> None:
    (plan,) = command.plans(command.parse(words))
    assert [act.name for act in plan.acts] == acts


def test_ci_is_the_same_three_minutes_each_time() -> None:
    one, other = (command.plans(command.parse(["--ci"]))[0] for _ in range(2))
    assert (one.seed, one.minutes) == (other.seed, other.minutes)
    assert 2.5 <= one.minutes <= 4


def test_a_fault_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SystemExit):
        command.parse(["--faults", "earthquake"])


def test_the_acts_follow_each_other_by_the_clock() -> None:
    acts = full(10, list(FAULTS))
    assert [act.begins for act in acts] == sorted(act.begins for act in acts)
    assert all(name in FAULTS for act in [*acts, spring()] for name in act.faults)


def test_every_phone_is_a_reserved_one_and_none_is_ours() -> None:
    assert all(len(area) == 3 and zones for area, zones in PLACES.items())
    assert OURS[2:5] not in PLACES


def test_organizations_words_are_apart_in_all_wordings() -> None:
    texts = {org: [first_message(org, "Levy", version) for version in (1, 2)] for org in WORDS}
    assert WORDS["south"] not in "".join(texts["north"])
    assert len({*texts["north"], *texts["south"]}) == 4


def test_every_fault_can_be_named_on_the_command_line() -> None:
    assert command.parse(["--faults", ",".join(FAULTS)]).faults == list(FAULTS)
