"""The numbers of campaigns, each a count of rows, and the rows behind each number.

One statement a panel. Most stand on PEOPLE, which says of each contact where their latest first
text is, the volunteers' and the rounds' on TEXTS, which has every first text; kinds.py names the
conditions over both.

None is kept prepared: a kept plan is the same for a campaign of three contacts and one of a million,
and one made for three joined 50,000 row by row, for minutes. Planning anew takes 1 ms.
"""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row, dict_row

from p2ptext.extensions import cursor
from p2ptext.insight.kinds import KINDS
from p2ptext.rules.phone import mask
from p2ptext.rules.stats import wilson

PAGE = 50
"""Rows on one page of a list."""

# A contact that is texted has the text of its round; one that waits in a later round, or ended there,
# has that of the round before. The index uq_message_first allows one text a round that has left or may
# leave. A rejected text was sent if the carrier took it and only a receipt rejected it; when the call
# itself was refused, it never left. That is asked by a plain subquery: a planner that hashes it would
# read every attempt there is.
_LATEST = "c.round - (c.state <> 'texted' AND c.round > 1)::int"
_ROWS = """
SELECT c.id, c.campaign_id, c.first_name, coalesce(c.fields ->> 'last_name', '') AS last_name,
       c.ended_reason, r.phone, CASE WHEN {latest} THEN r.suppressed_at END AS suppressed_at,
       m.id AS message_id, m.round, m.state, m.reason,
       m.created_at AS texted_at, coalesce(m.person_id, t.person_id) AS texted_by,
       t.id AS conversation_id, t.person_id AS owner_id, t.waiting_since,
       answered.conversation_id IS NOT NULL AND {latest} AS replied,
       CASE WHEN m.id IS NULL THEN CASE WHEN c.state = 'ready' THEN 'not_texted' ELSE 'ended' END
            WHEN m.state IN ('queued', 'sending') THEN 'on_the_way'
            WHEN m.state = 'unknown' THEN 'unknown'
            WHEN m.state = 'rejected' AND {without} AND (
              SELECT true FROM attempt a WHERE a.message_id = m.id
                AND coalesce(a.outcome, 'accepted') IN ('accepted', 'unknown') LIMIT 1) IS NULL THEN 'ended'
            ELSE 'sent' END AS place
FROM contact c
JOIN recipient r ON r.id = c.recipient_id
LEFT JOIN message m ON m.contact_id = c.id AND {which} AND m.kind = 'first'
  AND m.state NOT IN ('cancelled', 'expired', 'blocked', 'not_sent')
LEFT JOIN conversation t ON t.contact_id = c.id
LEFT JOIN (SELECT DISTINCT conversation_id FROM inbound_text
           WHERE organization_id = %(org)s AND conversation_id IS NOT NULL) answered
  ON answered.conversation_id = t.id
WHERE c.organization_id = %(org)s
"""
# One row a contact, with their latest text. Whoever had one before is not without a text.
PEOPLE = _ROWS.format(latest="true", without="m.round = 1", which=f"m.round = {_LATEST}")
# One row a text of any round, and one for a contact without. A reply, or a wish for no more texts,
# belongs to the latest: whoever has written gets no further one.
TEXTS = _ROWS.format(latest=f"coalesce(m.round = {_LATEST}, true)", without="true", which="m.round > 0")
_COUNTS = ", ".join(f"count(*) FILTER (WHERE {kind.where}) AS {key}" for key, kind in KINDS.items())
_COUNTS += ", count(*) FILTER (WHERE replied AND place = 'sent') AS replied_to_sent"
_OF_TEXTS = ", ".join(
    f"coalesce(texts.{key}, 0) AS {key}"
    for key in ("sent", "delivered", "replied", "opted_out", "failed", "unknown", "replied_to_sent")
)
# OFFSET 0 keeps the subquery whole: each row's place is worked out once, not once for every count.
_OF_CAMPAIGN = f"({PEOPLE} AND c.campaign_id = %(campaign)s OFFSET 0) people"
_TEXTS_OF_CAMPAIGN = f"({TEXTS} AND c.campaign_id = %(campaign)s OFFSET 0) people"
_OF_ORGANIZATION = (
    f"({PEOPLE} AND c.campaign_id IN ("
    "SELECT id FROM campaign WHERE organization_id = %(org)s AND NOT is_tests)) people"
)


