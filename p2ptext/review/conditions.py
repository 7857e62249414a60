"""What a filter asks of a conversation, as SQL: a test of one, and where there is an index the ids of all.

Everything names the conversation `t` and its organization, so that no other's rows are ever looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from p2ptext.review.filters import ALL_WAIT, MAIN_LANGUAGE, Filter
from p2ptext.rules import search_words
from p2ptext.texting import who_waits

EASTERN = ZoneInfo("America/New_York")
"""Days begin and end by Eastern time: an evening of texting is one day there."""
TROUBLE = "('rejected','undeliverable','not_sent','blocked','expired','unknown')"


IN_CAMPAIGN = "t.campaign_id = %(campaign)s"


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must be true."""

    test: str
    """Of the conversation `t` alone. Its subqueries end in OFFSET 0, so that they are asked row by row and
    only as far as rows are needed."""
    source: str = ""
    """A SELECT of the ids of all conversations of which it is true, cheap to begin; "" where no index
    helps."""
    is_superset: bool = False
    """Whether the source has others too, so that the test must still be asked."""
    as_a_rule: int = 0
    """Of how many it is true as a rule, where the database cannot guess; else 0."""


def values(organization_id: int, wanted: Filter) -> dict[str, Any]:
    """What the placeholders stand for."""
    terms = wanted.terms
    step, _, answer = wanted.answer.partition(":")
    round_, _, wording = wanted.variant.partition(":")
    return {
        "org": organization_id,
        "own": f"'={organization_id}'",
        "campaign": wanted.campaign,
        "volunteer": wanted.volunteer,
        "tag": wanted.tag,
        "step": step,
        "answer": answer,
        "error": wanted.error,
        "code": int(wanted.error) if wanted.error.isdigit() else None,
        "round": int(round_) if round_ else None,
        "wording": wording or None,
        "list": wanted.list,
        "language": wanted.language,
        "words": search_words.wanted(terms),
        "together": search_words.together(terms),
        "letters": search_words.letters_wanted(terms),
        "without": search_words.unwanted(terms),
        "letters_without": search_words.letters_unwanted(terms),
        "apostrophes": search_words.APOSTROPHES,
        "waited": wanted.waited,
        "since": _midnight(wanted.since) if wanted.since else None,
        "until": _midnight(wanted.until + timedelta(days=1)) if wanted.until else None,
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), EASTERN)


def conditions(wanted: Filter) -> list[Condition]:
    """Everything the filter asks for; those that are true of few conversations as a rule come first."""
    return list(_conditions(wanted))


def _conditions(wanted: Filter) -> Iterator[Condition]:
    if wanted.status:
        yield STATUS[wanted.status]
    if wanted.tag:
        yield _rows("conversation_tag", "x.tag_id = %(tag)s")
    yield from _of_texts(wanted)
    if wanted.waited:
        yield _waits("x.waiting_since < (SELECT p2p_now()) - make_interval(mins => %(waited)s)")
    elif wanted.sort == "waiting":
        yield STATUS["waiting"]
    if wanted.campaign is None and (
        wanted.status in ALL_WAIT or wanted.waited or wanted.sort == "waiting"
    ):
        yield Condition(who_waits.counts("t"))
    yield from _of_words(wanted)
    if wanted.answer:
        yield _answered(wanted.campaign is not None)
    if wanted.language:
        yield _language(wanted.language)
    yield from _of_people(wanted)
    if wanted.since or wanted.until:
        yield _dates(wanted)


def _of_texts(wanted: Filter) -> Iterator[Condition]:
    if wanted.abusive:
        yield _rows("inbound_text", "x.abusive")
    if wanted.pictures:
        yield _rows("inbound_text", "x.media <> '[]'")
    if wanted.edited:
        yield _rows("message", "x.edited AND x.state <> 'cancelled'")
    if wanted.error:
        yield _rows("message", _trouble(wanted.error))


def _rows(table: str, where: str) -> Condition:
    """Of conversations that some row `x` of the table belongs to."""
    return Condition(
        f"EXISTS (SELECT 1 FROM {table} x WHERE x.conversation_id = t.id AND {where} OFFSET 0)",
        f"""SELECT x.conversation_id AS id FROM {table} x
            WHERE x.organization_id = %(org)s AND x.conversation_id IS NOT NULL AND {where}""",
    )


def _own(where: str) -> Condition:
    """Of what stands in the conversation itself, here called `x`, where an index knows it."""
    return Condition(
        where.replace("x.", "t."),
        f"SELECT x.id FROM conversation x WHERE x.organization_id = %(org)s AND {where}",
    )


def _waits(more: str = "true") -> Condition:
    return _own(f"x.waiting_since IS NOT NULL AND {more}")


STATUS = {
    "unanswered": _waits("x.review_reason IS NULL"),
    "waiting": _waits(),
    "open": Condition("t.state = 'open'"),
    "closed": Condition("t.state = 'closed'"),
    "replied": Condition(
        "EXISTS (SELECT 1 FROM inbound_text x WHERE x.conversation_id = t.id OFFSET 0)"
    ),
    # As the index that gives the order has it: they stand together at its end.
    "silent": Condition("coalesce(t.last_inbound_id, 0) = 0"),
    "review": _own("x.review_reason IS NOT NULL"),
    "opted_out": Condition(
        """EXISTS (SELECT 1 FROM recipient x WHERE x.id = t.recipient_id
             AND x.suppressed_at IS NOT NULL OFFSET 0)""",
        """SELECT y.id FROM (SELECT id FROM recipient
             WHERE organization_id = %(org)s AND suppressed_at IS NOT NULL OFFSET 0) x
           CROSS JOIN LATERAL (SELECT id FROM conversation WHERE recipient_id = x.id OFFSET 0) y""",
    ),
    "crisis": _own("x.crisis_reason IS NOT NULL"),
    "lead": _own("x.lead_asked_at IS NOT NULL"),
    "offered": _own("x.offered_at IS NOT NULL AND x.waiting_since IS NOT NULL"),
}


