"""States of a message move only forward; error codes have a kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules.delivery import FINAL, NEVER_LEFT, RETRYABLE, STATES, ErrorKind, advance, kind_of


@pytest.mark.parametrize(
    ("current", "new", "moves"),
    [
        ("queued", "sending", True),
        ("queued", "cancelled", True),
        ("queued", "blocked", True),
        ("queued", "expired", True),
        ("queued", "delivered", False),
        ("sending", "accepted", True),
        ("sending", "unknown", True),
        ("sending", "queued", True),  # certainly not taken: tried anew
        ("sending", "delivered", True),  # the receipt before the carrier's own answer
        ("sending", "cancelled", False),
        ("delivered", "accepted", False),  # and that answer after it
        ("accepted", "submitted", True),
        ("accepted", "sending", False),
        ("submitted", "delivered", True),
        ("submitted", "no_receipt", True),
        ("no_receipt", "delivered", True),
        ("no_receipt", "submitted", False),
        ("delivered", "submitted", False),
        ("delivered", "rejected", False),
        ("rejected", "delivered", False),
        ("unknown", "accepted", True),
        ("unknown", "delivered", True),
        ("unknown", "sending", False),  # never again by itself
        ("unknown", "queued", False),
        ("not_sent", "sending", False),
        ("blocked", "queued", False),
        ("submitted", "submitted", False),
    ],
)
def test_advance(current: str, new: str, moves: bool) -> None:
    assert advance(current, new) is moves


def test_final_is_final() -> None:
    assert {"delivered", "rejected", "undeliverable"} | NEVER_LEFT == FINAL
    assert not any(advance(state, new) for state in FINAL for new in STATES)


@pytest.mark.parametrize(("current", "new"), [("read", "delivered"), ("submitted", "read")])
def test_a_state_that_is_not_ours_is_an_error(current: str, new: str) -> None:
    with pytest.raises(KeyError):
        advance(current, new)


REPORTS = ["accepted", "submitted", "delivered", "rejected", "undeliverable"]


@given(st.lists(st.sampled_from(REPORTS), max_size=12))
def test_reports_in_any_order_and_twice_never_go_back(reports: list[str]) -> None:
    order = {
        "sending": 0,
        "accepted": 1,
        "submitted": 2,
        "delivered": 3,
        "rejected": 3,
        "undeliverable": 3,
    }
    state = "sending"
    for report in reports:
        if advance(state, report):
            assert order[report] > order[state]
            state = report
    assert order[state] == max((order[report] for report in reports), default=0)


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        ([1000, 1241], ErrorKind.THROTTLED),
        ([1240, 1050], ErrorKind.OPTED_OUT),
        ([1210, 1270, 1280], ErrorKind.FILTERED),
        ([1180, 1220], ErrorKind.UNREACHABLE_TEMPORARY),
        ([1170, 1190, 1200, 1260, 1300, 1310], ErrorKind.INVALID_NUMBER),
        ([1120], ErrorKind.SENDER_PROBLEM),
        ([1060, 1070, 1080, 1160], ErrorKind.ACCOUNT_PROBLEM),
        ([1010, 1020, 1021, 1022, 1040, 1090, 1130, 1150], ErrorKind.CONTENT_PROBLEM),
        ([1030, 1100, 1230], ErrorKind.PLATFORM_TEMPORARY),
        ([None, 0, 1250, 1320, 1330, 1340, 1371, -1], ErrorKind.UNKNOWN),
    ],
)
def test_kinds_of_codes(codes: list[int | None], kind: ErrorKind) -> None:
    assert {kind_of(code) for code in codes} == {kind}


def test_only_what_passes_by_itself_is_tried_again() -> None:
    assert {ErrorKind.THROTTLED, ErrorKind.PLATFORM_TEMPORARY} == RETRYABLE
