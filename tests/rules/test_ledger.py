"""The ledger's arithmetic, held against RFC 6962 written out, and against vectors that never change."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules import ledger

CLICK: dict[str, Any] = {
    "id": 4801,
    "organization_id": 1,
    "person_id": 17,
    "session_id": 230,
    "contact_id": 90_001,
    "kind": "first",
    "shown_at": datetime(2026, 11, 24, 19, 0, 0, 123456, tzinfo=UTC),
    "age_ms": 40,
    "received_at": datetime(2026, 11, 24, 19, 0, 7, tzinfo=UTC),
    "token_digest": bytes(range(32)),
    "text_commitment": bytes(range(32, 64)),
    "zone_evidence": "area code",
    "checks": '{"zones": ["America/New_York"], "campaign": "running"}',
}
KINDS = {
    int: st.integers(-(2**63), 2**63 - 1),
    str: st.text(st.characters(exclude_categories=["Cs"])),
    bytes: st.binary(),
    datetime: st.datetimes(timezones=st.just(UTC)),
}
VALUES = st.one_of(st.none(), *KINDS.values())
LEAVES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)


def tree_head(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word, over hashes of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + tree_head(leaves[:k]) + tree_head(leaves[k:])).digest()


def audit_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*audit_path(m, leaves[:k]), tree_head(leaves[k:])]
    return [*audit_path(m - k, leaves[k:]), tree_head(leaves[:k])]


@given(LEAVES)
def test_roots_and_paths_are_those_of_the_rfc(leaves: list[bytes]) -> None:
    assert ledger.merkle_root(leaves) == tree_head(leaves)
    for position in range(len(leaves)):
        assert ledger.path(leaves, position) == audit_path(position, leaves)


@given(LEAVES, st.data())
def test_a_path_proves_its_leaf_and_nothing_else(leaves: list[bytes], data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(leaves) - 1))
    root, path = ledger.merkle_root(leaves), ledger.path(leaves, position)
    assert ledger.leads_to(root, leaves[position], position, len(leaves), path)
    other = data.draw(st.binary(min_size=32, max_size=32).filter(lambda it: it != leaves[position]))
    assert not ledger.leads_to(root, other, position, len(leaves), path)
    assert not ledger.leads_to(other, leaves[position], position, len(leaves), path)
    assert not ledger.leads_to(root, leaves[position], position, len(leaves), [*path, other])
    assert not ledger.leads_to(root, leaves[position], len(leaves), len(leaves), path)
    assert not ledger.leads_to(root, leaves[position], -1, len(leaves), path)
    if path:
        assert not ledger.leads_to(root, leaves[position], position, len(leaves), path[:-1])
        at = data.draw(st.integers(0, len(path) - 1))
        assert not ledger.leads_to(
            root, leaves[position], position, len(leaves), [*path[:at], other, *path[at + 1 :]]
        ) or (path[at] == other)


@given(LEAVES, st.data())
def test_any_changed_swapped_left_out_or_added_leaf_has_another_root(
    leaves: list[bytes], data: st.DataObject
) -> None:
    root = ledger.merkle_root(leaves)
    at = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.binary(min_size=32, max_size=32))
    for changed in (
        [*leaves[:at], other, *leaves[at + 1 :]],
        [*leaves[:at], other, *leaves[at:]],
        [*leaves[:at], *leaves[at + 1 :]],
        [*leaves[:at], *reversed(leaves[at : at + 2]), *leaves[at + 2 :]],
    ):
        if changed and changed != leaves:
            assert ledger.merkle_root(changed) != root


@given(LEAVES, st.data())
def test_a_leaf_that_was_slipped_in_is_named(leaves: list[bytes], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(leaves)))
    other = data.draw(st.binary(min_size=32, max_size=32).filter(lambda it: it not in leaves))
    root = ledger.merkle_root(leaves)
    assert ledger.one_too_many(root, [*leaves[:at], other, *leaves[at:]]) == at
    assert ledger.one_too_many(root, leaves) is None
    assert ledger.one_too_many(root, [*leaves, other, other + b"2"]) is None


def test_a_hash_of_the_tree_does_not_pass_for_a_click() -> None:
    """The second preimage that RFC 6962 keeps out with its first bytes."""
    two = [b"a" * 32, b"b" * 32]
    assert ledger.merkle_root(two) != hashlib.sha256(ledger.CLICK + two[0] + two[1]).digest()
    assert len({ledger.CLICK, ledger.NODE, ledger.BLOCK}) == 3


@given(st.lists(VALUES, max_size=6), st.lists(VALUES, max_size=6))
def test_no_two_rows_are_encoded_alike(one: list[Any], other: list[Any]) -> None:
    """Up to kinds: 8 bytes that spell a number are that number, in a column that holds either."""

    def plain(values: list[Any]) -> list[bytes | None]:
        return [value if value is None else ledger.encode([value])[4:] for value in values]

    assert (ledger.encode(one) == ledger.encode(other)) == (plain(one) == plain(other))


@given(
    st.fixed_dictionaries(
        {name: st.one_of(st.none(), KINDS[type(value)]) for name, value in CLICK.items()}
    )
)
def test_every_field_of_a_click_counts(other: dict[str, Any]) -> None:
    for name, value in other.items():
        same = ledger.click_leaf(CLICK | {name: value}) == ledger.click_leaf(CLICK)
        assert same == (value == CLICK[name])


@given(st.datetimes(timezones=st.timezones()))
def test_a_moment_is_the_same_in_every_zone(moment: datetime) -> None:
    assert ledger.microseconds(moment) == ledger.microseconds(
        moment.astimezone(timezone(timedelta(hours=5)))
    )


def test_a_tree_without_leaves_and_a_place_outside_are_refused() -> None:
    with pytest.raises(ValueError, match="without leaves"):
        ledger.merkle_root([])
    for position in (-1, 2):
        with pytest.raises(IndexError):
            ledger.path([bytes(32), bytes(32)], position)


def test_fixed_vectors() -> None:
    """What is sealed today must be found sound by every later release."""
    encoded = ledger.encode(CLICK[name] for name in ledger.CLICK_FIELDS)
    assert encoded[:24].hex() == "0000000800000000000012c1" + "000000080000000000000001"
    assert (
        ledger.encode(["é", None, -1]).hex() == "00000002c3a9" + "ffffffff" + "00000008ffffffffffffffff"
    )
    assert ledger.microseconds(datetime(2000, 1, 1, 0, 0, 1, 5, tzinfo=UTC)) == 1_000_005
    hashed = ledger.click_leaf(CLICK)
    assert hashed.hex() == "5b0951e18a4c2deef0bbc196d2b700d20a0a4ecee806845e4a63d6b312eb3b46"
    block = ledger.Block(
        id=2,
        previous_root=bytes(32),
        merkle_root=ledger.merkle_root([hashed, bytes(32), bytes(range(32))]),
        clicks=3,
        first_click=4801,
        last_click=4810,
        sealed_at=datetime(2026, 11, 24, 19, 1, tzinfo=UTC),
    )
    document = (Path(__file__).parents[2] / "docs/ledger.md").read_text("utf-8")
    assert all(vector.hex() in document for vector in (hashed, block.merkle_root, block.root))
    assert block.merkle_root.hex() == "f99ecf31e7d2fe0fb0220535abc588d85266d16dafc175872a90e7660a3efa5b"
    assert block.root.hex() == "0b9192bf3a553c73817b06ff392db28620927ac28c6316e107e3f70958d1410a"
