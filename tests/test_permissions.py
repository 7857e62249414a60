"""Who may do what: every route, every kind of person, their own organization and another's.

ROUTES is the specification. A route that is missing from it, or in it but gone, fails; so does one
whose code declares another role. Then every route is really called by everyone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from p2ptext.accounts.access import ROLES, require_declared_permissions
from p2ptext.accounts.models import Person
from p2ptext.extensions import db, limiter
from tests import factories, world
from tests.conftest import rolled_back
from tests.world import ABSENT, Place, World

ROUTES: dict[tuple[str, str], str] = {
    # health
    ("GET", "/healthz"): "public",
    ("GET", "/readyz"): "public",
    # the doors of accounts
    ("GET", "/"): "signed_in",
    ("GET", "/media/<name>"): "public",
    ("GET", "/sign-in"): "public",
    ("POST", "/sign-in"): "public",
    ("POST", "/sign-out"): "public",
    ("GET", "/help"): "public",
    ("GET", "/help/one-text-at-a-time"): "public",
    ("GET", "/l/<code>"): "public",
    ("GET", "/forgotten"): "public",
    ("POST", "/forgotten"): "public",
    ("GET", "/reset/<token>"): "public",
    ("POST", "/reset/<token>"): "public",
    ("GET", "/invitation/<token>"): "public",
    ("POST", "/invitation/<token>"): "public",
    ("GET", "/join/<token>"): "public",
    ("POST", "/join/<token>"): "public",
    # oneself
    ("GET", "/profile"): "signed_in",
    ("POST", "/profile/name"): "signed_in",
    ("POST", "/profile/password"): "signed_in",
    ("POST", "/profile/sessions/end-others"): "signed_in",
    ("POST", "/profile/sessions/<int:session_id>/end"): "signed_in",
    ("POST", "/profile/texting-name/<int:membership_id>"): "signed_in",
    ("POST", "/profile/notices/<int:membership_id>"): "signed_in",
    ("GET", "/notices/off/<token>"): "public",
    ("POST", "/notices/off/<token>"): "public",
    # people
    ("GET", "/o/<org>/terms"): "volunteer",
    ("POST", "/o/<org>/terms"): "volunteer",
    ("GET", "/o/<org>/people"): "manager",
    ("POST", "/o/<org>/people/invite"): "manager",
    ("POST", "/o/<org>/people/invitations/<int:invitation_id>/cancel"): "manager",
    ("POST", "/o/<org>/people/links"): "manager",
    ("POST", "/o/<org>/people/links/<int:link_id>/revoke"): "manager",
    ("GET", "/o/<org>/people/invite-many"): "manager",
    ("POST", "/o/<org>/people/invite-many"): "manager",
    ("POST", "/o/<org>/people/invite-many/send"): "manager",
    ("POST", "/o/<org>/people/invitations/<int:invitation_id>/resend"): "manager",
    ("GET", "/o/<org>/people/links/<int:link_id>"): "manager",
    ("GET", "/o/<org>/people/roles"): "volunteer",
    ("GET", "/o/<org>/teams"): "manager",
    ("POST", "/o/<org>/teams"): "manager",
    ("GET", "/o/<org>/teams/<int:team_id>"): "manager",
    ("POST", "/o/<org>/teams/<int:team_id>"): "manager",
    ("POST", "/o/<org>/teams/<int:team_id>/rename"): "manager",
    ("POST", "/o/<org>/teams/<int:team_id>/remove"): "manager",
    ("POST", "/o/<org>/people/<int:membership_id>/role"): "manager",
    ("POST", "/o/<org>/people/<int:membership_id>/<deed>"): "manager",
    ("GET", "/o/<org>/settings"): "owner",
    ("POST", "/o/<org>/settings"): "owner",
    # the running evening, and alarms
    ("GET", "/o/<org>/now"): "organizer",
    ("GET", "/o/<org>/now/part"): "organizer",
    ("GET", "/o/<org>/now/presses.csv"): "organizer",
    ("GET", "/o/<org>/now/live"): "organizer",
    ("GET", "/o/<org>/alarms"): "organizer",
    ("GET", "/o/<org>/alarms/past"): "organizer",
    ("GET", "/o/<org>/alarms/failures"): "organizer",
    ("POST", "/o/<org>/alarms/<int:alarm_id>/known"): "organizer",
    ("POST", "/o/<org>/alarms/numbers/<int:number_id>/put-back"): "manager",
    ("GET", "/o/<org>/alarms/settings"): "manager",
    ("POST", "/o/<org>/alarms/settings"): "manager",
    ("GET", "/o/<org>/settings/replies"): "manager",
    ("POST", "/o/<org>/settings/replies"): "manager",
    ("GET", "/operator/mail"): "operator",
    ("GET", "/operator/numbers"): "operator",
    # exports
    ("GET", "/o/<org>/exports"): "manager",
    ("POST", "/o/<org>/exports"): "manager",
    ("GET", "/o/<org>/exports/columns"): "manager",
    ("GET", "/o/<org>/exports/<int:export_id>"): "manager",
    ("GET", "/o/<org>/exports/<int:export_id>/progress"): "manager",
    ("POST", "/o/<org>/exports/<int:export_id>/download"): "manager",
    ("POST", "/o/<org>/exports/<int:export_id>/cancel"): "manager",
    ("POST", "/o/<org>/exports/<int:export_id>/again"): "manager",
    ("POST", "/o/<org>/exports/<int:export_id>/remove"): "manager",
    # campaigns
    ("GET", "/o/<org>/campaigns/new"): "manager",
    ("POST", "/o/<org>/campaigns/new"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/hours"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/hours"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/numbers"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/numbers"): "manager",
    ("GET", "/o/<org>/numbers"): "manager",
    ("GET", "/o/<org>/numbers/<int:number_id>"): "owner",
    ("POST", "/o/<org>/numbers/<int:number_id>"): "owner",
    ("GET", "/o/<org>/registrations/new"): "owner",
    ("POST", "/o/<org>/registrations/new"): "owner",
    ("GET", "/o/<org>/registrations/<int:registration_id>"): "owner",
    ("POST", "/o/<org>/registrations/<int:registration_id>"): "owner",
    ("GET", "/o/<org>/numbers/ask"): "manager",
    ("POST", "/o/<org>/numbers/ask"): "manager",
    ("GET", "/o/<org>/numbers/bring"): "owner",
    ("POST", "/o/<org>/numbers/bring"): "owner",
    ("GET", "/o/<org>/numbers/moves/<int:port_id>"): "manager",
    ("POST", "/o/<org>/numbers/moves/<int:port_id>"): "manager",
    ("POST", "/o/<org>/numbers/moves/<int:port_id>/cancel"): "owner",
    ("GET", "/o/<org>/public-pages/<any(privacy, terms):page>"): "owner",
    ("POST", "/o/<org>/public-pages/<any(privacy, terms):page>"): "owner",
    ("GET", "/o/<org>/public-pages/reach"): "owner",
    ("POST", "/o/<org>/public-pages/reach"): "owner",
    ("GET", "/p/<org>/<any(privacy, terms):page>"): "public",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/replies"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/replies"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/setup"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/list"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/list"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/message"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/message"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/preview"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/languages"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/languages"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/languages/<language>"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/languages/<language>"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/languages/<language>/remove"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/script"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/script"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/script.<ending>"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/starters"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/starters/<starter_key>"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/starters/<starter_key>"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/try"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/try"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/try/phone"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/links"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/guide"): "organizer",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/links"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/links/<int:campaign_link_id>/change"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/links/<int:campaign_link_id>/remove"): "manager",
    ("GET", "/o/<org>/settings/links"): "owner",
    ("POST", "/o/<org>/settings/links"): "owner",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/questions"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/questions/new"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/questions/<step_key>/move"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/questions/<step_key>/move"): "manager",
    (
        "GET",
        "/o/<org>/campaigns/<int:campaign_id>/questions/<step_key>/answers/<answer_key>/move",
    ): "manager",
    (
        "POST",
        "/o/<org>/campaigns/<int:campaign_id>/questions/<step_key>/answers/<answer_key>/move",
    ): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/play"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/versions"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/versions/difference"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/versions/restore"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/draft"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/looking"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/questions/new"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/questions/<step_key>"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/questions/<step_key>"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/questions/<step_key>/answers/new"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/questions/<step_key>/answers/new"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/questions/<step_key>/answers/<answer_key>"): "manager",
    (
        "POST",
        "/o/<org>/campaigns/<int:campaign_id>/questions/<step_key>/answers/<answer_key>",
    ): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/check"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/check/allow"): "owner",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/check/default"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/check/forbid"): "owner",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/passes"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/passes/<int:round>"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/passes/<int:round>/message"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/passes/<int:round>/message"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/passes/<int:round>/preview"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/passes/<int:round>/start"): "manager",
    ("POST", "/o/<org>/campaigns/passes/<int:pass_id>/stop"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/launch"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/pause"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/resume"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/archive"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/reopen"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/copy"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/copy"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/onward"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/purpose"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/purpose"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/volunteers"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/volunteers"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/answers"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/approval"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/approve"): "manager",
    ("GET", "/o/<org>/campaigns/imports/<int:import_id>"): "manager",
    ("GET", "/o/<org>/campaigns/imports/<int:import_id>/progress"): "manager",
    ("GET", "/o/<org>/campaigns/imports/<int:import_id>/refused.csv"): "manager",
    ("GET", "/o/<org>/campaigns/imports/<int:import_id>/columns"): "manager",
    ("POST", "/o/<org>/campaigns/imports/<int:import_id>/columns"): "manager",
    ("GET", "/o/<org>/campaigns/imports/<int:import_id>/check"): "manager",
    ("POST", "/o/<org>/campaigns/imports/<int:import_id>/confirm"): "manager",
    ("POST", "/o/<org>/campaigns/imports/<int:import_id>/cancel"): "manager",
    ("POST", "/o/<org>/campaigns/imports/<int:import_id>/landlines"): "manager",
    ("POST", "/o/<org>/campaigns/imports/<int:import_id>/landlines/stop"): "manager",
    # the do-not-text list
    ("GET", "/o/<org>/do-not-text"): "manager",
    ("POST", "/o/<org>/do-not-text/search"): "manager",
    ("GET", "/o/<org>/do-not-text/add"): "manager",
    ("POST", "/o/<org>/do-not-text/add"): "manager",
    ("GET", "/o/<org>/do-not-text/people/<int:recipient_id>"): "manager",
    ("POST", "/o/<org>/do-not-text/people/<int:recipient_id>/add"): "manager",
    ("POST", "/o/<org>/do-not-text/people/<int:recipient_id>/lift"): "owner",
    ("POST", "/o/<org>/do-not-text/people/<int:recipient_id>/erase"): "owner",
    ("GET", "/o/<org>/do-not-text/download"): "manager",
    ("POST", "/o/<org>/do-not-text/download"): "manager",
    ("GET", "/o/<org>/do-not-text/import"): "manager",
    ("POST", "/o/<org>/do-not-text/import"): "manager",
    ("GET", "/o/<org>/do-not-text/imports/<int:suppression_import_id>"): "manager",
    ("GET", "/o/<org>/do-not-text/imports/<int:suppression_import_id>/progress"): "manager",
    ("GET", "/o/<org>/do-not-text/imports/<int:suppression_import_id>/refused.csv"): "manager",
    ("POST", "/o/<org>/do-not-text/imports/<int:suppression_import_id>/cancel"): "manager",
    # what an organizer watches
    ("GET", "/o/<org>/campaigns"): "organizer",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>"): "organizer",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/money"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/money"): "manager",
    ("GET", "/o/<org>/money"): "manager",
    ("GET", "/o/<org>/money/<table>.csv"): "manager",
    ("GET", "/o/<org>/money/texts"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/numbers-now"): "organizer",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/rows/<string:kind>"): "organizer",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/rates/<string:tab>"): "organizer",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/report"): "organizer",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/goal"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/goal"): "manager",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/conversations/<int:conversation_id>"): "organizer",
    ("GET", "/o/<org>/review"): "organizer",
    ("POST", "/o/<org>/review/deeds"): "organizer",
    ("POST", "/o/<org>/review/export"): "manager",
    ("GET", "/o/<org>/review/deeds/<int:deed_id>"): "organizer",
    ("GET", "/o/<org>/review/deeds/<int:deed_id>/progress"): "organizer",
    ("POST", "/o/<org>/review/deeds/<int:deed_id>/details"): "organizer",
    ("POST", "/o/<org>/review/deeds/<int:deed_id>/do"): "organizer",
    ("POST", "/o/<org>/review/deeds/<int:deed_id>/cancel"): "organizer",
    ("GET", "/o/<org>/review/groups"): "organizer",
    ("POST", "/o/<org>/review/groups"): "organizer",
    ("GET", "/o/<org>/review/groupings/<int:grouping_id>/progress"): "organizer",
    ("GET", "/o/<org>/review/groups/<int:group_id>"): "organizer",
    ("POST", "/o/<org>/review/groups/<int:group_id>/suggestion"): "organizer",
    ("GET", "/o/<org>/review/count"): "organizer",
    ("GET", "/o/<org>/review/<int:conversation_id>"): "organizer",
    ("POST", "/o/<org>/review/<int:conversation_id>/give"): "organizer",
    ("GET", "/o/<org>/inbox"): "organizer",
    ("GET", "/o/<org>/inbox/part"): "organizer",
    ("POST", "/o/<org>/inbox/events/<int:event_id>/put-aside"): "organizer",
    ("POST", "/o/<org>/inbox/replies/<int:inbound_id>/route"): "organizer",
    ("POST", "/o/<org>/inbox/<int:conversation_id>/clear"): "organizer",
    ("POST", "/o/<org>/inbox/<int:conversation_id>/opt-out"): "organizer",
    ("POST", "/o/<org>/inbox/replies/<int:inbound_id>/opt-out"): "organizer",
    ("POST", "/o/<org>/inbox/replies/<int:inbound_id>/dealt-with"): "organizer",
    ("GET", "/o/<org>/inbox/replies/<int:inbound_id>/verdict"): "organizer",
    ("POST", "/o/<org>/inbox/replies/<int:inbound_id>/verdict"): "organizer",
    ("GET", "/operator/events"): "operator",
    # a text with an unclear end
    ("GET", "/o/<org>/unclear/<int:message_id>"): "organizer",
    ("POST", "/o/<org>/unclear/<int:message_id>/send-again"): "organizer",
    ("POST", "/o/<org>/unclear/<int:message_id>/leave"): "organizer",
    # the timing of somebody's clicks
    ("GET", "/o/<org>/volunteers/<int:person_id>/timing"): "organizer",
    ("POST", "/o/<org>/volunteers/<int:person_id>/timing/seen"): "organizer",
    # the evidence about a number
    ("GET", "/o/<org>/evidence"): "owner",
    ("POST", "/o/<org>/evidence"): "owner",
    # who has which cards
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/hands"): "organizer",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/hands/<int:person_id>/give"): "organizer",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/hands/<int:person_id>/take-back"): "organizer",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/hands/policy"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/hands/link"): "manager",
    # texting
    ("GET", "/o/<org>/texting"): "volunteer",
    ("GET", "/o/<org>/media/<int:media_id>"): "volunteer",
    ("GET", "/o/<org>/campaigns/<int:campaign_id>/with/<place>"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/with/<place>"): "manager",
    ("POST", "/o/<org>/campaigns/<int:campaign_id>/with/<place>/remove"): "manager",
    ("GET", "/o/<org>/texting/<int:campaign_id>"): "volunteer",
    ("GET", "/o/<org>/texting/<int:campaign_id>/cards"): "volunteer",
    ("POST", "/o/<org>/texting/<int:campaign_id>/take"): "volunteer",
    ("POST", "/o/<org>/texting/<int:campaign_id>/send"): "volunteer",
    ("POST", "/o/<org>/texting/<int:campaign_id>/skip"): "volunteer",
    ("POST", "/o/<org>/texting/<int:campaign_id>/heartbeat"): "volunteer",
    ("POST", "/o/<org>/texting/<int:campaign_id>/done"): "volunteer",
    ("POST", "/o/<org>/texting/undo"): "volunteer",
    ("GET", "/o/<org>/what-you-did"): "volunteer",
    ("GET", "/o/<org>/what-you-did.csv"): "volunteer",
    ("GET", "/o/<org>/practice"): "volunteer",
    ("GET", "/o/<org>/shifts"): "volunteer",
    ("GET", "/o/<org>/shifts/new"): "organizer",
    ("POST", "/o/<org>/shifts/new"): "organizer",
    ("GET", "/o/<org>/shifts/<int:shift_id>"): "organizer",
    ("POST", "/o/<org>/shifts/<int:shift_id>/cancel"): "organizer",
    ("POST", "/o/<org>/shifts/<int:shift_id>/sign-up"): "volunteer",
    ("POST", "/o/<org>/shifts/<int:shift_id>/leave"): "volunteer",
    ("GET", "/o/<org>/shifts/<int:shift_id>/calendar.ics"): "volunteer",
    ("POST", "/o/<org>/practice/done"): "volunteer",
    ("GET", "/o/<org>/not-sent"): "volunteer",
    ("GET", "/o/<org>/replies"): "volunteer",
    ("GET", "/o/<org>/replies/<int:conversation_id>"): "volunteer",
    ("GET", "/o/<org>/replies/<int:conversation_id>/part"): "volunteer",
    ("GET", "/o/<org>/replies/<int:conversation_id>/media/<int:inbound_id>/<int:n>"): "volunteer",
    ("POST", "/o/<org>/replies/<int:conversation_id>/reply"): "volunteer",
    ("POST", "/o/<org>/replies/<int:conversation_id>/opt-out"): "volunteer",
    ("POST", "/o/<org>/replies/<int:conversation_id>/close"): "volunteer",
    ("POST", "/o/<org>/replies/<int:conversation_id>/reopen"): "volunteer",
    ("GET", "/o/<org>/replies/<int:conversation_id>/state"): "volunteer",
    ("POST", "/o/<org>/replies/<int:conversation_id>/undo"): "volunteer",
    ("POST", "/o/<org>/replies/<int:conversation_id>/skip"): "volunteer",
    ("POST", "/o/<org>/replies/<int:conversation_id>/ask"): "volunteer",
    ("POST", "/o/<org>/replies/<int:conversation_id>/advise"): "organizer",
    ("POST", "/o/<org>/replies/<int:conversation_id>/note"): "volunteer",
    ("POST", "/o/<org>/replies/<int:conversation_id>/take-over"): "organizer",
    ("POST", "/o/<org>/replies/<int:conversation_id>/end-crisis"): "organizer",
    ("POST", "/o/<org>/replies/<int:conversation_id>/tag"): "volunteer",
    ("POST", "/o/<org>/replies/<int:conversation_id>/remind"): "volunteer",
    ("POST", "/o/<org>/replies/<int:conversation_id>/remind/cancel"): "volunteer",
    ("POST", "/o/<org>/replies/<int:conversation_id>/draft"): "volunteer",
    ("POST", "/o/<org>/replies/<int:conversation_id>/looking"): "volunteer",
    ("GET", "/o/<org>/review/tags"): "organizer",
    ("POST", "/o/<org>/review/tags"): "organizer",
    ("POST", "/o/<org>/review/tags/<int:tag_id>/remove"): "organizer",
    ("POST", "/o/<org>/replies/<int:conversation_id>/answer"): "volunteer",
    # hand-overs
    ("POST", "/o/<org>/replies/take"): "volunteer",
    ("POST", "/o/<org>/replies/<int:conversation_id>/pass-on"): "volunteer",
    ("GET", "/o/<org>/done"): "volunteer",
    ("POST", "/o/<org>/done"): "volunteer",
    ("GET", "/o/<org>/waiting"): "volunteer",
    ("GET", "/o/<org>/live"): "volunteer",
    # webhooks: whoever does not sign is sent away, signed in or not
    ("POST", "/webhooks/vonage/inbound"): "public",
    ("POST", "/webhooks/vonage/status"): "public",
}
"""Method and rule -> public, signed_in, operator, or the least role in the organization."""

ONE_VOLUNTEERS = {
    "/profile/sessions/<int:session_id>/end",
    "/profile/texting-name/<int:membership_id>",
    "/profile/notices/<int:membership_id>",
    "/o/<org>/texting/undo",
    "/o/<org>/replies/<int:conversation_id>",
    "/o/<org>/replies/<int:conversation_id>/part",
    "/o/<org>/replies/<int:conversation_id>/reply",
    "/o/<org>/replies/<int:conversation_id>/opt-out",
    "/o/<org>/replies/<int:conversation_id>/close",
    "/o/<org>/replies/<int:conversation_id>/reopen",
    "/o/<org>/replies/<int:conversation_id>/state",
    "/o/<org>/replies/<int:conversation_id>/undo",
    "/o/<org>/replies/<int:conversation_id>/skip",
    "/o/<org>/replies/<int:conversation_id>/ask",
    "/o/<org>/replies/<int:conversation_id>/note",
    "/o/<org>/replies/<int:conversation_id>/tag",
    "/o/<org>/replies/<int:conversation_id>/remind",
    "/o/<org>/replies/<int:conversation_id>/remind/cancel",
    "/o/<org>/replies/<int:conversation_id>/draft",
    "/o/<org>/replies/<int:conversation_id>/looking",
    "/o/<org>/replies/<int:conversation_id>/pass-on",
    "/o/<org>/replies/<int:conversation_id>/answer",
    "/o/<org>/replies/<int:conversation_id>/media/<int:inbound_id>/<int:n>",
}
"""Rules whose row belongs to one person: to everybody else it does not exist, whatever their role."""
ORGANIZERS_TOO = {
    "/o/<org>/replies/<int:conversation_id>",
    "/o/<org>/replies/<int:conversation_id>/part",
    "/o/<org>/replies/<int:conversation_id>/reply",
    "/o/<org>/replies/<int:conversation_id>/opt-out",
    "/o/<org>/replies/<int:conversation_id>/close",
    "/o/<org>/replies/<int:conversation_id>/reopen",
    "/o/<org>/replies/<int:conversation_id>/state",
    "/o/<org>/replies/<int:conversation_id>/skip",
    "/o/<org>/replies/<int:conversation_id>/ask",
    "/o/<org>/replies/<int:conversation_id>/note",
    "/o/<org>/replies/<int:conversation_id>/tag",
    "/o/<org>/replies/<int:conversation_id>/remind",
    "/o/<org>/replies/<int:conversation_id>/remind/cancel",
    "/o/<org>/replies/<int:conversation_id>/draft",
    "/o/<org>/replies/<int:conversation_id>/looking",
    "/o/<org>/replies/<int:conversation_id>/pass-on",
    "/o/<org>/replies/<int:conversation_id>/answer",
    "/o/<org>/replies/<int:conversation_id>/media/<int:inbound_id>/<int:n>",
}
"""Those of them that organizers may use as well."""

WEBHOOKS = ("/webhooks/vonage/inbound", "/webhooks/vonage/status")

ARGUMENTS = {
    "campaign_id": "campaign",
    "number_id": "number",
    "registration_id": "registration",
    "alarm_id": "alarm",
    "export_id": "export",
    "deed_id": "deed",
    "grouping_id": "grouping",
    "group_id": "group",
    "port_id": "port",
    "contact_id": "contact",
    "batch_id": "batch",
    "pass_id": "pass",
    "import_id": "import",
    "conversation_id": "conversation",
    "message_id": "message",
    "person_id": "person",
    "membership_id": "membership",
    "session_id": "session",
    "invitation_id": "invitation",
    "link_id": "join_link",
    "campaign_link_id": "campaign_link",
    "event_id": "event",
    "inbound_id": "inbound",
    "tag_id": "tag",
    "team_id": "team",
    "media_id": "media",
    "shift_id": "shift",
    "recipient_id": "recipient",
    "suppression_import_id": "suppression_import",
}
"""What a route calls a row -> what tests/world.py calls it."""
WORDS = {
    "/reset/<token>": {"token": "reset_token"},
    "/invitation/<token>": {"token": "invitation_token"},
    "/join/<token>": {"token": "join_token"},
    "/l/<code>": {"code": "link_code"},
    "/media/<name>": {"name": "media_name"},
    "/o/<org>/inbox/replies/<int:inbound_id>/dealt-with": {"inbound_id": "stray"},
    "/o/<org>/inbox/replies/<int:inbound_id>/route": {"inbound_id": "stray"},
    "/notices/off/<token>": {"token": "notices_token"},
}
"""The same for arguments that are no ids, or another row's than usual."""
CHOICES = {
    "deed": "suspend", "kind": "delivered", "tab": "funnel", "round": 2, "n": 0,
    "step_key": "s1", "answer_key": "a1",
    "page": "privacy", "table": "day", "place": "first", "language": "es",
    "ending": "json", "starter_key": "survey",
}  # fmt: skip
"""Arguments that choose among a few words."""
BODIES: dict[str, dict[str, str]] = {
    "/o/<org>/texting/undo": {"message": "message"},
    "/o/<org>/replies/<int:conversation_id>/undo": {"message": "message"},
    "/o/<org>/texting/<int:campaign_id>/send": {},
}
"""Rules that are asked in JSON, and what stands in it of which row."""
FORMS = {
    "/o/<org>/campaigns/<int:campaign_id>/languages": {"language": "es"},
    "/o/<org>/campaigns/<int:campaign_id>/versions/restore": {"version": "1"},
    "/o/<org>/people/<int:membership_id>/role": {"role": "organizer"},
    "/o/<org>/people/invite-many/send": {"role": "volunteer", "addresses": "new@example.org"},
}
"""Rules whose form decides who may send it."""
TOKEN_FIRST = {"/o/<org>/texting/<int:campaign_id>/send"}
"""Rules that look at the card's signed token before anything: without one they refuse (409) alike,
whosever the campaign is."""

