"""Words that would be a script or a template are typed into every field and stand in every column.

Whatever page shows them shows them as words. That pages could not run them is the policy's (see
test_security_headers); that they never become a part of a page is shown here.
"""

from flask import Flask

from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from p2ptext.rules.tree import Answer, Step
from tests import factories, world
from tests.audience.lists import bring_in
from tests.crawling import Page, Visitor

MARK = "zzx"
WORDS = "\"'><zzx onzzx=1></textarea></title>{{7*191}}"
MORE = (
    "<zzx>", "' onzzx='1", "</script><zzx>", "<!--zzx", "]]><zzx>", "&lt;zzx&gt;", "javascript:zzx()",
    "{% zzx %}", "${7*191}", "#{7*191}", "<%= 7*191 %>", "{7*191}", "{first_name.__class__}",
    "{{config}}", "{{ ''.__class__.__mro__ }}", "\u202ezzx", "%3Czzx%3E", "\\x3czzx\\x3e",
)  # fmt: skip
COMPUTED = "1337"
NEVER = frozenset(
    {"accounts.sign_out", "desk.archive", "accounts.remove", "accounts.change_role", "accounts.suspend"}
)


def made(app: Flask) -> tuple[Visitor, str]:
    """An owner's organization in which everything that can be named has such a name."""
    org = factories.organization(name=f"{WORDS} org")
    owner = factories.person(org, "owner", name=f"{WORDS} Olga")
    factories.person(org, "volunteer", name=f"<zzx>{MORE[1]}")
    campaign = factories.campaign(org, owner, status="draft", name=f"{WORDS} levy")
    db.session.commit()
    header = ",".join(f'"{one}"' for one in ("phone", "first name", *(m.replace('"', "") for m in MORE)))
    rows = [",".join([f"20255501{n:02d}", *(f'"{one}"' for one in (*MORE, MORE[0]))]) for n in range(4)]
    bring_in(campaign, f"{header}\n" + "\n".join(rows) + '\n"<zzx>",a\n', name="zzx<zzx>.csv")
    campaign = db.session.get_one(Campaign, campaign.id)
    writing.save_wordings(campaign, [f"Hi {{first_name}} {one}" for one in MORE[:4]], owner.id)
    answers = tuple(Answer(f"a{n}", one, (one, *MORE[:2])) for n, one in enumerate(MORE[:6]))
    writing.save_steps(campaign, [Step("s1", WORDS, answers)], owner.id)
    writing.save_canned(campaign, [writing.Canned(one, one) for one in MORE], owner.id)
    browser = factories.client(app, owner)
    db.session.commit()
    return Visitor(app, browser, world.csrf_token(app, browser), NEVER), f"/o/{org.slug}"


def test_words_that_would_be_scripts_or_templates_stay_words(committed_app: Flask) -> None:
    visitor, base = made(committed_app)
    starts = [f"{base}/campaigns", f"{base}/text", f"{base}/replies", f"{base}/inbox", "/profile"]
    visitor.walk(starts, WORDS)
    visitor.walk(starts)
    assert visitor.failed == []
    shown = 0
    for address, page in visitor.seen.items():
        assert not [tag for tag in page.tags if tag.startswith(MARK)], address
        assert not [name for name in page.attributes if MARK in name], address
        assert not [one for one in page.addresses if one.strip().lower().startswith("javascript:")], (
            address
        )
        words = "".join(page.text)
        assert COMPUTED not in words, address
        shown += MARK in words
    assert len(visitor.seen) > 60
    assert len(visitor.sent) > 20
    assert shown > 40


def test_the_reader_finds_what_it_looks_for() -> None:
    page = Page(f"<p>{WORDS}</p><a href='javascript:zzx()'>{7 * 191}</a>")
    assert "zzx" in page.tags
    assert "onzzx" in page.attributes
    assert page.addresses == ["javascript:zzx()"]
    assert COMPUTED in "".join(page.text)
