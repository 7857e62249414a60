"""Pages of message review: numbers that fit their lists, files of what is found, what was just done."""

import re

from flask import Flask
from sqlalchemy import text

from p2ptext.exports import jobs
from p2ptext.exports.models import Export
from p2ptext.extensions import db
from tests.conversations.evening import Evening, evening, hears
from tests.conversations.test_surveying import write_script
from tests.exports.evening import path_of, read
from tests.review.deeds_by_hand import STEPS


def run(sql: str, **values: object) -> None:
    db.session.execute(text(sql), values)
    db.session.commit()


def promote(made: Evening) -> None:
    run("UPDATE membership SET role = 'manager' WHERE person_id = :id", id=made.people["olga"])


def test_the_number_of_now_is_that_of_its_list(app: Flask) -> None:
    made = evening(app, waiting=3)
    run("UPDATE conversation SET review_reason = 'It may ask to stop.' WHERE id = :id", id=made.talks[0])
    olga = made.browser("olga")
    page = olga.get("/now").get_data(as_text=True)
    found = re.search(r'<a href="(/o/[^"]*/review\?status=[^"]+)">(\d+)</a>', page)
    assert found is not None
    path, number = found.groups()
    listed = olga.get(path.removeprefix(f"/o/{made.org}")).get_data(as_text=True)
    assert f">{number} conversations</h2>" in listed
    assert number == "3"
    assert listed.count("data-row=") == 3
    assert "Longest wait first, " in listed


def test_answers_can_be_filtered_by_where_there_is_one_campaign_and_stand_first(app: Flask) -> None:
    made = evening(app, waiting=1)
    write_script(made.campaign, STEPS)
    olga = made.browser("olga")
    page = olga.get("/review").get_data(as_text=True)
    assert '<option value="s1:a1">Yes (Will you vote?)</option>' in page
    empty = olga.get("/review?answer=s1:a1").get_data(as_text=True)
    assert "Only answers that somebody has noted" in empty
    assert "data-review-help" not in empty
    assert "pol*. Words" not in empty


def test_a_manager_exports_what_a_filter_finds(committed_app: Flask) -> None:
    made = evening(committed_app, waiting=3)
    olga = made.browser("olga")
    page = olga.get("/review?status=waiting").get_data(as_text=True)
    assert "Export all that match" not in page
    assert olga.post("/review/export", script=False, kind="contacts").status_code == 403
    promote(made)
    run("UPDATE conversation SET waiting_since = NULL WHERE id = :id", id=made.talks[1])
    olga = made.browser("olga")
    page = olga.get("/review?status=waiting").get_data(as_text=True)
    assert "Export all that match" in page
    asked = olga.post("/review/export", script=False, kind="messages", status="waiting")
    assert asked.status_code == 303
    assert "/exports" in asked.location
    row = db.session.query(Export).one()
    # Whoever is chosen is chosen when the file is made.
    run("UPDATE conversation SET waiting_since = NULL WHERE id = :id", id=made.talks[2])
    jobs.make_export(row.id)
    lines = read(path_of(row.id).read_bytes())
    assert {line["contact_id"] for line in lines} == {str(made.talk(made.talks[0]).contact_id)}


def test_what_cannot_be_made_is_nothing(app: Flask) -> None:
    made = evening(app, waiting=1)
    promote(made)
    olga = made.browser("olga")
    for kind in ("everything", ""):
        answer = olga.post("/review/export", script=False, kind=kind, status="waiting")
        assert (answer.status_code, answer.location) == (303, f"/o/{made.org}/review?status=waiting")
    assert db.session.query(Export).count() == 0


def test_an_answer_from_review_says_that_it_was_sent_where_the_eyes_are(app: Flask) -> None:
    made = evening(app, waiting=1)
    olga = made.browser("olga")
    opened = f"/review?open={made.talks[0]}"
    page = olga.get(opened).get_data(as_text=True)
    token = re.search(r'name="token" value="([^"]+)" form="reply"', page)
    back = re.search(r'name="back" value="([^"]+)"', page)
    assert token is not None
    assert back is not None
    assert back[1].endswith("#talk")
    sent = olga.post(
        f"/replies/{made.talks[0]}/reply", script=False, token=token[1], text="Thank you",
        back=back[1].replace("&amp;", "&"),
    )  # fmt: skip
    assert sent.status_code == 303
    assert sent.location.endswith("#talk")
    page = olga.get(opened).get_data(as_text=True)
    pane = page[page.index('id="talk"') :]
    assert "<strong>Sent</strong>" in pane
    assert pane.index("<strong>Sent</strong>") < pane.index("Undo") < pane.index("Thank you")
    assert page.count("data-flash") == 0


def test_one_person_has_one_name(app: Flask) -> None:
    made = evening(app, waiting=1, first_name="")
    run("""UPDATE contact SET fields = '{"last_name": "Walker"}'""")
    page = made.browser("olga").get(f"/review?open={made.talks[0]}").get_data(as_text=True)
    assert "Walker" not in page
    assert page.count("<bdi>No name</bdi>") == 2


def test_why_a_text_was_a_stop_is_said_in_words(app: Flask) -> None:
    made = evening(app, waiting=1)
    hears(made.talks[0], "take me off")
    run("UPDATE recipient SET suppressed_at = now(), suppressed_reason = 'their own words'")
    run("""UPDATE inbound_text SET tier = 'auto', verdict_reason = 'They wrote “takemeoff”.'
           WHERE text = 'take me off'""")
    page = made.browser("olga").get("/inbox").get_data(as_text=True)
    assert "takemeoff" not in page
    assert "Their whole text asks to stop." in page


def test_who_has_not_written_can_be_found(app: Flask) -> None:
    made = evening(app, waiting=2)
    run("UPDATE conversation SET last_inbound_id = NULL WHERE id = :id", id=made.talks[0])
    run("DELETE FROM inbound_text WHERE conversation_id = :id", id=made.talks[0])
    page = made.browser("olga").get("/review?status=silent").get_data(as_text=True)
    assert f'data-row="{made.talks[0]}"' in page
    assert f'data-row="{made.talks[1]}"' not in page


def test_an_organizers_page_listens_before_the_terms_are_agreed_to(app: Flask) -> None:
    made = evening(app, waiting=1)
    olga = made.browser("olga")
    run("UPDATE membership SET terms_accepted_at = NULL WHERE person_id = :id", id=made.people["olga"])
    assert "data-live-url" in olga.get("/inbox").get_data(as_text=True)
    stream = olga.get("/live?aside=1")
    assert (stream.status_code, stream.mimetype) == (200, "text/event-stream")
    stream.close()
    assert olga.get("/waiting").get_json()["waiting"] == 0
