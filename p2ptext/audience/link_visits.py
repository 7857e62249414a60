"""Somebody follows a link of their own: where it leads, and a note that it was followed."""

from collections.abc import Mapping

from p2ptext.background import settings
from p2ptext.extensions import cursor
from p2ptext.rules.link_visits import Visit, judge
from p2ptext.rules.links import NOBODY, read_code

MOST_KEPT = 30
"""Visits kept of one person and link: a program that calls again and again fills no table."""

_WHERE_TO = """
SELECT l.url, l.organization_id, c.id,
  extract(epoch FROM p2p_now() - r.last_texted_at)::float,
  c.campaign_id = l.campaign_id AND r.phone IS NOT NULL
    AND (SELECT count(*) FROM link_visit w WHERE w.link_id = l.id AND w.contact_id = c.id) < %(most)s
FROM campaign_link l
JOIN organization o ON o.id = l.organization_id
LEFT JOIN contact c ON c.id = %(contact)s AND c.organization_id = l.organization_id
LEFT JOIN recipient r ON r.id = c.recipient_id
WHERE l.id = %(link)s AND (%(contact)s = 0 OR c.id IS NOT NULL)
"""


def is_for_links(host: str) -> bool:
    """Whether an organization has this domain for its links."""
    found = cursor().execute("SELECT 1 FROM organization WHERE link_domain = %s LIMIT 1", (host,))
    return found.fetchone() is not None


def follow(code: str, method: str, headers: Mapping[str, str]) -> str | None:
    """The page that a code leads to, noting who called; None for a code that leads nowhere.

    Who was erased is led on and not noted, as is whoever follows a preview or a test. Links go on leading
    while an organization has switched them off: texts that have left still hold them.
    """
    ids = read_code(code, settings().link_key)
    if ids is None:
        return None
    link_id, contact_id = ids
    sql = cursor()
    sql.execute(_WHERE_TO, {"link": link_id, "contact": contact_id, "most": MOST_KEPT})
    found = sql.fetchone()
    if found is None:
        return None
    url, organization_id, contact, since, counts = found
    if contact_id != NOBODY and counts:
        verdict = judge(Visit(method, headers, since))
        sql.execute(
            """INSERT INTO link_visit (organization_id, link_id, contact_id, who, why)
               VALUES (%s, %s, %s, %s, %s)""",
            (organization_id, link_id, contact, verdict.who, verdict.why),
        )
    return str(url)


def forget(recipient_id: int) -> None:
    """Break the tie between an erased person and their visits: of each link one nameless visit stays, the
    most that is known of it. The recipient's row is locked by this transaction."""
    sql = cursor()
    sql.execute(
        """DELETE FROM link_visit w USING contact c
           WHERE c.recipient_id = %s AND w.contact_id = c.id AND w.id <> (
             SELECT best.id FROM link_visit best
             WHERE best.link_id = w.link_id AND best.contact_id = w.contact_id
             ORDER BY array_position(ARRAY['person', 'unsure', 'bot'], best.who), best.id LIMIT 1)""",
        (recipient_id,),
    )
    sql.execute(
        """UPDATE link_visit w SET contact_id = NULL, at = date_trunc('day', w.at) FROM contact c
           WHERE c.recipient_id = %s AND w.contact_id = c.id""",
        (recipient_id,),
    )