ACTORS = (
    "signed_out", "volunteer", "organizer", "manager", "owner",
    "pending", "suspended", "removed", "operator", "stranger",
)  # fmt: skip
IDENTICAL_BUT = re.compile(rb'(name="csrf[-_]token" (?:content|value)=)"[^"]*"')
"""The one thing in which two answers of the same page differ."""


@dataclass(frozen=True)
class Route:
    method: str
    rule: str
    needs: str

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"

    @property
    def of_organization(self) -> bool:
        return self.needs in ROLES

    @property
    def arguments(self) -> list[str]:
        names = re.findall(r"<(?:[^:>]+:)?([^>]+)>", self.rule)
        return [name for name in names if name not in ("org", *CHOICES)]

    def row_of(self, name: str) -> str:
        """What tests/world.py calls the row of an argument."""
        return WORDS.get(self.rule, {}).get(name) or ARGUMENTS[name]

    def body(self, place: Place) -> dict[str, Any] | None:
        names = BODIES.get(self.rule)
        return None if names is None else {key: place.values[name] for key, name in names.items()}

    def address(self, place: Place, **instead: Any) -> str:
        """This route's path in an organization; `instead` replaces ids by argument name."""
        values = CHOICES | {"org": place.slug}
        values |= {name: place.values[self.row_of(name)] for name in self.arguments}
        values |= instead
        return re.sub(r"<(?:[^:>]+:)?([^>]+)>", lambda found: str(values[found.group(1)]), self.rule)


