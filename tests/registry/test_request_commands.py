"""What the operator's lists of wishes and moves say on a terminal."""

from flask import Flask

from p2ptext.background import transaction
from p2ptext.registry import porting, wishing
from p2ptext.registry.models import NumberPort, NumberWish
from p2ptext.registry.wishing import Wish
from tests import factories
from tests.registry.test_requests import run

FORGED = "\x1b[2J\x9b31m\n7  rich: 5 x short code\r\u202eok"


def test_what_people_typed_forges_nothing_on_the_terminal(app: Flask) -> None:
    org = factories.organization()
    asker = factories.person(org, "owner", name=f"Olivia{FORGED}")
    wish = wishing.ask(org.id, Wish("10dlc", "614", 1, FORGED), asker.id)
    port = porting.begin(org.id, porting.NewPort("614 555 0188", f"Bell{FORGED}", ""), asker.id)
    assert isinstance(wish, NumberWish)
    assert isinstance(port, NumberPort)
    with transaction():
        wishing.answer(wish.id, FORGED)
    for command, lines in (("number-wishes", 3), ("ports", 1)):
        shown = run(app, command, "--all").output
        assert shown.count("\n") == lines
        assert all(line.isprintable() for line in shown.split("\n")), shown
