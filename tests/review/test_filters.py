"""A filter is its address: what can be meant survives the way there and back, all else is left out."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.review.filters import ERRORS, LONGEST_WAIT_MIN, SORTS, STATUSES, Filter

ids = st.integers(1, 999_999_999)
key = st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True)
any_filter = st.builds(
    Filter,
    campaign=st.none() | ids,
    volunteer=st.none() | ids,
    status=st.sampled_from(["", *STATUSES]),
    tag=st.none() | ids,
    answer=st.just("") | st.builds("{}:{}".format, key, key),
    error=st.sampled_from(["", *ERRORS, "filtered", "1400", "6"]),
    variant=st.just("") | st.builds("{}:{:032x}".format, st.integers(1, 99), st.integers(0, 2**128 - 1)),
    list=st.none() | ids,
    language=st.sampled_from(["", "es", "main", "zh-Hant"]),
    words=st.text(max_size=200).map(lambda text: " ".join(text.replace("\0", "").split())[:200].strip()),
    waited=st.integers(0, LONGEST_WAIT_MIN),
    since=st.none() | st.dates(date(2000, 1, 1), date(2999, 12, 31)),
    until=st.none() | st.dates(date(2000, 1, 1), date(2999, 12, 31)),
    edited=st.booleans(),
    abusive=st.booleans(),
    pictures=st.booleans(),
    sort=st.sampled_from(list(SORTS)),
)


@given(any_filter)
def test_a_filter_comes_back_from_its_address(wanted: Filter) -> None:
    args = wanted.to_args()
    assert all(isinstance(value, str) and value for value in args.values())
    assert Filter.from_args(args) == wanted
    assert Filter.from_args(args).to_args() == args


@given(st.dictionaries(st.sampled_from(sorted(Filter.__dataclass_fields__)), st.text(max_size=30)))
def test_whatever_stands_in_an_address_gives_a_filter_with_one_of_its_own(args: dict[str, str]) -> None:
    wanted = Filter.from_args(args)
    assert Filter.from_args(wanted.to_args()) == wanted


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("campaign", "0"), ("campaign", "-1"), ("campaign", "1e3"), ("campaign", "٣"), ("campaign", "9" * 12),
        ("status", "nonsense"), ("tag", "x"), ("answer", "s1"), ("answer", "s1:a1:b"), ("answer", "s 1:a"),
        ("error", "Robert'); --"), ("variant", "1:xyz"), ("variant", "0:" + "a" * 32), ("language", "EN US"),
        ("since", "2026-02-30"), ("since", "yesterday"), ("until", "20261101"), ("until", "9999-12-31"),
        ("since", "0001-01-01"), ("since", "3000-01-01"), ("edited", "no"),
        ("sort", "oldest"), ("words", "  \0 "), ("waited", "-5"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_left_out(name: str, value: str) -> None:
    assert Filter.from_args({name: value}) == Filter()


def test_the_same_wording_has_one_name() -> None:
    dashed = "1:01234567-89ab-cdef-0123-456789abcdef"
    assert Filter.from_args({"variant": dashed}).variant == "1:0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("asked", "longest_first", "kept"),
    [
        ({}, False, {}),
        ({"sort": "newest"}, False, {}),
        ({"sort": "waiting"}, True, {"sort": "waiting"}),
        ({"status": "waiting"}, True, {"status": "waiting"}),
        ({"status": "unanswered"}, True, {"status": "unanswered"}),
        ({"status": "offered"}, True, {"status": "offered"}),
        ({"waited": "30"}, True, {"waited": "30"}),
        ({"status": "waiting", "sort": "waiting"}, True, {"status": "waiting"}),
        ({"status": "waiting", "sort": "newest"}, False, {"status": "waiting", "sort": "newest"}),
        ({"status": "replied", "sort": "waiting"}, True, {"status": "replied", "sort": "waiting"}),
    ],
)
def test_who_waits_longest_comes_first_where_all_of_them_wait(
    asked: dict[str, str], longest_first: bool, kept: dict[str, str]
) -> None:
    wanted = Filter.from_args(asked)
    assert wanted.longest_first is longest_first
    assert wanted.to_args() == kept
