"""Phone companies by the codes of receipts."""

import pytest

from p2ptext.rules import networks
from p2ptext.rules.pacing import T_MOBILE


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("310410", "AT&T (310410)"),
        ("311480", "Verizon (311480)"),
        ("310260", "T-Mobile (310260)"),
        ("310120", "T-Mobile (310120)"),  # Sprint's, before it was bought
        ("311580", "UScellular (311580)"),
        ("20801", "network 20801"),
    ],
)
def test_a_code_has_a_name(code: str, words: str) -> None:
    assert networks.name(code) == words


def test_a_code_belongs_to_one_company_and_pacing_knows_the_same() -> None:
    assert {code for code, name in networks.NAMES.items() if name == "T-Mobile"} == T_MOBILE
    assert all(len(code) == 6 and code.isdigit() for code in networks.NAMES)
