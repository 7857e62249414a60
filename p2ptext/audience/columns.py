"""The columns of a campaign's lists, and a script's fields among them.

A value is stored only if there is something to see in it (rules/cells.py), so that a field is blank
for a contact exactly when its key is absent. Counting therefore needs no rendering.
"""

from collections.abc import Iterable
from typing import Any

from psycopg import sql
from sqlalchemy import select

from p2ptext.audience.merging import VOLUNTEER
from p2ptext.audience.models import ContactImport
from p2ptext.extensions import db
from p2ptext.rules import column_names, script


def columns_of(campaign_id: int) -> list[str]:
    """Field names of all lists in this campaign, in the order of their columns; never the phone."""
    maps = db.session.scalars(
        select(ContactImport.column_map)
        .where(ContactImport.campaign_id == campaign_id, ContactImport.status == "done")
        .order_by(ContactImport.id)
    )
    names: dict[str, None] = {}
    for column_map in maps:
        in_order: list[tuple[str, Any]] = sorted(column_map.items(), key=lambda item: item[1]["column"])
        names.update((name, None) for name, _ in in_order if name != "phone")
    return list(names)


def known_fields(template: str, columns: Iterable[str]) -> list[str]:
    """The names `template` may use: the lists' columns, the volunteer's name, and usual columns
    that no list has, as long as the template says what stands in for them."""
    needed = {script.field_key(name) for name in needed_fields(template)}
    usual = (name for name in column_names.FIELDS if name != "phone")
    spare = (name for name in usual if script.field_key(name) not in needed)
    names = [*columns, VOLUNTEER]
    return names + [name for name in spare if name not in names and _uses(template, name)]


def _uses(template: str, name: str) -> bool:
    return script.field_key(name) in map(script.field_key, script.fields_in(template))


def needed_fields(template: str) -> list[str]:
    """The fields without a default: a contact without a value for one cannot be texted."""
    names = script.fields_in(template)
    return [name for name in names if not _renders_without(template, name, names)]


def _renders_without(template: str, name: str, names: Iterable[str]) -> bool:
    try:
        script.render(template, {other: "x" for other in names if other != name}, plain=True)
    except script.MissingField:
        return False
    return True


def value_sql(field: str, columns: Iterable[str]) -> sql.Composable:
    """An SQL expression of a contact's value for a script's field; null where it is blank."""
    key = script.field_key(field)
    same = [sql.SQL("c.fields->>{}").format(name) for name in columns if script.field_key(name) == key]
    if not same:
        return sql.SQL("NULL::text")
    return sql.SQL("coalesce({})").format(sql.SQL(", ").join(same))
