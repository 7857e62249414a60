"""Files that nothing needs any more are removed; what a text carried is needed for a month after it left."""

import time

from p2ptext import files
from p2ptext.background import transaction
from p2ptext.campaigns import enclosures
from p2ptext.errors import NotFound
from p2ptext.extensions import cursor

KEPT_DAYS = 30
"""A file outlives by so long its last text, and the day on which it was put there: the carrier fetches for
three days, people look at conversations for longer, and an earlier version of a script may come back."""
STRAY_S = 86_400
"""A file without a row is from an upload that broke off, or is of one that is just coming in."""
LOCK = 7022031


def remove_unused() -> int:
    """Remove what no script says now and no text needs; how many files.

    Never what an unsent text carries, nor one of which nobody knows whether it left.
    """
    with transaction():
        sql = cursor()
        sql.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK,))
        if not (sql.fetchone() or (False,))[0]:
            return 0
        sql.execute(
            """WITH said AS (
                 SELECT DISTINCT (place.value)::int AS id FROM campaign a
                 JOIN script_version v ON v.id = a.script_version_id
                 CROSS JOIN LATERAL jsonb_each_text(coalesce(v.document -> 'media', '{}')) AS place
                 WHERE a.status <> 'archived'
               )
               UPDATE media_file f SET removed_at = p2p_now()
               WHERE f.removed_at IS NULL
                 AND f.created_at < (SELECT p2p_now()) - make_interval(days => %s)
                 AND NOT EXISTS (SELECT 1 FROM said WHERE said.id = f.id)
                 AND NOT EXISTS (SELECT 1 FROM message m WHERE m.media_id = f.id
                   AND (m.state IN ('queued', 'sending', 'unknown')
                     OR m.created_at > (SELECT p2p_now()) - make_interval(days => %s)))
               RETURNING f.id""",
            (KEPT_DAYS, KEPT_DAYS),
        )
        gone = len(sql.fetchall())
    _remove_files()
    return gone


def _remove_files() -> None:
    """Remove from the disk whatever no row names as kept; a crash before this is made good the next time."""
    folder = enclosures.folder()
    if not folder.is_dir():
        return
    before = time.time() - STRAY_S
    names = [path.name for path in folder.iterdir() if path.is_file()]
    sql = cursor()
    sql.execute("SELECT key, removed_at IS NULL FROM media_file WHERE key = ANY(%s)", (names,))
    known = dict(sql.fetchall())
    for name in names:
        kept = known.get(name)
        if kept or (kept is None and (folder / name).stat().st_mtime > before):
            continue
        try:
            files.remove(folder, name)
        except NotFound:
            continue  # no file of ours