def _trouble(error: str) -> str:
    if error.isdigit():
        return f"x.state IN {TROUBLE} AND x.carrier_code = %(code)s"
    if error == "failed":
        return "x.state IN ('rejected','undeliverable')"
    if f"'{error}'" in TROUBLE:
        return f"x.state = '{error}'"
    return f"x.state IN {TROUBLE} AND x.reason = %(error)s"


_SAID = """search_words(x.organization_id, x.text)
  @@ (to_tsquery('pg_catalog.simple', %({words})s) && %(own)s::tsquery)"""
# Taking a text apart into words takes long; looking for letters in it does not, and most texts have not even
# these. The database asks what is cheap first.
_LETTERS = "translate(x.text, %(apostrophes)s, '') ILIKE {some_or_all} (%({letters})s::text[])"
_THEIRS = "x.conversation_id IS NOT NULL"
_OURS = "x.kind = 'reply' AND x.state <> 'cancelled'"


def _of_words(wanted: Filter) -> Iterator[Condition]:
    terms = wanted.terms
    if wanted.words and not terms:
        yield Condition("false")  # signs without a word: nothing has them, and not everything
    if any(not term.is_unwanted for term in terms):
        yield Condition(
            _said("words", _LETTERS.format(some_or_all="ALL", letters="letters")),
            " UNION ALL ".join(
                _rows(table, f"{where} AND {_SAID.format(words='together')}").source
                for table, where in (("inbound_text", _THEIRS), ("message", _OURS))
            ),
            is_superset=any(len(term.words) > 1 for term in terms),
            as_a_rule=10_000,
        )
    if any(term.is_unwanted for term in terms):
        said = _said("without", _LETTERS.format(some_or_all="ANY", letters="letters_without"))
        yield Condition(f"NOT {said}")


def _said(words: str, letters: str) -> str:
    """Whether they or we wrote it, in a text that has the letters."""
    where = f"{letters} AND {_SAID.format(words=words)}"
    theirs, ours = (
        _rows("inbound_text", f"{_THEIRS} AND {where}"),
        _rows("message", f"{_OURS} AND {where}"),
    )
    return f"({theirs.test} OR {ours.test})"


_CAMPAIGNS = "ANY (ARRAY(SELECT id FROM campaign WHERE organization_id = %(org)s))"


def _answered(of_one_campaign: bool) -> Condition:
    given = "x.step_key = %(step)s AND x.answer_key = %(answer)s AND x.on_path"
    campaign = "%(campaign)s" if of_one_campaign else _CAMPAIGNS
    return Condition(
        f"EXISTS (SELECT 1 FROM survey_answer x WHERE x.contact_id = t.contact_id AND {given} OFFSET 0)",
        f"""SELECT y.id FROM survey_answer x JOIN conversation y ON y.contact_id = x.contact_id
            WHERE x.campaign_id = {campaign} AND x.organization_id = %(org)s AND {given}""",
    )


def _language(code: str) -> Condition:
    if code == MAIN_LANGUAGE:
        # Most have it, so no index knows them.
        return Condition(_rows("message", "x.kind = 'first' AND x.language IS NULL").test)
    return _rows("message", "x.kind = 'first' AND x.language = %(language)s AND x.language IS NOT NULL")


def _of_people(wanted: Filter) -> Iterator[Condition]:
    """Of what many conversations have in common."""
    if wanted.volunteer:
        campaign = "%(campaign)s" if wanted.campaign else _CAMPAIGNS
        yield Condition(
            "t.person_id = %(volunteer)s",
            f"""SELECT x.id FROM conversation x WHERE x.organization_id = %(org)s
                AND x.campaign_id = {campaign} AND x.person_id = %(volunteer)s""",
        )
    if wanted.campaign:
        yield _own(IN_CAMPAIGN.replace("t.", "x."))
    if wanted.list:
        yield Condition(
            """t.campaign_id = (SELECT campaign_id FROM contact_import
                 WHERE id = %(list)s AND organization_id = %(org)s)
               AND EXISTS (SELECT 1 FROM contact x WHERE x.id = t.contact_id
                 AND x.import_id = %(list)s OFFSET 0)"""
        )
    if wanted.variant:
        yield Condition(
            """EXISTS (SELECT 1 FROM text_fact f WHERE f.contact_id = t.contact_id
                 AND f.round = %(round)s AND f.wording = %(wording)s::uuid OFFSET 0)"""
        )


def _dates(wanted: Filter) -> Condition:
    def within(moment: str) -> str:
        parts = [f"{moment} >= %(since)s"] * bool(wanted.since)
        return " AND ".join(parts + [f"{moment} < %(until)s"] * bool(wanted.until))

    last = "coalesce((SELECT i.received_at FROM inbound_text i WHERE i.id = t.last_inbound_id), t.created_at)"
    return Condition(
        within(last),
        f"""SELECT x.conversation_id AS id FROM inbound_text x
            WHERE x.organization_id = %(org)s AND x.conversation_id IS NOT NULL AND {within("x.received_at")}
            UNION ALL
            SELECT x.id FROM conversation x WHERE x.organization_id = %(org)s AND x.last_inbound_id IS NULL
              AND {within("x.created_at")}""",
        is_superset=True,
    )
