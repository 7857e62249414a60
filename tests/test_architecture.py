"""The shape of the house, where a tool beside the import contracts of pyproject.toml has to look."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "p2ptext"
FILES = sorted(PACKAGE.rglob("*.py"))
MODULES = [path for path in FILES if path.name != "__init__.py"]

MOST_LINES = 400
LONGER_FOR_A_REASON: dict[str, str] = {}
"""File -> why it is one room all the same."""

EDGES = ("views", "webhooks", "jobs", "commands", "cli", "app", "demo", "__main__")
"""Where requests, jobs and commands come in; what a module's name ends in."""
PAGES = ("views", "webhooks", "commands")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def is_edge(path: Path) -> bool:
    return path.stem.endswith(EDGES)


def imports_of(path: Path) -> set[str]:
    """Every module that a file imports, as whole dotted names where they can be told."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_there_is_a_house() -> None:
    assert len(MODULES) > 40


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_room_is_small_enough_to_be_read_at_once(path: Path) -> None:
    if name_of(path) not in LONGER_FOR_A_REASON:
        assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES


def test_the_list_of_long_rooms_is_current() -> None:
    for name, reason in LONGER_FOR_A_REASON.items():
        assert reason
        assert len((ROOT / name).read_text("utf-8").splitlines()) > MOST_LINES, name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    words = ast.get_docstring(tree_of(path))
    assert words
    assert words.splitlines()[0].endswith((".", ":", ";", ",")) or "\n" in words


@pytest.mark.parametrize("path", [p for p in FILES if p.name == "__init__.py"], ids=name_of)
def test_packages_hold_nothing_themselves(path: Path) -> None:
    assert path.read_text("utf-8").strip() == ""


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_rules_stand_on_the_language_alone(path: Path) -> None:
    if path.parent.name != "rules":
        return
    allowed = sys.stdlib_module_names | {"phonenumbers"}
    for module in imports_of(path):
        assert module.startswith("p2ptext.rules") or module.split(".")[0] in allowed, module


@pytest.mark.parametrize("path", [p for p in MODULES if not is_edge(p)], ids=name_of)
def test_use_cases_know_no_edge(path: Path) -> None:
    """Pages, webhooks, jobs and commands lead to use cases, never the other way."""
    if name_of(path) == "p2ptext/texting/sweeping.py":
        return  # it hands lost jobs to the queue again
    ours = {module for module in imports_of(path) if module.startswith("p2ptext.")}
    assert not {module for module in ours if module.endswith((*PAGES, ".jobs"))}


@pytest.mark.parametrize("path", [p for p in MODULES if p.stem.endswith("models")], ids=name_of)
def test_tables_stand_on_nothing_of_ours_but_the_base(path: Path) -> None:
    ours = {module for module in imports_of(path) if module.startswith("p2ptext")}
    own = f"p2ptext.{path.parent.name}.models"  # a feature may have its tables in several rooms
    ours = {module for module in ours if module != own and not module.startswith(f"{own}.")}
    assert ours <= {"p2ptext.extensions", "p2ptext.extensions.Base"}


def calls_of(path: Path) -> set[str]:
    """Names of what a file calls, `a.b.c()` as "b.c"."""
    names = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            names.add(".".join(ast.unparse(node.func).split(".")[-2:]))
    return names


OPENS_ITS_OWN = {
    "p2ptext/background.py": "it is where transactions are made",
    "p2ptext/accounts/confirming.py": "compares a password between two, with no connection held",
    "p2ptext/accounts/letters.py": "its job sends a mail between two transactions",
    "p2ptext/extensions.py": "it is where those of the hot paths are begun and ended",
    "p2ptext/texting/dispatching.py": "calls the carrier between two transactions, with no connection held",
    "p2ptext/texting/dispatcher.py": "the process around it",
    "p2ptext/texting/ledger_roots.py": "reads blocks under a lock, then posts with no connection held",
    "p2ptext/texting/sealing.py": "one transaction a block, for the dispatcher",
    "p2ptext/texting/sweeping.py": "repairs for the dispatcher and for the command, in a transaction each",
    "p2ptext/texting/media_sweeping.py": "a chore of the dispatcher: rows in one transaction, then the disk",
    "p2ptext/conversations/tending.py": "the same in the room of conversations",
    "p2ptext/alarms/watching.py": "the same in the room of alarms",
    "p2ptext/counting/catching_up.py": "counts and minds budgets, for the dispatcher and for pages",
    "p2ptext/desk/editing.py": "what all pages of the editor share of taking a form",
}
COMMITS_BY_ITSELF = {
    "p2ptext/background.py": "it is where transactions are made",
    "p2ptext/accounts/access.py": "the minute a session was last seen belongs to no request's work",
}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_edges_open_transactions_and_use_cases_never_commit(path: Path) -> None:
    calls = calls_of(path)
    if name_of(path) not in COMMITS_BY_ITSELF:
        assert "session.commit" not in calls
    if not is_edge(path) and name_of(path) not in OPENS_ITS_OWN:
        assert not any(call.split(".")[-1] == "transaction" for call in calls)


@pytest.mark.parametrize("table", [OPENS_ITS_OWN, COMMITS_BY_ITSELF])
def test_exceptions_name_files_that_are_there(table: dict[str, str]) -> None:
    for name, reason in table.items():
        assert reason
        assert (ROOT / name).is_file(), name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_prints_but_commands(path: Path) -> None:
    if not path.stem.endswith(("commands", "cli", "__main__")):
        assert "print" not in calls_of(path)


REAL_TIME = {
    "p2ptext/mail.py": "a mail's Date is the world's",
    "p2ptext/accounts/throttling.py": "request limits count real seconds",
    "p2ptext/accounts/recognizing.py": "browsers' cookies are signed at real times",
    "p2ptext/texting/lanes.py": "the carrier counts our requests in real seconds",
    "p2ptext/texting/media_sweeping.py": "files on the disk have the world's times",
    "p2ptext/exports/keeping.py": "files on the disk have the world's times",
}
REAL_SQL_TIME = re.compile(
    r"(?<!p2p_)\bnow\(\)|\b(current_timestamp|localtimestamp|clock_timestamp|current_date)\b",
    re.IGNORECASE,
)
SQL = re.compile(r"\b(SELECT|UPDATE|INSERT INTO|DELETE FROM|interval|WHERE)\b")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_but_the_one_clock_tells_the_time(path: Path) -> None:
    """Decisions read p2p_now(). The carrier and its simulation live in real time."""
    if path.parent.name in ("sms", "simulator") or name_of(path) in REAL_TIME:
        return
    assert not calls_of(path) & {"datetime.now", "datetime.utcnow", "date.today", "time.time"}
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value):
            assert not REAL_SQL_TIME.search(node.value), node.value


@pytest.mark.parametrize("path", sorted((PACKAGE / "templates").rglob("*.html")), ids=name_of)
def test_templates_never_switch_escaping_off(path: Path) -> None:
    source = path.read_text("utf-8")
    assert "|safe" not in source.replace(" ", "")
    assert "autoescape false" not in source


@pytest.mark.parametrize("path", sorted(ROOT.glob("migrations/versions/*.py")), ids=name_of)
def test_migrations_can_be_taken_back(path: Path) -> None:
    functions = {node.name: node for node in tree_of(path).body if isinstance(node, ast.FunctionDef)}
    assert {"upgrade", "downgrade"} <= functions.keys()
    assert not all(isinstance(step, ast.Pass) for step in functions["downgrade"].body)
