"""The manager's pages of setting a campaign up, with hostile lists and files."""

from p2ptext.campaigns import writing
from p2ptext.campaigns.models import Campaign
from p2ptext.extensions import db
from p2ptext.rules import script
from tests import factories
from tests.audience.browsing import Manager
from tests.audience.lists import bring_in

EVIL = "<script>alert(1)</script>"


def test_hostile_cells_names_and_headers_are_shown_as_text(manager: Manager) -> None:
    content = f'phone,first name,"{EVIL}"\n2025550104,"{EVIL}","{EVIL}"\n"{EVIL}",a,b\n'
    with_name = bring_in(manager.campaign, content, name=f"{EVIL}.csv")
    with_name.file_name = f"{EVIL}.csv"
    campaign = db.session.get_one(Campaign, manager.campaign.id)
    campaign.name = f"{EVIL} levy"
    writing.save_wordings(campaign, ["Hi {first_name} {{7*7}} " + EVIL], manager.person.id)
    writing.save_canned(campaign, [writing.Canned(EVIL, EVIL)], manager.person.id)
    db.session.commit()
    pages = ["setup", "list", "message", "check", "hours", "numbers", "replies"]
    texts = [manager.get(page) for page in pages]
    texts.append(manager.browser.get(f"/o/ohio/campaigns/imports/{with_name.id}"))
    for answer in texts:
        assert answer.status_code == 200
        assert EVIL not in answer.text
        assert "&lt;script&gt;" in answer.text
    shown = manager.post("preview", text="Hi {first_name} " + EVIL).json
    assert shown is not None
    assert EVIL not in shown["html"]


def test_the_preview_is_exactly_what_leaves(manager: Manager) -> None:
    bring_in(manager.campaign, "phone,first name\n2025550104,O’Neil\n2025550105,Zoë\n2025550106,\n")
    text = "Hi {first_name|you}, it’s {volunteer_name}. Ohio Votes. Reply STOP."
    first = manager.post("preview", text=text).json or {}
    expected = script.render(text, {"first_name": "O’Neil", "volunteer_name": "Olga"}, plain=True)
    assert first["text"] == expected == "Hi O'Neil, it’s Olga. Ohio Votes. Reply STOP."
    assert (first["encoding"], first["segments"], first["line"]) == ("UCS-2", 1, 2)
    then = manager.post("preview", text=text, contact=first["contact"], action="next").json or {}
    assert then["text"].startswith("Hi Zoë,")
    last = manager.post("preview", text=text, contact=then["contact"], action="next").json or {}
    assert last["text"].startswith("Hi you,")
    end = manager.post("preview", text=text, contact=last["contact"], action="next").json or {}
    assert end["contact"] == last["contact"]
    back = manager.post("preview", text=text, contact=last["contact"], action="previous").json or {}
    assert back["contact"] == then["contact"]
    longest = manager.post("preview", text=text, action="longest").json or {}
    assert longest["contact"] == first["contact"]
    blank = manager.post("preview", text="Hi {first_name}", contact=last["contact"]).json or {}
    assert (blank["text"], blank["faults"][0]["code"]) == ("", "blank_value")


def test_the_preview_says_when_nobody_lacks_a_value_and_names_the_letter(manager: Manager) -> None:
    bring_in(manager.campaign, "phone,first name\n2025550104,Maríá\n2025550105,\n")
    everybody = "Everybody has a value for every field you used."
    shown = manager.post("preview", text="Hi {first_name}", action="missing").json or {}
    assert (shown["line"], everybody in shown["html"]) == (3, False)
    shown = manager.post("preview", text="Hi {first_name}").json or {}
    assert "because of “í á”, which is not plain" in shown["html"]
    assert everybody not in shown["html"]
    shown = manager.post("preview", text="Hi all", action="missing").json or {}
    assert everybody in shown["html"]


