"""What organizations ask of whoever runs the installation, on a page of theirs."""

from flask import render_template

from p2ptext.accounts.access import operator
from p2ptext.campaigns import numbers
from p2ptext.campaigns.standing import KINDS
from p2ptext.registry import porting, wishing
from p2ptext.registry.blueprint import blueprint
from p2ptext.rules.number_steps import PORT_STATES


@blueprint.get("/operator/numbers")
@operator
def asked_for() -> str:
    """The wishes that wait and the numbers that move here, with the commands that answer them."""
    return render_template(
        "registry/asked_for.html",
        wishes=wishing.of_everybody(answered=False),
        ports=porting.of_everybody(over=False),
        kinds=KINDS,
        states=PORT_STATES,
        pretty=numbers.pretty,
    )