@dataclass(frozen=True, slots=True)
class Share:
    """A proportion with the ends of its 95% interval (Wilson), each between 0 and 1."""

    successes: int
    n: int
    low: float
    high: float


def share(successes: int, n: int) -> Share:
    return Share(successes, n, *wilson(successes, n))


@dataclass(frozen=True, slots=True)
class Numbers:
    """One campaign at one moment. Every number is a count of contacts; kinds.py says of which."""

    at: datetime
    """When the database counted, by the one clock."""
    contacts: int
    not_texted: int
    on_the_way: int
    sent: int
    unknown: int
    ended: int
    delivered: int
    failed: int
    replied: int
    opted_out: int
    waiting: int
    replied_to_sent: int

    @property
    def reply_rate(self) -> Share:
        """Those who wrote back, among those whose first text certainly left."""
        return share(self.replied_to_sent, self.sent)


def numbers(organization_id: int, campaign_id: int) -> Numbers:
    """What the tiles of a campaign's page say."""
    with cursor().connection.cursor(row_factory=class_row(Numbers)) as sql:
        sql.execute(
            f"SELECT (SELECT p2p_now()) AS at, {_COUNTS} FROM {_OF_CAMPAIGN}",
            {"org": organization_id, "campaign": campaign_id},
            prepare=False,
        )
        found = sql.fetchone()
    if found is None:
        raise RuntimeError("an aggregate always has one row")
    return found


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign in the list of campaigns."""

    id: int
    name: str
    status: str
    contacts: int
    sent: int
    replied: int
    replied_to_sent: int
    waiting: int

    @property
    def reply_rate(self) -> Share:
        return share(self.replied_to_sent, self.sent)


def campaigns(organization_id: int) -> list[CampaignRow]:
    """Every campaign of the organization: what runs first, what is put away last."""
    with cursor().connection.cursor(row_factory=class_row(CampaignRow)) as sql:
        sql.execute(
            f"""SELECT a.id, a.name, CASE WHEN a.is_template AND a.status = 'draft' THEN 'template'
                    ELSE a.status END AS status, coalesce(n.contacts, 0) AS contacts,
                  coalesce(n.sent, 0) AS sent, coalesce(n.replied, 0) AS replied,
                  coalesce(n.replied_to_sent, 0) AS replied_to_sent, coalesce(n.waiting, 0) AS waiting
                FROM campaign a
                LEFT JOIN (SELECT campaign_id, {_COUNTS} FROM {_OF_ORGANIZATION} GROUP BY campaign_id) n
                  ON n.campaign_id = a.id
                WHERE a.organization_id = %(org)s AND NOT a.is_tests
                ORDER BY array_position(ARRAY['running', 'paused', 'draft', 'archived'], a.status),
                  a.is_template,
                  coalesce(a.launched_at, a.created_at) DESC, a.id DESC""",
            {"org": organization_id},
            prepare=False,
        )
        return sql.fetchall()


@dataclass(frozen=True, slots=True)
class VolunteerRow:
    """One volunteer's part of a campaign, in texts: of two rounds to one person each counts."""

    id: int
    name: str
    sent: int
    delivered: int
    replied: int
    opted_out: int
    failed: int
    unknown: int
    waiting: int
    replied_to_sent: int

    @property
    def reply_rate(self) -> Share:
        return share(self.replied_to_sent, self.sent)


