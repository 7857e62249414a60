"""Filling tables by millions: what the database does row by row is put aside, and made up for by sets."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from p2ptext.counting import catching_up, recounting


@contextmanager
def keys_aside(sql: psycopg.Cursor[Any], tables: Sequence[str]) -> Iterator[None]:
    """Fill these tables without looking up every row's parents and every index's place one by one.

    Foreign keys, unique constraints and indexes are taken away and made again from what the catalogue says
    of them, all in the open transaction: the database then checks every row of the tables at once. Checks
    and triggers stay.
    """
    sql.execute(_CONSTRAINTS, (list(tables),))
    constraints = sql.fetchall()
    sql.execute(_INDEXES, (list(tables),))
    indexes = sql.fetchall()
    sql.execute("SET LOCAL work_mem = '256MB'; SET LOCAL maintenance_work_mem = '512MB'")
    for table, name, _ in constraints:
        sql.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in indexes:
        sql.execute(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        sql.execute(definition)
    for table, name, definition in reversed(constraints):
        sql.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


# A primary key that others point at stays.
_CONSTRAINTS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint c
WHERE conrelid = ANY(%s::regclass[]) AND (contype IN ('f', 'u') OR contype = 'p'
  AND NOT EXISTS (SELECT 1 FROM pg_constraint f WHERE f.confrelid = c.conrelid))
ORDER BY contype, conname"""
_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisprimary
  AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype <> 'f')
ORDER BY 1"""


_NOTES = """
SELECT t.tgrelid::regclass::text, quote_ident(t.tgname) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE t.tgrelid = ANY(%s::regclass[]) AND NOT t.tgisinternal AND t.tgtype & 1 = 1 AND t.tgtype & 4 = 4
  AND (p.proname LIKE 'note\\_%%' OR p.proname = 'stand_in_line_for_seal') ORDER BY 1, 2"""


@contextmanager
def notes_aside(sql: psycopg.Cursor[Any], tables: Sequence[str]) -> Iterator[None]:
    """Fill these tables without a note for the counting and for the sealer at every row.

    `count_all` counts the rows. The clicks are never sealed: sealing millions of the past is not what is
    measured.
    """
    sql.execute(_NOTES, (list(tables),))
    notes = sql.fetchall()
    for table, name in notes:
        sql.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    yield
    for table, name in notes:
        sql.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")
    sql.execute("TRUNCATE changed_contact")  # one for every contact that came in as texted


def count_all() -> None:
    """Count every campaign anew, and what its texts cost."""
    for _ in recounting.recount(recounting.campaigns()):
        pass
    recounting.recount_charges()
    catching_up.catch_up()
