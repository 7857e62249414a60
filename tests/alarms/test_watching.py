"""Each alarm opens at its threshold, not below it; it stays one row, and it ends."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from p2ptext.alarms import watching, wording
from p2ptext.alarms.kinds import FOR_MANAGERS
from p2ptext.alarms.models import AlarmSetting
from p2ptext.campaigns.models import Campaign
from p2ptext.clock import now
from p2ptext.extensions import db
from p2ptext.texting.models import ProviderEvent
from tests import factories
from tests.alarms.happenings import (
    Happens,
    alone_for,
    answered,
    asks_to_stop,
    day_used,
    due_for,
    ends_in,
    export_failed,
    failing,
    halted,
    kept,
    list_failed,
    long_ago,
    machine_like,
    number_of,
    offered_for,
    opting_out,
    out,
    paused,
    refused,
    run,
    stop_list_failed,
    stray,
    turned_away,
    unknown_for,
    used_to,
)
from tests.alarms.many import alarms, calm, texts
from tests.conversations.evening import evening


def watch() -> None:
    """What the dispatcher does every few seconds."""
    watching.watch()
    watching.watch_slowly()


TABLE: list[tuple[str, str | None, Happens]] = [
    # what, its level (None: nothing is raised), what happens
    ("waiting", None, offered_for(4)),
    ("waiting", "warning", offered_for(6)),
    ("waiting", "danger", offered_for(50)),
    ("nobody", None, alone_for(4)),
    ("nobody", "warning", alone_for(6)),
    ("nobody", "warning", alone_for(6, last="ben")),
    ("nobody", "danger", alone_for(21)),
    ("nobody", None, alone_for(21, zone="Asia/Tokyo")),
    ("waiting", None, alone_for(60)),
    ("signatures", None, turned_away(19)),
    ("signatures", "danger", turned_away(20)),
    ("signatures", "warning", turned_away(20, others=True)),
    ("imports", "warning", list_failed),
    ("imports", "warning", stop_list_failed),
    ("imports", None, long_ago(list_failed, "contact_import")),
    ("exports", "warning", export_failed),
    ("exports", None, long_ago(export_failed, "export")),
    ("unknown", None, unknown_for(14)),
    ("unknown", "warning", unknown_for(16)),
    ("kept", None, kept(4)),
    ("kept", "warning", kept(5)),
    ("reviews", "warning", asks_to_stop),
    ("strays", "warning", stray),
    ("day_cap", None, day_used(0.79)),
    ("day_cap", "warning", day_used(0.8)),
    ("day_cap", "danger", day_used(1.0)),
    ("registration", None, ends_in(31, "expires_on")),
    ("registration", "warning", ends_in(30, "expires_on")),
    ("registration", "warning", ends_in(30, "verify_expires_on")),
    ("registration", "danger", ends_in(6, "verify_expires_on")),
    ("registration", "danger", ends_in(-1, "expires_on")),
    ("timing", "warning", machine_like),
    ("pace", None, refused(98)),
    ("pace", "warning", refused(100)),
    ("edited", None, answered(14, 20)),
    ("edited", "warning", answered(15, 20)),
    ("edited", None, answered(19, 19)),
    ("profanity", "warning", answered(1, 1, "Well, shit happens.")),
    ("profanity", None, answered(0, 1, "Well, shit happens.")),
    ("profanity", None, answered(1, 1)),
    ("halted", "danger", halted("refused")),
    ("halted", "warning", halted("silent")),
    ("stuck", None, due_for(59)),
    ("stuck", "danger", due_for(70)),
    ("stuck", None, due_for(600, measured=20)),
    ("stuck", "danger", due_for(600, measured=70)),
    ("paused", "danger", paused("filtered")),
    ("paused", "danger", paused("opt_outs")),
    ("number_out", "danger", out("refused")),
    ("failures", None, failing(4, 36, "invalid_number")),
    ("failures", "warning", failing(6, 34, "invalid_number")),
    ("failures", None, failing(38, 0, "filtered")),
    ("failures", None, failing(40, 0, "filtered", channel="rcs")),
    ("number_out", None, failing(60, 0, "invalid_number")),
    ("number_out", None, failing(9, 31, "filtered")),
    ("number_out", "danger", failing(10, 30, "filtered")),
    ("opt_outs", None, opting_out(16, 200)),
    ("opt_outs", "warning", opting_out(17, 200)),
    ("opt_outs", "danger", opting_out(29, 200)),
    ("opt_outs", None, opting_out(39, 39)),
    ("opt_outs", "warning", used_to(40, 1000, before=(10, 1000))),
    ("opt_outs", None, used_to(40, 1000, before=(40, 1000))),
]


@pytest.mark.parametrize(
    ("kind", "level", "happens"), TABLE, ids=[f"{n} {row[0]} {row[1]}" for n, row in enumerate(TABLE)]
)
def test_each_opens_at_its_threshold(app: Flask, kind: str, level: str | None, happens: Happens) -> None:
    made = evening(app, waiting=1)
    happens(made)
    watch()
    found = alarms(made, kind)
    assert [one.level for one in found] == ([level] if level else [])
    watch()
    assert [one.id for one in alarms(made, kind)] == [one.id for one in found]
    for member in ("olga", "amy"):  # an organizer, and from now on an owner
        run(made, "UPDATE membership SET role = 'owner' WHERE person_id = :amy", amy=made.people["amy"])
        page = " ".join(made.browser(member).get("/alarms").get_data(as_text=True).split())
        for one in found:
            sees = member == "amy" or kind not in FOR_MANAGERS
            assert (wording.title(kind, one.facts) in page.replace("&#39;", "'")) is sees
            assert len(wording.why(kind, one.facts, now())) > 20


ENDS: list[tuple[str, Happens, str]] = [
    ("waiting", offered_for(6), "UPDATE conversation SET waiting_since = NULL, offered_at = NULL, "
     "offered_why = NULL WHERE organization_id = :org"),
    ("nobody", alone_for(30), "INSERT INTO presence (organization_id, person_id) SELECT organization_id, "
     "person_id FROM membership WHERE organization_id = :org"),
    ("nobody", alone_for(30), "UPDATE conversation SET waiting_since = NULL WHERE organization_id = :org"),
    ("nobody", alone_for(30), "UPDATE campaign SET status = 'paused' WHERE id = :campaign"),
    ("signatures", turned_away(20), "DELETE FROM refused_webhook"),
    ("imports", list_failed, "INSERT INTO contact_import (organization_id, campaign_id, file_name, stored_as, "
     "size_bytes, created_by) SELECT organization_id, campaign_id, 'again.csv', 'x', 1, created_by "
     "FROM contact_import WHERE campaign_id = :campaign"),
    ("imports", stop_list_failed, "INSERT INTO suppression_import (organization_id, file_name, stored_as, "
     "reason, created_by) SELECT organization_id, 'again.csv', 'x', '', created_by FROM suppression_import"),
    ("exports", export_failed, "INSERT INTO export (organization_id, campaign_id, kind, format, status, "
     "asked_by) SELECT organization_id, campaign_id, kind, format, 'waiting', asked_by FROM export"),
    ("unknown", unknown_for(16), "UPDATE message SET let_be_at = p2p_now() WHERE organization_id = :org"),
    ("reviews", asks_to_stop, "UPDATE conversation SET review_reason = NULL WHERE organization_id = :org"),
    ("strays", stray, "UPDATE inbound_text SET dealt_with_at = p2p_now() WHERE organization_id = :org"),
    ("timing", machine_like, "UPDATE timing_flag SET seen_at = p2p_now() WHERE organization_id = :org"),
    ("halted", halted("silent"), "UPDATE pacing_bucket SET halted_until = NULL, halted_reason = NULL"),
    ("stuck", due_for(70), "DELETE FROM outbox WHERE organization_id = :org"),
    ("paused", paused("opt_outs"), "UPDATE campaign SET status = 'running', paused_because = NULL "
     "WHERE id = :campaign"),
    ("number_out", out("refused"), "UPDATE sending_number SET out_since = NULL, out_reason = NULL "
     "WHERE organization_id = :org"),
    ("registration", ends_in(6, "expires_on"), "UPDATE registration SET expires_on = expires_on + 365"),
    ("pace", refused(100), "UPDATE pace_refusal SET minute = minute - interval '1 hour'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "happens", "mends"), ENDS, ids=[f"{n} {row[0]}" for n, row in enumerate(ENDS)]
)
def test_each_ends_when_it_is_well_again(app: Flask, kind: str, happens: Happens, mends: str) -> None:
    made = evening(app, waiting=1)
    happens(made)
    watch()
    (before,) = alarms(made, kind)
    run(made, mends) if ":org" in mends or ":campaign" in mends else db.session.execute(text(mends))
    db.session.commit()
    calm(made)
    watch()
    assert not alarms(made, kind)
    db.session.refresh(before)
    assert before.until is not None


def test_a_share_that_hovers_is_one_alarm(app: Flask) -> None:
    made = evening(app, waiting=1)
    texts(made, 200, opted_out=17)
    watch()
    (before,) = alarms(made, "opt_outs")
    texts(made, 200, opted_out=0)  # the last 200 are well again
    watch()
    assert [one.id for one in alarms(made, "opt_outs")] == [before.id]
    calm(made)
    watch()
    assert not alarms(made, "opt_outs")


def test_resumed_campaigns_are_judged_anew(app: Flask) -> None:
    made = evening(app, waiting=1)
    texts(made, 200, opted_out=60, ago="5 minutes")
    db.session.get_one(Campaign, made.campaign).watched_from = now() - timedelta(minutes=4)
    db.session.commit()
    watch()
    assert not alarms(made, "opt_outs")


def test_an_organization_says_from_when_on(app: Flask) -> None:
    made = evening(app, waiting=1)
    other = evening(app, waiting=0)
    for one in (made, other):
        texts(one, 200, opted_out=29)
    factories.add(AlarmSetting(organization_id=made.org_id, kind="opt_outs", threshold=12))
    factories.add(AlarmSetting(organization_id=made.org_id, kind="failures", is_on=False))
    db.session.commit()
    watch()
    assert not alarms(made, "opt_outs")
    assert [one.level for one in alarms(other, "opt_outs")] == ["danger"]
    for one in (made, other):
        texts(one, 200, state="rejected", reason="filtered")
    watch()
    assert not alarms(made, "failures")
    assert number_of(made).out_since is None
    assert alarms(other, "failures")
    assert number_of(other).out_since is not None


def test_one_look_that_fails_keeps_no_other_from_looking(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = evening(app, waiting=1)
    asks_to_stop(made)

    def fails() -> str:
        raise RuntimeError

    monkeypatch.setattr("p2ptext.alarms.watch_carrier.breakers.halted", fails)
    watching.watch()
    assert alarms(made, "reviews")


def test_carriers_that_report_failures_alone_stop_no_number(app: Flask) -> None:
    """Texts that were taken ten minutes ago and of which nothing was heard have arrived, as far as anybody
    knows."""
    made = evening(app, waiting=1)
    texts(made, 150, state="accepted", ago="11 minutes")
    texts(made, 8, state="rejected", reason="filtered", ago="11 minutes")
    watch()
    assert number_of(made).out_since is None
    texts(made, 150, state="accepted", ago="1 minute")  # of these nobody knows anything yet
    texts(made, 32, state="rejected", reason="filtered", ago="1 minute")
    watch()
    db.session.expire_all()
    assert number_of(made).out_reason == "failures"


def test_old_events_are_no_news(app: Flask) -> None:
    made = evening(app, waiting=1)
    kept(5)(made)
    db.session.execute(db.update(ProviderEvent).values(received_at=now() - timedelta(hours=25)))
    db.session.commit()
    watch()
    assert not alarms(made, "kept")
