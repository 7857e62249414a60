"""The help pages, and the words that any page may explain in place."""

from flask import g, render_template

from p2ptext.accounts.access import public
from p2ptext.accounts.blueprint import blueprint
from p2ptext.rules import glossary


@blueprint.get("/help")
@public("help is for people who cannot get in, too")
def help_page() -> str:
    """How texting works here, in plain words, and what the words of the trade mean."""
    return render_template("accounts/help.html", words=glossary.in_order())


@blueprint.get("/help/one-text-at-a-time")
@public("help is for people who cannot get in, too")
def one_at_a_time() -> str:
    """Why there is no group text, no bulk send and no timed send, and what serves the same need."""
    return render_template("accounts/one_at_a_time.html")


def opening(term: str) -> dict[str, str]:
    """The id and words of an explanation that opens on this page; no two of a page share an id."""
    g.opened_terms = g.get("opened_terms", 0) + 1
    return {"id": f"term-{g.opened_terms}", "words": glossary.explain(term)}


blueprint.add_app_template_global(opening, "glossary_entry")