def test_a_message_with_faults_is_saved_and_its_page_stays(manager: Manager) -> None:
    bring_in(manager.campaign, "phone,first name\n2025550104,Maria\n")
    answer = manager.post("message", text="Hi {frist_name}. Ohio Votes. Reply STOP.", action="save")
    assert answer.location.endswith("/message?wording=1")
    assert "cannot be launched yet" in manager.browser.get(answer.location).text


def test_another_organizations_contact_is_not_previewed(manager: Manager) -> None:
    bring_in(manager.campaign, "phone,first name\n2025550104,Maria\n")
    other = factories.organization()
    theirs = factories.campaign(other, factories.person(other))
    (contact,) = factories.contacts(theirs, manager.person, ["+12025550177"], first_name="Secret")
    db.session.commit()
    for action in ("", "next", "previous"):
        shown = manager.post("preview", text="{first_name}", contact=contact.id, action=action).json
        assert shown is not None
        assert shown["text"] == "Maria"


def test_the_scripts_own_characters_change_only_when_asked(manager: Manager) -> None:
    text = "It’s “us” – hi. Ohio Votes. Reply STOP."
    page = manager.post("message", text=text, action="preview").text
    assert "Replace with -" in page
    one = manager.post("message", text=text, action="replace:’").text
    assert "It&#39;s “us” – hi." in one
    all_of_them = manager.post("message", text=text, action="replace:").text
    assert "It&#39;s &#34;us&#34; - hi." in all_of_them
    assert manager.post("message", text=text, action="save").status_code == 302
    db.session.expire_all()
    assert writing.wordings(manager.campaign) == [text]


def test_from_the_list_to_the_launch(manager: Manager) -> None:
    assert "There is nobody to text yet" in manager.get("check").text
    assert manager.post("launch").status_code == 409
    bring_in(manager.campaign, "phone,first name\n2025550104,Maria\n")
    page = manager.get("check").text
    assert "Hi Maria. Ohio Votes. Reply STOP." in page
    manager.try_out()
    assert manager.post("launch").status_code == 302
    assert "Volunteers can take contacts." in manager.get("setup").text
    for step, status in (("pause", "paused"), ("resume", "running"), ("archive", "archived")):
        assert manager.post(step).status_code == 302
        db.session.expire_all()
        assert manager.campaign.status == status
    refused = manager.post("message", text="Hi. Ohio Votes. Reply STOP.", action="save")
    assert refused.status_code == 409
    assert "archived" in refused.text


def test_hours_numbers_and_answers(manager: Manager) -> None:
    hours = {"opens": "10:00", "closes": "19:30", "sunday_opens": "13:00", "days": ["0", "1", "2"]}
    saved = manager.post("hours", **hours)
    assert saved.location.endswith("/onward?after=hours")
    wrong = manager.post("hours", **(hours | {"closes": "09:00", "days": []}))
    assert "The hours must end later than they begin." in wrong.text
    assert "Choose at least one day." in wrong.text
    assert "Choose one: From" in manager.post("hours", **(hours | {"opens": "06:00"})).text
    shown = manager.get("answers").text
    assert "10:00 am to 7:30 pm, on Sundays from 1:00 pm" in shown
    assert "Monday to Wednesday" in shown
    assert "Choose at least one number." in manager.post("numbers").text
    saved = manager.post("replies", **{"replies-0-title": "Thanks", "replies-0-text": "Thank you!"})
    assert saved.status_code == 302
    half = manager.post("replies", **{"replies-0-title": "", "replies-0-text": "Thank you!"})
    assert "Give this answer a short name." in half.text
    assert "1 answer ready" in manager.get("setup").text


def test_a_new_campaign(manager: Manager) -> None:
    address = "/o/ohio/campaigns/new"
    made = manager.browser.post(address, data={"csrf_token": manager.token, "name": "  Levy  "})
    assert made.status_code == 302
    assert made.location.endswith("/setup")
    again = manager.browser.post(address, data={"csrf_token": manager.token, "name": "levy"})
    assert "There is a campaign of this name already." in again.text
    assert "Enter a name." in manager.browser.post(address, data={"csrf_token": manager.token}).text
