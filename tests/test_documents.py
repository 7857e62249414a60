"""What the documents say about the program is so."""

import re
from pathlib import Path

import pytest

from tests.test_permissions import ROUTES

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    path for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")] if ".venv" not in path.parts
)
SECURITY = (ROOT / "docs" / "security.md").read_text("utf-8")
HOLD_NOW = {
    *range(1, 12),
    *range(13, 16),
    *range(19, 26),
    *range(28, 38),
    *range(40, 47),
    *range(50, 56),
    60,
}


def named_tests() -> list[str]:
    return sorted(set(re.findall(r"`(tests/[\w/]+\.py::\w+)`", SECURITY)))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("node", named_tests())
def test_every_test_named_in_the_security_table_exists(node: str) -> None:
    path, name = node.split("::")
    assert re.search(rf"^def {name}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE)


def test_the_security_table_is_complete() -> None:
    rows = re.findall(r"^\| ([\d, ]+) \| (.+?) \| (.+) \|$", SECURITY, re.MULTILINE)
    items = {int(number) for numbers, _, _ in rows for number in numbers.split(",")}
    assert items >= HOLD_NOW
    for numbers, claim, tests in rows:
        assert claim.strip(), numbers
        assert "::" in tests, numbers


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_within_the_documents_lead_somewhere(path: Path) -> None:
    source = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", source) + re.findall(r'src="([^"]+)"', source):
        if not target.startswith(("http://", "https://", "mailto:", "#")):
            assert (path.parent / target.split("#")[0]).exists(), target


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_files_named_in_the_documents_exist(path: Path) -> None:
    source = path.read_text("utf-8")
    named = re.findall(r"`((?:scripts|docs|tests|p2ptext|requirements)/[\w./-]+)`", source)
    for name in named:
        assert (ROOT / name).exists() or (ROOT / "p2ptext" / name).exists(), name


def test_addresses_named_in_the_protocol_are_routes() -> None:
    """docs/protocol.md names no request that the program does not know."""
    known = {(method, re.sub(r"<[^>]+>", "*", rule)) for method, rule in ROUTES}
    protocol = (ROOT / "docs" / "protocol.md").read_text("utf-8")
    asked = re.findall(r"`(GET|POST) (/[\w/-]*)`", protocol)
    assert len(asked) > 15
    for method, path in asked:
        assert (method, re.sub(r"\b(ORG|CAMPAIGN|CONVERSATION)\b", "*", path)) in known, path