ALL = [Route(method, rule, needs) for (method, rule), needs in ROUTES.items()]
OF_ORGANIZATIONS = [route for route in ALL if route.of_organization]
WITH_IDS = [route for route in OF_ORGANIZATIONS if route.arguments]
UNSAFE = [route for route in ALL if route.method != "GET"]


def methods_of(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def routes_of(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Method, rule and declared need of every route in the code."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            for method in methods_of(rule):
                yield method, rule.rule, app.view_functions[rule.endpoint].access.kind  # type: ignore[attr-defined]


def test_every_route_stands_in_the_table_with_the_need_its_code_declares(built_app: Flask) -> None:
    declared = {(method, rule): kind for method, rule, kind in routes_of(built_app)}
    assert declared == ROUTES


def test_every_public_route_says_why(built_app: Flask) -> None:
    reasons = {
        endpoint: view.access.why  # type: ignore[attr-defined]
        for endpoint, view in built_app.view_functions.items()
        if endpoint != "static" and view.access.kind == "public"  # type: ignore[attr-defined]
    }
    assert reasons
    assert all(reasons.values()), reasons


@pytest.fixture(scope="module")
def app(built_app: Flask) -> Iterator[Flask]:
    """One world for all of this; each request is undone by itself."""
    with rolled_back(built_app):
        yield built_app


@pytest.fixture(scope="module")
def people(app: Flask) -> World:
    return world.build()


def ask(
    app: Flask,
    who: int | None,
    route: Route,
    place: Place,
    *,
    as_json: bool = False,
    token: bool = True,
    **instead: Any,
) -> TestResponse:
    """One request by a newly opened browser; whatever it did is undone."""
    with world.undone():
        limiter.reset()
        browser = factories.client(app, None if who is None else db.session.get_one(Person, who))
        headers = {"Accept": "application/json"} if as_json else {}
        if token and route.method != "GET":
            headers["X-CSRFToken"] = world.csrf_token(app, browser)
        answer = browser.open(
            route.address(place, **instead),
            method=route.method,
            headers=headers,
            json=route.body(place),
            data=FORMS.get(route.rule),
        )
        if answer.mimetype != "text/event-stream":  # one of those never ends
            answer.get_data()
        answer.close()
        return answer


def same_page(one: TestResponse, other: TestResponse) -> bool:
    """Whether two answers tell nobody anything apart."""
    bodies = [IDENTICAL_BUT.sub(rb"\1", answer.get_data()) for answer in (one, other)]
    return one.status == other.status and bodies[0] == bodies[1]


def expected(route: Route, actor: str) -> str:
    """What becomes of a request on the first organization's rows."""
    needs = route.needs
    if route.rule in WEBHOOKS:
        return "unsigned"
    if needs == "public":
        return "in"
    if actor == "signed_out":
        return "sign_in"
    if needs == "operator":
        return "in" if actor == "operator" else "absent"
    if needs in ROLES and actor in ("suspended", "removed", "operator", "stranger"):
        return "absent"
    if needs in ROLES and (actor == "pending" or ROLES.index(actor) < ROLES.index(needs)):
        return "no"
    alone = ONE_VOLUNTEERS - ORGANIZERS_TOO
    return "absent" if route.rule in alone and actor != "volunteer" else "in"


def fault_of(answer: TestResponse, wanted: str) -> str:
    """What is wrong with an answer, empty if nothing is."""
    code, location = answer.status_code, answer.headers.get("Location", "")
    if wanted == "sign_in":
        # A page's script, which sends JSON, is told so instead.
        right = code == 401 or (code == 302 and location.startswith("/sign-in"))
    elif wanted == "in":
        # A form without its fields may well be refused in words, but never for who is asking.
        right = code not in (401, 403, 404, 405) and code < 500 and not is_forgery(answer)
    else:
        right = code == {"no": 403, "absent": 404, "unsigned": 503}[wanted]
    return "" if right else f"wanted {wanted}, got {code} {location}"


def is_forgery(answer: TestResponse) -> bool:
    return answer.status_code == 400 and b"open too long" in answer.get_data()


@pytest.mark.parametrize("route", ALL, ids=str)
def test_everyone_on_every_route(app: Flask, people: World, route: Route) -> None:
    faults = {}
    for actor in ACTORS:
        answer = ask(app, people.people.get(actor), route, people.own)
        if fault := fault_of(answer, expected(route, actor)):
            faults[actor] = fault
    assert not faults


@pytest.mark.parametrize("route", [r for r in ALL if r.needs != "public"], ids=str)
def test_a_script_that_is_signed_out_is_told_so(app: Flask, people: World, route: Route) -> None:
    answer = ask(app, None, route, people.own, as_json=True)
    assert answer.status_code == 401
    assert answer.is_json


@pytest.mark.parametrize("route", OF_ORGANIZATIONS, ids=str)
def test_another_organization_looks_absent(app: Flask, people: World, route: Route) -> None:
    """For members of whatever role, and for whoever belongs to none."""
    for actor in ACTORS[1:]:
        if actor == "stranger":
            continue  # who owns the other organization
        who = people.people[actor]
        answer = ask(app, who, route, people.other)
        assert answer.status_code == 404, actor
        assert same_page(answer, ask(app, who, route, people.other, org="no-such-place")), actor


@pytest.mark.parametrize("route", WITH_IDS, ids=str)
def test_ids_of_another_organization_look_absent(app: Flask, people: World, route: Route) -> None:
    """Each id in the address swapped for one that exists, but elsewhere."""
    mine = "volunteer" if route.rule in ONE_VOLUNTEERS else "owner"
    for name in route.arguments:
        foreign = people.other.values[route.row_of(name)]
        answer = ask(app, people.people[mine], route, people.own, **{name: foreign})
        assert answer.status_code == (409 if route.rule in TOKEN_FIRST else 404), name
        for nowhere in (ABSENT, 10**12, 10**30):  # no such row, and numbers no table can hold
            gone = ask(app, people.people[mine], route, people.own, **{name: nowhere})
            assert same_page(answer, gone), (name, nowhere)


@pytest.mark.parametrize("route", [r for r in ALL if BODIES.get(r.rule)], ids=str)
def test_ids_in_a_request_of_another_organization_look_absent(
    app: Flask, people: World, route: Route
) -> None:
    mixed = Place(people.own.slug, people.own.values | people.other.values)
    nowhere = Place(people.own.slug, dict.fromkeys(people.own.values, ABSENT))
    who = people.people["volunteer"]
    answer = ask(app, who, route, mixed)
    assert answer.status_code == 404
    assert same_page(answer, ask(app, who, route, nowhere))


@pytest.mark.parametrize("route", [r for r in ALL if r.rule in ONE_VOLUNTEERS], ids=str)
def test_what_is_one_volunteers_is_absent_to_a_colleague(
    app: Flask, people: World, route: Route
) -> None:
    answer = ask(app, people.people["colleague"], route, people.own)
    assert answer.status_code == 404
    if route.arguments:
        elsewhere = {route.arguments[-1]: ABSENT}
        assert same_page(answer, ask(app, people.people["colleague"], route, people.own, **elsewhere))


@pytest.mark.parametrize("route", [r for r in UNSAFE if r.rule not in WEBHOOKS], ids=str)
def test_nothing_is_changed_without_the_pages_token(app: Flask, people: World, route: Route) -> None:
    who = people.people["operator" if route.needs == "operator" else "owner"]
    answer = ask(app, who, route, people.own, token=False)
    assert answer.status_code == 400
    assert is_forgery(answer)


def test_a_forged_token_is_none(app: Flask, people: World) -> None:
    with world.undone():
        browser = factories.client(app, db.session.get_one(Person, people.people["owner"]))
        other = app.test_client()
        answer = browser.post("/sign-out", headers={"X-CSRFToken": world.csrf_token(app, other)})
        assert is_forgery(answer)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_an_address_that_is_nowhere_is_absent_to_everybody(
    app: Flask, people: World, method: str
) -> None:
    nowhere = Route(method, "/no/such/page", "public")
    for actor in ACTORS:
        assert ask(app, people.people.get(actor), nowhere, people.own).status_code == 404, actor


def test_a_route_without_a_declaration_refuses_to_start() -> None:
    undeclared = Flask("undeclared")
    undeclared.add_url_rule("/open", "open", lambda: "")
    with pytest.raises(RuntimeError, match="route open declares no permission"):
        require_declared_permissions(undeclared)
