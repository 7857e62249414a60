"""The record of privileged actions."""

from typing import Any

from flask import g, has_request_context
from flask_login import current_user
from psycopg.types.json import Jsonb

from p2ptext.accounts.models import AuditEvent
from p2ptext.extensions import client_ip, cursor, db


def record(
    action: str,
    target: str = "",
    *,
    organization_id: int | None = None,
    person_id: int | None = None,
    **detail: Any,
) -> None:
    """Write down, in the open transaction, who does what to what.

    `target` and `detail` name rows by id and say old and new values; texts, phones and addresses
    stay out of them. `organization_id` is for what a command does, outside of a request, and `person_id`
    for what a job does for somebody who asked for it.
    """
    event = AuditEvent(
        action=action,
        target=target,
        detail=detail,
        organization_id=organization_id,
        person_id=person_id,
    )
    if has_request_context():
        org = g.get("org")
        event.organization_id = org.id if org else organization_id
        event.person_id = current_user.id if current_user.is_authenticated else None
        event.ip = client_ip()
    db.session.add(event)


def record_own(action: str, target: str, organization_id: int, **detail: Any) -> None:
    """Write down what the program does by itself, on the connection of the hot paths."""
    cursor().execute(
        "INSERT INTO audit_event (organization_id, action, target, detail) VALUES (%s, %s, %s, %s)",
        (organization_id, action, target, Jsonb({"by": "p2ptext", **detail})),
    )
