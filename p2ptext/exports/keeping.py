"""The files of exports: where they lie, how long, and who may not have them any more."""

import time
from collections.abc import Iterable
from pathlib import Path

from p2ptext import files
from p2ptext.background import settings
from p2ptext.exports.models import Export
from p2ptext.extensions import cursor, db

ORPHAN_S = 7200
"""A file that no export names goes when it is so old: no job takes that long."""
OUT_OF_DATE = (
    "Somebody was erased after this file was made, so it is not handed out any more. Ask for it again: "
    "the new one is without them."
)


def folder() -> Path:
    """Where finished files lie."""
    return settings().data_dir / "exports"


def is_out_of_date(export: Export) -> bool:
    """Whether the organization erased somebody since its rows were read."""
    sql = cursor()
    sql.execute(
        "SELECT count(*) > %s FROM erasure WHERE organization_id = %s",
        (export.erasures, export.organization_id),
    )
    return sql.fetchone() == (True,)


def let_go() -> list[str]:
    """Mark finished exports whose time is over, or whose people were erased since. Names of their files,
    to be removed after the commit."""
    sql = cursor()
    sql.execute(
        """UPDATE export e SET status = 'expired',
             fault = CASE WHEN e.expires_at > p2p_now() THEN %s ELSE '' END
           WHERE e.status = 'done' AND (e.expires_at <= (SELECT p2p_now()) OR e.erasures < (
             SELECT count(*) FROM erasure x WHERE x.organization_id = e.organization_id))
           RETURNING e.stored_as""",
        (OUT_OF_DATE,),
    )
    return [name for (name,) in sql.fetchall() if name]


def remove(names: Iterable[str]) -> int:
    """Remove these files. How many."""
    removed = 0
    for name in names:
        files.remove(folder(), name)
        removed += 1
    return removed


def remove_orphans() -> int:
    """Remove files that no finished export names: of jobs that were killed. How many."""
    place = folder()
    if not place.is_dir():
        return 0
    old = time.time() - ORPHAN_S
    found = [path for path in place.iterdir() if path.stat().st_mtime < old]
    kept = _kept([path.name for path in found])
    for path in found:
        if path.name not in kept:
            path.unlink(missing_ok=True)
    return len(found) - len(kept)


def _kept(names: list[str]) -> set[str]:
    rows = db.session.query(Export.stored_as).filter(
        Export.status == "done", Export.stored_as.in_(names)
    )
    return {name for (name,) in rows}