def volunteers(organization_id: int, campaign_id: int) -> list[VolunteerRow]:
    """Who texted, by name. What waits counts for the person who is to answer it."""
    with cursor().connection.cursor(row_factory=class_row(VolunteerRow)) as sql:
        sql.execute(
            f"""SELECT p.id, p.name, {_OF_TEXTS}, coalesce(waits.waiting, 0) AS waiting
                FROM (SELECT texted_by, {_COUNTS} FROM {_TEXTS_OF_CAMPAIGN}
                      WHERE texted_by IS NOT NULL GROUP BY texted_by) texts
                FULL JOIN (SELECT person_id, count(*) AS waiting FROM conversation
                           WHERE organization_id = %(org)s AND campaign_id = %(campaign)s
                             AND waiting_since IS NOT NULL GROUP BY person_id) waits
                  ON waits.person_id = texts.texted_by
                JOIN person p ON p.id = coalesce(texts.texted_by, waits.person_id)
                ORDER BY lower(p.name), p.id""",
            {"org": organization_id, "campaign": campaign_id},
            prepare=False,
        )
        return sql.fetchall()


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One round of a campaign, in texts."""

    round: int
    to_text: int
    """Contacts that wait for the text of this round."""
    sent: int
    replied: int
    opted_out: int
    replied_to_sent: int

    @property
    def reply_rate(self) -> Share:
        return share(self.replied_to_sent, self.sent)


def rounds(organization_id: int, campaign_id: int) -> list[RoundRow]:
    """The rounds of a campaign in their order; none where nobody is texted a second time."""
    values = {"org": organization_id, "campaign": campaign_id}
    with cursor().connection.cursor(row_factory=class_row(RoundRow)) as sql:
        again = (
            "SELECT 1 FROM campaign_pass WHERE organization_id = %(org)s AND campaign_id = %(campaign)s"
        )
        if sql.connection.execute(f"{again} LIMIT 1", values).fetchone() is None:
            return []
        sql.execute(
            f"""SELECT round, coalesce(waits.to_text, 0) AS to_text, coalesce(texts.sent, 0) AS sent,
                  coalesce(texts.replied, 0) AS replied, coalesce(texts.opted_out, 0) AS opted_out,
                  coalesce(texts.replied_to_sent, 0) AS replied_to_sent
                FROM (SELECT round, {_COUNTS} FROM {_TEXTS_OF_CAMPAIGN}
                      WHERE round IS NOT NULL GROUP BY round) texts
                FULL JOIN (SELECT round, count(*) AS to_text FROM contact
                           WHERE organization_id = %(org)s AND campaign_id = %(campaign)s
                             AND state = 'ready' GROUP BY round) waits USING (round)
                ORDER BY round""",
            values,
            prepare=False,
        )
        return sql.fetchall()


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One contact in the list behind a number."""

    id: int
    name: str
    phone: str
    """Masked: its last four digits."""
    volunteer: str
    place: str
    state: str | None
    reason: str | None
    texted_at: datetime | None
    waiting_since: datetime | None
    conversation_id: int | None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the rows behind a number, and how many there are in all."""

    rows: list[PersonRow]
    total: int
    page: int

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def rows(
    organization_id: int, campaign_id: int, kind: str, page: int = 1, person_id: int | None = None
) -> Listing:
    """The contacts that the number `kind` counts, or one volunteer's share: then a row each text."""
    whose = "owner_id" if kind == "waiting" else "texted_by"
    of_texts = person_id is not None and kind != "waiting"
    with cursor().connection.cursor(row_factory=dict_row) as sql:
        sql.execute(
            f"""SELECT people.*, p.name AS volunteer, count(*) OVER () AS total
                FROM {_TEXTS_OF_CAMPAIGN if of_texts else _OF_CAMPAIGN}
                LEFT JOIN person p ON p.id = {whose}
                WHERE {KINDS[kind].where} AND (%(person)s::numeric IS NULL OR {whose} = %(person)s)
                ORDER BY waiting_since NULLS LAST, people.id, people.round
                LIMIT %(most)s OFFSET %(skip)s""",
            {
                "org": organization_id,
                "campaign": campaign_id,
                "person": person_id,
                "most": PAGE,
                "skip": (page - 1) * PAGE,
            },
            prepare=False,
        )
        found = sql.fetchall()
    people = [
        PersonRow(
            id=row["id"],
            name=" ".join(filter(None, (row["first_name"], row["last_name"]))),
            phone=mask(row["phone"]) if row["phone"] else "",
            volunteer=row["volunteer"] or "",
            place=row["place"],
            state=row["state"],
            reason=row["reason"] if row["state"] else row["ended_reason"],
            texted_at=row["texted_at"],
            waiting_since=row["waiting_since"],
            conversation_id=row["conversation_id"],
        )
        for row in found
    ]
    return Listing(people, found[0]["total"] if found else 0, page)
